internal import DBus
internal import Foundation

/// What polkit says about one action of this process (`org.freedesktop.PolicyKit1.Authority`).
///
/// NetworkManager asks polkit too, and answers `PermissionDenied` whatever it was told: that the policy says no, that
/// nobody could be asked for a password, or that somebody closed the dialog.
struct PolkitAnswer: Sendable, Hashable {
    /// The action, such as `org.freedesktop.NetworkManager.network-control`.
    let action: String
    /// Whether it is allowed now.
    let isAuthorized: Bool
    /// Whether it could be allowed to somebody who authenticates, and nobody was there to be asked.
    let isChallenge: Bool
    /// Whether somebody was asked and closed the dialog.
    let isDismissed: Bool
}

/// The authority that decides who may do what.
struct Polkit: Sendable {
    private static let busName = "org.freedesktop.PolicyKit1"
    private static let path = "/org/freedesktop/PolicyKit1/Authority"
    private static let interface = "org.freedesktop.PolicyKit1.Authority"
    /// `AllowUserInteraction` of `CheckAuthorizationFlags`.
    private static let allowUserInteraction: UInt32 = 0x1
    /// How long polkit may take to take a question back.
    private static let cancelLimit = Duration.seconds(2)

    let connection: DBusConnection

    /// Asks about an action of this process.
    ///
    /// - Parameters:
    ///   - action: the action.
    ///   - interactive: whether an authentication agent of the session may ask the person; this then waits for the answer.
    /// - Returns: what polkit says.
    /// - Throws: `DBusError` where polkit does not answer, `CancellationError`; a dialog that is open is then closed.
    func check(_ action: String, interactive: Bool) async throws -> PolkitAnswer {
        let subject = DBusValue.structure([
            .string("system-bus-name"), .properties(["name": .string(await connection.uniqueName)]),
        ])
        let question = UUID().uuidString
        do {
            let reply = try await call(
                "CheckAuthorization",
                [
                    subject, .string(action), .dictionary(key: "s", value: "s", []),
                    .uint32(interactive ? Self.allowUserInteraction : 0), .string(interactive ? question : ""),
                ],
                startsService: true
            )
            guard let result = reply.first?.elements, result.count >= 3, let isAuthorized = result[0].boolean,
                let isChallenge = result[1].boolean
            else {
                throw DBusError.unexpectedReply(
                    to: "CheckAuthorization",
                    expected: "(bba{ss})",
                    found: reply.first?.typeSignature ?? "nothing"
                )
            }
            return PolkitAnswer(
                action: action,
                isAuthorized: isAuthorized,
                isChallenge: isChallenge,
                isDismissed: result[2].entries?["polkit.dismissed"]?.text.map { !$0.isEmpty && $0 != "false" } ?? false
            )
        } catch is CancellationError where interactive {
            try? await shielded(for: Self.cancelLimit) {
                _ = try await call("CancelCheckAuthorization", [.string(question)], startsService: false)
            }
            throw CancellationError()
        }
    }

    private func call(_ member: String, _ arguments: [DBusValue], startsService: Bool) async throws -> [DBusValue] {
        try await connection.call(
            DBusCall(
                destination: Self.busName,
                path: Self.path,
                interface: Self.interface,
                member: member,
                arguments: arguments,
                startsService: startsService
            )
        )
    }
}
