import IEEE80211
import Testing

@Suite("Status and reason codes")
struct CodeTableTests {
    @Test("every row of the status table is in StatusCode")
    func statusTable() throws {
        let rows = try table("status-codes.csv").dropFirst()
        #expect(rows.count == 160)
        for (number, row) in rows.enumerated() {
            let code = StatusCode(rawValue: UInt16(number))
            let reserved = row[1] == "RESERVED"
            #expect(row[0] == "\(number)")
            #expect(code.name == (reserved ? "reserved" : row[1]))
            #expect(code.meaning == (reserved ? nil : row[3]))
        }
    }

    @Test("every row of the reason table is in ReasonCode")
    func reasonTable() throws {
        let rows = try table("reason-codes.csv").dropFirst()
        #expect(rows.count == 73)
        for (number, row) in rows.enumerated() {
            let code = ReasonCode(rawValue: UInt16(number))
            let reserved = row[1] == "RESERVED"
            #expect(row[0] == "\(number)")
            #expect(code.name == (reserved ? "reserved" : row[1]))
            #expect(code.meaning == (reserved ? nil : row[3]))
        }
    }

    @Test("the constants have their numbers")
    func constants() {
        #expect(StatusCode.success.rawValue == 0)
        #expect(StatusCode.challengeFail.rawValue == 15)
        #expect(StatusCode.apUnableToHandleNewSTA.rawValue == 17)
        #expect(StatusCode.assocRejectedTemporarily.rawValue == 30)
        #expect(StatusCode.robustMgmtFramePolicyViolation.rawValue == 31)
        #expect(StatusCode.finiteCyclicGroupNotSupported.rawValue == 77)
        #expect(StatusCode.unknownPasswordIdentifier.rawValue == 123)
        #expect(StatusCode.saeHashToElement.rawValue == 126)
        #expect(ReasonCode.prevAuthNotValid.rawValue == 2)
        #expect(ReasonCode.fourWayHandshakeTimeout.rawValue == 15)
        #expect(ReasonCode.ieee8021XAuthFailed.rawValue == 23)
        #expect(ReasonCode.poorRSSIConditions.rawValue == 71)
    }

    @Test("a code is printed with its name and number, and an unknown one is kept")
    func descriptions() {
        #expect("\(StatusCode(rawValue: 15))" == "CHALLENGE_FAIL (15)")
        #expect("\(ReasonCode(rawValue: 15))" == "4WAY_HANDSHAKE_TIMEOUT (15)")
        #expect("\(ReasonCode(rawValue: 40))" == "reserved (40)")
        #expect("\(ReasonCode(rawValue: 93))" == "unknown (93)")
        #expect("\(StatusCode(rawValue: 65535))" == "unknown (65535)")
        #expect(StatusCode(rawValue: 65535).meaning == nil)
    }

    @Test("only success and SAE's markers go on", arguments: [0, 126, 127] as [UInt16])
    func success(_ number: UInt16) {
        #expect(StatusCode(rawValue: number).isSuccess)
        #expect(!StatusCode(rawValue: 1).isSuccess)
    }
}
