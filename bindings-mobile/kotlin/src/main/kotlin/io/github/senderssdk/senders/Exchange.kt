package io.github.senderssdk.senders

import kotlinx.coroutines.CompletableDeferred
import okhttp3.Call
import okhttp3.Callback
import okhttp3.Connection
import okhttp3.EventListener
import okhttp3.Headers
import okhttp3.HttpUrl
import okhttp3.Interceptor
import okhttp3.Protocol
import okhttp3.Request
import okhttp3.Response
import okio.Buffer
import java.io.EOFException
import java.io.IOException
import java.io.InterruptedIOException
import java.net.InetSocketAddress
import java.net.ProtocolException
import java.net.Proxy
import java.net.SocketTimeoutException
import javax.net.ssl.SSLException

/** How far one request has come, and what came of it. Whether it was sent is decided here alone, by what was begun. */
internal class Exchange(private val method: String, private val maxBytes: Long) : EventListener(), Callback {
    /** Completes when the request is about to be written, or nothing more comes of the call. */
    val connected = CompletableDeferred<Unit>()
    val response = CompletableDeferred<HttpResponse>()

    private var sent = RequestSent.NO
    private var stopped = false

    /** The head of the response, as soon as it was read: it stays true whatever comes of the body. */
    @Volatile private var head: Head? = null

    @Volatile private var proxy: Proxy? = null
    @Volatile private var dialled = false
    @Volatile private var reused = false

    private class Head(val status: Int, val headers: Headers)

    /** The status the server sent, as soon as its head was read. */
    val status: Int? get() = head?.status

    /** Lets nothing be written from here on, and returns whether something was. */
    @Synchronized
    fun stop(): RequestSent {
        stopped = true
        return sent
    }

    /** Lets the request out, once. */
    @Synchronized
    private fun begin() {
        if (stopped) throw IOException("the call is over")
        if (sent != RequestSent.NO) throw IOException("an interceptor sent the request a second time")
        sent = RequestSent.UNKNOWN
    }

    @Synchronized
    private fun whole() {
        sent = RequestSent.YES
    }

    @get:Synchronized
    val isUnsent: Boolean get() = sent == RequestSent.NO

    /** Called when nothing but the writing is left. */
    fun proceed(connection: Connection?) {
        if (!dialled && connection != null) {
            reused = true
            if (!connection.stands()) {
                connection.socket().close()
                throw Stale()
            }
        }
        begin()
        connected.complete(Unit)
    }

    override fun proxySelectEnd(call: Call, url: HttpUrl, proxies: List<Proxy>) {
        proxy = proxies.firstOrNull()
    }

    override fun connectStart(call: Call, inetSocketAddress: InetSocketAddress, proxy: Proxy) {
        dialled = true
        this.proxy = proxy
    }

    override fun requestHeadersEnd(call: Call, request: Request) {
        if (request.body == null) whole()
    }

    override fun requestBodyEnd(call: Call, byteCount: Long) = whole()

    override fun responseHeadersEnd(call: Call, response: Response) {
        head = Head(response.code, response.headers)
    }

    override fun onFailure(call: Call, e: IOException) = failed(e)

    override fun onResponse(call: Call, response: Response) {
        try {
            response.use { this.response.complete(read(it)) }
        } catch (e: IOException) {
            failed(e)
        } catch (e: OutOfMemoryError) {
            failed(IOException("the body does not fit into memory", e))
        } catch (e: Throwable) {
            failed(IOException("an interceptor or the event listener failed: ${e.javaClass.simpleName}", e))
        }
        connected.complete(Unit)
    }

    private fun read(response: Response): HttpResponse {
        val code = response.code
        if (code.isWithoutBody()) return HttpResponse(code, response.headers.toLines(), ByteArray(0))
        val source = response.body.source()
        val buffer = Buffer()
        while (source.read(buffer, CHUNK) != -1L) if (buffer.size > maxBytes) throw tooLarge()
        val body = when (val decoded = decoded(buffer.readByteArray(), response.headers("Content-Encoding"), maxBytes)) {
            is Decoded.Body -> decoded.bytes
            Decoded.TooLarge -> throw tooLarge()
            // The status says more than that the body is broken; where a body is needed, the empty one is an error.
            Decoded.Broken -> ByteArray(0)
        }
        return HttpResponse(code, response.headers.toLines(), body)
    }

    private fun tooLarge() = TransportException(
        TransportFailure.RESPONSE_TOO_LARGE,
        RequestSent.YES,
        "the body is larger than `maxResponseBytes`",
        status = head?.status,
    )

    /** The response without its body, where the status alone says what came of the request; null where it does not, or none came. */
    fun byStatus(): HttpResponse? = head
        ?.takeIf { it.status !in 200..299 || it.status == 204 || it.status == 205 || method == "DELETE" }
        ?.run { HttpResponse(status, headers.toLines(), ByteArray(0)) }

    private fun failed(e: IOException) {
        val sent = stop()
        val whole = byStatus()
        when {
            whole != null -> response.complete(whole)
            e is TransportException -> response.completeExceptionally(e)
            else -> response.completeExceptionally(
                TransportException(kind(e, sent), sent, text(e) + route(sent), e.takeIf { it.isFitToShow() }, head?.status),
            )
        }
        connected.complete(Unit)
    }

