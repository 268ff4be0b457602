/// What follows the status in an SAE commit (IEEE 802.11-2020, 9.3.3.11, table 9-41, and 12.4.7.4).
package struct SAECommit: Hashable, Sendable {
    /// The number of the finite cyclic group.
    package var group: UInt16
    /// The commit scalar.
    package var scalar: [UInt8]
    /// The commit element: the coordinates one after the other for an elliptic curve.
    package var element: [UInt8]
    /// The token against clogging that the other end asked for.
    package var token: [UInt8]?
    /// Which of several passwords is meant; by hash-to-element only.
    package var passwordIdentifier: [UInt8]?
    /// The groups that the other end refused; by hash-to-element only.
    package var rejectedGroups: [UInt16]?

    /// Makes a commit.
    package init(
        group: UInt16,
        scalar: [UInt8],
        element: [UInt8],
        token: [UInt8]? = nil,
        passwordIdentifier: [UInt8]? = nil,
        rejectedGroups: [UInt16]? = nil
    ) {
        self.group = group
        self.scalar = scalar
        self.element = element
        self.token = token
        self.passwordIdentifier = passwordIdentifier
        self.rejectedGroups = rejectedGroups
    }

    /// The group of a commit or of a refusal, which is its first field.
    ///
    /// - Throws: `MalformedOctets` when there are not two octets.
    package static func group(of content: [UInt8]) throws(MalformedOctets) -> UInt16 {
        var reader = OctetReader(content, structure: "SAE commit")
        return try reader.u16()
    }

    /// Reads a commit.
    ///
    /// - Parameters:
    ///   - content: the octets after the status.
    ///   - scalarLength: octets of a scalar and of a coordinate in the group.
    ///   - hashToElement: whether elements may follow; looping has the token before the scalar instead.
    ///   - mayHaveToken: whether a looping commit may have one: an access point's never has, and what follows its element
    ///     is not ours.
    /// - Throws: `MalformedOctets` when the octets end early or an element cannot be read.
    package init(
        _ content: [UInt8],
        scalarLength: Int,
        hashToElement: Bool,
        mayHaveToken: Bool = true
    ) throws(MalformedOctets) {
        var reader = OctetReader(content, structure: "SAE commit")
        group = try reader.u16()
        if !hashToElement, mayHaveToken, reader.remaining > 3 * scalarLength {
            token = try reader.read(reader.remaining - 3 * scalarLength)
        }
        scalar = try reader.read(scalarLength)
        element = try reader.read(2 * scalarLength)
        guard hashToElement else { return }
        let offset = reader.offset
        let elements = ElementList(reader.rest())
        if let damage = elements.damage {
            throw MalformedOctets(structure: "SAE commit", offset: offset + damage.offset, reason: damage.reason)
        }
        passwordIdentifier = elements.first(.passwordIdentifier)
        token = elements.first(.antiCloggingTokenContainer)
        if let body = elements.first(.rejectedGroups) {
            var groups = OctetReader(body, structure: "rejected groups element")
            var rejected: [UInt16] = []
            while groups.remaining > 0 { rejected.append(try groups.u16()) }
            rejectedGroups = rejected
        }
    }

    /// The octets after the status; nil when something is too long for its element.
    ///
    /// - Parameter hashToElement: whether token, identifier and groups go into elements; without, there is the token only.
    /// - Returns: the octets.
    package func content(hashToElement: Bool) -> [UInt8]? {
        guard hashToElement else { return emit16(group) + (token ?? []) + scalar + element }
        var octets = emit16(group) + scalar + element
        let elements: [(ElementID, [UInt8]?)] = [
            (.passwordIdentifier, passwordIdentifier),
            (.rejectedGroups, rejectedGroups?.flatMap(emit16)),
            (.antiCloggingTokenContainer, token),
        ]
        for case (let id, let body?) in elements {
            guard let element = Element(id, body: body) else { return nil }
            octets += element.octets
        }
        return octets
    }
}

/// What follows the status in a commit that asks for a token (status 76; IEEE 802.11-2020, 12.4.6).
package struct SAETokenRequest: Hashable, Sendable {
    /// The group of the commit that is to be repeated.
    package let group: UInt16
    /// The token to be sent with it.
    package let token: [UInt8]

    /// Makes a request.
    package init(group: UInt16, token: [UInt8]) {
        self.group = group
        self.token = token
    }

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - content: the octets after the status.
    ///   - hashToElement: whether the token is in an element; with looping it is what follows the group.
    /// - Throws: `MalformedOctets` when the octets end early, or there is no token.
    package init(_ content: [UInt8], hashToElement: Bool) throws(MalformedOctets) {
        var reader = OctetReader(content, structure: "SAE token request")
        group = try reader.u16()
        let rest = reader.rest()
        let token = hashToElement ? ElementList(rest).first(.antiCloggingTokenContainer) : rest
        guard let token, !token.isEmpty else {
            throw MalformedOctets(structure: "SAE token request", offset: 2, reason: .invalid("no token"))
        }
        self.token = token
    }

    /// The octets after the status; nil when the token is too long for its element.
    ///
    /// - Parameter hashToElement: whether the token goes into an element.
    /// - Returns: the octets.
    package func content(hashToElement: Bool) -> [UInt8]? {
        guard hashToElement else { return emit16(group) + token }
        return Element(.antiCloggingTokenContainer, body: token).map { emit16(group) + $0.octets }
    }
}

/// What follows the status in an SAE confirm (IEEE 802.11-2020, 12.4.7.5).
package struct SAEConfirm: Hashable, Sendable {
    /// The sender's counter of confirms.
    package let sendConfirm: UInt16
    /// The proof that the sender has the key.
    package let confirm: [UInt8]

    /// Makes a confirm.
    package init(sendConfirm: UInt16, confirm: [UInt8]) {
        self.sendConfirm = sendConfirm
        self.confirm = confirm
    }

    /// Reads a confirm of a known length; what follows is not ours.
    ///
    /// - Throws: `MalformedOctets` when the octets end early.
    package init(_ content: [UInt8], confirmLength: Int) throws(MalformedOctets) {
        var reader = OctetReader(content, structure: "SAE confirm")
        sendConfirm = try reader.u16()
        confirm = try reader.read(confirmLength)
    }

    /// The octets after the status.
    package var content: [UInt8] { emit16(sendConfirm) + confirm }
}
