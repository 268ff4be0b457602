# shellcheck shell=bash disable=SC2120 # optional arguments are for the callers.
# Functions for scenarios, for `lab shell` and for the Swift tests: they start
# and stop the parts of a Wi-Fi world inside the lab's guest. Source this file.
#
#   start_network_manager               D-Bus, wpa_supplicant, NetworkManager
#   access_point SSID KIND …            one access point on a free radio
#   stop_access_point SSID|RADIO
#   wait_until SECONDS WHAT COMMAND…    the one way to wait: bounded, and named

LAB_STATE=/run/lab
LAB_LOGS=/run/lab/logs
LAB_STATION=wlan0
# The initramfs' busybox starts in a fifth of the time that a dynamically
# linked program takes on an emulated processor.
LAB_BUSYBOX=/run/lab/busybox

lab_fail() {
    printf 'lab: %s\n' "$*" >&2
    return 1
}

# wait_until SECONDS WHAT COMMAND…: until the command succeeds. Between two
# tries it waits a twentieth of a second, without starting a process.
wait_until() {
    local seconds=$1 what=$2 deadline idle
    shift 2
    deadline=$((${EPOCHREALTIME/./} + seconds * 1000000))
    exec {idle}<> <(:)
    until "$@"; do
        if ((${EPOCHREALTIME/./} > deadline)); then
            exec {idle}>&-
            lab_fail "waited $seconds s in vain for $what"
            return 1
        fi
        read -r -t 0.05 -u "$idle" || true
    done
    exec {idle}>&-
}

# Daemons --------------------------------------------------------------------

# start_daemon NAME COMMAND…: in the background, its output in NAME.log.
start_daemon() {
    local name=$1
    shift
    daemon_runs "$name" && return
    # A subshell has no job control, so that setsid need not fork and the
    # process number is the daemon's own.
    (
        set +m
        : >>"$LAB_LOGS/$name.log"
        "$LAB_BUSYBOX" setsid "$@" </dev/null >>"$LAB_LOGS/$name.log" 2>&1 &
        echo $! >"$LAB_STATE/pids/$name"
    )
}

daemon_pid() {
    [[ -e $LAB_STATE/pids/$1 ]] && echo "$(<"$LAB_STATE/pids/$1")"
}

daemon_runs() {
    local pid
    pid=$(daemon_pid "$1") && [[ -e /proc/$pid/exe ]]
}

daemon_ended() {
    ! daemon_runs "$1"
}

# stop_daemon NAME [SIGNAL]: and waits until it is gone.
stop_daemon() {
    local name=$1 pid
    pid=$(daemon_pid "$name") || return 0
    kill -CONT "$pid" 2>/dev/null || true
    kill "-${2:-TERM}" "$pid" 2>/dev/null || true
    wait_until 10 "$name to end" daemon_ended "$name" || kill -KILL "$pid" || true
    "$LAB_BUSYBOX" rm -f "$LAB_STATE/pids/$name"
}

bus_answers() {
    dbus-send --system --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.GetId &>/dev/null
}

# bus_has NAME: whether somebody owns the name on the system bus.
bus_has() {
    [[ $(dbus-send --system --print-reply=literal --dest=org.freedesktop.DBus / \
        org.freedesktop.DBus.NameHasOwner "string:$1" 2>/dev/null) == *true* ]]
}

start_dbus() {
    daemon_runs dbus && return
    "$LAB_BUSYBOX" rm -f /run/dbus/system_bus_socket
    start_daemon dbus dbus-daemon --system --nofork --nopidfile
    wait_until 15 "the system bus" bus_answers
}

# Only needed where a scenario asks NetworkManager to ask polkit.
start_polkit() {
    start_dbus
    start_daemon polkit /usr/lib/polkit-1/polkitd --no-debug
    wait_until 30 "polkit on the bus" bus_has org.freedesktop.PolicyKit1
}

