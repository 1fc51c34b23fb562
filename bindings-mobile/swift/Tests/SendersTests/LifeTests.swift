import Foundation
import Testing

@testable import Senders

/// Against the emulator's server, through the default transport.
@Suite struct LifeTests {
    @Test("a sender's whole life") func wholeLife() async throws {
        let emulator = try Emulator("--step-ms", "2000")
        let client = try client(at: emulator.baseURL, maxRetries: nil)
        let created = try await client.create(
            "whatsapp:+15017122661", configuration: .init(verificationMethod: .value(.sms)), profile: .init(name: "Example"))
        #expect(created.status == .creating)
        let seen = Locked<[Status]>([])
        let needed = await failure {
            try await client.waitUntilOnline(created.sid, timeout: .seconds(30)) { change in seen.with { $0.append(change.status) } }
        }
        #expect(needed.kind == .verificationRequired && needed.statuses.last == .pendingVerification)
        #expect(needed.sender?.sid == created.sid && needed.nextStep.contains("verify"))
        try await client.verify(created.sid, code: "123456")
        let online = try await client.waitUntilOnline(token: #require(needed.resumeToken)) { change in
            seen.with { $0.append(change.status) }
        }
        #expect(online.status == .online)
        #expect(seen.with { $0 }.starts(with: [.creating, .pendingVerification]) && seen.with { $0 }.last == .online)

        let echo = try await client.update(
            created.sid, webhook: .init(callbackURL: "https://example.com/in"), profile: .init(about: "Made by a test"))
        #expect(echo.webhook?.callbackURL == "https://example.com/in")
        try await client.waitUntilOnline(created.sid, timeout: .seconds(30))
        try await client.update(created.sid, profile: .init(about: .null))
        let fetched = try await client.fetch(created.sid)
        #expect(fetched.profile?.name == "Example" && fetched.profile?.about == nil)
        #expect(fetched.webhook?.callbackURL == "https://example.com/in")

        let again = try await client.ensure("whatsapp:+15017122661", profile: .init(name: "Other"))
        #expect(again.resolution == .found && again.sender.sid == created.sid && again.differences == ["profile.name"])
        #expect(try await client.ensure("whatsapp:+15550100000", profile: .init(name: "New")).resolution == .created)

        try await client.delete(created.sid)
        let gone = await failure { try await client.fetch(created.sid) }
        #expect(gone.kind == .notFound && gone.status == 404 && gone.code == 20404 && gone.requestID != nil)
        #expect(await failure { try await client.delete(created.sid) }.kind == .notFound)
        try await client.delete(created.sid, missingOK: true)
    }

    @Test("a listing is read, stopped, resumed and read again") func listing() async throws {
        let emulator = try Emulator("--senders", "25")
        let client = try client(at: emulator.baseURL)
        let list = client.list(pageSize: 10)
        var sids: [String] = []
        for try await sender in list { sids.append(sender.sid) }
        #expect(sids.count == 25 && Set(sids).count == 25)
        var tokens: [String?] = []
        for try await page in list.pages { tokens.append(page.nextToken) }
        #expect(tokens.map { $0 != nil } == [true, true, false])
        var rest: [String] = []
        for try await sender in client.list(token: tokens[0]) { rest.append(sender.sid) }
        #expect(rest == Array(sids[10...]))
        let before = try await emulator.journal().count
        for try await _ in client.list(pageSize: 10) { break }
        #expect(try await emulator.journal().count == before + 1)
        #expect(try await client.list(limit: 3).reduce(0) { count, _ in count + 1 } == 3)
        #expect(try await emulator.journal().last == "GET /v2/Channels/Senders?Channel=whatsapp&PageSize=3")
        #expect(try await client.list(channel: .rcs).first { _ in true } == nil)
        async let one = client.list(pageSize: 5).reduce(0) { count, _ in count + 1 }
        async let two = client.fetch(sids[0])
        #expect(try await (one, two.sid) == (25, sids[0]))
    }

