import Foundation
import Senders

private let sid = "XE" + String(repeating: "a", count: 32)

/// `large-body URL`: makes a small call and a large one, and writes the large one's milliseconds and by how many bytes the peak of the
/// memory grew. `call create|fetch|delete URL`: makes that call once and writes what came of it. Returns whether it succeeded.
func runAlone(_ what: String, _ arguments: [String]) async -> Bool {
    do {
        let client = try Senders(
            accountSid: "AC" + String(repeating: "0", count: 32), authToken: "x", baseURL: arguments.last, maxRetries: 0)
        switch (what, arguments[0]) {
        case ("large-body", _): try await measure { _ = try await client.fetch(sid) }
        case ("call", "create"): try await client.create("whatsapp:+15017122661")
        case ("call", "delete"): try await client.delete(sid)
        default: _ = try await client.fetch(sid)
        }
        return true
    } catch let error as SendersError {
        print(error, "mayHaveExecuted: \(error.mayHaveExecuted)", "status: \(error.status as Any)")
    } catch {
        print(error)
    }
    return false
}

private func measure(_ fetch: () async throws -> Void) async throws {
    func call() async throws {
        do {
            try await fetch()
        } catch let error as SendersError where error.code == 1 {}
    }
    try await call()
    try "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
    let before = try peakKiB()
    let start = ContinuousClock.now
    try await call()
    let took = start.duration(to: .now) / .milliseconds(1)
    print(took, try (peakKiB() - before) * 1024)
}

private func peakKiB() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return Int((line ?? "").filter(\.isNumber)) ?? 0
}
