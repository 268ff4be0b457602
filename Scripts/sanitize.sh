#!/usr/bin/env bash
# Tests under a sanitizer, which ends with what it has found:
#
#   Scripts/sanitize.sh thread|address           the unit tests here, then LAB's suites in the guest
#   Scripts/sanitize.sh thread|address unit      the unit tests only
#   Scripts/sanitize.sh thread|address lab [FILTER]
#
# It builds into .build-thread or .build-address, which takes minutes. A program
# that a race or bad memory was reported of ends with status 66.
#
# Left out: what decodes pictures in a process of its own, whose address space is
# limited to 1 GiB, and the writer that may write no file; a sanitizer needs both.
# And what looks at the memory of secrets: the address sanitizer locks none, and
# neither's shadow can be searched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

kind=${1-}
[[ $kind == thread || $kind == address ]] || {
    sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" >&2
    exit 64
}
what=${2-all}
# Those that join, hold and give up links from many tasks at once.
suites=${3-'(ManagerTests|NL80211JoinTests|NL80211LinkTests|AgentTests)'}
scratch=$PWD/.build-$kind

swift build --build-tests "--sanitize=$kind" --scratch-path "$scratch"

# The leak checker wants ptrace, and Swift's runtime keeps what it has on purpose.
# A run goes on after a race, so that one run tells of all.
options="exitcode=66:halt_on_error=0:suppressions=$PWD/Scripts/tsan-suppressions.txt"
[[ $kind == thread ]] || options="exitcode=66:detect_leaks=0"
export TSAN_OPTIONS=$options ASAN_OPTIONS=$options

if [[ $what != lab ]]; then
    swift test --skip-build "--sanitize=$kind" --scratch-path "$scratch" --disable-xctest \
        --skip '^LabTests\.' --skip '^QRImageTests\.' --skip 'PictureCommandTests' --skip 'ConfigurationStoreTests/full' \
        --skip 'SecretMemoryTests/pages' --skip 'WipingTests'
fi
if [[ $what != unit ]]; then
    bundle=$(echo "$scratch"/debug/*PackageTests.xctest)
    # shellcheck disable=SC2016 # expanded in the guest.
    Lab/lab run --timeout 5400 --memory 6144 --env "TSAN_OPTIONS=$options" --env "ASAN_OPTIONS=$options" -- \
        bash -c '"$1" --testing-library swift-testing --no-parallel --filter "$2" 2>&1' lab-test "$bundle" "^LabTests\\.$suites"
fi
