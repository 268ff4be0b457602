internal import RSN

/// Secret octets: never swapped out nor dumped where that can be helped, cleared when the last copy goes, compared in constant time, never printed.
final class SecretBytes: Sendable {
    private let pointer: UnsafeBytes
    let count: Int

    /// A pointer that is written before it is shared and when nobody shares it any more.
    private struct UnsafeBytes: @unchecked Sendable {
        let base: UnsafeMutableRawPointer
    }

    init(_ octets: some Collection<UInt8>) {
        count = octets.count
        let base = SecretMemory.allocate(octets.count)
        for (offset, octet) in octets.enumerated() {
            base.storeBytes(of: octet, toByteOffset: offset, as: UInt8.self)
        }
        pointer = UnsafeBytes(base: base)
    }

    func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(start: pointer.base, count: count))
    }

    deinit {
        SecretMemory.deallocate(pointer.base, count)
    }
}

/// A passphrase, a raw key or a WEP key.
///
/// Its octets are neither swapped out nor in core files, where the system allows that, and cleared from memory when the last
/// copy goes; its description and its mirror show nothing, and `==` takes
/// the same time wherever two secrets of one length differ.
public struct Passphrase: Sendable {
    private let bytes: SecretBytes

    /// Makes a passphrase of octets.
    public init(octets: some Collection<UInt8>) {
        bytes = SecretBytes(octets)
    }

    /// Makes a passphrase of the UTF-8 octets of a text.
    ///
    /// The text itself stays where the caller has it.
    public init(_ text: String) {
        self.init(octets: Array(text.utf8))
    }

    /// The length in octets.
    public var count: Int { bytes.count }

    /// Gives the octets to a closure, which must not keep them.
    public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        try bytes.withUnsafeBytes(body)
    }

    /// The octets as a text, where they are UTF-8 without NUL: the form in which a daemon takes them.
    var text: String? {
        withUnsafeBytes { octets in
            octets.contains(0) ? nil : String(validating: octets, as: UTF8.self)
        }
    }
}

extension Passphrase: Hashable {
    /// Compares two secrets; the time depends on their lengths only.
    public static func == (first: Passphrase, second: Passphrase) -> Bool {
        guard first.count == second.count else { return false }
        return first.withUnsafeBytes { first in
            second.withUnsafeBytes { second in
                var difference: UInt8 = 0
                for position in first.indices { difference |= first[position] ^ second[position] }
                return difference == 0
            }
        }
    }

    /// Hashes the length only, so that a hash tells nothing of the octets.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
    }
}

extension Passphrase: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says that there is a secret, not which.
    public var description: String { "<redacted>" }

    /// Says that there is a secret, not which.
    public var debugDescription: String { description }

    /// Shows nothing to `dump` and to debuggers that follow it.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
