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
        #expect(ended.map(\.request) == first + [second])
        #expect(ended.map(\.status) == [503, nil, 200, 200] && ended.map(\.requestID) == [nil, nil, "RQ2", "RQ2"])
        #expect(ended[1].failure?.kind == .closed && ended[1].failure?.sent == .yes)
        #expect(waits.with { $0.map(\.call) } == [1, 1] && waits.with { $0.map(\.reason) } == [.backoff, .backoff])
        let lines = recorder.lines.with { $0 }
        #expect(lines.first == "call 1 fetch: request 1 GET \(url), 0 bytes, within 30000 ms")
        #expect(lines.contains("! call 1 fetch: request 2: no answer, closed, sent: yes"))
        #expect(lines.last?.hasPrefix("call 2 fetch: request 1: status 200, ") == true)
        #expect(!lines.joined().contains(zeros))
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
    }
}
