import Foundation
import Testing

@testable import Senders

/// Many numbers ensured in one call.
@Suite struct EnsureAllTests {
    private static let number = "whatsapp:+15017122661"
    private let numbers = ["whatsapp:+15550100001", number, "whatsapp:+15550063101"]
    private let page = #"{"senders":[{"sid":"\#(sid)","status":"ONLINE","sender_id":"\#(number)"}],"meta":{}}"#

    private var requests: [CreateRequest] { numbers.map { CreateRequest($0, profile: .init(name: "Example")) } }

    @Test("one is created, one is found, one is refused, and all share a listing") func three() async throws {
        let emulator = try Emulator("--instant")
        let client = try client(at: emulator.baseURL)
        let there = try await client.create(Self.number, profile: .init(name: "Other"))
        let before = try await emulator.journal().count
        let (tokens, reported) = (Locked<[String]>([]), Locked<[EnsureResult]>([]))
        let results = try await client.ensureAll(
            requests,
            onToken: { token in
                let sent = try await emulator.journal().count
                #expect(sent == before, "the token comes before anything is sent")
                tokens.with { $0.append(token) }
            },
            onResult: { result in
                // The one that is listed is known before anything is created.
                let sent = try await emulator.journal().count
                if reported.with({ $0.isEmpty }) { #expect(sent == before + 1) }
                reported.with { $0.append(result) }
            })
        #expect(results.map(\.senderID) == numbers)
        #expect(results.map(\.ensured?.resolution) == [.created, .found, nil])
        #expect(results[1].ensured?.sender.sid == there.sid && results[1].ensured?.differences == ["profile.name"])
        let refused = try #require(results[2].error)
        #expect(refused.kind == .invalidRequest && refused.code == 63101 && refused.senderID == numbers[2] && !refused.isRetryable)
        #expect(reported.with { $0.map(\.senderID) } == [Self.number, numbers[0], numbers[2]])
        let shown = "\(results) \(requests) \(String(reflecting: results))"
        #expect(!numbers.contains { shown.contains($0) }, "\(shown)")
        #expect(try await emulator.journal().dropFirst(before).map { $0.prefix { $0 != " " } } == ["GET", "POST", "POST"])
        let token = try #require(tokens.with { $0.count == 1 ? $0[0] : nil })
        #expect(numbers.allSatisfy(token.contains))

        // The token serves for fewer of them, in this client or another.
        let again = try await client.ensureAll(Array(requests.prefix(2)), token: token)
        #expect(again.map(\.ensured?.resolution) == [.reconciled, .reconciled])
        #expect(try await client.ensureAll([]).isEmpty)
    }

    @Test("one listing serves however many numbers") func many() async throws {
        let emulator = try Emulator("--instant")
        let client = try client(at: emulator.baseURL)
        let many = (0..<5).map { CreateRequest("whatsapp:+1555010010\($0)", profile: .init(name: "N")) }
        #expect(try await client.ensureAll(many).allSatisfy { $0.ensured?.resolution == .created })
        let journal = try await emulator.journal()
        #expect(["GET", "POST"].map { method in journal.filter { $0.hasPrefix(method) }.count } == [1, 5])
    }

    @Test("a mistake names the sender, and nothing is sent") func mistakes() async throws {
        let scripted = Scripted(json: "{}")
        let client = try client(scripted)
        let good = CreateRequest(Self.number)
        for (wrong, field) in [
            (CreateRequest("+15017122661"), "senders[1].senderID"), (good, "senders[1].senderID"),
            (CreateRequest(numbers[0], webhook: .init(callbackMethod: "GET")), "senders[1].webhook.callbackMethod"),
            (CreateRequest(numbers[0], configuration: .init(voiceApplicationSid: "x")), "senders[1].configuration.voiceApplicationSid"),
        ] {
            let error = await failure { try await client.ensureAll([good, wrong]) }
            #expect(error.kind == .invalidArgument && error.field == field && error.message.hasPrefix(field), "\(error)")
        }
        #expect(await failure { try await client.ensureAll([good], token: "{}") }.field == "token")
        #expect(scripted.asked.isEmpty)
    }

    @Test("a callback that throws ends the call, and its numbers are free") func throwing() async throws {
        struct Stop: Error {}
        let scripted = Scripted(json: page)
        let client = try client(scripted)
        let one = [CreateRequest(Self.number)]
        await #expect(throws: Stop.self) { try await client.ensureAll(one, onToken: { _ in throw Stop() }) }
        #expect(scripted.asked.isEmpty)
        await #expect(throws: Stop.self) { try await client.ensureAll(one, onResult: { _ in throw Stop() }) }
        // A number that is not free makes the next call fail when its time is over.
        let options = CallOptions(totalTimeout: .milliseconds(100))
        #expect(try await client.ensureAll(one, options: options).first?.ensured?.resolution == .found)
    }

    @Test("a cancelled call sends nothing more, and its numbers are free") func cancelled() async throws {
        let page = page
        let server = try RawServer { request in request.connection == 1 ? nil : wire("200 OK", page) }
        let client = try client(at: server.baseURL)
        let one = [CreateRequest(Self.number)]
        let call = Task { try await client.ensureAll(one) }
        #expect(await server.saw { $0.requests.count == 1 })
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(await server.saw { $0.closed.count == 1 })
        #expect(server.requests.count == 1)
        let options = CallOptions(totalTimeout: .seconds(2))
        #expect(try await client.ensureAll(one, options: options).first?.ensured?.resolution == .found)
    }

    @Test("an unknown outcome is found out, and reported with a token where it cannot be") func unknown() async throws {
        let emulator = try Emulator("--instant")
        try await emulator.inject(#"{"fault":"close-after-act","operation":"create"}"#)
        let client = try client(at: emulator.baseURL)
        #expect(try await client.ensureAll(Array(requests.prefix(1))).first?.ensured?.resolution == .reconciled)
        #expect(try await emulator.journal().filter { $0.hasPrefix("POST") }.count == 1)

        let scripted = Scripted({ request in
            if request.method == "POST" { throw TransportFailure(.closed, sent: .yes, "gone") }
            return answer(200, #"{"senders":[],"meta":{}}"#)
        })
        let lost = try await SendersTests.client(scripted).ensureAll([CreateRequest(Self.number)])
        let error = try #require(lost.first?.error)
        #expect(error.kind == .outcomeUnknown && error.mayHaveExecuted && !error.isRetryable)
        #expect(error.resumeToken?.contains(Self.number) == true)
    }
}
