import Foundation
import Testing

@testable import Senders

#if os(Linux)
/// What FoundationNetworking does with the proxies of the environment, in a process of its own: that of the driver of the vectors.
@Suite struct ProxyTests {
    private func run(_ baseURL: String, _ environment: [String: String], call: String = "fetch") throws -> (ended: Bool, text: String) {
        let process = Process()
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        process.executableURL = folder.appendingPathComponent("conformance-driver")
        process.arguments = ["call", call, baseURL]
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.lowercased().hasSuffix("_proxy") }
            .merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus == 0, text)
    }

    @Test("the proxies of the environment are used, but for what no_proxy names") func environment() throws {
        let proxy = try RawServer { _ in wire("200 OK", json(), "Connection: close\r\n") }
        let server = try RawServer { _ in wire("200 OK", json(), "Connection: close\r\n") }
        #expect(try run("http://127.0.0.1:\(server.port)", ["http_proxy": "http://127.0.0.1:\(proxy.port)"]).ended)
        #expect(proxy.requests.count == 1 && server.requests.isEmpty)
        #expect(proxy.requests.first?.line.hasPrefix("GET http://127.0.0.1:\(server.port)/v2/") == true)
        let both = ["http_proxy": "http://127.0.0.1:\(proxy.port)", "no_proxy": "localhost,127.0.0.1"]
        #expect(try run("http://127.0.0.1:\(server.port)", both).ended)
        #expect(proxy.requests.count == 1 && server.requests.count == 1)
        // Upper case is for https alone, as in curl: CGI programs get a header of the request as HTTP_PROXY.
        #expect(try run("http://127.0.0.1:\(server.port)", ["HTTP_PROXY": "http://127.0.0.1:\(proxy.port)"]).ended)
        #expect(proxy.requests.count == 1 && server.requests.count == 2)
    }

    @Test("https goes through a CONNECT, and a refusal is no answer of the server", arguments: [
        ("https_proxy", "403 Forbidden"), ("HTTPS_PROXY", "407 Proxy Authentication Required"), ("all_proxy", "502 Bad Gateway"),
        // A tunnel that ends at once.
        ("https_proxy", "200 Connection established"),
    ])
    func tunnel(_ variable: String, _ answer: String) throws {
        for call in ["create", "delete", "fetch"] {
            let proxy = try RawServer(ending: true) { _ in "HTTP/1.1 \(answer)\r\nX-Proxy: 1\r\n\r\n" }
            let (ended, text) = try run(
                "https://senders.invalid", [variable: "http://svc:CANARY@127.0.0.1:\(proxy.port)"], call: call)
            #expect(!ended && proxy.requests.first?.line == "CONNECT senders.invalid:443 HTTP/1.1")
            #expect(!text.contains("CANARY"))
            let isTunnel = answer.hasPrefix("200")
            #expect(isTunnel || text.contains("could not connect"), "\(call): \(text)")
            // A create that did not get through is known not to have been sent.
            #expect(call != "create" || isTunnel || text.contains("mayHaveExecuted: false"), "\(call): \(text)")
            #expect(text.contains("status: nil"), "\(call): \(text)")
        }
    }

    @Test("a proxy that cannot be reached is named, without its password") func unreachable() throws {
        let closed = try { try RawServer { _ in nil }.port }()
        let (ended, text) = try run("https://senders.invalid", ["https_proxy": "http://svc:CANARY@127.0.0.1:\(closed)"], call: "create")
        #expect(!ended && text.contains("127.0.0.1") && text.contains("\(closed)") && !text.contains("CANARY"), "\(text)")
        #expect(text.contains("mayHaveExecuted: false"), "\(text)")
    }
}
#endif
