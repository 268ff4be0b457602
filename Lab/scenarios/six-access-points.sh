#!/usr/bin/env bash
# Six access points on the air, one of each kind that a QR code can name, and
# a station that NetworkManager manages.
set -euo pipefail
# shellcheck source=Lab/guest/lib.sh
. "$LAB_DIR/guest/lib.sh"

jobs=()
begin() {
    "$@" >/dev/null &
    jobs+=($!)
}
begin start_network_manager
begin access_point 'Lab Open' open
begin access_point 'Lab WPA2' wpa2 'correct horse'
begin access_point 'Lab WPA3' sae 'battery staple'
begin access_point 'Lab Both' transition 'correct horse'
begin access_point 'Lab Hidden WPA2' wpa2 'correct horse' hidden
begin access_point 'Lab Hidden WPA3' sae 'battery staple' hidden
for job in "${jobs[@]}"; do
    wait "$job"
done
