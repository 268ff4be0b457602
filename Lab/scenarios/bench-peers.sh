#!/usr/bin/env bash
# make bench-peers: how long it takes until the keys are installed, by
# `hotspot join` without a daemon and by wpa_supplicant, iwd and NetworkManager.
#
# Taken from the start of the command (or, where it says "from its start", of
# the daemon) to the kernel's word that the interface is operational
# (IF_OPER_UP), which each of the four gives when the keys are installed. The
# exchange is what of it begins with the kernel's first word about the access
# point as a peer (NL80211_CMD_NEW_STATION), when the authentication begins.
# Two listeners that are no contender's note both with the time, for all alike.
#
# Every try begins disconnected, and without a profile of the network. cold:
# neither the kernel nor the daemon has heard anything; warm: the network was
# heard in the last moment. All get the passphrase, none a derived key. The
# application is a process that joined before, as a daemon is one that runs; it
# says itself how long its joins took, from the library's call.
set -euo pipefail
# shellcheck source=Lab/guest/lib.sh
. "$LAB_DIR/guest/lib.sh"
ROUNDS=${ROUNDS:-7}
CONTENDERS=${CONTENDERS:-hotspot wpa_supplicant iwd NetworkManager}
CASES=${CASES:-cold-WPA2 cold-SAE cold-hidden cold-unlikely warm-WPA2 warm-SAE}
PASSPHRASE='correct horse'
WORK=/run/lab/bench
mkdir -p "$WORK"

# Channels 6, 11 and 6 are among the likely ones; 10 is the last of the others.
declare -A SSID=([WPA2]='Bench Two' [SAE]='Bench Three' [hidden]='Bench Veiled' [unlikely]='Bench Far')
declare -A FREQUENCY=([WPA2]=2437 [SAE]=2462 [hidden]=2437 [unlikely]=2457)

install .build/release/hotspot /usr/local/bin/hotspot
access_point "${SSID[WPA2]}" wpa2 "$PASSPHRASE" channel=6 no-dhcp >/dev/null
access_point "${SSID[SAE]}" sae "$PASSPHRASE" channel=11 no-dhcp >/dev/null
access_point "${SSID[hidden]}" wpa2 "$PASSPHRASE" channel=6 hidden no-dhcp >/dev/null
access_point "${SSID[unlikely]}" wpa2 "$PASSPHRASE" channel=10 no-dhcp >/dev/null
start_dbus

# The listeners ----------------------------------------------------------------

exec {links}< <(exec ip -ts -oneline monitor link)
exec {air}< <(exec iw event -t)

drain() {
    local line
    while read -r -t 0.02 -u "$1" line; do :; done
}

note_figure() {
    printf '%d\n' $((($2) / 1000)) >>"$WORK/$1"
}

