/// Which signals are wanted (D-Bus Specification, "Match Rules").
///
/// `sender` must be a unique name (or the bus itself): a rule with a well-known name is the bus's to judge only, and any
/// peer may send a signal straight to our own unique name, so the sender is compared here once more.
package struct MatchRule: Sendable, Hashable {
    package var sender: String
    package var path: String?
    package var pathNamespace: String?
    package var interface: String?
    package var member: String?
    package var firstArgument: String?

    package init(
        sender: String,
        path: String? = nil,
        pathNamespace: String? = nil,
        interface: String? = nil,
        member: String? = nil,
        firstArgument: String? = nil
    ) {
        self.sender = sender
        self.path = path
        self.pathNamespace = pathNamespace
        self.interface = interface
        self.member = member
        self.firstArgument = firstArgument
    }

    /// The rule as `AddMatch` wants it.
    package var text: String {
        var parts = ["type='signal'", "sender='\(sender)'"]
        if let path { parts.append("path='\(path)'") }
        if let pathNamespace { parts.append("path_namespace='\(pathNamespace)'") }
        if let interface { parts.append("interface='\(interface)'") }
        if let member { parts.append("member='\(member)'") }
        if let firstArgument { parts.append("arg0='\(firstArgument)'") }
        return parts.joined(separator: ",")
    }

    /// Whether a received signal is one of those wanted.
    package func matches(_ message: DBusMessage) -> Bool {
        guard message.kind == .signal, message.sender == sender else { return false }
        if let path, message.path != path { return false }
        if let pathNamespace {
            guard let path = message.path,
                path == pathNamespace || pathNamespace == "/" || path.hasPrefix(pathNamespace + "/")
            else { return false }
        }
        if let interface, message.interface != interface { return false }
        if let member, message.member != member { return false }
        if let firstArgument, message.body.first?.text != firstArgument { return false }
        return true
    }
}
