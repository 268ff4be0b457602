internal import CPNG

/// A QR code as a PNG: black on white, with its quiet zone.
public struct PNGDrawing: Sendable {
    /// The octets of the file; they hold what the code holds.
    public let octets: [UInt8]

    /// Draws a code.
    ///
    /// - Parameters:
    ///   - symbol: The code.
    ///   - scale: The pixels of one module's side.
    ///   - quietZone: The modules of light around it.
    /// - Throws: ``PictureError`` `notDrawn` where the library fails.
    public init(_ symbol: QRSymbol, scale: Int = 10, quietZone: Int = 4) throws(PictureError) {
        let side = (symbol.size + 2 * quietZone) * scale
        let picture = try GreyPicture(width: side, height: side) { pixels in
            for row in 0..<side {
                for column in 0..<side
                where symbol.isDark(column: column / scale - quietZone, row: row / scale - quietZone) {
                    pixels[row * side + column] = 0
                }
            }
        }
        try self.init(picture)
    }

    /// Writes grey pixels, row by row; there must be as many as width and height say.
    package init(width: Int, height: Int, pixels: [UInt8]) throws(PictureError) {
        try self.init(GreyPicture(width: width, height: height, pixels: pixels))
    }

    private init(_ picture: GreyPicture) throws(PictureError) {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        image.width = UInt32(picture.width)
        image.height = UInt32(picture.height)
        image.format = 0  // PNG_FORMAT_GRAY
        // No more than the pixels and a little for each row, and the fixed parts.
        var size = picture.pixels.count + picture.pixels.count / 1000 + picture.height * 16 + 4096
        var failed = false
        octets = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            failed = png_image_write_to_memory(&image, buffer.baseAddress, &size, 0, picture.pixels, 0, nil) == 0
            count = failed ? 0 : size
        }
        if failed { throw PictureError(.notDrawn, "the PNG could not be written") }
    }
}
