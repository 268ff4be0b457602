#!/bin/sh
# Fuzzes the payload reader with libFuzzer and the address sanitizer. Arguments go to libFuzzer:
#     Scripts/fuzz-qrwifi.sh -max_total_time=60
# The corpus and what crashes lie under .build/fuzz; it starts from the table of decisions.
set -eu
cd "$(dirname "$0")/.."
work=.build/fuzz
mkdir -p "$work/corpus"
swiftc -O -g -swift-version 6 -package-name hotspot -module-name QRWifiFuzzer -parse-as-library \
    -sanitize=fuzzer,address -o "$work/qrwifi" Sources/QRWifi/*.swift Tests/Fuzz/QRWifiFuzzer.swift
python3 - "$work/corpus" <<'PYTHON'
import pathlib, re, sys
rows = pathlib.Path("Fixtures/qr/decisions.tsv").read_text().splitlines()
for row in rows:
    if row.startswith("#"):
        continue
    name, _, payload = row.split("\t")[:3]
    octets = re.sub(
        rb"<([0-9A-F]{2})(?:\*([0-9]+))?>",
        lambda match: bytes([int(match[1], 16)]) * int(match[2] or 1),
        payload.encode(),
    )
    pathlib.Path(sys.argv[1], name).write_bytes(octets)
PYTHON
cat > "$work/dictionary" <<'DICTIONARY'
"WIFI:"
"DPP:"
"T:"
"S:"
"P:"
"H:true"
"R:1"
"I:"
"K:"
"E:"
"PH2:"
"A:"
"U:"
"AI:"
"WPA2-EAP"
"nopass"
"\\;"
"%3B"
"\""
";;"
DICTIONARY
exec "$work/qrwifi" -dict="$work/dictionary" -artifact_prefix="$work/" -max_len=512 "$@" "$work/corpus"
