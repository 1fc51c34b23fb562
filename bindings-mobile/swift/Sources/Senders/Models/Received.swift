import Foundation
internal import SendersFFI

/// Where a part of a sender was read. Two parts with the same fields are equal, even if they were read in different places.
struct Received: Hashable, Sendable {
    var source: Source?
    /// Nil for what a person wrote.
    var part: Part?
    /// Its place, where it is one of a list.
    var place: Int?

    static func == (_: Self, _: Self) -> Bool { true }

    func hash(into _: inout Hasher) {}

    /// The part as JSON.
    var json: String? {
        guard let source, let part else { return nil }
        guard let place else { return partOfJson(json: source.json, part: part) }
        let items = source.items(of: part)
        return items.indices.contains(place) ? items[place] : nil
    }

    /// The part as it was read.
    func part<Value>(_ path: KeyPath<Sender, Value?>) -> Value? {
        source?.sender?[keyPath: path]
    }

    /// The same of an item of a list.
    func item<Value>(_ path: KeyPath<Sender, [Value]?>) -> Value? {
        guard let place, let items = part(path), items.indices.contains(place) else { return nil }
        return items[place]
    }
}

/// The JSON of a sender, read again at most once for all its parts: a long list has many.
final class Source: Sendable {
    let json: String
    private let read = Locked<(sender: Sender?, items: [Part: [String]])>((nil, [:]))

    init(_ json: String) {
        self.json = json
    }

    /// The sender as it was read.
    var sender: Sender? {
        read.with { read in
            read.sender = read.sender ?? (try? Sender(json: json))
            return read.sender
        }
    }

    /// The JSON of each item of the list that a part is one of.
    func items(of part: Part) -> [String] {
        read.with { read in
            let items = read.items[part] ?? itemsOfJson(json: json, part: part)
            read.items[part] = items
            return items
        }
    }
}

/// A field that was read and may have been changed since.
func changed<Value: Codable & Hashable>(_ was: Value?, _ now: Value?) -> Field<Value> {
    isSame(was, now) ? .untouched : now.map(Field.value) ?? .null
}

/// A list that was read and may have been changed since.
func changed<Item: Codable & Hashable, Fields>(
    _ was: [Item]?, _ now: [Item]?, _ fields: (Item) -> Fields
) -> Field<[Fields]> {
    isSame(was, now) ? .untouched : now.map { .value($0.map(fields)) } ?? .null
}

/// Whether both are the same byte by byte: to Swift two texts are equal that write the same character differently.
private func isSame<Value: Codable & Hashable>(_ was: Value?, _ now: Value?) -> Bool {
    func bytes(_ value: Value?) -> Data? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return try? encoder.encode([value])
    }
    return was == now && (was == nil || bytes(was) == bytes(now))
}

extension Sections {
    /// The JSON in which a request crosses the border. An object that was read is in it as it came, with its changes
    /// beside it.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            encoder.userInfo[.isRequest] = true
            do {
                return try String(decoding: encoder.encode(self), as: UTF8.self)
            } catch {
                // The error may show a value.
                throw SendersError(
                    .internal, "a bug of this library: a request that has no JSON", nextStep: "report it")
            }
        }
    }
}

extension Encoder {
    /// Writes an object as a response had it, under the key by which the core knows it: in a request, nowhere else.
    func encode(received json: String?) throws {
        guard let json, userInfo[.isRequest] != nil else { return }
        var container = container(keyedBy: ReceivedKey.self)
        try container.encode(json, forKey: .received)
    }
}

private enum ReceivedKey: String, CodingKey {
    case received = "$received"
}

extension CodingUserInfoKey {
    /// Set where a request is written.
    fileprivate static let isRequest = Self(rawValue: "io.github.senderssdk.request")!
}
