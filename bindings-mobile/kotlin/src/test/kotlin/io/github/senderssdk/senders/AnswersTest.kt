package io.github.senderssdk.senders

import kotlinx.coroutines.flow.toList
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.io.ByteArrayOutputStream
import java.util.zip.Deflater
import java.util.zip.DeflaterOutputStream
import java.util.zip.GZIPOutputStream
import kotlin.time.Duration.Companion.milliseconds

/** Odd responses: every readable part is read, a status that was read is not lost, and all else is one typed error. */
class AnswersTest {
    private val problem = """{"code":20003,"message":"Authenticate","status":401}""".encodeToByteArray()

    private fun client(server: RawServer, cap: Long = 4_096) = client {
        baseUrl = server.baseUrl
        maxResponseBytes = cap
        maxRetries = 0
        timeout = 600.milliseconds
        clock = QuickClock()
    }

    /** Runs `call` against a server that treats every request alike. */
    private fun answering(serve: (RawServer.Connection) -> Unit, call: suspend (Senders) -> Unit): RawServer = RawServer {
        while (true) {
            it.request()
            serve(it)
        }
    }.also { server -> server.use { test { client(server).use { call(it) } } } }

    private fun gzip(bytes: ByteArray) = ByteArrayOutputStream().also { out -> GZIPOutputStream(out).use { it.write(bytes) } }.toByteArray()

    private fun deflate(bytes: ByteArray, raw: Boolean) = ByteArrayOutputStream().also { out ->
        DeflaterOutputStream(out, Deflater(9, raw)).use { it.write(bytes) }
    }.toByteArray()

    @Test
    fun `a compressed error keeps its status and its code`() {
        val forms = listOf(
            "gzip" to gzip(problem), "x-gzip" to gzip(problem), "GZIP" to gzip(problem), "deflate" to deflate(problem, raw = false),
            "deflate" to deflate(problem, raw = true), "gzip, gzip" to gzip(gzip(problem)), "deflate, gzip" to gzip(deflate(problem, raw = false)),
            "identity" to problem, "gzip" to problem, "deflate" to problem, "utf-8" to problem, "br" to problem,
        )
        for ((coding, body) in forms) {
            answering({ it.answer(401, body, "Content-Encoding: $coding") }) { client ->
                for (call in listOf<suspend () -> Unit>({ client.create(NUMBER) }, { client.fetch(SID) }, { client.delete(SID) })) {
                    assertEquals(20003, thrownBy<AuthenticationException> { call() }.code, coding)
                }
            }
        }
    }

    @Test
    fun `a success is decoded, and its whole body counts`() {
        val sender = SENDER.encodeToByteArray()
        for ((coding, body) in listOf("gzip" to gzip(sender), "deflate" to deflate(sender, raw = false), "deflate" to deflate(sender, raw = true))) {
            answering({ it.answer(200, body, "Content-Encoding: $coding") }) { assertEquals(SID, it.create(NUMBER).sid) }
        }
        answering({ it.answer(202, gzip(sender).dropLast(9).toByteArray(), "Content-Encoding: gzip") }) { client ->
            val unknown = thrownBy<OutcomeUnknownException> { client.create(NUMBER) }
            assertEquals(listOf<Any?>(202, true, false), unknown.run { listOf(status, mayHaveExecuted, isRetryable) })
            assertEquals(202, thrownBy<InvalidResponseException> { client.fetch(SID) }.status)
            client.delete(SID)
        }
    }

    @Test
    fun `whatever an error's body is, the status decides`() {
        val bomb = gzip(ByteArray(4 shl 20))
        val bodies = listOf<(RawServer.Connection) -> Unit>(
            { it.answer(401, gzip(problem).dropLast(9).toByteArray(), "Content-Encoding: gzip") },
            { it.answer(401, byteArrayOf(0x1f, 0x8b.toByte(), 1, 2, 3), "Content-Encoding: gzip") },
            { it.answer(401, byteArrayOf(1, 2, 3, -1), "Content-Encoding: br") },
            { it.answer(401, byteArrayOf(1, 2, 3, -1), "Content-Encoding: deflate") },
            { it.answer(401, gzip(gzip(gzip(gzip(problem)))), "Content-Encoding: gzip, gzip, gzip, gzip") },
            { it.answer(401, bomb, "Content-Encoding: gzip") },
            { it.answer(401, gzip(bomb), "Content-Encoding: gzip, gzip") },
            { it.answer(401, ByteArray(8_192)) },
            {
                it.write("HTTP/1.1 401 No\r\nContent-Length: 9000\r\n\r\n{")
                it.raw.close()
            },
            {
                it.write("HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{")
                it.raw.close()
            },
            { it.write("HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{") },
            { it.write("HTTP/1.1 401 No\r\nContent-Length: 9\r\n\r\n{") },
            {
                it.write("HTTP/1.1 401 No\r\nContent-Length: 9\r\n\r\n{")
                it.reset()
            },
        )
        for ((at, body) in bodies.withIndex()) {
            answering(body) { client ->
                val error = thrownBy<AuthenticationException> { client.create(NUMBER) }
                assertEquals(listOf<Any?>(401, false), error.run { listOf(status, mayHaveExecuted) }, "body $at: $error")
                assertEquals(401, thrownBy<AuthenticationException> { client.fetch(SID) }.status, "body $at")
            }
        }
    }

