import Foundation
import Senders

/// A task of a driver.
struct ScriptedTask: Decodable {
    struct Config: Decodable {
        var account_sid, auth_token, api_key, api_secret, credentials, base_url, region, edge, user_agent: String?
        var timeout_ms, connect_timeout_ms, total_timeout_ms, seed: UInt64?
        var max_retries, max_response_bytes: Int?
    }

    struct Arguments: Decodable {
        /// Text; numbers are taken for their text, as Swift has no other way to say them.
        var sender_id: JSONValue?
        var sid, code, channel, token: String?
        var page_size, limit, max_retries: Int?
        var timeout_ms: Int64?
        var missing_ok, wait_for_verification: Bool?

        var senderID: String {
            switch sender_id {
            case .string(let text): text
            case .integer(let number): String(number)
            default: ""
            }
        }

        var options: CallOptions { CallOptions(maxRetries: max_retries) }
        var timeout: Duration? { timeout_ms.map { .milliseconds($0) } }
        var optionsOfAttempt: CallOptions { CallOptions(timeout: timeout, maxRetries: max_retries) }
    }

    struct Given: Decodable {
        var config: Config?
        var operation: String
        var args: Arguments?
        var resume_after: Int?
    }

    var id: String
    var given: Given
    var read: [String]
    var replies: [Answer]

    /// Runs the task; returns a line of JSON.
    func trace(_ line: String) async -> String {
        let harness = Harness(replies)
        var end: String
        do {
            end = try await run(harness, line)
        } catch {
            if let error = error as? SendersError {
                end = json(["error": fields(of: error)])
            } else if let error = error as? Refusal {
                end = json(["error": error.fields])
            } else {
                end = json(["crash": "\(error)"])
            }
        }
        if harness.hasRunOut {
            end = json(["crash": "the script has no more replies"])
        }
        return #"{"id":\#(json(id)),"events":\#(json(harness.events)),"end":\#(end)}"#
    }

    private func run(_ harness: Harness, _ line: String) async throws -> String {
        let client = try client(harness)
        let args = given.args ?? Arguments()
        switch given.operation {
        case "list":
            try await list(client, args, harness)
            return json(["listed": true])
        case "wait_until_online":
            return try ended(await wait(client, args, harness))
        case "fetch":
            return try ended(await client.fetch(args.sid ?? "", options: args.optionsOfAttempt))
        case "verify":
            return try ended(await client.verify(args.sid ?? "", code: args.code ?? "", options: args.optionsOfAttempt))
        case "delete":
            try await client.delete(args.sid ?? "", missingOK: args.missing_ok ?? false, options: args.optionsOfAttempt)
            return json(["deleted": true])
        case "create":
            let say = try sections(line)
            return try ended(
                await client.create(
                    args.senderID, friendlyName: say.friendly_name, configuration: say.configuration,
                    webhook: say.webhook, profile: say.profile, options: args.optionsOfAttempt))
        case "update":
            let say = try sections(line)
            return try ended(
                await client.update(
                    args.sid ?? "", friendlyName: say.friendly_name, configuration: say.configuration,
                    webhook: say.webhook, profile: say.profile, options: args.optionsOfAttempt))
        case "ensure":
            let say = try sections(line)
            let ensured = try await client.ensure(
                args.senderID, friendlyName: say.friendly_name, configuration: say.configuration,
                webhook: say.webhook, profile: say.profile, options: args.optionsOfAttempt)
            return try ended(ensured.sender, resolution: ensured.resolution)
        default:
            return json(["crash": "no operation \(given.operation)"])
        }
    }

