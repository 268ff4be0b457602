/// What a `WIFI:` payload says: the lenient stage of reading one.
///
/// Every field is given as it stands, usable or not, with diagnostics for what is unusual. ``configuration()`` is the
/// strict stage. Reading is one pass over the octets and takes one allocation for all values together (and one for
/// diagnostics, where there are any); nothing is kept of keys that are unknown.
///
/// Values are octets, never characters: an SSID is up to 32 octets of any kind, and two of them are the same network only
/// if their octets are. A value of this type holds a secret in plain octets. Its descriptions leave the secret out;
/// clearing memory is up to whoever keeps the passphrase.
///
/// Two payloads are equal if they say the same at the same places.
package struct WiFiPayload: Sendable, Hashable {
    /// How a network is protected.
    package enum Security: String, Sendable, CaseIterable {
        /// No protection. An access point that offers OWE instead may be joined by it.
        case open
        /// Opportunistic Wireless Encryption (RFC 8110) and nothing less.
        case owe
        /// WEP.
        case wep
        /// WPA personal: a pre-shared key, or SAE where the access point offers both.
        case wpa
        /// SAE and nothing less (WPA3-Personal).
        case sae
        /// IEEE 802.1X (WPA-Enterprise).
        case eap
    }

    /// The values that are kept, in the order in which they lie in `storage`.
    enum Slot: Int {
        case ssid, passphrase, identity, publicKey, anonymousIdentity, eapMethod, phase2

        static let count = 7
    }

    /// All values one behind the other.
    private var storage: OctetStore
    /// Where each value ends in `storage` and where it starts in the payload; behind them, where the type's does.
    ///
    /// A value is there if it isn't empty: empty ones are never taken.
    private var table: SlotTable

    /// How the network is protected; nil if `T` names nothing that is known.
    package private(set) var security: Security?
    /// Whether the network doesn't send its SSID in beacons.
    package private(set) var hidden: Bool
    /// The Transition Disable bitmap (`R`): 1 WPA3-Personal only, 2 SAE-PK, 4 WPA3-Enterprise, 8 Enhanced Open.
    package private(set) var transitionDisable: UInt8?
    /// What is unusual, in the order of the places.
    package private(set) var diagnostics: [Diagnostic]

    /// The SSID; nil where it is missing or empty.
    ///
    /// May be longer than 32 octets here.
    package var ssid: [UInt8]? { value(.ssid) }
    /// The passphrase, raw key, SAE or EAP password or WEP key, undecided which; nil where it has none.
    package var passphrase: [UInt8]? { value(.passphrase) }
    /// The SAE password identifier (`I` without signs of EAP).
    package var passwordIdentifier: [UInt8]? { security == .eap ? nil : value(.identity) }
    /// The SAE-PK public key (`K`): base64 text of a SubjectPublicKeyInfo, checked to be one.
    package var publicKey: [UInt8]? { value(.publicKey) }
    /// The EAP identity (`I`, or `U` by Google Glass).
    package var identity: [UInt8]? { security == .eap ? value(.identity) : nil }
    /// The EAP identity sent in the clear (`A`, or `AI`).
    package var anonymousIdentity: [UInt8]? { value(.anonymousIdentity) }
    /// The EAP method (`E`) as it is spelled in the payload.
    package var eapMethod: [UInt8]? { value(.eapMethod) }
    /// The phase 2 method (`PH2`, `PH`, or an old `H`) as it is spelled in the payload.
    package var phase2: [UInt8]? { value(.phase2) }

    /// Reads a payload.
    ///
    /// - Parameters:
    ///   - octets: The text of the QR code, in UTF-8 or whatever octets it holds.
    ///   - reading: How escapes are read. The default decides by the evidence in the payload.
    /// - Throws: `PayloadError` with code `invalid` if the text isn't a `WIFI:` payload at all.
    package init(_ octets: borrowing [UInt8], reading: PayloadReading = .automatic) throws(PayloadError) {
        try self.init(reading: reading, of: octets.span)
    }

    /// Reads a payload from text, by its UTF-8.
    ///
    /// - Throws: `PayloadError` with code `invalid` if the text isn't a `WIFI:` payload at all.
    package init(_ text: borrowing String, reading: PayloadReading = .automatic) throws(PayloadError) {
        try self.init(reading: reading, of: text.utf8.span)
    }

    /// Reads a payload from contiguous octets, none of which are kept.
    ///
    /// - Throws: `PayloadError` with code `invalid` if the text isn't a `WIFI:` payload at all.
    package init(_ octets: Span<UInt8>, reading: PayloadReading = .automatic) throws(PayloadError) {
        try self.init(reading: reading, of: octets)
    }

    @inline(__always)
    private init(reading: PayloadReading, of octets: Span<UInt8>) throws(PayloadError) {
        guard let frame = PayloadFrame(octets) else { throw PayloadFrame.refusal(octets) }
        guard frame.scheme == .wifi else {
            throw PayloadError(
                .invalid,
                field: "payload",
                message: "a DPP: URI is no WIFI: payload",
                offset: frame.body.lowerBound - 4
            )
        }
        var diagnostics: [Diagnostic] = []
        let fields = PayloadFields(octets, frame: frame, reading: reading, diagnostics: &diagnostics)
        var table = SlotTable()
        var storage = OctetStore()
        storage.fill(capacity: fields.capacity) { output in
            fields.fill(&output, octets, table: &table, diagnostics: &diagnostics)
        }
        self.table = table
        self.storage = consume storage
        security = fields.security
        hidden = fields.hidden
        transitionDisable = fields.transitionDisable
        if diagnostics.count > 1 { diagnostics.sort { $0.offset < $1.offset } }
        self.diagnostics = diagnostics
    }

    /// Where a value lies in `storage`.
    @inline(__always)
    private func range(_ slot: Slot) -> Range<Int> {
        (slot.rawValue == 0 ? 0 : table.end(slot.rawValue - 1))..<table.end(slot.rawValue)
    }

    @inline(__always)
    private func value(_ slot: Slot) -> [UInt8]? {
        let range = range(slot)
        return range.isEmpty ? nil : storage.array(range)
    }

    /// Where the value of a field starts in the payload, in octets; nil if it has none.
    func offset(_ slot: Slot) -> Int? {
        range(slot).isEmpty ? nil : Int(table.offset(slot.rawValue))
    }

    /// Where the value of `T` starts in the payload, in octets.
    var typeOffset: Int { Int(table.offset(Slot.count)) }
}

extension WiFiPayload: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The kind of network and the lengths of the values; no value.
    package var description: String {
        let security = security?.rawValue ?? "unknown"
        return "WiFiPayload(security: \(security), ssid: \(ssid?.count ?? 0) octets"
            + (passphrase == nil ? ")" : ", passphrase: redacted)")
    }

    package var debugDescription: String { description }

    /// Leaves the values out, so that `dump` shows no secret.
    package var customMirror: Mirror {
        Mirror(self, children: ["security": security as Any, "hidden": hidden, "diagnostics": diagnostics])
    }
}
