package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.Details
import io.github.senderssdk.senders.ffi.Failure
import io.github.senderssdk.senders.ffi.FfiConverterTypeDetails
import io.github.senderssdk.senders.ffi.argumentFailure
import io.github.senderssdk.senders.ffi.failureOfKind
import java.io.ObjectInputStream
import java.io.ObjectOutputStream
import java.io.Serializable
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import java.time.Instant
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

/**
 * The exception for every failure of this package, except for the cancellation of a coroutine, which stays a
 * `CancellationException`.
 *
 * [message] is one line: what happened, whether it was sent, whether it is safe to repeat, what to do next. It holds no
 * secret and no whole phone number.
 */
public sealed class SendersException(
    /** The kind. */
    public val kind: ErrorKind,
    details: Details,
    cause: Throwable?,
) : Exception(details.text, cause) {
    private val known = Known(details)
    private val details: Details get() = known.details()

    /** The message in one line: what happened and what to do. */
    override val message: String get() = details.text

    /** The HTTP status, if there was a response. */
    public val status: Int? get() = details.status?.toInt()

    /** Twilio's error code: of the response, or of the first reason a sender is offline. */
    public val code: Int? get() = details.code?.toInt()

    /** A link to more about it. */
    public val moreInfo: String? get() = details.moreInfo

    /** The id of the failed request, to be named to Twilio's support. */
    public val requestId: String? get() = details.requestId

    /** How long the server asked to be left alone. */
    public val retryAfter: Duration? get() = details.retryAfterMs?.toLong()?.milliseconds

    /** Whether repeating the same call is safe and may succeed. */
    public val isRetryable: Boolean get() = details.retryable

    /** Whether the server may have carried the call out: false only when it surely did not. */
    public val mayHaveExecuted: Boolean get() = details.mayHaveExecuted

    /** How many requests were sent, or tried to be sent. */
    public val attempts: Int get() = details.attempts.toInt()

    /** The next step. */
    public val nextStep: String get() = details.nextStep

    /** The argument at fault, such as `profile.emails[0].email`. */
    public val field: String? get() = details.field

    /** The sender the call was about, by SID. */
    public val sid: String? get() = details.sid

    /** The sender the call was about, by what it is addressed by, in full. */
    public val senderId: String? get() = details.senderId

    /** The sender as it was last seen. */
    public val sender: Sender? get() = known.sender

    /** The statuses a wait has seen, in order. */
    public val statuses: List<Status> get() = details.statuses.map(::Status)

    /** Goes on with a wait: `client.waitUntilOnline(token = error.resumeToken, timeout = 10.minutes)`. */
    public val resumeToken: String? get() = details.resumeToken

    /** The body of the response as it was received. It may hold phone numbers. */
    public val body: String? get() = details.body?.decodeToString()

    /** When the first request of the call was sent. */
    public val startedAt: Instant? get() = details.startedUnixMs?.toLong()?.let(Instant::ofEpochMilli)

    /** When the last attempt ended. */
    public val endedAt: Instant? get() = details.endedUnixMs?.toLong()?.let(Instant::ofEpochMilli)
}

/** The details of an exception, in a form that can be serialised with it: job queues and test runners do so. */
internal class Known(details: Details) : Serializable {
    @Transient private var known = details

    @Transient private var read: Sender? = null

    @JvmSynthetic
    fun details(): Details = known

    val sender: Sender?
        get() = read ?: known.sender?.toPublic().also { read = it }

    private fun writeObject(out: ObjectOutputStream) {
        val bytes = ByteBuffer.allocate(FfiConverterTypeDetails.allocationSize(known).toInt())
        FfiConverterTypeDetails.write(known, bytes)
        out.writeObject(bytes.array().copyOf(bytes.position()))
    }

    private fun readObject(input: ObjectInputStream) {
        known = FfiConverterTypeDetails.read(ByteBuffer.wrap(input.readObject() as ByteArray))
    }

    private companion object {
        const val serialVersionUID = 1L
    }
}

internal fun publicException(details: Details, cause: Throwable?): SendersException {
    val kind = ErrorKind.entries.find { it.word == details.kind } ?: ErrorKind.INTERNAL
    return exceptionOf(kind)(kind, details, cause)
}

/**
 * Calls into the native library: its errors become exceptions of this package. Its own exception is not kept as a
 * cause, since the text of that shows everything.
 */
internal inline fun <T> guarded(cause: Throwable? = null, call: () -> T): T = try {
    call()
} catch (failure: Failure) {
    throw publicException(failure, cause)
} catch (_: CharacterCodingException) {
    throw argumentException("the request", "must be text without lone surrogates")
} catch (bug: io.github.senderssdk.senders.ffi.InternalException) {
    throw sendersException(ErrorKind.INTERNAL, "a bug of this library: ${bug.message}")
}

internal fun publicException(failure: Failure, cause: Throwable?): SendersException = when (failure) {
    is Failure.Failed -> publicException(failure.details, cause)
}

/** An exception for what is found on this side of the border. */
internal fun sendersException(kind: ErrorKind, text: String): SendersException =
    thrownBy { failureOfKind(kind.word, text) }

/** A caller's mistake that is found on this side of the border: a rule that begins with `must`. */
internal fun argumentException(field: String, rule: String): SendersException =
    thrownBy { argumentFailure(field, rule) }

private inline fun thrownBy(failing: () -> Unit): SendersException = try {
    failing()
    error("it always fails")
} catch (failure: Failure) {
    publicException(failure, null)
}
