/// The values of a payload weighed against each other: security, hidden, transition disable, which reading to use.
struct PayloadFields {
    private(set) var security: WiFiPayload.Security?
    private(set) var hidden = false
    private(set) var transitionDisable: UInt8?

    private var ssid: PayloadValue
    private var passphrase: PayloadValue
    private var identity: PayloadValue
    private var publicKey: PayloadValue
    private var anonymousIdentity: PayloadValue
    private var eapMethod: PayloadValue
    private var phase2: PayloadValue
    private var percent = false
    private var reportsPercent = false
    private(set) var offsets: SIMD8<UInt16>

    @inline(__always)
    init(
        _ octets: Span<UInt8>, frame: PayloadFrame, reading: PayloadReading, diagnostics: inout [Diagnostic]
    ) {
        let scan = PayloadScan(octets, frame: frame, reading: reading, diagnostics: &diagnostics)
        if reading == .wpa3 {
            ssid = PayloadValue(scan[.ssid])
            passphrase = PayloadValue(scan[.passphrase])
            identity = PayloadValue(scan[.identity])
            anonymousIdentity = PayloadValue(scan[.anonymousIdentity])
        } else {
            ssid = PayloadValue(scan[.ssid], quotesIn: octets)
            passphrase = PayloadValue(scan[.passphrase], quotesIn: octets)
            identity = PayloadValue(scan[.identity], quotesIn: octets)
            anonymousIdentity = PayloadValue(scan[.anonymousIdentity], quotesIn: octets)
        }
        publicKey = PayloadValue(scan[.publicKey])
        eapMethod = PayloadValue(scan[.eapMethod])
        phase2 = PayloadValue(scan[.phase2])
        offsets = SIMD8(
            scan[.ssid].start,
            scan[.passphrase].start,
            scan[.identity].start,
            scan[.publicKey].start,
            scan[.anonymousIdentity].start,
            scan[.eapMethod].start,
            scan[.phase2].start,
            scan[.type].start
        )

        if !scan[.transitionDisable].isEmpty { readTransitionDisable(octets, scan[.transitionDisable], &diagnostics) }
        if !publicKey.range.isEmpty { readPublicKey(octets, &diagnostics) }
        readSecurity(octets, scan, &diagnostics)
        if !scan[.hidden].isEmpty { readHidden(octets, scan[.hidden], &diagnostics) }
        let hasPercent = scan[.ssid].hasPercent || scan[.passphrase].hasPercent || scan[.identity].hasPercent
        if hasPercent { decidePercent(octets, reading: reading) }
    }

    // MARK: Fields

    @inline(never)
    private mutating func readTransitionDisable(_ octets: Span<UInt8>, _ raw: RawValue, _ diagnostics: inout [Diagnostic]) {
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
        if SubjectPublicKeyInfo(base64: octets.extracting(publicKey.range)) == nil {
            diagnostics.report(.publicKeyUnreadable, .publicKey, at: offsets[3])
            publicKey = PayloadValue(RawValue())
        }
    }

    @inline(__always)
    private mutating func readSecurity(_ octets: Span<UInt8>, _ scan: PayloadScan, _ diagnostics: inout [Diagnostic]) {
        let raw = scan[.type]
        let type =
            raw.hasBackslash
            ? SecurityType(PayloadValue(raw).decoded(octets, percent: false).span)
            : SecurityType(octets.extracting(raw.range))
        let hasEAP = !eapMethod.range.isEmpty || scan.hasUserKey
        let hasPassphrase = !passphrase.range.isEmpty
        let onlySAE = (transitionDisable ?? 0) & 1 != 0
        switch type {
        case .wpa where !hasEAP: security = onlySAE ? .sae : .wpa
        case .sae where !hasEAP: security = .sae
        case .wep where !hasEAP: security = .wep
        case .eap, .wpa, .sae: security = .eap
        case .missing where hasEAP: security = .eap
        case .missing where hasPassphrase:
            security = onlySAE ? .sae : .wpa
            diagnostics.report(.typeMissing, .type, at: offsets[1])
        case .open where hasEAP,
            .owe where hasEAP,
            .wep:
            security = .eap
            diagnostics.report(.typeOverriddenByEAP, .type, at: raw.start)
        case .missing, .open, .owe:
            security = type == .owe || (transitionDisable ?? 0) & 8 != 0 ? .owe : .open
            if hasPassphrase {
                diagnostics.report(.passphraseIgnored, .passphrase, at: offsets[1])
                passphrase = PayloadValue(RawValue())
            }
        case .adb: diagnostics.report(.typeADB, .type, at: raw.start)
        case .unknown: diagnostics.report(.typeUnknown, .type, at: raw.start, number: raw.count)
        }
    }

