import ArgumentParser
import Foundation
import HotspotCore
import QRImage
import QRWifi

/// What `--qr` was given: the text of a code, or a picture of one; told apart by what it holds.
enum CodeInput {
    case text([UInt8])
    case picture([UInt8])

    /// Resolves an argument: a payload, a file, or '-' for standard input.
    ///
    /// - Throws: ``HotspotConfigurationError`` with the cause `unreadableFile` where it is neither. What may be a payload
    ///   with a slip in its first word is not shown.
    init(argument: String) throws(HotspotConfigurationError) {
        if argument != "-", Self.hasScheme(argument) {
            self = .text(Array(argument.utf8))
            return
        }
        do throws(SystemCallFailure) {
            self.init(argument == "-" ? try Self.standardInput() : try Self.file(argument))
        } catch {
            if error.errno == ENOENT { throw .neither(error) }
            throw .unreadable("the code", error)
        }
    }

    private static func standardInput() throws(SystemCallFailure) -> [UInt8] {
        try StandardInput.octets(limit: PictureReader.maximumFileSize)
    }

    private static func file(_ path: String) throws(SystemCallFailure) -> [UInt8] {
        let shown = path.utf8.contains(UInt8(ascii: ";")) ? nil : path
        // Not to wait for a device; whoever names a pipe waits for it below.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw SystemCallFailure("open", path: shown, errno: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemCallFailure("fstat", path: shown, errno: errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFIFO:
            // Opened once more, to wait for whoever writes into it.
            let pipe = open(path, O_RDONLY | O_CLOEXEC)
            guard pipe >= 0 else { throw SystemCallFailure("open", path: shown, errno: errno) }
            defer { close(pipe) }
            return try StandardInput.octets(of: pipe, named: shown, limit: PictureReader.maximumFileSize)
        case S_IFDIR: throw SystemCallFailure("open", path: shown, errno: EISDIR)
        default: throw SystemCallFailure("open", path: shown, errno: ENODEV)
        }
        return try StandardInput.octets(of: descriptor, named: shown, limit: PictureReader.maximumFileSize)
    }

    /// Tells a picture from a text.
    init(_ octets: [UInt8]) {
        let start = String(decoding: octets.prefix(64), as: UTF8.self)
        let isPicture = PictureFormat(octets) != nil || ForeignFormat(octets) != nil
        // No code holds more than 7,089 characters.
        let isText = octets.count <= 8192 && !octets.contains(0) && String(validating: octets, as: UTF8.self) != nil
        self = !Self.hasScheme(start) && (isPicture || !isText) ? .picture(octets) : .text(octets)
    }

    /// Whether a text begins as an address does: `WIFI:`, `DPP:`, `https:`.
    private static func hasScheme(_ text: String) -> Bool {
        let scheme = text.drop { $0 == "\u{FEFF}" || $0.isWhitespace }.prefix { $0 != ":" }
        return scheme.endIndex < text.endIndex && scheme.utf8.count > 1
            && scheme.utf8.allSatisfy {
                (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E].contains($0)
            }
    }
}

/// From what was given to the octets of one code of a Wi-Fi network.
struct CodeChooser {
    /// `--pick`.
    let pick: Int?

    /// The octets of the code.
    ///
    /// - Throws: ``HotspotConfigurationError``.
    func payload(_ input: CodeInput) async throws(HotspotConfigurationError) -> [UInt8] {
        switch input {
        case .text(let octets):
            guard pick ?? 1 == 1 else {
                throw .noCode("--pick \(pick ?? 0): there is one code", remedy: "leave --pick out")
            }
            return octets
        case .picture(let octets): return try await payload(picture: octets)
        }
    }

    private func payload(picture: [UInt8]) async throws(HotspotConfigurationError) -> [UInt8] {
        let reading: PictureReader.Reading
        do throws(PictureError) {
            reading = try await PictureReader().read(picture)
        } catch {
            throw HotspotConfigurationError(picture: error)
        }
        let candidates = Self.candidates(reading.codes.filter { !$0.isPart }.map(\.octets))
        guard !candidates.isEmpty else { throw Self.nothing(in: reading) }
        if let pick {
            guard candidates.indices.contains(pick - 1) else {
                throw .noCode(
                    "--pick \(pick): the picture has \(candidates.count) code\(candidates.count == 1 ? "" : "s") of Wi-Fi "
                        + "networks",
                    remedy: candidates.count == 1
                        ? "leave --pick out" : "choose one: --pick 1 to --pick \(candidates.count)"
                )
            }
            return candidates[pick - 1]
        }
        return candidates.count == 1 ? candidates[0] : try choose(candidates)
    }

