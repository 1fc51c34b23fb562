internal import SendersFFI

/// The options of one call, each in place of its client's.
public struct CallOptions: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// How long an attempt may take, up to 10 minutes.
    public var timeout: Duration?
    /// How long the call may take with all its attempts and waits, up to an hour.
    public var totalTimeout: Duration?
    /// Attempts after the first, 0 to 10.
    public var maxRetries: Int?
    /// More headers, such as `traceparent`. Those the library sets itself cannot be replaced.
    public var headers: [String: String]

    /// Makes options; for each that is nil, the client's applies.
    public init(
        timeout: Duration? = nil, totalTimeout: Duration? = nil, maxRetries: Int? = nil, headers: [String: String] = [:]
    ) {
        self.timeout = timeout
        self.totalTimeout = totalTimeout
        self.maxRetries = maxRetries
        self.headers = headers
    }

    /// The options; of the headers their names.
    public var description: String {
        let names = headers.keys.sorted().joined(separator: ", ")
        return "CallOptions(timeout: \(timeout as Any), totalTimeout: \(totalTimeout as Any), maxRetries: \(maxRetries as Any), "
            + "headers: [\(names)])"
    }
    /// The same.
    public var debugDescription: String { description }
    /// No parts: the values of headers may be credentials.
    public var customMirror: Mirror { Mirror(self, children: []) }

    var record: SendersFFI.CallOptions {
        .init(
            timeoutMs: timeout?.inMilliseconds, totalTimeoutMs: totalTimeout?.inMilliseconds,
            maxRetries: maxRetries.map(Int64.init),
            headers: headers.sorted { $0.key < $1.key }.map { Header(name: $0.key, value: $0.value) })
    }
}
