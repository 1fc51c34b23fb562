package io.github.senderssdk.senders

import java.io.IOException
import kotlin.time.Duration

/** A line of a request's or a response's head. Names compare without case. */
public data class HttpHeader(public val name: String, public val value: String) {
    /** The name alone: the value may be a secret. */
    override fun toString(): String = "$name: ***"
}

/**
 * A request to be sent as it is: the transport adds `Host`, `Content-Length` and headers of the connection, follows no
 * redirect, repeats nothing, and reads no more of the response's body than [maxResponseBytes].
 */
public class HttpRequest(
    /** `GET`, `POST` or `DELETE`. */
    public val method: String,
    /** The whole URL. */
    public val url: String,
    /** The headers, in order. */
    public val headers: List<HttpHeader>,
    /** The body; null if there is none. */
    public val body: ByteArray?,
    /** How long name lookup, connecting and TLS may take together. */
    public val connectTimeout: Duration,
    /** How long the whole attempt may take, the body of the response included. */
    public val timeout: Duration,
    /** The largest body of the response, in bytes. */
    public val maxResponseBytes: Long,
) {
    /** Method and URL: neither headers nor body. */
    override fun toString(): String = "$method $url"
}

/** A whole response, whatever its status. */
public class HttpResponse(
    /** The status code. */
    public val status: Int,
    /** The headers as received. */
    public val headers: List<HttpHeader>,
    /** The body, unchunked and decompressed; empty where it did not come whole but the status says what came of the request. */
    public val body: ByteArray,
) {
    /** The status and the body's size: it may hold phone numbers. */
    override fun toString(): String = "HttpResponse($status, ${body.size} bytes)"
}

/** The kind of a failure below HTTP. */
public enum class TransportFailure { TIMEOUT, CONNECT, TLS, CLOSED, PROTOCOL, RESPONSE_TOO_LARGE, ABORTED, OTHER }

/** Whether a failed request had gone out. */
public enum class RequestSent {
    /**
     * No byte of it was written: the server cannot have acted. To be said only by what counts what it writes: an exception of the same
     * name may come before and after, as a TLS alert does.
     */
    NO,

    /** Some of it may have been written. */
    UNKNOWN,

    /** All of it was written; the response did not come whole. */
    YES,
}

/**
 * The exception of a transport: it says what went wrong and whether the request was sent. Any other exception counts as
 * [TransportFailure.OTHER] and [RequestSent.UNKNOWN], and fails that one call.
 *
 * The message goes into the error users see: no secrets.
 */
public class TransportException(
    /** The kind of the failure. */
    public val kind: TransportFailure,
    /** Whether the request had gone out. */
    public val sent: RequestSent,
    message: String,
    cause: Throwable? = null,
    /** The status of the response, if its head was read and its body did not come whole. */
    public val status: Int? = null,
) : IOException(message, cause) {
    /** The kind and the message as a log may show them: in one line, numbers masked. */
    override fun toString(): String = "TransportException(kind=$kind, sent=$sent, message=${message?.shown()})"
}

/**
 * Sends requests: [OkHttpTransport] unless a client is given another one. Called from many coroutines at a time.
 *
 * It keeps to the two timeouts of the request; a client leaves an attempt shortly after its time is over in any case, even one that
 * blocks its thread. When the coroutine is cancelled it closes the connection.
 */
public fun interface HttpTransport {
    /** Sends one request and returns its whole response. */
    public suspend fun send(request: HttpRequest): HttpResponse
}
