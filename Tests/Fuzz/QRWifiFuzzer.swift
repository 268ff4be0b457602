// A libFuzzer target, compiled together with the sources of QRWifi by Scripts/fuzz-qrwifi.sh.

/// Reads what the fuzzer gives, makes everything of it that can be made, and stops at what can't be right.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let octets = Array(UnsafeBufferPointer(start: start, count: count))
    for reading in PayloadReading.allCases {
        guard let payload = try? QRPayload(octets, reading: reading) else { continue }
        for diagnostic in payload.diagnostics { precondition(diagnostic.offset < octets.count) }
        guard let configuration = try? payload.configuration() else { continue }
        precondition((1...32).contains(configuration.ssid.count))
        do { try configuration.validate() } catch { preconditionFailure("\(error)") }
        if let written = try? WrittenPayload(configuration, allowsPercentForm: true) {
            let read = try? WiFiPayload(written.octets).configuration()
            precondition(read?.ssid == configuration.ssid)
            precondition(read?.passphrase == configuration.passphrase)
            precondition(configuration.security == .owe || read?.security == configuration.security)
        }
    }
    let report = PayloadReport(octets)
    for text in [report.text(showsSecrets: false), report.json()] {
        for scalar in text.unicodeScalars { precondition(scalar == "\n" || scalar.isPrintable) }
    }
    return 0
}
