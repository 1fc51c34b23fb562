import Foundation
import Testing

@testable import Senders

#if os(Linux)
/// The cost of a body of the largest size, in a separate process: that of the driver of the vectors.
@Suite struct LargeBodyTests {
    /// Of a list of more than a million objects, of which nothing is wanted.
    private func filled(_ head: String) -> String {
        let item = #"{"":0},"#
        return head + String(repeating: item, count: ((10 << 20) - head.utf8.count - 16) / item.utf8.count) + "{}]}"
    }

    @Test("an error and a sender of the largest size are read in bounds", arguments: [
        ("400 Bad Request", #"{"code":1,"message":"x","a":["#, 3.0),
        ("200 OK", #"{"sid":"XE1","status":"OFFLINE","offline_reasons":["#, 4.0),
    ])
    func bounded(_ status: String, _ head: String, _ most: Double) async throws {
        let small = json("S", #","code":1,"message":"x""#)
        let large = try await blocking { filled(head) }
        var runs: [(ms: Double, bodies: Double)] = []
        let isBounded = { runs.contains { $0.ms < 2000 } && runs.contains { $0.bodies < most } }
        for _ in 0..<2 where !isBounded() {
            let server = try RawServer(ending: true) { request in
                wire(status, request.connection == 1 ? small : large, "Connection: close\r\n")
            }
            let text = try await alone("large-body", server.baseURL).text
            let figures = text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
            try #require(figures.count == 2)
            runs.append((figures[0], figures[1] / Double(large.utf8.count)))
        }
        print(status, "of", large.utf8.count, "bytes:", runs)
        // A tree of it takes seconds and a hundred bodies. The time is that of a machine on which all tests run at once.
        #expect(isBounded())
    }
}
#endif
