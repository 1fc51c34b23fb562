import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif
import Testing

@testable import Senders

#if canImport(Glibc)
import Glibc

/// The error of a create that failed, at each point of its way: how often it was sent, whether the server may have acted.
@Suite(.serialized) struct SentTests {
    private let number = "whatsapp:+15017122661"

    private func create(
        at baseURL: String, connectTimeout: Duration? = nil, timeout: Duration? = nil, large: Bool = false
    ) async throws -> SendersError {
        let client = try Senders(
            accountSid: account, authToken: zeros, baseURL: baseURL, timeout: timeout, connectTimeout: connectTimeout,
            transport: URLSessionTransport(), clock: Impatient())
        let about = String(repeating: "x", count: large ? 512 << 10 : 10)
        return await failure { try await client.create(number, profile: .init(name: "N", about: .value(about))) }
    }

    private func expectUnknown(_ error: SendersError, _ note: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(
            error.kind == .outcomeUnknown && error.mayHaveExecuted && !error.isRetryable && error.attempts == 1,
            "\(note): \(error.attempts) \(error)", sourceLocation: sourceLocation)
    }

    private func expectUnsent(
        _ error: SendersError, _ kind: SendersError.Kind, _ note: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            error.kind == kind && !error.mayHaveExecuted && error.isRetryable && error.attempts == 3,
            "\(note): \(error.attempts) \(error)", sourceLocation: sourceLocation)
    }

    @Test("before it is connected nothing was sent, and it is tried again") func unconnected() async throws {
        let refused = try { try RawServer { _ in nil }.baseURL }()
        expectUnsent(try await create(at: refused), .connection, "refused")
        // A listener whose queue is full swallows what is sent to connect.
        let (listener, port) = try listening(backlog: 0)
        var waiting: [Int32] = []
        defer { ([listener] + waiting).forEach { _ = close($0) } }
        for _ in 0..<4 { waiting.append(connecting(to: port)) }
        expectUnsent(
            try await create(at: "http://127.0.0.1:\(port)", connectTimeout: .milliseconds(150)), .timeout, "swallowed")
    }

    @Test("a handshake that fails or ends sent nothing", .enabled(if: TLSServer.isTrusted), arguments: [
        (TLSServer.Ending.alertInHandshake, SendersError.Kind.tls), (.closeInHandshake, .tls), (.silentInHandshake, .timeout),
    ])
    func handshake(_ ending: TLSServer.Ending, _ kind: SendersError.Kind) async throws {
        let server = try TLSServer.start(ending)
        let error = try await create(at: server.baseURL, connectTimeout: .milliseconds(300))
        expectUnsent(error, kind, "\(ending)")
        #expect(server.posts == 0 && server.state.with { $0.connections } == 3)
    }

    @Test("what ends after the whole request is unknown and was sent once", .enabled(if: TLSServer.isTrusted), arguments: [
        TLSServer.Ending.alert, .alertForCertificate, .reset, .fin,
    ])
    func afterTheRequest(_ ending: TLSServer.Ending) async throws {
        let server = try TLSServer.start(ending)
        let error = try await create(at: server.baseURL)
        expectUnknown(error, "\(ending)")
        // OpenSSL does not return the data that it read behind a failed handshake; the client makes a connection for each request.
        #expect(server.posts == (ending == .alertForCertificate ? 0 : 1) && server.state.with { $0.connections } == 1)
        #expect(!error.message.contains("in time"), "\(ending): \(error)")
    }

    @Test("the words of an error do not say that nothing was sent", arguments: [
        "OpenSSL SSL_read: error:0A000410:SSL routines::ssl/tls alert handshake failure, errno 0", "SSL connect error",
        "TLS connect error: error:0A000410:SSL routines::ssl/tls alert handshake failure",
        "SSL certificate problem: certificate has expired", "Failed to connect to host port 443", "Recv failure: Connection reset by peer",
    ])
    func words(_ text: String) {
        let codes: [URLError.Code] = [
            .unknown, .cannotConnectToHost, .cannotFindHost, .dnsLookupFailed, .secureConnectionFailed, .notConnectedToInternet,
            .serverCertificateUntrusted, .clientCertificateRequired, .networkConnectionLost, .timedOut, .cancelled,
            .badServerResponse,
        ]
        for code in codes {
            let error = NSError(domain: NSURLErrorDomain, code: code.rawValue, userInfo: [NSLocalizedDescriptionKey: text])
            let begun = [
                SendProgress(bodyBytesSent: 1), SendProgress(bodyBytesSent: 0, hasResponse: true), SendProgress(bodyBytesSent: 0, isFirst: false),
                SendProgress(bodyBytesSent: nil, isFirst: false),
            ]
            for progress in begun {
                #expect(transportFailure(error, progress).sent == .unknown, "\(code.rawValue) \(progress)")
            }
            #expect(transportFailure(error, SendProgress(bodyBytesSent: 0)).sent == .no)
            // A delete, which counts nothing: only what cannot follow a connection says so.
            let isUnconnected = code == .cannotFindHost || code == .dnsLookupFailed
            let isRefused = code == .cannotConnectToHost && text.hasPrefix("Failed to connect")
            #expect((transportFailure(error, SendProgress()).sent == .no) == (isUnconnected || isRefused), "\(code.rawValue)")
        }
    }

    @Test("a certificate that is not trusted sent nothing", .enabled(if: TLSServer.isTrusted)) func untrusted() async throws {
        let server = try TLSServer.start(.fin)
        let error = try await create(at: server.baseURL.replacing("127.0.0.1", with: "localhost"))
        expectUnsent(error, .tls, "another name")
        #expect(server.posts == 0)
    }

    @Test("what ends while the request goes out or while the response comes is unknown") func underWay() async throws {
        for reset in [false, true] {
            let some = try HalfServer(reads: 1000, says: "", reset: reset)
            expectUnknown(try await create(at: some.baseURL, large: true), "some of the request, reset \(reset)")
            #expect(some.connections == 1)
            let head = try HalfServer(reads: 100_000, says: "HTTP/1.1 202 Accepted\r\nContent-Length: 50\r\n\r\n{", reset: reset)
            expectUnknown(try await create(at: head.baseURL), "part of the response, reset \(reset)")
            #expect(head.connections == 1)
        }
        let silent = try RawServer { _ in nil }
        expectUnknown(try await create(at: silent.baseURL, timeout: .milliseconds(300)), "no response")
        #expect(silent.requests.count == 1)
    }

    @Test("a kept connection that is cut, and a port that then refuses, leave a read unknown") func keptThenRefused() async throws {
        let listener = Locked<RawServer?>(nil)
        let server = try RawServer { request in
            guard request.line.contains("/cut") else { return wire() }
            listener.with { $0?.stop() }
            return ""
        }
        listener.with { $0 = server }
        defer { listener.with { $0 = nil } }
        let transport = URLSessionTransport()
        _ = try await transport.send(HttpRequest(method: "GET", url: server.baseURL))
        await #expect { try await transport.send(HttpRequest(method: "GET", url: server.baseURL + "/cut")) } throws: {
            ($0 as? TransportFailure)?.sent == .unknown
        }
        #expect(server.requests.filter { $0.line.contains("/cut") }.count == 1)
    }
}

