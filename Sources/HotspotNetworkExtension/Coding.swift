/// The archived form of an object: the JSON form of its settings, secrets included, under one key.
///
/// Whoever keeps an archive must keep it as he keeps a passphrase.
enum Archive {
    private static let settings = "settings"
    private static let flaw = "flaw"

    static func encode(_ value: some Encodable, to coder: NSCoder) {
        // Texts, numbers and octets: the encoder refuses none of them.
        guard let data = try? JSONEncoder().encode(value) else { return }
        coder.encode(data as NSData, forKey: settings)
    }

    /// The settings; nil where the archive has none that can be read, and then the coder knows why.
    static func decode<Value: Decodable>(_ type: Value.Type, from coder: NSCoder) -> Value? {
        guard coder.containsValue(forKey: settings), let data = coder.decodeObject(of: NSData.self, forKey: settings)
        else { return nil }
        do {
            return try JSONDecoder().decode(type, from: data as Data)
        } catch {
            coder.failWithError(error)
            return nil
        }
    }

    /// Why the settings can never be applied, for what they cannot hold.
    static func encode(flaw error: HotspotConfigurationError?, to coder: NSCoder) {
        guard let error else { return }
        let isPrefix = error.cause == .malformedSSIDPrefix
        coder.encode([isPrefix ? "prefix" : "eap", error.message] as NSArray, forKey: flaw)
    }

    static func decodeFlaw(from coder: NSCoder) -> HotspotConfigurationError? {
        // Foundation on Linux takes an absent key for a broken archive.
        guard coder.containsValue(forKey: flaw) else { return nil }
        let texts = coder.decodeObject(of: [NSArray.self, NSString.self], forKey: flaw) as? [String]
        guard let texts, texts.count == 2 else { return nil }
        return HotspotConfigurationError(
            texts[0] == "prefix" ? .malformedSSIDPrefix : .malformedEAPSettings,
            texts[1]
        )
    }
}
