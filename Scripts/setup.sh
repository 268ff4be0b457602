#!/usr/bin/env bash
# Makes a bare Debian 12 machine with Swift 6 ready to build and test hotspot.
#
#   Scripts/setup.sh              packages, then the lab's cache
#   Scripts/setup.sh --no-lab     packages only
#
# It installs every package named in Scripts/packages-*.txt and nothing else.
# No daemon is installed: the lab keeps its own copies of NetworkManager,
# wpa_supplicant and the rest below Lab/.cache, so that nothing of it ever
# starts on this machine. Running it again is cheap and changes nothing.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

with_lab=1
for argument in "$@"; do
    case $argument in
    --no-lab) with_lab=0 ;;
    -h | --help)
        sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    *) fail "unknown argument: $argument" ;;
    esac
done

command -v apt-get >/dev/null || fail "this needs Debian's apt-get"
command -v swift >/dev/null ||
    printf 'setup: note: no swift in PATH; hotspot needs Swift 6.3 (https://swift.org/install)\n' >&2

mapfile -t wanted < <(sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' Scripts/packages-*.txt | sort -u)
installed=$(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "${wanted[@]}" 2>/dev/null || true)
missing=()
for package in "${wanted[@]}"; do
    grep -qxF "installed $package" <<<"$installed" || missing+=("$package")
done

as_root() {
    if [[ $(id -u) == 0 ]]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    elif command -v sudo >/dev/null; then
        sudo DEBIAN_FRONTEND=noninteractive "$@"
    else
        fail "run this as root, or install: ${missing[*]}"
    fi
}

install_missing() {
    as_root apt-get install --yes --no-install-recommends \
        -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "${missing[@]}"
}

if ((${#missing[@]} > 0)); then
    printf 'setup: installing %s\n' "${missing[*]}"
    # Package lists may be absent (container images) or name versions that
    # the archive has replaced since; both are cured by one update.
    if ! apt-get --simulate --no-install-recommends install "${missing[@]}" >/dev/null 2>&1 ||
        ! install_missing; then
        as_root apt-get update -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3
        install_missing
    fi
fi

if ((with_lab)); then
    Lab/lab prepare
fi
