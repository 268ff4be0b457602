internal import CLibCrypto

/// Octets that a function of libcrypto reads: secret ones or plain ones.
package protocol OctetSource {
    /// Gives the octets to a closure, which must not keep them.
    func withOctets<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
    /// How many there are.
    var count: Int { get }
}

extension [UInt8]: OctetSource {
    /// Gives the octets to a closure, which must not keep them.
    package func withOctets<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(body)
    }
}

/// Secret octets: in ``SecretMemory``, cleared when the last reference goes, compared in constant time, never printed.
///
/// They never change after they are made, so a key can't become zero while somebody uses it.
package final class SecretOctets: OctetSource, Sendable {
    /// How many there are.
    package let count: Int

    // Written before it is shared and when nobody shares it any more.
    nonisolated(unsafe) private let base: UnsafeMutableRawPointer

    /// Makes room for octets and has a closure fill it; what the closure leaves is zero.
    ///
    /// - Throws: what the closure throws.
    init<Failure>(
        count: Int,
        _ fill: (UnsafeMutableRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        self.count = count
        base = SecretMemory.allocate(count)
        try fill(UnsafeMutableRawBufferPointer(start: base, count: count))
    }

    /// Copies octets, one source after the other.
    package convenience init(_ sources: any OctetSource...) {
        self.init(concatenating: sources)
    }

    /// Copies octets, one source after the other.
    package convenience init(concatenating sources: [any OctetSource]) {
        self.init(count: sources.reduce(0) { $0 + $1.count }) { buffer in
            var offset = 0
            for source in sources {
                source.withOctets { octets in
                    UnsafeMutableRawBufferPointer(rebasing: buffer[offset...]).copyMemory(from: octets)
                }
                offset += source.count
            }
        }
    }

    /// Gives the octets to a closure, which must not keep them.
    package func withOctets<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// A copy of a part; the part is cut to what is there.
    package func slice(_ range: Range<Int>) -> SecretOctets {
        let range = range.clamped(to: 0..<count)
        return withOctets { octets in
            SecretOctets(count: range.count) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: octets[range])) }
        }
    }

    /// The octets as an array that nobody clears: for what is sent or shown, such as an identifier or a MIC.
    package var disclosed: [UInt8] { withOctets { Array($0) } }

    deinit {
        SecretMemory.deallocate(base, count)
    }
}

extension SecretOctets: Equatable {
    /// Compares by `CRYPTO_memcmp`: the time depends on the lengths only.
    package static func == (first: SecretOctets, second: SecretOctets) -> Bool {
        equalInConstantTime(first, second)
    }
}

extension SecretOctets: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says that there is a secret, not which.
    package var description: String { "<redacted>" }

    /// Says that there is a secret, not which.
    package var debugDescription: String { description }

    /// Shows nothing to `dump` and to debuggers that follow it.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Compares octets by `CRYPTO_memcmp`: the time depends on the lengths only.
package func equalInConstantTime(_ first: any OctetSource, _ second: any OctetSource) -> Bool {
    guard first.count == second.count else { return false }
    return first.withOctets { first in
        second.withOctets { CRYPTO_memcmp(first.baseAddress, $0.baseAddress, first.count) == 0 }
    }
}
