import Foundation
internal import QRImage

/// A picture of codes with what they say, made by a seed: what goes wrong with pictures, in degrees.
package struct PictureSample: Sendable, CustomStringConvertible {
    /// What is wrong with it.
    package let axis: String
    /// How much.
    package let level: String
    /// Which of the pictures of this level.
    package let number: Int
    /// The picture.
    package let canvas: Canvas
    /// What its codes say.
    package let payloads: [[UInt8]]

    package var description: String { "\(axis), \(level), \(number)" }
}

extension PictureSample {
    /// One degree of an axis: what makes its pictures.
    package struct Level: Sendable, CustomStringConvertible {
        /// What is wrong with its pictures.
        package let axis: String
        /// How much.
        package let name: String
        fileprivate let make: @Sendable (inout SampleGenerator) throws -> (Canvas, [[UInt8]])

        package var description: String { "\(axis), \(name)" }

        /// Makes a picture of this level.
        package func sample(_ number: Int) throws -> PictureSample {
            var seed: UInt64 = 14_695_981_039_346_656_037
            for octet in "\(axis)/\(name)/\(number)".utf8 { seed = (seed ^ UInt64(octet)) &* 1_099_511_628_211 }
            var random = SampleGenerator(seed: seed)
            let (canvas, payloads) = try make(&random)
            return PictureSample(axis: axis, level: name, number: number, canvas: canvas, payloads: payloads)
        }
    }

    /// All degrees of all axes.
    package static var levels: [Level] { geometry + light + damage + surroundings }

    // MARK: The codes

    /// A payload as people have them.
    package static func payload(_ random: inout SampleGenerator, count: Int? = nil) -> [UInt8] {
        func text(_ count: Int) -> String {
            let letters = Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_ ")
            return String((0..<count).map { _ in letters[Int(random.next(upperBound: UInt32(letters.count)))] })
        }
        let length = Int(random.next(upperBound: 10 as UInt32))
        var payload = "WIFI:T:WPA;S:\(text(6 + length));P:\(text(10 + length));"
        // Fields that nobody knows are what makes payloads long.
        if let count, count > payload.utf8.count + 4 { payload += "X:\(text(count - payload.utf8.count - 4));" }
        return Array((payload + ";").utf8)
    }

    private static func symbol(
        _ random: inout SampleGenerator,
        _ correction: QRSymbol.Correction = .medium,
        count: Int? = nil
    ) throws -> (QRSymbol, [UInt8]) {
        let payload = payload(&random, count: count)
        return (try QRSymbol(payload, correction: correction), payload)
    }

    /// A code that lies flat, with a little of the page around it.
    private static func flat(
        _ symbol: QRSymbol,
        scale: Float = 5,
        angle: Float = 0,
        quietZone: Float = 4,
        page: Float = 255,
        margin: Float = 3,
        logo: Float = 0,
        _ random: inout SampleGenerator
    ) -> Canvas {
        let size = Float(symbol.size)
        let turned = abs(cos(angle)) + abs(sin(angle))
        let side = Int(((size + 2 * quietZone + 2 * margin) * scale * turned).rounded(.up))
        var canvas = Canvas(width: side, height: side, grey: page)
        // Not on whole pixels.
        let shift = (Float.random(in: 0..<1, using: &random), Float.random(in: 0..<1, using: &random))
        let (c, s) = (cos(angle) / scale, sin(angle) / scale)
        canvas.draw(symbol, quietZone: quietZone, logo: logo) { x, y in
            let (dx, dy) = (x - Float(side) / 2 + shift.0, y - Float(side) / 2 + shift.1)
            return (dx * c + dy * s + size / 2, dy * c - dx * s + size / 2)
        }
        return canvas
    }

    private static func level(
        _ axis: String,
        _ name: String,
        _ make: @escaping @Sendable (inout SampleGenerator) throws -> (Canvas, [[UInt8]])
    ) -> Level {
        Level(axis: axis, name: name, make: make)
    }

    // MARK: Geometry

    private static var geometry: [Level] {
        [1.25, 1.5, 1.75, 2, 2.5, 3, 4, 6, 8].map { (scale: Float) in
            level("module size", "\(scale) px") { random in
                let (symbol, payload) = try symbol(&random)
                return (flat(symbol, scale: scale, &random), [payload])
            }
        }
            + stride(from: 0, to: 360, by: 15).map { degrees in
                level("rotation", "\(degrees)°") { random in
                    let (symbol, payload) = try symbol(&random)
                    return (flat(symbol, scale: 4, angle: Float(degrees) * .pi / 180, &random), [payload])
                }
            }
            + [15, 30, 45, 55, 60, 65, 70].map { degrees in
                level("tilt", "\(degrees)°") { random in
                    let (symbol, payload) = try symbol(&random)
                    return (tilted(symbol, degrees: Float(degrees), &random), [payload])
                }
            }
            + [0.2, 0.35, 0.5, 0.7, 0.9].map { (bend: Float) in
                level("cylinder", "\(bend)") { random in
                    let (symbol, payload) = try symbol(&random)
                    return (bent(symbol, bend: bend), [payload])
                }
            }
            + [60, 200, 400, 600, 900, 1300, 2000].map { count in
                level("payload", "\(count) octets") { random in
                    let (symbol, payload) = try symbol(&random, .low, count: count)
                    return (flat(symbol, scale: 4, angle: 0.05, &random), [payload])
                }
            }
    }

