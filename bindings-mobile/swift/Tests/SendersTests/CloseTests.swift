import Foundation
import Testing

@testable import Senders

/// A client that is closed while its calls run, and calls that end early or not at all.
@Suite struct CloseTests {
    /// A transport that waits until it may answer.
    private final class Held: HttpTransport {
        private let asked = Locked<[String]>([])
        private let gate = Locked<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))
        private let answers: @Sendable (HttpRequest) throws -> HttpResponse

        init(_ answers: @escaping @Sendable (HttpRequest) throws -> HttpResponse) {
            self.answers = answers
        }

        var methods: [String] { asked.with { $0 } }

        func send(_ request: HttpRequest) async throws -> HttpResponse {
            asked.with { $0.append(request.method) }
            await withCheckedContinuation { continuation in
                let isOpen = gate.with { gate in
                    if !gate.isOpen { gate.waiting.append(continuation) }
                    return gate.isOpen
                }
                if isOpen { continuation.resume() }
            }
            return try answers(request)
        }

        func open() {
            gate.with { gate in
                gate.isOpen = true
                defer { gate.waiting = [] }
                return gate.waiting
            }.forEach { $0.resume() }
        }

        func isAsked(_ count: Int = 1) async {
            while asked.with({ $0.count < count }) { await Task.yield() }
        }
    }

    private func client(_ transport: any HttpTransport) throws -> Senders {
        try Senders(accountSid: account, authToken: zeros, transport: transport)
    }

    @Test("a create whose response comes after the close returns it") func answered() async throws {
        let transport = Held { _ in answer(202, json("CREATING")) }
        let client = try client(transport)
        async let created = client.create("whatsapp:+15017122661", profile: .init(name: "N"))
        await transport.isAsked()
        client.close()
        transport.open()
        #expect(try await created.sid == sid)
        #expect(await failure { try await client.fetch(sid) }.kind == .misuse)
        #expect(transport.methods == ["POST"])
    }

    @Test("a create that is cut after the close says that it may have been acted on") func cut() async throws {
        let transport = Held { _ in throw TransportFailure(.closed, sent: .yes, "cut") }
        let client = try client(transport)
        async let error = failure { try await client.create("whatsapp:+15017122661", profile: .init(name: "N")) }
        await transport.isAsked()
        client.close()
        transport.open()
        let unknown = await error
        #expect(unknown.kind == .outcomeUnknown && unknown.mayHaveExecuted && !unknown.isRetryable)
        #expect(!unknown.message.contains("nothing was sent"))
    }

    @Test("calls under way in the client's own transport end by whether they went out") func own() async throws {
        let server = try RawServer { _ in nil }
        let client = try Senders(accountSid: account, authToken: zeros, baseURL: server.baseURL)
        async let created = failure { try await client.create("whatsapp:+15017122661", profile: .init(name: "N")) }
        async let fetched = failure { try await client.fetch(sid) }
        #expect(await server.saw { $0.requests.count == 2 })
        client.close()
        let unknown = await created
        #expect(unknown.kind == .misuse && unknown.mayHaveExecuted && !unknown.isRetryable)
        #expect(!unknown.message.contains("nothing was sent"), "\(unknown.message)")
        #expect(await fetched.kind == .misuse)
    }

    @Test("an ensure whose create went out, and that is closed then, leaves it unknown") func ensured() async throws {
        let empty = #"{"senders":[],"meta":{"page":0,"page_size":1000,"url":"u","next_page_url":null,"key":"senders"}}"#
        let closing = Locked<Senders?>(nil)
        let scripted = Scripted(
            { _ in answer(200, empty) },
            { _ in
                closing.with { $0 }?.close()
                throw TransportFailure(.closed, sent: .yes, "cut")
            }, { _ in answer(200, empty) })
        let client = try client(scripted)
        closing.with { $0 = client }
        let error = await failure { try await client.ensure("whatsapp:+15017122661", profile: .init(name: "N")) }
        #expect(error.mayHaveExecuted && !error.isRetryable)
        #expect(scripted.asked.map(\.method) == ["GET", "POST"])
    }

    @Test("an error that a transport had from another client is no error of this one") func borrowed() async throws {
        let closed = try Senders(accountSid: account, authToken: zeros)
        closed.close()
        let scripted = Scripted({ _ in
            _ = try await closed.fetch(sid)
            return answer(202, json())
        })
        let client = try client(scripted)
        let error = await failure { try await client.create("whatsapp:+15017122661", profile: .init(name: "N")) }
        #expect(error.kind == .outcomeUnknown && error.mayHaveExecuted)
        #expect((error.underlying as? SendersError)?.kind == .misuse)
    }

    @Test("calls without a response hold up no others") func manyAtOnce() async throws {
        let server = try RawServer { request in request.head.contains("XE" + String(repeating: "b", count: 32)) ? nil : wire() }
        let client = try Senders(accountSid: account, authToken: zeros, baseURL: server.baseURL, timeout: .seconds(20), maxRetries: 0)
        let stuck = (0..<10).map { _ in Task { try await client.fetch("XE" + String(repeating: "b", count: 32)) } }
        #expect(await server.saw { $0.requests.count == 10 })
        let start = ContinuousClock.now
        #expect(try await client.fetch(sid).sid == sid)
        #expect(start.duration(to: .now) < .seconds(10))
        stuck.forEach { $0.cancel() }
    }

    @Test("interim responses are skipped, and a create is sent once", arguments: [
        "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n",
    ])
    func information(_ before: String) async throws {
        let server = try RawServer { _ in before + wire("202 Accepted", json("CREATING")) }
        let client = try Senders(accountSid: account, authToken: zeros, baseURL: server.baseURL)
        #expect(try await client.create("whatsapp:+15017122661", profile: .init(name: "N")).status == .creating)
        #expect(server.requests.count == 1)
    }

    @Test("a create that is cancelled wherever it is, is looked for by the next ensure") func cancelled() async throws {
        let empty = #"{"senders":[],"meta":{"page":0,"page_size":1000,"url":"u","next_page_url":null,"key":"senders"}}"#
        let there = empty.replacingOccurrences(of: "[]", with: "[" + json("CREATING", #","sender_id":"whatsapp:+15017122661""#) + "]")
        let transport = Held { request in answer(200, request.method == "GET" ? there : json("CREATING")) }
        let client = try client(transport)
        let create = Task { try await client.create("whatsapp:+15017122661", profile: .init(name: "N")) }
        await transport.isAsked()
        create.cancel()
        await #expect(throws: CancellationError.self) { try await create.value }
        transport.open()
        let ensured = try await client.ensure("whatsapp:+15017122661", profile: .init(name: "N"))
        #expect(ensured.resolution == .reconciled || ensured.resolution == .found)
        #expect(transport.methods.filter { $0 == "POST" }.count == 1)
    }
}
