internal import CLibDBus

/// Type codes of the wire format (D-Bus Specification, "Summary of types").
private enum TypeCode {
    static let invalid: Int32 = 0
    static let byte = code("y")
    static let boolean = code("b")
    static let int16 = code("n")
    static let uint16 = code("q")
    static let int32 = code("i")
    static let uint32 = code("u")
    static let int64 = code("x")
    static let uint64 = code("t")
    static let double = code("d")
    static let string = code("s")
    static let objectPath = code("o")
    static let signature = code("g")
    static let array = code("a")
    static let variant = code("v")
    static let structure = code("r")
    static let dictionaryEntry = code("e")

    private static func code(_ scalar: Unicode.Scalar) -> Int32 { Int32(scalar.value) }
}

/// A libdbus message owned by one place.
struct OwnedMessage: ~Copyable {
    let pointer: OpaquePointer

    /// Takes over a reference that the caller owns.
    init(adopting pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        dbus_message_unref(pointer)
    }
}

// MARK: - Values to a message

/// Why a value cannot be sent: libdbus would end the process for it, so it is refused here.
struct UnsendableValue: Error {
    let reason: String
}

extension OwnedMessage {
    /// Makes a method call.
    static func methodCall(_ call: DBusCall) throws(DBusError) -> OwnedMessage {
        let name = call.interface + "." + call.member
        guard
            let pointer = dbus_message_new_method_call(call.destination, call.path, call.interface, call.member)
        else {
            throw DBusError(
                name: DBusError.Name.invalidArguments,
                message: "a message to \(call.destination) at \(call.path) cannot be made",
                member: name
            )
        }
        let message = OwnedMessage(adopting: pointer)
        dbus_message_set_auto_start(pointer, call.startsService ? 1 : 0)
        do {
            var iterator = DBusMessageIter()
            dbus_message_iter_init_append(pointer, &iterator)
            for argument in call.arguments {
                try append(argument, to: &iterator)
            }
        } catch let error as UnsendableValue {
            throw DBusError(name: DBusError.Name.invalidArguments, message: error.reason, member: name)
        } catch {
            throw DBusError(name: DBusError.Name.invalidArguments, message: "\(error)", member: name)
        }
        return message
    }

    /// Makes the answer to a method call that nobody here serves.
    static func unknownMethod(inReplyTo call: OpaquePointer) -> OwnedMessage? {
        dbus_message_new_error(call, DBusError.Name.unknownMethod, "nothing is served here").map {
            OwnedMessage(adopting: $0)
        }
    }
}

private func append(_ value: DBusValue, to iterator: inout DBusMessageIter) throws {
    switch value {
    case .byte(let number): try appendBasic(number, TypeCode.byte, to: &iterator)
    case .bool(let truth): try appendBasic(dbus_bool_t(truth ? 1 : 0), TypeCode.boolean, to: &iterator)
    case .int16(let number): try appendBasic(number, TypeCode.int16, to: &iterator)
    case .uint16(let number): try appendBasic(number, TypeCode.uint16, to: &iterator)
    case .int32(let number): try appendBasic(number, TypeCode.int32, to: &iterator)
    case .uint32(let number): try appendBasic(number, TypeCode.uint32, to: &iterator)
    case .int64(let number): try appendBasic(number, TypeCode.int64, to: &iterator)
    case .uint64(let number): try appendBasic(number, TypeCode.uint64, to: &iterator)
    case .double(let number): try appendBasic(number, TypeCode.double, to: &iterator)
    case .string(let text):
        guard !text.utf8.contains(0) else { throw UnsendableValue(reason: "a string holds a NUL octet") }
        try appendText(text, TypeCode.string, to: &iterator)
    case .objectPath(let path):
        guard dbus_validate_path(path, nil) != 0 else {
            throw UnsendableValue(reason: "\(path.debugDescription) is no object path")
        }
        try appendText(path, TypeCode.objectPath, to: &iterator)
    case .signature(let signature):
        guard dbus_signature_validate(signature, nil) != 0 else {
            throw UnsendableValue(reason: "\(signature.debugDescription) is no signature")
        }
        try appendText(signature, TypeCode.signature, to: &iterator)
    case .octets(let octets):
        try appendContainer(TypeCode.array, contained: "y", to: &iterator) { array in
            let appended = octets.withUnsafeBufferPointer { buffer -> dbus_bool_t in
                guard var base = buffer.baseAddress else { return 1 }
                return dbus_message_iter_append_fixed_array(&array, TypeCode.byte, &base, Int32(buffer.count))
            }
            guard appended != 0 else { throw UnsendableValue(reason: "no memory for \(octets.count) octets") }
        }
    case .array(let element, let values):
        try appendContainer(TypeCode.array, contained: element, to: &iterator) { array in
            for value in values {
                guard value.typeSignature == element else {
                    throw UnsendableValue(reason: "an array of \(element) holds a \(value.typeSignature)")
                }
                try append(value, to: &array)
            }
        }
    case .dictionary(let key, let value, let entries):
        try appendContainer(TypeCode.array, contained: "{" + key + value + "}", to: &iterator) { array in
            for entry in entries {
                guard entry.key.typeSignature == key, entry.value.typeSignature == value else {
                    throw UnsendableValue(reason: "a dictionary of \(key) to \(value) holds another type")
                }
                try appendContainer(TypeCode.dictionaryEntry, contained: nil, to: &array) { member in
                    try append(entry.key, to: &member)
                    try append(entry.value, to: &member)
                }
            }
        }
    case .structure(let members):
        try appendContainer(TypeCode.structure, contained: nil, to: &iterator) { structure in
            for member in members { try append(member, to: &structure) }
        }
    case .variant(let inner):
        try appendContainer(TypeCode.variant, contained: inner.typeSignature, to: &iterator) { variant in
            try append(inner, to: &variant)
        }
    }
}

