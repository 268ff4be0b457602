/// The ways in which a picture is looked at, in their order: each costs about as much as all before it and finds fewer.
enum SearchPass: UInt8, Sendable, Hashable, CaseIterable {
    case plain, oneThreshold, inverted, invertedOneThreshold, mirrored, stretched, highlights
    case enlarged, enlargedOneThreshold, enlargedInverted, enlargedStretched

    /// What it does, for a sentence about what was tried.
    var words: String {
        switch self {
        case .plain: "as it is"
        case .oneThreshold: "with one threshold for all of it"
        case .inverted, .invertedOneThreshold: "with light for dark"
        case .mirrored: "mirrored"
        case .stretched, .highlights: "with more contrast"
        case .enlarged, .enlargedOneThreshold, .enlargedInverted, .enlargedStretched: "enlarged"
        }
    }

    /// Only small pictures gain by it, and large ones would cost too much.
    var isForSmallPictures: Bool { rawValue >= Self.enlarged.rawValue }
}

/// A set of passes.
struct SearchPasses: OptionSet, Sendable, Hashable {
    let rawValue: UInt16

    init(rawValue: UInt16) { self.rawValue = rawValue }

    init(_ passes: some Sequence<SearchPass>) { rawValue = passes.reduce(0) { $0 | 1 << UInt16($1.rawValue) } }

    static let all = SearchPasses(SearchPass.allCases)

    /// What each frame of a camera gets: the next frame is another picture anyway.
    static let quick = SearchPasses([.plain, .oneThreshold])

    /// What every few frames of a camera get.
    static let patient = SearchPasses([.plain, .oneThreshold, .inverted, .mirrored])

    /// Those that go other ways than the first one, for when it has ended the process.
    static let others = SearchPasses([.enlarged, .enlargedOneThreshold, .oneThreshold, .inverted])

    func contains(_ pass: SearchPass) -> Bool { rawValue & 1 << UInt16(pass.rawValue) != 0 }

    /// What was done, in the order of doing it, each once.
    var words: [String] {
        var words: [String] = []
        for pass in SearchPass.allCases where contains(pass) && !words.contains(pass.words) { words.append(pass.words) }
        return words
    }
}
