/// The values of a payload weighed against each other: security, hidden, transition disable, which reading to use.
struct PayloadFields {
    private(set) var security: WiFiPayload.Security?
    private(set) var hidden = false
    private(set) var transitionDisable: UInt8?
    private var scan: PayloadScan
    private var hiddenIsPhase2 = false
    private var percent = false
    private var reportsPercent = false

    @inline(__always)
    init(
        _ octets: Span<UInt8>,
        frame: PayloadFrame,
        reading: PayloadReading,
        diagnostics: inout [Diagnostic]
    ) {
        scan = PayloadScan(octets, frame: frame, reading: reading, diagnostics: &diagnostics)
        if !scan[.transitionDisable].isEmpty { readTransitionDisable(octets, &diagnostics) }
        if !scan[.publicKey].isEmpty { readPublicKey(octets, &diagnostics) }
        let type = scan[.type]
        if type.count == 3, octets.extracting(type.range).equalsFolded("WPA"), transitionDisable == nil,
            scan[.eapMethod].isEmpty, !scan.hasUserKey
        {
            security = .wpa
        } else {
            readSecurity(octets, &diagnostics)
        }
        if !scan[.hidden].isEmpty { readHidden(octets, &diagnostics) }
        if reading != .wpa3 {
            unquote(.ssid, octets, &diagnostics)
            unquote(.passphrase, octets, &diagnostics)
            unquote(.identity, octets, &diagnostics)
            unquote(.anonymousIdentity, octets, &diagnostics)
        }
        if scan[.ssid].hasPercent || scan[.passphrase].hasPercent || scan[.identity].hasPercent {
            decidePercent(octets, reading: reading)
        }
    }

    @inline(__always)
    private mutating func unquote(_ key: PayloadKey, _ octets: Span<UInt8>, _ diagnostics: inout [Diagnostic]) {
        let start = scan[key].start
        switch scan[key].unquote(octets) {
        case .none: break
        case .dropped: diagnostics.report(.quotesDropped, key.field, at: start)
        case .kept: diagnostics.report(.quotesKept, key.field, at: start)
        }
    }

    // MARK: Fields

    @inline(never)
    private mutating func readTransitionDisable(_ octets: Span<UInt8>, _ diagnostics: inout [Diagnostic]) {
        let raw = scan[.transitionDisable]
        guard octets.extracting(raw.range).isHex else {
            diagnostics.report(.transitionDisableUnreadable, .transitionDisable, at: raw.start)
            return
        }
        var bitmap: UInt8 = 0
        var tooLong = false
        for index in raw.range {
            if bitmap >> 4 != 0 { tooLong = true }
            bitmap = bitmap << 4 | (octets[index].hexValue ?? 0)
        }
        transitionDisable = bitmap
        if tooLong { diagnostics.report(.transitionDisableTooLong, .transitionDisable, at: raw.start) }
    }

    @inline(never)
    private mutating func readPublicKey(_ octets: Span<UInt8>, _ diagnostics: inout [Diagnostic]) {
        if SubjectPublicKeyInfo(base64: octets.extracting(scan[.publicKey].range)) == nil {
            diagnostics.report(.publicKeyUnreadable, .publicKey, at: scan[.publicKey].start)
            scan[.publicKey] = RawValue()
        }
    }

