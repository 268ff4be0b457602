internal import Glibc

/// Reads QR codes from pictures: PNG, JPEG, WebP and GIF, whatever the file's name is.
///
/// A picture is decoded in a process of its own: see ``PictureWorker``. Codes are looked for in a bounded search: as the
/// picture is, with other thresholds, with light for dark, mirrored, and enlarged where it is small.
public struct PictureReader: Sendable {
    /// The octets of a file at most.
    public static let maximumFileSize = WorkerMessages.maximumPicture

    private let worker: PictureWorker
    private let limit: Duration

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - worker: The process that decodes.
    ///   - limit: How long one picture may take.
    public init(worker: PictureWorker = .thisProgram, limit: Duration = .seconds(20)) {
        self.worker = worker
        self.limit = limit
    }

    /// What was seen in a picture.
    public struct Reading: Sendable, Hashable {
        /// The codes, each once, those that were found first first.
        public let codes: [FoundCode]
        /// The picture, in words: `PNG, 640 x 480 pixels`.
        public let picture: String
        /// How codes were looked for, in words.
        public let attempts: [String]
    }

    /// Reads the codes of a picture.
    ///
    /// - Parameters:
    ///   - picture: The octets of the file.
    ///   - prefix: How a code begins that makes further search needless, in any case of its letters.
    /// - Returns: What was seen; no code is no error.
    /// - Throws: ``PictureError``.
    public func read(_ picture: [UInt8], preferring prefix: String = "WIFI:") async throws(PictureError) -> Reading {
        guard let format = PictureFormat(picture) else { throw Self.refusal(of: picture) }
        guard picture.count <= WorkerMessages.maximumPicture else { throw Self.tooLarge(picture.count) }
        guard worker.isReady else {
            throw PictureError(
                .workerUnavailable,
                "this program does not decode pictures: its main must call PictureWorker.runIfAsked()"
            )
        }
        var request = WorkerMessages.Request(
            content: .file,
            passes: .all,
            wanted: Array(prefix.utf8),
            count: picture.count
        )
        let answer: WorkerMessages.Answer
        do {
            do {
                answer = try await ask(request, picture)
            } catch WorkerProcess.Failure.ended(signal: .some(SIGABRT)) {
                // An assertion of the decoder; another way through the picture may miss it.
                request.passes = .others
                answer = try await ask(request, picture)
            }
        } catch {
            throw Self.error(error, format, limit)
        }
        return try Self.reading(answer, format)
    }

    private func ask(_ request: WorkerMessages.Request, _ picture: [UInt8]) async throws -> WorkerMessages.Answer {
        try await WorkerProcess(worker).ask(request, picture, within: limit)
    }

    /// Why octets are no picture that is read.
    static func refusal(of octets: [UInt8]) -> PictureError {
        if octets.isEmpty { return PictureError(.unknownFormat, "the picture is empty") }
        if let foreign = ForeignFormat(octets) {
            return PictureError(.unknownFormat, "this is \(foreign.name), which is not read", remedy: foreign.remedy)
        }
        return PictureError(
            .unknownFormat,
            "this is no picture: it begins as no PNG, JPEG, WebP or GIF does",
            remedy: "give a picture of one of these formats"
        )
    }

    static func tooLarge(_ count: Int) -> PictureError {
        PictureError(
            .tooLarge,
            "the picture has \(count) octets; at most \(WorkerMessages.maximumPicture) are read",
            remedy: "cut out the code, or make the picture smaller"
        )
    }

    private static func limit(of format: PictureFormat) -> Int {
        format == .jpeg ? PictureLoader.Limit.jpegPixels : PictureLoader.Limit.pixels
    }

    private static func reading(
        _ answer: WorkerMessages.Answer,
        _ format: PictureFormat
    ) throws(PictureError) -> Reading {
        let size = "\(answer.width) x \(answer.height) pixels"
        switch answer.failure {
        case nil: break
        case .tooLarge:
            throw PictureError(
                .tooLarge,
                "the \(format.name) has \(size); at most \(limit(of: format) / 1_000_000) million are read",
                remedy: "cut out the code, or make the picture smaller"
            )
        case .some:
            throw PictureError(
                .damaged,
                "the \(format.name) is cut off or damaged",
                remedy: "save or send it once more"
            )
        }
        let number = answer.pictures > 1 ? ", \(answer.pictures) pictures" : ""
        return Reading(
            codes: answer.codes,
            picture: "\(format.name), \(size)\(number)",
            attempts: answer.passes.words
        )
    }

    /// What a failed exchange means.
    static func error(_ error: any Error, _ format: PictureFormat?, _ limit: Duration) -> PictureError {
        let name = format.map { "the \($0.name)" } ?? "the picture"
        switch error as? WorkerProcess.Failure {
        case .timedOut, .ended(signal: .some(SIGXCPU)):
            return PictureError(.timedOut, "\(name) took too long to decode", remedy: "cut out the code")
        case .ended:
            return PictureError(
                .decoderEnded,
                "the decoder ended by itself on \(name)",
                remedy: "take another picture of the code"
            )
        case .notStarted(let number):
            return PictureError(
                .workerUnavailable,
                "the process that decodes pictures could not be started: \(String(cString: strerror(number)))"
            )
        case nil: return PictureError(.cancelled, "reading \(name) was cancelled")
        }
    }
}
