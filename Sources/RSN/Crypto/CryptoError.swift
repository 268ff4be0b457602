internal import CLibCrypto

/// A function of libcrypto that failed, with everything libcrypto had to say about it.
package struct CryptoError: Error, Hashable, Sendable {
    /// The C function.
    package let function: String

    /// The error queue of the thread, the oldest entry first, in libcrypto's own words; may be empty.
    package let queue: [String]

    /// Makes an error and empties the thread's queue into it.
    init(_ function: String) {
        self.function = function
        queue = Self.drain()
    }

    /// Takes all entries off the thread's queue.
    @discardableResult
    static func drain() -> [String] {
        var entries: [String] = []
        while true {
            var data: UnsafePointer<CChar>?
            var flags: Int32 = 0
            let code = ERR_get_error_all(nil, nil, nil, &data, &flags)
            guard code != 0 else { return entries }
            var text = [CChar](repeating: 0, count: 256)
            ERR_error_string_n(code, &text, text.count)
            var entry = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            if flags & ERR_TXT_STRING != 0, let data {
                let more = String(cString: data)
                if !more.isEmpty { entry += ": \(more)" }
            }
            entries.append(entry)
        }
    }
}

extension CryptoError: CustomStringConvertible {
    /// The function and the queue: `EC_POINT_mul: error:…`.
    package var description: String {
        "\(function): \(queue.isEmpty ? "failed without a reason" : queue.joined(separator: "; "))"
    }
}

/// Turns the 1 of libcrypto into nothing and anything else into an error.
func check(_ function: String, _ result: Int32) throws(CryptoError) {
    guard result == 1 else { throw CryptoError(function) }
}

/// Turns a null pointer into an error.
func check<Pointer>(_ function: String, _ pointer: Pointer?) throws(CryptoError) -> Pointer {
    guard let pointer else { throw CryptoError(function) }
    return pointer
}
