package io.github.senderssdk.senders

import kotlin.time.Duration

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

/** A request that is sent, without headers and body: they hold secrets. */
public data class RequestEvent(
    /** The number of the call within its client, from 1: the same in all events of the call, and in the log. */
    public val call: Long,
    /** The operation: `create`, `waitUntilOnline`. */
    public val operation: String,
    /** The number of the request within its call, from 1. */
    public val attempt: Int,
    /** The method. */
    public val method: String,
    /** The whole URL; no secret is in it. */
    public val url: String,
)

/** A request that has ended: either [status] or [failure] is there. */
public data class ResponseEvent(
    /** The number of the call, as in [RequestEvent.call]. */
    public val call: Long,
    /** The operation. */
    public val operation: String,
    /** The number of the request within its call, from 1. */
    public val attempt: Int,
    /** The method. */
    public val method: String,
    /** The whole URL. */
    public val url: String,
    /** How long it took. */
    public val duration: Duration,
    /** The HTTP status. */
    public val status: Int? = null,
    /** The id the server gave the request. */
    public val requestId: String? = null,
    /** Why there was no response. */
    public val failure: TransportException? = null,
)

/** A pause between two requests of a call. */
public data class WaitEvent(
    /** The number of the call, as in [RequestEvent.call]. */
    public val call: Long,
    /** The operation. */
    public val operation: String,
    /** The reason. */
    public val reason: WaitReason,
    /** How long the pause is. */
    public val delay: Duration,
)

/**
 * Receives the events of calls, for logs and measurements. Called in the coroutine of the call, which waits for it.
 *
 * An exception of its functions is written to the client's log, and changes nothing of the call.
 */
public interface CallListener {
    /** A request is about to be sent. */
    public fun onRequest(event: RequestEvent) {}

    /** A response came, or the request failed. */
    public fun onResponse(event: ResponseEvent) {}

    /** A call pauses. */
    public fun onWait(event: WaitEvent) {}
}
