import Foundation
import IEEE80211
import Synchronization
import Testing

@testable import RSN

/// What is left of secrets in the memory of this very process.
@Suite("Secrets that are gone", .serialized)
struct WipingTests {
    /// 32 random octets in a page of their own, and a search for them everywhere else.
    private final class Needle {
        static let count = 32
        /// What is looked for is the end: the allocator writes over the first octets of what it takes back.
        private static let tail = 16
        private static let size = 4096
        private static let window = 1 << 20
        let page: UnsafeMutableRawPointer
        private let buffer: UnsafeMutableRawPointer

        init() throws {
            func map(_ size: Int) throws -> UnsafeMutableRawPointer {
                let page = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                guard let page, page != MAP_FAILED else { throw CocoaError(.fileReadUnknown) }
                return page
            }
            page = try map(Self.size)
            buffer = try map(Self.window)
            let random = open("/dev/urandom", O_RDONLY | O_CLOEXEC)
            defer { close(random) }
            guard read(random, page, Self.count) == Self.count else { throw CocoaError(.fileReadUnknown) }
        }

        deinit {
            munmap(page, Self.size)
            munmap(buffer, Self.window)
        }

        /// The octets as a secret.
        var secret: SecretOctets {
            SecretOctets(count: Self.count) { [page] in
                $0.copyMemory(from: UnsafeRawBufferPointer(start: page, count: Self.count))
            }
        }

        private func isOwn(_ address: UInt) -> Bool {
            [(page, Self.size), (buffer, Self.window)].contains { start, size in
                (UInt(bitPattern: start)..<UInt(bitPattern: start) + UInt(size)).contains(address)
            }
        }

        /// The kernel's list of mappings; it comes in pieces, and Foundation takes the first for the whole.
        private static func mappings() -> String {
            let file = open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
            defer { close(file) }
            var octets: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = read(file, &piece, piece.count)
                guard count > 0 else { return String(decoding: octets, as: UTF8.self) }
                octets += piece.prefix(count)
            }
        }

        /// How often the octets are in memory that can be written.
        func occurrences() throws -> Int {
            let memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC)
            try #require(memory >= 0)
            defer { close(memory) }
            var found = 0
            for line in Self.mappings().split(separator: "\n") {
                let words = line.split(separator: " ")
                let ends = words[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
                guard words[1].hasPrefix("rw"), !line.contains("/"), ends.count == 2 else { continue }
                var start = ends[0]
                while start < ends[1] {
                    let wanted = min(Self.window, Int(ends[1] - start))
                    let count = pread(memory, buffer, wanted, off_t(start))
                    if count < Self.tail {
                        // Other tests give memory back meanwhile: a hole.
                        start = (start / UInt(Self.size) + 1) * UInt(Self.size)
                        continue
                    }
                    var place = 0
                    let end = page + Self.count - Self.tail
                    let first = Int32(end.load(as: UInt8.self))
                    while place <= count - Self.tail,
                        let hit = memchr(buffer + place, first, count - place - Self.tail + 1)
                    {
                        let offset = UnsafeRawPointer(hit) - UnsafeRawPointer(buffer)
                        if memcmp(hit, end, Self.tail) == 0, !isOwn(start + UInt(offset)) { found += 1 }
                        place = offset + 1
                    }
                    // One that lies across two windows is in the next.
                    start += UInt(start + UInt(count) < ends[1] ? count - Self.tail + 1 : count)
                }
            }
            return found
        }
    }

    @Test("the octets of a secret are zero when its last reference goes")
    func released() throws {
        let needle = try Needle()
        var secret: SecretOctets? = needle.secret
        #expect(try needle.occurrences() == 1)
        let copies = Mutex([secret?.slice(0..<32), secret])
        #expect(try needle.occurrences() == 2)
        secret = nil
        #expect(try needle.occurrences() == 2, "it is in use")
        copies.withLock { $0 = [] }
        #expect(try needle.occurrences() == 0)
    }

    @Test("a PMK is nowhere in memory when its association has ended")
    func pmk() throws {
        let needle = try Needle()
        func associate() throws {
            let suite = try #require(HandshakeSuite(akm: .psk, pairwiseCipher: .ccmp128, pmkLength: 32))
            var supplicant = Supplicant(
                SupplicantConfiguration(
                    authenticator: MACAddress("02:00:00:00:03:00").unwrapped,
                    supplicant: MACAddress("02:00:00:00:00:00").unwrapped,
                    suite: suite,
                    groupCipher: .ccmp128,
                    groupManagementCipher: nil,
                    pmk: needle.secret,
                    pmkid: nil,
                    associationElements: Link.wpa2,
                    beaconElements: ElementList(Link.wpa2)
                )
            )
            let link = try Link()
            var authenticator = link.authenticator
            #expect(Outcome(supplicant.receive(authenticator.message1(), encrypted: false)).order == "s")
            try withExtendedLifetime(supplicant) {
                let occurrences = try needle.occurrences()
                #expect(occurrences >= 1)
            }
        }
        try associate()
        #expect(try needle.occurrences() == 0)
    }

    @Test("a password is nowhere in memory when its SAE has ended", arguments: [SAEMethod.looping, .hashToElement])
    func password(method: SAEMethod) throws {
        let needle = try Needle()
        func authenticate() throws {
            let accessPoint = SAEAccessPoint(method: method)
            var configuration = accessPoint.configuration(groups: [.p256])
            configuration.password = SAEPassword(octets: needle.secret)
            configuration.tokens = []
            var station = SAE(configuration)
            guard case .send = station.start() else {
                Issue.record("no commit")
                return
            }
            try withExtendedLifetime(station) {
                let occurrences = try needle.occurrences()
                #expect(occurrences >= 1)
            }
        }
        try authenticate()
        #expect(try needle.occurrences() == 0)
    }
}
