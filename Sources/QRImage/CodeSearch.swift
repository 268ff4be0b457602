internal import CPictureShims

/// A bounded search for QR codes in pictures that are decoded already.
///
/// The library may end the process: see ``PictureWorker``.
struct CodeSearch {
    /// What was found.
    struct Result: Sendable, Hashable {
        var codes: [FoundCode] = []
        var passes = SearchPasses([])
    }

    /// Below this many pixels a picture is also looked at enlarged.
    static let smallPicture = 700_000

    /// The pixels of a picture that is looked at again for codes beside those that were found.
    static let secondLook = 4_000_000

    let pictures: [GreyPicture]

    /// Looks until a pass has found a code that is wanted; codes that are not wanted are kept, too.
    ///
    /// - Parameters:
    ///   - passes: The passes that may be made.
    ///   - isWanted: Whether a code ends the search.
    /// - Returns: The codes, and the passes that were made.
    func run(_ passes: SearchPasses, until isWanted: (FoundCode) -> Bool) -> Result {
        var result = Result()
        for pass in SearchPass.allCases where passes.contains(pass) {
            for picture in pictures {
                let isSmall = picture.width * picture.height <= Self.smallPicture
                if pass.isForSmallPictures, !isSmall { continue }
                result.passes.insert(SearchPasses([pass]))
                for code in Self.codes(in: picture, pass) where !result.codes.contains(code) {
                    result.codes.append(code)
                }
            }
            if result.codes.contains(where: isWanted) { break }
        }
        return result
    }

    private static func codes(in picture: GreyPicture, _ pass: SearchPass) -> [FoundCode] {
        switch pass {
        case .plain: all(in: picture, SHIM_QR_LOCAL_AVERAGE)
        case .oneThreshold: all(in: picture, SHIM_QR_GLOBAL_HISTOGRAM)
        case .inverted: all(in: picture.inverted, SHIM_QR_LOCAL_AVERAGE)
        case .invertedOneThreshold: all(in: picture.inverted, SHIM_QR_GLOBAL_HISTOGRAM)
        case .mirrored: all(in: picture.mirrored, SHIM_QR_LOCAL_AVERAGE)
        case .stretched: all(in: picture.stretched, SHIM_QR_LOCAL_AVERAGE)
        case .highlights: all(in: picture.withDarkerHighlights, SHIM_QR_LOCAL_AVERAGE)
        case .enlarged: all(in: picture.enlarged, SHIM_QR_LOCAL_AVERAGE)
        case .enlargedOneThreshold: all(in: picture.enlarged, SHIM_QR_GLOBAL_HISTOGRAM)
        case .enlargedInverted: all(in: picture.inverted.enlarged, SHIM_QR_LOCAL_AVERAGE)
        case .enlargedStretched: all(in: picture.enlarged.stretched, SHIM_QR_LOCAL_AVERAGE)
        }
    }

    /// A code with its place.
    private struct Placed {
        var code: FoundCode
        var corners: [GreyPicture.Corner]
    }

    /// The codes of a picture, and those beside them: the library leaves some out where there are several, as it takes
    /// the corners of one for those of another.
    private static func all(in picture: GreyPicture, _ binarizer: Int32) -> [FoundCode] {
        var found = look(in: picture, binarizer)
        guard !found.isEmpty, found.count > 1 || picture.hasSomething(beside: found.flatMap(\.corners)) else {
            return found.map(\.code)
        }
        // In a large photo the second look is at a smaller one: it must not cost as much as the first.
        var rest = picture.covering(found.map(\.corners)).reduced(to: secondLook)
        while found.count < WorkerMessages.maximumCodes {
            let others = look(in: rest, binarizer)
            guard !others.isEmpty else { break }
            found += others
            rest = rest.covering(others.map(\.corners))
        }
        return found.map(\.code)
    }

    private static func look(in picture: GreyPicture, _ binarizer: Int32) -> [Placed] {
        var codes: [Placed] = []
        withUnsafeMutablePointer(to: &codes) { codes in
            _ = shim_qr_read(
                picture.pixels,
                Int32(picture.width),
                Int32(picture.height),
                binarizer,
                { context, octets, count, flags, corners in
                    guard let codes = context?.assumingMemoryBound(to: [Placed].self), let corners else { return }
                    codes.pointee.append(
                        Placed(
                            code: FoundCode(
                                octets: Array(UnsafeBufferPointer(start: octets, count: count)),
                                isPart: flags & SHIM_QR_PART != 0,
                                hasDeclaredCharacterSet: flags & SHIM_QR_DECLARED_CHARACTER_SET != 0
                            ),
                            corners: stride(from: 0, to: 8, by: 2).map {
                                GreyPicture.Corner(x: Int(corners[$0]), y: Int(corners[$0 + 1]))
                            }
                        )
                    )
                },
                codes
            )
        }
        return codes
    }
}
