import Foundation
internal import SendersFFI

/// The client of one account: create, fetch, list, update, verify, delete, wait until online, ensure one or many.
///
/// ```swift
/// let client = try Senders(accountSid: sid, authToken: token)
/// let sender = try await client.create("whatsapp:+15017122661", profile: .init(name: "Example"))
/// try await client.waitUntilOnline(sender.sid) { change in print(change.status) }
/// ```
///
/// Tasks may share it. It sends the same requests and reads responses in the same way in every language of this library.
/// Cancelling the task of a call closes its connection, and the call throws `CancellationError`.
public final class Senders: Sendable {
    private let client: Client
    private let surroundings: Surroundings
    /// The transport it made itself, which is closed with it.
    private let own: URLSessionTransport?
    private let credentials: String

    /// Makes a client of the options that are given.
    init(
        options: [ClientOption], seed: UInt64?, transport: (any HttpTransport)?, clock: (any SendersClock)?,
        onRequest: (@Sendable (RequestEvent) -> Void)?, onResponse: (@Sendable (ResponseEvent) -> Void)?,
        onWait: (@Sendable (WaitEvent) -> Void)?, logger: (any SendersLogger)?
    ) throws {
        client = try typed {
            try Client(
                options: options, environment: variables(of: ProcessInfo.processInfo.environment),
                product: "senders-swift/\(coreVersion())", seed: seed ?? .random(in: 0 ... .max))
        }
        credentials = client.credentials()
        let own = transport == nil ? URLSessionTransport() : nil
        self.own = own
        surroundings = Surroundings(
            transport: transport ?? own ?? URLSessionTransport(),
            clock: clock ?? SystemClock(),
            isClosed: Locked(false),
            watcher: Watcher(onRequest: onRequest, onResponse: onResponse, onWait: onWait, logger: logger)
        )
    }

    /// Closes the connections and sends nothing more. Calls under way fail, those that pause at the end of their pause, and so
    /// does every later one, with ``SendersError/Kind/misuse``; one whose request had gone out fails as after any other end of
    /// its connection, and ``SendersError/mayHaveExecuted`` says so. A transport that was given is left alone: a response
    /// that it still returns counts.
    public func close() {
        surroundings.isClosed.with { $0 = true }
        own?.close()
    }

    /// Where its requests go: scheme, host and port.
    public var origin: String { client.origin() }

    /// Registers a number or an agent.
    ///
    /// The response only says that the request was accepted: go on with
    /// ``waitUntilOnline(_:token:timeout:waitForVerification:options:onStatus:)``. A WhatsApp sender needs `profile.name`.
    /// It is never repeated when the server may have acted; then an error of kind ``SendersError/Kind/outcomeUnknown`` says
    /// so. To register a number once and only once use
    /// ``ensure(_:friendlyName:configuration:webhook:profile:token:options:onToken:)``.
    ///
    /// - Parameter senderID: `whatsapp:` and a number in E.164 form, or `rcs:` and an agent.
    @discardableResult
    public func create(
        _ senderID: String, friendlyName: Field<String> = .untouched,
        configuration: Field<ConfigurationFields> = .untouched, webhook: Field<WebhookFields> = .untouched,
        profile: Field<ProfileFields> = .untouched, options: CallOptions = CallOptions()
    ) async throws -> Sender {
        let fields = try Sections(
            friendlyName: friendlyName, configuration: configuration, webhook: webhook, profile: profile
        ).json
        return try await sender("create") { try self.client.create(senderId: senderID, fields: fields, options: options.record) }
    }

    /// Finds the sender of this id, or creates it if there is none; safe to call again and again.
    ///
    /// A sender that was there is not changed: ``Ensured/differences`` names the fields of the request that it does not
    /// have. Two processes at the same time need a lock of yours, or rely on the server to refuse the second create.
    ///
    /// - Parameters:
    ///   - token: The token of a call that did not end because its process was killed: the number is looked for during
    ///     twelve seconds before it is created.
    ///   - onToken: Called once, before anything is sent, with a small text to store where it survives the process.
    ///     Remove it when the call has ended.
    @discardableResult
    public func ensure(
        _ senderID: String, friendlyName: Field<String> = .untouched,
        configuration: Field<ConfigurationFields> = .untouched, webhook: Field<WebhookFields> = .untouched,
        profile: Field<ProfileFields> = .untouched, token: String? = nil, options: CallOptions = CallOptions(),
        onToken: (@Sendable (String) async throws -> Void)? = nil
    ) async throws -> Ensured {
        let fields = try Sections(
            friendlyName: friendlyName, configuration: configuration, webhook: webhook, profile: profile
        ).json
        let call = try begin("ensure") {
            try client.ensure(senderId: senderID, fields: fields, token: token, options: options.record)
        }
        while true {
            switch try await call.next() {
            case .token(let token): try await onToken?(token)
            case .ensured(let ensured): return ensured
            default: throw unexpected
            }
        }
    }

