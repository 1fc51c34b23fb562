package io.github.senderssdk.senders

import java.io.IOException
import java.io.InterruptedIOException
import java.net.ProtocolException
import java.util.concurrent.SynchronousQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit
import javax.net.ssl.SSLException
import kotlin.time.TimeSource
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.withTimeoutOrNull
import okhttp3.Call
import okhttp3.Callback
import okhttp3.Connection
import okhttp3.CookieJar
import okhttp3.Dispatcher
import okhttp3.EventListener
import okhttp3.Interceptor
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.Response
import okio.Buffer

/**
 * Sends with OkHttp. Give it a client of one's own for another proxy, other trusted certificates or another connection pool:
 *
 * ```kotlin
 * Senders { transport = OkHttpTransport(OkHttpClient.Builder().sslSocketFactory(factory, trustManager).build()) }
 * ```
 *
 * Whatever that client would do by itself is switched off: redirects, retries, cookies, the cache and its timeouts.
 */
public class OkHttpTransport(client: OkHttpClient) : HttpTransport, AutoCloseable {
    /** A transport with connections of its own. */
    public constructor() : this(OkHttpClient.Builder().dispatcher(dispatcher()).build())

    private val client: OkHttpClient = client.newBuilder()
        .followRedirects(false)
        .followSslRedirects(false)
        .retryOnConnectionFailure(false)
        .cookieJar(CookieJar.NO_COOKIES)
        .cache(null)
        .callTimeout(0, TimeUnit.MILLISECONDS)
        .connectTimeout(0, TimeUnit.MILLISECONDS)
        .readTimeout(0, TimeUnit.MILLISECONDS)
        .writeTimeout(0, TimeUnit.MILLISECONDS)
        .eventListenerFactory { call -> call.request().tag(Progress::class.java) ?: EventListener.NONE }
        .addNetworkInterceptor(Plain)
        .build()

    override suspend fun send(request: HttpRequest): HttpResponse {
        val progress = Progress(request.maxResponseBytes)
        val call = client.newCall(request.toOkHttp(progress))
        val started = TimeSource.Monotonic.markNow()
        call.enqueue(progress)
        try {
            withTimeoutOrNull(request.connectTimeout) { progress.connected.await() }
                ?: throw tooLate(call, progress, "no connection within ${request.connectTimeout}")
            return withTimeoutOrNull(request.timeout - started.elapsedNow()) { progress.response.await() }
                ?: throw tooLate(call, progress, "no answer within ${request.timeout}")
        } finally {
            // Closes the socket, whoever gave up: the coroutine, or a timeout. Of a call that has ended it does nothing.
            call.cancel()
        }
    }

    private fun tooLate(call: Call, progress: Progress, message: String): TransportException {
        // First, so that nothing more is written after it is asked how much was.
        call.cancel()
        return TransportException(TransportFailure.TIMEOUT, progress.sent, message)
    }

    /** Closes the connections that are idle. */
    override fun close() {
        client.connectionPool.evictAll()
    }

    private companion object {
        /** Threads that do not keep a program alive, and as many as there are calls. */
        fun dispatcher(): Dispatcher {
            val executor = ThreadPoolExecutor(0, Int.MAX_VALUE, 60, TimeUnit.SECONDS, SynchronousQueue()) { work ->
                Thread(work, "senders").apply { isDaemon = true }
            }
            return Dispatcher(executor).apply {
                maxRequests = 1024
                maxRequestsPerHost = 1024
            }
        }
    }
}

private fun HttpRequest.toOkHttp(progress: Progress): Request = Request.Builder()
    .url(url)
    .method(method, body?.toRequestBody())
    .apply { for ((name, value) in headers) addHeader(name, value) }
    .tag(Progress::class.java, progress)
    .build()

/**
 * Has every answer look the same to OkHttp's own interceptors: they would otherwise send some requests again by themselves (after
 * `Retry-After: 0`, for one). The true one stays with the call.
 */
private object Plain : Interceptor {
    override fun intercept(chain: Interceptor.Chain): Response {
        val response = chain.proceed(chain.request())
        chain.request().tag(Progress::class.java)?.status = response.code
        return response.newBuilder().code(200).build()
    }
}

/** How far a call has come, and what came of it. */
private class Progress(private val maxBytes: Long) : EventListener(), Callback {
    /** Done when the request can be written, or nothing more comes of the call. */
    val connected = CompletableDeferred<Unit>()
    val response = CompletableDeferred<HttpResponse>()

    @Volatile var status = 0
    @Volatile var sent = RequestSent.NO

    override fun connectionAcquired(call: Call, connection: Connection) {
        connected.complete(Unit)
    }

    override fun requestHeadersStart(call: Call) {
        sent = RequestSent.UNKNOWN
    }

    override fun requestHeadersEnd(call: Call, request: Request) {
        if (request.body == null) sent = RequestSent.YES
    }

    override fun requestBodyEnd(call: Call, byteCount: Long) {
        sent = RequestSent.YES
    }

    override fun onFailure(call: Call, e: IOException) = failed(e)

    override fun onResponse(call: Call, response: Response) {
        try {
            response.use {
                val headers = it.headers.map { (name, value) -> HttpHeader(name, value) }
                this.response.complete(HttpResponse(status, headers, read(it)))
            }
        } catch (e: IOException) {
            failed(e)
        } catch (e: OutOfMemoryError) {
            failed(IOException("the body does not fit into memory", e))
        }
        connected.complete(Unit)
    }

    private fun read(response: Response): ByteArray {
        val source = response.body.source()
        val buffer = Buffer()
        while (source.read(buffer, CHUNK) != -1L) {
            if (buffer.size > maxBytes) {
                throw TransportException(
                    TransportFailure.RESPONSE_TOO_LARGE,
                    RequestSent.YES,
                    "the body is larger than `maxResponseBytes`",
                )
            }
        }
        return buffer.readByteArray()
    }

    private fun failed(e: IOException) {
        response.completeExceptionally(e as? TransportException ?: TransportException(kind(e), sent, text(e), e))
        connected.complete(Unit)
    }

    private fun kind(e: IOException): TransportFailure = when {
        sent == RequestSent.NO && e is SSLException -> TransportFailure.TLS
        sent == RequestSent.NO -> TransportFailure.CONNECT
        e is InterruptedIOException -> TransportFailure.TIMEOUT
        // OkHttp says so when the connection ends within a body of a known length.
        e is ProtocolException && e.message?.startsWith("unexpected end of stream") == true -> TransportFailure.CLOSED
        e is ProtocolException -> TransportFailure.PROTOCOL
        else -> TransportFailure.CLOSED
    }

    private fun text(e: IOException): String = e.message ?: e.javaClass.simpleName

    private companion object {
        const val CHUNK = 64L * 1024
    }
}
