// An authentication agent of polkit's (polkit-agent-1's D-Bus interface) that stands for a person who closes every dialog.
//
//   DismissingAgent PROCESS
//
// registers for the process of that number, says "registered" on standard output, and answers each
// BeginAuthentication with Cancelled until it is killed.

import CLibDBus
import Foundation

func fail(_ words: String) -> Never {
    FileHandle.standardError.write(Data("DismissingAgent: \(words)\n".utf8))
    exit(1)
}

guard CommandLine.arguments.count == 2, let process = UInt32(CommandLine.arguments[1]),
    let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
    let start = stat.split(separator: ")").last?.split(separator: " ").dropFirst(19).first.flatMap({ UInt64($0) })
else { fail("usage: DismissingAgent PROCESS") }

guard let bus = dbus_bus_get(DBUS_BUS_SYSTEM, nil) else { fail("no system bus") }

let authority = "org.freedesktop.PolicyKit1.Authority"
guard
    let call = dbus_message_new_method_call(
        "org.freedesktop.PolicyKit1",
        "/org/freedesktop/PolicyKit1/Authority",
        authority,
        "RegisterAuthenticationAgent"
    )
else { fail("no memory") }

func append(_ iterator: inout DBusMessageIter, _ text: String) {
    text.withCString { pointer in
        var value: UnsafePointer<CChar>? = pointer
        _ = dbus_message_iter_append_basic(&iterator, 115, &value)
    }
}

/// Adds one entry of an `a{sv}` with a number of 32 or 64 bits.
func append(_ dictionary: inout DBusMessageIter, _ key: String, _ type: CChar, _ number: UInt64) {
    var entry = DBusMessageIter()
    var variant = DBusMessageIter()
    _ = dbus_message_iter_open_container(&dictionary, 101, nil, &entry)
    append(&entry, key)
    let signature: [CChar] = [type, 0]
    _ = dbus_message_iter_open_container(&entry, 118, signature, &variant)
    if type == 116 {
        var value = number
        _ = dbus_message_iter_append_basic(&variant, 116, &value)
    } else {
        var value = UInt32(number)
        _ = dbus_message_iter_append_basic(&variant, 117, &value)
    }
    _ = dbus_message_iter_close_container(&entry, &variant)
    _ = dbus_message_iter_close_container(&dictionary, &entry)
}

// (sa{sv}) subject, s locale, s object path
var arguments = DBusMessageIter()
var subject = DBusMessageIter()
var details = DBusMessageIter()
dbus_message_iter_init_append(call, &arguments)
_ = dbus_message_iter_open_container(&arguments, 114, nil, &subject)
append(&subject, "unix-process")
_ = dbus_message_iter_open_container(&subject, 97, "{sv}", &details)
append(&details, "pid", 117, UInt64(process))
append(&details, "start-time", 116, start)
_ = dbus_message_iter_close_container(&subject, &details)
_ = dbus_message_iter_close_container(&arguments, &subject)
append(&arguments, "C")
append(&arguments, "/agent")

var error = DBusError()
dbus_error_init(&error)
guard let reply = dbus_connection_send_with_reply_and_block(bus, call, 10_000, &error) else {
    fail(error.message.map { String(cString: $0) } ?? "refused")
}
dbus_message_unref(reply)
dbus_message_unref(call)
FileHandle.standardOutput.write(Data("registered\n".utf8))

while dbus_connection_read_write(bus, -1) != 0 {
    while let message = dbus_connection_pop_message(bus) {
        defer { dbus_message_unref(message) }
        guard dbus_message_get_type(message) == 1 else { continue }
        let isQuestion = dbus_message_is_method_call(
            message,
            "org.freedesktop.PolicyKit1.AuthenticationAgent",
            "BeginAuthentication"
        )
        let answer =
            isQuestion != 0
            ? dbus_message_new_error(message, "org.freedesktop.PolicyKit1.Error.Cancelled", "the dialog was closed")
            : dbus_message_new_method_return(message)
        if let answer {
            dbus_connection_send(bus, answer, nil)
            dbus_message_unref(answer)
        }
    }
}
