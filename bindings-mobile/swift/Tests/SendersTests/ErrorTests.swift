import Foundation
import Testing

@testable import Senders

@Suite struct ErrorTests {
    @Test("a code is explained") func explained() throws {
        let found = try #require(explain(63116))
        #expect(found == explain("63116") && found.code == "63116")
        #expect(found.action.contains("`verificationMethod`"), "\(found.action)")
        #expect(found.link == "https://www.twilio.com/docs/api/errors/63116")
        #expect(!found.meaning.isEmpty && !found.source.isEmpty)
        for unknown in ["63102", "", "-1", " 63116", "99999999999"] { #expect(explain(unknown) == nil) }
        #expect(explain(-1) == nil)
    }

    @Test("an error of each kind can be made") func kinds() async throws {
        for kind in SendersError.Kind.allCases {
            let error = await failure { try typed { try failureOfTheCore(kind.rawValue) } }
            #expect(error.kind == kind && error.message.hasPrefix("it happened") && !error.nextStep.isEmpty)
            #expect(error.errorDescription == error.message && error.recoverySuggestion == error.nextStep)
            #expect(error.localizedDescription == error.message)
            #expect("\(error)" == "SendersError(\(kind.rawValue)): \(error.message)")
        }
    }

    @Test("a panic on the other side is an error, and the next call works") func panic() async throws {
        let error = await failure { try typed { try panicOfTheCore() } }
        #expect(error.kind == .internal && error.message.contains("a forced panic") && !error.message.contains("5017122661"))
        #expect(try await client(Scripted(json: json())).fetch(sid).status == .online)
    }

    @Test("what a transport throws is the error it says") func transportFailures() async throws {
        func kind(_ failure: TransportFailure.Kind, _ sent: TransportFailure.Sent) async throws -> SendersError {
            let scripted = Scripted({ _ in throw TransportFailure(failure, sent: sent, "it broke") })
            let client = try client(scripted, maxRetries: 0)
            return await SendersTests.failure { try await client.fetch(sid) }
        }
        #expect(try await kind(.timeout, .unknown).kind == .timeout)
        #expect(try await kind(.connect, .no).kind == .connection)
        #expect(try await kind(.connect, .no).mayHaveExecuted == false)
        #expect(try await kind(.closed, .unknown).kind == .connection)
        #expect(try await kind(.other, .unknown).kind == .connection)
        #expect(try await kind(.tls, .no).kind == .tls)
        #expect(try await kind(.protocol, .unknown).kind == .invalidResponse)
        #expect(try await kind(.responseTooLarge, .yes).kind == .invalidResponse)
        #expect(try await kind(.aborted, .unknown).kind == .cancelled)
    }

    @Test("another error of a transport is kept") func otherErrors() async throws {
        struct Own: Error, Equatable {}
        let scripted = Scripted({ _ in throw Own() })
        let error = await failure { try await client(scripted, maxRetries: 0).fetch(sid) }
        #expect(error.kind == .connection && error.underlying as? Own == Own() && error.attempts == 1)
        // Its own cancellation is not its caller's.
        let cancelled = await failure {
            try await client(Scripted({ _ in throw CancellationError() }), maxRetries: 0).fetch(sid)
        }
        #expect(cancelled.kind == .cancelled)
    }

    @Test("responses that are none do not get through") func wrongAnswers() async throws {
        for status in [0, 99, 1000, -1, 70000] {
            let error = await failure { try await client(Scripted(status, json: json()), maxRetries: 0).fetch(sid) }
            #expect(error.kind == .invalidResponse, "\(status): \(error)")
        }
        let large = try Senders(
            accountSid: account, authToken: zeros, maxResponseBytes: 1024,
            transport: Scripted(json: json("ONLINE", #","x":"\#(String(repeating: "y", count: 2000))""#)))
        #expect(await failure { try await large.fetch(sid) }.kind == .invalidResponse)
    }

    @Test("retries wait as the core says and stop at success") func retries() async throws {
        let scripted = Scripted(
            { _ in answer(503, "{}") }, { _ in throw TransportFailure(.closed, sent: .unknown, "gone") },
            { _ in answer(200, json()) })
        #expect(try await client(scripted).fetch(sid).status == .online)
        #expect(scripted.waited == [.backoff, .backoff] && scripted.asked.count == 3)
        let limited = Scripted({ _ in answer(429, "{}", HttpHeader("Retry-After", "9")) }, { _ in answer(200, json()) })
        #expect(try await client(limited).fetch(sid).status == .online)
        #expect(limited.waited == [.retryAfter])
        #expect(limited.monotonicMs() == 9000)
    }

    @Test("a wait polls until the sender is online") func wait() async throws {
        let scripted = Scripted(
            { _ in answer(200, json("CREATING")) }, { _ in answer(200, json("CREATING")) }, { _ in answer(200, json("NEW")) },
            { _ in answer(200, json("ONLINE")) })
        let seen = Locked<[Status]>([])
        let sender = try await client(scripted).waitUntilOnline(sid) { change in seen.with { $0.append(change.status) } }
        #expect(sender.status == .online && seen.with { $0 } == [.creating, .unknown("NEW"), .online])
        #expect(scripted.waited == [.poll, .poll, .poll])
        struct Enough: Error {}
        await #expect(throws: Enough.self) {
            try await client(Scripted(json: json("CREATING"))).waitUntilOnline(sid) { _ in throw Enough() }
        }
    }

    @Test("an iterator that has ended stays ended, and paging mistakes are errors") func sequences() async throws {
        let page = #"{"senders":[\#(json())],"meta":{"next_page_url":"https://messaging.twilio.com/v2/Channels/Senders?Page=1&PageToken=x"}}"#
        let client = try client(Scripted(json: page))
        var iterator = client.list().makeAsyncIterator()
        #expect(try await iterator.next()?.sid == sid)
        #expect(try await iterator.next()?.sid == sid)
        let error = await failure { try await iterator.next() }
        #expect(error.kind == .paging)
        #expect(try await iterator.next() == nil)
    }

    @Test("no error shows a secret") func redaction() async throws {
        let secret = "canary0000000000000000000000000"
        let scripted = Scripted(400, json: #"{"code":63100,"message":"wrong: \#(secret) 123456 whatsapp:+15017122661"}"#)
        let client = try Senders(accountSid: account, authToken: secret, transport: scripted)
        let error = await failure { try await client.create("whatsapp:+15017122661", configuration: .init(verificationCode: "123456")) }
        var shown = "\(error) \(String(reflecting: error)) \(error.localizedDescription) \([error])"
        dump(error, to: &shown)
        #expect(error.kind == .invalidRequest && error.code == 63100 && error.body != nil)
        #expect(!shown.contains("5017122661"))
    }
}
