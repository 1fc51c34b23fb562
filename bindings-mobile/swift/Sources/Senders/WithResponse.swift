import Foundation
internal import SendersFFI

/// The value of a call with its last response. It prints neither the value nor the headers, which may hold secrets of a proxy.
public struct WithResponse<Value: Sendable>: Sendable {
    /// The value.
    public let data: Value
    /// The HTTP status.
    public let status: Int
    /// The headers, in order.
    public let headers: [HttpHeader]
    /// The id of the request, for Twilio's support.
    public let requestID: String?
}

extension WithResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The status and the request id.
    public var description: String { "WithResponse(\(status), \(requestID.map(shown) ?? "no request id"))" }
    /// The same.
    public var debugDescription: String { description }
    /// No parts.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The calls of a client, each with the status, the headers and the request id of its last response:
/// `try await client.withResponse.fetch(sid).requestID`.
///
/// They take the arguments of the functions of the same names, and throw the same errors.
public struct CallsWithResponse: Sendable {
    let client: Senders

    /// See ``Senders/create(_:friendlyName:configuration:webhook:profile:options:)``.
    public func create(
        _ senderID: String, friendlyName: Field<String> = .untouched,
        configuration: Field<ConfigurationFields> = .untouched, webhook: Field<WebhookFields> = .untouched,
        profile: Field<ProfileFields> = .untouched, options: CallOptions = CallOptions()
    ) async throws -> WithResponse<Sender> {
        try await capture {
            try await client.create(
                senderID, friendlyName: friendlyName, configuration: configuration, webhook: webhook, profile: profile,
                options: options)
        }
    }

    /// See ``Senders/fetch(_:options:)``.
    public func fetch(_ sid: String, options: CallOptions = CallOptions()) async throws -> WithResponse<Sender> {
        try await capture { try await client.fetch(sid, options: options) }
    }

    /// See ``Senders/update(_:friendlyName:configuration:webhook:profile:options:)``.
    public func update(
        _ sid: String, friendlyName: Field<String> = .untouched,
        configuration: Field<ConfigurationFields> = .untouched, webhook: Field<WebhookFields> = .untouched,
        profile: Field<ProfileFields> = .untouched, options: CallOptions = CallOptions()
    ) async throws -> WithResponse<Sender> {
        try await capture {
            try await client.update(
                sid, friendlyName: friendlyName, configuration: configuration, webhook: webhook, profile: profile,
                options: options)
        }
    }

    /// See ``Senders/verify(_:code:options:)``.
    public func verify(_ sid: String, code: String, options: CallOptions = CallOptions()) async throws -> WithResponse<Sender> {
        try await capture { try await client.verify(sid, code: code, options: options) }
    }

    /// See ``Senders/delete(_:missingOK:options:)``.
    public func delete(
        _ sid: String, missingOK: Bool = false, options: CallOptions = CallOptions()
    ) async throws -> WithResponse<Void> {
        try await capture { try await client.delete(sid, missingOK: missingOK, options: options) }
    }

    /// See ``Senders/waitUntilOnline(_:token:timeout:waitForVerification:options:onStatus:)``.
    public func waitUntilOnline(
        _ sid: String? = nil, token: String? = nil, timeout: Duration? = nil, waitForVerification: Bool = false,
        options: CallOptions = CallOptions(), onStatus: (@Sendable (StatusChange) async throws -> Void)? = nil
    ) async throws -> WithResponse<Sender> {
        try await capture {
            try await client.waitUntilOnline(
                sid, token: token, timeout: timeout, waitForVerification: waitForVerification, options: options,
                onStatus: onStatus)
        }
    }

    /// See ``Senders/ensure(_:friendlyName:configuration:webhook:profile:token:options:onToken:)``.
    public func ensure(
        _ senderID: String, friendlyName: Field<String> = .untouched,
        configuration: Field<ConfigurationFields> = .untouched, webhook: Field<WebhookFields> = .untouched,
        profile: Field<ProfileFields> = .untouched, token: String? = nil, options: CallOptions = CallOptions(),
        onToken: (@Sendable (String) async throws -> Void)? = nil
    ) async throws -> WithResponse<Ensured> {
        try await capture {
            try await client.ensure(
                senderID, friendlyName: friendlyName, configuration: configuration, webhook: webhook, profile: profile,
                token: token, options: options, onToken: onToken)
        }
    }

    private func capture<Value>(_ call: () async throws -> Value) async throws -> WithResponse<Value> {
        let last = LastResponse()
        let data = try await LastResponse.$current.withValue(last) { try await call() }
        guard let (response, id) = last.taken else { throw unexpected }
        return WithResponse(data: data, status: response.status, headers: response.headers, requestID: id)
    }
}

/// The last response of the first call in a task: calls that its callbacks make are other calls.
final class LastResponse: Sendable {
    @TaskLocal static var current: LastResponse?

    private let state = Locked<(call: ObjectIdentifier?, response: HttpResponse?, id: String?)>((nil, nil, nil))

    /// The response without its body, with the id of its request.
    var taken: (HttpResponse, String?)? {
        state.with { state in state.response.map { ($0, state.id) } }
    }

    /// Makes it that of this call, unless it is another's: a call begins before any of its callbacks is called.
    func claim(_ call: SendersFFI.Operation) {
        state.with { state in state.call = state.call ?? ObjectIdentifier(call) }
    }

    func take(_ call: SendersFFI.Operation, _ response: HttpResponse, _ id: String?) {
        state.with { state in
            guard state.call == ObjectIdentifier(call) else { return }
            state = (state.call, HttpResponse(status: response.status, headers: response.headers, body: .init()), id)
        }
    }
}
