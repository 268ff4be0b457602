internal import CQREncode
internal import Glibc

/// A QR code as modules, dark and light, without its quiet zone (ISO/IEC 18004).
///
/// The text stands in octets, without a word about their character set: phones take them for UTF-8.
public struct QRSymbol: Sendable, Hashable {
    /// How much of the code may be damaged.
    public enum Correction: Int32, Sendable, Hashable, CaseIterable {
        /// 7 %: the smallest code.
        case low
        /// 15 %: what is usual.
        case medium
        /// 25 %.
        case quartile
        /// 30 %: room for a logo, or for years on a wall.
        case high
    }

    /// The modules of one side, 21 to 177.
    public let size: Int
    private let modules: [Bool]

    /// Encodes octets.
    ///
    /// - Throws: ``PictureError`` `tooLong` where they do not fit.
    public init(_ octets: [UInt8], correction: Correction = .medium) throws(PictureError) {
        guard !octets.isEmpty, octets.count <= 7089,
            let code = QRcode_encodeData(
                Int32(octets.count),
                octets,
                0,
                QRecLevel(rawValue: UInt32(correction.rawValue))
            )
        else {
            throw PictureError(.tooLong, "\(octets.count) octets do not fit into a QR code of this kind")
        }
        defer {
            // The modules are the secret in another form.
            explicit_bzero(code.pointee.data, Int(code.pointee.width * code.pointee.width))
            QRcode_free(code)
        }
        size = Int(code.pointee.width)
        modules = (0..<size * size).map { code.pointee.data[$0] & 1 == 1 }
    }

    /// Whether a module is dark; what lies outside is light.
    public func isDark(column: Int, row: Int) -> Bool {
        (0..<size).contains(column) && (0..<size).contains(row) && modules[row * size + column]
    }
}

extension QRSymbol: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The size; not the modules, which say what the text says.
    public var description: String { "a QR code of \(size) x \(size) modules" }

    /// The size.
    public var debugDescription: String { description }

    /// Leaves the modules out.
    public var customMirror: Mirror { Mirror(self, children: ["size": size]) }
}
