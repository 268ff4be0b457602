extension HotspotConfigurationError: Encodable {
    private enum CodingKeys: String, CodingKey {
        case domain, code, name, cause, confidence, phase, message, remedy, phases, underlying
        case timedOutPhase
    }

    /// Encodes the stable JSON form: see the documentation's page on errors for its keys.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.errorDomain, forKey: .domain)
        try container.encode(code.rawValue, forKey: .code)
        try container.encode(code.name, forKey: .name)
        try container.encode(cause.name, forKey: .cause)
        if case .timedOut(let phase) = cause { try container.encode(phase.rawValue, forKey: .timedOutPhase) }
        try container.encode(confidence.rawValue, forKey: .confidence)
        try container.encode(phase.rawValue, forKey: .phase)
        try container.encode(message, forKey: .message)
        try container.encodeIfPresent(remedy ?? cause.remedies.first, forKey: .remedy)
        try container.encode(phaseDurations, forKey: .phases)
        try container.encode(underlyingErrors.map { EncodedFailure(error: $0) }, forKey: .underlying)
    }
}

extension PhaseDuration: Encodable {
    private enum CodingKeys: String, CodingKey {
        case phase, milliseconds
    }

    /// Encodes the phase's name and its milliseconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(phase.rawValue, forKey: .phase)
        try container.encode(milliseconds, forKey: .milliseconds)
    }
}

/// One error of the chain in its JSON form.
private struct EncodedFailure: Encodable {
    let error: any Error

    private enum CodingKeys: String, CodingKey {
        case domain, code, name, message, facts, underlying
    }

    func encode(to encoder: any Encoder) throws {
        if let error = error as? HotspotConfigurationError { return try error.encode(to: encoder) }
        var container = encoder.container(keyedBy: CodingKeys.self)
        guard let failure = error as? any UnderlyingFailure else {
            try container.encode(error is CancellationError ? "Swift" : "\(type(of: error))", forKey: .domain)
            try container.encode("\(type(of: error))", forKey: .name)
            try container.encode(error is CancellationError ? "the task was cancelled" : "\(error)", forKey: .message)
            return
        }
        try container.encode(failure.domain, forKey: .domain)
        try container.encodeIfPresent(failure.number, forKey: .code)
        try container.encode(failure.name, forKey: .name)
        try container.encode(failure.summary, forKey: .message)
        if !failure.facts.isEmpty {
            try container.encode(
                Dictionary(failure.facts.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }),
                forKey: .facts
            )
        }
        if !failure.underlyingErrors.isEmpty {
            try container.encode(failure.underlyingErrors.map { EncodedFailure(error: $0) }, forKey: .underlying)
        }
    }
}
