import Foundation
import Senders

/// JSON on one line.
func json(_ value: Any) -> String {
    let data = try? JSONSerialization.data(withJSONObject: value, options: [.fragmentsAllowed, .withoutEscapingSlashes])
    return String(decoding: data ?? Data("null".utf8), as: UTF8.self)
}

/// The field at `profile.emails[0].email` as the typed interface has it; null if there is nothing of its type.
func value(of sender: Sender, at path: String) throws -> Any {
    let steps = path.split(whereSeparator: { ".[]".contains($0) })
    guard let typed = try sender.field(named: String(steps.first ?? "")) else { return NSNull() }
    var found: Any? = try JSONSerialization.jsonObject(with: JSONEncoder().encode(typed), options: .fragmentsAllowed)
    for step in steps.dropFirst() {
        if let place = Int(step) {
            let items = found as? [Any] ?? []
            found = items.indices.contains(place) ? items[place] : nil
        } else {
            found = (found as? [String: Any])?[String(step)]
        }
    }
    return found ?? NSNull()
}

/// An error as the vectors have it.
func fields(of error: SendersError) -> [String: Any] {
    var fields: [String: Any] = [
        "kind": error.kind.rawValue,
        "message": error.kind == .invalidArgument ? inTheirWords(error.message) : error.message,
        "retryable": error.isRetryable,
        "may_have_executed": error.mayHaveExecuted,
        "attempts": error.attempts,
        "next_step": error.nextStep,
    ]
    fields["status"] = error.status
    fields["code"] = error.code
    fields["more_info"] = error.moreInfo
    fields["request_id"] = error.requestID
    fields["retry_after"] = error.retryAfter.map { Double($0.wholeMs) / 1000 }
    fields["sender_id"] = error.senderID
    fields["sid"] = error.sid
    fields["statuses"] = error.statuses.isEmpty ? nil : error.statuses.map(\.rawValue)
    return fields
}

/// A message about an argument with its names as on the wire; what the caller gave stays as it is.
private func inTheirWords(_ message: String) -> String {
    let parts = message.split(separator: ", got ", maxSplits: 1, omittingEmptySubsequences: false)
    var out = ""
    var last: Character = " "
    for letter in parts[0] {
        if letter.isUppercase, last.isLowercase { out += "_" }
        out += letter.isUppercase && last.isLetter ? letter.lowercased() : String(letter)
        last = letter
    }
    return out + (parts.count > 1 ? ", got " + parts[1] : "")
}
