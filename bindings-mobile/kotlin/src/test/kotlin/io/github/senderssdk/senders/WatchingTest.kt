package io.github.senderssdk.senders

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.first
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.util.logging.Handler
import java.util.logging.Level
import java.util.logging.LogRecord
import java.util.logging.Logger
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** The ways to watch a client: its listener, its log, the changes of a wait. */
class WatchingTest {
    private val url = "https://messaging.twilio.com/v2/Channels/Senders"

    /** Keeps what it is given. */
    private class Recorder : CallListener, CallLogger {
        val events = mutableListOf<Any>()
        val lines = mutableListOf<String>()
        val warnings = mutableListOf<String>()

        override fun onRequest(event: RequestEvent) {
            events += event
        }

        override fun onResponse(event: ResponseEvent) {
            events += event
        }

        override fun onWait(event: WaitEvent) {
            events += event
        }

        override fun debug(message: String) {
            lines += message
        }

        override fun warn(message: String) {
            warnings += message
            lines += message
        }
    }

    /** Throws at every event and at every line. */
    private object Broken : CallListener, CallLogger {
        override fun onRequest(event: RequestEvent): Unit = error("on request +15017122661")

        override fun onResponse(event: ResponseEvent): Unit = throw NotImplementedError("on response")

        override fun onWait(event: WaitEvent): Unit = error("on wait")

        override fun debug(message: String): Unit = error("debug")

        override fun warn(message: String): Unit = error("warn")
    }

    @Test
    fun `a listener that cancels its call lets nothing out`() = test {
        val sent = mutableListOf<String>()
        val job = Job()
        val cancelling = object : CallListener {
            override fun onRequest(event: RequestEvent) = job.cancel()
        }
        val transport = HttpTransport { request ->
            sent += request.url
            answer("""{"sid":"$SID","status":"ONLINE"}""")()
        }
        client {
            this.transport = transport
            listener = cancelling
        }.use { client ->
            val call = CoroutineScope(job + Dispatchers.Unconfined).async { client.create("whatsapp:+15017122661") }
            call.join()
            assertTrue(call.isCancelled)
        }
        assertEquals(emptyList<String>(), sent)
    }

    @Test
    fun `a failure in an event shows no number`() = test {
        val recorder = Recorder()
        val transport = HttpTransport { throw TransportException(TransportFailure.CONNECT, RequestSent.NO, "no route to +15017122661") }
        client {
            this.transport = transport
            clock = QuickClock()
            maxRetries = 0
            listener = recorder
        }.use { client -> thrownBy<ConnectionFailedException> { client.fetch(SID) } }
        val shown = recorder.events.single { it is ResponseEvent }.toString()
        assertTrue("kind=CONNECT" in shown && "5017122661" !in shown, shown)
    }

    private fun busy() = answer("{}", 503, "Retry-After" to "1", "Twilio-Request-Id" to "RQ1")

    private fun cut(): () -> HttpResponse = { throw TransportException(TransportFailure.CLOSED, RequestSent.YES, "cut") }

    /** Runs `body` with the records of the platform's logger `senders`, and the names of their levels. */
    private fun logged(level: Level?, body: () -> Unit): List<Pair<String, LogRecord>> {
        val records = mutableListOf<Pair<String, LogRecord>>()
        val handler = object : Handler() {
            override fun publish(record: LogRecord) {
                records += record.level.name to record
            }

            override fun flush() = Unit

            override fun close() = Unit
        }
        val logger = Logger.getLogger("senders")
        logger.addHandler(handler)
        logger.useParentHandlers = false
        logger.level = level
        try {
            body()
        } finally {
            logger.removeHandler(handler)
            logger.useParentHandlers = true
            logger.level = null
        }
        return records
    }

    @Test
    fun `a value comes with its last response`() = test {
        fun online(id: String) = answer(SENDER, 200, "Twilio-Request-Id" to id, "X-Proxy" to "canary")
        client {
            transport = Scripted(busy(), online("RQ2"), online("RQ3"), online("RQ4"))
            clock = QuickClock()
        }.use { client ->
            val found = client.withResponse.fetch(SID)
            assertEquals(listOf<Any?>(SID, 200, "RQ2"), listOf(found.data.sid, found.status, found.requestId))
            assertTrue(found.headers.any { it.name == "X-Proxy" })
            assertFalse("canary" in found.toString())
            // The call of a callback is another call.
            val waited = client.withResponse.waitUntilOnline(SID, onStatus = { client.fetch(SID) })
            assertEquals("RQ3", waited.requestId)
        }
    }

