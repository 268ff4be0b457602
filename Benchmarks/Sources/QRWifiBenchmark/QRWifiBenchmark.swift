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
            "| payload | octets | read | + SSID and passphrase as arrays | + configuration | ns/octet | ZXing | ratio | allocations | allocated octets |"
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
        var configuration: [Double] = []
        var zxing: [Double] = []
        for _ in 0..<5 { _ = peer?.time(payload, count: 50_000) }
        for _ in 0..<rounds {
            read.append(time(count) { _ = try? blackHole(WiFiPayload(payload)) })
            if let time = peer?.time(payload, count: count) { zxing.append(time) }
            arrays.append(
                time(count) {
                    if let value = try? WiFiPayload(payload) {
                        blackHole(value.ssid)
                        blackHole(value.passphrase)
                    }
                }
            )
            configuration.append(time(count) { _ = try? blackHole(WiFiPayload(payload).configuration()) })
        }
        let calls = allocation_count()
        let octets = allocation_octets()
        _ = try blackHole(WiFiPayload(payload))
        let usedCalls = allocation_count() - calls
        let usedOctets = allocation_octets() - octets
        let own = median(read)
        var columns = [
            item.name, String(payload.count), format(own), format(median(arrays)), format(median(configuration)),
            String(format: "%.2f", own / Double(payload.count)),
        ]
        columns += zxing.isEmpty ? ["-", "-"] : [format(median(zxing)), String(format: "%.1f", median(zxing) / own)]
        columns += [String(usedCalls), String(usedOctets)]
        return "| " + columns.joined(separator: " | ") + " |"
    }

    private static func format(_ nanoseconds: Double) -> String { String(format: "%.0f ns", nanoseconds) }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    @inline(__always)
    private static func time(_ count: Int, _ body: () -> Void) -> Double {
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<count { body() }
        let elapsed = (clock.now - start).components
        return (Double(elapsed.seconds) * 1e9 + Double(elapsed.attoseconds) / 1e9) / Double(count)
    }
}

/// Takes a value in a way that no optimiser sees through.
@inline(never)
@_optimize(none)
func blackHole(_ value: borrowing WiFiPayload) {}

/// Takes a value in a way that no optimiser sees through.
@inline(never)
@_optimize(none)
func blackHole(_ value: borrowing PayloadConfiguration) {}

/// Takes a value in a way that no optimiser sees through.
@inline(never)
@_optimize(none)
func blackHole(_ value: borrowing [UInt8]?) {}
