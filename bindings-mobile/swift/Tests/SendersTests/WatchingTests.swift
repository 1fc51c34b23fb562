import Foundation
import Testing

@testable import Senders

/// The ways to watch a client: its hooks, its log, the response of a call.
@Suite struct WatchingTests {
    final class Recorder: SendersLogger {
        let lines = Locked<[String]>([])
        func debug(_ message: String) { lines.with { $0.append(message) } }
        func warn(_ message: String) { lines.with { $0.append("! " + message) } }
    }

    private func found(_ id: String) -> HttpResponse {
        HttpResponse(
            status: 200, headers: [HttpHeader("T-Request-Id", id), HttpHeader("X-Proxy", "canary")],
            body: Data(#"{"sid":"\#(sid)","status":"ONLINE","sender_id":"whatsapp:+15017122661"}"#.utf8))
    }

    @Test("hooks and log see every attempt of a call under one number") func hooksAndLog() async throws {
        let online = found("RQ2")
        let scripted = Scripted(
            { _ in answer(503, "{}") }, { _ in throw TransportFailure(.closed, sent: .yes, "cut") }, { _ in online })
        let recorder = Recorder()
        let requests = Locked<[RequestEvent]>([])
        let responses = Locked<[ResponseEvent]>([])
        let waits = Locked<[WaitEvent]>([])
        let client = try Senders(
            accountSid: account, authToken: zeros, maxRetries: 2, transport: scripted, clock: scripted,
            onRequest: { event in requests.with { $0.append(event) } },
            onResponse: { event in responses.with { $0.append(event) } },
            onWait: { event in waits.with { $0.append(event) } }, logger: recorder)
        _ = try await client.fetch(sid)
        _ = try await client.fetch(sid)
        let url = "https://messaging.twilio.com/v2/Channels/Senders/\(sid)"
        let first = (1...3).map { RequestEvent(call: 1, operation: "fetch", attempt: $0, method: "GET", url: url) }
        let second = RequestEvent(call: 2, operation: "fetch", attempt: 1, method: "GET", url: url)
        #expect(requests.with { $0 } == first + [second])
        let ended = responses.with { $0 }
        #expect(ended.map(\.call) == [1, 1, 1, 2] && ended.map(\.attempt) == [1, 2, 3, 1] && ended.allSatisfy { $0.url == url })
        #expect(ended.map(\.status) == [503, nil, 200, 200] && ended.map(\.requestID) == [nil, nil, "RQ2", "RQ2"])
        #expect(ended[1].failure?.kind == .closed && ended[1].failure?.sent == .yes)
        #expect(waits.with { $0.map(\.call) } == [1, 1] && waits.with { $0.map(\.reason) } == [.backoff, .backoff])
        let lines = recorder.lines.with { $0 }
        #expect(lines.first == "call 1 fetch: request 1 GET \(url), 0 bytes, within 30000 ms")
        #expect(lines.contains("! call 1 fetch: request 2: no answer, closed, sent: yes"))
        #expect(lines.last?.hasPrefix("call 2 fetch: request 1: status 200, ") == true)
        #expect(!lines.joined().contains(zeros))
    }

    @Test("a hook that cancels its task lets nothing out") func cancellingHook() async throws {
        let scripted = Scripted(json: json())
        let client = try Senders(
            accountSid: account, authToken: zeros, transport: scripted, clock: scripted,
            onRequest: { _ in withUnsafeCurrentTask { $0?.cancel() } })
        let call = Task { try await client.create("whatsapp:+15017122661") }
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(scripted.asked.isEmpty)
    }

    @Test("a failure in a hook shows no number") func failureText() async throws {
        let texts = Locked<[String]>([])
        let scripted = Scripted({ _ in throw TransportFailure(.connect, sent: .no, "no route to +15017122661") })
        let client = try Senders(
            accountSid: account, authToken: zeros, maxRetries: 0, transport: scripted, clock: scripted,
            onResponse: { event in texts.with { $0.append(event.failure?.text ?? "") } })
        await #expect(throws: SendersError.self) { try await client.fetch(sid) }
        #expect(texts.with { $0.count == 1 && !$0[0].contains("5017122661") })
    }

    @Test("a value comes with its last response") func withResponse() async throws {
        let (first, second, third) = (found("RQ1"), found("RQ2"), found("RQ3"))
        let scripted = Scripted({ _ in answer(503, "{}") }, { _ in first }, { _ in second }, { _ in third })
        let client = try client(scripted)
        let fetched = try await client.withResponse.fetch(sid)
        #expect(fetched.data.sid == sid && fetched.status == 200 && fetched.requestID == "RQ1")
        #expect(fetched.headers.contains { $0.name == "X-Proxy" } && !"\(fetched)".contains("canary"))
        // The call of a callback is another call.
        let waited = try await client.withResponse.waitUntilOnline(sid) { _ in _ = try await client.fetch(sid) }
        #expect(waited.requestID == "RQ2")
        // Also one of another client, which counts its calls by itself.
        let (mine, others) = (found("MINE"), found("OTHERS"))
        let other = try Senders(accountSid: account, authToken: zeros, transport: Scripted({ _ in others }))
        let fresh = try Senders(accountSid: account, authToken: zeros, transport: Scripted({ _ in mine }))
        let apart = try await fresh.withResponse.waitUntilOnline(sid) { _ in _ = try await other.fetch(sid) }
        #expect(apart.requestID == "MINE")
        // Also one that is made before the call sends anything.
        let page = HttpResponse(
            status: 200, headers: [HttpHeader("T-Request-Id", "OUTER")],
            body: Data(#"{"senders":[\#(json("ONLINE", #","sender_id":"whatsapp:+15017122661""#))],"meta":{}}"#.utf8))
        let inner = found("INNER")
        let again = try Senders(
            accountSid: account, authToken: zeros, transport: Scripted({ _ in inner }, { _ in page }))
        let ensured = try await again.withResponse.ensure("whatsapp:+15017122661") { _ in _ = try await again.fetch(sid) }
        #expect(ensured.requestID == "OUTER")
    }
}
