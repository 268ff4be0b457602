#!/usr/bin/env bash
# Six access points on the air, one of each kind that a QR code can name, and
# a station that NetworkManager manages.
set -euo pipefail
# shellcheck source=Lab/guest/lib.sh
. "$LAB_DIR/guest/lib.sh"

access_point 'Lab Open' open
access_point 'Lab WPA2' wpa2 'correct horse'
access_point 'Lab WPA3' sae 'battery staple'
access_point 'Lab Both' transition 'correct horse'
access_point 'Lab Hidden WPA2' wpa2 'correct horse' hidden
access_point 'Lab Hidden WPA3' sae 'battery staple' hidden
start_network_manager
