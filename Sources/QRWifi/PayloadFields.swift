/// The values of a payload weighed against each other: security, hidden, transition disable, which reading to use.
struct PayloadFields {
    private(set) var security: WiFiPayload.Security?
    private(set) var hidden = false
    private(set) var transitionDisable: UInt8?
    private(set) var diagnostics: [Diagnostic]

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
    init(_ octets: Span<UInt8>, frame: PayloadFrame, reading: PayloadReading) {
        let scan = PayloadScan(octets, frame: frame, reading: reading)
        diagnostics = scan.diagnostics
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

        if !scan[.transitionDisable].isEmpty { readTransitionDisable(octets, scan[.transitionDisable]) }
        if !publicKey.range.isEmpty { readPublicKey(octets) }
        readSecurity(octets, scan)
        if !scan[.hidden].isEmpty { readHidden(octets, scan[.hidden]) }
        let hasPercent = scan[.ssid].hasPercent || scan[.passphrase].hasPercent || scan[.identity].hasPercent
        if hasPercent { decidePercent(octets, reading: reading) }
    }

    private mutating func report(_ code: Diagnostic.Code, _ field: Diagnostic.Field, at offset: UInt16, number: Int = 0)
    {
        diagnostics.append(Diagnostic(code, field: field, offset: Int(offset), number: number))
    }

    // MARK: Fields

    @inline(never)
    private mutating func readTransitionDisable(_ octets: Span<UInt8>, _ raw: RawValue) {
        guard octets.extracting(raw.range).isHex else {
            report(.transitionDisableUnreadable, .transitionDisable, at: raw.start)
            return
        }
        var bitmap: UInt8 = 0
        var tooLong = false
        for index in raw.range {
            if bitmap >> 4 != 0 { tooLong = true }
            bitmap = bitmap << 4 | (octets[index].hexValue ?? 0)
        }
        transitionDisable = bitmap
        if tooLong { report(.transitionDisableTooLong, .transitionDisable, at: raw.start) }
    }

    @inline(never)
    private mutating func readPublicKey(_ octets: Span<UInt8>) {
        if SubjectPublicKeyInfo(base64: octets.extracting(publicKey.range)) == nil {
            report(.publicKeyUnreadable, .publicKey, at: offsets[3])
            publicKey = PayloadValue(RawValue())
        }
    }

    @inline(__always)
    private mutating func readSecurity(_ octets: Span<UInt8>, _ scan: borrowing PayloadScan) {
        let raw = scan[.type]
        let type: SecurityType
        if raw.hasBackslash {
            var outcome = PayloadValue.Outcome()
            let value = PayloadValue(raw)
            let text = [UInt8](capacity: raw.count) { output in
                value.decode(octets, percent: false, into: &output, outcome: &outcome)
            }
            type = SecurityType(text.span)
        } else {
            type = SecurityType(octets.extracting(raw.range))
        }
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
            report(.typeMissing, .type, at: offsets[1])
        case .open where hasEAP,
            .owe where hasEAP,
            .wep:
            security = .eap
            report(.typeOverriddenByEAP, .type, at: raw.start)
        case .missing, .open, .owe:
            security = type == .owe || (transitionDisable ?? 0) & 8 != 0 ? .owe : .open
            if hasPassphrase {
                report(.passphraseIgnored, .passphrase, at: offsets[1])
                passphrase = PayloadValue(RawValue())
            }
        case .adb: report(.typeADB, .type, at: raw.start)
        case .unknown: report(.typeUnknown, .type, at: raw.start, number: raw.count)
        }
    }

    @inline(never)
    private mutating func readHidden(_ octets: Span<UInt8>, _ raw: RawValue) {
        let text = octets.extracting(raw.range)
        if text.equalsFolded("TRUE") {
            hidden = true
        } else if text.equalsFolded("1") || text.equalsFolded("YES") {
            hidden = true
            report(.hiddenUnusual, .hidden, at: raw.start)
        } else if text.equalsFolded("FALSE") || text.equalsFolded("0") {
            hidden = false
        } else if security == .eap, phase2.range.isEmpty {
            phase2 = PayloadValue(raw)
            offsets[6] = raw.start
            report(.hiddenIsPhase2, .hidden, at: raw.start)
        } else {
            report(.hiddenUnreadable, .hidden, at: raw.start)
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
        return [UInt8](capacity: capacity) { output in
            append(ssid, .ssid, .ssid, octets, percent, &output, &ends, &diagnostics)
            append(passphrase, .passphrase, .passphrase, octets, percent, &output, &ends, &diagnostics)
            append(identity, .identity, .identity, octets, percent, &output, &ends, &diagnostics)
            append(publicKey, .publicKey, .publicKey, octets, false, &output, &ends, &diagnostics)
            append(
                anonymousIdentity,
                .anonymousIdentity,
                .anonymousIdentity,
                octets,
                false,
                &output,
                &ends,
                &diagnostics
            )
            append(eapMethod, .eapMethod, .eapMethod, octets, false, &output, &ends, &diagnostics)
            append(phase2, .phase2, .phase2, octets, false, &output, &ends, &diagnostics)
        }
    }

    @inline(__always)
    private func append(
        _ value: PayloadValue,
        _ slot: WiFiPayload.Slot,
        _ field: Diagnostic.Field,
        _ octets: Span<UInt8>,
        _ percent: Bool,
        _ output: inout OutputSpan<UInt8>,
        _ ends: inout SIMD8<UInt16>,
        _ diagnostics: inout [Diagnostic]
    ) {
        if !value.range.isEmpty {
            if !value.hasBackslash, !percent {
                value.copy(octets, into: &output)
            } else {
                decode(value, slot, field, octets, percent, &output, &diagnostics)
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
        ends[slot.rawValue] = UInt16(truncatingIfNeeded: output.count)
    }

    @inline(never)
    private func decode(
        _ value: PayloadValue,
        _ slot: WiFiPayload.Slot,
        _ field: Diagnostic.Field,
        _ octets: Span<UInt8>,
        _ percent: Bool,
        _ output: inout OutputSpan<UInt8>,
        _ diagnostics: inout [Diagnostic]
    ) {
        let before = output.count
        var outcome = PayloadValue.Outcome()
        value.decode(octets, percent: percent, into: &output, outcome: &outcome)
        if let offset = outcome.unusualEscape {
            diagnostics.append(Diagnostic(.unusualEscape, field: field, offset: offset))
        }
        if let offset = outcome.backslashAtEnd {
            diagnostics.append(Diagnostic(.backslashAtEnd, field: field, offset: offset))
        }
        if reportsPercent, percent, output.count - before < value.range.count {
            diagnostics.append(Diagnostic(.percentDecoded, field: field, offset: Int(offsets[slot.rawValue])))
        }
    }
}
