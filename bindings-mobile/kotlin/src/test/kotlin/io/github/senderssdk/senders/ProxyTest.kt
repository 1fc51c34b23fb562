package io.github.senderssdk.senders

import okhttp3.Authenticator
import okhttp3.OkHttpClient
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds

/** Proxies that refuse, that say more than they should, and that cannot be reached. */
class ProxyTest {
    private val failures = CopyOnWriteArrayList<TransportException>()

    private fun through(address: InetSocketAddress) = Certificate.trusting().proxy(Proxy(Proxy.Type.HTTP, address))

    private fun through(port: Int) = through(InetSocketAddress("127.0.0.1", port))

    private fun client(url: String, http: OkHttpClient.Builder) = client {
        baseUrl = url
        transport = OkHttpTransport(http.build())
        connectTimeout = 1_000.milliseconds
        timeout = 2_000.milliseconds
        maxRetries = 1
        clock = QuickClock()
        listener = object : CallListener {
            override fun onResponse(event: ResponseEvent) {
                event.failure?.let { failures += it }
            }
        }
    }

    /** A create that does not get through the proxy: repeated, and nothing happened. */
    private fun unsent(name: String, kind: TransportFailure, proxy: String, http: OkHttpClient.Builder) = test {
        failures.clear()
        client("https://senders.invalid", http).use { client ->
            val error = thrownBy<NoAnswerException> { client.create(NUMBER) }
            assertEquals(listOf<Any?>(false, true, 2, null), error.run { listOf(mayHaveExecuted, isRetryable, attempts, status) }, "$name: $error")
            assertTrue("(through the proxy $proxy)" in error.message, "$name: $error")
            assertFalse("CANARY" in error.stackTraceToString())
        }
        assertEquals(listOf(kind to RequestSent.NO), failures.map { it.kind to it.sent }.distinct(), "$name: $failures")
    }

    /** Responds to the CONNECT, then passes everything on to `port`. */
    private fun tunnel(connection: RawServer.Connection, port: Int, answer: String) {
        connection.write(answer)
        Socket("127.0.0.1", port).use { server ->
            val up = thread { runCatching { connection.raw.getInputStream().transferTo(server.getOutputStream()) } }
            runCatching { server.getInputStream().transferTo(connection.raw.getOutputStream()) }
            connection.raw.close()
            up.join()
        }
    }

    @Test
    fun `a refusal is judged by its status, whether its body comes or not`() {
        val bodies = listOf(
            "Content-Length: 100000\r\n\r\n", "Content-Length: 100000\r\n\r\n" + " ".repeat(100_000), "Transfer-Encoding: chunked\r\n\r\n9\r\n{",
            "content-length: 99999999999999999999\r\n\r\n", "\r\n", "Content-Length: x\r\nX-Other: 1\r\n\r\n",
        )
        for (status in listOf("403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway", "302 Found")) {
            for (body in bodies) {
                RawServer {
                    it.request()
                    it.write("HTTP/1.1 $status\r\n$body")
                    it.closedAtNanos()
                }.use { proxy ->
                    unsent("$status, ${body.take(40)}", TransportFailure.CONNECT, "127.0.0.1:${proxy.port}", through(proxy.port))
                    assertTrue(proxy.requests.all { it.startsWith("CONNECT ") } && proxy.requests.size == 2)
                }
            }
        }
    }

    @Test
    fun `a tunnel is one whatever else the proxy says, and a proxy's authenticator is asked`() {
        RawServer(Certificate.context()) {
            it.request()
            it.answer(200, SENDER.encodeToByteArray())
        }.use { server ->
            for (more in listOf("", "Content-Length: 100\r\n", "Transfer-Encoding: chunked\r\n", "X-Early: 1\r\n")) {
                RawServer {
                    it.request()
                    tunnel(it, server.port, "HTTP/1.1 200 Connection established\r\n$more\r\n")
                }.use { proxy ->
                    test { client("https://localhost:${server.port}", through(proxy.port)).use { assertEquals(SID, it.fetch(SID).sid, more) } }
                    assertEquals(1, proxy.requests.size, more)
                }
            }
            RawServer {
                it.request()
                if (it.server.requests.size == 1) {
                    it.write("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 100000\r\n\r\n{")
                    it.closedAtNanos()
                } else {
                    tunnel(it, server.port, "HTTP/1.1 200 OK\r\n\r\n")
                }
            }.use { proxy ->
                val known = Authenticator { _, response -> response.request.newBuilder().header("Proxy-Authorization", "Basic eA==").build() }
                val http = through(proxy.port).proxyAuthenticator(known)
                test { client("https://localhost:${server.port}", http).use { assertEquals(SID, it.fetch(SID).sid) } }
                assertEquals(2, proxy.requests.size)
            }
        }
    }

    @Test
    fun `a proxy that cannot be reached is named, without its credentials`() {
        val closed = ServerSocket(0).use { it.localPort }
        unsent("refused", TransportFailure.CONNECT, "127.0.0.1:$closed", through(closed))
        RawServer { }.use { unsent("closed at once", TransportFailure.CONNECT, "127.0.0.1:${it.port}", through(it.port)) }
        RawServer {
            it.request()
            it.closedAtNanos()
        }.use { unsent("silent", TransportFailure.TIMEOUT, "127.0.0.1:${it.port}", through(it.port)) }
        val secret = InetSocketAddress.createUnresolved("svc:CANARY@senders.invalid", 3128)
        unsent("a password in its name", TransportFailure.CONNECT, "senders.invalid:3128", through(secret))
    }
}
