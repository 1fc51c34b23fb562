import Foundation
import Testing

@testable import Senders

#if os(Linux)
/// FoundationNetworking and the proxies of the environment, in a separate process: that of the driver of the vectors.
@Suite struct ProxyTests {
    @Test("the proxies of the environment are used, except for the hosts of no_proxy") func environment() async throws {
        let proxy = try RawServer { _ in wire("200 OK", json(), "Connection: close\r\n") }
        let server = try RawServer { _ in wire("200 OK", json(), "Connection: close\r\n") }
        #expect(try await alone("call", "fetch", server.baseURL, environment: ["http_proxy": proxy.baseURL]).succeeded)
        #expect(proxy.requests.count == 1 && server.requests.isEmpty)
        #expect(proxy.requests.first?.line.hasPrefix("GET http://127.0.0.1:\(server.port)/v2/") == true)
        let both = ["http_proxy": proxy.baseURL, "no_proxy": "localhost,127.0.0.1"]
        #expect(try await alone("call", "fetch", server.baseURL, environment: both).succeeded)
        #expect(proxy.requests.count == 1 && server.requests.count == 1)
        // Upper case is for https alone, as in curl: CGI programs get a header of the request as HTTP_PROXY.
        #expect(try await alone("call", "fetch", server.baseURL, environment: ["HTTP_PROXY": proxy.baseURL]).succeeded)
        #expect(proxy.requests.count == 1 && server.requests.count == 2)
    }

    @Test("https goes through a CONNECT, and a refusal is no answer of the server", arguments: [
        ("https_proxy", "403 Forbidden"), ("HTTPS_PROXY", "407 Proxy Authentication Required"), ("all_proxy", "502 Bad Gateway"),
        // A tunnel that ends at once.
        ("https_proxy", "200 Connection established"),
    ])
    func tunnel(_ variable: String, _ answer: String) async throws {
        for call in ["create", "delete", "fetch"] {
            let proxy = try RawServer(ending: true) { _ in "HTTP/1.1 \(answer)\r\nX-Proxy: 1\r\n\r\n" }
            let (succeeded, text) = try await alone(
                "call", call, "https://senders.invalid", environment: [variable: "http://svc:CANARY@127.0.0.1:\(proxy.port)"])
            #expect(!succeeded && proxy.requests.first?.line == "CONNECT senders.invalid:443 HTTP/1.1")
            #expect(!text.contains("CANARY"))
            let isTunnel = answer.hasPrefix("200")
            #expect(isTunnel || text.contains("could not connect"), "\(call): \(text)")
            // A create that did not get through is known not to have been sent.
            #expect(call != "create" || isTunnel || text.contains("mayHaveExecuted: false"), "\(call): \(text)")
            #expect(text.contains("status: nil"), "\(call): \(text)")
        }
    }

    @Test("a proxy that cannot be reached is named, without its password") func unreachable() async throws {
        let closed = try { try RawServer { _ in nil }.port }()
        let (succeeded, text) = try await alone(
            "call", "create", "https://senders.invalid", environment: ["https_proxy": "http://svc:CANARY@127.0.0.1:\(closed)"])
        #expect(!succeeded && text.contains("127.0.0.1") && text.contains("\(closed)") && !text.contains("CANARY"), "\(text)")
        #expect(text.contains("mayHaveExecuted: false"), "\(text)")
    }
}
#endif
