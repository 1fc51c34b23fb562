package io.github.senderssdk.senders

import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay

/** The two clocks of a client, and how it pauses. Tests give their own. */
public interface Clock {
    /** A reading that never goes back, in milliseconds from any fixed point; may be negative. */
    public fun monotonicMillis(): Long

    /** Milliseconds since 1970. */
    public fun unixMillis(): Long

    /** Pauses for this long. */
    public suspend fun sleep(duration: Duration)

    public companion object {
        /** The machine's own. */
        @JvmField
        public val SYSTEM: Clock = object : Clock {
            private val start = TimeSource.Monotonic.markNow()

            override fun monotonicMillis(): Long = start.elapsedNow().inWholeMilliseconds

            override fun unixMillis(): Long = System.currentTimeMillis()

            override suspend fun sleep(duration: Duration) = delay(duration)
        }
    }
}

/** Why a call pauses. */
public enum class WaitReason {
    /** The last attempt failed and the next is being held back. */
    BACKOFF,

    /** The server said when to come back. */
    RETRY_AFTER,

    /** The next look at the sender is due after this. */
    POLL,

    /** The server is given time to show what it did. */
    RECONCILE,

    /** Another call of the same client is registering the same number. */
    QUEUE,
}

/** A request of a call. */
public data class RequestEvent(
    /** The operation: `create`, `waitUntilOnline`. */
    public val operation: String,
    /** The number of the request within its call, from 1. */
    public val attempt: Int,
    /** The method. */
    public val method: String,
    /** The whole URL; no secret is in it. */
    public val url: String,
)

/** The result of a request: either [status] or [failure] is there. */
public data class ResponseEvent(
    /** The request. */
    public val request: RequestEvent,
    /** How long it took. */
    public val duration: Duration,
    /** The HTTP status. */
    public val status: Int? = null,
    /** The id the server gave the request. */
    public val requestId: String? = null,
    /** The failure. */
    public val failure: TransportException? = null,
)

/** Receives the events of calls, for logs and measurements. Called in the coroutine of the call. */
public interface CallListener {
    /** A request is about to be sent. */
    public fun onRequest(event: RequestEvent) {}

    /** A response came, or the request failed. */
    public fun onResponse(event: ResponseEvent) {}

    /** A call pauses. */
    public fun onWait(operation: String, reason: WaitReason, duration: Duration) {}
}

/** The parts that all calls of a client share. */
internal class Surroundings(
    val transport: HttpTransport,
    val clock: Clock,
    val listener: CallListener?,
) {
    /**
     * The threads on which responses are read and listeners are called. They are not those of `Dispatchers.Default`: there are only as
     * many as cores, and a program may block them all, for example with `runBlocking` around a call.
     */
    val reading: CoroutineDispatcher = Dispatchers.IO.limitedParallelism(READERS)

    /** Where the transport runs: one that blocks its threads holds up no other client. */
    val sending: CoroutineDispatcher = Dispatchers.IO.limitedParallelism(SENDERS)
}

private const val READERS = 64
private const val SENDERS = 1024

/** How much longer than its time a transport gets to say by itself that it is over. */
internal val GRACE: Duration = 250.milliseconds
