import Foundation
internal import SendersFFI

/// The parts that all calls of a client share.
struct Surroundings: Sendable {
    let transport: any HttpTransport
    let clock: any SendersClock
    let isClosed: Locked<Bool>
    let watcher: Watcher
    /// How many calls there were: each has the number after the one before.
    let calls = Locked(0)
}

/// The result of a step: a value on the way, or the end of the call.
enum Came {
    case page(SenderPage)
    case status(StatusChange)
    case sender(Sender)
    case ensured(Ensured)
    case deleted
    case listed
    case token(String)
    case result(Int, Ensured?, SendersError?)
    case ensuredAll
}

/// Obeys the machine of one call until it ends: the one loop of this package.
struct Driver: Sendable {
    let operation: SendersFFI.Operation
    let surroundings: Surroundings
    /// The name of the operation, and the number of the call.
    let name: String
    let number: Int

    /// Runs until there is a value or the end.
    func next() async throws -> Came {
        // The error of a transport that is no `TransportFailure`; it is reported with the error that it led to.
        var underlying: (any Error)?
        LastResponse.current?.claim(operation)
        while true {
            try Task.checkCancellation()
            switch try step(underlying) {
            case .send(let attempt, let request, let connectMs, let attemptMs):
                if isClosed {
                    // The machine knows what went out before this, and what that means.
                    try report(attempt, TransportFailure(.aborted, sent: .no, "the client was closed"))
                } else {
                    underlying = try await send(
                        attempt, HttpRequest(request, connectMs: connectMs, attemptMs: attemptMs))
                }
            case .wait(let delayMs, let reason):
                let event = WaitEvent(
                    call: number, operation: name, reason: WaitReason(reason), delay: Duration(milliseconds: delayMs))
                surroundings.watcher.wait(event)
                try await surroundings.clock.sleep(for: event.delay, reason: event.reason)
            case .page(let page): return .page(SenderPage(page))
            case .status(let change): return .status(StatusChange(change))
            case .doneSender(let sender): return .sender(Sender(sender))
            case .doneEnsured(let ensured): return try .ensured(Ensured(ensured))
            case .doneDeleted: return .deleted
            case .doneListed: return .listed
            case .token(let token): return .token(token)
            case .ensureResult(let index, let ensured, let failure):
                let error = failure.map { SendersError($0, underlying: underlying) }
                return try .result(Int(index), ensured.map(Ensured.init), error)
            case .doneEnsuredAll: return .ensuredAll
            case .inFlight:
                throw SendersError(
                    .misuse, "a request of this call is still out", nextStep: "go through a sequence in one task at a time")
            }
        }
    }

    private var isClosed: Bool { surroundings.isClosed.with { $0 } }

    private func step(_ underlying: (any Error)?) throws -> Step {
        do {
            return try typed(underlying: underlying) { try operation.step(now: moment()) }
        } catch var error as SendersError where error.kind == .cancelled && isClosed {
            // Its details about requests that went out before stay true.
            error.kind = .misuse
            throw error
        }
    }

    /// Sends a request and reports the result; returns an error that the report does not hold.
    private func send(_ attempt: UInt64, _ request: HttpRequest) async throws -> (any Error)? {
        let event = RequestEvent(
            call: number, operation: name, attempt: Int(attempt), method: request.method, url: request.url)
        surroundings.watcher.begin(event, bytes: request.body.count, within: request.attemptTimeout)
        if Task.isCancelled {
            // By a hook: nothing was sent yet.
            try report(attempt, TransportFailure(.aborted, sent: .no, "the task was cancelled"))
            throw CancellationError()
        }
        let start = surroundings.clock.monotonicMs()
        func ended(_ response: HttpResponse? = nil, id: String? = nil, _ failure: TransportFailure? = nil) {
            let end = surroundings.clock.monotonicMs()
            surroundings.watcher.end(
                ResponseEvent(
                    event, duration: Duration(milliseconds: end < start ? 0 : end - start),
                    status: response?.status, requestID: id, failure: failure),
                bytes: response?.body.count ?? 0)
        }
        func failed(_ failure: TransportFailure) throws {
            try report(attempt, failure)
            ended(nil, failure)
        }
        let response: HttpResponse
        do {
            response = try await race(request)
        } catch let failure as TransportFailure {
            try failed(failure)
            return nil
        } catch {
            // If the caller cancelled, nothing more is sent. A transport's own cancellation is the transport's failure, and so is an
            // error of another client that it used.
            try Task.checkCancellation()
            let kind: TransportFailure.Kind = error is CancellationError ? .aborted : .other
            try failed(TransportFailure(kind, sent: .unknown, error.localizedDescription))
            return error
        }
        guard response.body.count <= request.maxResponseBytes else {
            let text = "the body is larger than \(request.maxResponseBytes) bytes"
            try failed(TransportFailure(.responseTooLarge, sent: .yes, text, status: response.status))
            return nil
        }
        guard let status = UInt16(exactly: response.status), (100...999).contains(status) else {
            try failed(TransportFailure(.protocol, sent: .unknown, "the transport returned an invalid status"))
            return nil
        }
        let headers = response.headers.map { Header(name: $0.name, value: $0.value) }
        try typed {
            let last = try handOver(response.body)
            let id = try operation.onResponse(
                now: moment(), attempt: attempt, status: status, headers: headers, body: last)
            LastResponse.current?.take(operation, response, id)
            ended(response, id: id)
        }
        return nil
    }

