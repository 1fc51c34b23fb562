import Foundation
import Testing

@testable import Senders

/// URLSession with servers, good and bad.
@Suite struct TransportTests {
    private func send(
        _ method: String, _ url: String, through transport: URLSessionTransport = URLSessionTransport(), body: String = "",
        maxResponseBytes: Int = 10 << 20, connectTimeout: Duration = .seconds(5)
    ) async throws -> HttpResponse {
        try await transport.send(
            HttpRequest(
                method: method, url: url, headers: [HttpHeader("X-Own", "é")], body: Data(body.utf8),
                connectTimeout: connectTimeout, maxResponseBytes: maxResponseBytes))
    }

    private func fails(_ work: () async throws -> HttpResponse) async -> TransportFailure {
        do {
            Issue.record("an answer: \(try await work())")
        } catch let failure as TransportFailure {
            return failure
        } catch {
            Issue.record("another error: \(error)")
        }
        return TransportFailure(.other, sent: .unknown, "")
    }

    @Test("a request goes out as it is and the answer comes back whole") func plain() async throws {
        let server = try RawServer { _ in wire("201 Created", "{\"a\": \"é\"}", "X-Two: 1\r\nX-Two: 2\r\n") }
        let path = "/v2/x?PageToken=a%2Fb+c%7C=&y='()"
        let response = try await send("POST", server.baseURL + path, body: "{\"b\":\"😀\"}")
        #expect(response.status == 201 && String(decoding: response.body, as: UTF8.self) == "{\"a\": \"é\"}")
        #expect(response.headers.first { $0.name.lowercased() == "x-two" }?.value == "1, 2")
        let request = try #require(server.requests.first)
        #expect(request.line == "POST \(path) HTTP/1.1" && request.body == "{\"b\":\"😀\"}")
        #expect(!request.head.lowercased().contains("expect:"))
    }

    @Test("redirects are not followed, cookies are not kept, challenges get no response") func nothingByItself() async throws {
        let server = try RawServer { request in
            switch request.line.split(separator: " ")[1] {
            case "/redirect": wire("302 Found", "{}", "Location: /elsewhere\r\n")
            case "/307": wire("307 Temporary Redirect", "{}", "Location: https://example.com/\r\n")
            case "/basic": wire("401 Unauthorized", "{\"code\":20003}", "WWW-Authenticate: Basic realm=\"Twilio API\"\r\n")
            default: wire("200 OK", "{}", "Set-Cookie: a=b; Path=/\r\n")
            }
        }
        let transport = URLSessionTransport()
        for method in ["GET", "POST"] {
            #expect(try await send(method, server.baseURL + "/redirect", through: transport).status == 302)
            #expect(try await send(method, server.baseURL + "/307", through: transport).status == 307)
            let refused = try await send(method, server.baseURL + "/basic", through: transport)
            #expect(refused.status == 401 && refused.body == Data("{\"code\":20003}".utf8))
            _ = try await send(method, server.baseURL + "/cookie", through: transport)
            _ = try await send(method, server.baseURL + "/cookie", through: transport)
        }
        #expect(server.requests.count == 10)
        #expect(!server.requests.contains { $0.head.lowercased().contains("cookie:") || $0.line.contains("elsewhere") })
    }

    @Test("reads share a connection, each change has its own") func connections() async throws {
        let server = try RawServer { _ in wire() }
        let transport = URLSessionTransport()
        for method in ["GET", "GET", "POST", "GET", "DELETE", "POST", "GET"] {
            #expect(try await send(method, server.baseURL, through: transport).status == 200)
        }
        let used = server.requests.map(\.connection)
        #expect(used == [1, 1, 2, 1, 3, 4, 1])
        // Connections that are not needed any more are closed.
        #expect(await server.saw { Set($0.closed.keys) == [2, 3, 4] })
        transport.close()
        #expect(await server.saw { $0.closed.count == 4 })
        let closed = await fails { try await send("GET", server.baseURL, through: transport) }
        #expect(closed.kind == .aborted && closed.sent == .no)
        #expect(await fails { try await send("POST", server.baseURL, through: transport) }.sent == .no)
    }

