/// What was read from the machine, not answered by anybody: a property of the daemon's objects, what was heard on the air,
/// or a limit of this version.
public struct Observation: UnderlyingFailure {
    /// Whose property it is: `NetworkManager`, `IEEE 802.11`, `hotspot`.
    public let domain: String
    /// The property's name.
    public let name: String
    /// The property and its value, or what was heard.
    public let summary: String
    /// None: it is no error number.
    public var number: Int? { nil }

    init(_ domain: String, _ name: String, _ summary: String) {
        self.domain = domain
        self.name = name
        self.summary = PrintableText.guarded(summary)
    }
}
