package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.forcedPanic
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import kotlin.coroutines.cancellation.CancellationException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** Errors: each has its own type, and none holds a secret. */
class ErrorsTest {
    private fun client(transport: HttpTransport, retries: Int = 0) = client {
        this.transport = transport
        clock = QuickClock()
        maxRetries = retries
    }

    private inline fun <reified T : SendersException> error(transport: HttpTransport, retries: Int = 0, crossinline call: suspend (Senders) -> Unit): T {
        var error: T? = null
        test { client(transport, retries).use { client -> error = thrownBy<T> { call(client) } } }
        return error!!
    }

    @Test
    fun `a code is explained`() {
        val found = explain(63116)!!
        assertEquals(found, explain("63116"))
        assertEquals("63116", found.code)
        assertTrue("`verificationMethod`" in found.action, found.action)
        assertEquals("https://www.twilio.com/docs/api/errors/63116", found.link)
        assertTrue(found.meaning.isNotEmpty() && found.source.isNotEmpty())
        for (unknown in listOf("63102", "", "-1", " 63116", "99999999999")) assertEquals(null, explain(unknown))
        assertEquals(null, explain(-1))
    }

    @Test
    fun `every kind has its class and its word`() {
        val classes = ErrorKind.entries.map { kind ->
            val error = sendersException(kind, "it happened")
            assertEquals(kind, error.kind)
            assertTrue(error.message.startsWith("it happened") && error.nextStep.isNotEmpty())
            error.javaClass
        }
        assertEquals(ErrorKind.entries.size, classes.toSet().size)
    }

    @Test
    fun `a status has its class, its code and what to do`() {
        val body = """{"code": 63100, "message": "wrong +15551234567", "more_info": "https://x", "status": 400}"""
        val expected = mapOf(
            400 to InvalidRequestException::class,
            401 to AuthenticationException::class,
            403 to PermissionDeniedException::class,
            404 to NotFoundException::class,
            409 to ConflictException::class,
            429 to RateLimitedException::class,
            500 to ServerException::class,
        )
        for ((status, type) in expected) {
            val error = error<ApiException>(Scripted(answer(body, status, "T-Request-Id" to "RQ1", "Retry-After" to "7"))) { it.fetch(SID) }
            assertEquals(type, error::class)
            val shown = error.run { listOf(this.status, code, moreInfo, requestId, attempts, this.body) }
            assertEquals(listOf<Any?>(status, 63100, "https://x", "RQ1", 1, body), shown)
            assertEquals(status >= 429, error.isRetryable)
            assertEquals(status == 500, error.mayHaveExecuted)
            assertTrue("RQ1" in error.message && "5551234567" !in error.toString())
            assertTrue(error.startedAt != null && error.endedAt != null)
            if (status == 429) assertEquals(7.seconds, error.retryAfter)
        }
    }

    @Test
    fun `every other kind comes about`() {
        fun failing(failure: TransportFailure, sent: RequestSent) = HttpTransport { throw TransportException(failure, sent, "it did") }
        val create: suspend (Senders) -> Unit = { it.create(NUMBER) }
        val fetch: suspend (Senders) -> Unit = { it.fetch(SID) }
        error<CallTimeoutException>(failing(TransportFailure.TIMEOUT, RequestSent.UNKNOWN), call = fetch)
        error<ConnectionFailedException>(failing(TransportFailure.CLOSED, RequestSent.YES), call = fetch)
        error<TlsException>(failing(TransportFailure.TLS, RequestSent.NO), call = create)
        error<InvalidResponseException>(failing(TransportFailure.PROTOCOL, RequestSent.YES), call = fetch)
        error<InvalidResponseException>(Scripted(answer("<html>")), call = fetch)
        error<CallCancelledException>(failing(TransportFailure.ABORTED, RequestSent.UNKNOWN), call = create)
        val unknown = error<OutcomeUnknownException>(failing(TransportFailure.CLOSED, RequestSent.YES), retries = 2, call = create)
        assertEquals(listOf<Any?>(1, false, true, NUMBER), unknown.run { listOf(attempts, isRetryable, mayHaveExecuted, senderId) })
        assertFalse("5017122661" in unknown.toString())
        error<PagingException>(Scripted(answer("""{"senders":[],"meta":{"next_page_url":"https://x"}}"""))) { it.list().collect() }
        val waiting = error<VerificationRequiredException>(Scripted(answer(SENDER.replace("ONLINE", "PENDING_VERIFICATION")))) { it.waitUntilOnline(SID) }
        assertEquals(listOf(Status.PENDING_VERIFICATION), waiting.statuses)
        val offline = SENDER.replace("\"ONLINE\"", """"OFFLINE","offline_reasons":[{"code":"63104"}]""")
        val failed = error<RegistrationFailedException>(Scripted(answer(offline))) { it.statuses(SID).collect() }
        assertEquals(63104 to "63104", failed.code to failed.sender?.offlineReasons?.single()?.code)
        val late = error<WaitTimeoutException>(Scripted(answer(SENDER.replace("ONLINE", "NEW")))) { it.waitUntilOnline(SID, timeout = 5.seconds) }
        assertTrue(late.resumeToken != null && late.statuses == listOf(Status("NEW")) && !late.statuses[0].isKnown)
    }