    /// `ensure` for many numbers, at most 10,000: one listing serves them all.
    ///
    /// The results are returned in the order of the senders: the error of one number harms no other. Creates are sent one
    /// after the other; after one that is refused for its credentials, or with 429 until the attempts ran out, no further one is
    /// sent. A `totalTimeout` bounds all of it, by default an hour.
    ///
    /// It throws what a callback throws, and ``SendersError/Kind/invalidArgument`` with the sender in the
    /// ``SendersError/field``: `senders[3].profile.name`. Then, and when the task is cancelled, nothing more is sent.
    ///
    /// - Parameters:
    ///   - senders: The arguments of `create`, for each.
    ///   - token: As of `ensure`, one for all numbers; a token also serves for fewer of them.
    ///   - options: The options of this call, each in place of the client's.
    ///   - onToken: As of `ensure`.
    ///   - onResult: Called with each result as soon as it is known.
    @discardableResult
    public func ensureAll(
        _ senders: [CreateRequest], token: String? = nil, options: CallOptions = CallOptions(),
        onToken: (@Sendable (String) async throws -> Void)? = nil,
        onResult: (@Sendable (EnsureResult) async throws -> Void)? = nil
    ) async throws -> [EnsureResult] {
        let requests = try senders.map { try $0.record }
        let call = try begin("ensureAll") { try client.ensureAll(senders: requests, token: token, options: options.record) }
        var results = [EnsureResult?](repeating: nil, count: senders.count)
        while true {
            switch try await call.next() {
            case .token(let token): try await onToken?(token)
            case .result(let index, let ensured, let error):
                let result = EnsureResult(senderID: senders[index].senderID, ensured: ensured, error: error)
                results[index] = result
                try await onResult?(result)
            case .ensuredAll: return results.compactMap(\.self)
            default: throw unexpected
            }
        }
    }

    /// Looks at one sender.
    public func fetch(_ sid: String, options: CallOptions = CallOptions()) async throws -> Sender {
        try await sender("fetch") { try self.client.fetch(sid: sid, options: options.record) }
    }

    /// Lists senders, lazily: `for try await sender in client.list()`, or page by page with ``SenderList/pages``.
    ///
    /// - Parameters:
    ///   - channel: WhatsApp or RCS.
    ///   - pageSize: Senders a page, 1 to 1000. Default 1000, or the limit if that is smaller.
    ///   - limit: The most senders to list. Default: all.
    ///   - token: The ``SenderPage/nextToken`` of a page to go on after; channel and page size are then that listing's.
    ///   - options: The options of this call, each in place of the client's.
    public func list(
        channel: Channel = .whatsapp, pageSize: Int? = nil, limit: Int? = nil, token: String? = nil,
        options: CallOptions = CallOptions()
    ) -> SenderList {
        let request = ListRequest(
            channel: channel.rawValue, pageSize: pageSize.map(Int64.init), limit: limit.map(Int64.init), token: token)
        return SenderList(pages: SenderPages { [self] in
            try begin("list") { try client.list(request: request, options: options.record) }
        })
    }

    /// Changes the fields that are given and no others: `.null` is null.
    ///
    /// The response only repeats the sections that were sent; others may be nil in it. A section that was read can be sent back, changed
    /// or as it is: `update(sid, profile: .init(sender.profile))`, see ``ProfileFields/init(_:)``.
    @discardableResult
    public func update(
        _ sid: String, friendlyName: Field<String> = .untouched,
        configuration: Field<ConfigurationFields> = .untouched, webhook: Field<WebhookFields> = .untouched,
        profile: Field<ProfileFields> = .untouched, options: CallOptions = CallOptions()
    ) async throws -> Sender {
        let fields = try Sections(
            friendlyName: friendlyName, configuration: configuration, webhook: webhook, profile: profile
        ).json
        return try await sender("update") { try self.client.update(sid: sid, fields: fields, options: options.record) }
    }

    /// Gives the code that was sent to the number by text message or call. Then wait until it is online again.
    @discardableResult
    public func verify(_ sid: String, code: String, options: CallOptions = CallOptions()) async throws -> Sender {
        try await sender("verify") { try self.client.verify(sid: sid, code: code, options: options.record) }
    }

