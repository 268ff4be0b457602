internal import CGIF
internal import CPNG
internal import CPictureShims
internal import CWebP
internal import Glibc

/// A file's pictures as grey pixels.
///
/// The size is read from the file's head and judged before anything is decoded or allocated.
struct PictureLoader {
    /// What is decoded of a file at most.
    enum Limit {
        /// The pixels of one picture, and of all pictures of an animation together.
        static let pixels = 100_000_000
        /// The pixels of a JPEG, which is decoded at a part of its size.
        static let jpegPixels = 400_000_000
        /// What pictures are reduced to: beyond it a code is found no better, only later.
        static let searchedPixels = 16_000_000
        /// The pictures of an animation.
        static let frames = 10
    }

    /// The picture's size as the file says.
    let width: Int
    let height: Int
    let format: PictureFormat
    private let octets: [UInt8]

    /// Reads the size from the file's head.
    init(_ octets: [UInt8]) throws(PictureError) {
        guard let format = PictureFormat(octets) else {
            throw PictureError(.unknownFormat, "this is no picture that can be read")
        }
        self.octets = octets
        self.format = format
        let size: (Int, Int)?
        switch format {
        case .png: size = Self.pngSize(octets)
        case .jpeg: size = Self.jpegSize(octets)
        case .webP: size = Self.webPSize(octets)
        case .gif: size = Self.gifSize(octets)
        }
        guard let size, size.0 > 0, size.1 > 0 else { throw Self.damage(format) }
        (width, height) = size
    }

    /// Judges the size.
    func checkSize() throws(PictureError) {
        let limit = format == .jpeg ? Limit.jpegPixels : Limit.pixels
        let (pixels, isHuge) = width.multipliedReportingOverflow(by: height)
        guard !isHuge, pixels <= limit else {
            throw PictureError(.tooLarge, "the \(format.name) has \(width) x \(height) pixels")
        }
    }

    /// Decodes the file.
    ///
    /// - Returns: One picture; those of an animation; or two where it is transparent: over white and over black.
    func pictures() throws(PictureError) -> [GreyPicture] {
        let pictures =
            switch format {
            case .png: try png()
            case .jpeg: [try jpeg()]
            case .webP: try webP()
            case .gif: try gif()
            }
        return pictures.map { $0.reduced(to: Limit.searchedPixels) }
    }

    private static func damage(_ format: PictureFormat) -> PictureError {
        PictureError(.damaged, "the \(format.name) is cut off or damaged", remedy: "save or send it once more")
    }

    private static func bigEndian(_ octets: ArraySlice<UInt8>) -> Int {
        octets.reduce(0) { $0 << 8 | Int($1) }
    }

    private static func littleEndian(_ octets: ArraySlice<UInt8>) -> Int {
        octets.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}

// MARK: - PNG

extension PictureLoader {
    /// The header is the first chunk (ISO/IEC 15948, 5.6), so that nothing else needs to be read for it.
    private static func pngSize(_ octets: [UInt8]) -> (Int, Int)? {
        guard octets.count >= 33, octets[12..<16].elementsEqual("IHDR".utf8) else { return nil }
        return (bigEndian(octets[16..<20]), bigEndian(octets[20..<24]))
    }

    private func png() throws(PictureError) -> [GreyPicture] {
        let (white, isTransparent) = try png(over: 255)
        // White on transparent shows only on black.
        return isTransparent ? [white, try png(over: 0).0] : [white]
    }

    private func png(over background: UInt8) throws(PictureError) -> (GreyPicture, Bool) {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        guard png_image_begin_read_from_memory(&image, octets, octets.count) != 0,
            image.width == UInt32(width), image.height == UInt32(height)
        else { throw Self.damage(format) }
        let isTransparent = image.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
        image.format = 0  // PNG_FORMAT_GRAY
        var color = png_color(red: background, green: background, blue: background)
        let picture = try GreyPicture(width: width, height: height) { pixels throws(PictureError) in
            guard png_image_finish_read(&image, &color, pixels.baseAddress, 0, nil) != 0 else {
                throw Self.damage(format)
            }
        }
        return (picture, isTransparent)
    }
}

// MARK: - JPEG

extension PictureLoader {
    private static func jpegSize(_ octets: [UInt8]) -> (Int, Int)? {
        var width: UInt32 = 0
        var height: UInt32 = 0
        guard shim_jpeg_size(octets, octets.count, &width, &height) == 0 else { return nil }
        return (Int(width), Int(height))
    }

