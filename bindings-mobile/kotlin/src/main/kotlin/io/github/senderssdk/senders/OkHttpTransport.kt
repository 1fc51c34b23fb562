package io.github.senderssdk.senders

import kotlinx.coroutines.withTimeoutOrNull
import okhttp3.Call
import okhttp3.ConnectionPool
import okhttp3.CookieJar
import okhttp3.Dispatcher
import okhttp3.EventListener
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import java.util.concurrent.SynchronousQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit
import javax.net.SocketFactory
import kotlin.time.TimeSource

/**
 * Sends with OkHttp. Give it a client of one's own for another proxy, other trusted certificates or another connection pool:
 *
 * ```kotlin
 * Senders { transport = OkHttpTransport(OkHttpClient.Builder().sslSocketFactory(factory, trustManager).build()) }
 * ```
 *
 * The things that client would do by itself are switched off: redirects, retries, cookies, the cache and its timeouts. Its
 * interceptors and its event listener stay; an interceptor that sends the request a second time gets an `IOException`. Its dispatcher
 * stays too: by default it lets 5 requests to a host out at a time, and what waits for the others uses up its own time.
 *
 * Each `POST` goes out on a new connection, since a kept one may have been closed by the server: it is not known then
 * whether the request arrived. Other requests use kept connections, after a look whether they still stand.
 *
 * The status of a proxy's response to a `CONNECT` decides. With the default `SocketFactory`, a body of it is not waited for.
 */
public class OkHttpTransport(client: OkHttpClient) : HttpTransport, AutoCloseable {
    /** A transport with its own connections. */
    public constructor() : this(OkHttpClient.Builder().dispatcher(dispatcher()).build())

    private val keeping: OkHttpClient = client.newBuilder()
        .followRedirects(false)
        .followSslRedirects(false)
        .retryOnConnectionFailure(false)
        .fastFallback(true)
        .cookieJar(CookieJar.NO_COOKIES)
        .cache(null)
        .callTimeout(0, TimeUnit.MILLISECONDS)
        .connectTimeout(0, TimeUnit.MILLISECONDS)
        .readTimeout(0, TimeUnit.MILLISECONDS)
        .writeTimeout(0, TimeUnit.MILLISECONDS)
        .eventListenerFactory { call ->
            val theirs = client.eventListenerFactory.create(call)
            // Ours first: what theirs throws does not keep it from counting.
            Exchange.of(call)?.let { if (theirs === EventListener.NONE) it else it + theirs } ?: theirs
        }
        .apply {
            // A factory that the caller gave is kept.
            if (client.socketFactory === SocketFactory.getDefault()) socketFactory(TunnelSockets)
            interceptors().run {
                add(0, Typed)
                add(Redial)
            }
            networkInterceptors().run {
                add(0, Plain)
                add(Gate)
            }
        }
        .build()

    private val single: OkHttpClient = keeping.newBuilder().connectionPool(ConnectionPool(0, 1, TimeUnit.SECONDS)).build()

    override suspend fun send(request: HttpRequest): HttpResponse {
        val exchange = Exchange(request.method, request.maxResponseBytes)
        val started = TimeSource.Monotonic.markNow()
        val call = start(request, exchange)
        try {
            withTimeoutOrNull(request.connectTimeout) { exchange.connected.await() }
                ?: return tooLate(call, exchange, "no connection within ${request.connectTimeout}")
            return withTimeoutOrNull(request.timeout - started.elapsedNow()) { exchange.response.await() }
                ?: tooLate(call, exchange, "no answer within ${request.timeout}")
        } finally {
            // Closes the socket, whatever ended the wait: the coroutine, or a timeout. Of a call that has ended it does nothing.
            exchange.stop()
            call.cancel()
        }
    }

    private fun start(request: HttpRequest, exchange: Exchange): Call = try {
        val client = if (request.method == "POST") single else keeping
        client.newCall(request.toOkHttp(exchange)).also { it.enqueue(exchange) }
    } catch (e: RuntimeException) {
        // OkHttp does not take the URL or a header, or the event listener threw before the call began.
        throw TransportException(
            TransportFailure.OTHER,
            exchange.stop(),
            "OkHttp did not take the request: ${e.javaClass.simpleName}",
            e.takeIf { it !is IllegalArgumentException },
        )
    }

    private fun tooLate(call: Call, exchange: Exchange, message: String): HttpResponse {
        // First, so that nothing more is written after it is asked how much was.
        val sent = exchange.stop()
        call.cancel()
        return exchange.byStatus()
            ?: throw TransportException(TransportFailure.TIMEOUT, sent, message + exchange.route(sent), status = exchange.status)
    }

    /** Closes the connections that are idle. */
    override fun close() {
        keeping.connectionPool.evictAll()
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

private fun HttpRequest.toOkHttp(exchange: Exchange): Request = Request.Builder()
    .url(url)
    .method(method, body?.toRequestBody())
    .apply {
        for ((name, value) in headers) addHeader(name, value)
        // Set here, OkHttp leaves the decoding to `decoded`, which has a bound.
        if (headers.none { it.name.equals("Accept-Encoding", ignoreCase = true) }) addHeader("Accept-Encoding", "gzip")
    }
    .tag(Exchange::class.java, exchange)
    .build()