private func appendBasic<T: BitwiseCopyable>(_ value: T, _ type: Int32, to iterator: inout DBusMessageIter) throws {
    var value = value
    guard dbus_message_iter_append_basic(&iterator, type, &value) != 0 else {
        throw UnsendableValue(reason: "no memory for a message")
    }
}

private func appendText(_ text: String, _ type: Int32, to iterator: inout DBusMessageIter) throws {
    let appended = text.withCString { pointer -> dbus_bool_t in
        var pointer: UnsafePointer<CChar>? = pointer
        return dbus_message_iter_append_basic(&iterator, type, &pointer)
    }
    guard appended != 0 else { throw UnsendableValue(reason: "no memory for a message") }
}

private func appendContainer(
    _ type: Int32,
    contained: String?,
    to iterator: inout DBusMessageIter,
    _ body: (inout DBusMessageIter) throws -> Void
) throws {
    if let contained, dbus_signature_validate_single(contained, nil) == 0, !contained.hasPrefix("{") {
        throw UnsendableValue(reason: "\(contained.debugDescription) is no signature of one type")
    }
    var inner = DBusMessageIter()
    guard dbus_message_iter_open_container(&iterator, type, contained, &inner) != 0 else {
        throw UnsendableValue(reason: "no memory for a message")
    }
    do {
        try body(&inner)
    } catch {
        dbus_message_iter_abandon_container(&iterator, &inner)
        throw error
    }
    guard dbus_message_iter_close_container(&iterator, &inner) != 0 else {
        throw UnsendableValue(reason: "no memory for a message")
    }
}

// MARK: - A message to values

extension DBusMessage {
    /// Decodes a message of libdbus, which has validated it; nil for a kind that the specification does not have.
    init?(decoding pointer: OpaquePointer) {
        let kind: Kind
        switch dbus_message_get_type(pointer) {
        case 1: kind = .methodCall
        case 2: kind = .methodReturn
        case 3: kind = .error
        case 4: kind = .signal
        default: return nil
        }
        var body: [DBusValue] = []
        var iterator = DBusMessageIter()
        if dbus_message_iter_init(pointer, &iterator) != 0 {
            body = decodeAll(&iterator)
        }
        self.init(
            kind: kind,
            sender: dbus_message_get_sender(pointer).map { String(cString: $0) },
            path: dbus_message_get_path(pointer).map { String(cString: $0) },
            interface: dbus_message_get_interface(pointer).map { String(cString: $0) },
            member: dbus_message_get_member(pointer).map { String(cString: $0) },
            errorName: dbus_message_get_error_name(pointer).map { String(cString: $0) },
            serial: dbus_message_get_serial(pointer),
            replySerial: dbus_message_get_reply_serial(pointer),
            body: body
        )
    }
}