    private func jpeg() throws(PictureError) -> GreyPicture {
        var width: UInt32 = 0
        var height: UInt32 = 0
        guard let decoded = shim_jpeg_grey(octets, octets.count, Limit.searchedPixels, &width, &height) else {
            throw Self.damage(format)
        }
        defer { free(decoded) }
        let pixels = [UInt8](UnsafeBufferPointer(start: decoded, count: Int(width) * Int(height)))
        return GreyPicture(width: Int(width), height: Int(height), pixels: pixels)
    }
}

// MARK: - WebP

extension PictureLoader {
    private static func webPSize(_ octets: [UInt8]) -> (Int, Int)? {
        var features = WebPBitstreamFeatures()
        guard WebPGetFeatures(octets, octets.count, &features) == VP8_STATUS_OK else { return nil }
        return (Int(features.width), Int(features.height))
    }

    private func webP() throws(PictureError) -> [GreyPicture] {
        var features = WebPBitstreamFeatures()
        guard WebPGetFeatures(octets, octets.count, &features) == VP8_STATUS_OK else { throw Self.damage(format) }
        if features.has_animation != 0 { return try animatedWebP() }
        if features.has_alpha != 0 {
            guard let rgba = WebPDecodeRGBA(octets, octets.count, nil, nil) else { throw Self.damage(format) }
            defer { WebPFree(rgba) }
            return Self.grey(ofRGBA: rgba, width: width, height: height)
        }
        var (u, v): (UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt8>?) = (nil, nil)
        var (stride, otherStride): (Int32, Int32) = (0, 0)
        var (width, height): (Int32, Int32) = (0, 0)
        guard let luma = WebPDecodeYUV(octets, octets.count, &width, &height, &u, &v, &stride, &otherStride),
            Int(width) == self.width, Int(height) == self.height
        else { throw Self.damage(format) }
        defer { WebPFree(luma) }
        return [
            try GreyPicture(width: self.width, height: self.height) { pixels throws(PictureError) in
                for row in 0..<self.height {
                    let line = UnsafeBufferPointer(start: luma + row * Int(stride), count: self.width)
                    _ = pixels[(row * self.width)...].update(fromContentsOf: line)
                }
            }
        ]
    }

    private func animatedWebP() throws(PictureError) -> [GreyPicture] {
        let frames: [GreyPicture] = octets.withUnsafeBufferPointer { octets in
            var options = WebPAnimDecoderOptions()
            WebPAnimDecoderOptionsInit(&options)
            options.color_mode = MODE_RGBA
            var data = WebPData(bytes: octets.baseAddress, size: octets.count)
            guard let decoder = WebPAnimDecoderNew(&data, &options) else { return [] }
            defer { WebPAnimDecoderDelete(decoder) }
            var frames: [GreyPicture] = []
            while frames.count < frameLimit, WebPAnimDecoderHasMoreFrames(decoder) != 0 {
                var canvas: UnsafeMutablePointer<UInt8>?
                var time: Int32 = 0
                guard WebPAnimDecoderGetNext(decoder, &canvas, &time) != 0, let canvas else { break }
                frames += Self.grey(ofRGBA: canvas, width: width, height: height)
            }
            return frames
        }
        guard !frames.isEmpty else { throw Self.damage(format) }
        return frames
    }

    /// How many pictures of an animation are looked at.
    private var frameLimit: Int { max(1, min(Limit.frames, Limit.pixels / (width * height))) }

    /// Over white; over black too where something is transparent.
    private static func grey(ofRGBA rgba: UnsafePointer<UInt8>, width: Int, height: Int) -> [GreyPicture] {
        let count = width * height
        var isTransparent = false
        func over(_ background: Int) -> GreyPicture {
            let pixels = [UInt8](unsafeUninitializedCapacity: count) { pixels, initialized in
                for index in 0..<count {
                    let pixel = rgba + 4 &* index
                    let grey = luminance(Int(pixel[0]), Int(pixel[1]), Int(pixel[2]))
                    let alpha = Int(pixel[3])
                    if alpha != 255 { isTransparent = true }
                    pixels[index] = UInt8(truncatingIfNeeded: (grey &* alpha &+ background &* (255 &- alpha)) / 255)
                }
                initialized = count
            }
            return GreyPicture(width: width, height: height, pixels: pixels)
        }
        let white = over(255)
        return isTransparent ? [white, over(0)] : [white]
    }

