import Foundation
import Testing

@testable import Senders

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Values that are printed, logged or dumped show no secret.
@Suite struct SecretTests {
    @Test("nothing that can be printed shows a secret") func nothingShows() throws {
        let secret = "canary00000000000000000000000000"
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpAdditionalHeaders = ["Proxy-Authorization": secret]
        configuration.connectionProxyDictionary = ["HTTPProxyPassword": secret]
        let transport = URLSessionTransport(configuration: configuration)
        let header = HttpHeader("Authorization", secret)
        let things: [Any] = [
            header, [header], HttpRequest(method: "POST", url: "https://x", headers: [header], body: Data(secret.utf8)),
            HttpResponse(status: 200, headers: [header], body: Data(secret.utf8)), CallOptions(headers: ["Authorization": secret]),
            transport, try Senders(accountSid: account, authToken: secret, transport: transport),
            ConfigurationFields(verificationCode: .value(secret)), Field.value(secret),
        ]
        for thing in things {
            var shown = "\(thing) \(String(reflecting: thing)) \([thing])"
            dump(thing, to: &shown)
            dump(Mirror(reflecting: thing).children.map(\.value), to: &shown)
            #expect(!shown.contains("canary"), "\(type(of: thing)): \(shown)")
            #expect(!shown.contains(Data(secret.utf8).base64EncodedString()))
        }
    }

    @Test("an odd transport harms only its call") func oddTransports() async throws {
        struct Odd: LocalizedError {
            let errorDescription: String?
        }
        let nul = String(UnicodeScalar(0))
        for text in ["", "a\r\nb \(nul)", String(repeating: "x", count: 1 << 20), nil] {
            let odd = try client(Scripted({ _ in throw Odd(errorDescription: text) }, { _ in answer(200, json()) }), maxRetries: 0)
            let error = await failure { try await odd.fetch(sid) }
            #expect(error.kind == .connection && !error.message.contains("\n") && error.message.count < 2000)
            #expect(try await odd.fetch(sid).sid == sid)
        }
        let odd = [HttpHeader("", ""), HttpHeader("a\r\nb", nul), HttpHeader("Retry-After", String(repeating: "9", count: 5000))]
        for status in [Int.min, -1, 0, 99, 1000, 65536 + 200, .max] {
            let scripted = Scripted({ _ in HttpResponse(status: status, headers: odd) }, { _ in HttpResponse(status: 200, headers: odd, body: Data(json().utf8)) })
            let client = try client(scripted, maxRetries: 0)
            #expect(await failure { try await client.fetch(sid) }.kind == .invalidResponse)
            #expect(try await client.fetch(sid).sid == sid)
        }
    }
}
