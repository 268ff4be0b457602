internal import Glibc
internal import Synchronization

/// Memory for secrets: pages that are not swapped out, as far as the limit allows (mlock(2), `RLIMIT_MEMLOCK`), and that are
/// in no core file (madvise(2), `MADV_DONTDUMP`).
///
/// Both go by the page, so that secrets share pages of their own: a secret that is given back must not unlock another's.
package enum SecretMemory {
    /// What a page is divided into; a secret begins at one.
    private static let granule = 64
    private static let slabGranules = 256

    /// Some pages, and which of their granules are taken.
    private struct Slab {
        let base: UInt
        var taken: [Bool]

        var isEmpty: Bool { !taken.contains(true) }

        func contains(_ address: UInt) -> Bool {
            address >= base && address < base + UInt(taken.count * SecretMemory.granule)
        }

        /// Takes the first room for so many granules.
        mutating func take(_ count: Int) -> UInt? {
            var run = 0
            for position in taken.indices {
                run = taken[position] ? 0 : run + 1
                guard run == count else { continue }
                let first = position - count + 1
                for index in first...position { taken[index] = true }
                return base + UInt(first * SecretMemory.granule)
            }
            return nil
        }

        mutating func giveBack(_ address: UInt, _ count: Int) {
            let first = Int(address - base) / SecretMemory.granule
            for index in first..<(first + count) { taken[index] = false }
        }
    }

    private static let slabs = Mutex<[Slab]>([])

    private static func granules(_ count: Int) -> Int { (max(count, 1) + granule - 1) / granule }

    /// Memory for octets, all zero.
    package static func allocate(_ count: Int) -> UnsafeMutableRawPointer {
        let granules = granules(count)
        let address = slabs.withLock { slabs -> UInt? in
            for index in slabs.indices {
                if let address = slabs[index].take(granules) { return address }
            }
            guard var slab = map(max(granules, slabGranules)) else { return nil }
            let address = slab.take(granules)
            slabs.append(slab)
            return address
        }
        if let address, let pointer = UnsafeMutableRawPointer(bitPattern: address) { return pointer }
        // Without pages of its own it is memory like any other.
        let pointer = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1), alignment: 16)
        pointer.initializeMemory(as: UInt8.self, repeating: 0, count: max(count, 1))
        return pointer
    }

    /// Clears memory and gives it back.
    package static func deallocate(_ pointer: UnsafeMutableRawPointer, _ count: Int) {
        explicit_bzero(pointer, count)
        let address = UInt(bitPattern: pointer)
        let isOurs = slabs.withLock { slabs in
            guard let index = slabs.firstIndex(where: { $0.contains(address) }) else { return false }
            slabs[index].giveBack(address, granules(count))
            // One is kept, so that a lone secret that comes and goes does not map pages each time.
            if slabs[index].isEmpty, slabs.count > 1 {
                let slab = slabs.remove(at: index)
                munmap(UnsafeMutableRawPointer(bitPattern: slab.base), slab.taken.count * granule)
            }
            return true
        }
        if !isOurs { pointer.deallocate() }
    }

    private static func map(_ granules: Int) -> Slab? {
        let page = sysconf(Int32(_SC_PAGESIZE))
        let size = (granules * granule + page - 1) / page * page
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        guard let base = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0), base != MAP_FAILED else { return nil }
        // Neither is needed for the secret to be one: a limit of 0 or an old kernel leaves it as it was without them.
        _ = mlock(base, size)
        _ = madvise(base, size, MADV_DONTDUMP)
        return Slab(base: UInt(bitPattern: base), taken: Array(repeating: false, count: size / granule))
    }
}
