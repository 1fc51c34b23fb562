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
    let typed: (any Encodable)? =
        switch steps.first {
        case "sid": sender.sid
        case "status": sender.status
        case "sender_id": sender.senderID
        case "friendly_name": sender.friendlyName
        case "configuration": sender.configuration
        case "webhook": sender.webhook
        case "profile": sender.profile
        case "properties": sender.properties
        // No reasons are an empty list in Swift, where the server says null or nothing.
        case "offline_reasons": sender.offlineReasons.isEmpty ? nil : sender.offlineReasons
        case "compliance": sender.compliance
        case "url": sender.url
        case "pending_display_name": sender.pendingDisplayName
        case "pending_display_name_status": sender.pendingDisplayNameStatus
        case "pending_display_name_status_date": sender.pendingDisplayNameStatusDate
        case "display_name_status": sender.displayNameStatus
        default: throw Impossible()
        }
    guard let typed else { return NSNull() }
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
