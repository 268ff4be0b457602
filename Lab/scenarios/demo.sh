#!/usr/bin/env bash
# make demo: real access points, the real NetworkManager, and what hotspot
# makes of a right code, of a hidden WPA3 network and of a wrong passphrase.
set -uo pipefail
# shellcheck source=Lab/guest/lib.sh
. "$LAB_DIR/guest/lib.sh"

# From the guest's memory: the shared file system is slow for a first start.
install .build/release/hotspot /usr/local/bin/hotspot
hotspot --version >/dev/null

bold=$'\033[1m' plain=$'\033[0m'
[[ ! ${NO_COLOR-} ]] || bold='' plain=''
say() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
show() {
    printf '\n$'
    local word
    for word in "$@"; do
        [[ $word == *[^a-zA-Z0-9./:-]* ]] && word=${word@Q}
        printf ' %s' "$word"
    done
    printf '\n'
    "$@"
}
failed() {
    say "The demo failed: $*"
    exit 1
}

say "Two access points go on the air: Cafe (WPA2), and Back Room (WPA3, hidden)."
access_point Cafe wpa2 'correct horse' >/dev/null || failed "no access point"
access_point 'Back Room' sae 'battery staple' hidden >/dev/null || failed "no access point"
start_network_manager || failed "no NetworkManager"

say "1. The code on the café's wall."
show hotspot join --qr 'WIFI:T:WPA;S:Cafe;P:correct horse;;' || failed "Cafe was not joined"
show ping -c 1 -W 5 -q 10.77.1.1 || failed "no packet crosses the air"

say "2. A hidden WPA3 network."
show hotspot join --qr 'WIFI:T:SAE;S:Back Room;H:true;P:battery staple;;' || failed "Back Room was not joined"

say "3. A wrong passphrase. NetworkManager alone says \"Secrets were required, but not provided\"."
show hotspot join --qr 'WIFI:T:WPA;S:Cafe;P:wrong horse;;'
status=$?
((status == 102)) || failed "a wrong passphrase gave the status $status"
printf '(exit status %d)\n' "$status"

say "Nothing of the failed join is left, and the network before it is back:"
show nmcli -c no connection show
say "That was hotspot."
