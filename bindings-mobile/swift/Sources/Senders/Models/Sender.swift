import Foundation
internal import SendersFFI

extension Sender: Identifiable {
    /// The SID.
    public var id: String { sid }
}

extension Sender {
    /// Every field as the server sent it, those included that this version does not know. Read from ``json`` each time. A number
    /// that no `Double` can hold is infinite, and text with half a character in it has U+FFFD in its place.
    public var fields: [String: JSONValue] {
        (try? JSONDecoder().decode([String: JSONValue].self, from: Data(json.utf8))) ?? [:]
    }

    /// Reads a sender from its JSON.
    ///
    /// - Throws: ``SendersError`` if it is no object with a text `sid` and a text `status`.
    public init(json: String) throws {
        self = try Sender(typed { try senderOfJson(json: json) })
    }
}

extension Sender: Hashable {
    /// Whether the server said the same of both, in whatever order.
    public static func == (left: Self, right: Self) -> Bool {
        left.sid == right.sid && left.status == right.status
            && (left.json == right.json || left.fields == right.fields)
    }

    /// By SID and status.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(sid)
        hasher.combine(status)
    }
}

extension Sender: Codable {
    /// Reads the server's JSON.
    public init(from decoder: any Decoder) throws {
        let object = try decoder.singleValueContainer().decode(JSONValue.self)
        let json = try String(decoding: JSONEncoder().encode(object), as: UTF8.self)
        do {
            try self.init(json: json)
        } catch {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "no sender", underlyingError: error))
        }
    }

    /// Writes the server's JSON; throws where Swift has no value for something in it, rather than to leave it out.
    public func encode(to encoder: any Encoder) throws {
        let decoder = JSONDecoder()
        decoder.userInfo[.isExact] = true
        let fields: [String: JSONValue]
        do {
            fields = try decoder.decode([String: JSONValue].self, from: Data(json.utf8))
        } catch {
            let why = "something in the JSON of the sender has no value in Swift: keep its `json`"
            throw EncodingError.invalidValue(
                self, .init(codingPath: encoder.codingPath, debugDescription: why, underlyingError: error))
        }
        var container = encoder.singleValueContainer()
        try container.encode(fields)
    }
}

/// Shows the SID and the status: names and numbers stay out of logs.
extension Sender: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The SID and the status.
    public var description: String { "Sender(\(shownSid), \(status))" }
    /// The same.
    public var debugDescription: String { description }
    /// The SID and the status.
    public var customMirror: Mirror { Mirror(self, children: ["sid": shownSid, "status": status.description]) }

    /// It is the server's word, and may be no SID.
    private var shownSid: String {
        let digits = sid.utf8.dropFirst(2)
        return digits.count == 32 && digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit } ? sid : shown(sid)
    }
}

/// One page of a listing.
public struct SenderPage: Hashable, Sendable {
    /// The senders in the server's order.
    public let senders: [Sender]
    /// Goes on after this page in a later ``Senders/list(channel:pageSize:limit:token:options:)``, in any process and
    /// language; nil after the last page.
    public let nextToken: String?

    init(_ record: SendersFFI.SenderPage) {
        senders = record.senders.map(Sender.init)
        nextToken = record.nextToken
    }
}

/// A status a wait has seen, that was not the one before.
public struct StatusChange: Hashable, Sendable {
    /// The status.
    public let status: Status
    /// The sender as it was seen.
    public let sender: Sender
    /// Takes the wait up from here, in any process and language.
    public let token: String

    init(_ record: SendersFFI.StatusChange) {
        status = Status(rawValue: record.status)
        sender = Sender(record.sender)
        token = record.token
    }
}

/// The result of ``Senders/ensure(_:friendlyName:configuration:webhook:profile:token:options:onToken:)``.
public struct Ensured: Hashable, Sendable {
    /// How the sender was found or created.
    public enum Resolution: String, Hashable, Sendable, CaseIterable {
        /// It was registered now.
        case created
        /// It was there before.
        case found
        /// It was found after a registration whose outcome was not known.
        case reconciled
    }

    /// How the sender was found or created.
    public let resolution: Resolution
    /// The sender.
    public let sender: Sender
    /// The fields of the request that the found sender does not have, such as `profile.name`. They are reported, never
    /// overwritten: update the sender if you want to change it.
    public let differences: [String]

    init(_ record: SendersFFI.Ensured) throws {
        guard let resolution = Resolution(rawValue: record.resolution) else {
            throw SendersError(.internal, "an end this version does not know")
        }
        self.resolution = resolution
        sender = Sender(record.sender)
        differences = record.differences
    }
}

extension CreateRequest {
    var record: EnsureRequest {
        get throws { try EnsureRequest(senderId: senderID, fields: sections.json) }
    }
}

/// The result of ``Senders/ensureAll(_:token:options:onToken:onResult:)`` for one sender: either `ensured` or `error` is there.
public struct EnsureResult: Sendable {
    /// The address of the sender, as it was given.
    public let senderID: String
    /// How it was found or created, and the sender.
    public let ensured: Ensured?
    /// Why it may not be there.
    public let error: SendersError?
}

/// Shows the result, not the number.
extension EnsureResult: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The result.
    public var description: String {
        if let ensured { "EnsureResult(\(ensured.resolution), \(ensured.sender))" } else { "EnsureResult(\(error as Any))" }
    }
    /// The same.
    public var debugDescription: String { description }
    /// No parts.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