    /// A code seen from the side, by a camera at three times its width.
    private static func tilted(_ symbol: QRSymbol, degrees: Float, _ random: inout SampleGenerator) -> Canvas {
        let size = Float(symbol.size) + 10
        let side = Int(size * 6)
        var canvas = Canvas(width: side, height: side)
        let (c, s) = (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
        let distance = size * 3
        let turn = Float.random(in: 0..<6.28, using: &random)
        let focus = distance * 5.5
        canvas.draw(symbol) { x, y in
            let (u, v) = ((x - Float(side) / 2) / focus, (y - Float(side) / 2) / focus)
            // The ray (u, v, 1) meets the plane that is turned about the vertical axis.
            let depth = distance * c / (c - u * s)
            guard depth > 0 else { return nil }
            let (along, down) = (u * depth / c, v * depth)
            return (
                along * cos(turn) - down * sin(turn) + Float(symbol.size) / 2,
                along * sin(turn) + down * cos(turn) + Float(symbol.size) / 2
            )
        }
        return canvas
    }

    /// A code around a can; `bend` is the part of a quarter turn that its half takes.
    private static func bent(_ symbol: QRSymbol, bend: Float) -> Canvas {
        let size = Float(symbol.size)
        let side = Int((size + 12) * 5)
        var canvas = Canvas(width: side, height: side)
        let angle = bend * .pi / 2
        let radius = size / 2 / angle
        canvas.draw(symbol) { x, y in
            let (dx, dy) = ((x - Float(side) / 2) / 5, (y - Float(side) / 2) / 5)
            guard abs(dx) < radius else { return nil }
            return (asin(dx / radius) * radius + size / 2, dy + size / 2)
        }
        return canvas
    }

    // MARK: Light

    private static var light: [Level] {
        [0.2, 0.3, 0.4, 0.5, 0.6, 0.8].map { (sigma: Float) in
            level("blur", "\(sigma) modules") { random in
                let (symbol, payload) = try symbol(&random)
                var canvas = flat(symbol, scale: 5, angle: 0.1, &random)
                canvas.blur(sigma * 5)
                return (canvas, [payload])
            }
        }
            + [1, 1.5, 2, 2.5, 3].map { (length: Float) in
                level("motion", "\(length) modules") { random in
                    let (symbol, payload) = try symbol(&random)
                    var canvas = flat(symbol, scale: 5, angle: 0.1, &random)
                    canvas.smear(length * 5, angle: Float.random(in: 0..<3.14, using: &random))
                    return (canvas, [payload])
                }
            }
            + [10, 20, 40, 60, 80].map { deviation in
                level("noise in low light", "deviation \(deviation)") { random in
                    let (symbol, payload) = try symbol(&random)
                    var canvas = flat(symbol, scale: 4, angle: 0.1, &random)
                    canvas.change { _, _, grey in 40 + grey * 0.4 }
                    canvas.addNoise(Float(deviation), &random)
                    return (canvas, [payload])
                }
            }
            + [0.5, 0.25, 0.12, 0.06].map { (gain: Float) in
                level("dark", "gain \(gain)") { random in
                    let (symbol, payload) = try symbol(&random)
                    var canvas = flat(symbol, scale: 4, &random)
                    canvas.change { _, _, grey in grey * gain }
                    canvas.addNoise(1, &random)
                    return (canvas, [payload])
                }
            }
            + [0.6, 0.3, 0.15, 0.1, 0.06].map { (contrast: Float) in
                level("low contrast", "\(contrast)") { random in
                    let (symbol, payload) = try symbol(&random)
                    var canvas = flat(symbol, scale: 4, &random)
                    canvas.change { _, _, grey in 128 + (grey - 128) * contrast }
                    canvas.addNoise(1, &random)
                    return (canvas, [payload])
                }
            }
            + [0.1, 0.2, 0.3, 0.4].map { (radius: Float) in
                level("glare", "radius \(radius)") { random in
                    let (symbol, payload) = try symbol(&random)
                    var canvas = flat(symbol, scale: 5, &random)
                    let side = Float(canvas.width)
                    let middle = side * Float.random(in: 0.4..<0.6, using: &random)
                    canvas.change { x, y, grey in
                        let distance = ((x - middle) * (x - middle) + (y - middle) * (y - middle)).squareRoot() / side
                        return grey + 255 * exp(-distance * distance / (radius * radius) * 2)
                    }
                    return (canvas, [payload])
                }
            }
            + [0.5, 0.2, 0.1].map { (least: Float) in
                level("gradient", "to \(least)") { random in
                    let (symbol, payload) = try symbol(&random)
                    var canvas = flat(symbol, scale: 5, &random)
                    let side = Float(canvas.width)
                    canvas.change { x, y, grey in grey * (1 - (1 - least) * (x + y) / side / 2) }
                    return (canvas, [payload])
                }
            }
            + [1.7, 2.3, 3.1].map { (pitch: Float) in
                level("screen pattern", "\(pitch) px") { random in
                    let (symbol, payload) = try symbol(&random)
                    var canvas = flat(symbol, scale: 5, angle: 0.07, &random)
                    canvas.change { x, y, grey in
                        let wave = (sin(6.283 * x / pitch) + sin(6.283 * (y + 0.1 * x) / pitch)) / 2
                        return 20 + grey * 0.7 * (1 + 0.7 * wave)
                    }
                    canvas.addNoise(4, &random)
                    return (canvas, [payload])
                }
            }
    }

    // MARK: Damage

    private static var damage: [Level] {
        [0.15, 0.25, 0.35].map { (part: Float) in
            level("logo, correction H", "\(part) of the side") { random in
                let (symbol, payload) = try symbol(&random, .high)
                return (flat(symbol, logo: part, &random), [payload])
            }
        }
            + [0.1, 0.15, 0.2, 0.25].map { (part: Float) in
                level("logo, correction M", "\(part) of the side") { random in
                    let (symbol, payload) = try symbol(&random)
                    return (flat(symbol, logo: part, &random), [payload])
                }
            }
    }

    // MARK: Surroundings

    private static var surroundings: [Level] {
        [4, 2, 1, 0].map { zone in
            level("quiet zone on a white page", "\(zone) modules") { random in
                let (symbol, payload) = try symbol(&random)
                return (flat(symbol, quietZone: Float(zone), &random), [payload])
            }
        }
            + [4, 2, 1, 0].map { zone in
                level("quiet zone on a black page", "\(zone) modules") { random in
                    let (symbol, payload) = try symbol(&random)
                    return (flat(symbol, quietZone: Float(zone), page: 0, &random), [payload])
                }
            }
            + ["plain", "grey", "blurred"].map { kind in
                level("inverted", kind) { random in
                    let (symbol, payload) = try symbol(&random)
                    var canvas = flat(symbol, angle: 0.1, &random)
                    if kind == "blurred" { canvas.blur(1.5) }
                    canvas.change { _, _, grey in kind == "grey" ? 200 - grey * 0.6 : 255 - grey }
                    return (canvas, [payload])
                }
            }
            + ["plain", "turned", "blurred"].map { kind in
                level("mirrored", kind) { random in
                    let (symbol, payload) = try symbol(&random)
                    var canvas = flat(symbol, angle: kind == "turned" ? 0.5 : 0, &random)
                    if kind == "blurred" { canvas.blur(1.5) }
                    return (canvas.mirrored, [payload])
                }
            }
            + [2, 3, 4, 6].map { count in
                level("several codes", "\(count)") { random in
                    var payloads: [[UInt8]] = []
                    var canvas = Canvas(width: 220 * min(count, 3), height: count > 3 ? 440 : 220)
                    for index in 0..<count {
                        let (symbol, payload) = try symbol(&random)
                        payloads.append(payload)
                        let (left, top) = (Float(index % 3) * 220 + 25, Float(index / 3) * 220 + 25)
                        canvas.draw(symbol) { x, y in ((x - left) / 4, (y - top) / 4) }
                    }
                    return (canvas, payloads)
                }
            }
    }

    /// A photo of 12 megapixels with a code of some hundred pixels somewhere in it.
    ///
    /// Not among the ``levels``: it takes seconds to make.
    package static func photo(_ number: Int, codeSide: Float) throws -> PictureSample {
        var random = SampleGenerator(seed: UInt64(number) &* 7919 &+ UInt64(codeSide))
        let (symbol, payload) = try symbol(&random)
        var canvas = Canvas(width: 4000, height: 3000, grey: 170)
        for _ in 0..<300 {
            let (x, y) = (Int.random(in: 0..<3900, using: &random), Int.random(in: 0..<2900, using: &random))
            let (w, h) = (Int.random(in: 8..<600, using: &random), Int.random(in: 8..<600, using: &random))
            let grey = Float.random(in: 20..<235, using: &random)
            for row in y..<min(y + h, 3000) {
                for column in x..<min(x + w, 4000) { canvas.pixels[row * 4000 + column] = grey }
            }
        }
        var small = flat(symbol, scale: codeSide / Float(symbol.size + 8), angle: 0.2, margin: 0, &random)
        small.blur(0.7)
        let (left, top) = (Int.random(in: 100..<2900, using: &random), Int.random(in: 100..<1900, using: &random))
        for row in 0..<small.height {
            for column in 0..<small.width {
                canvas.pixels[(top + row) * 4000 + left + column] = small.pixels[row * small.width + column]
            }
        }
        canvas.addNoise(5, &random)
        return PictureSample(
            axis: "photo of 12 megapixels",
            level: "\(Int(codeSide)) px",
            number: number,
            canvas: canvas,
            payloads: [payload]
        )
    }
}