private func transportFailure(_ error: NSError, _ progress: SendProgress) -> TransportFailure {
    failure(of: error, progress)
}

/// The time of the system, without the pauses between attempts.
private final class Impatient: SendersClock {
    private let system = SystemClock()
    func monotonicMs() -> UInt64 { system.monotonicMs() }
    func unixMs() -> UInt64 { system.unixMs() }
    func sleep(for _: Duration, reason _: WaitReason) async throws { try Task.checkCancellation() }
    func limit(_ duration: Duration) async throws { try await system.limit(duration) }
}

/// Reads a limited number of bytes of each connection, says something and ends it.
private final class HalfServer: Sendable {
    private let listener: Int32
    private let state = Locked(0)
    let baseURL: String
    var connections: Int { state.with { $0 } }

    init(reads: Int, says: String, reset: Bool) throws {
        let (listener, port) = try listening()
        self.listener = listener
        baseURL = "http://127.0.0.1:\(port)"
        let state = state
        Thread.detachNewThread {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                state.with { $0 += 1 }
                var buffer = [UInt8](repeating: 0, count: reads)
                _ = recv(connection, &buffer, reads, 0)
                let bytes = Array(says.utf8)
                _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                if reset {
                    var linger = linger(l_onoff: 1, l_linger: 0)
                    setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
                }
                close(connection)
            }
            close(listener)
        }
    }

    // The accepting thread closes it, see `RawServer`.
    deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}

/// A socket that begins to connect and does not wait for it.
func connecting(to port: UInt16) -> Int32 {
    let one = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    _ = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(one, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    return one
}
#endif
