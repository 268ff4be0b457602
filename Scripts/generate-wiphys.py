#!/usr/bin/env python3
"""Composes what drivers that the radio lab cannot simulate would answer to
NL80211_CMD_GET_WIPHY, in Fixtures/wiphy. They are composed, not recorded: from
what the drivers' sources of Linux 6.1 set and `iw phy` shows of them."""

import pathlib
import struct

FAMILY = 0x1C  # as in some kernel: nl80211's number differs from boot to boot
NEW_WIPHY = 3
WIPHY, NAME, BANDS, IFTYPES, SCAN_SSIDS = 1, 2, 22, 32, 43
COMMANDS, CIPHERS, FEATURES, EXT_FEATURES = 50, 57, 143, 217
# nl80211_commands
NEW_KEY, TRIGGER_SCAN, AUTHENTICATE, ASSOCIATE, DEAUTHENTICATE, DISASSOCIATE = 11, 33, 37, 38, 39, 40
CONNECT, DISCONNECT, SET_PMKSA, CONTROL_PORT_FRAME, EXTERNAL_AUTH = 46, 48, 52, 129, 127
# nl80211_feature_flags
SAE = 1 << 5
# nl80211_ext_feature_index
HANDSHAKE_PSK, HANDSHAKE_1X, CONTROL_PORT, SAE_OFFLOAD, TX_STATUS = 15, 16, 26, 38, 48
WEP40, TKIP, CCMP, WEP104, CMAC, GCMP, GCMP256 = (0x000FAC00 | n for n in (1, 2, 4, 5, 6, 8, 9))

OLD = [WEP40, WEP104, TKIP, CCMP]
PLANS = {
    # iwlwifi, ath11k, mt76, rtw88: over mac80211, which sets the features for all of them.
    "softmac": dict(
        commands=[NEW_KEY, TRIGGER_SCAN, AUTHENTICATE, ASSOCIATE, DEAUTHENTICATE, DISASSOCIATE, CONNECT, DISCONNECT],
        features=SAE, extended=[CONTROL_PORT, TX_STATUS], ciphers=OLD + [CMAC, GCMP, GCMP256]),
    # brcmfmac whose firmware has "sup_wpa" and "sae" (Raspberry Pi 4 and 5).
    "brcmfmac-offload": dict(
        commands=[NEW_KEY, TRIGGER_SCAN, CONNECT, DISCONNECT, SET_PMKSA],
        features=0, extended=[HANDSHAKE_PSK, HANDSHAKE_1X, SAE_OFFLOAD], ciphers=OLD + [CMAC]),
    # brcmfmac whose firmware has "sup_wpa" alone (Raspberry Pi 3, Zero 2).
    "brcmfmac-psk": dict(
        commands=[NEW_KEY, TRIGGER_SCAN, CONNECT, DISCONNECT, SET_PMKSA],
        features=0, extended=[HANDSHAKE_PSK, HANDSHAKE_1X], ciphers=OLD + [CMAC]),
    # mwifiex, wil6210, brcmfmac without "sup_wpa": EAPOL goes the way of data.
    "fullmac-plain": dict(
        commands=[NEW_KEY, TRIGGER_SCAN, CONNECT, DISCONNECT, SET_PMKSA],
        features=0, extended=[], ciphers=OLD),
    # qtnfmac, wilc1000: SAE's frames are made by a program; here with EAPOL over nl80211.
    "external-authentication": dict(
        commands=[NEW_KEY, TRIGGER_SCAN, CONNECT, DISCONNECT, EXTERNAL_AUTH, CONTROL_PORT_FRAME],
        features=SAE, extended=[CONTROL_PORT], ciphers=OLD + [CMAC]),
}


def attribute(number, value):
    length = 4 + len(value)
    return struct.pack("=HH", length, number) + value + bytes(-length % 4)


def u32(value):
    return struct.pack("=I", value)


def bitmap(bits):
    octets = bytearray(max(bits, default=-8) // 8 + 1)
    for bit in bits:
        octets[bit // 8] |= 1 << bit % 8
    return bytes(octets)


def datagram(attributes):
    body = struct.pack("=BBH", NEW_WIPHY, 1, 0) + attribute(WIPHY, u32(0)) + attributes
    return struct.pack("=IHHII", 16 + len(body), FAMILY, 2, 1, 0) + body


def channels():
    entries = b"".join(
        attribute(n, attribute(1, u32(2407 + 5 * n)) + (attribute(3, b"") if n > 11 else b"")) for n in range(1, 14))
    return attribute(BANDS, attribute(0, attribute(1, entries)))


for name, plan in PLANS.items():
    commands = b"".join(attribute(n + 1, u32(c)) for n, c in enumerate(plan["commands"]))
    parts = [
        attribute(NAME, b"phy0\0") + attribute(SCAN_SSIDS, bytes([10]))
        + attribute(CIPHERS, b"".join(map(u32, plan["ciphers"]))) + attribute(IFTYPES, attribute(2, b"")),
        attribute(NAME, b"phy0\0") + channels(),
        attribute(NAME, b"phy0\0") + attribute(COMMANDS, commands) + attribute(FEATURES, u32(plan["features"]))
        + (attribute(EXT_FEATURES, bitmap(plan["extended"])) if plan["extended"] else b""),
    ]
    path = pathlib.Path(__file__).parent.parent / "Fixtures" / "wiphy" / f"{name}.hex"
    lines = ["# composed, not recorded: Scripts/generate-wiphys.py", f"# family {FAMILY}"]
    path.write_text("\n".join(lines + [datagram(part).hex() for part in parts]) + "\n")
