import Foundation
package import QRImage

/// A grey picture that is being made; 0 is black, 255 is white, and values between and beyond may occur on the way.
package struct Canvas: Sendable {
    /// The width in pixels.
    package let width: Int
    /// The height in pixels.
    package let height: Int
    /// The pixels, row by row.
    package var pixels: [Float]

    /// A canvas of one grey.
    package init(width: Int, height: Int, grey: Float = 255) {
        self.width = width
        self.height = height
        pixels = Array(repeating: grey, count: width * height)
    }

    /// The pixels as octets.
    package var octets: [UInt8] { pixels.map { UInt8(min(255, max(0, $0.rounded()))) } }

    /// Where a pixel's centre lies in a code's modules.
    package typealias Projection = (_ x: Float, _ y: Float) -> (column: Float, row: Float)?

    /// Draws a code with its quiet zone wherever the projection leads into it; each pixel is the mean of what it covers.
    ///
    /// - Parameters:
    ///   - symbol: The code.
    ///   - quietZone: The modules of light around it.
    ///   - hidden: The part of the side that a logo covers in the middle.
    ///   - projection: From pixels to modules; the code's first module is at 0, 0.
    package mutating func draw(
        _ symbol: QRSymbol,
        quietZone: Float = 4,
        logo hidden: Float = 0,
        _ projection: Projection
    ) {
        let size = Float(symbol.size)
        let middle = (size / 2 - hidden * size / 2, size / 2 + hidden * size / 2)
        let offsets: [Float] = [1 / 6, 1 / 2, 5 / 6]
        for y in 0..<height {
            for x in 0..<width {
                var sum: Float = 0
                var inside = 0
                for down in offsets {
                    for right in offsets {
                        guard let place = projection(Float(x) + right, Float(y) + down),
                            place.column >= -quietZone, place.row >= -quietZone,
                            place.column < size + quietZone, place.row < size + quietZone
                        else { continue }
                        inside += 1
                        if hidden > 0, place.column > middle.0, place.column < middle.1, place.row > middle.0,
                            place.row < middle.1
                        {
                            sum += 128
                        } else if !symbol.isDark(
                            column: Int(place.column.rounded(.down)),
                            row: Int(place.row.rounded(.down))
                        ) {
                            sum += 255
                        }
                    }
                }
                if inside > 0 {
                    let old = pixels[y * width + x]
                    pixels[y * width + x] = (sum + old * Float(9 - inside)) / 9
                }
            }
        }
    }

    /// Blurs by a Gauss function.
    package mutating func blur(_ sigma: Float) {
        guard sigma > 0.05 else { return }
        let reach = Int((3 * sigma).rounded(.up))
        var weights = (-reach...reach).map { exp(-Float($0 * $0) / (2 * sigma * sigma)) }
        let sum = weights.reduce(0, +)
        for index in weights.indices { weights[index] /= sum }
        convolve(weights, stepX: 1, stepY: 0)
        convolve(weights, stepX: 0, stepY: 1)
    }

    /// Blurs along a line, as a hand that moves does.
    package mutating func smear(_ length: Float, angle: Float) {
        let count = max(1, Int(length.rounded()))
        let (dx, dy) = (cos(angle), sin(angle))
        let source = pixels
        for y in 0..<height {
            for x in 0..<width {
                var sum: Float = 0
                for step in 0..<count {
                    let distance = Float(step) - Float(count - 1) / 2
                    let column = min(width - 1, max(0, x + Int((distance * dx).rounded())))
                    let row = min(height - 1, max(0, y + Int((distance * dy).rounded())))
                    sum += source[row * width + column]
                }
                pixels[y * width + x] = sum / Float(count)
            }
        }
    }

    private mutating func convolve(_ weights: [Float], stepX: Int, stepY: Int) {
        let reach = weights.count / 2
        let source = pixels
        for y in 0..<height {
            for x in 0..<width {
                var sum: Float = 0
                for (index, weight) in weights.enumerated() {
                    let column = min(width - 1, max(0, x + (index - reach) * stepX))
                    let row = min(height - 1, max(0, y + (index - reach) * stepY))
                    sum += weight * source[row * width + column]
                }
                pixels[y * width + x] = sum
            }
        }
    }

    /// Adds the noise of a sensor.
    package mutating func addNoise(_ deviation: Float, _ random: inout some RandomNumberGenerator) {
        for index in pixels.indices {
            // The sum of four even ones is near enough to a normal one.
            var sum: Float = 0
            for _ in 0..<4 { sum += Float(random.next(upperBound: 65_536 as UInt32)) / 65_536 - 0.5 }
            pixels[index] += sum * deviation * 1.732
        }
    }

    /// Changes each pixel by where it is.
    package mutating func change(_ body: (_ x: Float, _ y: Float, _ grey: Float) -> Float) {
        for y in 0..<height {
            for x in 0..<width {
                pixels[y * width + x] = body(Float(x), Float(y), pixels[y * width + x])
            }
        }
    }

    /// As in a mirror.
    package var mirrored: Canvas {
        var copy = self
        for y in 0..<height {
            for x in 0..<width { copy.pixels[y * width + x] = pixels[y * width + width - 1 - x] }
        }
        return copy
    }
}

/// SplitMix64: the same samples each time.
package struct SampleGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// A generator that begins at a number.
    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
