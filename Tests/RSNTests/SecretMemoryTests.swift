import Foundation
import TestSupport
import Testing

@testable import RSN

@Suite("Memory for secrets")
struct SecretMemoryTests {
    @Test("no two secrets share an octet, each begins with zeros, and what was given back is cleared")
    func disjoint() {
        var all: [(UnsafeMutableRawPointer, Int)] = []
        var generator = SystemRandomNumberGenerator()
        for round in 0..<4000 {
            let count = [0, 1, 63, 64, 65, 512, 5000, 40_000].randomElement(using: &generator) ?? 1
            let pointer = SecretMemory.allocate(count)
            let octets = UnsafeMutableRawBufferPointer(start: pointer, count: count)
            #expect(octets.allSatisfy { $0 == 0 })
            octets.initializeMemory(as: UInt8.self, repeating: UInt8(round % 251 + 1))
            all.append((pointer, count))
            guard round % 3 == 0 || all.count > 100 else { continue }
            let (old, size) = all.remove(at: Int.random(in: all.indices, using: &generator))
            let rest = UnsafeRawBufferPointer(start: old, count: size)
            // Whatever came and went beside it.
            #expect(Set(rest).count <= 1 && !rest.contains(0))
            SecretMemory.deallocate(old, size)
        }
        for (pointer, count) in all { SecretMemory.deallocate(pointer, count) }
    }

    @Test("a secret's pages are in no core file, and are locked as far as the limit allows")
    func pages() async throws {
        let secret = SecretOctets(Array("correct horse".utf8))
        let address = secret.withOctets { UInt(bitPattern: $0.baseAddress) }
        // Foundation reads no more than the first piece of a file of /proc.
        let maps = try await run("cat", "/proc/\(getpid())/smaps").checked().standardOutput
        var isInside = false
        var flags: [Substring] = []
        for line in maps.split(separator: "\n") {
            if let match = line.firstMatch(of: #/^([0-9a-f]+)-([0-9a-f]+) /#) {
                guard let first = UInt(match.1, radix: 16), let end = UInt(match.2, radix: 16) else { continue }
                isInside = first <= address && address < end
            } else if isInside, line.hasPrefix("VmFlags:") {
                flags = line.split(separator: " ")
            }
        }
        #expect(flags.contains("dd"), "\(flags)")
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(8), &limit)
        // RLIMIT_MEMLOCK, of which other tests' secrets have their part.
        if limit.rlim_cur == .max || geteuid() == 0 { #expect(flags.contains("lo"), "\(flags)") }
        withExtendedLifetime(secret) {}
    }
}