    @Test
    fun `a call that a token's callback makes is another call`() = test {
        val page = answer("""{"senders":[{"sid":"$SID","status":"ONLINE","sender_id":"$NUMBER"}],"meta":{}}""", 200, "Twilio-Request-Id" to "OUTER")
        client { transport = Scripted(answer(SENDER, 200, "Twilio-Request-Id" to "INNER"), page) }.use { client ->
            val ensured = client.withResponse.ensure(NUMBER, onToken = { client.fetch(SID) }) { profile { name = "Example" } }
            assertEquals("OUTER", ensured.requestId)
        }
    }

    @Test
    fun `every form of a call has its response`() = test {
        val fields = SenderFields().apply { profile { name = "Example" } }
        val read = Sender.fromJson("""{"sid":"$SID","status":"ONLINE","profile":{"name":"Example"}}""")
        val scripted = Scripted(answer(SENDER, 202), answer(SENDER, 202), answer(SENDER, 202), answer(SENDER), answer("", 204))
        client { transport = scripted }.use { client ->
            val calls = client.withResponse
            assertEquals(202, calls.create(NUMBER, fields).status)
            assertEquals(202, calls.update(SID, fields).status)
            assertEquals(202, calls.update(SID, profile = read.profile).status)
            assertEquals(200, calls.verify(SID, "123456").status)
            assertEquals(204, calls.delete(SID).status)
        }
        val page = answer("""{"senders":[{"sid":"$SID","status":"ONLINE","sender_id":"$NUMBER"}],"meta":{}}""")
        client { transport = Scripted(page) }.use { client ->
            assertEquals(Resolution.FOUND, client.withResponse.ensure(NUMBER, fields).data.resolution)
        }
    }

    @Test
    fun `a listener sees every attempt of a call under one number`() = test {
        val recorder = Recorder()
        client {
            transport = Scripted(busy(), cut(), answer(SENDER, 200, "Twilio-Request-Id" to "RQ2"))
            clock = QuickClock()
            seed = 1
            listener = recorder
        }.use { client ->
            client.fetch(SID)
            client.list(pageSize = 5, token = null).pages().runCatching { collect() }
        }
        val first = recorder.events.take(8)
        fun request(attempt: Int) = RequestEvent(1, "fetch", attempt, "GET", "$url/$SID")
        assertEquals(listOf(request(1), request(2), request(3)), first.filterIsInstance<RequestEvent>())
        val ends = first.filterIsInstance<ResponseEvent>()
        assertEquals(List(3) { request(it + 1) }, ends.map { RequestEvent(it.call, it.operation, it.attempt, it.method, it.url) })
        assertEquals(listOf<Any?>(503 to "RQ1", null to null, 200 to "RQ2"), ends.map { it.status to it.requestId })
        assertEquals(TransportFailure.CLOSED to RequestSent.YES, ends[1].failure?.run { kind to sent })
        val waits = first.filterIsInstance<WaitEvent>()
        assertEquals(WaitEvent(1, "fetch", WaitReason.RETRY_AFTER, 1.seconds), waits[0])
        assertEquals(WaitReason.BACKOFF, waits[1].reason)
        assertTrue(waits[1].delay >= 0.milliseconds)
        assertEquals(RequestEvent(2, "list", 1, "GET", "$url?Channel=whatsapp&PageSize=5"), recorder.events[8])
    }

