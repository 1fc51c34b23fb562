package io.github.senderssdk.senders

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import okhttp3.Dns
import okhttp3.OkHttpClient
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.net.UnknownHostException
import java.nio.channels.SocketChannel
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import javax.net.ssl.SSLHandshakeException
import javax.net.ssl.SSLSocket
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/**
 * The table: a way to fail, and how far the request had come. "Not sent" is said only where nothing of it was written, whatever the
 * failure is called.
 */
class WhetherSentTest {
    private val failures = CopyOnWriteArrayList<TransportException>()

    private fun client(url: String, http: OkHttpClient, retries: Int) = client {
        baseUrl = url
        transport = OkHttpTransport(http)
        connectTimeout = 400.milliseconds
        timeout = 600.milliseconds
        maxRetries = retries
        clock = QuickClock()
        listener = object : CallListener {
            override fun onResponse(event: ResponseEvent) {
                event.failure?.let { failures += it }
            }
        }
    }

    /** A create that fails before it is sent is repeated, and its error says that nothing happened. */
    private fun notSent(name: String, url: String, failure: TransportFailure, http: OkHttpClient = Certificate.trusting().build()) = test {
        failures.clear()
        client(url, http, retries = 1).use { client ->
            val error = thrownBy<SendersException> { client.create(NUMBER) }
            assertEquals(listOf<Any?>(false, true, 2), error.run { listOf(mayHaveExecuted, isRetryable, attempts) }, "$name: $error")
            assertTrue(error is NoAnswerException, "$name: $error")
        }
        assertEquals(listOf(failure to RequestSent.NO).toSet(), failures.map { it.kind to it.sent }.toSet(), name)
    }

    /** A create that may have been sent is sent once; a fetch, whose repetition is harmless, has another error. */
    private fun sent(name: String, failure: TransportFailure, tls: String? = null, posts: Int = 1, serve: (RawServer.Connection) -> Unit) {
        for (method in listOf("POST", "GET", "DELETE")) {
            failures.clear()
            RawServer(tls?.let(Certificate::context), serve).use { server ->
                test {
                    val retries = if (method == "POST") 2 else 0
                    client(server.baseUrl, Certificate.trusting().build(), retries).use { client ->
                        val error = thrownBy<SendersException> {
                            when (method) {
                                "POST" -> client.create(NUMBER)
                                "GET" -> client.fetch(SID)
                                else -> client.delete(SID)
                            }
                        }
                        assertEquals(listOf<Any?>(true, 1), error.run { listOf(mayHaveExecuted, attempts) }, "$name, $method: $error")
                        if (method == "POST") {
                            assertTrue(error is OutcomeUnknownException && !error.isRetryable, "$name: $error")
                        } else {
                            assertTrue(error !is OutcomeUnknownException, "$name, $method: $error")
                        }
                    }
                }
                assertEquals(posts, server.requests.size, "$name, $method")
                assertEquals(1, server.connections.get(), "$name, $method")
            }
            val found = failures.single()
            assertEquals(failure, found.kind, "$name, $method: $found")
            assertTrue(found.sent != RequestSent.NO, "$name, $method")
        }
    }

    @Test
    fun `before there is a connection`() {
        val free = ServerSocket(0).use { it.localPort }
        notSent("refused", "http://127.0.0.1:$free", TransportFailure.CONNECT)
        val plain = OkHttpClient.Builder()
        val lost = Dns { throw UnknownHostException(it) }
        notSent("unresolvable", "https://senders.invalid", TransportFailure.CONNECT, plain.dns(lost).build())
        val hangs = CountDownLatch(1)
        val slow = Dns {
            hangs.await()
            emptyList()
        }
        notSent("name lookup hangs", "https://senders.invalid", TransportFailure.TIMEOUT, plain.dns(slow).build())
        hangs.countDown()
        full { port -> notSent("swallowed SYN", "http://127.0.0.1:$port", TransportFailure.TIMEOUT) }
        val odd = HttpRequest("POST", "https://a..b", emptyList(), ByteArray(1), 1.seconds, 1.seconds, 1_024)
        test {
            val error = thrownBy<TransportException> { OkHttpTransport().use { it.send(odd) } }
            assertEquals(TransportFailure.OTHER to RequestSent.NO, error.kind to error.sent)
        }
    }

