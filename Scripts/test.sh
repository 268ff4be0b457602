#!/usr/bin/env bash
# All tests, or those that need no lab:
#
#   Scripts/test.sh          checks, unit tests here, lab tests in the guest
#   Scripts/test.sh unit     checks and unit tests
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

Scripts/check.sh
# Tests that compare with another program fail here where that program is missing; elsewhere they are left out.
export HOTSPOT_REQUIRE_PEERS=1
swift test --skip-build --disable-xctest --skip '^LabTests\.'
[[ ${1-} == unit ]] && exit

# The same flags as in the check, so that nothing is built twice.
SWIFT_BUILD_FLAGS=$(Scripts/check.sh --flags)
export SWIFT_BUILD_FLAGS
# About half of the time.
half='(FaultMatrix|NL80211Address)'
limit=4500
if (($(nproc) < 2)); then
    exec Lab/lab test --timeout "$limit"
fi

# Two labs at a time: an emulator keeps one processor busy. The output of the second follows that of the first.
second=$(mktemp)
Lab/lab test --timeout "$limit" "$half" >"$second" 2>&1 &
second_lab=$!
# A command that fails in a trap would be the script's own status.
trap '[[ ! $second_lab ]] || kill "$second_lab" || :; wait; rm -f "$second"' EXIT
status=0
Lab/lab test --timeout "$limit" --skip "$half" || status=$?
wait "$second_lab" || status=$?
second_lab=''
cat "$second"
exit "$status"