# logind, as elogind has it: it runs without systemd. Its seat has the
# kernel's virtual terminals.
start_logind() {
    start_dbus
    "$LAB_BUSYBOX" mkdir -p /run/systemd /sys/fs/cgroup
    [[ -e /sys/fs/cgroup/elogind ]] || "$LAB_BUSYBOX" mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup
    "$LAB_BUSYBOX" mkdir -p /sys/fs/cgroup/elogind
    "$LAB_BUSYBOX" mount -t cgroup -o none,name=elogind elogind /sys/fs/cgroup/elogind
    start_daemon logind /usr/lib/elogind/elogind
    wait_until 30 "logind on the bus" bus_has org.freedesktop.login1
}

# LAB_SUPPLICANT_OPTIONS=-d makes its log detailed.
start_supplicant() {
    start_dbus
    # shellcheck disable=SC2086
    start_daemon wpa_supplicant wpa_supplicant -u -t ${LAB_SUPPLICANT_OPTIONS-} \
        -O "DIR=/run/wpa_supplicant GROUP=netdev"
    wait_until 15 "wpa_supplicant on the bus" bus_has fi.w1.wpa_supplicant1
}

# The station's NMDeviceState, a number such as 30.
nm_device_state() {
    local path
    path=$(dbus-send --system --print-reply=literal --dest=org.freedesktop.NetworkManager \
        /org/freedesktop/NetworkManager org.freedesktop.NetworkManager.GetDeviceByIpIface \
        "string:$LAB_STATION" 2>/dev/null) || return
    dbus-send --system --print-reply=literal --dest=org.freedesktop.NetworkManager "${path// /}" \
        org.freedesktop.DBus.Properties.Get \
        string:org.freedesktop.NetworkManager.Device string:State 2>/dev/null | awk '{ print $3 }'
}

nm_device_is() {
    [[ $(nm_device_state) == "$1" ]]
}

# Disconnected, or on its way to a network already.
nm_device_is_usable() {
    local state
    state=$(nm_device_state) && ((state >= 30))
}

# start_network_manager [LINE…]: with the lines added to its configuration,
# for instance: start_network_manager '[main]' auth-polkit=true
start_network_manager() {
    start_supplicant || return
    write_network_manager_configuration "$@"
    # A NetworkManager that was killed in a search leaves its random address,
    # which the next one would take for the radio's own.
    if [[ -e /sys/class/net/$LAB_STATION && $(<"/sys/class/net/$LAB_STATION/address") != 02:00:00:00:00:00 ]]; then
        ip link set "$LAB_STATION" down
        ip link set "$LAB_STATION" address 02:00:00:00:00:00
    fi
    start_daemon NetworkManager NetworkManager --debug
    wait_until 60 "NetworkManager on the bus" bus_has org.freedesktop.NetworkManager || return
    [[ -e /sys/class/net/$LAB_STATION ]] || return 0
    wait_until 60 "NetworkManager to have $LAB_STATION" nm_device_is_usable
}

write_network_manager_configuration() {
    "$LAB_BUSYBOX" mkdir -p /etc/NetworkManager/conf.d
    cat >/etc/NetworkManager/NetworkManager.conf <<-END
	[main]
	plugins=keyfile
	auth-polkit=false
	[keyfile]
	unmanaged-devices=*,except:interface-name:$LAB_STATION
	[logging]
	level=${LAB_NM_LOG_LEVEL:-INFO}
	END
    if (($# > 0)); then
        printf '%s\n' "$@" >/etc/NetworkManager/conf.d/scenario.conf
    else
        "$LAB_BUSYBOX" rm -f /etc/NetworkManager/conf.d/scenario.conf
    fi
}

# The daemon alone: the supplicant and the bus stay.
stop_network_manager() {
    stop_daemon NetworkManager
}

iwd_has_station() {
    # A call to a name without an owner has the bus start another one.
    bus_has net.connman.iwd || return
    dbus-send --system --print-reply --dest=net.connman.iwd / org.freedesktop.DBus.ObjectManager.GetManagedObjects \
        2>/dev/null | grep -q "\"$LAB_STATION\""
}

start_iwd() {
    start_dbus
    start_daemon iwd /usr/libexec/iwd -i "$LAB_STATION"
    # It has its name before it has its devices.
    wait_until 15 "iwd to have $LAB_STATION" iwd_has_station
}

# Addresses --------------------------------------------------------------------

# have_dhcp_client NAME: dhcpcd, udhcpc, busybox, dhclient or none is the only
# one that is installed. The lab begins with busybox.
have_dhcp_client() {
    "$LAB_BUSYBOX" chmod a-x /usr/sbin/dhcpcd /usr/sbin/dhclient /etc/udhcpc/default.script /usr/bin/busybox
    "$LAB_BUSYBOX" rm -f /usr/sbin/udhcpc
    case $1 in
    none) ;;
    dhcpcd | dhclient) "$LAB_BUSYBOX" chmod a+x "/usr/sbin/$1" ;;
    udhcpc)
        # As Debian's package has it, with its script.
        "$LAB_BUSYBOX" ln -s /usr/bin/busybox /usr/sbin/udhcpc
        "$LAB_BUSYBOX" chmod a+x /etc/udhcpc/default.script /usr/bin/busybox
        ;;
    busybox) "$LAB_BUSYBOX" chmod a+x /usr/bin/busybox ;;
    *) lab_fail "unknown DHCP client: $1" ;;
    esac
}

