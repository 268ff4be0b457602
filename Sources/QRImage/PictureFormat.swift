/// What a file is by its first octets, never by its name.
package enum PictureFormat: UInt8, Sendable, Hashable, CaseIterable {
    case png = 1
    case jpeg, webP, gif

    /// The format's usual name.
    package var name: String {
        switch self {
        case .png: "PNG"
        case .jpeg: "JPEG"
        case .webP: "WebP"
        case .gif: "GIF"
        }
    }

    /// Tells a picture that can be read by its signature.
    package init?(_ octets: some Collection<UInt8>) {
        let head = Array(octets.prefix(16))
        if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if head.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if head.starts(with: Array("RIFF".utf8)), head.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            self = .webP
        } else if head.starts(with: Array("GIF87a".utf8)) || head.starts(with: Array("GIF89a".utf8)) {
            self = .gif
        } else {
            return nil
        }
    }
}

/// A kind of file that people hand over for a picture and that is not read, with what to do about it.
package struct ForeignFormat: Sendable, Hashable {
    /// What it is, with its article.
    package let name: String
    /// How to make a picture of it that can be read.
    package let remedy: String

    /// Tells by the first octets; nil where they say nothing.
    package init?(_ octets: some Collection<UInt8>) {
        let head = Array(octets.prefix(512))
        func starts(_ text: String, at offset: Int = 0) -> Bool {
            head.dropFirst(offset).starts(with: Array(text.utf8))
        }
        let isBoxed = starts("ftyp", at: 4)
        let brand = String(decoding: head.dropFirst(8).prefix(4), as: UTF8.self)
        let text = String(decoding: head, as: UTF8.self).lowercased()
        let trimmed = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        if isBoxed, ["heic", "heix", "mif1", "msf1", "heim", "heis", "hevc", "hevx"].contains(brand) {
            self.init("a HEIC picture", "convert it: heif-convert in.heic out.png (Debian: libheif-examples)")
        } else if isBoxed, ["avif", "avis"].contains(brand) {
            self.init("an AVIF picture", "convert it: heif-convert in.avif out.png (Debian: libheif-examples)")
        } else if isBoxed {
            self.init("a video", "take a still picture out of it, as a PNG or a JPEG")
        } else if starts("%PDF-") {
            self.init("a PDF document", "make a picture of the page: pdftoppm -png in.pdf page (Debian: poppler-utils)")
        } else if trimmed.hasPrefix("<svg") || (trimmed.hasPrefix("<?xml") && text.contains("<svg")) {
            self.init("an SVG drawing", "make a picture of it: rsvg-convert in.svg > out.png (Debian: librsvg2-bin)")
        } else if trimmed.hasPrefix("<!doctype html") || trimmed.hasPrefix("<html") {
            self.init("a web page", "save the picture itself, not the page that shows it")
        } else if starts("BM"), head.count > 26, head[14] >= 12, head[15...17].allSatisfy({ $0 == 0 }) {
            self.init("a BMP picture", "save it as a PNG")
        } else if starts("II*\0") || starts("MM\0*") {
            self.init("a TIFF picture", "save it as a PNG")
        } else if head.starts(with: [0xFF, 0x0A]) || head.starts(with: [0, 0, 0, 12, 0x4A, 0x58, 0x4C, 0x20]) {
            self.init("a JPEG XL picture", "convert it: djxl in.jxl out.png (Debian: libjxl-tools)")
        } else if head.count > 2, starts("P"), (0x31...0x37).contains(head[1]), [0x0A, 0x20, 0x0D].contains(head[2]) {
            self.init("a PNM picture", "convert it: pnmtopng in.ppm > out.png (Debian: netpbm)")
        } else if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            self.init("a ZIP archive or an office document", "save the picture in it as a PNG")
        } else {
            return nil
        }
    }

    private init(_ name: String, _ remedy: String) {
        self.name = name
        self.remedy = remedy
    }
}
