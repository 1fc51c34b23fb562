import Foundation
import Senders

/// The transport and the clock of one task.
final class Harness: HttpTransport, SendersClock, @unchecked Sendable {
    private static let startUnixMs: UInt64 = 1_767_225_600_000  // 2026-01-01T00:00:00Z

    private let lock = NSLock()
    private var replies: [Answer]
    private var nowMs: UInt64 = 0
    private var seen: [[String: Any]] = []
    private var ranOut = false

    init(_ replies: [Answer]) {
        self.replies = replies
    }

    var events: [[String: Any]] { lock.withLock { seen } }
    var hasRunOut: Bool { lock.withLock { ranOut } }

    func add(_ event: [String: Any]) {
        lock.withLock { seen.append(event) }
    }

    func monotonicMs() -> UInt64 {
        lock.withLock { nowMs }
    }

    func unixMs() -> UInt64 {
        Self.startUnixMs + monotonicMs()
    }

    func sleep(for duration: Duration, reason: WaitReason) async throws {
        lock.withLock {
            nowMs += duration.wholeMs
            seen.append(["wait": ["ms": duration.wholeMs, "reason": reason.rawValue]])
        }
    }

    func limit(_: Duration) async throws {
        // The script says how long an answer takes.
        try await Task.sleep(for: .seconds(600))
    }

    func send(_ request: HttpRequest) async throws -> HttpResponse {
        let answer: Answer? = lock.withLock {
            seen.append([
                "request": [
                    "method": request.method,
                    "url": request.url,
                    "headers": request.headers.map { [$0.name, $0.value] },
                    "body_base64": request.body.base64EncodedString(),
                    "timeouts": [
                        "attempt_ms": request.attemptTimeout.wholeMs, "connect_ms": request.connectTimeout.wholeMs,
                    ],
                ] as [String: Any]
            ])
            guard !replies.isEmpty else {
                ranOut = true
                return nil
            }
            let answer = replies.removeFirst()
            nowMs += answer.tookMs
            return answer
        }
        switch answer {
        case nil:
            // `hasRunOut` says so, even if the call hides the error.
            throw ScriptRanOut()
        case .response(let status, let headers, let body, _):
            return HttpResponse(status: status, headers: headers.map { HttpHeader($0[0], $0[1]) }, body: body)
        case .failure(let kind, let sent, _):
            throw TransportFailure(kind, sent: sent, "scripted: \(kind.rawValue)")
        }
    }
}

/// The call wants more responses than the script has.
struct ScriptRanOut: Error {}

/// One answer of the script.
enum Answer: Decodable {
    case response(status: Int, headers: [[String]], body: Data, tookMs: UInt64)
    case failure(kind: TransportFailure.Kind, sent: TransportFailure.Sent, tookMs: UInt64)

    private struct Response: Decodable {
        let status: Int
        let headers: [[String]]
        let body_base64: Data
        let took_ms: UInt64
    }

    private struct Failure: Decodable {
        let kind: String
        let sent: String
        let took_ms: UInt64
    }

    private enum Keys: String, CodingKey { case response, failure }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        if let answer = try container.decodeIfPresent(Response.self, forKey: .response) {
            self = .response(
                status: answer.status, headers: answer.headers, body: answer.body_base64, tookMs: answer.took_ms)
            return
        }
        let answer = try container.decode(Failure.self, forKey: .failure)
        guard let kind = TransportFailure.Kind(rawValue: answer.kind),
            let sent = TransportFailure.Sent(rawValue: answer.sent)
        else {
            throw DecodingError.dataCorruptedError(forKey: .failure, in: container, debugDescription: answer.kind)
        }
        self = .failure(kind: kind, sent: sent, tookMs: answer.took_ms)
    }

    var tookMs: UInt64 {
        switch self {
        case .response(_, _, _, let ms), .failure(_, _, let ms): ms
        }
    }
}

extension Duration {
    var wholeMs: UInt64 {
        UInt64(components.seconds) * 1000 + UInt64(components.attoseconds / 1_000_000_000_000_000)
    }
}
