import Foundation
import TestSupport
import Testing

@testable import QRImage

@Suite("Reading pictures")
struct PictureReaderTests {
    private let reader = PictureReader(worker: .built)

    private func failure(_ octets: [UInt8], _ reader: PictureReader? = nil) async throws -> PictureError {
        do {
            let reading = try await (reader ?? self.reader).read(octets)
            throw LabError("read: \(reading.codes)")
        } catch let error as PictureError {
            return error
        }
    }

    @Test(
        "every format and kind of pixel is read, the code's octets unchanged",
        arguments: [
            "bilevel.png", "grey.png", "color.png", "palette-transparent.png", "black-on-transparent.png",
            "white-on-transparent.png", "color.jpg", "grey.jpg", "progressive.jpg", "inks.jpg", "webcam.jpg",
            "lossy.webp", "lossless.webp", "white-on-transparent.webp", "second-frame.webp", "plain.gif",
            "interlaced.gif", "second-frame.gif",
        ]
    )
    func formats(_ name: String) async throws {
        let reading = try await reader.read(try picture(name))
        #expect(reading.codes.map(\.octets) == [fixturePayload])
    }

    @Test(
        "a picture that is too large is refused by its header, in milliseconds",
        arguments: ["huge.png", "huge.webp", "huge.gif"]
    )
    func huge(_ name: String) async throws {
        let octets = try picture(name)
        let error = try await failure(octets)
        #expect(error.kind == .tooLarge)
        #expect(error.message.contains(name == "huge.png" ? "50000 x 50000" : " x "))
        // In this thread's own time: the machine is busy with other tests.
        #expect(throws: PictureError.self) { try PictureLoader(octets).checkSize() }
        var before = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before)
        for _ in 0..<100 { try? PictureLoader(octets).checkSize() }
        var after = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after)
        let nanoseconds = (after.tv_sec - before.tv_sec) * 1_000_000_000 + after.tv_nsec - before.tv_nsec
        #expect(nanoseconds / 100 < 5_000_000)
    }

    @Test(
        "what is no picture is named, with what to do about it",
        arguments: [
            ("", "empty"), ("hello", "no picture"), ("<!DOCTYPE html><title>", "a web page"), ("%PDF-1.7", "pdftoppm"),
            ("<?xml version='1.0'?><svg xmlns=", "rsvg-convert"), ("\0\0\0\u{18}ftypheic\0\0\0\0", "heif-convert"),
            ("\0\0\0\u{18}ftypavif\0\0\0\0", "heif-convert"), ("\0\0\0\u{18}ftypisom\0\0\0\0", "a video"),
            ("II*\0", "a TIFF"), ("P5 3 3 255\n", "a PNM"),
        ]
    )
    func foreign(_ octets: String, _ words: String) async throws {
        let error = try await failure(Array(octets.utf8))
        #expect(error.kind == .unknownFormat)
        #expect("\(error.message) \(error.remedy ?? "")".contains(words))
    }

    @Test("a picture without a code is no error, and says how it was looked at")
    func nothing() async throws {
        let png = try PNGDrawing(width: 60, height: 50, pixels: Array(repeating: 200, count: 3000)).octets
        let reading = try await reader.read(png)
        #expect(reading.codes.isEmpty)
        #expect(reading.picture == "PNG, 60 x 50 pixels")
        #expect(
            reading.attempts == [
                "as it is", "with one threshold for all of it", "with light for dark", "mirrored", "with more contrast",
                "enlarged",
            ]
        )
    }

    @Test("a code that is not wanted does not end the search for one that is")
    func preferred() async throws {
        // The first one is found at once, the second one only with light for dark.
        let (first, second) = (try QRSymbol(Array("https://example.org".utf8)), try QRSymbol(fixturePayload))
        let (width, height) = (440, 220)
        var pixels = [UInt8](repeating: 255, count: width * height)
        for y in 0..<height {
            for x in 0..<width {
                let isFirst = x < 220
                let (column, row) = ((x - (isFirst ? 20 : 240)) / 5, (y - 20) / 5)
                guard x >= (isFirst ? 20 : 240), y >= 20 else {
                    pixels[y * width + x] = isFirst ? 255 : 0
                    continue
                }
                let isDark = (isFirst ? first : second).isDark(column: column, row: row)
                pixels[y * width + x] = isDark == isFirst ? 0 : 255
            }
        }
        let png = try PNGDrawing(width: width, height: height, pixels: pixels).octets
        let reading = try await reader.read(png)
        #expect(reading.codes.map(\.octets) == [Array("https://example.org".utf8), fixturePayload])
    }

    @Test("octets that are no text, and NUL, come as they are")
    func octets() async throws {
        for payload in [Array(0...255), [0x57, 0x00, 0xFF, 0x80]] as [[UInt8]] {
            let png = try PNGDrawing(try QRSymbol(payload), scale: 4).octets
            #expect(try await reader.read(png).codes.map(\.octets) == [payload])
        }
    }

    // MARK: The process

    @Test("a decoder that ends by itself is an error of this picture")
    func abort() async throws {
        let aborting = PictureReader(worker: .init(executable: "/bin/sh", arguments: ["-c", "kill -ABRT $$"]))
        #expect(try await failure(try picture("grey.png"), aborting).kind == .decoderEnded)
        let leaving = PictureReader(worker: .init(executable: "/bin/true", arguments: []))
        #expect(try await failure(try picture("grey.png"), leaving).kind == .decoderEnded)
    }

    @Test("a decoder that says something else than an answer is not believed")
    func babble() async throws {
        let babbling = PictureReader(worker: .init(executable: "/bin/sh", arguments: ["-c", "head -c 999 /dev/zero"]))
        #expect(try await failure(try picture("grey.png"), babbling).kind == .decoderEnded)
    }

    @Test("a decoder that does not answer is ended at the limit")
    func silence() async throws {
        let silent = PictureReader(
            worker: .init(executable: "/bin/sleep", arguments: ["600"]),
            limit: .milliseconds(200)
        )
        let begin = ContinuousClock.now
        #expect(try await failure(try picture("grey.png"), silent).kind == .timedOut)
        #expect(ContinuousClock.now - begin < .seconds(300))
    }

    @Test("cancelling ends the wait")
    func cancellation() async throws {
        let silent = PictureReader(worker: .init(executable: "/bin/sleep", arguments: ["60"]))
        let octets = try picture("grey.png")
        let task = Task { try await failure(octets, silent) }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        #expect(try await task.value.kind == .cancelled)
    }

    @Test("a program that is missing, or that never asks whether it is a worker, is not started")
    func missing() async throws {
        let missing = PictureReader(worker: .init(executable: "/nonexistent"))
        #expect(try await failure(try picture("grey.png"), missing).kind == .workerUnavailable)
        // The test runner never called runIfAsked().
        #expect(try await failure(try picture("grey.png"), PictureReader()).kind == .workerUnavailable)
    }

    @Test("the process has what it may use taken away, and nothing of our environment")
    func confinement() async throws {
        // A pipe on which nothing comes, and whose end does not come before the test's.
        let pipe = FileManager.default.temporaryDirectory.appending(path: "hotspot-worker-\(UUID().uuidString)").path
        try #require(mkfifo(pipe, 0o600) == 0)
        let end = open(pipe, O_RDWR | O_CLOEXEC)
        defer {
            close(end)
            unlink(pipe)
        }
        let child = try await ChildProcess.start(
            ["sh", "-c", "exec \"$0\" --decode-pictures <\"$1\"", CommandLineTool.path, pipe],
            environment: ["SECRET": "hunter2"],
            endsWithTest: true
        )
        defer { child.send(SIGKILL) }
        let number = child.processIdentifier
        var limits = ""
        try await wait(for: "the worker's limits", within: .seconds(120)) {
            limits = (try? String(contentsOfFile: "/proc/\(number)/limits", encoding: .utf8)) ?? ""
            let status = (try? String(contentsOfFile: "/proc/\(number)/status", encoding: .utf8)) ?? ""
            return status.contains("NoNewPrivs:\t1") && limits.contains("1073741824")
                && (getuid() != 0 || status.contains("Uid:\t65534\t65534\t65534"))
        }
        func limit(_ name: String) -> String? {
            limits.split(separator: "\n").first { $0.hasPrefix(name) }?.dropFirst(name.count)
                .split(separator: " ").first.map(String.init)
        }
        #expect(limit("Max core file size") == "0")
        #expect(limit("Max cpu time") == "10")
        #expect(limit("Max file size") == "0")
        #expect(limit("Max open files") == "3")
        #expect(limit("Max processes") == "0")
    }

    @Test("what is found shows nothing of itself when it is printed")
    func descriptions() {
        let code = FoundCode(octets: fixturePayload)
        var dumped = ""
        dump(code, to: &dumped)
        for text in ["\(code)", String(reflecting: code), dumped] { #expect(!text.contains("\(fixturePayload[5])")) }
    }
}