# measure CASE WHO COMMAND…: what it takes until the keys are installed. The
# command stays in the background: $client.
measure() {
    local case=$1 who=$2 begin end line joined='' started=''
    shift 2
    drain "$links"
    drain "$air"
    begin=${EPOCHREALTIME/./}
    "$@" >"$WORK/out" 2>&1 &
    client=$!
    while read -r -t 60 -u "$links" line; do
        [[ $line == *" $LAB_STATION: "*' state UP '* ]] || continue
        # A daemon that ends or begins gives the interface back its state.
        not_connected || { joined=$line && break; }
    done
    if [[ ! $joined ]]; then
        # It counts as a try that is missing in the figures.
        tail -n 3 "$WORK/out" >&2
        lab_fail "$case, $who: not joined" || return 0
    fi
    joined=${joined#*[}
    end=$(date -d "${joined%%]*}" +%s%6N)
    note_figure "$case, $who" $((end - begin))
    while read -r -t 0.3 -u "$air" line; do
        [[ $line == *"$LAB_STATION"*': new station '* ]] || continue
        line=${line%%:*}
        ((${line/./} > end)) || started=${line/./}
    done
    [[ ! $started ]] || note_figure "$case, $who, exchange" $((end - started))
}

# The air ----------------------------------------------------------------------

nothing_heard() { [[ ! $(iw dev "$LAB_STATION" scan dump) ]]; }
is_heard() { [[ $(iw dev "$LAB_STATION" scan dump) == *"SSID: $1"* ]]; }
not_connected() { [[ $(iw dev "$LAB_STATION" link) == 'Not connected.'* ]]; }
carrier_is_gone() { [[ $(<"/sys/class/net/$LAB_STATION/operstate") != up ]] && not_connected; }
disconnected() { wait_until 20 "the link to end" carrier_is_gone; }

# The kernel's cache: emptied by a scan of a channel on which nobody is, and
# filled by one that asks for the network. No scan is on afterwards.
scan_until() {
    "$1" "${2-}" && return
    iw dev "$LAB_STATION" scan trigger "${@:3}" 2>/dev/null || true
    return 1
}
no_scan() { iw dev "$LAB_STATION" scan abort 2>/dev/null || true; }
forget_air() {
    ip link set "$LAB_STATION" up
    wait_until 20 "the kernel to forget" scan_until nothing_heard '' freq 2472 flush passive
    no_scan
}
hear() {
    ip link set "$LAB_STATION" up
    wait_until 20 "the kernel to hear ${SSID[$1]}" \
        scan_until is_heard "${SSID[$1]}" freq "${FREQUENCY[$1]}" ssid "${SSID[$1]}"
    no_scan
}

# hotspot ------------------------------------------------------------------------

hotspot_begin() { :; }
hotspot_try() {
    local case=$1 state=${1%%-*} network=${1#*-}
    forget_air
    [[ $state == cold ]] || hear "$network"
    [[ $state == warm ]] || ip link set "$LAB_STATION" down
    measure "$case" hotspot hotspot join --ssid "${SSID[$network]}" --passphrase "$PASSPHRASE" --no-address --json
    wait_until 20 "the outcome" outcome_is_there
    # What of it is the program's own, from the library's call to the keys.
    note_figure "$case, hotspot, from the library's call" "$(phases 'preparing|searching|authenticating|associating|keys')"
    note_figure "$case, hotspot, its own exchange" "$(phases 'authenticating|associating|keys')"
    kill "$client"
    wait "$client" || true
    disconnected
}
hotspot_end() { :; }
outcome_is_there() { [[ $(<"$WORK/out") == *phases* ]]; }
# phases NAMES: microseconds, of the outcome in JSON.
phases() {
    tr -d ' \n' <"$WORK/out" | grep -oE '"milliseconds":[0-9]+,"phase":"[a-z]+"|"phase":"[a-z]+","milliseconds":[0-9]+' |
        grep -E "\"($1)\"" | grep -oE '[0-9]+' | awk '{ sum += $1 } END { print sum * 1000 }'
}

# wpa_supplicant -----------------------------------------------------------------

supplicant_network() {
    local kind=$1
    printf 'network={\n ssid="%s"\n psk="%s"\n' "${SSID[$kind]}" "$PASSPHRASE"
    case $kind in
    SAE) printf ' key_mgmt=SAE\n ieee80211w=2\n' ;;
    hidden) printf ' key_mgmt=WPA-PSK\n scan_ssid=1\n' ;;
    *) printf ' key_mgmt=WPA-PSK\n' ;;
    esac
    printf '}\n'
}
supplicant_configuration() {
    printf 'ctrl_interface=/run/wpa_supplicant\nsae_pwe=2\n'
    (($# == 0)) || supplicant_network "$1"
}
supplicant_runs() { [[ $(cli ping 2>/dev/null) == PONG ]]; }
cli() { wpa_cli -i "$LAB_STATION" "$@"; }
wpa_supplicant_begin() {
    supplicant_configuration >"$WORK/idle.conf"
    start_daemon wpas wpa_supplicant -t -i "$LAB_STATION" -D nl80211 -c "$WORK/idle.conf"
    wait_until 20 "wpa_supplicant" supplicant_runs
}
wpa_supplicant_end() { stop_daemon wpas; }
# One client, which gives the passphrase and asks for the network; the rest of
# the network's settings are there.
supplicant_join() {
    printf 'set_network 0 psk "%s"\nselect_network 0\n' "$PASSPHRASE" | cli
}
wpa_supplicant_try() {
    local case=$1 state=${1%%-*} network=${1#*-}
    cli remove_network all >/dev/null
    disconnected
    cli add_network >/dev/null
    cli set_network 0 ssid "\"${SSID[$network]}\"" >/dev/null
    cli set_network 0 key_mgmt "$([[ $network == SAE ]] && echo SAE || echo WPA-PSK)" >/dev/null
    [[ $network != SAE ]] || cli set_network 0 ieee80211w 2 >/dev/null
    [[ $network != hidden ]] || cli set_network 0 scan_ssid 1 >/dev/null
    if [[ $state == cold ]]; then
        forget_air
        cli bss_flush 0 >/dev/null
    else
        hear "$network"
    fi
    measure "$case" wpa_supplicant supplicant_join
    wait "$client" || true
    cli remove_network all >/dev/null
    disconnected
}
wpa_supplicant_from_start() {
    local case=$1 network=${1#*-}
    supplicant_configuration "$network" >"$WORK/join.conf"
    forget_air
    ip link set "$LAB_STATION" down
    measure "$case" 'wpa_supplicant from its start' \
        wpa_supplicant -i "$LAB_STATION" -D nl80211 -c "$WORK/join.conf"
    kill "$client"
    wait "$client" || true
    disconnected
}

# iwd ------------------------------------------------------------------------------

# An idle iwd searches only when it is told to; one that starts with a network
# of its own looks for that.
iwd_configuration() {
    mkdir -p /etc/iwd
    printf '[General]\nUseDefaultInterface=true\n[Scan]\nDisablePeriodicScan=%s\n' "$1" >/etc/iwd/main.conf
    iwd_forget
}
iwd_forget() { rm -f /var/lib/iwd/*.psk /var/lib/iwd/.known_network.freq; }
iwd_begin() { iwd_configuration true; }
iwd_end() { iwd_forget; }
iwd_lists() { [[ $(iwctl station "$LAB_STATION" get-networks) == *"$1"* ]]; }
iwd_has_station() { iwctl station "$LAB_STATION" show >/dev/null 2>&1; }
iwd_connect() { iwctl --passphrase "$PASSPHRASE" station "$LAB_STATION" "$1" "$2"; }
iwd_search_and_connect() {
    iwctl station "$LAB_STATION" scan
    wait_until 30 "iwd to list $1" iwd_lists "$1"
    iwd_connect connect "$1"
}
iwd_try() {
    local case=$1 state=${1%%-*} network=${1#*-}
    forget_air
    start_iwd
    wait_until 20 "iwd's station" iwd_has_station
    if [[ $state == warm ]]; then
        iwctl station "$LAB_STATION" scan
        wait_until 30 "iwd to list ${SSID[$network]}" iwd_lists "${SSID[$network]}"
        measure "$case" iwd iwd_connect connect "${SSID[$network]}"
    elif [[ $network == hidden ]]; then
        measure "$case" iwd iwd_connect connect-hidden "${SSID[$network]}"
    else
        measure "$case" iwd iwd_search_and_connect "${SSID[$network]}"
    fi
    wait "$client" || true
    stop_daemon iwd
    iwd_forget
    disconnected
}
iwd_from_start() {
    local case=$1 network=${1#*-}
    iwd_configuration false
    forget_air
    ip link set "$LAB_STATION" down
    printf '[Security]\nPassphrase=%s\n' "$PASSPHRASE" >"/var/lib/iwd/${SSID[$network]}.psk"
    [[ $network != hidden ]] || printf '[Settings]\nHidden=true\n' >>"/var/lib/iwd/${SSID[$network]}.psk"
    measure "$case" 'iwd from its start' /usr/libexec/iwd -i "$LAB_STATION"
    kill "$client"
    wait "$client" || true
    iwd_forget
    disconnected
}

# NetworkManager ---------------------------------------------------------------------

NetworkManager_begin() {
    start_network_manager
    supplicant_path=$(dbus-send --system --print-reply=literal --dest=fi.w1.wpa_supplicant1 /fi/w1/wpa_supplicant1 \
        fi.w1.wpa_supplicant1.GetInterface "string:$LAB_STATION" | tr -d ' ')
}
NetworkManager_end() {
    stop_network_manager
    stop_daemon wpa_supplicant
}
nm_lists() { nmcli -c no -g SSID device wifi list --rescan no | grep -qxF "$1"; }
nm_does_not_list() { ! nm_lists "$1"; }
NetworkManager_try() {
    local case=$1 state=${1%%-*} network=${1#*-}
    wait_until 30 "the device to be disconnected" nm_device_is 30
    nmcli -c no connection add type wifi con-name bench ifname "$LAB_STATION" ssid "${SSID[$network]}" \
        autoconnect no wifi.hidden "$([[ $network == hidden ]] && echo yes || echo no)" \
        wifi-sec.key-mgmt "$([[ $network == SAE ]] && echo sae || echo wpa-psk)" wifi-sec.psk "$PASSPHRASE" \
        ipv4.method disabled ipv6.method link-local >/dev/null
    if [[ $state == warm ]]; then
        hear "$network"
        wait_until 30 "NetworkManager to list ${SSID[$network]}" nm_lists "${SSID[$network]}"
    else
        # A search of its own that is on ends first.
        forget_air
        dbus-send --system --print-reply=literal --dest=fi.w1.wpa_supplicant1 "$supplicant_path" \
            fi.w1.wpa_supplicant1.Interface.FlushBSS uint32:0 >/dev/null
        wait_until 30 "NetworkManager to forget ${SSID[$network]}" nm_does_not_list "${SSID[$network]}"
    fi
    measure "$case" NetworkManager nmcli -c no connection up bench
    wait "$client" || true
    nmcli -c no connection delete bench >/dev/null
    disconnected
}

# An application that joins again and again by the library ------------------------

application_try() {
    local case=$1 network=${1#*-} words
    hear "$network"
    words=$(.build/release/OnceKeeper bench "${SSID[$network]}" "$PASSPHRASE" automatic 15 9 | grep -m 1 medians || true)
    note_figure "$case, an application, from the library's call" $((1000 * $(grep -oE '[0-9]+ ms to' <<<"$words" | grep -oE '[0-9]+')))
    note_figure "$case, an application, its own exchange" $((1000 * $(grep -oE '[0-9]+ ms exchange' <<<"$words" | grep -oE '[0-9]+')))
    disconnected
}

# The rounds ---------------------------------------------------------------------------

FROM_START=${FROM_START-cold-WPA2 cold-SAE cold-hidden}
hotspot --version >/dev/null
for ((round = 1; round <= ROUNDS; round++)); do
    for who in $CONTENDERS; do
        "${who}_begin"
        for case in $CASES; do
            printf '%s, %s\n' "$who" "$case" >&2
            "${who}_try" "$case"
        done
        "${who}_end"
        if [[ $who == hotspot ]]; then
            for case in $CASES; do
                [[ $case != warm-* ]] || application_try "$case"
            done
        fi
        if declare -F "${who}_from_start" >/dev/null; then
            for case in $FROM_START; do "${who}_from_start" "$case"; done
        fi
    done
    for program in 'hotspot --version' 'wpa_cli -v' 'iwctl --version' 'nmcli --version'; do
        begin=${EPOCHREALTIME/./}
        $program >/dev/null 2>&1 || true
        end=${EPOCHREALTIME/./}
        note_figure "start and end of $program" $((end - begin))
    done
    printf 'round %d of %d\n' "$round" "$ROUNDS" >&2
done

figures() {
    [[ -e $WORK/$1 ]] || return 0
    sort -n "$WORK/$1" | awk -v name="$1" '
        { v[NR] = $1 }
        END { printf "| %s | %d | %d | %d | %d |\n", name, v[int((NR + 1) / 2)], v[1], v[NR], NR }'
}
printf '\n| milliseconds | median | min | max | n |\n|---|---|---|---|---|\n'
for case in $CASES; do
    for who in hotspot 'an application' wpa_supplicant 'wpa_supplicant from its start' iwd 'iwd from its start' NetworkManager; do
        figures "$case, $who"
        figures "$case, $who, exchange"
        figures "$case, $who, from the library's call"
        figures "$case, $who, its own exchange"
    done
done
for program in hotspot wpa_cli iwctl nmcli; do
    for file in "$WORK/start and end of $program"*; do figures "${file##*/}"; done
done
