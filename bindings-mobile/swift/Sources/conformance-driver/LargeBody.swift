import Foundation
import Senders

/// Makes a small call and a large one, and writes the large one's milliseconds and by how many bytes the peak of the memory grew.
func measureLargeBody(at baseURL: String) async throws {
    let client = try Senders(
        accountSid: "AC" + String(repeating: "0", count: 32), authToken: "x", baseURL: baseURL, maxRetries: 0)
    func call() async throws {
        do {
            _ = try await client.fetch("XE" + String(repeating: "a", count: 32))
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