    @inline(never)
    private mutating func readHidden(_ octets: Span<UInt8>, _ raw: RawValue, _ diagnostics: inout [Diagnostic]) {
        let text = octets.extracting(raw.range)
        if text.equalsFolded("TRUE") {
            hidden = true
        } else if text.equalsFolded("1") || text.equalsFolded("YES") {
            hidden = true
            diagnostics.report(.hiddenUnusual, .hidden, at: raw.start)
        } else if text.equalsFolded("FALSE") || text.equalsFolded("0") {
            hidden = false
        } else if security == .eap, phase2.range.isEmpty {
            phase2 = PayloadValue(raw)
            offsets[6] = raw.start
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
            guard !ssid.hasBackslash, !passphrase.hasBackslash, !identity.hasBackslash else { return }
            var evidence = PayloadValue.PercentEvidence()
            evidence.add(ssid, in: octets)
            evidence.add(passphrase, in: octets)
            evidence.add(identity, in: octets)
            guard evidence.allPairs else { return }
            let isWPA3 =
                transitionDisable != nil || !publicKey.range.isEmpty
                || (security != .eap && !identity.range.isEmpty)
            percent = isWPA3 || (evidence.needed && evidence.isText)
            reportsPercent = percent
        }
    }

    // MARK: Values

    /// All values one behind the other in one array, and where each ends.
    @inline(__always)
    func values(
        _ octets: Span<UInt8>,
        ends: inout SIMD8<UInt16>,
        diagnostics: inout [Diagnostic]
    ) -> [UInt8] {
        let capacity =
            ssid.range.count &+ passphrase.range.count &+ identity.range.count &+ publicKey.range.count
            &+ anonymousIdentity.range.count &+ eapMethod.range.count &+ phase2.range.count
        guard capacity > 0 else { return [] }
        var storage = [UInt8](repeating: 0, count: capacity)
        var count = 0
        do {
            var output = storage.mutableSpan
            append(ssid, .ssid, .ssid, octets, percent, &output, &count, &ends, &diagnostics)
            append(passphrase, .passphrase, .passphrase, octets, percent, &output, &count, &ends, &diagnostics)
            if capacity > count {
                append(identity, .identity, .identity, octets, percent, &output, &count, &ends, &diagnostics)
                append(publicKey, .publicKey, .publicKey, octets, false, &output, &count, &ends, &diagnostics)
                append(
                    anonymousIdentity, .anonymousIdentity, .anonymousIdentity, octets, false, &output, &count, &ends,
                    &diagnostics)
                append(eapMethod, .eapMethod, .eapMethod, octets, false, &output, &count, &ends, &diagnostics)
                append(phase2, .phase2, .phase2, octets, false, &output, &count, &ends, &diagnostics)
            } else {
                let end = UInt16(truncatingIfNeeded: count)
                for slot in 2..<WiFiPayload.Slot.count { ends[slot] = end }
            }
        }
        if count < capacity { storage.removeLast(capacity &- count) }
        return storage
    }

    @inline(__always)
    private func append(
        _ value: PayloadValue,
        _ slot: WiFiPayload.Slot,
        _ field: Diagnostic.Field,
        _ octets: Span<UInt8>,
        _ percent: Bool,
        _ output: inout MutableSpan<UInt8>, _ count: inout Int,
        _ ends: inout SIMD8<UInt16>,
        _ diagnostics: inout [Diagnostic]
    ) {
        if !value.range.isEmpty {
            if !value.hasBackslash, !percent {
                output.put(octets, value.range, &count)
            } else {
                decode(value, slot, field, octets, percent, &output, &count, &diagnostics)
            }
            if value.quotes != .none {
                diagnostics.append(
                    Diagnostic(
                        value.quotes == .dropped ? .quotesDropped : .quotesKept,
                        field: field,
                        offset: Int(offsets[slot.rawValue])
                    )
                )
            }
        }
        ends[slot.rawValue] = UInt16(truncatingIfNeeded: count)
    }

    @inline(never)
    private func decode(
        _ value: PayloadValue,
        _ slot: WiFiPayload.Slot,
        _ field: Diagnostic.Field,
        _ octets: Span<UInt8>,
        _ percent: Bool,
        _ output: inout MutableSpan<UInt8>, _ count: inout Int,
        _ diagnostics: inout [Diagnostic]
    ) {
        let before = count
        var outcome = PayloadValue.Outcome()
        value.decode(octets, percent: percent, into: &output, &count, outcome: &outcome)
        if let offset = outcome.unusualEscape {
            diagnostics.append(Diagnostic(.unusualEscape, field: field, offset: offset))
        }
        if let offset = outcome.backslashAtEnd {
            diagnostics.append(Diagnostic(.backslashAtEnd, field: field, offset: offset))
        }
        if reportsPercent, percent, count - before < value.range.count {
            diagnostics.append(Diagnostic(.percentDecoded, field: field, offset: Int(offsets[slot.rawValue])))
        }
    }
}
