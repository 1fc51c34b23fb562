package io.github.senderssdk.senders

import okhttp3.Call
import okhttp3.EventListener
import okhttp3.Interceptor
import okhttp3.OkHttpClient
import okhttp3.Response
import okhttp3.ResponseBody.Companion.toResponseBody
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.IOException
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds

/** Kept connections, and clients of one's own with interceptors and listeners in them: each request goes out once, whatever they do. */
class ConnectionsTest {
    private val sender = SENDER.encodeToByteArray()

    private fun client(server: RawServer, http: OkHttpClient = OkHttpClient(), configure: Senders.Builder.() -> Unit = {}) = client {
        baseUrl = server.baseUrl
        transport = OkHttpTransport(http)
        clock = QuickClock()
        maxRetries = 0
        configure()
    }

    private fun RawServer.methods() = requests.map { it.substringBefore(' ') }

    private suspend fun Senders.call(method: String) {
        when (method) {
            "POST" -> create(NUMBER)
            "GET" -> fetch(SID)
            else -> delete(SID)
        }
    }

    @Test
    fun `a kept connection that the server has closed is not written to`() {
        for (end in listOf<(RawServer.Connection) -> Unit>({}, { it.reset() }, { it.write("HTTP/1.1 408 Late\r\nContent-Length: 0\r\n\r\n") })) {
            for (tls in listOf(null, "TLSv1.2", "TLSv1.3")) {
                for (method in listOf("POST", "GET", "DELETE")) {
                    val gone = CountDownLatch(1)
                    RawServer(tls?.let(Certificate::context)) {
                        it.request()
                        it.answer(200, sender)
                        if (gone.count > 0) {
                            Thread.sleep(100)
                            runCatching { end(it) }
                            it.socket.close()
                            gone.countDown()
                        }
                    }.use { server ->
                        test {
                            client(server, Certificate.trusting().build()).use { client ->
                                client.fetch(SID)
                                assertTrue(gone.await(5, TimeUnit.SECONDS))
                                client.call(method)
                            }
                        }
                        assertEquals(listOf("GET", method), server.methods(), "$tls")
                        assertEquals(2, server.connections.get(), "$tls, $method")
                    }
                }
            }
        }
    }

    @Test
    fun `what is read and deleted shares a connection, what is posted has its own`() = test {
        for (tls in listOf(null, "TLSv1.2", "TLSv1.3")) {
            RawServer(tls?.let(Certificate::context)) {
                while (true) {
                    it.request()
                    it.answer(200, sender)
                }
            }.use { server ->
                client(server, Certificate.trusting().build()).use { client ->
                    repeat(3) { client.fetch(SID) }
                    client.delete(SID)
                    assertEquals(1, server.connections.get(), "$tls")
                    client.create(NUMBER)
                    client.create(NUMBER)
                    client.fetch(SID)
                    assertEquals(3, server.connections.get(), "$tls")
                }
            }
        }
    }

    /** 204 and 304 have no body. If one nevertheless follows, it is not taken for the next response. */
    @Test
    fun `a success without content may come with anything`() {
        val tails = listOf(
            "" to "",
            "" to "hello",
            "Content-Length: 5" to "hello",
            "Content-Length: 5" to "",
            "Content-Length: 0" to "HTTP/1.1 500 No\r\n\r\n",
            "Transfer-Encoding: chunked" to "0\r\n\r\n",
            "Transfer-Encoding: chunked" to "",
            "Transfer-Encoding: chunked" to "5\r\nhello\r\n0\r\n\r\n",
            "Content-Encoding: gzip" to "",
        )
        for ((line, tail) in tails) {
            for (status in listOf(200, 204, 205)) {
                for (late in listOf(false, true)) {
                    if (status == 200 && line.isEmpty()) continue
                    RawServer {
                        while (true) {
                            it.request()
                            if (server(it).methods().last() == "DELETE") {
                                val head = "HTTP/1.1 $status No\r\n${if (line.isEmpty()) "" else "$line\r\n"}\r\n"
                                if (late) {
                                    it.write(head)
                                    Thread.sleep(50)
                                    it.write(tail)
                                } else {
                                    it.write(head + tail)
                                }
                            } else {
                                it.answer(200, sender)
                            }
                        }
                    }.use { server ->
                        test {
                            client(server) { timeout = 400.milliseconds }.use { client ->
                                client.delete(SID)
                                if (status == 204) assertEquals(SID, client.fetch(SID).sid, "$status $line $tail")
                                assertEquals(SID, client.create(NUMBER).sid, "$status $line $tail")
                            }
                        }
                        assertEquals(1, server.methods().count { it == "DELETE" })
                    }
                }
            }
        }
        RawServer {
            while (true) {
                it.request()
                it.write("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\nhello")
            }
        }.use { server ->
            test {
                client(server).use { client ->
                    repeat(2) { assertEquals(304, thrownBy<InvalidResponseException> { client.fetch(SID) }.status) }
                }
            }
        }
    }

    private fun server(connection: RawServer.Connection) = connection.server

