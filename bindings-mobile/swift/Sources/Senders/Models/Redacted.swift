/// A type that holds names, numbers or codes: printed, logged or dumped it shows its type alone.
protocol Redacted: CustomDebugStringConvertible, CustomReflectable {}

extension Redacted {
    /// The type.
    public var debugDescription: String { "\(Self.self)(***)" }
    /// No parts.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension OfflineReason: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The code and the message as a log may show them: in one line, numbers masked.
    public var description: String { "OfflineReason(\(shown(code ?? "no code")): \(shown(message ?? "no message")))" }
    /// The same.
    public var debugDescription: String { description }
    /// No parts: they are as the server wrote them.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
