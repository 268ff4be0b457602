internal import QRWifi

/// A payload to measure.
struct BenchmarkCase {
    let name: String
    let payload: [UInt8]

    init(_ name: String, _ payload: String) {
        self.name = name
        self.payload = Array(payload.utf8)
    }

    private static let tail = "T:WPA;S:CoffeeHouse-Guest;P:correct horse battery;;"

    static let all = [
        BenchmarkCase("typical, 52 octets", "WIFI:T:WPA;S:CoffeeHouse-5G;P:correct horse battery;"),
        BenchmarkCase(
            "escapes, 72 octets",
            #"WIFI:T:WPA;S:Coffee\;House\, 5\:GHz;P:corr\\ect\;horse\:bat\"tery\,ab;;"#
        ),
        BenchmarkCase(
            "EAP, 100 octets",
            "WIFI:T:WPA2-EAP;S:university;E:TTLS;PH2:MSCHAPV2;A:anonymous@example.org;I:me@example.org;P:hunter2x;;"
        ),
        BenchmarkCase(
            "junk first: one unknown field, 2,800 octets",
            "WIFI:X:\(String(repeating: "junk ", count: 560));\(tail)"
        ),
        BenchmarkCase(
            "junk first: 70 unknown fields of 40 octets",
            "WIFI:" + String(repeating: "XY:\(String(repeating: "j", count: 36));", count: 70) + tail
        ),
        BenchmarkCase("junk first: 1,400 parts of one octet", "WIFI:" + String(repeating: "j;", count: 1_400) + tail),
        BenchmarkCase(
            "junk first: 933 unknown fields of two octets",
            "WIFI:" + String(repeating: "x:;", count: 933) + tail
        ),
        BenchmarkCase("junk first: 2,800 semicolons", "WIFI:" + String(repeating: ";", count: 2_800) + tail),
        BenchmarkCase("junk first: 560 duplicates", "WIFI:S:b;" + String(repeating: "S:a;;", count: 560) + tail),
        BenchmarkCase(
            #"passphrase of 1,400 times \;"#,
            "WIFI:T:WPA;S:net;P:" + String(repeating: #"\;"#, count: 1_400) + ";;"
        ),
        BenchmarkCase(
            #"passphrase of 1,400 times \\"#,
            "WIFI:T:WPA;S:net;P:" + String(repeating: #"\\"#, count: 1_400) + ";;"
        ),
        BenchmarkCase(
            "passphrase of 2,800 octets",
            "WIFI:T:WPA;S:net;P:" + String(repeating: "p", count: 2_800) + ";;"
        ),
        BenchmarkCase(
            "passphrase of 933 percent pairs",
            "WIFI:T:WPA;S:net;P:" + String(repeating: "%3B", count: 933) + ";;"
        ),
    ]
}
