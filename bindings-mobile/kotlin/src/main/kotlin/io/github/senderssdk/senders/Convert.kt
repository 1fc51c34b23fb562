// Converts the records of the native half into the types of this package and back. Nothing is decided here.
package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.Header
import io.github.senderssdk.senders.ffi.oneLine
import io.github.senderssdk.senders.ffi.CallOptions as NativeCallOptions
import io.github.senderssdk.senders.ffi.Ensured as NativeEnsured
import io.github.senderssdk.senders.ffi.SenderPage as NativeSenderPage
import io.github.senderssdk.senders.ffi.StatusChange as NativeStatusChange

internal fun NativeSenderPage.toPublic(): SenderPage = SenderPage(senders.map { it.toPublic() }, nextToken)

internal fun NativeStatusChange.toPublic(): StatusChange = StatusChange(Status(status), sender.toPublic(), token)

internal fun NativeEnsured.toPublic(): Ensured = Ensured(Resolution(resolution), sender.toPublic(), differences)

internal fun CallOptions.toNative(): NativeCallOptions = NativeCallOptions(
    timeout?.inWholeMilliseconds,
    totalTimeout?.inWholeMilliseconds,
    maxRetries?.toLong(),
    headers.map { (name, value) -> Header(name.checked("headers"), value.checked("headers")) },
)

/** The text, if all of it can be sent: half of a pair of UTF-16, as of an emoji that was cut, has no form in UTF-8. */
internal fun String.checked(field: String): String {
    val cut = indices.any { at ->
        when {
            this[at].isHighSurrogate() -> getOrNull(at + 1)?.isLowSurrogate() != true
            this[at].isLowSurrogate() -> getOrNull(at - 1)?.isHighSurrogate() != true
            else -> false
        }
    }
    if (cut) throw argumentException(field, "must be text without lone surrogates: a character was cut in two")
    return this
}

/** Returns the part that a log may show: the beginning in one line, numbers masked. */
internal fun String.shown(): String = oneLine(take(SHOWN).asText())

private const val SHOWN = 2048

/** The SID, or of a text that is none what a log may show. */
internal fun String.sidShown(): String = takeIf(SID::matches) ?: shown()

private val SID = Regex("[A-Z]{2}[0-9a-fA-F]{32}")