    /** A port of this address where no connection is accepted and the queue is full: SYNs are swallowed. */
    private fun full(address: String = "127.0.0.1", port: Int = 0, use: (Int) -> Unit) {
        ServerSocket(port, 1, InetAddress.getByName(address)).use { full ->
            val waiting = List(4) { SocketChannel.open() }
            try {
                for (channel in waiting) {
                    channel.configureBlocking(false)
                    channel.connect(InetSocketAddress(address, full.localPort))
                }
                use(full.localPort)
            } finally {
                waiting.forEach { it.close() }
            }
        }
    }

    @Test
    fun `within the handshake`() {
        fun handshake(name: String, failure: TransportFailure, serve: (RawServer.Connection) -> Unit) = RawServer {
            it.raw.getInputStream().read()
            serve(it)
        }.use { notSent("handshake: $name", "https://localhost:${it.port}", failure) }

        handshake("FIN", TransportFailure.TLS) {}
        handshake("reset", TransportFailure.CONNECT) { it.reset() }
        handshake("silence", TransportFailure.TIMEOUT) { Thread.sleep(1_000) }
        handshake("plain HTTP", TransportFailure.TLS) { it.write("HTTP/1.1 200 OK\r\n\r\n") }
        for ((alert, code) in listOf("handshake_failure" to 40, "internal_error" to 80)) {
            handshake(alert, TransportFailure.TLS) {
                it.write(byteArrayOf(21, 3, 3, 0, 2, 2, code.toByte()))
                Thread.sleep(100)
            }
        }
        RawServer(Certificate.context()) { it.request() }.use {
            notSent("handshake: no trust", it.baseUrl, TransportFailure.TLS, OkHttpClient())
            assertEquals(emptyList<String>(), it.requests.toList())
        }
        RawServer(Certificate.context()) { it.request() }.use {
            notSent("handshake: another host's certificate", "https://127.0.0.1:${it.port}", TransportFailure.TLS)
            assertEquals(emptyList<String>(), it.requests.toList())
        }
    }

    @Test
    fun `after the request, over plain HTTP`() {
        for ((stage, beginning) in stages) {
            sent("$stage: FIN", TransportFailure.CLOSED) {
                it.request()
                it.write(beginning)
            }
            sent("$stage: reset", TransportFailure.CLOSED) {
                it.request()
                it.write(beginning)
                Thread.sleep(50)
                it.reset()
            }
            sent("$stage: silence", TransportFailure.TIMEOUT) {
                it.request()
                it.write(beginning)
                it.closedAtNanos()
            }
        }
        sent("head read by the server: reset", TransportFailure.CLOSED, posts = 0) {
            it.raw.getInputStream().read()
            Thread.sleep(50)
            it.reset()
        }
    }

    @Test
    fun `after the request, over TLS`() {
        for (version in listOf("TLSv1.2", "TLSv1.3")) {
            for ((stage, beginning) in stages) {
                sent("$version, $stage: fatal alert", TransportFailure.CLOSED, version) {
                    it.request()
                    it.write(beginning)
                    it.fatalAlert()
                }
                sent("$version, $stage: close_notify", TransportFailure.CLOSED, version) {
                    it.request()
                    it.write(beginning)
                    it.socket.close()
                }
                sent("$version, $stage: reset", TransportFailure.CLOSED, version) {
                    it.request()
                    it.write(beginning)
                    Thread.sleep(50)
                    it.reset()
                }
            }
        }
    }

