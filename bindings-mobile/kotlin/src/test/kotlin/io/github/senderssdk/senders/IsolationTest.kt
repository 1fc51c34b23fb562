package io.github.senderssdk.senders

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/** One program or one callback harms no other call, and no create. */
class IsolationTest {
    /** Whether a call ends, while others hold threads. In a daemon thread: a call that hangs must not hang the tests. */
    private fun ends(call: suspend () -> Unit): Boolean {
        val ended = CountDownLatch(1)
        thread(isDaemon = true) {
            runBlocking { call() }
            ended.countDown()
        }
        return ended.await(20, TimeUnit.SECONDS)
    }

    @Test
    fun `a call ends while every thread of the default dispatcher is blocked`() {
        val release = CountDownLatch(1)
        val blocked = List(Runtime.getRuntime().availableProcessors().coerceAtLeast(2)) {
            val held = CountDownLatch(1)
            CoroutineScope(Dispatchers.Default).launch {
                held.countDown()
                release.await()
            }
            held
        }
        try {
            assertTrue(blocked.all { it.await(10, TimeUnit.SECONDS) })
            client { transport = Scripted(answer(SENDER)) }.use { client ->
                assertTrue(ends { assertEquals(SID, client.fetch(SID).sid) })
            }
        } finally {
            release.countDown()
        }
    }

    @Test
    fun `runBlocking around calls on every thread of a dispatcher`() = test {
        client { transport = Scripted(answer(SENDER)) }.use { client ->
            coroutineScope {
                List(16) { async(Dispatchers.Default) { runBlocking { client.fetch(SID).sid } } }.awaitAll()
                withContext(Dispatchers.Unconfined) { client.fetch(SID) }
                Executors.newSingleThreadExecutor().use { one -> one.submit { runBlocking { client.fetch(SID) } }.get(20, TimeUnit.SECONDS) }
            }
        }
    }

    private inline fun <T> java.util.concurrent.ExecutorService.use(work: (java.util.concurrent.ExecutorService) -> T): T = try {
        work(this)
    } finally {
        shutdownNow()
    }

    @Test
    fun `a transport that blocks its threads holds up no other client`() {
        val release = CountDownLatch(1)
        val calls = 70
        val blocked = CountDownLatch(calls)
        val stuck = client {
            transport = HttpTransport {
                blocked.countDown()
                release.await()
                answer(SENDER)()
            }
        }
        val waiting = CoroutineScope(Dispatchers.IO).launch { repeat(calls) { launch { runCatching { stuck.fetch(SID) } } } }
        try {
            // More than `Dispatchers.IO` has threads.
            assertTrue(blocked.await(20, TimeUnit.SECONDS))
            client { transport = Scripted(answer(SENDER)) }.use { client -> assertTrue(ends { client.fetch(SID) }) }
        } finally {
            waiting.cancel()
            release.countDown()
            stuck.close()
        }
    }

    @Test
    fun `a clock may begin below zero and pass it`() = test {
        val clock = object : Clock {
            var now = -500L
            val slept = mutableListOf<Duration>()

            override fun monotonicMillis() = now

            override fun unixMillis() = -1L

            override suspend fun sleep(duration: Duration) {
                slept += duration
                now += duration.inWholeMilliseconds
            }
        }
        val scripted = Scripted(answer("{}", 503, "Retry-After" to "2"), answer(SENDER))
        client {
            transport = scripted
            this.clock = clock
        }.use { assertEquals(SID, it.fetch(SID).sid) }
        assertEquals(2, scripted.asked.size)
        assertEquals(listOf(2.seconds), clock.slept)
    }
}