private func decodeAll(_ iterator: inout DBusMessageIter) -> [DBusValue] {
    var values: [DBusValue] = []
    while let value = decode(&iterator) {
        values.append(value)
        if dbus_message_iter_next(&iterator) == 0 { break }
    }
    return values
}

/// Decodes the value at the iterator; nil at the end, and for a file descriptor.
private func decode(_ iterator: inout DBusMessageIter) -> DBusValue? {
    switch dbus_message_iter_get_arg_type(&iterator) {
    case TypeCode.byte: return .byte(basic(&iterator))
    case TypeCode.boolean: return .bool(basic(&iterator) as dbus_bool_t != 0)
    case TypeCode.int16: return .int16(basic(&iterator))
    case TypeCode.uint16: return .uint16(basic(&iterator))
    case TypeCode.int32: return .int32(basic(&iterator))
    case TypeCode.uint32: return .uint32(basic(&iterator))
    case TypeCode.int64: return .int64(basic(&iterator))
    case TypeCode.uint64: return .uint64(basic(&iterator))
    case TypeCode.double: return .double(basic(&iterator))
    case TypeCode.string: return .string(text(&iterator))
    case TypeCode.objectPath: return .objectPath(text(&iterator))
    case TypeCode.signature: return .signature(text(&iterator))
    case TypeCode.array: return decodeArray(&iterator)
    case TypeCode.structure:
        var inner = DBusMessageIter()
        dbus_message_iter_recurse(&iterator, &inner)
        return .structure(decodeAll(&inner))
    case TypeCode.variant:
        var inner = DBusMessageIter()
        dbus_message_iter_recurse(&iterator, &inner)
        return decode(&inner).map { .variant($0) }
    default:
        return nil
    }
}

private func decodeArray(_ iterator: inout DBusMessageIter) -> DBusValue {
    var inner = DBusMessageIter()
    let element = dbus_message_iter_get_element_type(&iterator)
    dbus_message_iter_recurse(&iterator, &inner)
    if element == TypeCode.byte {
        var pointer: UnsafePointer<UInt8>?
        var count: Int32 = 0
        dbus_message_iter_get_fixed_array(&inner, &pointer, &count)
        return .octets(Array(UnsafeBufferPointer(start: pointer, count: Int(count))))
    }
    let signature = elementSignature(&inner)
    guard element == TypeCode.dictionaryEntry else {
        return .array(of: signature, decodeAll(&inner))
    }
    var entries: [DBusValue.Entry] = []
    while dbus_message_iter_get_arg_type(&inner) == TypeCode.dictionaryEntry {
        var member = DBusMessageIter()
        dbus_message_iter_recurse(&inner, &member)
        if let key = decode(&member), dbus_message_iter_next(&member) != 0, let value = decode(&member) {
            entries.append(.init(key: key, value: value))
        }
        if dbus_message_iter_next(&inner) == 0 { break }
    }
    // "{" key value "}", and a key is always of one basic type, so of one character.
    let members = signature.dropFirst().dropLast()
    return .dictionary(key: String(members.prefix(1)), value: String(members.dropFirst()), entries)
}

private func elementSignature(_ inner: inout DBusMessageIter) -> String {
    guard let pointer = dbus_message_iter_get_signature(&inner) else { return "" }
    defer { dbus_free(pointer) }
    return String(cString: pointer)
}

private func basic<T: BitwiseCopyable & FixedWidthInteger>(_ iterator: inout DBusMessageIter) -> T {
    var value: T = 0
    dbus_message_iter_get_basic(&iterator, &value)
    return value
}

private func basic(_ iterator: inout DBusMessageIter) -> Double {
    var value: Double = 0
    dbus_message_iter_get_basic(&iterator, &value)
    return value
}

private func text(_ iterator: inout DBusMessageIter) -> String {
    var pointer: UnsafePointer<CChar>?
    dbus_message_iter_get_basic(&iterator, &pointer)
    return pointer.map { String(cString: $0) } ?? ""
}