    @inline(never)
    private mutating func readSecurity(_ octets: Span<UInt8>, _ diagnostics: inout [Diagnostic]) {
        let raw = scan[.type]
        let type =
            raw.hasBackslash
            ? SecurityType(raw.decoded(octets, percent: false).span)
            : SecurityType(octets.extracting(raw.range))
        let hasEAP = !scan[.eapMethod].isEmpty || scan.hasUserKey
        let hasPassphrase = !scan[.passphrase].isEmpty
        let onlySAE = (transitionDisable ?? 0) & 1 != 0
        switch type {
        case .wpa where !hasEAP: security = onlySAE ? .sae : .wpa
        case .sae where !hasEAP: security = .sae
        case .wep where !hasEAP: security = .wep
        case .eap, .wpa, .sae: security = .eap
        case .missing where hasEAP: security = .eap
        case .missing where hasPassphrase:
            security = onlySAE ? .sae : .wpa
            diagnostics.report(.typeMissing, .type, at: scan[.passphrase].start)
        case .open where hasEAP,
            .owe where hasEAP,
            .wep:
            security = .eap
            diagnostics.report(.typeOverriddenByEAP, .type, at: raw.start)
        case .missing, .open, .owe:
            security = type == .owe || (transitionDisable ?? 0) & 8 != 0 ? .owe : .open
            if hasPassphrase {
                diagnostics.report(.passphraseIgnored, .passphrase, at: scan[.passphrase].start)
                scan[.passphrase] = RawValue()
            }
        case .adb: diagnostics.report(.typeADB, .type, at: raw.start)
        case .unknown: diagnostics.report(.typeUnknown, .type, at: raw.start, number: raw.count)
        }
    }

    @inline(never)
    private mutating func readHidden(_ octets: Span<UInt8>, _ diagnostics: inout [Diagnostic]) {
        let raw = scan[.hidden]
        let text = octets.extracting(raw.range)
        if text.equalsFolded("TRUE") {
            hidden = true
        } else if text.equalsFolded("1") || text.equalsFolded("YES") {
            hidden = true
            diagnostics.report(.hiddenUnusual, .hidden, at: raw.start)
        } else if text.equalsFolded("FALSE") || text.equalsFolded("0") {
            hidden = false
        } else if security == .eap, scan[.phase2].isEmpty {
            scan[.phase2] = raw
            hiddenIsPhase2 = true
            diagnostics.report(.hiddenIsPhase2, .hidden, at: raw.start)
        } else {
            diagnostics.report(.hiddenUnreadable, .hidden, at: raw.start)
        }
    }

    // MARK: Percent signs

    /// One decision for SSID, passphrase and identity: see the rule in Fixtures/qr/README.md.
    @inline(never)
    private mutating func decidePercent(_ octets: Span<UInt8>, reading: PayloadReading) {
        switch reading {
        case .zxing: return
        case .wpa3: percent = true
        case .automatic:
            let values = [scan[.ssid], scan[.passphrase], scan[.identity]]
            guard !values.contains(where: { $0.hasBackslash }) else { return }
            var evidence = RawValue.PercentEvidence()
            for value in values { evidence.add(value, in: octets) }
            guard evidence.allPairs else { return }
            let isWPA3 =
                transitionDisable != nil || !scan[.publicKey].isEmpty
                || (security != .eap && !scan[.identity].isEmpty)
            percent = isWPA3 || (evidence.needed && evidence.isText)
            reportsPercent = percent
        }
    }

    // MARK: Values

    /// Whether there are no values but SSID and passphrase.
    @inline(__always)
    private var isSmall: Bool { scan.present & 0b111_1100 == 0 && !hiddenIsPhase2 }

    /// How many octets of raw text the values have; they never become more.
    @inline(__always)
    var capacity: Int {
        if isSmall { return scan[.ssid].count &+ scan[.passphrase].count }
        var sum = 0
        for slot in 0..<WiFiPayload.Slot.count { sum &+= scan[slot: slot].count }
        return sum
    }