    private fun kind(e: IOException, sent: RequestSent): TransportFailure = when {
        sent == RequestSent.NO && e is SSLException -> TransportFailure.TLS
        sent == RequestSent.NO && e is SocketTimeoutException -> TransportFailure.TIMEOUT
        sent == RequestSent.NO -> TransportFailure.CONNECT
        e is InterruptedIOException -> TransportFailure.TIMEOUT
        // OkHttp says so when the connection ends within a body of a known length.
        e is ProtocolException && e.endsEarly() -> TransportFailure.CLOSED
        // On a kept connection it may be the rest of what came before.
        e is ProtocolException && !(reused && head == null) -> TransportFailure.PROTOCOL
        else -> TransportFailure.CLOSED
    }

    private fun ProtocolException.endsEarly() = message?.startsWith("unexpected end of stream") == true

    /** Returns the text of a failure without the server's bytes: OkHttp quotes them if they are not HTTP. */
    private fun text(e: IOException): String {
        val what = when {
            e is ProtocolException && e.endsEarly() -> "the body ended early"
            e is ProtocolException -> "the answer breaks the rules of HTTP"
            else -> (e.message ?: e.javaClass.simpleName).lineSequence().first().take(MESSAGE).replace(USER_INFO, "***@")
        }
        return head?.let { "$what, after status ${it.status}" } ?: what
    }

    /** Names the proxy, if there is one and the way to the server is where it failed. */
    fun route(sent: RequestSent): String {
        val address = proxy?.takeIf { it.type() != Proxy.Type.DIRECT }?.address() as? InetSocketAddress
        if (sent != RequestSent.NO || address == null) return ""
        return " (through the proxy ${address.hostString.substringAfterLast('@')}:${address.port})"
    }

    private fun Throwable.isFitToShow(): Boolean = generateSequence(this) { it.cause }.take(DEPTH).none { cause ->
        cause is ProtocolException || cause is EOFException || USER_INFO.containsMatchIn(cause.message.orEmpty())
    }

    companion object {
        private const val CHUNK = 64L * 1024
        private const val MESSAGE = 300
        private const val DEPTH = 16
        private val USER_INFO = Regex("[^\\s/]+@")

        /** That of a call; null if it is not one of this transport. */
        fun of(call: Call): Exchange? = call.request().tag(Exchange::class.java)
    }
}

private fun Headers.toLines() = map { (name, value) -> HttpHeader(name, value) }

/** A kept connection turned out to be closed, or to hold bytes that are no answer, before anything was written. */
private class Stale : IOException("the server had closed the connection")

/** Whether a response of this status ends with its head, whatever the head says of a body. */
private fun Int.isWithoutBody() = this < 200 || this == 204 || this == 304

private val Connection.isHttp1: Boolean get() = protocol() == Protocol.HTTP_1_1 || protocol() == Protocol.HTTP_1_0

/** Whether a kept connection can be written to: nothing waits on it to be read, not even its end. */
private fun Connection.stands(): Boolean {
    if (!isHttp1) return true
    val socket = socket()
    return try {
        val before = socket.soTimeout
        socket.soTimeout = 1
        try {
            socket.getInputStream().read()
            false
        } finally {
            socket.soTimeout = before
        }
    } catch (_: SocketTimeoutException) {
        true
    } catch (_: IOException) {
        false
    }
}

/** Outermost: what interceptors and listeners throw becomes an `IOException`. OkHttp would let it end the thread, and an Android app. */
internal object Typed : Interceptor {
    override fun intercept(chain: Interceptor.Chain): Response = try {
        chain.proceed(chain.request())
    } catch (e: IOException) {
        throw e
    } catch (e: Throwable) {
        throw IOException("an interceptor or the event listener failed: ${e.javaClass.simpleName}", e)
    }
}

/** Takes another connection where the kept one was stale: nothing was written then. Above it the true status is seen again. */
internal object Redial : Interceptor {
    override fun intercept(chain: Interceptor.Chain): Response {
        val exchange = Exchange.of(chain.call()) ?: return chain.proceed(chain.request())
        while (true) {
            try {
                val response = chain.proceed(chain.request())
                return exchange.status?.let { response.newBuilder().code(it).build() } ?: response
            } catch (e: Stale) {
                if (!exchange.isUnsent) throw e
            }
        }
    }
}

/**
 * Has every answer look the same to OkHttp's own interceptors: they would otherwise send some requests again by themselves (after
 * `Retry-After: 0`, for one).
 */
internal object Plain : Interceptor {
    override fun intercept(chain: Interceptor.Chain): Response {
        val response = chain.proceed(chain.request())
        if (Exchange.of(chain.call()) == null) return response
        // If a body nevertheless follows such a head, it must not be read as the next response: the connection is not used again.
        if (response.code.isWithoutBody()) chain.connection()?.takeIf { it.isHttp1 }?.socket()?.close()
        return response.newBuilder().code(200).build()
    }
}

/** Innermost: from here on bytes of the request may go out. */
internal object Gate : Interceptor {
    override fun intercept(chain: Interceptor.Chain): Response {
        Exchange.of(chain.call())?.proceed(chain.connection())
        return chain.proceed(chain.request())
    }
}
