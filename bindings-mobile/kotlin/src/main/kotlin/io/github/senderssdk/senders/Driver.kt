package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.FailureKind
import io.github.senderssdk.senders.ffi.Header
import io.github.senderssdk.senders.ffi.Moment
import io.github.senderssdk.senders.ffi.Operation
import io.github.senderssdk.senders.ffi.Sent
import io.github.senderssdk.senders.ffi.Step
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.isActive
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import io.github.senderssdk.senders.ffi.WaitReason as NativeWaitReason

/** Obeys the machine of one call until it ends: the one loop of this package. */
internal class Driver(
    private val operation: Operation,
    private val name: String,
    private val context: CallContext,
) : AutoCloseable {
    private val call = context.calls.incrementAndGet()
    private var attempts = 0

    /** The exception of the last attempt that failed. */
    var cause: Throwable? = null
        private set

    private val now: Moment
        get() = Moment(
            // From any point, one below zero too: the least of all is the core's zero.
            (context.clock.monotonicMillis() xor Long.MIN_VALUE).toULong(),
            context.clock.unixMillis().coerceAtLeast(0).toULong(),
        )

    /** Runs until there is a value on the way or the end. Large responses are read on other threads than the caller's. */
    suspend fun next(): Step = withContext(context.reading) {
        currentCoroutineContext()[LastResponse]?.claim(this@Driver)
        while (true) {
            currentCoroutineContext().ensureActive()
            when (val step = step()) {
                is Step.Send -> send(step)
                is Step.Wait -> pause(step)
                Step.InFlight ->
                    throw sendersException(ErrorKind.INTERNAL, "a request whose response was reported is still out")
                else -> return@withContext step.also(::logValue)
            }
        }
        @Suppress("UNREACHABLE_CODE")
        error("the loop above has no end")
    }

    /** Frees what the call holds, and gives it up if it has not ended. */
    override fun close() = operation.close()

    private fun step(): Step = try {
        guarded(cause) { operation.step(now) }
    } catch (error: SendersException) {
        log { "failed: ${error.message}" }
        throw error
    }

    private fun logValue(step: Step) {
        when (step) {
            is Step.Page -> log { "a page of ${step.page.senders.size} senders" }
            is Step.Status -> log { "status ${Status(step.change.status)}" }
            is Step.Token -> log { "a token to go on with" }
            else -> {}
        }
    }

    private inline fun log(level: LogLevel = LogLevel.DEBUG, thrown: Throwable? = null, text: () -> String) =
        context.log.write(level, thrown) { "call $call $name: ${text()}" }

    /** Calls the listener. Its exceptions change nothing: a create that was sent must not end as if it had not been. */
    private inline fun tell(function: String, event: CallListener.() -> Unit) {
        try {
            context.listener?.event()
        } catch (thrown: Throwable) {
            log(LogLevel.WARNING, thrown) { "`$function` threw ${thrown.inOneLine()}; the call goes on" }
        }
    }

    private suspend fun send(step: Step.Send) {
        val clock = context.clock
        val request = HttpRequest(
            step.request.method,
            step.request.url,
            step.request.headers.map { HttpHeader(it.name, it.value) },
            step.request.body,
            step.connectMs.toLong().milliseconds,
            step.attemptMs.toLong().milliseconds,
            step.request.maxResponseBytes.toLong(),
        )
        attempts += 1
        val event = RequestEvent(call, name, attempts, request.method, request.url)
        log {
            val place = request.url.substringBefore('?')
            "request $attempts ${request.method} $place, ${request.body?.size ?: 0} bytes, within ${step.attemptMs} ms"
        }
        tell("onRequest") { onRequest(event) }
        if (!currentCoroutineContext().isActive) {
            // The listener cancelled the call: nothing goes out, and the core knows that.
            guarded { operation.onFailure(now, step.attempt, FailureKind.ABORTED, Sent.NO, "the call was cancelled", null) }
            currentCoroutineContext().ensureActive()
        }
        val started = clock.monotonicMillis()
        val outcome = attempt(request)
        val took = (clock.monotonicMillis() - started).milliseconds
        cause = outcome.exceptionOrNull()
        val done = outcome.fold(
            { response ->
                val headers = response.headers.map { (name, value) -> Header(name, value) }
                val id = guarded {
                    operation.onResponse(now, step.attempt, response.status.toUShort(), headers, response.body.handedOver())
                }
                currentCoroutineContext()[LastResponse]?.take(this, response, id)
                log { "request $attempts: status ${response.status}, ${response.body.size} bytes" }
                event.ended(took, status = response.status, requestId = id)
            },
            { thrown ->
                val failure = classify(thrown)
                guarded {
                    val text = (failure.message ?: "no message").asText()
                    val status = failure.status?.takeIf { it in 100..999 }?.toUShort()
                    operation.onFailure(now, step.attempt, failure.kind.toNative(), failure.sent.toNative(), text, status)
                }
                log(LogLevel.WARNING) { "request $attempts: no answer, ${failure.kind.word()}, sent: ${failure.sent.word()}" }
                event.ended(took, failure = failure)
            },
        )
        tell("onResponse") { onResponse(done) }
    }

    /** Hands a body over in parts and returns its last part: all data is copied on its way to the native half. */
    private fun ByteArray.handedOver(): ByteArray {
        if (size <= PART) return this
        val part = ByteArray(PART)
        var at = 0
        while (size - at > PART) {
            copyInto(part, 0, at, at + PART)
            at += PART
            guarded { operation.onBody(part, (size - at).toULong()) }
        }
        return copyOfRange(at, size)
    }

    /** Sends once. Only the cancellation of this coroutine is thrown; all else is a result: a transport may be anybody's. */
    private suspend fun attempt(request: HttpRequest): Result<HttpResponse> = try {
        // In a separate coroutine, which can be left: a transport may block its thread, and then cancellation does not stop it.
        val sending = CoroutineScope(currentCoroutineContext().minusKey(Job) + context.sending).async {
            context.transport.send(request).checked(request.maxResponseBytes)
        }
        try {
            withTimeoutOrNull(request.timeout + GRACE) { Result.success(sending.await()) }
                ?: failure(TransportFailure.TIMEOUT, "no answer within ${request.timeout}")
        } finally {
            sending.cancel()
        }
    } catch (thrown: Throwable) {
        // A transport's own cancellation is a failure of the attempt; that of this coroutine goes on.
        currentCoroutineContext().ensureActive()
        Result.failure(thrown)
    }

    private suspend fun pause(step: Step.Wait) {
        val event = WaitEvent(call, name, step.reason.toPublic(), step.delayMs.toLong().milliseconds)
        log { "waiting ${event.delay.inWholeMilliseconds} ms: ${event.reason.word()}" }
        tell("onWait") { onWait(event) }
        context.clock.sleep(event.delay)
    }
}