    @Test
    fun `what follows an answer does not spoil a fetch, and never a create`() = test {
        RawServer {
            while (true) {
                it.request()
                it.write("HTTP/1.1 200 OK\r\nContent-Length: ${sender.size}\r\n\r\n$SENDER\r\n<html>")
            }
        }.use { server ->
            client(server) { maxRetries = 1 }.use { client ->
                repeat(3) {
                    assertEquals(SID, client.fetch(SID).sid)
                    assertEquals(SID, client.create(NUMBER).sid)
                }
            }
        }
    }

    @Test
    fun `an interceptor that repeats is stopped, and the status it saw is the answer`() {
        val seen = CopyOnWriteArrayList<Int>()
        val again = Interceptor { chain ->
            var response = chain.proceed(chain.request())
            seen += response.code
            repeat(3) {
                if (!response.isSuccessful) {
                    response.close()
                    response = chain.proceed(chain.request().newBuilder().header("X-Again", "1").build())
                }
            }
            response
        }
        val afterFailure = Interceptor { chain ->
            try {
                chain.proceed(chain.request())
            } catch (_: IOException) {
                chain.proceed(chain.request())
            }
        }
        for (method in listOf("POST", "GET", "DELETE")) {
            RawServer {
                it.request()
                it.answer(503, "{}".encodeToByteArray(), "Retry-After: 0")
            }.use { server ->
                test {
                    client(server, OkHttpClient.Builder().addInterceptor(again).build()).use { client ->
                        assertEquals(503, thrownBy<SendersException> { client.call(method) }.status)
                    }
                }
                assertEquals(listOf(method), server.methods())
            }
            RawServer { it.request() }.use { server ->
                test {
                    client(server, OkHttpClient.Builder().addInterceptor(afterFailure).build()).use { client ->
                        assertEquals(true, thrownBy<SendersException> { client.call(method) }.mayHaveExecuted)
                    }
                }
                assertEquals(listOf(method), server.methods())
            }
        }
        assertEquals(setOf(503), seen.toSet())
    }

    @Test
    fun `interceptors and listeners of one's own see the true answer and may change it`() = test {
        val seen = CopyOnWriteArrayList<Any>()
        val see = Interceptor { chain -> chain.proceed(chain.request()).also { seen += it.code } }
        val listener = object : EventListener() {
            override fun requestHeadersStart(call: Call) {
                seen += "headers"
            }

            override fun responseHeadersEnd(call: Call, response: Response) {
                seen += response.code
            }
        }
        val http = OkHttpClient.Builder().addInterceptor(see).addNetworkInterceptor(see).eventListener(listener).build()
        RawServer {
            it.request()
            it.answer(404, """{"code":20404}""".encodeToByteArray())
        }.use { server ->
            client(server, http).use { client -> assertEquals(20404, thrownBy<NotFoundException> { client.fetch(SID) }.code) }
            assertEquals(listOf<Any>("headers", 404, 404, 404), seen.toList())
            val own = Interceptor { chain ->
                Response.Builder().request(chain.request()).protocol(okhttp3.Protocol.HTTP_1_1).code(429).message("own")
                    .body("{}".toResponseBody()).build()
            }
            client(server, OkHttpClient.Builder().addInterceptor(own).build()).use { client ->
                assertEquals(429, thrownBy<RateLimitedException> { client.create(NUMBER) }.status)
            }
            assertEquals(1, server.requests.size)
        }
    }

    /** Each is one call's failure, typed; whether it was sent is what was counted. */
    @Test
    fun `interceptors and listeners of one's own that throw`() {
        val broken = IllegalStateException("own")
        fun http(configure: OkHttpClient.Builder.() -> Unit) = OkHttpClient.Builder().apply(configure).build()
        fun listening(vararg at: String) = http {
            eventListener(object : EventListener() {
                override fun callStart(call: Call) = at("callStart")

                override fun requestHeadersStart(call: Call) = at("requestHeadersStart")

                override fun responseHeadersEnd(call: Call, response: Response) = at("responseHeadersEnd")

                override fun responseBodyEnd(call: Call, byteCount: Long) = at("responseBodyEnd")

                private fun at(name: String) {
                    if (name in at) throw broken
                }
            })
        }
        val cases = listOf(
            http { addInterceptor { throw broken } } to false,
            http { addInterceptor { throw NotImplementedError() } } to false,
            http { addNetworkInterceptor { throw broken } } to false,
            http { addInterceptor { chain -> chain.proceed(chain.request()).close(); throw broken } } to true,
            http { addNetworkInterceptor { chain -> chain.proceed(chain.request()).close(); throw broken } } to true,
            listening("callStart") to false,
            listening("requestHeadersStart") to true,
            listening("responseHeadersEnd") to true,
            listening("responseBodyEnd") to true,
        )
        for ((at, case) in cases.withIndex()) {
            RawServer {
                it.request()
                it.answer(202, sender)
            }.use { server ->
                test {
                    client(server, case.first).use { client ->
                        val error = thrownBy<SendersException> { client.create(NUMBER) }
                        assertEquals(case.second, error.mayHaveExecuted, "case $at: $error")
                        assertEquals(case.second, error is OutcomeUnknownException, "case $at: $error")
                    }
                }
                assertTrue(server.requests.size <= if (case.second) 1 else 0, "case $at")
            }
        }
    }
}
