import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The transport a client has unless it is given another: URLSession, without cache, cookies and stored credentials.
///
/// Redirects are not followed. A cancelled task closes its connection. Requests that only read share kept connections;
/// one that changes something goes out on a new connection, because on a kept one that the server has closed
/// URLSession sends again by itself.
///
/// URLSession does not say when it is connected. ``HttpRequest/connectTimeout`` is kept for requests with a body, whose bytes
/// are counted; for the others there is only the attempt's.
///
/// Whether a failed request was sent is counted too. Linux: the bytes of the body. Apple's systems: URLSession's metrics. That
/// half **has not been run** on Apple's systems.
///
/// URLSession does some things by itself, and there is no switch for them: it sends a request again that an HTTP/2 server
/// refused with `REFUSED_STREAM` (which promises that it was not processed); on Apple's systems it may send idempotent requests
/// again, and waits for a network if the configuration has `waitsForConnectivity`, which is switched off here.
public final class URLSessionTransport: HttpTransport, CustomReflectable {
    private struct State {
        var isClosed = false
        var sessions: [ObjectIdentifier: Session] = [:]
    }

    private let configuration: URLSessionConfiguration
    private let shared: Session
    private let state = Locked(State())

    /// A transport with its own connections, as many at a time as there are calls.
    public convenience init() {
        let configuration = URLSessionConfiguration.ephemeral
        // The default is 6: six calls without a response would hold up all others.
        configuration.httpMaximumConnectionsPerHost = 1024
        self.init(configuration: configuration)
    }

    /// A transport with its own connections.
    ///
    /// - Parameter configuration: such as one with a proxy. It is copied; its cache, cookies and credential storage are
    ///   not used. Its `httpMaximumConnectionsPerHost` (default 6) bounds how many reading calls run at a time.
    public init(configuration: URLSessionConfiguration) {
        let own = configuration.copy() as? URLSessionConfiguration ?? .ephemeral
        own.urlCache = nil
        own.requestCachePolicy = .reloadIgnoringLocalCacheData
        own.httpCookieStorage = nil
        own.httpShouldSetCookies = false
        own.httpCookieAcceptPolicy = .never
        own.urlCredentialStorage = nil
        #if !canImport(FoundationNetworking)
        own.waitsForConnectivity = false
        #endif
        self.configuration = own
        shared = Session(own)
        open(shared)
    }

    deinit {
        close()
    }

    /// No parts: a configuration may hold a proxy's password.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// Closes the connections and cancels the requests under way. Nothing can be sent any more.
    public func close() {
        let sessions = state.with { state in
            state.isClosed = true
            defer { state.sessions = [:] }
            return state.sessions.values
        }
        for session in sessions {
            session.invalidate()
        }
    }

    /// See ``HttpTransport/send(_:)``.
    public func send(_ request: HttpRequest) async throws -> HttpResponse {
        guard let url = URL(string: request.url), url.absoluteString == request.url else {
            throw TransportFailure(.other, sent: .no, "URLSession cannot send to this URL")
        }
        var outgoing = URLRequest(url: url)
        outgoing.httpMethod = request.method
        for header in request.headers {
            outgoing.setValue(header.value, forHTTPHeaderField: header.name)
        }
        if !request.body.isEmpty {
            outgoing.httpBody = request.body
        }
        // The client keeps the time. URLSession counts whole seconds, and only those in which nothing moves.
        outgoing.timeoutInterval = request.attemptTimeout.inSeconds.rounded(.up) + 5

        let reads = request.method == "GET"
        let session = reads ? shared : Session(configuration)
        guard reads ? !state.with(\.isClosed) : open(session) else {
            session.invalidate()
            throw TransportFailure(.aborted, sent: .no, "the transport is closed")
        }
        defer {
            if !reads {
                forget(session)
                session.invalidate()
            }
        }
        return try await session.run(outgoing, request)
    }

    /// Whether the session may be used; it is closed with the transport then.
    @discardableResult
    private func open(_ session: Session) -> Bool {
        state.with { state in
            if !state.isClosed {
                state.sessions[ObjectIdentifier(session)] = session
            }
            return !state.isClosed
        }
    }

    private func forget(_ session: Session) {
        _ = state.with { state in state.sessions.removeValue(forKey: ObjectIdentifier(session)) }
    }
}

