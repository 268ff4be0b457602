internal import Foundation
internal import Glibc

/// The addresses of an interface and the way out, as the kernel has them now.
struct InterfaceAddresses: Sendable, Hashable {
    /// With prefix lengths, IPv4 first.
    let addresses: [String]
    /// The default gateway by IPv4.
    let gateway: String?

    /// Whether there is one that the network gave: a link-local one every interface makes for itself.
    var isProvisioned: Bool { !addresses.allSatisfy(Self.isLinkLocal) }

    /// Whether all of them were there before, but for link-local ones.
    func isSubset(of before: InterfaceAddresses) -> Bool {
        addresses.allSatisfy { Self.isLinkLocal($0) || before.addresses.contains($0) }
    }

    private static func isLinkLocal(_ address: String) -> Bool {
        address.hasPrefix("fe80:") || address.hasPrefix("169.254.")
    }

    /// Reads them.
    init(of interface: String) {
        var list: UnsafeMutablePointer<ifaddrs>?
        var v4: [String] = []
        var v6: [String] = []
        if getifaddrs(&list) == 0 {
            var entry = list
            while let current = entry {
                entry = current.pointee.ifa_next
                guard String(cString: current.pointee.ifa_name) == interface, let address = current.pointee.ifa_addr,
                    let text = Self.text(address)
                else { continue }
                let line = text + "/\(current.pointee.ifa_netmask.map(Self.prefixLength) ?? 0)"
                if Int32(address.pointee.sa_family) == AF_INET { v4.append(line) } else { v6.append(line) }
            }
            freeifaddrs(list)
        }
        addresses = v4 + v6
        let routes = (try? String(contentsOfFile: "/proc/net/route", encoding: .utf8)) ?? ""
        gateway =
            routes.split(separator: "\n").dropFirst().lazy.compactMap { line in
                let fields = line.split(separator: "\t")
                guard fields.count > 7, fields[0] == interface, fields[1] == "00000000", fields[7] == "00000000",
                    let value = UInt32(fields[2], radix: 16), value != 0
                else { return nil }
                // The kernel prints the number as it is in memory.
                return withUnsafeBytes(of: value) { $0.map(String.init).joined(separator: ".") }
            }.first
    }

    private static func text(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
        let family = Int32(address.pointee.sa_family)
        var buffer = [CChar](repeating: 0, count: 46)
        let result: UnsafePointer<CChar>?
        switch family {
        case AF_INET:
            result = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                inet_ntop(family, &$0.pointee.sin_addr, &buffer, socklen_t(buffer.count))
            }
        case AF_INET6:
            result = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                inet_ntop(family, &$0.pointee.sin6_addr, &buffer, socklen_t(buffer.count))
            }
        default: return nil
        }
        guard result != nil else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func prefixLength(_ mask: UnsafeMutablePointer<sockaddr>) -> Int {
        switch Int32(mask.pointee.sa_family) {
        case AF_INET:
            mask.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_addr.s_addr.nonzeroBitCount }
        case AF_INET6:
            mask.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                withUnsafeBytes(of: &$0.pointee.sin6_addr) { $0.reduce(0) { $0 + $1.nonzeroBitCount } }
            }
        default: 0
        }
    }
}
