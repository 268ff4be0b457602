internal import CAllocationCount
internal import Foundation
internal import QRWifi

/// Measures reading payloads here and by ZXing's Java parser, in turn, and prints medians as a table.
@main
struct QRWifiBenchmark {
    static let rounds = 31

    static func main() throws {
        let peer = ZXingPeer()
        if peer == nil { print("ZXing is not measured: java or the ZXing jar is missing (see README.md).\n") }
        print(
            "| payload | octets | read | + SSID and passphrase as arrays | + as strings | ns/octet | ZXing | ratio | allocations | allocated octets |"
        )
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        let only = CommandLine.arguments.dropFirst().first
        for item in BenchmarkCase.all where only == nil || item.name.contains(only ?? "") {
            print(try row(item, peer))
        }
    }

    private static func row(_ item: BenchmarkCase, _ peer: ZXingPeer?) throws -> String {
        let payload = item.payload
        let count = max(2_000, 2_000_000 / (payload.count + 50))
        var read: [Double] = []
        var arrays: [Double] = []
        var strings: [Double] = []
        var zxing: [Double] = []
        for _ in 0..<5 { _ = peer?.time(payload, count: 50_000) }
        for _ in 0..<rounds {
            read.append(try time(count) { withExtendedLifetime(try WiFiPayload(payload)) {} })
            if let time = peer?.time(payload, count: count) { zxing.append(time) }
            arrays.append(
                try time(count) {
                    let value = try WiFiPayload(payload)
                    withExtendedLifetime((value.ssid, value.passphrase)) {}
                }
            )
            strings.append(
                try time(count) {
                    let value = try WiFiPayload(payload)
                    withExtendedLifetime((value.ssid.map(text), value.passphrase.map(text))) {}
                }
            )
        }
        let calls = allocation_count()
        let octets = allocation_octets()
        withExtendedLifetime(try WiFiPayload(payload)) {}
        let usedCalls = allocation_count() - calls
        let usedOctets = allocation_octets() - octets
        let own = median(read)
        var columns = [
            item.name, String(payload.count), format(own), format(median(arrays)), format(median(strings)),
            String(format: "%.2f", own / Double(payload.count)),
        ]
        columns += zxing.isEmpty ? ["-", "-"] : [format(median(zxing)), String(format: "%.1f", median(zxing) / own)]
        columns += [String(usedCalls), String(usedOctets)]
        return "| " + columns.joined(separator: " | ") + " |"
    }

    private static func format(_ nanoseconds: Double) -> String { String(format: "%.0f ns", nanoseconds) }

    private static func text(_ octets: [UInt8]) -> String { String(decoding: octets, as: UTF8.self) }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    @inline(__always)
    private static func time(_ count: Int, _ body: () throws -> Void) rethrows -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<count { try body() }
        let elapsed = (clock.now - start).components
        return (Double(elapsed.seconds) * 1e9 + Double(elapsed.attoseconds) / 1e9) / Double(count)
    }
}
