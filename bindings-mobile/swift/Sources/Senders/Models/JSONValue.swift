/// A value of JSON, for fields this version does not know.
public enum JSONValue: Hashable, Sendable {
    /// Null.
    case null
    /// True or false.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// Any other number.
    case number(Double)
    /// A text.
    case string(String)
    /// A list.
    case array([JSONValue])
    /// An object.
    case object([String: JSONValue])
}

extension JSONValue: Codable {
    /// Reads any JSON.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try Self.read(Double.self, of: container, decoder, else: .infinity) {
            self = .number(value)
        } else if let value = try Self.read(String.self, of: container, decoder, else: "\u{fffd}") {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = try .object(container.decode([String: JSONValue].self))
        }
    }

    /// A value of this type; nil if it is of another one. If it is of the type but has no value in Swift, as `1e400` and half of
    /// an emoji, it is `other`, unless the decoder must be exact.
    private static func read<Value: Decodable>(
        _ type: Value.Type, of container: any SingleValueDecodingContainer, _ decoder: any Decoder, else other: Value
    ) throws -> Value? {
        do {
            return try container.decode(type)
        } catch DecodingError.typeMismatch {
            return nil
        } catch {
            guard decoder.userInfo[.isExact] == nil else { throw error }
            return other
        }
    }

    /// Writes it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

extension CodingUserInfoKey {
    /// Set where what has no value in Swift is an error.
    static let isExact = Self(rawValue: "io.github.senderssdk.exact")!
}

extension JSONValue {
    /// A field of an object; nil in anything else.
    public subscript(field: String) -> JSONValue? {
        if case .object(let fields) = self { fields[field] } else { nil }
    }

    /// The text, if it is one.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }
}
