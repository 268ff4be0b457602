#!/usr/bin/env bash
# make kiosk-demo: the kiosk of Examples/Kiosk on a terminal, a guest who types
# into it, and a real access point. Each screen is shown once it is there; one
# that does not come ends the demo with an error.
#
#   kiosk.sh [PROGRAM]
set -euo pipefail
# shellcheck source=Lab/guest/lib.sh
. "$LAB_DIR/guest/lib.sh"

# From the guest's memory: the shared file system is slow for a first start.
folder=$(mktemp -d)
install "${1:-Examples/Kiosk/.build/release/Kiosk}" "$folder/Kiosk"
cd "$folder"

passphrase='espresso please'
# Octets and not characters, one of which may be half written yet.
export LC_ALL=C

# screen WORDS: the last screen since the guest typed that is complete and has the words. A screen is what stands between
# "to the first line" and "clear what is below".
screen() {
    local text before after
    [[ -s recording ]] || return 1
    text=$(<recording)
    text=${text:mark}
    [[ $text == *$'\e[J'* ]] || return 1
    text=${text%$'\e[J'*}
    [[ $text == *"$1"* ]] || return 1
    before=${text%"$1"*}
    after=${text##*"$1"}
    sed -E $'s/\e\\[[0-9;?]*[A-Za-z]//g; s/\r//g; s/^/    |/' <<<"${before##*$'\e[H'}$1${after%%$'\e[H'*}"
}

shows() {
    screen "$1" >/dev/null
}

# sees SECONDS WORDS: until a screen has them.
sees() {
    wait_until "$1" "the screen with '$2'" shows "$2" || {
        mark=0
        screen '' || true
        exit 1
    }
    screen "$2"
}

mark=0
types() {
    mark=$(<recording)
    mark=${#mark}
    printf '%b' "$1" >&3
}

say() {
    printf '\n\033[1m%s\033[0m\n' "$*"
}

access_point 'Cafe Guests' wpa2 "$passphrase" >/dev/null
start_network_manager

say "A kiosk in a café, and a guest who types."
mkfifo keyboard
script --quiet --flush --return --command "$folder/Kiosk" recording <keyboard >/dev/null &
kiosk=$!
trap 'kill "$kiosk" 2>/dev/null || true' EXIT
exec 3>keyboard
sees 60 'Welcome'

say "1. The text of a code whose passphrase is wrong."
types 'WIFI:T:WPA;S:Cafe Guests;P:espresso doppio;;\r'
sees 60 'Joining "Cafe Guests"'
sees 120 'That passphrase did not work'

say "2. The right passphrase."
types "$passphrase"
sees 30 '•••••••••••••••'
types '\r'
sees 120 'You are on "Cafe Guests"'

say "3. The access point goes off the air."
stop_access_point 'Cafe Guests'
sees 120 'Connection lost'

say "4. A network that is not here."
types 'WIFI:S:Elsewhere;;\r'
sees 120 'That network cannot be joined'

say "5. Somebody has switched Wi-Fi off: nothing that a guest could mend."
rfkill block wlan
types 'WIFI:S:Elsewhere;;\r'
sees 120 'Please call our staff'
shows 'code internal (8), cause radioDisabled'
rfkill unblock wlan

say "6. Ctrl-C: the terminal is the shell's again, and nothing is left behind."
types '\x03'
wait "$kiosk" && status=0 || status=$?
exec 3>&-
echo "(exit status $status)"
((status == 0))
[[ $(<recording) == *$'\e[?1049l'* ]]
if grep -q -e espresso recording; then lab_fail "a passphrase was on the screen"; fi
if nmcli -g NAME connection show | grep -e Guests -e Elsewhere; then lab_fail "a configuration was left behind"; fi
say "That was the kiosk."
