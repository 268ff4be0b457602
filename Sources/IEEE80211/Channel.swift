/// A frequency band of Wi-Fi.
package enum Band: Hashable, Sendable, CaseIterable {
    /// 2.4 GHz: channels 1 to 14.
    case ghz2_4
    /// 5 GHz, and Japan's channels 182 to 196 in 4.9 GHz.
    case ghz5
    /// 6 GHz: channels 1 to 233, and 2 of operating class 136.
    case ghz6
}

extension Band: CustomStringConvertible {
    /// The band as printed: `2.4 GHz`.
    package var description: String {
        switch self {
        case .ghz2_4: "2.4 GHz"
        case .ghz5: "5 GHz"
        case .ghz6: "6 GHz"
        }
    }
}

/// A channel: its number means nothing without its band (IEEE 802.11-2020, annex E; 802.11ax-2021, 27.3.23.2).
package struct Channel: Hashable, Sendable {
    /// The band in which the number counts.
    package let band: Band

    /// The channel number.
    package let number: Int

    /// The centre frequency of the 20 MHz channel, in MHz.
    package let frequencyMHz: Int

    /// Makes a channel from a centre frequency in MHz, nil when no channel of the three bands has it.
    package init?(frequencyMHz: Int) {
        switch frequencyMHz {
        case 2484:
            self.init(band: .ghz2_4, number: 14, frequencyMHz: frequencyMHz)
        case 2412...2472:
            self.init(band: .ghz2_4, from: 2407, to: frequencyMHz)
        case 4910...4980:
            self.init(band: .ghz5, from: 4000, to: frequencyMHz)
        case 5005...5895:
            self.init(band: .ghz5, from: 5000, to: frequencyMHz)
        case 5935:
            self.init(band: .ghz6, number: 2, frequencyMHz: frequencyMHz)
        case 5955...7115:
            self.init(band: .ghz6, from: 5950, to: frequencyMHz)
        default:
            return nil
        }
    }

    /// Makes a channel from its band and number, nil when the band has no such number.
    package init?(band: Band, number: Int) {
        guard (1...233).contains(number) else { return nil }
        let frequency =
            switch band {
            case .ghz2_4: number == 14 ? 2484 : 2407 + 5 * number
            case .ghz5: number >= 182 ? 4000 + 5 * number : 5000 + 5 * number
            case .ghz6: number == 2 ? 5935 : 5950 + 5 * number
            }
        self.init(frequencyMHz: frequency)
        guard self.band == band, self.number == number else { return nil }
    }

    private init(band: Band, number: Int, frequencyMHz: Int) {
        self.band = band
        self.number = number
        self.frequencyMHz = frequencyMHz
    }

    private init?(band: Band, from start: Int, to frequencyMHz: Int) {
        guard (frequencyMHz - start) % 5 == 0 else { return nil }
        self.init(band: band, number: (frequencyMHz - start) / 5, frequencyMHz: frequencyMHz)
    }
}

extension Channel: CustomStringConvertible {
    /// Number, band and frequency: `channel 36 (5 GHz, 5180 MHz)`.
    package var description: String { "channel \(number) (\(band), \(frequencyMHz) MHz)" }
}
