/// Octets that lie in the value itself while they are few, and on the heap beyond.
///
/// The values of nearly every payload fit, so that reading one takes no allocation.
struct OctetStore: Sendable, Hashable {
    /// How many octets have room without an allocation: an SSID, a passphrase and 25 more.
    static let inlineCapacity = 120
    /// How many octets may be read and written behind the last one, so that eight can be handled at a time.
    static let slack = 8

    private var near = InlineArray<128, UInt8>(repeating: 0)
    /// Empty while `near` is in use.
    private var far: [UInt8] = []
    /// How many octets there are.
    private(set) var count = 0

    @inline(__always)
    init() {}

    /// Fills an empty store.
    ///
    /// - Parameters:
    ///   - capacity: The octets that are needed at most.
    ///   - fill: Sets octets from the first and returns how many there are.
    @inline(__always)
    mutating func fill(capacity: Int, _ fill: (inout MutableSpan<UInt8>) -> Int) {
        if capacity <= Self.inlineCapacity {
            var output = near.mutableSpan
            count = fill(&output)
        } else {
            far = [UInt8](repeating: 0, count: capacity &+ Self.slack)
            var output = far.mutableSpan
            count = fill(&output)
        }
    }

    /// The octets, with the slack behind them.
    @inline(__always)
    func read<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        far.isEmpty ? body(near.span) : body(far.span)
    }

    /// A copy of some of the octets.
    func array(_ range: Range<Int>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: range.count) { buffer, initialized in
            read { octets in
                octets.extracting(range).withUnsafeBufferPointer { _ = buffer.update(fromContentsOf: $0) }
            }
            initialized = range.count
        }
    }

    static func == (one: OctetStore, other: OctetStore) -> Bool {
        guard one.count == other.count else { return false }
        return one.read { mine in
            other.read { theirs in mine.extracting(0..<one.count).elementsEqual(theirs.extracting(0..<one.count)) }
        }
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        read { octets in
            for index in 0..<count { hasher.combine(octets[index]) }
        }
    }
}