    private func report(_ attempt: UInt64, _ failure: TransportFailure) throws {
        try typed {
            try operation.onFailure(
                now: moment(), attempt: attempt, kind: failure.kind.record, sent: failure.sent.record, text: failure.text,
                status: failure.status.flatMap(UInt16.init(exactly:)).flatMap { (100...999).contains($0) ? $0 : nil })
        }
    }

    /// Hands a body over in parts and returns its last part: all data is copied on its way to the native half.
    private func handOver(_ body: Data) throws -> Data {
        var rest = body[...]
        while rest.count > part {
            operation.onBody(part: rest.prefix(part), left: UInt64(rest.count - part))
            rest = rest.dropFirst(part)
        }
        return rest
    }

    /// The transport against the time of the attempt and the caller's patience. Who is late is cancelled, not waited for. A
    /// transport that keeps the time itself knows more, and has the grace to say so.
    private func race(_ request: HttpRequest) async throws -> HttpResponse {
        let (transport, clock) = (surroundings.transport, surroundings.clock)
        let race = Race<HttpResponse>()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                race.start(
                    continuation,
                    Task {
                        do {
                            try await race.end(.success(transport.send(request)))
                        } catch {
                            race.end(.failure(error))
                        }
                    },
                    Task {
                        guard (try? await clock.limit(request.attemptTimeout + grace)) != nil else { return }
                        let text = "no answer within \(request.attemptTimeout)"
                        race.end(.failure(TransportFailure(.timeout, sent: .unknown, text)))
                    }
                )
            }
        } onCancel: {
            race.end(.failure(CancellationError()))
        }
    }

    private func moment() -> Moment {
        Moment(monotonicMs: surroundings.clock.monotonicMs(), unixMs: surroundings.clock.unixMs())
    }
}

/// How much longer than its time an attempt is waited for: FoundationNetworking takes a while to say that it has cancelled one.
private let grace = Duration.seconds(1)

/// How many bytes of a body cross the border at a time.
private let part = 512 * 1024

/// Who is waited for, until the first end.
private final class Race<Value: Sendable>: Sendable {
    private enum State {
        case before
        case under(way: CheckedContinuation<Value, any Error>, [Task<Void, Never>])
        case ended(Result<Value, any Error>)
    }

    private let state = Locked(State.before)

    func start(_ continuation: CheckedContinuation<Value, any Error>, _ tasks: Task<Void, Never>...) {
        let result = state.with { state -> Result<Value, any Error>? in
            if case .ended(let result) = state { return result }
            state = .under(way: continuation, tasks)
            return nil
        }
        guard let result else { return }
        tasks.forEach { $0.cancel() }
        continuation.resume(with: result)
    }

    func end(_ result: Result<Value, any Error>) {
        let before = state.with { state in
            let before = state
            if case .ended = before { return before }
            state = .ended(result)
            return before
        }
        guard case .under(let continuation, let tasks) = before else { return }
        tasks.forEach { $0.cancel() }
        continuation.resume(with: result)
    }
}

extension HttpRequest {
    fileprivate init(_ record: Request, connectMs: UInt64, attemptMs: UInt64) {
        self.init(
            method: record.method,
            url: record.url,
            headers: record.headers.map { HttpHeader($0.name, $0.value) },
            body: record.body ?? Data(),
            attemptTimeout: Duration(milliseconds: attemptMs),
            connectTimeout: Duration(milliseconds: connectMs),
            maxResponseBytes: Int(clamping: record.maxResponseBytes)
        )
    }
}

extension WaitReason {
    fileprivate init(_ record: SendersFFI.WaitReason) {
        self =
            switch record {
            case .backoff: .backoff
            case .retryAfter: .retryAfter
            case .poll: .poll
            case .reconcile: .reconcile
            case .queue: .queue
            }
    }
}

extension TransportFailure.Kind {
    fileprivate var record: FailureKind {
        switch self {
        case .timeout: .timeout
        case .connect: .connect
        case .tls: .tls
        case .closed: .closed
        case .protocol: .protocol
        case .responseTooLarge: .responseTooLarge
        case .aborted: .aborted
        case .other: .other
        }
    }
}

extension TransportFailure.Sent {
    fileprivate var record: SendersFFI.Sent {
        switch self {
        case .no: .no
        case .unknown: .unknown
        case .yes: .yes
        }
    }
}