# start_networkd [LINE…]: with the lines in the [Network] section of the
# station's file. Since /sys is read-only it does not wait for udev, either.
start_networkd() {
    start_dbus
    "$LAB_BUSYBOX" mkdir -p /run/systemd/network /run/systemd/netif/{links,leases,lldp}
    "$LAB_BUSYBOX" chown -R systemd-network:systemd-network /run/systemd/netif
    printf '%s\n' '[Match]' "Name=$LAB_STATION" '[Network]' "$@" >"/run/systemd/network/$LAB_STATION.network"
    SYSTEMD_LOG_LEVEL=debug start_daemon networkd /lib/systemd/systemd-networkd
    wait_until 15 "systemd-networkd on the bus" bus_has org.freedesktop.network1
}

# Access points ----------------------------------------------------------------
#
# Every radio but the station's stands in a network namespace of its own, named
# like its interface: packets between it and the station can only take the air
# (in one namespace the kernel would hand them over itself), and the station's
# side does not see the access point's nl80211 events, as on real machines.
# $LAB_STATE/radios/wlanN is a directory while the radio is in use.

# place_radios: once, at boot.
place_radios() {
    local radio jobs=()
    for radio in /sys/class/net/wlan*; do
        radio=${radio##*/}
        [[ $radio == "$LAB_STATION" || $radio == 'wlan*' ]] || printf 'netns add %s\n' "$radio"
    done | ip -batch -
    for radio in /run/netns/wlan*; do
        [[ -e $radio ]] || continue
        radio=${radio##*/}
        iw phy "$(<"/sys/class/net/$radio/phy80211/name")" set netns name "$radio" &
        jobs+=($!)
    done
    ((${#jobs[@]} == 0)) || wait "${jobs[@]}"
}

# on_radio RADIO COMMAND…: runs the command in the radio's namespace.
on_radio() {
    # By its full path, or busybox would run what it has under that name.
    "$LAB_BUSYBOX" nsenter --net="/run/netns/$1" "$(type -P "$2")" "${@:3}"
}

# take_radio: the name of a radio that was free and is now the caller's.
take_radio() {
    local namespace
    for namespace in /run/netns/wlan*; do
        "$LAB_BUSYBOX" mkdir "$LAB_STATE/radios/${namespace##*/}" 2>/dev/null && echo "${namespace##*/}" && return
    done
    lab_fail "no radio is free: all access points are in use"
}

# wait_for_log NAME TEXT: until the daemon of that name has said it; a daemon
# that ends instead is not waited for.
wait_for_log() {
    wait_until 30 "$1 to say '$2'" log_says_or_ended "$1" "$2" && log_says "$1" "$2" && return
    lab_fail "$1 did not say '$2'; its last words: $(tail -n 3 "$LAB_LOGS/$1.log")"
}

log_says() {
    [[ $(<"$LAB_LOGS/$1.log") == *"$2"* ]]
}

log_says_or_ended() {
    log_says "$@" || daemon_ended "$1"
}

# access_point SSID KIND [PASSPHRASE] [OPTION…]
#   KIND    open, wpa2, sae, transition or owe
#   OPTION  hidden, no-dhcp, channel=N, or any line for hostapd.conf
# Returns when hostapd says that it is on the air.
access_point() {
    local ssid=$1 kind=$2 passphrase='' radio number directory option dhcp=1 channel='' settings=()
    shift 2
    case $kind in
    open) ;;
    owe) settings=(wpa=2 wpa_key_mgmt=OWE rsn_pairwise=CCMP ieee80211w=2) ;;
    *)
        passphrase=$1
        shift
        ;;
    esac
    case $kind in
    open | owe) ;;
    wpa2) settings=(wpa=2 wpa_key_mgmt=WPA-PSK rsn_pairwise=CCMP "wpa_passphrase=$passphrase") ;;
    sae) settings=(wpa=2 wpa_key_mgmt=SAE rsn_pairwise=CCMP ieee80211w=2 sae_pwe=2 "sae_password=$passphrase") ;;
    transition)
        settings=(wpa=2 'wpa_key_mgmt=WPA-PSK SAE' rsn_pairwise=CCMP ieee80211w=1 sae_require_mfp=1
            sae_pwe=2 "wpa_passphrase=$passphrase" "sae_password=$passphrase")
        ;;
    *) lab_fail "unknown kind of access point: $kind" || return ;;
    esac
    for option in "$@"; do
        case $option in
        hidden) settings+=(ignore_broadcast_ssid=1) ;;
        no-dhcp) dhcp= ;;
        channel=*) channel=${option#*=} ;;
        *) settings+=("$option") ;;
        esac
    done

    radio=$(take_radio) || return
    number=${radio#wlan}
    directory=$LAB_STATE/ap/$radio
    "$LAB_BUSYBOX" mkdir -p "$directory"
    printf '%s\n' "$ssid" >"$directory/ssid"
    {
        printf '%s\n' "interface=$radio" driver=nl80211 hw_mode=g ieee80211n=1 "ctrl_interface=$directory/ctrl" \
            "channel=${channel:-$((1 + (number - 1) * 5 % 11))}"
        printf 'ssid2=%s\n' "$(printf %s "$ssid" | "$LAB_BUSYBOX" xxd -p -c 64)"
        ((${#settings[@]} == 0)) || printf '%s\n' "${settings[@]}"
    } >"$directory/hostapd.conf"
    : >"$LAB_LOGS/hostapd-$radio.log"
    : >"$LAB_LOGS/dnsmasq-$radio.log"
    start_daemon "hostapd-$radio" "$LAB_BUSYBOX" nsenter --net="/run/netns/$radio" hostapd -t "$directory/hostapd.conf"
    wait_for_log "hostapd-$radio" AP-ENABLED || return
    if [[ $dhcp ]]; then
        on_radio "$radio" ip address replace "10.77.$number.1/24" dev "$radio"
        # --no-ping: it would probe each address for three seconds before the
        # first lease.
        start_daemon "dnsmasq-$radio" "$LAB_BUSYBOX" nsenter --net="/run/netns/$radio" \
            dnsmasq --conf-file=/dev/null --keep-in-foreground --log-facility=- --log-dhcp --port=0 --no-ping --pid-file= \
            --interface="$radio" --bind-interfaces --dhcp-authoritative --dhcp-leasefile="$directory/leases" \
            --dhcp-range="10.77.$number.10,10.77.$number.200,1h"
        wait_for_log "dnsmasq-$radio" "DHCP, sockets bound" || return
    fi
    printf '%s\n' "$radio"
}

# stop_access_point SSID|RADIO
stop_access_point() {
    local directory radio
    for directory in "$LAB_STATE"/ap/wlan*; do
        [[ -e $directory ]] || continue
        radio=${directory##*/}
        [[ $radio == "$1" || $(cat "$directory/ssid" 2>/dev/null) == "$1" ]] || continue
        stop_daemon "dnsmasq-$radio"
        stop_daemon "hostapd-$radio"
        on_radio "$radio" ip address flush dev "$radio"
        "$LAB_BUSYBOX" rm -rf "$directory" "$LAB_STATE/radios/$radio"
    done
}
