// Alone in a file that does not know the public package: the names of both are the same.

import SendersFFI

let panicOfTheCore: @Sendable () throws -> Void = { try forcedPanic() }
let failureOfTheCore: @Sendable (String) throws -> Void = { try failureOfKind(kind: $0, text: "it happened") }
