/// What the process that decodes is asked, and what it answers: numbers in network order, then octets.
///
/// Both sides take the other for hostile: each length is judged before it is used.
enum WorkerMessages {
    /// The octets of a picture file at most.
    static let maximumPicture = 64 << 20
    /// The octets of an answer at most.
    static let maximumAnswer = 1 << 20
    /// The octets of one code at most: version 40-L holds 2,953, or 7,089 digits.
    static let maximumCode = 8192
    /// The codes of one picture at most.
    static let maximumCodes = 64

    /// A question: a picture, and how to look for codes in it.
    struct Request: Sendable, Hashable {
        enum Content: Sendable, Hashable {
            /// A file of any format.
            case file
            /// Rows of grey pixels.
            case grey(width: Int, height: Int)
        }

        static let headerSize = 36
        private static let magic: UInt32 = 0x4851_5231

        var content: Content
        var passes: SearchPasses
        /// How a code begins that ends the search; up to 16 octets.
        var wanted: [UInt8]
        /// The length of the picture that follows.
        var count: Int

        /// The header's octets.
        var header: [UInt8] {
            var writer = OctetWriter()
            writer.put(Self.magic)
            switch content {
            case .file: writer.put(0 as UInt32, 0, 0)
            case .grey(let width, let height): writer.put(1 as UInt32, UInt32(width), UInt32(height))
            }
            writer.octets += [UInt8(passes.rawValue >> 8), UInt8(passes.rawValue & 0xFF)]
            let wanted = wanted.prefix(13)
            writer.octets.append(UInt8(wanted.count))
            writer.octets += wanted + Array(repeating: 0, count: 13 - wanted.count)
            writer.put(UInt32(count))
            return writer.octets
        }

        init(content: Content, passes: SearchPasses, wanted: [UInt8], count: Int) {
            self.content = content
            self.passes = passes
            self.wanted = wanted
            self.count = count
        }

        /// Reads a header; nil where it is none.
        init?(header: [UInt8]) {
            var reader = OctetReader(header[...])
            guard reader.number() == Self.magic, let kind = reader.number(), let width = reader.number(),
                let height = reader.number(), let passes = reader.octets(2), let wantedCount = reader.octets(1)?.first,
                wantedCount <= 13, let wanted = reader.octets(13), let count = reader.number(),
                count <= UInt32(WorkerMessages.maximumPicture)
            else { return nil }
            switch kind {
            case 0: content = .file
            case 1:
                let (pixels, isHuge) = width.multipliedReportingOverflow(by: height)
                guard !isHuge, pixels == count, pixels > 0 else { return nil }
                content = .grey(width: Int(width), height: Int(height))
            default: return nil
            }
            self.passes = SearchPasses(rawValue: UInt16(passes[0]) << 8 | UInt16(passes[1]))
            self.wanted = Array(wanted.prefix(Int(wantedCount)))
            self.count = Int(count)
        }
    }

    /// An answer: what was seen and found.
    struct Answer: Sendable, Hashable {
        static let headerSize = 24
        private static let magic: UInt32 = 0x4851_4131

        var failure: PictureError.Kind?
        var format: PictureFormat?
        var width = 0
        var height = 0
        var pictures = 0
        var passes = SearchPasses([])
        var codes: [FoundCode] = []

        private static let failures: [PictureError.Kind] = [.unknownFormat, .tooLarge, .damaged]

        /// The answer's octets: a header, whose last number is the length of what follows.
        var octets: [UInt8] {
            var body = OctetWriter()
            for code in codes.prefix(WorkerMessages.maximumCodes) where code.octets.count <= maximumCode {
                body.put(
                    UInt32(code.octets.count) | (code.isPart ? 1 << 16 : 0)
                        | (code.hasDeclaredCharacterSet ? 1 << 17 : 0)
                )
                body.octets += code.octets
            }
            var writer = OctetWriter()
            writer.put(Self.magic)
            let failure = failure.flatMap { Self.failures.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
            writer.octets += [
                UInt8(failure), format?.rawValue ?? 0, UInt8(passes.rawValue >> 8), UInt8(passes.rawValue & 0xFF),
            ]
            writer.put(UInt32(clamping: width), UInt32(clamping: height), UInt32(clamping: pictures))
            writer.put(UInt32(body.octets.count))
            return writer.octets + body.octets
        }

        init() {}

        /// The length of the whole answer by its header; nil where that is none.
        static func length(header: [UInt8]) -> Int? {
            var reader = OctetReader(header[...])
            guard reader.number() == magic, reader.octets(16) != nil, let count = reader.number(),
                count <= UInt32(maximumAnswer)
            else { return nil }
            return headerSize + Int(count)
        }

        /// Reads a whole answer; nil where it is none.
        init?(octets: [UInt8]) {
            var reader = OctetReader(octets[...])
            guard Self.length(header: octets) == octets.count, reader.number() == Self.magic,
                let small = reader.octets(4), let width = reader.number(), let height = reader.number(),
                let pictures = reader.number(), reader.number() != nil
            else { return nil }
            if small[0] != 0 {
                guard Int(small[0]) <= Self.failures.count else { return nil }
                failure = Self.failures[Int(small[0]) - 1]
            }
            format = PictureFormat(rawValue: small[1])
            passes = SearchPasses(rawValue: UInt16(small[2]) << 8 | UInt16(small[3]))
            (self.width, self.height, self.pictures) = (Int(width), Int(height), Int(pictures))
            while !reader.isAtEnd {
                guard codes.count < WorkerMessages.maximumCodes, let head = reader.number(),
                    head & 0xFFFF <= UInt32(maximumCode), let octets = reader.octets(Int(head & 0xFFFF))
                else { return nil }
                codes.append(
                    FoundCode(octets: octets, isPart: head & 1 << 16 != 0, hasDeclaredCharacterSet: head & 1 << 17 != 0)
                )
            }
        }
    }
}

private struct OctetWriter {
    var octets: [UInt8] = []

    mutating func put(_ numbers: UInt32...) {
        for number in numbers {
            octets += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
        }
    }
}

private struct OctetReader {
    private var rest: ArraySlice<UInt8>

    init(_ octets: ArraySlice<UInt8>) { rest = octets }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func octets(_ count: Int) -> [UInt8]? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func number() -> UInt32? {
        octets(4)?.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
