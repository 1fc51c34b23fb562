package io.github.senderssdk.senders

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.measureTime

/** Cancelling a coroutine reaches the socket, and nothing is sent afterwards. */
class CancellationTest {
    private val limit = 200.milliseconds

    /** Longer than any first pause between attempts: whatever were to be sent again would have been by then. */
    private val quiet = 700.milliseconds

    private companion object {
        /** The first cancellation of a program loads classes: that is not what is measured. */
        @BeforeAll
        @JvmStatic
        fun warm() = runBlocking {
            val out = CompletableDeferred<Unit>()
            val server = RawServer {
                it.request()
                out.complete(Unit)
                it.closedAtNanos()
            }
            server.use {
                client { baseUrl = server.baseUrl }.use { client ->
                    val job = launch(Dispatchers.Default) { client.fetch(SID) }
                    out.await()
                    job.cancelAndJoin()
                }
            }
        }
    }

    private fun cancelled(what: String, beginning: String?, call: suspend (Senders) -> Unit) = test {
        val out = CompletableDeferred<Unit>()
        val closed = CompletableFuture<Long>()
        val server = RawServer {
            it.request()
            beginning?.let(it::write)
            out.complete(Unit)
            closed.complete(it.closedAtNanos())
        }
        server.use {
            client { baseUrl = server.baseUrl }.use { client ->
                coroutineScope {
                    val job = launch(Dispatchers.Default) { call(client) }
                    out.await()
                    if (beginning != null) delay(50)
                    val started = System.nanoTime()
                    val joined = measureTime { job.cancelAndJoin() }
                    val took = (closed.get(5, TimeUnit.SECONDS) - started) / 1_000_000
                    println("cancelled $what: the call ended in $joined, the server saw it after $took ms")
                    assertTrue(job.isCancelled)
                    assertTrue(joined < limit && took < limit.inWholeMilliseconds, "$joined, $took ms")
                    delay(quiet)
                }
            }
            assertEquals(1, server.requests.size)
        }
    }

    @Test
    fun `while the answer is awaited`() = cancelled("a create", null) { it.create(NUMBER) }

    @Test
    fun `while the body comes`() = cancelled("a body", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{") { it.fetch(SID) }

    @Test
    fun `while a page is awaited`() = cancelled("a listing", null) { it.list().collect() }

    @Test
    fun `while a status is awaited`() = cancelled("a wait", null) { it.waitUntilOnline(SID) }

    @Test
    fun `between two attempts`() = test {
        RawServer {
            it.request()
            it.write("HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")
        }.use { server ->
            val waits = CompletableDeferred<Unit>()
            val listener = object : CallListener {
                override fun onWait(event: WaitEvent) {
                    waits.complete(Unit)
                }
            }
            client {
                baseUrl = server.baseUrl
                this.listener = listener
            }.use { client ->
                coroutineScope {
                    val job = launch { client.fetch(SID) }
                    waits.await()
                    assertTrue(measureTime { job.cancelAndJoin() } < limit)
                    delay(1_500)
                    assertEquals(1, server.requests.size)
                }
            }
        }
    }

    @Test
    fun `an injected transport is cancelled too`() = test {
        val out = CompletableDeferred<Unit>()
        val ended = CompletableDeferred<Unit>()
        val transport = HttpTransport {
            out.complete(Unit)
            try {
                awaitCancellation()
            } finally {
                ended.complete(Unit)
            }
        }
        client { this.transport = transport }.use { client ->
            coroutineScope {
                val job = launch { client.fetch(SID) }
                out.await()
                job.cancelAndJoin()
                withTimeout(1_000) { ended.await() }
            }
        }
    }
}
