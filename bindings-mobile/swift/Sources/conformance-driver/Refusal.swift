// Alone in a file that does not know the public package: the names of both are the same.

import SendersFFI

/// What the core says of arguments that Swift's types cannot hold.
struct Refusal: Error {
    let fields: [String: any Sendable]
}

/// What the core finds wrong with what a request says of a sender; nil if it is right.
func refusal(of json: String) -> Refusal? {
    do {
        _ = try fieldsOfJson(json: json)
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
