internal import CPictureShims
internal import CZBarPeer
internal import Foundation
internal import PictureSamples
internal import QRImage

/// A library in a process of its own, which it may end: see ``EngineServer``.
enum Engine: String, CaseIterable {
    /// The search of this project.
    case hotspot
    /// ZXing-C++ as it is, told to look for QR codes only.
    case zxing
    /// zbar as `zbarimg` sets it up, told to look for QR codes only.
    case zbar

    var isThere: Bool { self != .zbar || zbar_peer_is_there() == 1 }

    /// The codes in grey pixels.
    func read(_ pixels: [UInt8], width: Int, height: Int) -> [[UInt8]] {
        var codes: [[UInt8]] = []
        switch self {
        case .hotspot:
            codes = PictureWorker.search(pixels, width: width, height: height, preferring: "WIFI:").map(\.octets)
        case .zxing:
            withUnsafeMutablePointer(to: &codes) { codes in
                _ = shim_qr_read(
                    pixels,
                    Int32(width),
                    Int32(height),
                    SHIM_QR_LOCAL_AVERAGE,
                    { context, octets, count, _, _ in
                        let codes = context?.assumingMemoryBound(to: [[UInt8]].self)
                        codes?.pointee.append(Array(UnsafeBufferPointer(start: octets, count: count)))
                    },
                    codes
                )
            }
        case .zbar:
            withUnsafeMutablePointer(to: &codes) { codes in
                _ = zbar_peer_read(
                    pixels,
                    UInt32(width),
                    UInt32(height),
                    { context, octets, count in
                        let codes = context?.assumingMemoryBound(to: [[UInt8]].self)
                        codes?.pointee.append(Array(UnsafeBufferPointer(start: octets, count: count)))
                    },
                    codes
                )
            }
        }
        return codes
    }
}
