internal import DBus
internal import IEEE80211
internal import Netlink
internal import QRWifi

/// A name or a number of somebody below, with what it means here: one row of one table, for the catalogue.
package struct ForeignWord: Sendable {
    /// Who says it, and as what.
    package enum Source: String, Sendable, CaseIterable {
        /// The status of an authentication or an association.
        case status = "802.11 status"
        /// The reason of a deauthentication or a disassociation.
        case reason = "802.11 reason"
        /// `NMDeviceStateReason`.
        case deviceReason = "NetworkManager device reason"
        /// `NMActiveConnectionStateReason`.
        case activeConnectionReason = "NetworkManager activation reason"
        /// The error names of NetworkManager's methods.
        case networkManagerError = "NetworkManager error"
        /// The error names of wpa_supplicant's methods.
        case supplicantError = "wpa_supplicant error"
        /// The error names of polkit's authority.
        case polkitError = "polkit error"
        /// The error names of logind.
        case logindError = "logind error"
        /// The error names of the bus.
        case busError = "D-Bus error"
        /// Linux's error numbers.
        case errno = "Linux error number"
        /// The findings of the reader of Wi-Fi codes.
        case payload = "Wi-Fi code"
    }

    /// Who says it.
    package let source: Source
    /// When it is said, where the same word means different things: `association`, `SAE confirm`.
    package let context: String?
    /// The number, where there is one.
    package let number: Int?
    /// The name in the speaker's own spelling.
    package let name: String
    /// What it means here.
    package let decision: Decision

    /// Every row of every table, in the tables' order; words that are no failure are left out.
    package static let all: [ForeignWord] =
        statuses + reasons + deviceReasons + activeConnectionReasons + networkManagerErrors
        + names(.supplicantError, Decision.supplicantErrors) + names(.polkitError, Decision.polkitErrors)
        + names(.logindError, Decision.logindErrors) + names(.busError, Decision.busErrors) + errnos + payloads
}

extension ForeignWord {
    /// In which frame a status may stand.
    private static let frames: [(context: String, decide: @Sendable (StatusCode) -> Decision?)] = [
        ("association", { Decision(associationStatus: $0) }),
        ("open authentication", { Decision(authenticationStatus: $0, algorithm: .openSystem, transaction: 2) }),
        ("shared-key authentication", { Decision(authenticationStatus: $0, algorithm: .sharedKey, transaction: 4) }),
        ("SAE commit", { Decision(authenticationStatus: $0, algorithm: .sae, transaction: 1) }),
        ("SAE confirm", { Decision(authenticationStatus: $0, algorithm: .sae, transaction: 2) }),
    ]

    /// When a link may end.
    private static let moments: [(context: String, decide: @Sendable (ReasonCode) -> Decision?)] = [
        ("link up", { Decision(disconnectionReason: $0, during: .address, credential: .proven) }),
        ("while the keys are agreed", { Decision(disconnectionReason: $0, during: .keys, credential: .unproven) }),
        (
            "while the keys are agreed, passphrase proven",
            { Decision(disconnectionReason: $0, during: .keys, credential: .proven) }
        ),
    ]

    private static var statuses: [ForeignWord] {
        (UInt16(0)...UInt16(159)).flatMap { number -> [ForeignWord] in
            let status = StatusCode(rawValue: number)
            guard status.meaning != nil else { return [] }
            return rows(.status, Int(number), status.name, frames.map { ($0.context, $0.decide(status)) })
        }
    }

    private static var reasons: [ForeignWord] {
        (UInt16(0)...UInt16(72)).flatMap { number -> [ForeignWord] in
            let reason = ReasonCode(rawValue: number)
            guard reason.meaning != nil else { return [] }
            return rows(.reason, Int(number), reason.name, moments.map { ($0.context, $0.decide(reason)) })
        }
    }

    /// One row where a number always means the same, and one more for each context in which it first means something else.
    private static func rows(
        _ source: Source,
        _ number: Int,
        _ name: String,
        _ decisions: [(context: String, decision: Decision?)]
    ) -> [ForeignWord] {
        var distinct: [(context: String, decision: Decision)] = []
        for (context, decision) in decisions {
            guard let decision,
                !distinct.contains(where: {
                    $0.decision.cause == decision.cause && $0.decision.confidence == decision.confidence
                })
            else { continue }
            distinct.append((context, decision))
        }
        return distinct.map { context, decision in
            ForeignWord(
                source: source,
                context: distinct.count == 1 ? nil : context,
                number: number,
                name: name,
                decision: decision
            )
        }
    }

    private static var deviceReasons: [ForeignWord] {
        DeviceStateReason.names.enumerated().map { number, name in
            ForeignWord(
                source: .deviceReason,
                context: nil,
                number: number,
                name: name,
                decision: Decision(DeviceStateReason(rawValue: UInt32(number)))
            )
        }
    }

    private static var activeConnectionReasons: [ForeignWord] {
        ActiveConnectionStateReason.names.enumerated().map { number, name in
            ForeignWord(
                source: .activeConnectionReason,
                context: nil,
                number: number,
                name: name,
                decision: Decision(ActiveConnectionStateReason(rawValue: UInt32(number)))
            )
        }
    }

    private static var networkManagerErrors: [ForeignWord] {
        Decision.networkManagerErrors.flatMap { names(.networkManagerError, $0) }
    }

    private static func names(_ source: Source, _ table: ErrorNameTable) -> [ForeignWord] {
        table.names.compactMap { name in
            let whole = table.prefix + name
            return table[whole].map {
                ForeignWord(source: source, context: nil, number: nil, name: whole, decision: $0)
            }
        }
    }

    private static var errnos: [ForeignWord] {
        (Int32(1)...Int32(133)).compactMap { number in
            ErrnoNames.name(of: number).map {
                ForeignWord(
                    source: .errno,
                    context: nil,
                    number: Int(number),
                    name: $0,
                    decision: Decision(errno: number)
                )
            }
        }
    }

    private static var payloads: [ForeignWord] {
        PayloadError.Code.allCases.map {
            ForeignWord(
                source: .payload,
                context: nil,
                number: nil,
                name: $0.rawValue,
                decision: Decision(HotspotConfigurationError.cause(of: $0), "the reader of codes refused it")
            )
        }
    }
}
