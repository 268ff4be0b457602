// A libFuzzer target, compiled together with the sources of QRImage by Scripts/fuzz-qrimage.sh.

/// Does with what the fuzzer gives what the decoding process does with a picture, and stops at what can't be right.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let octets = Array(UnsafeBufferPointer(start: start, count: count))
    if let answer = WorkerMessages.Answer(octets: octets) {
        precondition(answer.codes.count <= WorkerMessages.maximumCodes)
    }
    let request =
        WorkerMessages.Request(header: octets)
        ?? .init(content: .file, passes: .quick, wanted: Array("WIFI:".utf8), count: count)
    guard request.content == .file else { return 0 }
    // Time is limited in the real process; here large pictures would only slow the search down.
    if let loader = try? PictureLoader(octets), loader.width > 2000 || loader.height > 2000 { return 0 }
    let answer = PictureWorker.answer(request, octets)
    precondition(WorkerMessages.Answer(octets: answer.octets) != nil)
    return 0
}
