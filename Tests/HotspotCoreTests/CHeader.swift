import Foundation

/// A C header of another project, as far as its numbers and names go.
struct CHeader {
    /// A header that a Debian package brings.
    enum File: String, CaseIterable, Sendable {
        case networkManagerInterface = "/usr/include/libnm/nm-dbus-interface.h"
        case networkManagerErrors = "/usr/include/libnm/nm-errors.h"
        case networkManagerVersion = "/usr/include/libnm/nm-version-macros.h"
        case bus = "/usr/include/dbus-1.0/dbus/dbus-protocol.h"
        case errnoBase = "/usr/include/asm-generic/errno-base.h"
        case errno = "/usr/include/asm-generic/errno.h"
    }

    /// Whether the tests that need them run: where all are installed, and wherever `HOTSPOT_REQUIRE_PEERS` is set.
    static var isWanted: Bool {
        ProcessInfo.processInfo.environment["HOTSPOT_REQUIRE_PEERS"] != nil
            || File.allCases.allSatisfy { FileManager.default.fileExists(atPath: $0.rawValue) }
    }

    let text: String

    init(_ file: File) throws {
        text = try String(contentsOfFile: file.rawValue, encoding: .utf8)
    }

    /// The enumerators of a `typedef enum` without their prefix, with their numbers.
    func enumerators(of type: String, prefix: String) throws -> [UInt32: String] {
        var result: [UInt32: String] = [:]
        for (number, name) in try members(of: type) where name.hasPrefix(prefix) {
            result[number] = String(name.dropFirst(prefix.count))
        }
        return result
    }

    /// The `nick`s of a `typedef enum` in its order.
    func nicks(of type: String) throws -> [String] {
        let body = try body(of: type)
        return body.matches(of: /nick=(\w+)/).map { String($0.1) }
    }

    /// The values of `#define NAME "value"` for the names with a prefix.
    func strings(prefix: String) -> [String] {
        text.matches(of: /#define\s+(\w+)\s+"([^"]+)"/).filter { $0.1.hasPrefix(prefix) }.map { String($0.2) }
    }

    /// The values of `#define NAME number`.
    var numbers: [String: Int32] {
        Dictionary(
            text.matches(of: /#define\s+(\w+)\s+\(?(\d+)\)?/).compactMap { match in
                Int32(match.2).map { (String(match.1), $0) }
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    private func body(of type: String) throws -> Substring {
        let end = try Regex("\\}\\s*\(type)\\s*;")
        guard let close = text.firstMatch(of: end),
            let open = text[..<close.range.lowerBound].range(of: "typedef enum", options: .backwards)
        else { throw CocoaError(.fileReadCorruptFile) }
        return text[open.upperBound..<close.range.lowerBound]
    }

    private func members(of type: String) throws -> [(UInt32, String)] {
        let comment = /\/\*[\s\S]*?\*\//
        var next: UInt32 = 0
        return try body(of: type).replacing(comment, with: "").split(separator: ",").compactMap { item in
            let sides = item.split(separator: "=").map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: "{ \n\t"))
            }
            guard let name = sides.first, !name.isEmpty else { return nil }
            if sides.count > 1 {
                let value = sides[1]
                let number = value.hasPrefix("0x") ? UInt32(value.dropFirst(2), radix: 16) : UInt32(value)
                next = number ?? next
            }
            defer { next += 1 }
            return (next, name)
        }
    }
}
