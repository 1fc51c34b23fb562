// Alone in a file that does not know the public package: the names of both are the same.

import SendersFFI

/// The core's error for arguments that Swift's types cannot hold.
struct Refusal: Error {
    let fields: [String: any Sendable]
}

/// Returns the core's error for the fields of a request; nil if they are right.
func refusal(of json: String) -> Refusal? {
    do {
        try checkFields(json: json)
        return nil
    } catch Failure.Failed(let details) {
        return Refusal(fields: [
            "kind": details.kind, "message": details.text, "retryable": details.retryable,
            "may_have_executed": details.mayHaveExecuted, "attempts": Int(details.attempts), "next_step": details.nextStep,
        ])
    } catch {
        return Refusal(fields: ["kind": "internal", "message": "\(error)"])
    }
}