    @Test
    fun `whatever a transport throws is typed, and the cause is kept`() {
        val own = IllegalStateException("own \ud800")
        val error = error<ConnectionFailedException>(HttpTransport { throw own }) { it.fetch(SID) }
        // Coroutines may wrap it in a copy with a longer stack trace.
        assertTrue(generateSequence<Throwable>(error) { it.cause }.any { it === own })
        assertEquals(true, error.mayHaveExecuted)
        error<CallCancelledException>(HttpTransport { throw CancellationException("its own") }) { it.fetch(SID) }
        error<CallTimeoutException>(HttpTransport { kotlinx.coroutines.withTimeout(10) { awaitCancellation() } }) { it.fetch(SID) }
        error<InvalidResponseException>(Scripted(answer("", status = 0))) { it.fetch(SID) }
        error<InvalidResponseException>(Scripted(answer(" ".repeat((10 shl 20) + 1)))) { it.fetch(SID) }
    }

    @Test
    fun `a transport that does not keep to its time is left`() {
        var error: CallTimeoutException? = null
        test {
            client(HttpTransport { awaitCancellation() }).use { client ->
                error = thrownBy { client.fetch(SID, CallOptions(timeout = 50.milliseconds)) }
            }
        }
        assertEquals(true, error?.mayHaveExecuted)
    }

    @Test
    fun `a transport that blocks its thread is left, in time or when cancelled`() = test {
        val held = java.util.concurrent.CountDownLatch(1)
        val blocking = HttpTransport {
            held.await()
            HttpResponse(200, emptyList(), SENDER.encodeToByteArray())
        }
        client(blocking).use { client ->
            // More than there are threads for what computes.
            val took = kotlin.time.measureTime {
                coroutineScope {
                    List(20) { async { thrownBy<CallTimeoutException> { client.fetch(SID, CallOptions(timeout = 50.milliseconds)) } } }.awaitAll()
                }
            }
            assertTrue(took < 5.seconds, "$took")
            coroutineScope {
                val job = launch { client.fetch(SID) }
                delay(50)
                assertTrue(kotlin.time.measureTime { job.cancelAndJoin() } < 1.seconds)
            }
        }
        held.countDown()
    }

    @Test
    fun `a panic is typed and the next call works`() {
        val error = thrownBy<InternalException> { guarded { forcedPanic() } }
        assertEquals(ErrorKind.INTERNAL, error.kind)
        assertTrue("a forced panic" in error.message && "5017122661" !in error.message)
        test { client(Scripted(answer(SENDER))).use { assertEquals(SID, it.fetch(SID).sid) } }
    }

    @Test
    fun `a closed client says so, and calls under way go on`() = test {
        lateinit var client: Senders
        val clock = object : Clock {
            val inner = QuickClock()

            override fun monotonicMillis() = inner.monotonicMillis()

            override fun unixMillis() = inner.unixMillis()

            override suspend fun sleep(duration: Duration) {
                client.close()
                inner.sleep(duration)
            }
        }
        client = client {
            transport = Scripted(answer("", 503), answer(SENDER))
            this.clock = clock
        }
        assertEquals(SID, client.fetch(SID).sid)
        client.close()
        val list = client.list()
        val calls = listOf<suspend () -> Unit>(
            { client.create(NUMBER) }, { client.ensure(NUMBER) }, { client.fetch(SID) }, { client.update(SID) { profile = null } },
            { client.verify(SID, "1") }, { client.delete(SID) }, { client.waitUntilOnline(SID) }, { client.statuses(SID).toList() },
            { list.toList() },
        )
        for (call in calls) {
            val error = thrownBy<MisuseException> { call() }
            assertTrue("closed" in error.message && error.attempts == 0)
        }
        assertEquals("Senders(closed)", client.toString())
    }
}
