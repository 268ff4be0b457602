#!/usr/bin/env bash
# make bench: the wall time of `hotspot join` and of `nmcli device wifi connect`
# to one access point, interleaved in one boot; medians at the end.
#
# Each pair begins with no profile and the device disconnected. "cached": a scan
# has just ended, so that both find the network in the daemon's list; nmcli
# refuses to try a network that is not in it. "cold": the list was emptied and
# nobody scanned; nmcli is then told to rescan first, as its manual advises.
set -euo pipefail
# shellcheck source=Lab/guest/lib.sh
. "$LAB_DIR/guest/lib.sh"
ROUNDS=${ROUNDS:-7}

install .build/release/hotspot /usr/local/bin/hotspot
access_point 'Bench Two' wpa2 'correct horse' >/dev/null
access_point 'Bench Three' sae 'correct horse' >/dev/null
start_network_manager

supplicant_path() {
    dbus-send --system --print-reply=literal --dest=fi.w1.wpa_supplicant1 /fi/w1/wpa_supplicant1 \
        fi.w1.wpa_supplicant1.GetInterface "string:$LAB_STATION" | tr -d ' '
}
STATION_PATH=$(supplicant_path)

forget_networks() {
    dbus-send --system --print-reply=literal --dest=fi.w1.wpa_supplicant1 "$STATION_PATH" \
        fi.w1.wpa_supplicant1.Interface.FlushBSS uint32:0 >/dev/null
}
listed() { nmcli -c no -g SSID device wifi list --rescan no | grep -qxF "$1"; }
not_listed() { ! listed "$1"; }
scanned() { listed 'Bench Two' && listed 'Bench Three'; }

ready() {
    local uuid
    for uuid in $(nmcli -c no -g UUID connection show); do nmcli -c no connection delete "$uuid" >/dev/null; done
    wait_until 30 "the device to be disconnected" nm_device_is 30
}
warm() {
    ready
    wait_until 60 "a scan to be allowed" nmcli -c no device wifi rescan
    wait_until 60 "both networks to be listed" scanned
}
cold() {
    ready
    forget_networks
    wait_until 30 "the list to be empty" not_listed "$1"
}

# timed NAME COMMAND…: appends the milliseconds to the figures of that name.
timed() {
    local name=$1 begin end
    shift
    begin=${EPOCHREALTIME/./}
    "$@" >/run/lab/bench.out 2>&1 || { cat /run/lab/bench.out; lab_fail "$name: the join failed"; exit 1; }
    end=${EPOCHREALTIME/./}
    printf '%d\n' $(((end - begin) / 1000)) >>"/run/lab/bench-$name"
}
ours() { hotspot join --ssid "$1" --passphrase 'correct horse' --quiet; }
# Without CAP_NET_ADMIN it cannot ask for the network on the likely channels.
ours_unprivileged() { setpriv --bounding-set=-net_admin hotspot join --ssid "$1" --passphrase 'correct horse' --quiet; }
theirs() { nmcli -c no device wifi connect "$1" password 'correct horse'; }
theirs_cold() {
    nmcli -c no device wifi rescan ssid "$1" && wait_until 30 "$1 to be listed" listed "$1" && theirs "$1"
}

figures() {
    [[ -e /run/lab/bench-$1 ]] || return 0
    sort -n "/run/lab/bench-$1" | awk -v name="$1" '
        { v[NR] = $1 }
        END { printf "| %-28s | %6d | %6d | %6d | %2d |\n", name, v[int((NR + 1) / 2)], v[1], v[NR], NR }'
}

hotspot --version >/dev/null
for ((round = 1; round <= ROUNDS; round++)); do
    for network in 'Bench Two' 'Bench Three'; do
        kind=${network#Bench }
        kind=${kind/Two/WPA2}
        kind=${kind/Three/SAE}
        warm
        timed "cached-$kind-hotspot" ours "$network"
        warm
        timed "cached-$kind-nmcli" theirs "$network"
        cold "$network"
        timed "cold-$kind-hotspot" ours "$network"
        cold "$network"
        timed "cold-$kind-unprivileged" ours_unprivileged "$network"
        cold "$network"
        timed "cold-$kind-nmcli" theirs_cold "$network"
    done
    printf 'round %d of %d\n' "$round" "$ROUNDS" >&2
done

printf '\n| milliseconds                 | median |    min |    max |  n |\n'
printf '|------------------------------|--------|--------|--------|----|\n'
for state in cached cold; do
    for kind in WPA2 SAE; do
        for who in hotspot unprivileged nmcli; do figures "$state-$kind-$who"; done
    done
done
