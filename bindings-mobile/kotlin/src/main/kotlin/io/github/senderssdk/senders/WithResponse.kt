package io.github.senderssdk.senders

import kotlinx.coroutines.withContext
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration

/**
 * The value of a call with its last response.
 *
 * `toString` shows neither the value nor the headers, which may hold secrets of a proxy.
 */
public class WithResponse<out T>(
    /** The value. */
    public val data: T,
    /** The HTTP status. */
    public val status: Int,
    /** The headers, in order. */
    public val headers: List<HttpHeader>,
    /** The id of the request, for Twilio's support. */
    public val requestId: String?,
) {
    override fun toString(): String = "WithResponse(status=$status, requestId=${requestId?.sidShown()})"
}

/**
 * The calls of a client, each with the status, the headers and the request id of its last response.
 *
 * ```kotlin
 * val (data, id) = client.withResponse.fetch(sid).run { data to requestId }
 * ```
 *
 * They take the arguments of the functions of the same names, and throw the same exceptions.
 */
public class CallsWithResponse internal constructor(private val client: Senders) {
    /** See [Senders.create]. */
    public suspend fun create(
        senderId: String,
        options: CallOptions = CallOptions(),
        fields: SenderFields.() -> Unit = {},
    ): WithResponse<Sender> = capture { client.create(senderId, options, fields) }

    /** See [Senders.create]. */
    public suspend fun create(senderId: String, fields: SenderFields, options: CallOptions = CallOptions()): WithResponse<Sender> =
        capture { client.create(senderId, fields, options) }

    /** See [Senders.fetch]. */
    public suspend fun fetch(sid: String, options: CallOptions = CallOptions()): WithResponse<Sender> =
        capture { client.fetch(sid, options) }

    /** See [Senders.update]. */
    public suspend fun update(
        sid: String,
        options: CallOptions = CallOptions(),
        fields: SenderFields.() -> Unit,
    ): WithResponse<Sender> = capture { client.update(sid, options, fields) }

    /** See [Senders.update]. */
    public suspend fun update(sid: String, fields: SenderFields, options: CallOptions = CallOptions()): WithResponse<Sender> =
        capture { client.update(sid, fields, options) }

    /** See [Senders.update]. */
    public suspend fun update(
        sid: String,
        configuration: Configuration? = null,
        webhook: Webhook? = null,
        profile: Profile? = null,
        options: CallOptions = CallOptions(),
    ): WithResponse<Sender> = capture { client.update(sid, configuration, webhook, profile, options) }

    /** See [Senders.verify]. */
    public suspend fun verify(sid: String, code: String, options: CallOptions = CallOptions()): WithResponse<Sender> =
        capture { client.verify(sid, code, options) }

    /** See [Senders.delete]. */
    public suspend fun delete(sid: String, missingOk: Boolean = false, options: CallOptions = CallOptions()): WithResponse<Unit> =
        capture { client.delete(sid, missingOk, options) }

    /** See [Senders.ensure]. */
    public suspend fun ensure(
        senderId: String,
        options: CallOptions = CallOptions(),
        token: String? = null,
        onToken: suspend (String) -> Unit = {},
        fields: SenderFields.() -> Unit = {},
    ): WithResponse<Ensured> = capture { client.ensure(senderId, options, token, onToken, fields) }

    /** See [Senders.ensure]. */
    public suspend fun ensure(
        senderId: String,
        fields: SenderFields,
        options: CallOptions = CallOptions(),
        token: String? = null,
        onToken: suspend (String) -> Unit = {},
    ): WithResponse<Ensured> = capture { client.ensure(senderId, fields, options, token, onToken) }

    /** See [Senders.waitUntilOnline]. */
    public suspend fun waitUntilOnline(
        sid: String? = null,
        timeout: Duration? = null,
        waitForVerification: Boolean = false,
        token: String? = null,
        options: CallOptions = CallOptions(),
        onStatus: suspend (StatusChange) -> Unit = {},
    ): WithResponse<Sender> = capture { client.waitUntilOnline(sid, timeout, waitForVerification, token, options, onStatus) }

    private suspend fun <T> capture(call: suspend () -> T): WithResponse<T> {
        val last = LastResponse()
        val data = withContext(last) { call() }
        val (status, headers, id) = last.response ?: throw sendersException(ErrorKind.INTERNAL, "a call that ended without a response")
        return WithResponse(data, status, headers, id)
    }
}

/** The last response of the first call in a coroutine: calls that its callbacks make are other calls. */
internal class LastResponse : AbstractCoroutineContextElement(Key) {
    private var owner: Driver? = null

    /** Status, headers and the id of the request. */
    var response: Triple<Int, List<HttpHeader>, String?>? = null
        private set

    /** Makes it that of this call, unless it is another's: a call begins before any of its callbacks is called. */
    fun claim(driver: Driver) {
        if (owner == null) owner = driver
    }

    fun take(driver: Driver, received: HttpResponse, id: String?) {
        if (owner === driver) response = Triple(received.status, received.headers, id)
    }

    companion object Key : CoroutineContext.Key<LastResponse>
}