/** How much of a body crosses the border at a time. */
private const val PART = 512 * 1024

/** The event of this request's end. */
private fun RequestEvent.ended(
    duration: Duration,
    status: Int? = null,
    requestId: String? = null,
    failure: TransportException? = null,
) = ResponseEvent(call, operation, attempt, method, url, duration, status, requestId, failure)

/** The word of the core for it. */
private fun Enum<*>.word(): String = name.lowercase()

private fun failure(kind: TransportFailure, message: String): Result<HttpResponse> =
    Result.failure(TransportException(kind, RequestSent.UNKNOWN, message))

/** The response with nothing in it that the core cannot take; throws where it is none. */
private fun HttpResponse.checked(maxBytes: Long): HttpResponse {
    if (status !in 100..999) throw TransportException(TransportFailure.PROTOCOL, RequestSent.UNKNOWN, "an answer without a status")
    if (body.size > maxBytes) {
        throw TransportException(
            TransportFailure.RESPONSE_TOO_LARGE,
            RequestSent.YES,
            "the body is larger than `maxResponseBytes`",
            status = status,
        )
    }
    return HttpResponse(status, headers.map { HttpHeader(it.name.asText(), it.value.asText()) }, body)
}

/** The same without lone surrogates, which no text that crosses the border may have. */
internal fun String.asText(): String = if (any(Char::isSurrogate)) encodeToByteArray().decodeToString() else this

private fun classify(thrown: Throwable): TransportException {
    fun of(kind: TransportFailure) = TransportException(
        kind,
        RequestSent.UNKNOWN,
        // An exception may be anybody's too.
        runCatching { thrown.message }.getOrNull() ?: thrown.javaClass.simpleName,
        thrown,
    )
    return when (thrown) {
        is TransportException -> thrown
        is TimeoutCancellationException -> of(TransportFailure.TIMEOUT)
        is CancellationException -> of(TransportFailure.ABORTED)
        else -> of(TransportFailure.OTHER)
    }
}

private fun TransportFailure.toNative(): FailureKind = when (this) {
    TransportFailure.TIMEOUT -> FailureKind.TIMEOUT
    TransportFailure.CONNECT -> FailureKind.CONNECT
    TransportFailure.TLS -> FailureKind.TLS
    TransportFailure.CLOSED -> FailureKind.CLOSED
    TransportFailure.PROTOCOL -> FailureKind.PROTOCOL
    TransportFailure.RESPONSE_TOO_LARGE -> FailureKind.RESPONSE_TOO_LARGE
    TransportFailure.ABORTED -> FailureKind.ABORTED
    TransportFailure.OTHER -> FailureKind.OTHER
}

private fun RequestSent.toNative(): Sent = when (this) {
    RequestSent.NO -> Sent.NO
    RequestSent.UNKNOWN -> Sent.UNKNOWN
    RequestSent.YES -> Sent.YES
}

private fun NativeWaitReason.toPublic(): WaitReason = when (this) {
    NativeWaitReason.BACKOFF -> WaitReason.BACKOFF
    NativeWaitReason.RETRY_AFTER -> WaitReason.RETRY_AFTER
    NativeWaitReason.POLL -> WaitReason.POLL
    NativeWaitReason.RECONCILE -> WaitReason.RECONCILE
    NativeWaitReason.QUEUE -> WaitReason.QUEUE
}