    /// The weights of BT 601, as ZXing has them.
    private static func luminance(_ red: Int, _ green: Int, _ blue: Int) -> Int {
        (306 &* red &+ 601 &* green &+ 117 &* blue &+ 512) >> 10
    }
}

// MARK: - GIF

extension PictureLoader {
    private static func gifSize(_ octets: [UInt8]) -> (Int, Int)? {
        guard octets.count >= 13 else { return nil }
        return (littleEndian(octets[6..<8]), littleEndian(octets[8..<10]))
    }

    /// What giflib reads from.
    private struct Source {
        var octets: UnsafeBufferPointer<UInt8>
        var position = 0
    }

    private func gif() throws(PictureError) -> [GreyPicture] {
        let frames = octets.withUnsafeBufferPointer { octets in
            var source = Source(octets: octets)
            return withUnsafeMutablePointer(to: &source) { source -> [GreyPicture] in
                var error: Int32 = 0
                let file = DGifOpen(
                    source,
                    { file, target, count in
                        guard let file, let target, count > 0, let data = file.pointee.UserData else { return 0 }
                        let source = data.assumingMemoryBound(to: Source.self)
                        let start = source.pointee.position
                        let rest = source.pointee.octets[start...].prefix(Int(count))
                        if let first = UnsafeBufferPointer(rebasing: rest).baseAddress {
                            target.update(from: first, count: rest.count)
                        }
                        source.pointee.position = start + rest.count
                        return Int32(rest.count)
                    },
                    &error
                )
                guard let file else { return [] }
                defer { DGifCloseFile(file, nil) }
                return gifFrames(file)
            }
        }
        guard !frames.isEmpty else { throw Self.damage(format) }
        return frames
    }

    /// The pictures up to the damage, if there is any, each drawn over those before it.
    private func gifFrames(_ file: UnsafeMutablePointer<GifFileType>) -> [GreyPicture] {
        var frames: [GreyPicture] = []
        var canvas = [UInt8](repeating: 255, count: width * height)
        var transparent = -1
        var type = UNDEFINED_RECORD_TYPE
        while frames.count < frameLimit, DGifGetRecordType(file, &type) == GIF_OK {
            switch type {
            case EXTENSION_RECORD_TYPE:
                var code: Int32 = 0
                var block: UnsafeMutablePointer<UInt8>?
                guard DGifGetExtension(file, &code, &block) == GIF_OK else { return frames }
                while let current = block {
                    // The first octet is the block's length.
                    if code == GRAPHICS_EXT_FUNC_CODE, current[0] >= 4 {
                        transparent = current[1] & 1 == 1 ? Int(current[4]) : -1
                    }
                    guard DGifGetExtensionNext(file, &block) == GIF_OK else { return frames }
                }
            case IMAGE_DESC_RECORD_TYPE:
                guard DGifGetImageDesc(file) == GIF_OK, draw(file, on: &canvas, transparent: transparent) else {
                    return frames
                }
                frames.append(GreyPicture(width: width, height: height, pixels: canvas))
                transparent = -1
            default: return frames
            }
        }
        return frames
    }

    /// Draws one picture; false where its lines end early.
    private func draw(
        _ file: UnsafeMutablePointer<GifFileType>,
        on canvas: inout [UInt8],
        transparent: Int
    ) -> Bool {
        let place = file.pointee.Image
        let (left, top) = (Int(place.Left), Int(place.Top))
        let (columns, rows) = (Int(place.Width), Int(place.Height))
        guard columns > 0, rows > 0, columns * rows <= Limit.pixels else { return false }
        let map = place.ColorMap ?? file.pointee.SColorMap
        var greys = [UInt8](repeating: 255, count: 256)
        if let map {
            for index in 0..<min(256, Int(map.pointee.ColorCount)) {
                let color = map.pointee.Colors[index]
                greys[index] = UInt8(
                    truncatingIfNeeded: Self.luminance(Int(color.Red), Int(color.Green), Int(color.Blue))
                )
            }
        }
        // Interlaced lines come in four runs (GIF 89a, appendix E).
        let runs = place.Interlace ? [(0, 8), (4, 8), (2, 4), (1, 2)] : [(0, 1)]
        var line = [UInt8](repeating: 0, count: columns)
        for (first, step) in runs {
            for row in stride(from: first, to: rows, by: step) {
                guard DGifGetLine(file, &line, Int32(columns)) == GIF_OK else { return false }
                guard top + row < height else { continue }
                let start = (top + row) * width
                for column in 0..<max(0, min(columns, width - left)) where Int(line[column]) != transparent {
                    canvas[start + left + column] = greys[Int(line[column])]
                }
            }
        }
        return true
    }
}
