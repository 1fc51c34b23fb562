import Foundation
internal import SendersFFI

/// The error for every failure of this package, except for a cancelled task, which throws `CancellationError`.
///
/// ``message`` is one line: what happened, whether it was sent, whether it is safe to repeat, what to do next. It holds no
/// secret and no whole phone number.
///
/// ```swift
/// do {
///     try await client.verify(sid, code: code)
/// } catch let error as SendersError where error.kind == .rateLimited {
///     try await Task.sleep(for: error.retryAfter ?? .seconds(60))
/// }
/// ```
public struct SendersError: Error, Sendable {
    /// The kind.
    public internal(set) var kind: Kind
    /// One line: what happened, whether it was sent, whether it is safe to repeat, what to do next.
    public let message: String
    /// The HTTP status, if there was a response.
    public let status: Int?
    /// Twilio's error code: of the response, or of the first reason a sender is offline.
    public let code: Int?
    /// A link to more about it.
    public let moreInfo: String?
    /// The id of the failed request, to be named to Twilio's support.
    public let requestID: String?
    /// How long the server asked to be left alone.
    public let retryAfter: Duration?
    /// Whether repeating the same call is safe and may succeed.
    public let isRetryable: Bool
    /// Whether the server may have carried the call out: false only when it surely did not.
    public let mayHaveExecuted: Bool
    /// How many requests were sent, or tried to be sent.
    public let attempts: Int
    /// The next step.
    public let nextStep: String
    /// The argument at fault, such as `profile.emails[0].email`.
    public let field: String?
    /// The sender the call was about, by SID.
    public let sid: String?
    /// The sender the call was about, by what it is addressed by, in full.
    public let senderID: String?
    /// The sender as it was last seen.
    public let sender: Sender?
    /// The statuses a wait has seen, in order.
    public let statuses: [Status]
    /// Takes a wait up again: `client.waitUntilOnline(token: token)`.
    public let resumeToken: String?
    /// The body of the response as it was received. It may hold phone numbers.
    public let body: Data?
    /// When the first request of the call was sent.
    public let startedAt: Date?
    /// When the last attempt ended.
    public let endedAt: Date?
    /// The error that the transport threw, if it was no ``TransportFailure``.
    public let underlying: (any Error)?

    init(_ details: Details, underlying: (any Error)? = nil) {
        kind = Kind(rawValue: details.kind) ?? .internal
        message = details.text
        status = details.status.map(Int.init)
        code = details.code.map(Int.init)
        moreInfo = details.moreInfo
        requestID = details.requestId
        retryAfter = details.retryAfterMs.map(Duration.init(milliseconds:))
        isRetryable = details.retryable
        mayHaveExecuted = details.mayHaveExecuted
        attempts = Int(details.attempts)
        nextStep = details.nextStep
        field = details.field
        sid = details.sid
        senderID = details.senderId
        sender = details.sender.map(Sender.init)
        statuses = details.statuses.map(Status.init(rawValue:))
        resumeToken = details.resumeToken
        body = details.body
        startedAt = details.startedUnixMs.map(Date.init(unixMs:))
        endedAt = details.endedUnixMs.map(Date.init(unixMs:))
        self.underlying = underlying
    }

    /// A mistake that was found on this side of the border: nothing was sent.
    init(_ kind: Kind, _ message: String, field: String? = nil, nextStep: String = "fix the argument and try again") {
        self.kind = kind
        self.message = message
        self.nextStep = nextStep
        self.field = field
        (status, code, moreInfo, requestID, retryAfter) = (nil, nil, nil, nil, nil)
        (isRetryable, mayHaveExecuted, attempts, statuses) = (false, false, 0, [])
        (sid, senderID, sender, resumeToken, body) = (nil, nil, nil, nil, nil)
        (startedAt, endedAt, underlying) = (nil, nil, nil)
    }

    static let closed = SendersError(
        .misuse, "this client is closed; nothing was sent; make a new one", nextStep: "make a new one")
}

/// A wrong argument: `rule` begins with `must`.
func argumentError(_ field: String, _ rule: String) -> SendersError {
    SendersError(.invalidArgument, "\(field) \(rule)", field: field)
}

extension SendersError: LocalizedError, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The message.
    public var errorDescription: String? { message }
    /// The next step.
    public var recoverySuggestion: String? { nextStep }
    /// The kind and the message.
    public var description: String { "SendersError(\(kind.rawValue)): \(message)" }
    /// The same.
    public var debugDescription: String { description }
    /// The parts that a log may show.
    public var customMirror: Mirror {
        Mirror(self, children: ["kind": kind.rawValue, "message": message, "status": status as Any, "code": code as Any])
    }
}

/// Done once, before anything crosses the border: errors name arguments as Swift does.
let spelling: Void = spellNamesAsSwift()

/// Runs what crosses the border; what it throws becomes an error of this package.
func typed<Result>(underlying: (any Error)? = nil, _ work: () throws -> Result) throws -> Result {
    _ = spelling
    do {
        return try work()
    } catch Failure.Failed(let details) {
        throw SendersError(details, underlying: underlying)
    } catch {
        // A panic that was not caught on the other side, or generated code that does not fit the library.
        throw SendersError(
            .internal, "a bug of this library: \(error)",
            nextStep: "report it as a bug of this library; the next call works again")
    }
}

extension Duration {
    init(milliseconds: UInt64) {
        self = .milliseconds(Int64(clamping: milliseconds))
    }

    /// Whole milliseconds, rounded up: the shortest time is not none at all.
    var inMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        if overflow {
            return seconds < 0 ? .min : .max
        }
        let (sum, isTooLong) = whole.addingReportingOverflow(Int64((Double(attoseconds) / 1e15).rounded(.up)))
        return isTooLong ? .max : sum
    }
}

extension Date {
    init(unixMs: UInt64) {
        self.init(timeIntervalSince1970: Double(unixMs) / 1000)
    }
}
