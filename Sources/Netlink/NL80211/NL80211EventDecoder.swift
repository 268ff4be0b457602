import IEEE80211

extension NL80211Event {
    /// Reads a multicast message of the nl80211 family; what cannot be read becomes an event that says so.
    package init(_ message: GenericNetlinkMessage, instant: ContinuousClock.Instant) {
        let command = NL80211Command(rawValue: message.command)
        do throws(MalformedOctets) {
            let attributes = try message.attributes()
            self.init(
                interface: attributes.u32(NL80211Attribute.interfaceIndex),
                wiphy: attributes.u32(NL80211Attribute.wiphy),
                instant: instant,
                kind: Self.kind(command, attributes)
            )
        } catch {
            self.init(interface: nil, wiphy: nil, instant: instant, kind: .malformed(command, error))
        }
    }

    /// A frame that cannot be read spoils what happened, not whom it concerns, so the error ends here.
    private static func kind(_ command: NL80211Command, _ attributes: NetlinkAttributes) -> Kind {
        do throws(MalformedOctets) {
            return try decode(command, attributes) ?? .other(command)
        } catch {
            return .malformed(command, error)
        }
    }

    /// What happened; nil when the command is not one of ours or lacks what makes it one.
    private static func decode(
        _ command: NL80211Command,
        _ attributes: NetlinkAttributes
    ) throws(MalformedOctets) -> Kind? {
        let mac = attributes.macAddress(NL80211Attribute.mac)
        switch command {
        case .newStation:
            return mac.map(Kind.newStation)
        case .deleteStation:
            return mac.map(Kind.deleteStation)
        case .connect:
            return .connect(Connection(attributes))
        case .roam:
            return .roam(mac)
        case .portAuthorized:
            return .portAuthorized(mac)
        case .channelSwitched:
            return attributes.u32(NL80211Attribute.frequency).map { .channelSwitched(frequencyMHz: Int($0)) }
        case .disconnect:
            return .disconnect(
                attributes.u16(NL80211Attribute.reasonCode).map(ReasonCode.init),
                byAP: attributes.has(NL80211Attribute.disconnectedByAP)
            )
        case .triggerScan:
            return .triggerScan(try Scan(attributes))
        case .newScanResults:
            return .newScanResults(try Scan(attributes))
        case .scanAborted:
            return .scanAborted(try Scan(attributes))
        case .controlPortFrameTransmitStatus:
            return .controlPortTransmitStatus(
                acknowledged: attributes.has(NL80211Attribute.acknowledged),
                frame: attributes.bytes(NL80211Attribute.frame) ?? []
            )
        default:
            return try decodeFrame(command, attributes)
        }
    }

    /// The events that are about a frame.
    private static func decodeFrame(
        _ command: NL80211Command,
        _ attributes: NetlinkAttributes
    ) throws(MalformedOctets) -> Kind? {
        let requestElements = ElementList(attributes.bytes(NL80211Attribute.requestElements) ?? [])
        if attributes.has(NL80211Attribute.timedOut) {
            let bssid = attributes.macAddress(NL80211Attribute.mac)
            switch command {
            case .authenticate: return .authenticate(.timedOut(bssid))
            case .associate: return .associate(.timedOut(bssid), requestElements: requestElements)
            default: break
            }
        }
        let frameCommands: [NL80211Command] = [
            .authenticate, .associate, .deauthenticate, .disassociate, .unprotectedDeauthenticate,
            .unprotectedDisassociate,
        ]
        guard frameCommands.contains(command), let octets = attributes.bytes(NL80211Attribute.frame) else { return nil }
        return switch (command, try ManagementFrame(octets)) {
        case (.authenticate, .authentication(let frame)): .authenticate(.frame(frame))
        case (.associate, .associationResponse(let frame)):
            .associate(.frame(frame), requestElements: requestElements)
        case (.deauthenticate, .deauthentication(let frame)): .deauthenticate(frame)
        case (.disassociate, .disassociation(let frame)): .disassociate(frame)
        case (.unprotectedDeauthenticate, .deauthentication(let frame)): .unprotectedDeauthenticate(frame)
        case (.unprotectedDisassociate, .disassociation(let frame)): .unprotectedDisassociate(frame)
        default: nil
        }
    }
}

extension NL80211Event.Connection {
    /// Reads the attributes of the event.
    ///
    /// The status is 1 whenever something timed out, so the flag is read first.
    fileprivate init(_ attributes: NetlinkAttributes) {
        let timedOut = attributes.has(NL80211Attribute.timedOut)
        timeout =
            timedOut ? TimeoutReason(rawValue: attributes.u32(NL80211Attribute.timeoutReason) ?? 0) : nil
        status = attributes.u16(NL80211Attribute.statusCode).map(StatusCode.init) ?? .unspecifiedFailure
        bssid = attributes.macAddress(NL80211Attribute.mac)
        requestElements = ElementList(attributes.bytes(NL80211Attribute.requestElements) ?? [])
        responseElements = ElementList(attributes.bytes(NL80211Attribute.responseElements) ?? [])
    }
}

extension NL80211Event.Scan {
    fileprivate init(_ attributes: NetlinkAttributes) throws(MalformedOctets) {
        ssids = try attributes.members(NL80211Attribute.scanSSIDs)
        frequenciesMHz = try attributes.members(NL80211Attribute.scanFrequencies)
            .filter { $0.count >= 4 }
            .map { Int($0.number(UInt32.self, at: 0)) }
    }
}
