extension HotspotConfigurationError {
    /// The error with all that lies below it, as an indented tree of lines without a final line feed.
    public func detailedDescription() -> String {
        var lines = [PrintableText.guarded(message)]
        var second = "code \(code), cause \(cause.name)"
        if confidence != .confirmed { second += " (\(confidence.rawValue))" }
        second += ", phase \(phase.rawValue)"
        lines.append("  " + second)
        if !phaseDurations.isEmpty {
            lines.append(
                "  after " + phaseDurations.map { "\($0.phase.rawValue) \($0.milliseconds) ms" }.joined(separator: ", ")
            )
        }
        if let remedy = remedy ?? cause.remedies.first {
            lines.append("  to mend it: " + PrintableText.guarded(remedy))
        }
        appendTree(of: underlyingErrors, indent: "  ", to: &lines)
        return lines.joined(separator: "\n")
    }

    /// Every error below this one, from the nearest to the deepest.
    public var underlyingChain: [any Error] {
        var chain: [any Error] = []
        var rest = underlyingErrors
        while !rest.isEmpty {
            let error = rest.removeFirst()
            chain.append(error)
            rest.insert(contentsOf: below(error), at: 0)
        }
        return chain
    }
}

private func below(_ error: any Error) -> [any Error] {
    switch error {
    case let error as HotspotConfigurationError: error.underlyingErrors
    case let failure as any UnderlyingFailure: failure.underlyingErrors
    default: []
    }
}

private func appendTree(of errors: [any Error], indent: String, to lines: inout [String]) {
    for (position, error) in errors.enumerated() {
        let isLast = position == errors.count - 1
        let text: String
        switch error {
        case let error as HotspotConfigurationError: text = PrintableText.guarded(error.description)
        case let failure as any UnderlyingFailure:
            text = PrintableText.guarded("\(failure.domain): \(failure.summary)")
        case is CancellationError: text = "the task was cancelled"
        default: text = PrintableText.guarded(String(describing: error))
        }
        lines.append(indent + (isLast ? "└─ " : "├─ ") + text)
        let inner = indent + (isLast ? "   " : "│  ")
        if let failure = error as? any UnderlyingFailure {
            for fact in failure.facts {
                lines.append(inner + PrintableText.guarded(fact.name) + ": " + PrintableText.guarded(fact.value))
            }
        }
        appendTree(of: below(error), indent: inner, to: &lines)
    }
}