    @Test
    fun `the log has a line for each event, with the call's number`() = test {
        val recorder = Recorder()
        client {
            transport = Scripted(busy(), cut(), answer(SENDER))
            clock = QuickClock()
            logger = recorder
        }.use { client ->
            client.fetch(SID)
            client.waitUntilOnline(SID)
            runCatching { client.list().collect() }
            client.create(NUMBER) { profile { name = "canary" } }
        }
        val lines = recorder.lines.map { it.replace(Regex("waiting \\d+ ms: backoff"), "waiting N ms: backoff") }
        val whole = listOf(
            "call 1 fetch: request 1 GET $url/$SID, 0 bytes, within 30000 ms",
            "call 1 fetch: request 1: status 503, 2 bytes",
            "call 1 fetch: waiting 1000 ms: retry_after",
            "call 1 fetch: request 2 GET $url/$SID, 0 bytes, within 30000 ms",
            "call 1 fetch: request 2: no answer, closed, sent: yes",
            "call 1 fetch: waiting N ms: backoff",
            "call 1 fetch: request 3 GET $url/$SID, 0 bytes, within 30000 ms",
            "call 1 fetch: request 3: status 200, ${SENDER.length} bytes",
            "call 2 waitUntilOnline: request 1 GET $url/$SID, 0 bytes, within 30000 ms",
            "call 2 waitUntilOnline: request 1: status 200, ${SENDER.length} bytes",
            "call 2 waitUntilOnline: status ONLINE",
            "call 3 list: request 1 GET $url, 0 bytes, within 30000 ms",
            "call 3 list: request 1: status 200, ${SENDER.length} bytes",
        )
        assertEquals(whole, lines.take(whole.size))
        assertTrue(lines[whole.size].startsWith("call 3 list: failed: "), lines[whole.size])
        assertEquals(listOf("call 1 fetch: request 2: no answer, closed, sent: yes"), recorder.warnings)
        for (secret in listOf("canary", "5017122661", "Basic", "PageSize")) assertFalse(lines.any { secret in it }, secret)
    }

    @Test
    fun `what a listener and a logger throw is written down, and changes nothing`() {
        val scripted = Scripted(busy(), answer(SENDER), answer(SENDER, 202))
        fun calls(own: CallLogger?) = test {
            client {
                transport = scripted
                clock = QuickClock()
                listener = Broken
                logger = own
            }.use { client ->
                assertEquals(SID, client.fetch(SID).sid)
                assertEquals(SID, client.create(NUMBER).sid)
            }
        }
        val recorder = Recorder()
        calls(recorder)
        assertEquals(listOf("GET", "GET", "POST"), scripted.asked.map { it.method })
        assertEquals(
            listOf(
                "call 1 fetch: `onRequest` threw java.lang.IllegalStateException: on request +*********61; the call goes on",
                "call 1 fetch: `onResponse` threw kotlin.NotImplementedError: on response; the call goes on",
                "call 1 fetch: `onWait` threw java.lang.IllegalStateException: on wait; the call goes on",
            ),
            recorder.warnings.take(3),
        )
        val traces = logged(null) { calls(null) }
        assertEquals("WARNING", traces[0].first)
        assertTrue(traces.all { it.second.thrown is IllegalStateException || it.second.thrown is NotImplementedError })
        assertTrue(logged(null) { calls(Broken) }.all { it.second.message.startsWith("a `CallLogger` threw ") })
    }

    @Test
    fun `without a logger the lines go to the platform's`() {
        fun calls() = test {
            client {
                transport = Scripted(cut(), answer(SENDER))
                clock = QuickClock()
                logger = null
            }.use { it.fetch(SID) }
        }
        assertEquals(listOf("WARNING"), logged(null) { calls() }.map { it.first })
        val records = logged(Level.FINE) { calls() }
        assertEquals(listOf("FINE", "WARNING", "FINE", "FINE", "FINE"), records.map { it.first })
        assertEquals("call 1 fetch: request 1 GET $url/$SID, 0 bytes, within 30000 ms", records[0].second.message)
    }

    @Test
    fun `a wait whose changes are left early sends nothing more, and each has its own number`() = test {
        val scripted = Scripted(answer("""{"sid":"$SID","status":"CREATING"}"""), answer(SENDER))
        val recorder = Recorder()
        client {
            transport = scripted
            clock = QuickClock()
            listener = recorder
        }.use { client ->
            val statuses = client.statuses(SID)
            assertEquals(0, scripted.asked.size)
            assertEquals(Status.CREATING, statuses.first().status)
            assertEquals(1, scripted.asked.size)
            assertEquals(Status.ONLINE, statuses.first().status)
            assertEquals(2, scripted.asked.size)
        }
        assertEquals(listOf(1L, 2L), recorder.events.filterIsInstance<RequestEvent>().map { it.call })
    }
}
