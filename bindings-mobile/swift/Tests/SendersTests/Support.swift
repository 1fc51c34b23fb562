import Foundation
import Testing

@testable import Senders

let zeros = String(repeating: "0", count: 32)
let account = "AC\(zeros)"
let sid = "XE" + String(repeating: "a", count: 32)

/// Returns a client whose transport returns responses from a list.
func client(_ scripted: Scripted, maxRetries: Int? = nil) throws -> Senders {
    try Senders(accountSid: account, authToken: zeros, maxRetries: maxRetries, transport: scripted, clock: scripted)
}

/// A client with the default transport.
func client(at baseURL: String, timeout: Duration? = nil, maxRetries: Int? = 0) throws -> Senders {
    try Senders(accountSid: account, authToken: zeros, baseURL: baseURL, timeout: timeout, maxRetries: maxRetries)
}

/// A transport that returns responses from a list, the last one again and again, and keeps the requests. Every wait passes at once.
final class Scripted: HttpTransport, SendersClock {
    struct State {
        var answers: [@Sendable (HttpRequest) async throws -> HttpResponse]
        var asked: [HttpRequest] = []
        var waited: [WaitReason] = []
        var nowMs: UInt64 = 0
    }

    let state: Locked<State>

    init(_ answers: (@Sendable (HttpRequest) async throws -> HttpResponse)...) {
        state = Locked(State(answers: answers))
    }

    /// Responds with JSON.
    convenience init(_ status: Int = 200, json: String) {
        self.init({ _ in answer(status, json) })
    }

    var asked: [HttpRequest] { state.with { $0.asked } }
    var waited: [WaitReason] { state.with { $0.waited } }

    func send(_ request: HttpRequest) async throws -> HttpResponse {
        let answer = state.with { state in
            state.asked.append(request)
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
        }
        return try await answer(request)
    }

    func monotonicMs() -> UInt64 {
        state.with { $0.nowMs }
    }

    func unixMs() -> UInt64 {
        1_767_225_600_000 + monotonicMs()
    }

    func sleep(for duration: Duration, reason: WaitReason) async throws {
        try Task.checkCancellation()
        state.with { state in
            state.waited.append(reason)
            state.nowMs += UInt64(duration.inMilliseconds)
        }
    }

    func limit(_: Duration) async throws {
        try await Task.sleep(for: .seconds(600))
    }
}

func answer(_ status: Int, _ json: String, _ headers: HttpHeader...) -> HttpResponse {
    HttpResponse(status: status, headers: headers, body: Data(json.utf8))
}

/// A sender as the server writes it.
func json(_ status: String = "ONLINE", sid: String = sid, _ more: String = "") -> String {
    #"{"sid":"\#(sid)","status":"\#(status)"\#(more)}"#
}

/// Returns the error that is thrown, as this package's error.
func failure(
    sourceLocation: SourceLocation = #_sourceLocation, _ work: () async throws -> some Any
) async -> SendersError {
    do {
        _ = try await work()
    } catch let error as SendersError {
        return error
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
        return SendersError(.misuse, "another error")
    }
    Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    return SendersError(.misuse, "nothing")
}

/// Does blocking work in a new thread: the tests share as many threads as there are cores.
func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: work)) }
    }
}

/// Runs the driver of the vectors for a call in a separate process, and returns whether it succeeded and what it wrote.
func alone(_ arguments: String..., environment: [String: String] = [:]) async throws -> (succeeded: Bool, text: String) {
    try await blocking {
        let process = Process()
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        process.executableURL = folder.appendingPathComponent("conformance-driver")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.filter { !$0.key.lowercased().hasSuffix("_proxy") }
            .merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus == 0, text)
    }
}

/// The emulator as a separate server process: `SENDERS_EMULATOR` names the program.
final class Emulator: Sendable {
    let baseURL: String
    private let process: Process

    init(_ arguments: String...) throws {
        let program = try #require(ProcessInfo.processInfo.environment["SENDERS_EMULATOR"], "SENDERS_EMULATOR must be set")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["--port", "0"] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        self.process = process
        var line = Data()
        while !line.contains(10), case let more = output.fileHandleForReading.availableData, !more.isEmpty {
            line += more
        }
        let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        baseURL = try #require(text.hasPrefix("listening on ") ? String(text.dropFirst("listening on ".count)) : nil)
    }

    deinit {
        // SIGTERM is blocked in what Foundation starts on Linux.
        kill(process.processIdentifier, SIGKILL)
    }

    /// Makes a fault affect the next requests; see tests/emulator/README.md.
    func inject(_ rule: String) async throws {
        #expect(try await control("POST", "faults", rule).status == 200)
    }

    /// The requests it was sent, as `METHOD target`.
    func journal() async throws -> [String] {
        struct Entry: Decodable {
            let method, target: String
        }
        let entries = try await JSONDecoder().decode([Entry].self, from: control("GET", "journal").body)
        return entries.map { "\($0.method) \($0.target)" }
    }

    func control(_ method: String, _ path: String, _ body: String = "") async throws -> HttpResponse {
        try await URLSessionTransport().send(
            HttpRequest(
                method: method, url: "\(baseURL)/_emulator/\(path)",
                headers: [HttpHeader("Content-Type", "application/json")], body: Data(body.utf8)))
    }
}