    @Test
    fun `a success that does not fit is too large, for a delete it is a success`() {
        for (body in listOf(gzip(ByteArray(4 shl 20)) to "gzip", ByteArray(8_192) to "identity")) {
            answering({ it.answer(200, body.first, "Content-Encoding: ${body.second}") }) { client ->
                assertTrue("maxResponseBytes" in thrownBy<InvalidResponseException> { client.fetch(SID) }.message)
                thrownBy<OutcomeUnknownException> { client.create(NUMBER) }
                client.delete(SID)
            }
        }
    }

    @Test
    fun `odd lines of a head are skipped, and a head that is none is a typed error`() {
        val odd = listOf(
            "X-Thing : 1", ": no name", "no colon", " folded", "X-Bytes: \u0000\u0007\u00ff", "X-Empty:", "Content-Type: ;;;", "Set-Cookie: ",
            "Retry-After: soon", "Date: never", "Content-Encoding:", "T-Request-Id: \ud83d\ude00", "X-Long: " + "a".repeat(100_000),
        )
        for (line in odd) {
            answering({ it.answer(200, SENDER.encodeToByteArray(), line) }) { client ->
                assertEquals(SID, client.fetch(SID).sid, line.take(40))
                assertEquals(SID, client.create(NUMBER).sid, line.take(40))
            }
        }
        val none = listOf(
            "HTTP/1.1 +15017122661 CANARY\r\n\r\n", "CANARY +15017122661\r\n\r\n", "HTTP/9 200 CANARY\r\n\r\n", "HTTP/1.1 -12 CANARY\r\n\r\n",
            "HTTP/1.1 000 CANARY\r\n\r\n", "\r\n\r\n", "HTTP/1.1 200 OK\r\nCANARY: " + "a".repeat(300_000) + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nCANARY\r\n",
        )
        for (head in none) {
            answering({
                it.write(head)
                it.raw.close()
            }) { client ->
                val unknown = thrownBy<OutcomeUnknownException> { client.create(NUMBER) }
                assertTrue(unknown.mayHaveExecuted && !unknown.isRetryable)
                for (error in listOf(unknown, thrownBy<SendersException> { client.fetch(SID) })) {
                    val shown = error.stackTraceToString()
                    assertFalse("CANARY" in shown || "5017122661" in shown, shown.take(2_000))
                    assertTrue(error !is InternalException && error.message.length < 1_000 && '\n' !in error.message, error.message)
                }
            }
        }
    }

