import Foundation

/// Sends one request and returns its whole response.
///
/// The default is ``URLSessionTransport``. A transport of one's own serves tests, proxies that want more than a URL, and
/// other HTTP stacks:
///
/// ```swift
/// struct Fake: HttpTransport {
///     func send(_ request: HttpRequest) async throws -> HttpResponse {
///         HttpResponse(status: 200, body: Data(#"{"sid":"XE…","status":"ONLINE"}"#.utf8))
///     }
/// }
/// let client = try Senders(accountSid: sid, authToken: token, transport: Fake())
/// ```
public protocol HttpTransport: Sendable {
    /// Sends a request as it is: no redirects, no retries, no changes; returns the response whatever its status.
    ///
    /// An HTTP stack may send a request again by itself, on a kept connection that was cut or a refused HTTP/2 stream. Switch
    /// that off for anything but GET, or give such a request a new connection: a create that is sent twice makes two
    /// senders. ``TransportFailure/Sent/no`` is for what your stack counted, not for what an error is called.
    ///
    /// The client keeps ``HttpRequest/attemptTimeout`` itself: it cancels the task this runs in, as it does when its
    /// caller cancels, and does not wait for a transport that ignores the cancellation.
    ///
    /// - Throws: a ``TransportFailure``, or any error, which counts as one that leaves open what the server did.
    func send(_ request: HttpRequest) async throws -> HttpResponse
}

/// A line of the header. Its description shows the name only: a value may be a credential.
public struct HttpHeader: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name; upper and lower case are the same.
    public var name: String
    /// The value.
    public var value: String

    /// A line of these parts.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// The name.
    public var description: String { "\(name): ***" }
    /// The name.
    public var debugDescription: String { description }
    /// The name.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}

/// A request to be sent. Its description shows neither its header, which holds credentials, nor its body.
public struct HttpRequest: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The method.
    public let method: String
    /// The whole URL, in ASCII; to be sent byte for byte.
    public let url: String
    /// Every header but `Host` and `Content-Length`.
    public let headers: [HttpHeader]
    /// The body; empty if there is none.
    public let body: Data
    /// For the whole attempt, from looking up the name to the last byte of the body.
    public let attemptTimeout: Duration
    /// For looking up the name, connecting and TLS together.
    public let connectTimeout: Duration
    /// The most bytes the body of the response may have.
    public let maxResponseBytes: Int

    /// A request of these parts, for trying a transport out.
    public init(
        method: String, url: String, headers: [HttpHeader] = [], body: Data = Data(),
        attemptTimeout: Duration = .seconds(30), connectTimeout: Duration = .seconds(5), maxResponseBytes: Int = 10 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.attemptTimeout = attemptTimeout
        self.connectTimeout = connectTimeout
        self.maxResponseBytes = maxResponseBytes
    }

    /// The method and the URL.
    public var description: String { "\(method) \(url)" }
    /// The method and the URL.
    public var debugDescription: String { description }
    /// No parts: they hold secrets.
    public var customMirror: Mirror { Mirror(self, children: ["method": method, "url": url]) }
}

/// An answer, whole. Its description shows its status and size only.
public struct HttpResponse: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The status.
    public var status: Int
    /// The header lines.
    public var headers: [HttpHeader]
    /// The body; empty if there is none.
    public var body: Data

    /// An answer of these parts.
    public init(status: Int, headers: [HttpHeader] = [], body: Data = Data()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The status and the size.
    public var description: String { "\(status), \(body.count) bytes" }
    /// The status and the size.
    public var debugDescription: String { description }
    /// No parts: they hold phone numbers.
    public var customMirror: Mirror { Mirror(self, children: ["status": status, "bytes": body.count]) }
}

/// The error of a transport without a response: what went wrong, and whether the request was sent.
public struct TransportFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of a failure below HTTP.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// One of the two timeouts ran out.
        case timeout
        /// The name could not be looked up, or the connection was not accepted, or a proxy refused it.
        case connect
        /// TLS failed: a certificate that is not trusted, a protocol that neither side shares.
        case tls
        /// The connection ended before the response did.
        case closed
        /// The response is not HTTP.
        case `protocol`
        /// The body is larger than ``HttpRequest/maxResponseBytes``.
        case responseTooLarge = "response_too_large"
        /// The transport gave the attempt up.
        case aborted
        /// Anything else.
        case other
    }

    /// Whether a failed request had gone out.
    public enum Sent: String, Hashable, Sendable, CaseIterable {
        /// No byte of it was written: the server cannot have acted.
        case no
        /// Some of it may have been written.
        case unknown
        /// All of it was written; the response did not come whole.
        case yes
    }

    /// The kind of the failure.
    public var kind: Kind
    /// Whether the request had gone out: ``Sent/no`` only when no byte of it was written.
    public var sent: Sent
    /// The text for people; no secrets.
    public var text: String
    /// The status of the response, if its head was read and its body did not come whole.
    public var status: Int?

    /// A failure of these parts.
    public init(_ kind: Kind, sent: Sent, _ text: String, status: Int? = nil) {
        self.kind = kind
        self.sent = sent
        self.text = text
        self.status = status
    }

    /// All parts.
    public var description: String {
        "\(kind.rawValue) (sent: \(sent.rawValue)): \(text)" + (status.map { ", after status \($0)" } ?? "")
    }
}
