import Foundation
import Testing

@testable import Senders

/// Responses as the world sends them, over a socket.
@Suite struct OddResponseTests {
    private let basic = "WWW-Authenticate: Basic realm=\"Twilio API\"\r\n"

    @Test("a delete with status 204 and a body has succeeded, and the next call is right", arguments: [
        "Transfer-Encoding: chunked\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "Content-Length: 5\r\n\r\nhello",
        "Content-Length: 0\r\n\r\n", "\r\n", "Content-Length: 5\r\n\r\n", "Content-Length: 5\r\n\r\nHTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n",
    ])
    func noContent(_ rest: String) async throws {
        for status in ["204 No Content", "304 Not Modified"] {
            let server = try RawServer { request in
                request.line.hasPrefix("DELETE") || request.line.contains(zeros) ? "HTTP/1.1 \(status)\r\n\(rest)" : wire()
            }
            let client = try client(at: server.baseURL)
            if status.hasPrefix("204") { try await client.delete(sid) }
            #expect(try await client.fetch(sid).sid == sid)
            // The same on the connection that reads share.
            let odd = await failure { try await client.fetch("XE\(zeros)") }
            #expect(odd.kind == .invalidResponse && odd.status == Int(status.prefix(3)), "\(status): \(odd)")
            #expect(try await client.fetch(sid).sid == sid, "\(status) \(rest)")
        }
    }

    @Test("the status of a refusal decides, whatever its body is") func refusals() async throws {
        let garbage = "\r\nContent-Length: 7\r\n\r\nnot gzip"
        let bodies = [
            "Content-Encoding: gzip\(garbage)", "Content-Encoding: deflate\(garbage)", "Content-Encoding: x-odd\(garbage)",
            "Content-Length: 50\r\n\r\n{\"code\":", "Transfer-Encoding: chunked\r\n\r\n9\r\n{\"cod", "Content-Length: 900000000\r\n\r\n{",
        ]
        for (status, kind) in [
            ("401 Unauthorized", SendersError.Kind.authentication), ("400 Bad Request", .invalidRequest), ("404 Not Found", .notFound),
        ] {
            for body in bodies {
                let head = "HTTP/1.1 \(status)\r\n\(status.hasPrefix("401") ? basic : "")"
                let server = try RawServer(ending: true) { _ in head + body }
                let client = try client(at: server.baseURL)
                let read = await failure { try await client.fetch(sid) }
                #expect(read.kind == kind, "\(status) \(body): \(read)")
                let create = await failure { try await client.create("whatsapp:+15017122661") }
                #expect(create.kind == kind && !create.mayHaveExecuted, "\(status) \(body): \(create)")
            }
        }
    }

    @Test("a body that stalls or is cut takes nothing away from the status", arguments: [false, true])
    func cutBodies(_ ending: Bool) async throws {
        let framings = ["Content-Length: 50\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n9\r\n{"]
        for framing in framings {
            let server = try RawServer(ending: ending) { _ in "HTTP/1.1 401 Unauthorized\r\n\(basic)\(framing)" }
            let client = try client(at: server.baseURL, timeout: .seconds(6))
            let refused = await failure { try await client.create("whatsapp:+15017122661") }
            #expect(refused.kind == .authentication && !refused.mayHaveExecuted, "\(ending) \(framing): \(refused)")
        }
        for framing in framings {
            let server = try RawServer(ending: ending) { _ in "HTTP/1.1 202 Accepted\r\n\(framing)" }
            let client = try client(at: server.baseURL, timeout: .seconds(6), maxRetries: 2)
            let unknown = await failure { try await client.create("whatsapp:+15017122661") }
            #expect(unknown.kind == .outcomeUnknown && unknown.status == 202 && unknown.attempts == 1, "\(ending) \(framing): \(unknown)")
            #expect(server.requests.count == 1)
        }
    }

    @Test("header lines that do not frame the message harm nothing", arguments: [
        "X-Empty:", "X-Latin: \u{e9}", "X-Long: " + String(repeating: "a", count: 60_000), "X:\tb",
        "Location: http://[", "Set-Cookie: =", "Content-Type: ;;;", "Date: never",
        "Retry-After: soon", "X-A: 1\r\nX-A: 2\r\nx-a: 3", "Content-Encoding: identity", "Content-Encoding: ", "Trailer: X",
    ])
    func headers(_ line: String) async throws {
        let server = try RawServer { _ in wire("200 OK", json(), "\(line)\r\n") }
        #expect(try await client(at: server.baseURL).fetch(sid).sid == sid, "\(line)")
    }

    @Test("a redirect to anywhere is an error of its call", arguments: [
        "http://[", "://", "\u{1}", "//", "///", "foo:bar", "foo:", "?", "#", "http:", "http:////x", "/%", "/a b", "mailto:a@b.c", "//h:99999/",
        "http://a b/", "", "*", "\\", "data:,x", "http://:80", "//[::1", "x?y#z", "//user:p@h",
    ])
    func redirects(_ location: String) async throws {
        for status in ["301 Moved", "302 Found", "303 See", "307 Temporary", "308 Permanent"] {
            let server = try RawServer { _ in wire(status, "{}", "Location: \(location)\r\n") }
            let client = try client(at: server.baseURL)
            let error = await failure { try await client.fetch(sid) }
            #expect(error.kind == .invalidResponse && error.status == Int(status.prefix(3)), "\(status) \(location): \(error)")
            let create = await failure { try await client.create("whatsapp:+15017122661") }
            #expect(server.requests.filter { $0.line.hasPrefix("POST") }.count == 1, "\(create)")
        }
    }

    #if canImport(FoundationNetworking)
    @Test("a head that FoundationNetworking does not read is an error of its call, and a create's outcome is unknown", arguments: [
        "X-Thing : 1", "X-\u{e9}: 1", "X-Empty;", ": a",
    ])
    func unreadableHeads(_ line: String) async throws {
        let server = try RawServer { request in request.line.contains(zeros) ? wire() : wire("202 Accepted", json(), "\(line)\r\n") }
        let client = try client(at: server.baseURL)
        #expect(await failure { try await client.fetch(sid) }.kind == .invalidResponse)
        #expect(await failure { try await client.create("whatsapp:+15017122661") }.kind == .outcomeUnknown)
        #expect(server.requests.filter { $0.line.hasPrefix("POST") }.count == 1)
        #expect(try await client.fetch("XE\(zeros)").sid == sid)
    }
    #endif

    @Test("interim responses are skipped, and a status line that is cut is an error of its call", arguments: [
        "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", "",
    ])
    func interim(_ before: String) async throws {
        let body = json()
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n"
        let server = try RawServer { request in
            request.line.contains(zeros) ? before + wire() : before + chunked + "\r\n"
        }
        let client = try client(at: server.baseURL)
        #expect(try await client.fetch(sid).sid == sid)
        #expect(try await client.fetch("XE\(zeros)").sid == sid)
        for cut in ["HTTP", "HTTP/1.1 20", "HTTP/1.1 100 Continue\r\n\r\n"] {
            let cutting = try RawServer(ending: true) { _ in before + cut }
            let error = await failure { try await SendersTests.client(at: cutting.baseURL).fetch(sid) }
            #expect([.connection, .invalidResponse].contains(error.kind), "\(cut): \(error)")
        }
    }
}