    /** A transport may be anybody's. Its report ends its own call, with a typed error. */
    @Test
    fun `odd reports of a transport`() = test {
        val one = HttpHeader("T-Request-Id", "\ud800 cut")
        assertEquals(
            SID,
            client {
                transport = HttpTransport { HttpResponse(200, listOf(one, HttpHeader("\udc00", "")), SENDER.encodeToByteArray()) }
            }.use { it.create(NUMBER) }.sid,
        )
        class Odd : Exception() {
            override val message: String get() = throw IllegalStateException("no message either")
        }
        val nothing: Any? = null
        @Suppress("UNCHECKED_CAST")
        val odd = listOf<HttpTransport>(
            HttpTransport { throw Odd() },
            HttpTransport { throw NotImplementedError("TODO") },
            HttpTransport { throw StackOverflowError() },
            HttpTransport { throw NoClassDefFoundError("x") },
            HttpTransport { throw Exception("\ud800") },
            HttpTransport { throw Exception("a".repeat(1 shl 20) + "\nCRITICAL root: \u001b[1m") },
            HttpTransport { HttpResponse(200, (listOf(nothing) as List<HttpHeader>), ByteArray(0)) },
            HttpTransport { HttpResponse(-1, emptyList(), ByteArray(0)) },
            HttpTransport { HttpResponse(70_000, emptyList(), ByteArray(0)) },
            HttpTransport { HttpResponse(100, emptyList(), ByteArray(0)) },
        )
        for ((at, transport) in odd.withIndex()) {
            client {
                this.transport = HttpTransport { if (it.method == "GET") HttpResponse(200, emptyList(), SENDER.encodeToByteArray()) else transport.send(it) }
                clock = QuickClock()
            }.use { client ->
                val error = thrownBy<SendersException> { client.create(NUMBER) }
                assertTrue(error.mayHaveExecuted && !error.isRetryable && error.attempts == 1, "$at: $error")
                assertTrue(error !is InternalException && error !is ArgumentException && error.message.length < 1_000, "$at: $error")
                assertTrue(error.message.none { it.isISOControl() }, "$at")
                assertEquals(SID, client.fetch(SID).sid)
            }
        }
    }

    @Test
    fun `text that was cut within a character is named by its field`() = test {
        val cut = "Example \ud83d"
        val transport = Scripted(answer(SENDER))
        suspend fun field(call: suspend (Senders) -> Unit): String? =
            client { this.transport = transport }.use { client -> thrownBy<ArgumentException> { call(client) }.also { assertFalse(it.mayHaveExecuted) }.field }
        for (word in listOf(cut, "\ude00\ud83d", "\ude00")) {
            assertEquals("senderId", field { it.create("whatsapp:$word") })
            assertEquals("senderId", field { it.ensure("whatsapp:$word") })
            assertEquals("sid", field { it.fetch(word) })
            assertEquals("sid", field { it.update(word) { } })
            assertEquals("sid", field { it.delete(word) })
            assertEquals("sid", field { it.waitUntilOnline(word) })
            assertEquals("token", field { it.waitUntilOnline(token = word) })
            assertEquals("token", field { it.list(token = word).toList() })
            assertEquals("channel", field { it.list(Channel(word)).toList() })
            assertEquals("code", field { it.verify(SID, word) })
            assertEquals("headers", field { it.fetch(SID, CallOptions(headers = mapOf("x" to word))) })
            assertEquals("headers", field { it.fetch(SID, CallOptions(headers = mapOf(word to "x"))) })
            assertEquals("friendlyName", field { it.create(NUMBER) { friendlyName = word } })
            assertEquals("profile.name", field { it.create(NUMBER) { profile { name = word } } })
            assertEquals("profile.useCase", field { it.create(NUMBER) { profile { useCase = UseCase(word) } } })
            assertEquals("profile.emails[1].label", field { it.update(SID) { profile { emails = listOf(EmailFields("a@b.c"), EmailFields("a@b.c", word)) } } })
            assertEquals("profile.websites[0].website", field { it.update(SID) { profile { websites = listOf(WebsiteFields(word)) } } })
            assertEquals("profile.phoneNumbers[0].phoneNumber", field { it.update(SID) { profile { phoneNumbers = listOf(PhoneNumberFields(word)) } } })
            assertEquals("webhook.callbackUrl", field { it.update(SID) { webhook { callbackUrl = word } } })
            assertEquals("configuration.wabaId", field { it.update(SID) { configuration { wabaId = word } } })
            assertEquals("json", thrownBy<ArgumentException> { SenderFields.fromJson(word) }.field)
            assertEquals("json", thrownBy<ArgumentException> { Sender.fromJson(word) }.field)
            assertEquals("accountSid", thrownBy<ArgumentException> { Senders(word, "x") }.field)
            val secret = thrownBy<ArgumentException> { Senders("AC" + "0".repeat(32), "CANARY$word") }
            assertEquals("authToken", secret.field)
            assertFalse("CANARY" in secret.toString())
            assertEquals("baseUrl", thrownBy<ArgumentException> { client { baseUrl = word } }.field)
            assertEquals("userAgent", thrownBy<ArgumentException> { client { userAgent = word } }.field)
        }
        assertEquals(0, transport.asked.size)
        client { this.transport = transport }.use { it.create(NUMBER) { profile { name = "Example \ud83d\ude00" } } }
        assertTrue("\ud83d\ude00" in transport.asked.single().body!!.decodeToString())
    }
}
