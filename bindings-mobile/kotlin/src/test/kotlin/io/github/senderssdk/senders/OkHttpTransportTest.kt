package io.github.senderssdk.senders

import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.ByteArrayOutputStream
import java.net.ServerSocket
import java.util.concurrent.CopyOnWriteArrayList
import java.util.zip.GZIPOutputStream
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

/** OkHttp against servers that misbehave: the failures that it reports, and that nothing is sent twice without the core's order. */
class OkHttpTransportTest {
    private val failures = CopyOnWriteArrayList<TransportException>()

    private val listening = object : CallListener {
        override fun onResponse(event: ResponseEvent) {
            event.failure?.let { failures += it }
        }
    }

    private fun Senders.Builder.quick() {
        clock = QuickClock()
        listener = listening
    }

    /** Returns the failure of one attempt when the server does this after it has read the request. */
    private fun failure(
        configure: Senders.Builder.() -> Unit = {},
        serve: (RawServer.Connection) -> Unit,
    ): Pair<TransportFailure, RequestSent> {
        failures.clear()
        RawServer {
            it.request()
            serve(it)
        }.use { server ->
            test {
                client {
                    baseUrl = server.baseUrl
                    maxRetries = 0
                    quick()
                    configure()
                }.use { client -> thrownBy<SendersException> { client.fetch(SID) } }
            }
            assertEquals(1, server.requests.size)
        }
        val failure = failures.single()
        assertTrue(!failure.message.isNullOrEmpty() && failure.cause != failure)
        return failure.kind to failure.sent
    }

