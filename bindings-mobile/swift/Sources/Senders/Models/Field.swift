/// A field of a request, in one of its three states.
///
/// Text and lists are written as they are: `name: "Example"`, `emails: []`. A variable is wrapped: `.value(name)`.
public enum Field<Value: Codable & Hashable & Sendable>: Hashable, Sendable {
    /// It is left out: what is there stays as it is.
    case untouched
    /// It is null: what is there is removed.
    case null
    /// It has this value; the empty text is one too.
    case value(Value)

    /// A value, or untouched where there is none.
    public init(_ value: Value?) {
        self = value.map(Field.value) ?? .untouched
    }

    /// The value, if there is one.
    public var value: Value? {
        if case .value(let value) = self { value } else { nil }
    }
}

/// Shows which state it is in, not the value: names, numbers and codes stay out of logs.
extension Field: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `untouched`, `null` or `***`.
    public var description: String {
        switch self {
        case .untouched: "untouched"
        case .null: "null"
        case .value: "***"
        }
    }
    /// The same.
    public var debugDescription: String { description }
    /// No parts.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension Field: ExpressibleByUnicodeScalarLiteral where Value: ExpressibleByStringLiteral {
    /// The value.
    public init(unicodeScalarLiteral value: Value.StringLiteralType) {
        self = .value(Value(stringLiteral: value))
    }
}

extension Field: ExpressibleByExtendedGraphemeClusterLiteral where Value: ExpressibleByStringLiteral {
    /// The value.
    public init(extendedGraphemeClusterLiteral value: Value.StringLiteralType) {
        self = .value(Value(stringLiteral: value))
    }
}

extension Field: ExpressibleByStringLiteral where Value: ExpressibleByStringLiteral {
    /// The value.
    public init(stringLiteral value: Value.StringLiteralType) {
        self = .value(Value(stringLiteral: value))
    }
}

extension Field: ExpressibleByStringInterpolation
where Value: ExpressibleByStringInterpolation, Value.StringInterpolation == DefaultStringInterpolation {
    /// The value.
    public init(stringInterpolation: DefaultStringInterpolation) {
        self = .value(Value(stringInterpolation: stringInterpolation))
    }
}

extension Field: ExpressibleByArrayLiteral where Value: RangeReplaceableCollection {
    /// The list.
    public init(arrayLiteral elements: Value.Element...) {
        self = .value(Value(elements))
    }
}

extension Field: Codable {
    /// Reads null or a value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = try container.decodeNil() ? .null : .value(container.decode(Value.self))
    }

    /// Writes the value, or null. Within an object what is untouched is left out.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value {
            try container.encode(value)
        } else {
            try container.encodeNil()
        }
    }
}

// The encoders and decoders that the compiler writes call these for each field of three states.

extension KeyedEncodingContainer {
    /// Writes a field of three states: nothing if it is untouched.
    public mutating func encode<Value>(_ field: Field<Value>, forKey key: Key) throws {
        switch field {
        case .untouched: break
        case .null: try encodeNil(forKey: key)
        case .value(let value): try encode(value, forKey: key)
        }
    }
}

extension KeyedDecodingContainer {
    /// Reads a field of three states: untouched if it is not there.
    public func decode<Value>(_: Field<Value>.Type, forKey key: Key) throws -> Field<Value> {
        guard contains(key) else { return .untouched }
        return try decodeNil(forKey: key) ? .null : .value(decode(Value.self, forKey: key))
    }
}
