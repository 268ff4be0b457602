import QRWifi
import Testing

@Suite("Decisions about payloads") struct DecisionTests {
    @Test("the table of decisions is there") func table() {
        #expect(Decision.all.count > 200)
    }

    @Test("a payload reads as the table of decisions says", arguments: Decision.all)
    func decision(_ row: Decision) throws {
        let payload: QRPayload
        do {
            payload = try QRPayload(row.payload)
        } catch {
            #expect(row.fields == nil, "\(error)")
            #expect(error.code.rawValue == row.configuration)
            return
        }
        let fields =
            switch payload {
            case .wifi(let payload): payload.tableFields
            case .dpp(let uri): uri.tableFields
            }
        let expected = try #require(row.fields)
        #expect(readable(fields) == readable(expected))
        #expect(payload.diagnostics.map { "\($0.code.rawValue)@\($0.offset)" } == row.diagnostics)
        do {
            _ = try payload.configuration()
            #expect(row.configuration == "ok")
        } catch {
            #expect(error.code.rawValue == row.configuration, "\(error)")
        }
    }

    private func readable(_ fields: [String: [UInt8]]) -> [String] {
        fields.map { key, value in
            key + "=" + value.map { (0x21...0x7E).contains($0) ? String(UnicodeScalar($0)) : "<\($0)>" }.joined()
        }.sorted()
    }
}
