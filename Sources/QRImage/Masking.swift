extension GreyPicture {
    /// A corner of something in a picture.
    struct Corner: Sendable, Hashable {
        var x: Int
        var y: Int
    }

    /// Whether a code could be beside what these corners enclose: something dark and something light is there.
    func hasSomething(beside corners: [Corner]) -> Bool {
        let (xs, ys) = (corners.map(\.x), corners.map(\.y))
        guard let left = xs.min(), let right = xs.max(), let top = ys.min(), let bottom = ys.max() else { return true }
        let (across, down) = ((right - left) / 16, (bottom - top) / 16)
        let columns = max(0, left - across)...max(0, right + across)
        let rows = max(0, top - down)...max(0, bottom + down)
        // The smallest code has 21 modules, and nothing is read below a pixel each.
        let least = 21
        guard
            columns.lowerBound >= least || width - columns.upperBound >= least
                || rows.lowerBound >= least || height - rows.upperBound >= least
        else { return false }
        return pixels.withUnsafeBufferPointer { pixels in
            var (low, high) = (UInt8.max, UInt8.min)
            for row in stride(from: 0, to: height, by: 3) {
                var column = 0
                while column < width {
                    if rows.contains(row), columns.contains(column) { column = columns.upperBound &+ 1 }
                    guard column < width else { break }
                    let pixel = pixels[row &* width &+ column]
                    if pixel < low { low = pixel }
                    if pixel > high { high = pixel }
                    column &+= 3
                }
                if low < high, high &- low > 24 { return true }
            }
            return false
        }
    }

    /// The same picture with light where convex shapes of four corners are, and a little around them.
    func covering(_ shapes: [[Corner]]) -> GreyPicture {
        var pixels = pixels
        for shape in shapes where shape.count == 4 {
            let middle = (
                x: Double(shape.reduce(0) { $0 + $1.x }) / 4, y: Double(shape.reduce(0) { $0 + $1.y }) / 4
            )
            let corners = shape.map { corner in
                (
                    x: middle.x + (Double(corner.x) - middle.x) * 1.06,
                    y: middle.y + (Double(corner.y) - middle.y) * 1.06
                )
            }
            let ys = corners.map(\.y)
            let (top, bottom) = (ys.min() ?? 0, ys.max() ?? 0)
            for row in max(0, Int(top))...max(0, min(height - 1, Int(bottom))) where Double(row) <= bottom {
                var (left, right) = (Double.infinity, -Double.infinity)
                for index in 0..<4 {
                    let (first, second) = (corners[index], corners[(index + 1) % 4])
                    let (low, high) = (min(first.y, second.y), max(first.y, second.y))
                    let y = min(max(Double(row), top), bottom)
                    guard low <= y, y <= high else { continue }
                    for part in high > low ? [(y - first.y) / (second.y - first.y)] : [0, 1] {
                        let x = first.x + (second.x - first.x) * part
                        (left, right) = (min(left, x), max(right, x))
                    }
                }
                guard left <= right else { continue }
                let start = min(max(0, Int(left)), width)
                let end = min(max(0, Int(right) + 1), width)
                for column in start..<max(start, end) { pixels[row * width + column] = 255 }
            }
        }
        return GreyPicture(width: width, height: height, pixels: pixels)
    }

    /// The same picture with its contrast stretched from black to white, but for the hundredth part at each end.
    var stretched: GreyPicture {
        var histogram = [Int](repeating: 0, count: 256)
        for pixel in pixels { histogram[Int(pixel)] += 1 }
        func bound(_ levels: some Sequence<Int>) -> Int {
            var count = 0
            for level in levels {
                count += histogram[level]
                if count > pixels.count / 100 { return level }
            }
            return 0
        }
        let low = bound(0...255)
        let high = bound((0...255).reversed())
        guard high > low else { return self }
        return mapped { ($0 - low) * 255 / (high - low) }
    }

    /// The same picture with the differences in its lightest parts made larger, where a lamp shines on it.
    var withDarkerHighlights: GreyPicture {
        mapped { $0 * $0 / 255 * $0 / 255 * $0 / 255 }
    }

    private func mapped(_ grey: (Int) -> Int) -> GreyPicture {
        let map = (0...255).map { UInt8(clamping: grey($0)) }
        return GreyPicture(width: width, height: height, pixels: pixels.map { map[Int($0)] })
    }
}
