package io.github.senderssdk.senders

import mockwebserver3.MockResponse
import mockwebserver3.MockWebServer
import mockwebserver3.SocketEffect
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.milliseconds

/** The same promises over HTTP/2, which a server behind TLS most often speaks. */
class Http2Test {
    private fun serving(vararg responses: MockResponse, use: suspend (Senders, MockWebServer) -> Unit) = MockWebServer().use { server ->
        server.useHttps(Certificate.context().socketFactory)
        responses.forEach(server::enqueue)
        server.start()
        test {
            client {
                baseUrl = "https://localhost:${server.port}"
                transport = OkHttpTransport(Certificate.trusting().retryOnConnectionFailure(true).build())
                timeout = 600.milliseconds
                clock = QuickClock()
                maxRetries = 0
            }.use { use(it, server) }
        }
    }

    private fun response(status: Int = 200, body: String = SENDER) = MockResponse.Builder().code(status).body(body)

    @Test
    fun `kept connections are for what may be repeated`() {
        val none = MockResponse.Builder().code(204).clearHeaders().build()
        serving(response().build(), none, response().build(), response(202).build(), response(202).build(), response().build()) { client, server ->
            client.fetch(SID)
            client.delete(SID)
            client.fetch(SID)
            repeat(2) { assertEquals(SID, client.create(NUMBER).sid) }
            client.fetch(SID)
            val requests = List(6) { server.takeRequest() }
            assertTrue(requests.all { it.version == "HTTP/2" }, requests.map { it.version }.toString())
            assertEquals(listOf(0, 0, 0, 1, 2, 0), requests.map { it.connectionIndex })
        }
    }

    @Test
    fun `a stream or a connection that ends after the request leaves its outcome unknown`() {
        // Among them REFUSED_STREAM, after which OkHttp would repeat by itself, and HTTP_1_1_REQUIRED.
        val ends = listOf(0, 1, 2, 7, 8, 11, 13).map { SocketEffect.CloseStream(it) } + SocketEffect.ShutdownConnection + SocketEffect.Stall +
            SocketEffect.CloseSocket()
        for (end in ends) {
            for (method in listOf("POST", "GET", "DELETE")) {
                val response = response().onResponseStart(end).build()
                serving(response, response().build(), response().build()) { client, server ->
                    val error = thrownBy<SendersException> {
                        when (method) {
                            "POST" -> client.create(NUMBER)
                            "GET" -> client.fetch(SID)
                            else -> client.delete(SID)
                        }
                    }
                    assertTrue(error.mayHaveExecuted, "$end $method $error")
                    assertEquals(method == "POST", error is OutcomeUnknownException, "$end $method $error")
                    assertEquals(1, server.requestCount, "$end $method")
                }
            }
        }
    }

    @Test
    fun `no status makes OkHttp send again`() {
        for (status in listOf(301, 307, 401, 407, 408, 421, 503)) {
            serving(response(status, "{}").addHeader("Retry-After", "0").addHeader("Location", "/x").build(), response().build()) { client, server ->
                assertEquals(status, thrownBy<SendersException> { client.create(NUMBER) }.status)
                assertEquals(1, server.requestCount)
            }
        }
    }
}
