internal import CPictureShims

/// A picture of grey pixels, row by row; 0 is black.
struct GreyPicture: Sendable, Hashable {
    let width: Int
    let height: Int
    let pixels: [UInt8]

    /// Makes a picture of pixels that somebody else has.
    init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(pixels.count == width * height)
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// Makes a picture of pixels that a closure writes, each of them.
    init(width: Int, height: Int, _ write: (UnsafeMutableBufferPointer<UInt8>) throws(PictureError) -> Void)
        throws(PictureError)
    {
        self.width = width
        self.height = height
        var failure: PictureError?
        pixels = [UInt8](unsafeUninitializedCapacity: width * height) { buffer, count in
            buffer.initialize(repeating: 255)
            count = buffer.count
            do throws(PictureError) { try write(buffer) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// Makes a picture of pixels that a closure writes, each of them.
    private init(width: Int, height: Int, filling write: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
        self.width = width
        self.height = height
        pixels = [UInt8](unsafeUninitializedCapacity: width * height) { buffer, count in
            write(buffer)
            count = buffer.count
        }
    }

    /// The picture, or a half, a quarter… of its width and height, so that it has no more pixels than that.
    func reduced(to limit: Int) -> GreyPicture {
        var picture = self
        while picture.width * picture.height > limit, min(picture.width, picture.height) > 1 {
            picture = GreyPicture(width: picture.width / 2, height: picture.height / 2) { [picture] target in
                shim_halve(picture.pixels, picture.width, picture.height, target.baseAddress)
            }
        }
        return picture
    }

    /// Light for dark.
    var inverted: GreyPicture {
        GreyPicture(width: width, height: height) { target in
            pixels.withUnsafeBufferPointer { source in
                for index in source.indices { target[index] = ~source[index] }
            }
        }
    }

    /// As in a mirror.
    var mirrored: GreyPicture {
        GreyPicture(width: width, height: height) { target in
            pixels.withUnsafeBufferPointer { source in
                for row in 0..<height {
                    let start = row &* width
                    for column in 0..<width { target[start &+ column] = source[start &+ width &- 1 &- column] }
                }
            }
        }
    }

    /// Twice as wide and high, each new pixel between its neighbours (which averages noise away, too).
    var enlarged: GreyPicture {
        GreyPicture(width: width * 2, height: height * 2) { target in
            pixels.withUnsafeBufferPointer { source in
                for row in 0..<height * 2 {
                    // The centre of a new pixel lies a quarter of an old one beside the centre of the old one it is in.
                    let near = row / 2 &* width
                    let other = (row & 1 == 0 ? max(row / 2 &- 1, 0) : min(row / 2 &+ 1, height &- 1)) &* width
                    let start = row &* width &* 2
                    for column in 0..<width {
                        let left = max(column &- 1, 0)
                        let right = min(column &+ 1, width &- 1)
                        func vertical(_ column: Int) -> Int {
                            3 &* Int(source[near &+ column]) &+ Int(source[other &+ column])
                        }
                        let middle = 3 &* vertical(column)
                        target[start &+ 2 &* column] = UInt8(truncatingIfNeeded: (middle &+ vertical(left) &+ 8) >> 4)
                        target[start &+ 2 &* column &+ 1] = UInt8(
                            truncatingIfNeeded: (middle &+ vertical(right) &+ 8) >> 4
                        )
                    }
                }
            }
        }
    }
}
