import Foundation
import TestSupport
import Testing

/// Runs the program that was built beside the tests.
private struct Hotspot {
    var status: Int32
    var output: Data
    var errors: String

    var text: String { String(decoding: output, as: UTF8.self) }

    init(_ arguments: [String], input: [UInt8] = []) throws {
        let process = Process()
        process.executableURL = URL(filePath: CommandLineTool.path)
        process.arguments = arguments
        let pipes = (Pipe(), Pipe(), Pipe())
        process.standardInput = pipes.0
        process.standardOutput = pipes.1
        process.standardError = pipes.2
        try process.run()
        try pipes.0.fileHandleForWriting.write(contentsOf: Data(input))
        try pipes.0.fileHandleForWriting.close()
        output = pipes.1.fileHandleForReading.readDataToEndOfFile()
        errors = String(decoding: pipes.2.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        status = process.terminationStatus
    }
}

@Suite("hotspot qr") struct QRCommandTests {
    @Test(
        "the exit status of parse is 0 or the error's",
        arguments: [
            ("WIFI:T:WPA;S:net;P:password;;", 0), ("https://example.org", 100), ("WIFI:T:foo;S:net;;", 100),
            ("WIFI:P:password;;", 101), ("WIFI:T:WPA;S:net;P:short;;", 102), ("WIFI:T:WEP;S:net;P:1;;", 103),
            ("WIFI:T:WPA2-EAP;S:net;;", 104),
            ("DPP:K:MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACdAEasTAKNg6Wq5rk16U7AEMAvbB/DbdvXIm3vWhYb2w=;;", 108),
        ]
    )
    func status(_ payload: String, _ status: Int32) throws {
        #expect(try Hotspot(["qr", "parse", payload]).status == status)
        let json = try Hotspot(["qr", "parse", "-", "--json"], input: Array(payload.utf8))
        #expect(json.status == status)
        #expect(try JSONSerialization.jsonObject(with: json.output) is [String: Any])
    }

    @Test("standard input is read as octets, whatever they are") func octets() throws {
        let result = try Hotspot(
            ["qr", "parse", "-", "--json"],
            input: Array("WIFI:T:nopass;S:a".utf8) + [0x00, 0xFF] + Array(";;".utf8)
        )
        let object = try #require(JSONSerialization.jsonObject(with: result.output) as? [String: Any])
        #expect(object["ssidHex"] as? String == "6100ff")
        #expect(object["ssid"] == nil)
    }

    @Test("the passphrase is shown on request only") func secrets() throws {
        let payload = "WIFI:T:WPA;S:net;P:Zx7Qw9vK;rest;;"
        #expect(!(try Hotspot(["qr", "parse", payload]).text.contains("Zx7Qw9vK")))
        #expect(try Hotspot(["qr", "parse", payload, "--show-secrets"]).text.contains("Zx7Qw9vK"))
        #expect(try Hotspot(["qr", "parse", payload, "--json"]).text.contains("Zx7Qw9vK"))
    }

    @Test("write prints the payload, and its warnings go to standard error") func write() throws {
        let result = try Hotspot(
            ["qr", "write", "--ssid", "Café; 5G", "--security", "sae", "--hidden"],
            input: Array("pass:word\n".utf8)
        )
        #expect(result.text == "WIFI:T:SAE;S:Café\\; 5G;H:true;P:pass\\:word;;\n")
        #expect(result.errors.hasPrefix("warning: T:SAE"))
        #expect(result.status == 0)
    }

    @Test("write refuses what can't be joined and keeps the passphrase to itself") func refusal() throws {
        let result = try Hotspot(["qr", "write", "--ssid", "net"], input: Array("Zx7Qw9\n".utf8))
        #expect(result.status == 102)
        #expect(result.output.isEmpty)
        #expect(result.errors.contains("the passphrase has 6 octets"))
        #expect(!result.errors.contains("Zx7Qw9"))
    }

    @Test("what write prints, parse reads") func roundTrip() throws {
        let written = try Hotspot(
            ["qr", "write", "--ssid-hex", "fffe", "--allow-percent-form"],
            input: Array("password".utf8)
        )
        let read = try Hotspot(["qr", "parse", "-", "--json"], input: Array(written.output))
        let object = try #require(JSONSerialization.jsonObject(with: read.output) as? [String: Any])
        #expect(object["ssidHex"] as? String == "fffe")
        #expect(object["configuration"] as? String == "ok")
    }
}
