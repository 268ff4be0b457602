/// One complete value of the D-Bus type system (D-Bus Specification, "Type System").
///
/// UNIX file descriptors are not carried: no interface that this package speaks to uses them.
package indirect enum DBusValue: Sendable, Hashable {
    case byte(UInt8)
    case bool(Bool)
    case int16(Int16)
    case uint16(UInt16)
    case int32(Int32)
    case uint32(UInt32)
    case int64(Int64)
    case uint64(UInt64)
    case double(Double)
    case string(String)
    case objectPath(String)
    case signature(String)
    /// An array of octets, `ay`: the form in which SSIDs, addresses and files travel.
    case octets([UInt8])
    /// An array of another element type than octets; the signature is needed where it is empty.
    case array(of: String, [DBusValue])
    /// An array of dictionary entries, in the order in which they are sent.
    case dictionary(key: String, value: String, [Entry])
    case structure([DBusValue])
    case variant(DBusValue)

    /// One entry of a dictionary.
    package struct Entry: Sendable, Hashable {
        package let key: DBusValue
        package let value: DBusValue

        package init(key: DBusValue, value: DBusValue) {
            self.key = key
            self.value = value
        }
    }

    /// The signature of this value's type.
    package var typeSignature: String {
        switch self {
        case .byte: "y"
        case .bool: "b"
        case .int16: "n"
        case .uint16: "q"
        case .int32: "i"
        case .uint32: "u"
        case .int64: "x"
        case .uint64: "t"
        case .double: "d"
        case .string: "s"
        case .objectPath: "o"
        case .signature: "g"
        case .octets: "ay"
        case .array(let element, _): "a" + element
        case .dictionary(let key, let value, _): "a{" + key + value + "}"
        case .structure(let members): "(" + members.map(\.typeSignature).joined() + ")"
        case .variant: "v"
        }
    }
}

// MARK: - Making values

extension DBusValue {
    /// A dictionary of variants by name, `a{sv}`: the form of options and of property sets.
    package static func properties(_ properties: KeyValuePairs<String, DBusValue>) -> DBusValue {
        .dictionary(
            key: "s",
            value: "v",
            properties.map { Entry(key: .string($0.key), value: .variant($0.value)) }
        )
    }

    /// An array of strings, `as`.
    package static func strings(_ strings: [String]) -> DBusValue {
        .array(of: "s", strings.map { .string($0) })
    }
}

// MARK: - Reading values

extension DBusValue {
    /// The value inside any number of variants.
    package var unwrapped: DBusValue {
        if case .variant(let value) = self { value.unwrapped } else { self }
    }

    /// The text of a string, an object path or a signature.
    package var text: String? {
        switch unwrapped {
        case .string(let text), .objectPath(let text), .signature(let text): text
        default: nil
        }
    }

    /// The object path, nil for `/`, which stands for "none" in most interfaces.
    package var path: String? {
        if case .objectPath(let path) = unwrapped, path != "/" { path } else { nil }
    }

    /// The number of any integer type, where it fits.
    package var integer: Int? {
        switch unwrapped {
        case .byte(let number): Int(number)
        case .int16(let number): Int(number)
        case .uint16(let number): Int(number)
        case .int32(let number): Int(number)
        case .uint32(let number): Int(number)
        case .int64(let number): Int(exactly: number)
        case .uint64(let number): Int(exactly: number)
        default: nil
        }
    }

    /// The truth value.
    package var boolean: Bool? {
        if case .bool(let value) = unwrapped { value } else { nil }
    }

    /// The octets of an `ay`.
    package var octets: [UInt8]? {
        if case .octets(let octets) = unwrapped { octets } else { nil }
    }

    /// The elements of an array or a structure.
    package var elements: [DBusValue]? {
        switch unwrapped {
        case .array(_, let elements), .structure(let elements): elements
        case .octets(let octets): octets.map { .byte($0) }
        default: nil
        }
    }

    /// The entries of a dictionary whose keys are strings; of equal keys the first one counts.
    package var entries: [String: DBusValue]? {
        guard case .dictionary(_, _, let entries) = unwrapped else { return nil }
        var result: [String: DBusValue] = [:]
        for entry in entries {
            guard let key = entry.key.text else { return nil }
            if result[key] == nil { result[key] = entry.value.unwrapped }
        }
        return result
    }
}