    @Test("statuses are a sequence that ends when the sender is online") func statuses() async throws {
        let emulator = try Emulator("--step-ms", "800")
        let client = try client(at: emulator.baseURL)
        let created = try await client.create("whatsapp:+15017122661", profile: .init(name: "Example"))
        // A number that verifies itself.
        let own = try await client.create("whatsapp:+15550112345", profile: .init(name: "Example"))
        var seen: [Status] = []
        for try await change in client.statuses(of: own.sid, timeout: .seconds(30)) {
            seen.append(change.status)
            #expect(change.sender.sid == own.sid)
        }
        #expect(seen.last == .online)
        let timedOut = await failure {
            for try await _ in client.statuses(of: created.sid, timeout: .milliseconds(1), waitForVerification: true) {}
        }
        #expect(timedOut.kind == .waitTimeout && timedOut.resumeToken != nil)
    }

    @Test("errors of the server, each of its kind") func serverErrors() async throws {
        let emulator = try Emulator("--instant", "--senders", "1")
        let client = try client(at: emulator.baseURL)
        let sid = try #require(try await client.list().first { _ in true }).sid
        func kind(_ fault: String, _ params: String = "{}") async throws -> SendersError {
            try await emulator.inject(#"{"fault":"\#(fault)","operation":"fetch","params":\#(params)}"#)
            return await failure { try await client.fetch(sid) }
        }
        let limited = try await kind("rate-limited", #"{"retry-after":7}"#)
        #expect(limited.kind == .rateLimited && limited.isRetryable && !limited.mayHaveExecuted)
        #expect(limited.retryAfter == .seconds(7) && limited.code == 20429)
        #expect(try await kind("server-error").kind == .serverError)
        #expect(try await kind("request-timeout").kind == .timeout)
        #expect(try await kind("server-error", #"{"status":403}"#).kind == .permissionDenied)
        #expect(try await kind("unknown-error-code").kind == .invalidRequest)
        #expect(try await kind("html-200").kind == .invalidResponse)
        #expect(try await kind("bad-utf8").kind == .invalidResponse)
        #expect(try await kind("gzip-bomb").kind == .invalidResponse)
        #expect(try await kind("huge-body").kind == .invalidResponse)
        #expect(try await kind("wrong-content-length").kind == .connection)
        #expect(try await kind("chunked-cut").kind == .connection)
        try await emulator.inject(#"{"fault":"bom","operation":"list"}"#)
        #expect(try await client.list().reduce(0) { count, _ in count + 1 } == 1)
        let number = "whatsapp:+15550063110"
        #expect(await failure { try await client.create(number, profile: .init(name: "N")) }.kind == .conflict)
        let offline = try await client.create("whatsapp:+15550063104", profile: .init(name: "N"))
        let failed = await failure { try await client.waitUntilOnline(offline.sid) }
        #expect(failed.kind == .registrationFailed && failed.code == 63104)
        #expect(failed.sender?.offlineReasons.first?.code == "63104")
        let stranger = try Senders(accountSid: account, authToken: "wrong", baseURL: emulator.baseURL)
        let refused = await failure { try await stranger.fetch(sid) }
        #expect(refused.kind == .authentication && refused.status == 401 && refused.code == 20003)
    }

    @Test("a create whose outcome is unknown is sent once, an ensure finds out") func unknownOutcome() async throws {
        for fault in ["close-after-act", "reset-after-act", "server-error-acted"] {
            let emulator = try Emulator("--instant")
            let client = try client(at: emulator.baseURL, maxRetries: nil)
            // A kept connection first: on that URLSession would send a second time by itself.
            #expect(try await client.list().first { _ in true } == nil)
            try await emulator.inject(#"{"fault":"\#(fault)","operation":"create"}"#)
            let unknown = await failure { try await client.create("whatsapp:+15017122661", profile: .init(name: "N")) }
            #expect(unknown.kind == .outcomeUnknown && unknown.mayHaveExecuted && !unknown.isRetryable)
            #expect(unknown.attempts == 1 && unknown.senderID == "whatsapp:+15017122661" && !unknown.message.contains("5017122661"))
            #expect(try await emulator.journal().filter { $0.hasPrefix("POST /v2") }.count == 1)
            try await emulator.inject(#"{"fault":"\#(fault)","operation":"create"}"#)
            let ensured = try await client.ensure("whatsapp:+15017122662", profile: .init(name: "N"))
            #expect(ensured.resolution == .reconciled)
            #expect(try await emulator.journal().filter { $0.hasPrefix("POST /v2") }.count == 2)
        }
    }
}