    @Test("a change is sent once, whatever the server does") func once() async throws {
        let server = try RawServer { request in request.line.contains("/close") ? "" : wire() }
        let transport = URLSessionTransport()
        for method in ["POST", "DELETE"] {
            _ = try await send("GET", server.baseURL, through: transport)
            let failure = await fails { try await send(method, server.baseURL + "/close", through: transport, body: method == "POST" ? "{}" : "") }
            #expect(failure.kind == .closed && failure.sent == .unknown)
            #expect(server.requests.filter { $0.line.hasPrefix(method) }.count == 1)
        }
    }

    @Test("failures say what went wrong and whether the request went out") func failures() async throws {
        let unused = try RawServer { _ in nil }.baseURL  // closed at once
        for method in ["GET", "POST"] {
            let refused = await fails { try await send(method, unused, body: method == "POST" ? "{}" : "") }
            #expect(refused.kind == .connect && refused.sent == .no, "\(refused)")
        }
        let lost = await fails { try await send("GET", "http://nothing.invalid/") }
        #expect(lost.kind == .connect && lost.sent == .no, "\(lost)")
        let answers = [
            "/garbage": "hello\r\n\r\n", "/version": "HTTP/1.1 abc\r\n\r\n",
            "/header": "HTTP/1.1 200 OK\r\n: a\r\n\r\n", "/colon": "HTTP/1.1 200 OK\r\nabc\r\n\r\n",
            "/length": "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "/encoding": "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
            "/chunk": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ]
        let server = try RawServer { request in answers[String(request.line.split(separator: " ")[1])] ?? "" }
        for path in answers.keys {
            let failure = await fails { try await send("POST", server.baseURL + path, body: "{}") }
            #expect(failure.kind == .protocol && failure.sent == .unknown, "\(path): \(failure)")
        }
        let text = String(repeating: "x", count: 2000)
        let large = try RawServer { _ in wire("200 OK", text) }
        #expect(try await send("GET", large.baseURL, maxResponseBytes: 2000).body.count == 2000)
        let tooLarge = await fails { try await send("GET", large.baseURL, maxResponseBytes: 1999) }
        #expect(tooLarge.kind == .responseTooLarge && tooLarge.sent == .yes)
        let chunks = try RawServer { _ in
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + String(repeating: "400\r\n\(text.prefix(1024))\r\n", count: 50)
        }
        #expect(await fails { try await send("GET", chunks.baseURL, maxResponseBytes: 4096) }.kind == .responseTooLarge)
        #expect(await chunks.saw { $0.closed.count == 1 })
    }

    @Test("a connection that cannot be made ends in time") func connectTimeout() async throws {
        // A TLS handshake that gets no response.
        let server = try RawServer { _ in nil }
        let url = "https://127.0.0.1:\(server.port)/"
        let start = ContinuousClock.now
        let failure = await fails { try await send("POST", url, body: "{}", connectTimeout: .milliseconds(200)) }
        #expect(start.duration(to: .now) < .seconds(3))
        // Where there are no certificates to trust TLS does not even begin.
        #expect((failure.kind == .timeout || failure.kind == .tls) && failure.sent == .no, "\(failure)")
        let plain = try RawServer { _ in nil }
        let waiting = Task { try await send("POST", plain.baseURL, body: "{}", connectTimeout: .milliseconds(100)) }
        try await Task.sleep(for: .milliseconds(400))
        // It is connected: the connect timeout has nothing to say any more.
        #expect(await plain.saw { $0.requests.count == 1 && $0.closed.isEmpty })
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test("a transport that is forgotten closes its connections") func forgotten() async throws {
        let server = try RawServer { _ in wire() }
        _ = try await send("GET", server.baseURL)
        #expect(await server.saw { $0.closed.count == 1 })
        var client: Senders? = try Senders(noCredentials: true, baseURL: server.baseURL)
        _ = try await client?.fetch(sid)
        client = nil
        #expect(await server.saw { $0.closed.count == 2 })
    }
}