    @Test
    fun `failures have different kinds, and say whether the request was sent`() {
        assertEquals(TransportFailure.CLOSED to RequestSent.YES, failure { })
        assertEquals(TransportFailure.CLOSED to RequestSent.YES, failure { it.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{") })
        assertEquals(
            TransportFailure.CLOSED to RequestSent.YES,
            failure { it.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{") },
        )
        assertEquals(TransportFailure.PROTOCOL to RequestSent.YES, failure { it.write("SSH-2.0-OpenSSH\r\n\r\n") })
        val reset = failure {
            it.socket.setSoLinger(true, 0)
            it.socket.close()
        }
        assertEquals(TransportFailure.CLOSED to RequestSent.YES, reset)
    }

    @Test
    fun `a body is read up to its cap, compressed or not`() {
        val head = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
        val small: Senders.Builder.() -> Unit = { maxResponseBytes = 1024 }
        val large = failure(small) { it.write("$head\r\n" + " ".repeat(1_000_000)) }
        assertEquals(TransportFailure.RESPONSE_TOO_LARGE to RequestSent.YES, large)
        val bomb = ByteArrayOutputStream().also { out -> GZIPOutputStream(out).use { it.write(ByteArray(1_000_000)) } }
        val compressed = failure(small) {
            it.write("${head}Content-Encoding: gzip\r\nContent-Length: ${bomb.size()}\r\n\r\n")
            it.socket.getOutputStream().write(bomb.toByteArray())
        }
        assertEquals(TransportFailure.RESPONSE_TOO_LARGE to RequestSent.YES, compressed)
    }

    @Test
    fun `an attempt ends in time, wherever the server stalls`() {
        for (beginning in listOf("", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{")) {
            val took = measureTime {
                val found = failure({ timeout = 300.milliseconds }) {
                    it.write(beginning)
                    it.closedAtNanos()
                }
                assertEquals(TransportFailure.TIMEOUT to RequestSent.YES, found)
            }
            assertTrue(took < 3.seconds, "$took")
        }
    }

    @Test
    fun `what was not sent is sent again, a create too`() = test {
        val port = ServerSocket(0).use { it.localPort }
        client {
            baseUrl = "http://127.0.0.1:$port"
            quick()
        }.use { client ->
            val error = thrownBy<ConnectionFailedException> { client.create(NUMBER) }
            assertEquals(3 to false, error.attempts to error.mayHaveExecuted)
            assertTrue(error.isRetryable && error.cause is TransportException)
        }
        assertTrue(failures.all { it.kind == TransportFailure.CONNECT && it.sent == RequestSent.NO })
    }

    @Test
    fun `connecting has a time of its own`() = test {
        // No one accepts: the second connection waits in a queue of one.
        ServerSocket(0, 1).use { full ->
            val waiting = List(4) { java.nio.channels.SocketChannel.open() }
            try {
                for (channel in waiting) {
                    channel.configureBlocking(false)
                    channel.connect(java.net.InetSocketAddress("127.0.0.1", full.localPort))
                }
                client {
                    baseUrl = "http://127.0.0.1:${full.localPort}"
                    connectTimeout = 300.milliseconds
                    maxRetries = 0
                    quick()
                }.use { client ->
                    val error = thrownBy<CallTimeoutException> { client.create(NUMBER) }
                    assertFalse(error.mayHaveExecuted)
                }
            } finally {
                waiting.forEach { it.close() }
            }
        }
        assertEquals(TransportFailure.TIMEOUT to RequestSent.NO, failures.single().run { kind to sent })
    }

    @Test
    fun `a client of one's own brings its own trust, and stays open`() = test {
        RawServer(Certificate.context()) {
            it.request()
            it.answer(200, SENDER.encodeToByteArray(), "Connection: close")
        }.use { server ->
            val sharing = OkHttpTransport(Certificate.trusting().build())
            repeat(2) {
                client {
                    baseUrl = server.baseUrl
                    transport = sharing
                }.use { client -> assertEquals(SID, client.fetch(SID).sid) }
            }
        }
    }

    @Test
    fun `nothing is followed or repeated by OkHttp itself`() {
        val again = okhttp3.Authenticator { _, response -> response.request.newBuilder().header("Authorization", "Basic eA==").build() }
        val eager = okhttp3.OkHttpClient.Builder()
            .retryOnConnectionFailure(true).followRedirects(true).authenticator(again).proxyAuthenticator(again).build()
        val answers = listOf(
            "300 Multiple Choices\r\nLocation: /elsewhere",
            "301 Moved Permanently\r\nLocation: /elsewhere",
            "302 Found\r\nLocation: /elsewhere",
            "303 See Other\r\nLocation: /elsewhere",
            "307 Temporary Redirect\r\nLocation: /elsewhere",
            "308 Permanent Redirect\r\nLocation: /elsewhere",
            "401 Unauthorized\r\nWWW-Authenticate: Basic realm=x",
            "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=x",
            "408 Request Timeout",
            "421 Misdirected Request",
            "503 Service Unavailable\r\nRetry-After: 0",
        )
        for (answer in answers) {
            RawServer {
                while (true) {
                    it.request()
                    it.write("HTTP/1.1 $answer\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
                }
            }.use { server ->
                test {
                    client {
                        baseUrl = server.baseUrl
                        transport = OkHttpTransport(eager)
                        maxRetries = 0
                        quick()
                    }.use { client ->
                        for (call in listOf<suspend () -> Unit>({ client.create(NUMBER) }, { client.fetch(SID) }, { client.delete(SID) })) {
                            val error = thrownBy<SendersException> { call() }
                            assertEquals(answer.take(3).toInt(), error.status)
                        }
                    }
                }
                assertEquals(3, server.requests.size, answer)
                assertEquals(
                    listOf("POST /v2/Channels/Senders HTTP/1.1", "GET /v2/Channels/Senders/$SID HTTP/1.1", "DELETE /v2/Channels/Senders/$SID HTTP/1.1"),
                    server.requests.toList(),
                )
            }
        }
    }

    @Test
    fun `many calls at a time`() = test {
        RawServer {
            while (true) {
                it.request()
                it.write("HTTP/1.1 200 OK\r\nContent-Length: ${SENDER.length}\r\n\r\n$SENDER")
            }
        }.use { server ->
            client { baseUrl = server.baseUrl }.use { client ->
                coroutineScope { List(100) { async { client.fetch(SID) } }.awaitAll() }.forEach { assertEquals(SID, it.sid) }
            }
            assertEquals(100, server.requests.size)
        }
    }
}
