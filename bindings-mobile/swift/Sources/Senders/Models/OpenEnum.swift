internal import SendersFFI

/// Words of the server's that this version may not know: a word it does not know is kept and goes back as it came.
public protocol OpenEnum: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible,
    ExpressibleByStringInterpolation where RawValue == String
{
    /// Every word this version knows.
    static var known: [Self] { get }
    /// The case of a word as it is on the wire.
    init(rawValue: String)
    /// A word this version does not know.
    static func unknown(_ text: String) -> Self
}

extension OpenEnum {
    /// The case of a word as it is on the wire.
    public init(rawValue: String) {
        self = Self.known.first { $0.rawValue == rawValue } ?? .unknown(rawValue)
    }

    /// The same.
    public init(stringLiteral value: String) {
        self.init(rawValue: value)
    }

    /// Reads a text.
    public init(from decoder: any Decoder) throws {
        try self.init(rawValue: decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the word as it is on the wire.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    /// The word; of one that this version does not know what a log may show: the beginning of it in one line, numbers masked.
    public var description: String { isKnown ? rawValue : shown(rawValue) }

    /// Whether this version knows the word.
    public var isKnown: Bool { Self.known.contains(self) }

    /// By the word, so that a word that was unknown once is the same afterwards.
    public static func == (left: Self, right: Self) -> Bool {
        left.rawValue == right.rawValue
    }

    /// By the word.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(rawValue)
    }
}

/// Returns the part of a server's text that a log may show: the beginning in one line, numbers masked.
func shown(_ text: String) -> String {
    oneLine(text: String(text.unicodeScalars.prefix(2048)))
}
