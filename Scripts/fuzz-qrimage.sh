#!/bin/sh
# Fuzzes the decoding of pictures with libFuzzer and the address sanitizer. Arguments go to libFuzzer:
#     Scripts/fuzz-qrimage.sh -max_total_time=60
# The corpus and what crashes lie under .build/fuzz; it starts from Fixtures/pictures. An assertion of ZXing (the stack
# shows it) ends the decoding process, and nothing else: see ARCHITECTURE.md.
set -eu
cd "$(dirname "$0")/.."
work=.build/fuzz
mkdir -p "$work/pictures" "$work/shims"
clang=$(dirname "$(command -v swiftc)")/clang
modules='CGIF CPNG CQREncode CWebP'
flags=''
for module in $modules; do flags="$flags -Xcc -fmodule-map-file=Sources/$module/module.modulemap"; done
for source in jpeg.c linux.c pixels.c; do
    "$clang" -g -O1 -fsanitize=address,fuzzer-no-link -ISources/CPictureShims/include \
        -c "Sources/CPictureShims/$source" -o "$work/shims/$source.o"
done
# shellcheck disable=SC2046 # flags are words
"$clang" -g -O1 -std=c++17 -fsanitize=address,fuzzer-no-link -ISources/CPictureShims/include \
    $(pkg-config --cflags zxing) -c Sources/CPictureShims/codes.cpp -o "$work/shims/codes.o"
cat >"$work/shims/module.modulemap" <<MAP
module CPictureShims { header "$PWD/Sources/CPictureShims/include/CPictureShims.h" export * }
MAP
# One module: DispatchExecutor's interface is used by the asking side only, and comes along as a source.
mkdir -p "$work/sources"
for file in Sources/QRImage/*.swift Sources/DispatchExecutor/*.swift; do
    sed -e '/import DispatchExecutor/d' "$file" >"$work/sources/$(basename "$file")"
done
# shellcheck disable=SC2046,SC2086 # flags are words
swiftc -O -g -swift-version 6 -package-name hotspot -module-name QRImageFuzzer -parse-as-library \
    -sanitize=fuzzer,address -o "$work/qrimage" \
    -Xcc "-fmodule-map-file=$work/shims/module.modulemap" $flags \
    $(pkg-config --cflags libpng | sed 's/-I/-Xcc -I/g') \
    "$work"/sources/*.swift Tests/Fuzz/QRImageFuzzer.swift "$work"/shims/*.o \
    -lZXing -lpng16 -ljpeg -lwebp -lwebpdemux -lgif -lqrencode -lstdc++
cp Fixtures/pictures/*.png Fixtures/pictures/*.jpg Fixtures/pictures/*.webp Fixtures/pictures/*.gif "$work/pictures"
# libFuzzer and the sanitizer report; a second reporter would wait for the first one.
export SWIFT_BACKTRACE=enable=no
exec "$work/qrimage" -artifact_prefix="$work/" -max_len=20000 "$@" "$work/pictures"
