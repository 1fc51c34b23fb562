import Foundation
import Testing

@testable import Senders

#if canImport(Glibc)
import Glibc

private func reads(_ connection: Int32, _ most: Int) -> Int {
    var buffer = [UInt8](repeating: 0, count: most)
    return recv(connection, &buffer, most, 0)
}

/// A create that is cancelled at each stage of its way: it ends at once, its connection is closed, and nothing is sent
/// afterwards. A request that went out leaves an unknown outcome: an `ensure` of the same client looks for the number for twelve seconds
/// before it creates it.
@Suite(.serialized) struct CancellationStageTests {
    private let number = "whatsapp:+15017122661"

    /// A client of the default transport, on whose clock pauses pass at once.
    private func client(at baseURL: String) throws -> (Senders, Scripted) {
        let clock = Scripted(json: json())
        let client = try Senders(
            accountSid: account, authToken: zeros, baseURL: baseURL, maxRetries: 5, transport: URLSessionTransport(), clock: clock)
        return (client, clock)
    }

    private func cancels(_ call: Task<Sender, any Error>, _ stage: String) async {
        let start = ContinuousClock.now
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        let took = start.duration(to: .now)
        print("cancelled \(stage): returned after \(took)")
        #expect(took < .seconds(1), "\(stage)")
    }

    @Test("before it begins nothing is sent, and nothing has to be looked for") func before() async throws {
        let server = try RawServer { request in
            request.line.hasPrefix("POST") ? wire("202 Accepted") : wire("200 OK", #"{"senders":[],"meta":{}}"#)
        }
        let (client, clock) = try client(at: server.baseURL)
        let call = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await client.create(number)
        }
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(server.state.with { $0.connections } == 0)
        #expect(try await client.ensure(number).resolution == .created)
        #expect(server.requests.map { $0.line.prefix { $0 != " " } } == ["GET", "POST"] && clock.waited.isEmpty)
    }

    @Test("while it connects nothing is sent") func connecting() async throws {
        // A listener whose queue is full swallows what is sent to connect.
        let (listener, port) = try listening(backlog: 0)
        var waiting: [Int32] = []
        defer { ([listener] + waiting).forEach { _ = close($0) } }
        for _ in 0..<4 { waiting.append(SendersTests.connecting(to: port)) }
        let (client, _) = try client(at: "http://127.0.0.1:\(port)")
        let call = Task { try await client.create(number) }
        try await Task.sleep(for: .milliseconds(200))
        await cancels(call, "while it connects")
        // The queue is emptied: no connection in it holds a byte.
        _ = fcntl(listener, F_SETFL, O_NONBLOCK)
        var accepted = 0
        while case let connection = accept(listener, nil, nil), connection >= 0 {
            var byte: UInt8 = 0
            #expect(recv(connection, &byte, 1, Int32(MSG_DONTWAIT)) <= 0)
            close(connection)
            accepted += 1
        }
        #expect(accepted > 0)
    }

    @Test("in the handshake no request is sent", .enabled(if: TLSServer.isTrusted)) func handshake() async throws {
        let server = try TLSServer.start(.silentInHandshake)
        let (client, _) = try client(at: server.baseURL)
        let call = Task { try await client.create(number) }
        for _ in 0..<2500 where server.state.with({ $0.connections }) == 0 { try await Task.sleep(for: .milliseconds(2)) }
        await cancels(call, "in the handshake")
        #expect(server.posts == 0 && server.state.with { $0.connections } == 1)
    }

    @Test("while the request goes out its connection is closed") func half() async throws {
        let (listener, port) = try listening()
        defer { close(listener) }
        let (client, _) = try client(at: "http://127.0.0.1:\(port)")
        // More than the buffers of both sides hold.
        let about = String(repeating: "x", count: 32 << 20)
        let call = Task { try await client.create(number, profile: .init(about: .value(about))) }
        let connection = try await blocking { accept(listener, nil, nil) }
        defer { close(connection) }
        #expect(try await blocking { reads(connection, 1000) } > 0)
        await cancels(call, "while the request goes out")
        // The bytes that went out are read to their end: the request is not whole.
        let read = try await blocking {
            var total = 0
            while case let count = reads(connection, 1 << 20), count > 0 { total += count }
            return total
        }
        #expect(read < about.utf8.count)
        _ = fcntl(listener, F_SETFL, O_NONBLOCK)
        try await Task.sleep(for: .milliseconds(300))
        #expect(accept(listener, nil, nil) < 0, "it is not sent again")
    }

    @Test("after the request, and in the middle of the response, the outcome is unknown", arguments: [
        "", "HTTP/1.1 202 Acc", "HTTP/1.1 202 Accepted\r\nContent-Length: 50\r\n\r\n", "HTTP/1.1 202 Accepted\r\nContent-Length: 50\r\n\r\n{\"sid\":",
        "HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{\"sid",
    ])
    func afterTheRequest(_ beginning: String) async throws {
        let posts = Locked(0)
        let server = try RawServer { request in
            guard request.line.hasPrefix("POST") else { return wire("200 OK", #"{"senders":[],"meta":{}}"#) }
            let isFirst = posts.with { posts in
                posts += 1
                return posts == 1
            }
            guard isFirst else { return wire("202 Accepted") }
            return beginning.isEmpty ? nil : beginning
        }
        let (client, clock) = try client(at: server.baseURL)
        let call = Task { try await client.create(number) }
        #expect(await server.saw { $0.requests.count == 1 })
        try await Task.sleep(for: .milliseconds(100))
        await cancels(call, "after the request and `\(beginning.prefix(12))`")
        #expect(await server.saw { $0.closed.count == 1 })
        try await Task.sleep(for: .milliseconds(300))
        #expect(server.requests.count == 1)

        #expect(try await client.ensure(number).resolution == .created)
        let methods = server.requests.map { String($0.line.prefix { $0 != " " }) }
        #expect(methods.first == "POST" && methods.last == "POST" && methods.dropFirst().dropLast().allSatisfy { $0 == "GET" })
        #expect(methods.count >= 5 && clock.monotonicMs() >= 12_000 && Set(clock.waited) == [.reconcile])
    }
}
#endif
