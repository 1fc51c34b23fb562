internal import SendersFFI

/// Explains one of Twilio's error codes: of an error, of an offline reason, or of the error log.
/// Nil for a code that this version does not know.
public func explain(_ code: String) -> Explanation? {
    _ = spelling
    return explanationOfCode(code: code).map(Explanation.init)
}

/// Explains one of Twilio's error codes. Nil for a code that this version does not know.
public func explain(_ code: Int) -> Explanation? {
    explain(String(code))
}