    private func client(_ harness: Harness) throws -> Senders {
        let config = given.config ?? Config()
        func duration(_ ms: UInt64?) -> Duration? { ms.map { .milliseconds(Int64($0)) } }
        let none = config.credentials == "none"
        let isGiven = [config.account_sid, config.auth_token, config.api_key, config.api_secret].contains { $0 != nil }
        let zeros = String(repeating: "0", count: 32)
        return try Senders(
            accountSid: none || isGiven ? config.account_sid : "AC\(zeros)",
            authToken: none || isGiven ? config.auth_token : zeros,
            apiKey: config.api_key, apiSecret: config.api_secret, noCredentials: none,
            baseURL: config.base_url, region: config.region, edge: config.edge,
            timeout: duration(config.timeout_ms), connectTimeout: duration(config.connect_timeout_ms),
            totalTimeout: duration(config.total_timeout_ms), maxRetries: config.max_retries,
            maxResponseBytes: config.max_response_bytes, userAgent: config.user_agent, transport: harness,
            clock: harness, seed: config.seed ?? 0)
    }

    /// Reads the sections. If Swift's types cannot hold them, the core refuses the arguments as they are written.
    private func sections(_ line: String) throws -> Sections {
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        let given = object?["given"] as? [String: Any]
        var args = given?["args"] as? [String: Any] ?? [:]
        for name in ["sender_id", "sid", "timeout_ms", "max_retries"] {
            args[name] = nil
        }
        var read: [String: Sender] = [:]
        for (name, section) in args {
            guard var section = section as? [String: Any], let text = section.removeValue(forKey: "$received") as? String else { continue }
            read[name] = try Sender(json: #"{"sid":"X","status":"S","\#(name)":\#(text)}"#)
            args[name] = section
        }
        let data = try JSONSerialization.data(withJSONObject: args)
        if let refusal = refusal(of: String(decoding: data, as: UTF8.self)) {
            throw refusal
        }
        return try JSONDecoder().decode(Sections.self, from: data).under(read)
    }

    private func list(_ client: Senders, _ args: Arguments, _ harness: Harness) async throws {
        let channel = Channel(rawValue: args.channel ?? "whatsapp")
        var pages = client.list(
            channel: channel, pageSize: args.page_size, limit: args.limit, token: args.token, options: args.optionsOfAttempt
        ).pages
        var seen = 0
        var isOver = false
        while !isOver {
            isOver = true
            for try await page in pages {
                harness.add(["page": ["sids": page.senders.map(\.sid), "has_next": page.nextToken != nil] as [String: Any]])
                seen += 1
                if seen == given.resume_after {
                    pages = client.list(token: page.nextToken, options: args.optionsOfAttempt).pages
                    isOver = false
                    break
                }
            }
        }
    }

    private func wait(_ client: Senders, _ args: Arguments, _ harness: Harness) async throws -> Sender {
        if given.resume_after == nil {
            let report: @Sendable (StatusChange) async throws -> Void = { harness.add(["status": $0.status.rawValue]) }
            return try await client.waitUntilOnline(
                args.sid, token: args.token, timeout: args.timeout,
                waitForVerification: args.wait_for_verification ?? false, options: args.options, onStatus: report)
        }
        var statuses = client.statuses(
            of: args.sid, timeout: args.timeout, waitForVerification: args.wait_for_verification ?? false,
            options: args.options
        ).makeAsyncIterator()
        var seen = 0
        while let change = try await statuses.next() {
            harness.add(["status": change.status.rawValue])
            seen += 1
            if seen == given.resume_after {
                statuses = client.statuses(token: change.token, options: args.options).makeAsyncIterator()
            }
        }
        guard let sender = statuses.online else { throw Impossible() }
        return sender
    }

    private func ended(_ sender: Sender, resolution: Ensured.Resolution? = nil) throws -> String {
        let ensured = resolution.map { #""ensured":{"resolution":"\#($0.rawValue)","sender":\#(sender.json)}"# }
        var out = ensured ?? #""sender":\#(sender.json)"#
        if !read.isEmpty {
            var reads: [String: Any] = [:]
            for path in read {
                reads[path] = try value(of: sender, at: path)
            }
            out += #","reads":\#(json(reads))"#
        }
        return "{\(out)}"
    }
}

/// A task that the public interface cannot express.
struct Impossible: Error {}
