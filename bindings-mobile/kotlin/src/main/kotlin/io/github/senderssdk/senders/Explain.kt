@file:JvmName("Explanations")

package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.explanationOfCode

/**
 * Explains one of Twilio's error codes: of an error, of an offline reason, or of the error log.
 * Null for a code that this version does not know.
 */
public fun explain(code: String): Explanation? = guarded { explanationOfCode(code.checked("code")) }?.toPublic()

/** Explains one of Twilio's error codes. Null for a code that this version does not know. */
public fun explain(code: Int): Explanation? = explain(code.toString())
