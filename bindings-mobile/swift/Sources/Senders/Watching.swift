/// A request that is sent, without headers and body: they hold secrets.
public struct RequestEvent: Hashable, Sendable {
    /// The number of the call within its client, from 1: the same in all events of the call, and in the log.
    public let call: Int
    /// The operation: `create`, `waitUntilOnline`.
    public let operation: String
    /// The number of the request within its call, from 1.
    public let attempt: Int
    /// The method.
    public let method: String
    /// The whole URL.
    public let url: String
}

/// A request that has ended: either `status` or `failure` is there.
public struct ResponseEvent: Hashable, Sendable {
    /// The number of the call, as in ``RequestEvent/call``.
    public let call: Int
    /// The operation.
    public let operation: String
    /// The number of the request within its call, from 1.
    public let attempt: Int
    /// The method.
    public let method: String
    /// The whole URL.
    public let url: String
    /// How long it took.
    public let duration: Duration
    /// The HTTP status.
    public let status: Int?
    /// The id that the server gave the request.
    public let requestID: String?
    /// Why there was no response. Its text is one line, with numbers masked.
    public let failure: TransportFailure?

    init(
        _ request: RequestEvent, duration: Duration, status: Int?, requestID: String?, failure: TransportFailure?
    ) {
        (call, operation, attempt) = (request.call, request.operation, request.attempt)
        (method, url) = (request.method, request.url)
        (self.duration, self.status, self.requestID) = (duration, status, requestID)
        self.failure = failure.map { TransportFailure($0.kind, sent: $0.sent, shown($0.text), status: $0.status) }
    }
}

/// A pause between two requests of a call.
public struct WaitEvent: Hashable, Sendable {
    /// The number of the call, as in ``RequestEvent/call``.
    public let call: Int
    /// The operation.
    public let operation: String
    /// The reason.
    public let reason: WaitReason
    /// How long the pause is.
    public let delay: Duration
}

/// A log of the calls of a client. No line holds a secret or a whole phone number.
///
/// ```swift
/// struct SwiftLog: SendersLogger {
///     let logger = Logger(label: "senders")
///     func debug(_ message: String) { logger.debug("\(message)") }
///     func warn(_ message: String) { logger.warning("\(message)") }
/// }
/// ```
public protocol SendersLogger: Sendable {
    /// Writes a request, a response or a pause.
    func debug(_ message: String)
    /// Writes a request without a response.
    func warn(_ message: String)
}

/// The hooks and the log of a client.
struct Watcher: Sendable {
    var onRequest: (@Sendable (RequestEvent) -> Void)?
    var onResponse: (@Sendable (ResponseEvent) -> Void)?
    var onWait: (@Sendable (WaitEvent) -> Void)?
    var logger: (any SendersLogger)?

    func begin(_ event: RequestEvent, bytes: Int, within limit: Duration) {
        let place = event.url.prefix { $0 != "?" }
        logger?.debug(
            "\(title(event.call, event.operation)): request \(event.attempt) \(event.method) \(place), \(bytes) bytes, "
                + "within \(limit.inMilliseconds) ms")
        onRequest?(event)
    }

    func end(_ event: ResponseEvent, bytes: Int) {
        let title = "\(title(event.call, event.operation)): request \(event.attempt)"
        if let failure = event.failure {
            logger?.warn("\(title): no answer, \(failure.kind.rawValue), sent: \(failure.sent.rawValue)")
        } else if let status = event.status {
            logger?.debug("\(title): status \(status), \(bytes) bytes")
        }
        onResponse?(event)
    }

    func wait(_ event: WaitEvent) {
        let line = "\(title(event.call, event.operation)): waiting \(event.delay.inMilliseconds) ms: \(event.reason.rawValue)"
        logger?.debug(line)
        onWait?(event)
    }

    private func title(_ call: Int, _ operation: String) -> String { "call \(call) \(operation)" }
}
