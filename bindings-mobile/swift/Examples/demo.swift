// One sender's whole life, step by step, against the emulator (or whatever SENDERS_BASE_URL says).
//
//   cargo run -p senders-emulator -- --port 8421
//
// and this as `main.swift` of a package that depends on Senders.

import Foundation
import Senders

let number = "whatsapp:+15017122661"
let environment = ProcessInfo.processInfo.environment
// The emulator's address; its default port if the variable is not set. Never Twilio: a demo registers nothing for real.
let baseURL = environment["SENDERS_BASE_URL"] ?? "http://127.0.0.1:8421"

/// A client with the environment's credentials, or else the emulator's own.
func newClient() throws -> Senders {
    if environment.keys.contains(where: { $0.hasPrefix("TWILIO_") }) {
        return try Senders(baseURL: baseURL)
    }
    let zeros = String(repeating: "0", count: 32)
    return try Senders(accountSid: "AC\(zeros)", authToken: zeros, baseURL: baseURL)
}

@Sendable func say(_ step: String, _ text: String) {
    print("  " + step.padding(toLength: 8, withPad: " ", startingAt: 0) + " " + text)
}

@Sendable func report(_ change: StatusChange) {
    say("", "status \(change.status)")
}

/// Walks the sender through its life.
func life(_ client: Senders) async throws {
    var sender = try await client.create(
        number, configuration: .init(verificationMethod: "sms"), profile: .init(name: "Example"))
    say("create", "\(sender.sid) is \(sender.status)")
    do {
        sender = try await client.waitUntilOnline(sender.sid, timeout: .seconds(60), onStatus: report)
    } catch let error as SendersError where error.kind == .verificationRequired {
        say("verify", "\(error.nextStep.prefix { $0 != "," }): 123456")
        try await client.verify(sender.sid, code: "123456")
        sender = try await client.waitUntilOnline(token: error.resumeToken ?? "", onStatus: report)
    }
    say("online", "\(sender.sid) can send")

    try await client.update(
        sender.sid, webhook: .init(callbackURL: "https://example.com/in"), profile: .init(about: "Made by the demo"))
    sender = try await client.waitUntilOnline(sender.sid, timeout: .seconds(60))
    say("update", "incoming messages go to \(sender.webhook?.callbackURL ?? "nowhere")")

    sender = try await client.fetch(sender.sid)
    say("fetch", "\(sender), about: \(sender.profile?.about ?? "nothing")")

    var others: [Sender] = []
    for n in 0..<4 {
        let digits = String(repeating: "0", count: 3) + String(n)
        others.append(try await client.create("whatsapp:+1555010\(digits)", profile: .init(name: "Example \(n)")))
    }
    var page = 0
    for try await senders in client.list(pageSize: 2).pages.map(\.senders) {
        page += 1
        say("list", "page \(page): " + senders.map { "\($0.sid.prefix(8))… \($0.status)" }.joined(separator: ", "))
    }
    for one in [sender] + others {
        try await client.delete(one.sid)
    }
    do {
        _ = try await client.fetch(sender.sid, options: CallOptions(maxRetries: 0))
    } catch let error as SendersError where error.kind == .notFound {
        say("delete", "\(sender.sid) is gone (\(error.status ?? 0), code \(error.code ?? 0))")
    }
}

let start = ContinuousClock.now
let client = try newClient()
print("Swift: \(client)")
do {
    try await life(client)
    let (seconds, attoseconds) = start.duration(to: .now).components
    print("Swift: done in \(seconds).\(attoseconds / 100_000_000_000_000_000) s")
} catch let error as SendersError {
    print("Swift: failed: \(error.message)")
    exit(1)
}
