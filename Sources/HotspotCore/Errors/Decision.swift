/// What a word of somebody below means here: the form in which every file of `Mapping` answers.
package struct Decision: Sendable, Hashable {
    /// The cause, which has the code.
    package let cause: HotspotConfigurationError.Cause
    /// How far the word alone goes for the cause.
    package let confidence: HotspotConfigurationError.Confidence
    /// What was said, in a few words that finish the sentence `"Cafe" could not be joined: …`.
    package let explanation: String
    /// What would mend it, where this word says more about that than its cause does.
    package let remedy: String?

    init(
        _ cause: HotspotConfigurationError.Cause,
        _ confidence: HotspotConfigurationError.Confidence,
        _ explanation: String,
        remedy: String? = nil
    ) {
        self.cause = cause
        self.confidence = confidence
        self.explanation = explanation
        self.remedy = remedy
    }

    init(_ cause: HotspotConfigurationError.Cause, _ explanation: String, remedy: String? = nil) {
        self.init(cause, .confirmed, explanation, remedy: remedy)
    }
}

extension HotspotConfigurationError {
    /// Makes the error that a decision stands for.
    ///
    /// - Parameters:
    ///   - decision: what was decided about the nearest leaf.
    ///   - subject: what was being done, such as `"Cafe" could not be joined`.
    ///   - phase: the phase in which it was heard.
    ///   - underlying: what was heard, nearest first.
    init(_ decision: Decision, subject: String, phase: JoinPhase, underlying: [any Error]) {
        self.init(
            decision.cause,
            confidence: decision.confidence,
            "\(subject): \(decision.explanation)",
            remedy: decision.remedy ?? decision.cause.remedies.first,
            phase: phase,
            underlying: underlying
        )
    }
}

/// The error names of one speaker on the bus, each with what it means.
struct ErrorNameTable: Sendable {
    /// What every name begins with, its last full stop included.
    let prefix: String
    /// The rest of each name, in the order of the speaker's own list.
    let names: [String]
    private let decisions: [String: Decision]

    init(_ prefix: String, _ rows: KeyValuePairs<String, Decision>) {
        self.prefix = prefix
        names = rows.map(\.key)
        decisions = Dictionary(rows.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// What a whole name means; nil where it is none of this table.
    subscript(name: String) -> Decision? {
        name.hasPrefix(prefix) ? decisions[String(name.dropFirst(prefix.count))] : nil
    }
}