extension Duration {
    /// The same as a number of seconds.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}

/// A URLSession, and what is under way in it by the number of its task.
private final class Session: NSObject, URLSessionDataDelegate, Sendable {
    private let exchanges = Locked<[Int: Exchange]>([:])
    /// Whether a connection of it may be kept, or may have been.
    private let wasConnected = Locked(false)
    private let session = Locked<URLSession?>(nil)

    init(_ configuration: URLSessionConfiguration) {
        super.init()
        let queue = OperationQueue()
        queue.maxConcurrentOperationCount = 1
        session.with { $0 = URLSession(configuration: configuration, delegate: self, delegateQueue: queue) }
    }

    func invalidate() {
        let session = session.with { session in
            defer { session = nil }
            return session
        }
        // On Linux kept connections are closed when the session is not used any more.
        session?.invalidateAndCancel()
    }

    func run(_ outgoing: URLRequest, _ request: HttpRequest) async throws -> HttpResponse {
        guard let task = session.with({ $0?.dataTask(with: outgoing) }) else {
            throw TransportFailure(.aborted, sent: .no, "the transport is closed")
        }
        let exchange = Exchange(task, request)
        exchanges.with { $0[task.taskIdentifier] = exchange }
        defer { _ = exchanges.with { $0.removeValue(forKey: task.taskIdentifier) } }
        return try await withTaskCancellationHandler {
            try await exchange.answer()
        } onCancel: {
            exchange.end(.failure(CancellationError()))
        }
    }

    private func exchange(of task: URLSessionTask) -> Exchange? {
        exchanges.with { $0[task.taskIdentifier] }
    }

    func urlSession(
        _: URLSession, task _: URLSessionTask, willPerformHTTPRedirection _: HTTPURLResponse, newRequest _: URLRequest,
        completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    func urlSession(
        _: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        wasConnected.with { $0 = true }
        exchange(of: dataTask)?.began(response)
        completionHandler(.allow)
    }

    func urlSession(_: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        exchange(of: dataTask)?.received(data)
    }

    func urlSession(
        _: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        #if canImport(FoundationNetworking)
        // Here it comes after the whole response, and the default is to wait without end. The task is cancelled first, so that
        // it no longer holds the connection when the next request comes.
        completionHandler(.cancelAuthenticationChallenge, nil)
        exchange(of: task)?.completed(nil, challenge.failureResponse, isFirst: false)
        #else
        completionHandler(.performDefaultHandling, nil)
        #endif
    }

    /// Comes before the end on Apple's systems. FoundationNetworking (6.0.3) has the name and never calls it.
    func urlSession(_: URLSession, task: URLSessionTask, didFinishCollecting metrics: URLSessionTaskMetrics) {
        let transactions = metrics.transactionMetrics
        guard !transactions.isEmpty else { return }
        exchange(of: task)?.measured(began: transactions.contains { $0.requestStartDate != nil })
    }

    func urlSession(_: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        exchange(of: task)?.completed(error, task.response, isFirst: !wasConnected.with { $0 })
    }
}

/// One request on its way, and what has come of it so far.
private final class Exchange: Sendable {
    private struct State {
        var body = Data()
        var response: HTTPURLResponse?
        /// Whether URLSession said that it began to send.
        var began: Bool?
        /// Which time ran out.
        var lateness: String?
        var waiting: CheckedContinuation<HttpResponse, any Error>?
        var result: Result<HttpResponse, any Error>?
    }

    private let task: URLSessionDataTask
    private let request: HttpRequest
    private let state = Locked(State())

    init(_ task: URLSessionDataTask, _ request: HttpRequest) {
        self.task = task
        self.request = request
    }

    func answer() async throws -> HttpResponse {
        let timers = [connectTimer(), attemptTimer()]
        defer { timers.forEach { $0?.cancel() } }
        return try await withCheckedThrowingContinuation { continuation in
            let result = state.with { state in
                if state.result == nil {
                    state.waiting = continuation
                }
                return state.result
            }
            if let result {
                continuation.resume(with: result)
            } else {
                task.resume()
            }
        }
    }

    /// Ends it; the connection is closed unless the response was read to its end. Only the first end counts.
    func end(_ result: Result<HttpResponse, any Error>) {
        let waiting = state.with { state in
            guard state.result == nil else { return nil as CheckedContinuation<HttpResponse, any Error>? }
            state.result = result
            defer { state.waiting = nil }
            return state.waiting
        }
        if case .failure = result {
            task.cancel()
        }
        waiting?.resume(with: result)
    }

