import Foundation
import Testing

@testable import Senders

@Suite(.serialized) struct CancellationTests {
    @Test("a cancelled call closes its connection at once and sends nothing more", arguments: ["create", "fetch", "list", "delete", "wait"])
    func closesTheConnection(_ operation: String) async throws {
        let server = try RawServer { _ in nil }
        let client = try client(at: server.baseURL, maxRetries: 5)
        let call = Task {
            switch operation {
            case "create": _ = try await client.create("whatsapp:+15017122661")
            case "fetch": _ = try await client.fetch(sid)
            case "list": for try await _ in client.list() {}
            case "delete": try await client.delete(sid)
            default: try await client.waitUntilOnline(sid)
            }
        }
        #expect(await server.saw { $0.requests.count == 1 })
        let start = ContinuousClock.now
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        let returned = start.duration(to: .now)
        #expect(await server.saw { $0.closed.count == 1 })
        let closed = start.duration(to: try #require(server.state.with { $0.closed[1] }))
        print("cancelled \(operation): returned after \(returned), connection closed after \(closed)")
        // This task is resumed in its turn, among those of all other tests; other threads close the connection.
        #expect(returned < .seconds(1) && closed < .seconds(1))
        try await Task.sleep(for: .milliseconds(700))
        #expect(server.requests.count == 1 && server.state.with { $0.connections } == 1)
    }

    @Test("a pause ends when the call is cancelled") func pause() async throws {
        let server = try RawServer { _ in wire("503 Service Unavailable", "{}", "Retry-After: 30\r\n") }
        let client = try client(at: server.baseURL, maxRetries: 5)
        let call = Task { try await client.fetch(sid) }
        #expect(await server.saw { $0.requests.count == 1 })
        try await Task.sleep(for: .milliseconds(50))
        let start = ContinuousClock.now
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(start.duration(to: .now) < .seconds(1))
        try await Task.sleep(for: .milliseconds(100))
        #expect(server.requests.count == 1)
    }

    @Test("a cancelled task begins nothing") func before() async throws {
        let scripted = Scripted(json: json())
        let client = try client(scripted)
        let call = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await client.fetch(sid)
        }
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(scripted.asked.isEmpty)
    }

    @Test("a transport that takes no notice is not waited for") func deafTransport() async throws {
        let scripted = Scripted({ _ in
            await withCheckedContinuation { continuation in
                DispatchQueue.global().asyncAfter(deadline: .now() + 5) { continuation.resume() }
            }
            return answer(200, json())
        })
        let client = try client(scripted)
        let start = ContinuousClock.now
        let call = Task { try await client.fetch(sid) }
        while scripted.asked.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(start.duration(to: .now) < .seconds(2))
    }

    @Test("an attempt that takes too long ends, and its connection is closed") func attemptTimeout() async throws {
        let server = try RawServer { _ in nil }
        let client = try client(at: server.baseURL, timeout: .milliseconds(200))
        let start = ContinuousClock.now
        let error = await failure { try await client.fetch(sid) }
        #expect(error.kind == .timeout && error.attempts == 1 && error.isRetryable)
        #expect(start.duration(to: .now) < .seconds(2))
        #expect(await server.saw { $0.closed.count == 1 })
        let unknown = await failure { try await client.create("whatsapp:+15017122661") }
        #expect(unknown.kind == .outcomeUnknown && unknown.attempts == 1)
    }

    @Test("use after close is an error, and what is under way ends") func close() async throws {
        let server = try RawServer { _ in nil }
        let client = try client(at: server.baseURL, maxRetries: 5)
        let call = Task { await failure { try await client.fetch(sid) } }
        #expect(await server.saw { $0.requests.count == 1 })
        client.close()
        client.close()
        #expect(await call.value.kind == .misuse)
        #expect(await server.saw { $0.closed.count == 1 })
        let pages = client.list().pages
        for error in [
            await failure { try await client.fetch(sid) }, await failure { try await client.create("whatsapp:+15017122661") },
            await failure { try await client.delete(sid) }, await failure { for try await _ in pages {} },
        ] {
            #expect(error.kind == .misuse && error.attempts == 0 && error.message.contains("closed"))
        }
        #expect(server.requests.count == 1)
    }

    @Test("calls that are cancelled at any moment harm no other") func storm() async throws {
        let server = try RawServer { _ in
            usleep(UInt32.random(in: 0...3000))
            return wire()
        }
        let client = try client(at: server.baseURL)
        let outcomes = await withTaskGroup(of: String.self, returning: [String: Int].self) { group in
            for number in 0..<200 {
                group.addTask {
                    let call = Task {
                        if number % 2 == 0 {
                            _ = try await client.fetch(sid)
                        } else {
                            try await client.update(sid, profile: .init(about: .null))
                        }
                    }
                    if number % 4 != 0 {
                        try? await Task.sleep(for: .microseconds(Int.random(in: 0...6000)))
                        call.cancel()
                    }
                    do {
                        try await call.value
                        return "done"
                    } catch {
                        return error is CancellationError ? "cancelled" : "\(error)"
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(Set(outcomes.keys).isSubset(of: ["done", "cancelled"]), "\(outcomes)")
        #expect(outcomes["done", default: 0] >= 50)
        #expect(try await client.fetch(sid).status == .online)
        // Kept connections are few; what was cancelled or done with is closed.
        #expect(await server.saw { $0.connections - $0.closed.count <= 10 })
    }
}
