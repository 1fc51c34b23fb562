package io.github.senderssdk.senders

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assumptions.assumeTrue
import org.junit.jupiter.api.Test
import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlin.time.measureTime

/** The default of `maxResponseBytes`. */
private const val BODY = 10 shl 20

/** Of a list of some million objects, of which nothing is wanted. */
private fun filled(head: String): String {
    val item = """{"":0},"""
    return head + item.repeat((BODY - head.length - 16) / item.length) + "{}]}"
}

/** The cost of a body of the largest size, in a separate process. */
class LargeBodyTest {
    /** Milliseconds, and the growth of the peak of the process's memory as a multiple of the body. */
    private fun measured(status: Int, body: ByteArray): Pair<Double, Double> = RawServer {
        it.request()
        val isFirst = it.server.requests.size == 1
        it.answer(status, if (isFirst) """{"code":1,"message":"x","sid":"$SID","status":"S"}""".encodeToByteArray() else body, "Connection: close")
    }.use { server ->
        val java = Path.of(System.getProperty("java.home"), "bin", "java").toString()
        val process = ProcessBuilder(
            java, "-Xmx96m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), "io.github.senderssdk.senders.LargeBodyTestKt",
            server.baseUrl,
        ).redirectError(ProcessBuilder.Redirect.INHERIT).start()
        val line = process.inputReader().readText().trim()
        assertTrue(process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0, line)
        val (ms, bytes) = line.split(' ').map(String::toDouble)
        ms to bytes / body.size
    }

    private fun bounded(name: String, most: Double, status: Int, head: String) {
        assumeTrue(File("/proc/self/status").exists())
        val body = filled(head).encodeToByteArray()
        val runs = List(2) { measured(status, body) }
        println("$name of ${body.size} bytes: " + runs.joinToString { (ms, bodies) -> "%.0f ms, %.1f times the body".format(ms, bodies) })
        // A tree of it takes seconds and a hundred bodies. The time is that of a machine on which all tests run at once.
        assertTrue(runs.minOf { it.first } < 2_000 && runs.minOf { it.second } < most, "$name: $runs")
    }

    @Test
    fun `an error of the largest size`() = bounded("an error", 2.5, 400, """{"code":1,"message":"x","a":[""")

    @Test
    fun `a sender of the largest size`() = bounded("a sender", 3.0, 200, """{"sid":"$SID","status":"OFFLINE","offline_reasons":[""")
}

private fun peakBytes(): Long {
    val line = Files.readAllLines(Path.of("/proc/self/status")).first { it.startsWith("VmHWM:") }
    return line.filter(Char::isDigit).toLong() * 1024
}

/** Makes a small call, then a large one, and writes how long the large one took and how much the peak of the memory grew. */
public fun main(args: Array<String>) {
    client { baseUrl = args[0] }.use { client ->
        suspend fun call() = runCatching { client.fetch(SID) }.run { exceptionOrNull()?.let { check(it is SendersException && it.code == 1) { it } } }
        runBlocking {
            call()
            System.gc()
            Files.writeString(Path.of("/proc/self/clear_refs"), "5")
            val before = peakBytes()
            val took = measureTime { call() }
            println("${took.inWholeMicroseconds / 1000.0} ${peakBytes() - before}")
        }
    }
}