    /// Deletes a sender.
    ///
    /// Before you register the number again, turn two-factor authentication off for it in WhatsApp Manager
    /// (Twilio's Senders API page).
    ///
    /// - Parameter missingOK: Whether a sender that is not there counts as deleted.
    public func delete(_ sid: String, missingOK: Bool = false, options: CallOptions = CallOptions()) async throws {
        let call = try begin("delete") { try client.delete(sid: sid, missingOk: missingOK, options: options.record) }
        guard case .deleted = try await call.next() else { throw unexpected }
    }

    /// Looks at a sender until it is online, first at once, then after 2 seconds and ever more slowly, up to 30.
    ///
    /// It throws an error of kind ``SendersError/Kind/verificationRequired`` when the sender needs a code,
    /// ``SendersError/Kind/registrationFailed`` when it is offline with reasons, and ``SendersError/Kind/waitTimeout``.
    ///
    /// With a token it takes an earlier wait up again: that of a status up to the same moment, that of an error with its
    /// whole time again, since the time a person takes does not count.
    ///
    /// - Parameters:
    ///   - sid: The sender. With a token it may be left out; a token of another sender is an error.
    ///   - token: A ``StatusChange/token`` or a ``SendersError/resumeToken``.
    ///   - timeout: How long to wait at most, up to 30 days; zero looks once. Default ten minutes, or the token's time.
    ///   - waitForVerification: Whether to go on while the sender needs a code, because another person gives it. A token of
    ///     such a wait goes on so.
    ///   - options: The options of each look, each in place of the client's.
    ///   - onStatus: Called with each change of status, and waited for.
    @discardableResult
    public func waitUntilOnline(
        _ sid: String? = nil, token: String? = nil, timeout: Duration? = nil, waitForVerification: Bool = false,
        options: CallOptions = CallOptions(), onStatus: (@Sendable (StatusChange) async throws -> Void)? = nil
    ) async throws -> Sender {
        let changes = statuses(
            of: sid, token: token, timeout: timeout, waitForVerification: waitForVerification, options: options)
        return try await waitUntilOnline(changes, onStatus)
    }

    /// The statuses of a sender as a sequence, each change once, which ends when it is online. See
    /// ``waitUntilOnline(_:token:timeout:waitForVerification:options:onStatus:)`` for its parameters and what it throws.
    public func statuses(
        of sid: String? = nil, token: String? = nil, timeout: Duration? = nil, waitForVerification: Bool = false,
        options: CallOptions = CallOptions()
    ) -> StatusChanges {
        let request = WaitRequest(
            sid: sid, timeoutMs: timeout?.inMilliseconds, waitForVerification: waitForVerification, token: token)
        return StatusChanges { [self] in
            try begin("waitUntilOnline") { try client.waitUntilOnline(request: request, options: options.record) }
        }
    }

    private func waitUntilOnline(
        _ statuses: StatusChanges, _ onStatus: (@Sendable (StatusChange) async throws -> Void)?
    ) async throws -> Sender {
        var iterator = statuses.makeAsyncIterator()
        while let change = try await iterator.next() {
            try await onStatus?(change)
        }
        guard let sender = iterator.online else { throw unexpected }
        return sender
    }

    private func sender(_ name: String, _ make: () throws -> SendersFFI.Operation) async throws -> Sender {
        guard case .sender(let sender) = try await begin(name, make).next() else { throw unexpected }
        return sender
    }

    /// The same calls, each with the status, the headers and the request id of its last response.
    public var withResponse: CallsWithResponse { CallsWithResponse(client: self) }

    private func begin(_ name: String, _ make: () throws -> SendersFFI.Operation) throws -> Driver {
        if surroundings.isClosed.with({ $0 }) {
            throw SendersError.closed
        }
        let operation = try typed(make)
        let number = surroundings.calls.with { calls in
            calls += 1
            return calls
        }
        return Driver(operation: operation, surroundings: surroundings, name: name, number: number)
    }
}

/// The error for a step that no machine takes.
let unexpected = SendersError(.internal, "a bug of this library: a call ended as another", nextStep: "report it")

/// Shows where it goes and how it says who it is: no credentials.
extension Senders: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Where it goes and how it says who it is.
    public var description: String { "Senders(\(origin), credentials: \(credentials))" }
    /// The same.
    public var debugDescription: String { description }
    /// No parts.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Returns those variables of the environment that complete a client's options.
func variables(of environment: [String: String]) -> [String: String] {
    environment.filter { environmentVariables().contains($0.key) }
}

/// Returns an option as the core takes it; nil if it is not given.
func option(_ name: String, _ value: String?) -> ClientOption? { value.map { ClientOption(name: name, value: .text(value: $0)) } }

func option(_ name: String, _ value: Bool) -> ClientOption? { ClientOption(name: name, value: .flag(value: value)) }

func option(_ name: String, _ value: Int64?) -> ClientOption? { value.map { ClientOption(name: name, value: .number(value: $0)) } }