    /**
     * With TLS 1.3 the client has finished, and written its request, before the server looks at its certificate: what it then
     * meets is the exception of a handshake that failed.
     */
    @Test
    fun `a handshake that fails after the request`() {
        sent("TLSv1.3: no client certificate", TransportFailure.CLOSED, "TLSv1.3", posts = 0) {
            (it.socket as SSLSocket).needClientAuth = true
            runCatching { it.request() }
            Thread.sleep(200)
        }
        assertTrue(failures.single().cause is SSLHandshakeException, "${failures.single().cause}")
    }

    private val stages = listOf(
        "all sent" to "",
        "part of the head received" to "HTTP/1.1 20",
    )

    /** A delete's answer is its status; for the others a body that does not come whole is no answer. */
    @Test
    fun `part of the body received`() {
        val ends = listOf<Pair<String, (RawServer.Connection) -> Unit>>(
            "FIN" to {},
            "reset" to {
                Thread.sleep(50)
                it.reset()
            },
            "silence" to { it.closedAtNanos() },
        )
        for (framing in listOf("Content-Length: 90\r\n\r\n{", "Transfer-Encoding: chunked\r\n\r\n9\r\n{")) {
            for ((name, end) in ends) {
                RawServer {
                    it.request()
                    it.write("HTTP/1.1 202 Accepted\r\n$framing")
                    end(it)
                }.use { server ->
                    test {
                        client(server.baseUrl, OkHttpClient(), retries = 2).use { client ->
                            val error = thrownBy<OutcomeUnknownException> { client.create(NUMBER) }
                            assertEquals(listOf<Any?>(1, false, 202), error.run { listOf(attempts, isRetryable, status) }, name)
                            client.delete(SID)
                        }
                    }
                    assertEquals(listOf("POST", "DELETE"), server.requests.map { it.substringBefore(' ') }, name)
                }
            }
        }
    }

    @Test
    fun `in the middle of a request`() = test {
        for (end in listOf<(RawServer.Connection) -> Unit>({ it.reset() }, {}, { Thread.sleep(2_000) })) {
            RawServer {
                it.raw.getInputStream().readNBytes(1_000)
                end(it)
            }.use { server ->
                val request = HttpRequest("POST", server.baseUrl, emptyList(), ByteArray(64 shl 20), 400.milliseconds, 1.seconds, 1_024)
                val error = thrownBy<TransportException> { OkHttpTransport().use { it.send(request) } }
                assertEquals(RequestSent.UNKNOWN, error.sent, "$error")
                assertTrue(error.kind == TransportFailure.CLOSED || error.kind == TransportFailure.TIMEOUT, "$error")
            }
        }
    }

    @Test
    fun `a coroutine that is cancelled sends nothing afterwards`() = test {
        for (before in listOf(true, false)) {
            val reached = CompletableDeferred<Unit>()
            val held = CountDownLatch(1)
            val http = OkHttpClient.Builder().dns {
                if (before) {
                    reached.complete(Unit)
                    held.await()
                }
                listOf(InetAddress.getByName("127.0.0.1"))
            }.build()
            RawServer {
                it.request()
                reached.complete(Unit)
                it.closedAtNanos()
            }.use { server ->
                client(server.baseUrl.replace("127.0.0.1", "localhost"), http, retries = 2).use { client ->
                    coroutineScope {
                        val job = launch(Dispatchers.Default) { client.create(NUMBER) }
                        reached.await()
                        job.cancelAndJoin()
                        held.countDown()
                        delay(300)
                        assertTrue(job.isCancelled)
                    }
                }
                assertEquals(if (before) 0 else 1, server.requests.size)
            }
        }
    }

    @Test
    fun `a dead address is passed over, whatever the client was set to`() = test {
        RawServer {
            it.request()
            it.answer(200, SENDER.encodeToByteArray())
        }.use { server ->
            full("127.0.0.2", server.port) {
                val dead = Dns { listOf("127.0.0.2", "127.0.0.1").map(InetAddress::getByName) }
                val http = OkHttpClient.Builder().dns(dead).fastFallback(false).build()
                test {
                    client("http://localhost:${server.port}", http, retries = 0).use { assertEquals(SID, it.fetch(SID).sid) }
                }
            }
        }
    }
}
