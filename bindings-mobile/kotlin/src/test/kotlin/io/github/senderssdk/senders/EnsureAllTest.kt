package io.github.senderssdk.senders

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import kotlin.time.Duration.Companion.milliseconds

/** Many numbers ensured in one call. */
class EnsureAllTest {
    private val numbers = listOf("whatsapp:+15550100001", NUMBER, "whatsapp:+15550063101")

    private fun requests() = numbers.map { CreateRequest(it) { profile { name = "Example" } } }

    @Test
    fun `one is created, one is found, one is refused, and all share a listing`() = test {
        EmulatorServer("--instant").use { server ->
            client { baseUrl = server.baseUrl }.use { client ->
                val there = client.create(NUMBER) { profile { name = "Other" } }
                val before = server.journal().size
                val (tokens, reported) = mutableListOf<String>() to mutableListOf<EnsureResult>()
                val results = client.ensureAll(
                    requests(),
                    onToken = {
                        assertEquals(before, server.journal().size, "the token comes before anything is sent")
                        tokens += it
                    },
                    onResult = {
                        // The one that is listed is known before anything is created.
                        if (reported.isEmpty()) assertTrue(server.journal().drop(before).none { line -> line.startsWith("POST") })
                        reported += it
                    },
                )
                assertEquals(numbers, results.map { it.senderId })
                assertEquals(listOf(Resolution.CREATED, Resolution.FOUND, null), results.map { it.ensured?.resolution })
                assertEquals(there.sid to listOf("profile.name"), results[1].ensured?.run { sender.sid to differences })
                val refused = results[2].error as InvalidRequestException
                assertEquals(listOf<Any?>(63101, numbers[2], false), refused.run { listOf(code, senderId, isRetryable) })
                assertEquals(listOf(NUMBER, numbers[0], numbers[2]), reported.map { it.senderId })
                assertEquals(results.toSet(), reported.toSet())
                assertFalse(numbers.any { it in results.toString() || it in requests().toString() })
                assertEquals(listOf("GET", "POST", "POST"), server.journal().drop(before).map { it.substringBefore(' ') })
                assertTrue(tokens.size == 1 && numbers.all { it in tokens[0] })

                // The token serves for fewer of them, in the same client or in another.
                val again = client.ensureAll(requests().take(2), token = tokens[0])
                assertEquals(listOf(Resolution.RECONCILED, Resolution.RECONCILED), again.map { it.ensured?.resolution })
                assertEquals(emptyList<EnsureResult>(), client.ensureAll(emptyList()))
            }
        }
    }

    @Test
    fun `one listing serves however many numbers`() = test {
        EmulatorServer("--instant").use { server ->
            client { baseUrl = server.baseUrl }.use { client ->
                val many = List(5) { CreateRequest("whatsapp:+1555010010$it") { profile { name = "N" } } }
                assertTrue(client.ensureAll(many).all { it.ensured?.resolution == Resolution.CREATED })
                assertEquals(listOf(1, 5), listOf("GET", "POST").map { method -> server.journal().count { it.startsWith(method) } })
            }
        }
    }

    @Test
    fun `a mistake names the sender, and nothing is sent`() = test {
        val transport = Scripted(answer("{}"))
        client { this.transport = transport }.use { client ->
            suspend fun field(vararg senders: CreateRequest) = thrownBy<ArgumentException> { client.ensureAll(senders.asList()) }.field
            val good = CreateRequest(NUMBER)
            assertEquals("senders[1].senderId", field(good, CreateRequest("+15017122661")))
            assertEquals("senders[1].senderId", field(good, CreateRequest(NUMBER)))
            assertEquals(
                "senders[1].webhook.callbackMethod",
                field(good, CreateRequest("whatsapp:+15550100001") { webhook { callbackMethod = CallbackMethod("GET") } }),
            )
            val half = "\ud83d"
            assertEquals("senders[0].senderId", field(CreateRequest("whatsapp:$half")))
            assertEquals(
                "senders[1].profile.emails[0].label",
                field(good, CreateRequest(numbers[0]) { profile { emails = listOf(EmailFields("a", half)) } }),
            )
            assertEquals("token", thrownBy<ArgumentException> { client.ensureAll(listOf(good), token = "{}") }.field)
            assertEquals(0, transport.asked.size)
        }
    }

    @Test
    fun `a callback that throws ends the call, and its numbers are free`() = test {
        val page = answer("""{"senders":[{"sid":"$SID","status":"ONLINE","sender_id":"$NUMBER"}],"meta":{}}""")
        val transport = Scripted(page)
        client {
            this.transport = transport
            clock = QuickClock()
        }.use { client ->
            val one = listOf(CreateRequest(NUMBER))
            assertEquals("stop", thrownBy<IllegalStateException> { client.ensureAll(one, onToken = { error("stop") }) }.message)
            assertEquals(0, transport.asked.size)
            assertEquals("stop", thrownBy<IllegalStateException> { client.ensureAll(one, onResult = { error("stop") }) }.message)
            // A number that is not free makes the next call fail when its time is over.
            assertEquals(Resolution.FOUND, client.ensureAll(one, CallOptions(totalTimeout = 100.milliseconds)).single().ensured?.resolution)
        }
    }

    @Test
    fun `a cancelled call sends nothing more, and its numbers are free`() = test {
        val out = CompletableDeferred<Unit>()
        RawServer {
            while (true) {
                it.request()
                if (out.complete(Unit)) {
                    it.closedAtNanos()
                    break
                }
                val body = """{"senders":[{"sid":"$SID","status":"ONLINE","sender_id":"$NUMBER"}],"meta":{}}"""
                it.answer(200, body.encodeToByteArray())
            }
        }.use { server ->
            client { baseUrl = server.baseUrl }.use { client ->
                val senders = listOf(CreateRequest(NUMBER))
                coroutineScope {
                    val job = launch(Dispatchers.Default) { client.ensureAll(senders) }
                    out.await()
                    job.cancelAndJoin()
                    assertTrue(job.isCancelled)
                }
                assertEquals(1, server.requests.size)
                assertEquals(Resolution.FOUND, client.ensureAll(senders, CallOptions(totalTimeout = 2_000.milliseconds)).single().ensured?.resolution)
            }
        }
    }

    @Test
    fun `an unknown outcome is found out, and reported with a token where it cannot be`() = test {
        EmulatorServer("--instant").use { server ->
            client { baseUrl = server.baseUrl }.use { client ->
                server.inject("""{"fault":"close-after-act","operation":"create"}""")
                assertEquals(Resolution.RECONCILED, client.ensureAll(requests().take(1)).single().ensured?.resolution)
                assertEquals(1, server.journal().count { it.startsWith("POST") })
            }
        }
        val lost = { throw TransportException(TransportFailure.CLOSED, RequestSent.YES, "gone") }
        val empty = answer("""{"senders":[],"meta":{}}""")
        client {
            transport = HttpTransport { if (it.method == "POST") lost() else empty() }
            clock = QuickClock()
        }.use { client ->
            val error = client.ensureAll(listOf(CreateRequest(NUMBER))).single().error as OutcomeUnknownException
            assertTrue(error.mayHaveExecuted && !error.isRetryable && NUMBER in error.resumeToken!!)
        }
    }
}
