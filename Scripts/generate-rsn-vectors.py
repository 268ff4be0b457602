#!/usr/bin/env python3
"""Writes Fixtures/vectors/recomputed.json: keys of SAE, OWE and the four-way handshake.

IEEE 802.11-2020 prints examples for group 19 only, and RFC 8110 none at all. This is a second implementation, in plain
Python and from the standard's text, of everything that the Swift sources derive; it is slow, and nothing in it runs in
constant time. Before it writes, it proves itself on the published vectors.
"""

import hashlib
import hmac
import json
import pathlib

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "Fixtures/vectors"


class Curve:
    def __init__(self, group, p, b, n, gx, gy, z, hash_name):
        self.group, self.p, self.a, self.b, self.n, self.z = group, p, p - 3, b, n, z % p
        self.g, self.hash = (gx, gy), hash_name
        self.len = (p.bit_length() + 7) // 8

    def add(self, P, Q):
        if P is None:
            return Q
        if Q is None:
            return P
        if P[0] == Q[0]:
            if (P[1] + Q[1]) % self.p == 0:
                return None
            slope = (3 * P[0] * P[0] + self.a) * pow(2 * P[1], -1, self.p)
        else:
            slope = (Q[1] - P[1]) * pow(Q[0] - P[0], -1, self.p)
        x = (slope * slope - P[0] - Q[0]) % self.p
        return x, (slope * (P[0] - x) - P[1]) % self.p

    def mul(self, k, P):
        R = None
        while k:
            if k & 1:
                R = self.add(R, P)
            P = self.add(P, P)
            k >>= 1
        return R

    def neg(self, P):
        return P[0], (-P[1]) % self.p

    def rhs(self, x):
        return (x**3 + self.a * x + self.b) % self.p

    def is_square(self, v):
        return pow(v, (self.p - 1) // 2, self.p) == 1

    def sqrt(self, v):
        return pow(v, (self.p + 1) // 4, self.p)

    def octets(self, P):
        return P[0].to_bytes(self.len, "big") + P[1].to_bytes(self.len, "big")

    def sswu(self, u):
        m = (self.z**2 * pow(u, 4, self.p) + self.z * u * u) % self.p
        t = pow(m, self.p - 2, self.p)
        if m == 0:
            x1 = self.b * pow(self.z * self.a, -1, self.p) % self.p
        else:
            x1 = -self.b * pow(self.a, -1, self.p) * (1 + t) % self.p
        x2 = self.z * u * u * x1 % self.p
        x = x1 if self.is_square(self.rhs(x1)) else x2
        y = self.sqrt(self.rhs(x))
        return x, y if y & 1 == u & 1 else self.p - y


CURVES = [
    Curve(19, 2**256 - 2**224 + 2**192 + 2**96 - 1,
          0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
          0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
          0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
          0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5, -10, "sha256"),
    Curve(20, 2**384 - 2**128 - 2**96 + 2**32 - 1,
          0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
          0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
          0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
          0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
          -12, "sha384"),
    Curve(21, 2**521 - 1,
          0x0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF073573DF883D2C34F1EF451FD46B503F00,
          2**521 - 2**264 + 0xFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
          0x00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE3348B3C1856A429BF97E7E31C2E5BD66,
          0x011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42640C550B9013FAD0761353C7086A272C24088BE94769FD16650,
          -4, "sha512"),
]


def mac(name, key, data):
    return hmac.new(key, data, name).digest()


def kdf(name, key, label, context, bits):
    out, counter = b"", 1
    while len(out) * 8 < bits:
        out += mac(name, key, counter.to_bytes(2, "little") + label.encode() + context + bits.to_bytes(2, "little"))
        counter += 1
    out = bytearray(out[: (bits + 7) // 8])
    if bits % 8:
        out[-1] &= 0xFF << (8 - bits % 8) & 0xFF
    return bytes(out)


def expand(name, key, info, length):
    out, block, counter = b"", b"", 1
    while len(out) < length:
        block = mac(name, key, block + info + bytes([counter]))
        out += block
        counter += 1
    return out[:length]


def prf_sha1(key, label, data, length):
    out = b"".join(mac("sha1", key, label.encode() + b"\0" + data + bytes([i])) for i in range((length + 19) // 20))
    return out[:length]


def looping(curve, password, mac1, mac2):
    addresses = max(mac1, mac2) + min(mac1, mac2)
    bits = curve.p.bit_length()
    for counter in range(1, 256):
        seed = mac("sha256", addresses, password + bytes([counter]))
        x = int.from_bytes(kdf("sha256", seed, "SAE Hunting and Pecking", curve.p.to_bytes(curve.len, "big"), bits), "big")
        x >>= -bits % 8
        if x < curve.p and curve.is_square(curve.rhs(x)):
            y = curve.sqrt(curve.rhs(x))
            return (x, y if y & 1 == seed[-1] & 1 else curve.p - y), counter
    raise ValueError


def token(curve, ssid, password, identifier):
    seed = mac(curve.hash, ssid, password + identifier)
    length = curve.len + (curve.len + 1) // 2
    points = []
    for label in (b"SAE Hash to Element u1 P1", b"SAE Hash to Element u2 P2"):
        points.append(curve.sswu(int.from_bytes(expand(curve.hash, seed, label, length), "big") % curve.p))
    return curve.add(*points)


def element(curve, pt, mac1, mac2):
    size = hashlib.new(curve.hash).digest_size
    val = int.from_bytes(mac(curve.hash, bytes(size), max(mac1, mac2) + min(mac1, mac2)), "big")
    return curve.mul(val % (curve.n - 1) + 1, pt)


def commit(curve, pwe, rand, mask):
    return (rand + mask) % curve.n, curve.neg(curve.mul(mask, pwe))


def sae_keys(curve, name, pwe, rand, own, peer, salt, pmk_length):
    k = curve.mul(rand, curve.add(curve.mul(peer[0], pwe), peer[1]))[0].to_bytes(curve.len, "big")
    size = hashlib.new(name).digest_size
    seed = mac(name, salt or bytes(size), k)
    context = ((own[0] + peer[0]) % curve.n).to_bytes(curve.len, "big")
    keys = kdf(name, seed, "SAE KCK and PMK", context, (size + pmk_length) * 8)
    return keys[:size], keys[size:], context[:16]


def confirm(curve, name, kck, counter, own, peer):
    data = counter.to_bytes(2, "little")
    for scalar, point in (own, peer):
        data += scalar.to_bytes(curve.len, "big") + curve.octets(point)
    return mac(name, kck, data)


def owe(curve, private1, private2):
    c = curve.mul(private1, curve.g)[0].to_bytes(curve.len, "big")
    a_point = curve.mul(private2, curve.g)
    a = a_point[0].to_bytes(curve.len, "big")
    z = curve.mul(private1, a_point)[0].to_bytes(curve.len, "big")
    prk = mac(curve.hash, c + a + curve.group.to_bytes(2, "little"), z)
    return c, a, expand(curve.hash, prk, b"OWE Key Generation", len(prk)), hashlib.new(curve.hash, c + a).digest()[:16]


def ptk(name, pmk, aa, spa, anonce, snonce, length):
    data = min(aa, spa) + max(aa, spa) + min(anonce, snonce) + max(anonce, snonce)
    if name == "sha1":
        return prf_sha1(pmk, "Pairwise key expansion", data, length)
    return kdf(name, pmk, "Pairwise key expansion", data, length * 8)


def prove(published):
    assert all(curve.mul(curve.n, curve.g) is None for curve in CURVES)
    for v in published["psk_pbkdf2"]["vectors"]:
        assert hashlib.pbkdf2_hmac("sha1", v["passphrase"].encode(), v["ssid"].encode(), 4096, 32).hex() == v["psk"]
    for v in published["prf_sha1"]["vectors"]:
        assert prf_sha1(bytes.fromhex(v["key"]), v["label"], bytes.fromhex(v["data"]), v["length"]).hex() == v["out"]
    for v in published["hkdf_sha256"]["vectors"]:
        prk = mac("sha256", bytes.fromhex(v["salt"]), bytes.fromhex(v["ikm"]))
        assert prk.hex() == v["prk"] and expand("sha256", prk, bytes.fromhex(v["info"]), v["length"]).hex() == v["okm"]
    for v in published["sswu"]["vectors"]:
        curve = CURVES[v["group"] - 19]
        assert curve.octets(curve.sswu(int(v["u"], 16))).hex() == v["point"], v
    for v in published["diffie_hellman"]["vectors"]:
        curve = CURVES[v["group"] - 19]
        i, r = int(v["i"], 16), int(v["r"], 16)
        assert curve.octets(curve.mul(i, curve.g)).hex() == v["gi"], v
        assert curve.octets(curve.mul(r, curve.g)).hex() == v["gr"], v
        assert curve.mul(i, curve.mul(r, curve.g))[0].to_bytes(curve.len, "big").hex() == v["gir"], v
    for v in published["eapol_psk"]["vectors"]:
        pmk = hashlib.pbkdf2_hmac("sha1", v["passphrase"].encode(), v["ssid"].encode(), 4096, 32)
        frame = bytes.fromhex(v["message2"])
        key = ptk("sha1", pmk, bytes.fromhex(v["aa"]), bytes.fromhex(v["spa"]), bytes.fromhex(v["anonce"]), frame[17:49], 48)
        assert mac("sha1", key[:16], frame[:81] + bytes(16) + frame[97:])[:16] == frame[81:97] == bytes.fromhex(v["mic"])
    curve = CURVES[0]
    for v in published["sae_hunting_and_pecking_group19"]["vectors"]:
        pwe, counter = looping(curve, v["password"].encode(), bytes.fromhex(v["sta_mac"]), bytes.fromhex(v["peer_mac"]))
        assert curve.octets(pwe).hex() == v["pwe"] and counter == v["found_at_counter"]
        own = commit(curve, pwe, int(v["rand"], 16), int(v["mask"], 16))
        peer = bytes.fromhex(v["peer_commit"])[2:]
        peer = int.from_bytes(peer[:32], "big"), (int.from_bytes(peer[32:64], "big"), int.from_bytes(peer[64:], "big"))
        assert v["own_commit"] == "1300" + own[0].to_bytes(32, "big").hex() + curve.octets(own[1]).hex()
        kck, pmk, pmkid = sae_keys(curve, "sha256", pwe, int(v["rand"], 16), own, peer, b"", 32)
        assert [kck.hex(), pmk.hex(), pmkid.hex()] == [v["kck"], v["pmk"], v["pmkid"]]
        assert confirm(curve, "sha256", kck, 1, own, peer).hex() == v["own_confirm_send_confirm_1"]
    for v in published["sae_h2e_group19"]["vectors"]:
        pt = token(curve, v["ssid"].encode(), v["password"].encode(), v["identifier"].encode())
        assert curve.octets(pt).hex() == v["pt"]
        assert curve.octets(element(curve, pt, bytes.fromhex(v["mac1"]), bytes.fromhex(v["mac2"]))).hex() == v["pwe"]


def number(seed, curve):
    return int.from_bytes(hashlib.shake_256(seed.encode()).digest(curve.len), "big") % (curve.n - 2) + 2


def scalar_octets(value, curve):
    return value.to_bytes(curve.len, "big").hex()


def main():
    published = json.loads((VECTORS / "published.json").read_text())["published"]
    prove(published)
    sta, ap = bytes.fromhex("020000000000"), bytes.fromhex("020000000300")
    ssid, password = b"Lab WPA3", b"correct horse battery"
    result = {"about": "Written by Scripts/generate-rsn-vectors.py.", "sae": [], "owe": [], "ptk": []}
    for curve in CURVES:
        for h2e, identifier, rejected in ((False, b"", b""), (True, b"", b""), (True, b"guest", b"\x16\x00\x17\x00")):
            if h2e:
                pt = token(curve, ssid, password, identifier)
                pwe = element(curve, pt, sta, ap)
            else:
                pt, (pwe, _) = None, looping(curve, password, sta, ap)
            name = curve.hash if h2e else "sha256"
            seeds = [f"{who} {what} {curve.group} {h2e} {identifier}" for who in ("sta", "ap") for what in ("rand", "mask")]
            rand, mask, peer_rand, peer_mask = (number(seed, curve) for seed in seeds)
            own, peer = commit(curve, pwe, rand, mask), commit(curve, pwe, peer_rand, peer_mask)
            kck, pmk, pmkid = sae_keys(curve, name, pwe, rand, own, peer, rejected, 32)
            assert sae_keys(curve, name, pwe, peer_rand, peer, own, rejected, 32)[1] == pmk
            vector = {
                "group": curve.group, "h2e": h2e, "ssid": ssid.decode(), "password": password.decode(),
                "identifier": identifier.decode(), "rejected_groups": rejected.hex(),
                "sta": sta.hex(), "ap": ap.hex(), "pwe": curve.octets(pwe).hex(),
                "rand": scalar_octets(rand, curve), "mask": scalar_octets(mask, curve),
                "scalar": scalar_octets(own[0], curve), "element": curve.octets(own[1]).hex(),
                "peer_scalar": scalar_octets(peer[0], curve), "peer_element": curve.octets(peer[1]).hex(),
                "kck": kck.hex(), "pmk": pmk.hex(), "pmkid": pmkid.hex(),
                "confirm": confirm(curve, name, kck, 1, own, peer).hex(),
                "peer_confirm": confirm(curve, name, kck, 1, peer, own).hex(),
            }
            if pt:
                vector["pt"] = curve.octets(pt).hex()
                size = hashlib.new(name).digest_size
                long_kck, long_pmk, _ = sae_keys(curve, name, pwe, rand, own, peer, rejected, size)
                vector["extended_pmk"] = long_pmk.hex()
                vector["extended_confirm"] = confirm(curve, name, long_kck, 1, own, peer).hex()
                vector["extended_peer_confirm"] = confirm(curve, name, long_kck, 1, peer, own).hex()
            result["sae"].append(vector)
        private1, private2 = number(f"client {curve.group}", curve), number(f"ap {curve.group}", curve)
        c, a, pmk, pmkid = owe(curve, private1, private2)
        result["owe"].append({
            "group": curve.group, "client_private": scalar_octets(private1, curve),
            "ap_private": scalar_octets(private2, curve), "client_public": c.hex(), "ap_public": a.hex(),
            "pmk": pmk.hex(), "pmkid": pmkid.hex(),
        })
    nonces = hashlib.sha256(b"ANonce").digest(), hashlib.sha256(b"SNonce").digest()
    rows = (
        (2, "sha1", 32, 16, 16), (6, "sha256", 32, 16, 16), (8, "sha256", 32, 16, 16), (18, "sha256", 32, 16, 16),
        (18, "sha384", 48, 24, 32), (18, "sha512", 64, 32, 32), (24, "sha256", 32, 16, 16),
        (24, "sha384", 48, 24, 32), (24, "sha512", 64, 32, 32),
    )
    for akm, name, pmk_length, kck, kek in rows:
        for tk in (16, 32):
            pmk = hashlib.shake_256(f"PMK {akm} {name}".encode()).digest(pmk_length)
            key = ptk(name, pmk, ap, sta, *nonces, kck + kek + tk)
            result["ptk"].append({
                "akm": akm, "pmk": pmk.hex(), "aa": ap.hex(), "spa": sta.hex(), "anonce": nonces[0].hex(),
                "snonce": nonces[1].hex(), "kck": key[:kck].hex(), "kek": key[kck:kck + kek].hex(),
                "tk": key[kck + kek:].hex(),
            })
    (VECTORS / "recomputed.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