    /// A request with a body whose body has not begun to go out is not connected yet.
    private func connectTimer() -> Task<Void, Never>? {
        guard !request.body.isEmpty, request.connectTimeout < request.attemptTimeout else { return nil }
        return Task { [self] in
            guard (try? await Task.sleep(for: request.connectTimeout)) != nil, task.countOfBytesSent == 0 else { return }
            // It may begin until the cancelled task has ended: what was sent is read there.
            state.with { $0.lateness = $0.lateness ?? "no connection within \(request.connectTimeout)" }
            task.cancel()
        }
    }

    private func attemptTimer() -> Task<Void, Never>? {
        Task { [self] in
            guard (try? await Task.sleep(for: request.attemptTimeout)) != nil else { return }
            let hasResponse = state.with { state in
                state.lateness = state.lateness ?? "no answer within \(request.attemptTimeout)"
                return state.response != nil
            }
            if hasResponse {
                end(decided() ?? .failure(transportFailure(URLError(.cancelled), false)))
            }
            // Nothing more is written once it is cancelled: what was sent is read when it has ended.
            task.cancel()
        }
    }

    func measured(began: Bool) {
        state.with { $0.began = began }
    }

    func began(_ response: URLResponse) {
        let length = response.expectedContentLength
        let isTooLarge = length > Int64(request.maxResponseBytes)
        state.with { state in
            state.response = response as? HTTPURLResponse
            if length > 0, !isTooLarge {
                state.body.reserveCapacity(Int(length))
            }
        }
        if isTooLarge {
            tooLarge()
        }
    }

    func received(_ data: Data) {
        let isTooLarge = state.with { state in
            guard state.result == nil else { return false }
            guard state.body.count + data.count <= request.maxResponseBytes else { return true }
            state.body.append(data)
            return false
        }
        if isTooLarge {
            tooLarge()
        }
    }

    func completed(_ error: (any Error)?, _ response: URLResponse?, isFirst: Bool) {
        if let error {
            let isProxys = isOfProxy(error, bodyBytesSent: task.countOfBytesSent)
            if isProxys {
                // Here the head of a proxy's refusal is returned as the server's.
                state.with { $0.response = nil }
            }
            return end(decided() ?? .failure(transportFailure(error, isFirst || isProxys)))
        }
        let (body, began) = state.with { ($0.body, $0.response) }
        guard let response = response as? HTTPURLResponse ?? began else {
            return end(.failure(TransportFailure(.protocol, sent: .unknown, "a response without a header")))
        }
        end(.success(HttpResponse(response, body)))
    }

    /// The response as far as it was read, where its status alone says what happened: no success, or one that has no body. A body
    /// that was cut, cannot be decoded or is too large takes nothing away from it.
    private func decided() -> Result<HttpResponse, any Error>? {
        let (body, response) = state.with { ($0.body, $0.response) }
        guard let response else { return nil }
        let needsBody = (200...299).contains(response.statusCode) && ![204, 205].contains(response.statusCode)
        return needsBody ? nil : .success(HttpResponse(response, body))
    }

    private func transportFailure(_ error: any Error, _ isFirst: Bool) -> TransportFailure {
        let (began, status, lateness) = state.with { ($0.began, $0.response?.statusCode, $0.lateness) }
        let progress = SendProgress(
            bodyBytesSent: request.body.isEmpty ? nil : task.countOfBytesSent, hasResponse: status != nil, isFirst: isFirst,
            began: began)
        var failed = failure(of: error, progress)
        if let lateness, (error as? URLError)?.code == .cancelled {
            failed = TransportFailure(.timeout, sent: progress.isUnsent ? .no : .unknown, lateness)
        }
        // Before anything was sent it is the status of a proxy's tunnel, which FoundationNetworking returns too.
        failed.status = (progress.bodyBytesSent ?? 0) > 0 ? status : nil
        return failed
    }

    private func tooLarge() {
        let text = "the body is larger than \(request.maxResponseBytes) bytes"
        let status = state.with { $0.response?.statusCode }
        end(decided() ?? .failure(TransportFailure(.responseTooLarge, sent: .yes, text, status: status)))
        task.cancel()
    }
}

extension HttpResponse {
    fileprivate init(_ response: HTTPURLResponse, _ body: Data) {
        let headers = response.allHeaderFields.compactMap { name, value in
            (name as? String).map { HttpHeader($0, "\(value)") }
        }
        self.init(status: response.statusCode, headers: headers, body: body)
    }
}
