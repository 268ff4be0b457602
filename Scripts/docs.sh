#!/usr/bin/env bash
# The documentation of the products as web pages, without a warning: every link
# in it leads somewhere.
#
#   Scripts/docs.sh           builds, then the pages in .build/documentation
#   Scripts/docs.sh --check   checks what is built already; nothing where the toolchain has no docc
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ ${1-} == --check ]]; then
    command -v docc >/dev/null || exit 0
else
    swift build
fi

triple=$(swift -print-target-info | sed -n 's/^ *"unversionedTriple": "\(.*\)",*$/\1/p')
# The modules that were built, and those of C that they are made with.
search=(-I .build/debug/Modules)
for shims in CLinuxShims CPictureShims; do
    search+=(-Xcc "-fmodule-map-file=.build/debug/$shims.build/module.modulemap")
done
for folder in Sources/C*/; do search+=(-I "$folder"); done
mapfile -t -d ' ' headers < <(pkg-config --cflags-only-I dbus-1 libnl-genl-3.0 | tr -d '\n')

pages=.build/documentation
for module in HotspotCore HotspotNetworkExtension QRImage; do
    symbols=.build/symbols/$module
    rm -rf "$symbols"
    mkdir -p "$symbols" "$pages"
    swift symbolgraph-extract -module-name "$module" -minimum-access-level public -target "$triple" \
        "${search[@]}" "${headers[@]}" -output-dir "$symbols"
    catalogue=()
    [[ -d Sources/$module/$module.docc ]] && catalogue=("Sources/$module/$module.docc")
    report=$(docc convert "${catalogue[@]}" --additional-symbol-graph-dir "$symbols" --warnings-as-errors \
        --fallback-display-name "$module" --fallback-bundle-identifier "$module" --output-dir "$pages/$module" 2>&1) || {
        printf '%s\n' "$report" >&2
        exit 1
    }
done
[[ ${1-} == --check ]] || echo "the documentation is in $pages; docc preview, or any web server, shows it"