    /// The codes of networks, each network once; without one those of Wi-Fi Easy Connect, whose refusal says why.
    static func candidates(_ codes: [[UInt8]]) -> [[UInt8]] {
        var networks: [[UInt8]] = []
        var known: Set<PayloadConfiguration> = []
        var others: [[UInt8]] = []
        for octets in codes {
            switch try? QRPayload(octets) {
            case .wifi(let payload):
                // Two codes that say the same in other words are one.
                if let configuration = try? payload.configuration(), !known.insert(configuration).inserted { continue }
                networks.append(octets)
            case .dpp: others.append(octets)
            case nil: continue
            }
        }
        return networks.isEmpty ? others : networks
    }

    private static func nothing(in reading: PictureReader.Reading) -> HotspotConfigurationError {
        let tried = reading.attempts.formatted(.list(type: .and).locale(Locale(identifier: "en_GB")))
        let details = [
            PictureFinding(name: "picture", summary: reading.picture),
            PictureFinding(name: "search", summary: "looked at \(tried)"),
        ]
        if reading.codes.isEmpty {
            return .noCode(
                "no QR code was found in the picture",
                remedy: "take it again: nearer, straight from the front, sharp, and without glare",
                details: details
            )
        }
        let parts = reading.codes.filter(\.isPart).count
        return .noCode(
            "the picture has \(reading.codes.count) QR code\(reading.codes.count == 1 ? "" : "s"), "
                + "and none of a Wi-Fi network"
                + (parts > 0 ? " (\(parts) of them part of a text that is spread over several codes)" : ""),
            remedy: "such a code begins with WIFI:",
            details: details
        )
    }

    // MARK: Several

    private func choose(_ candidates: [[UInt8]]) throws(HotspotConfigurationError) -> [UInt8] {
        let lines = candidates.map(NetworkLine.init).map(\.description)
        guard Terminal.canAsk else {
            throw HotspotConfigurationError.noCode(
                "the picture has codes of \(candidates.count) different Wi-Fi networks",
                remedy: "choose one: --pick 1 to --pick \(candidates.count)",
                details: lines.enumerated().map { PictureFinding(name: "code \($0 + 1)", summary: "\($0 + 1): \($1)") }
            )
        }
        StandardError.print("The picture has codes of \(candidates.count) different Wi-Fi networks:")
        for (index, line) in lines.enumerated() { StandardError.print("  \(index + 1)  \(line)") }
        for _ in 0..<3 {
            guard let answer = Terminal.answer("Which one? [1-\(candidates.count)] ") else { break }
            if let number = Int(answer), candidates.indices.contains(number - 1) { return candidates[number - 1] }
        }
        throw .noneChosen("of \(candidates.count) codes none was chosen")
    }
}

/// A code in a line of a list.
private struct NetworkLine: CustomStringConvertible {
    let description: String

    init(_ octets: [UInt8]) {
        do {
            let configuration = try HotspotConfiguration(qrPayload: octets)
            description = "\"\(configuration.ssid)\", \(configuration.kind)"
        } catch {
            description = "a code that cannot be joined: \(error.message)"
        }
    }
}

/// What was seen in a picture or heard from its reader, as a leaf of an error.
struct PictureFinding: UnderlyingFailure {
    let domain: String
    let name: String
    let summary: String

    var number: Int? { nil }

    init(name: String, summary: String) {
        domain = "picture"
        self.name = name
        self.summary = summary
    }

    init(_ error: PictureError) {
        domain = [.noCamera, .cameraUnavailable, .cameraFailed].contains(error.kind) ? "camera" : "picture"
        name = error.kind.rawValue
        summary = PrintableText.escape(error.message)
    }
}

extension HotspotConfigurationError {
    /// What a failure of the picture's reader or of the camera means to who wants to join.
    init(picture error: PictureError) {
        switch error.kind {
        case .cancelled: self = .noCodeInTime(error.message, isCancelled: true, details: [PictureFinding(error)])
        case .timedOut: self = .noCodeInTime(error.message, isCancelled: false, details: [PictureFinding(error)])
        case .noCamera, .cameraUnavailable, .cameraFailed:
            self = .noCamera(error.message, remedy: error.remedy, details: [PictureFinding(error)])
        default: self = .noCode(error.message, remedy: error.remedy, details: [PictureFinding(error)])
        }
    }
}
