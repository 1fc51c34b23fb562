import Foundation

@testable import Senders

#if canImport(Glibc)
import Glibc
private let stream = Int32(SOCK_STREAM.rawValue)
private let noSignal = Int32(MSG_NOSIGNAL)
#elseif canImport(Musl)
import Musl
private let stream = SOCK_STREAM
private let noSignal = MSG_NOSIGNAL
#else
import Darwin
private let stream = SOCK_STREAM
private let noSignal: Int32 = 0
#endif

/// A server of one's own on loopback that knows when its connections are opened and closed.
final class RawServer: Sendable {
    struct Request: Sendable {
        /// Counts the connections from 1.
        let connection: Int
        let head: String
        let body: String
        var line: String { String(head.split(separator: "\r\n").first ?? "") }
    }

    struct State {
        var connections = 0
        var requests: [Request] = []
        var closed: [Int: ContinuousClock.Instant] = [:]
    }

    let port: UInt16
    let state = Locked(State())
    private let listener: Int32

    /// `answer` gets each request; nil keeps the connection open without an answer, the empty text closes it.
    /// `ending`: what it says is the last of the connection.
    init(ending: Bool = false, _ answer: @escaping @Sendable (Request) -> String?) throws {
        let (listener, port) = try listening()
        self.listener = listener
        self.port = port
        let state = state
        Thread.detachNewThread {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                let number = state.with { state in
                    state.connections += 1
                    return state.connections
                }
                Thread.detachNewThread { serve(connection, number, state, ending, answer) }
            }
            // Closed here alone: elsewhere its number could be another server's by the time this thread accepts.
            close(listener)
        }
    }

    deinit { stop() }

    /// Refuses new connections.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    var baseURL: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.with { $0.requests } }

    /// Waits until this is true of what the server has seen; false after five seconds.
    func saw(_ condition: @Sendable (State) -> Bool) async -> Bool {
        for _ in 0..<2500 {
            if state.with({ condition($0) }) { return true }
            try? await Task.sleep(for: .milliseconds(2))
        }
        return false
    }
}

/// A socket that listens on loopback, and its port; `backlog` connections wait to be accepted.
func listening(backlog: Int32 = 16) throws -> (Int32, UInt16) {
    let listener = socket(AF_INET, stream, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(listener, $0, size) == 0 && listen(listener, backlog) == 0 && getsockname(listener, $0, &size) == 0
        }
    }
    guard isListening else { throw POSIXError(.EADDRINUSE) }
    return (listener, UInt16(bigEndian: address.sin_port))
}

private func serve(
    _ connection: Int32, _ number: Int, _ state: Locked<RawServer.State>, _ ending: Bool,
    _ answer: @Sendable (RawServer.Request) -> String?
) {
    var waiting = Data()
    var buffer = [UInt8](repeating: 0, count: 65536)
    let blank = Data("\r\n\r\n".utf8)
    reading: while case let count = recv(connection, &buffer, buffer.count, 0), count > 0 {
        waiting += buffer[..<count]
        while let end = waiting.range(of: blank) {
            let head = String(decoding: waiting[..<end.lowerBound], as: UTF8.self)
            let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
            let size = length.flatMap { Int($0.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) } ?? 0
            guard waiting.distance(from: end.upperBound, to: waiting.endIndex) >= size else { continue reading }
            let body = waiting[end.upperBound...].prefix(size)
            let request = RawServer.Request(connection: number, head: head, body: String(decoding: body, as: UTF8.self))
            waiting = Data(waiting[end.upperBound...].dropFirst(size))
            state.with { $0.requests.append(request) }
            guard let text = answer(request) else { continue }
            if text.isEmpty { break reading }
            let bytes = Array(text.utf8)
            _ = send(connection, bytes, bytes.count, noSignal)
            if ending { break reading }
        }
    }
    state.with { $0.closed[number] = .now }
    close(connection)
}

/// An answer with JSON as it goes over the wire.
func wire(_ status: String = "200 OK", _ body: String = json(), _ headers: String = "") -> String {
    "HTTP/1.1 \(status)\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
}
