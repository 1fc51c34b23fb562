/// A type that holds names, numbers or codes: printed, logged or dumped it shows its type alone.
protocol Redacted: CustomDebugStringConvertible, CustomReflectable {}

extension Redacted {
    /// The type.
    public var debugDescription: String { "\(Self.self)(***)" }
    /// No parts.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