    /// Puts all values one behind the other, and notes where each ends and where in the payload it starts.
    ///
    /// The start of the type stands behind those of the values.
    ///
    /// - Parameters:
    ///   - output: Room for `capacity` octets and eight more.
    ///   - octets: The payload.
    ///   - table: Gets where the values lie.
    ///   - diagnostics: Gets what is found.
    /// - Returns: How many octets there are.
    @inline(__always)
    func fill(
        _ output: inout MutableSpan<UInt8>,
        _ octets: Span<UInt8>,
        table: inout SlotTable,
        diagnostics: inout [Diagnostic]
    ) -> Int {
        var count = 0
        put(0, octets, &output, &count, &table, &diagnostics)
        if scan[.ssid].isUnusual || percent { reportSSID(output.span.extracting(0..<count), &diagnostics) }
        let start = count
        put(1, octets, &output, &count, &table, &diagnostics)
        if security != .wpa || scan[.passphrase].isUnusual || percent {
            reportPassphrase(output.span.extracting(start..<count), &diagnostics)
        }
        if isSmall {
            for slot in 2..<WiFiPayload.Slot.count { table.set(slot, end: count, offset: 0) }
        } else {
            for slot in 2..<WiFiPayload.Slot.count { put(slot, octets, &output, &count, &table, &diagnostics) }
            let method = WiFiPayload.Slot.eapMethod.rawValue
            reportMethod(output.span.extracting(table.end(method &- 1)..<table.end(method)), &diagnostics)
        }
        table.set(WiFiPayload.Slot.count, end: count, offset: scan[.type].start)
        return count
    }

    @inline(never)
    private func reportSSID(_ ssid: Span<UInt8>, _ diagnostics: inout [Diagnostic]) {
        let kinds = OctetKinds(ssid)
        let start = scan[.ssid].start
        if kinds.nonASCII, !ssid.isUTF8 { diagnostics.report(.ssidNotUTF8, .ssid, at: start) }
        if kinds.control { diagnostics.report(.ssidControlOctets, .ssid, at: start) }
    }

    @inline(never)
    private func reportPassphrase(_ passphrase: Span<UInt8>, _ diagnostics: inout [Diagnostic]) {
        let start = scan[.passphrase].start
        let count = passphrase.count
        switch security {
        case .wpa:
            let kinds = OctetKinds(passphrase)
            guard kinds.nonASCII || kinds.control else { return }
            diagnostics.report(.passphraseNotASCII, .passphrase, at: start)
        case .sae where count > 0 && !(8...63).contains(count):
            diagnostics.report(.passwordLengthUnusual, .passphrase, at: start, number: count)
        case .wep where count == 16 || count == 29 || ((count == 32 || count == 58) && passphrase.isHex):
            diagnostics.report(.wepKeyUnusual, .passphrase, at: start, number: count)
        default: break
        }
    }

    @inline(never)
    private func reportMethod(_ method: Span<UInt8>, _ diagnostics: inout [Diagnostic]) {
        guard security == .eap, EAPMethod(method) == .tls else { return }
        diagnostics.report(.certificateNeeded, .eapMethod, at: scan[.eapMethod].start)
    }

    @inline(__always)
    private func put(
        _ slot: Int,
        _ octets: Span<UInt8>,
        _ output: inout MutableSpan<UInt8>,
        _ count: inout Int,
        _ table: inout SlotTable,
        _ diagnostics: inout [Diagnostic]
    ) {
        let value = scan[slot: slot]
        if !value.isEmpty {
            if value.hasBackslash || (percent && value.hasPercent) {
                decode(slot, octets, &output, &count, &diagnostics)
            } else {
                output.put(octets, value.range, &count)
            }
        }
        table.set(slot, end: count, offset: value.start)
    }

    @inline(never)
    private func decode(
        _ slot: Int,
        _ octets: Span<UInt8>,
        _ output: inout MutableSpan<UInt8>,
        _ count: inout Int,
        _ diagnostics: inout [Diagnostic]
    ) {
        let value = scan[slot: slot]
        let field = Diagnostic.Field(rawValue: UInt8(slot))
        // SSID, passphrase and identity: the WPA3 grammar encodes no others.
        let percent = percent && slot <= WiFiPayload.Slot.identity.rawValue
        let before = count
        var outcome = RawValue.Outcome()
        value.decode(octets, percent: percent, into: &output, &count, outcome: &outcome)
        if let offset = outcome.unusualEscape {
            diagnostics.append(Diagnostic(.unusualEscape, field: field, offset: offset))
        }
        if let offset = outcome.backslashAtEnd {
            diagnostics.append(Diagnostic(.backslashAtEnd, field: field, offset: offset))
        }
        if reportsPercent, percent, count - before < value.count {
            diagnostics.report(.percentDecoded, field, at: value.start)
        }
    }
}
