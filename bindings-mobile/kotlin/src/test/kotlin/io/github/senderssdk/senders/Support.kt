package io.github.senderssdk.senders

import java.io.InputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlinx.coroutines.runBlocking

const val SID = "XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
const val NUMBER = "whatsapp:+15017122661"
const val SENDER = """{"sid":"$SID","status":"ONLINE"}"""

/** A client with the emulator's credentials. */
fun client(configure: Senders.Builder.() -> Unit = {}): Senders = Senders("AC" + "0".repeat(32), "0".repeat(32), configure)

/** Runs a test's body; a test returns nothing. */
fun test(body: suspend () -> Unit): Unit = runBlocking { body() }

/** What was thrown. */
inline fun <reified T : Throwable> thrownBy(call: () -> Unit): T {
    try {
        call()
    } catch (thrown: Throwable) {
        return thrown as? T ?: throw AssertionError("another exception was thrown", thrown)
    }
    throw AssertionError("nothing was thrown")
}

/** A transport that answers from a list, the last one again and again, and keeps what it was asked. */
class Scripted(private vararg val answers: () -> HttpResponse) : HttpTransport {
    val asked = CopyOnWriteArrayList<HttpRequest>()

    override suspend fun send(request: HttpRequest): HttpResponse {
        asked += request
        return answers[minOf(asked.size, answers.size) - 1]()
    }
}

fun answer(body: String, status: Int = 200, vararg headers: Pair<String, String>): () -> HttpResponse =
    { HttpResponse(status, headers.map { HttpHeader(it.first, it.second) }, body.encodeToByteArray()) }

/** A clock on which pauses pass at once. */
class QuickClock : Clock {
    @Volatile var now = 0L

    override fun monotonicMillis() = now

    override fun unixMillis() = now

    override suspend fun sleep(duration: Duration) {
        now += duration.inWholeMilliseconds
    }
}

/** The emulator's server, as a process of its own. */
class EmulatorServer(vararg arguments: String) : AutoCloseable {
    private val process: Process
    val baseUrl: String

    init {
        val root = root()
        val binary = System.getenv("SENDERS_EMULATOR")
        val program = if (binary != null) listOf(binary) else listOf("cargo", "run", "-q", "-p", "senders-emulator", "--")
        process = ProcessBuilder(program + listOf("--port", "0") + arguments)
            .directory(root.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
        val line = process.inputReader().readLine() ?: error("the emulator ended with ${process.waitFor()}")
        baseUrl = line.removePrefix("listening on ")
    }

    override fun close() {
        process.destroy()
        process.waitFor(10, TimeUnit.SECONDS)
    }

    private fun root(): Path = generateSequence(Path.of("").toAbsolutePath()) { it.parent }
        .first { Files.exists(it.resolve("core/Cargo.toml")) }
}

/** A server of bytes: each connection is given to `serve` in a thread of its own. */
class RawServer(private val serve: (Connection) -> Unit) : AutoCloseable {
    private val socket = ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))
    val baseUrl = "http://127.0.0.1:${socket.localPort}"

    /** The request lines there were, over all connections. */
    val requests = CopyOnWriteArrayList<String>()

    init {
        thread(isDaemon = true) {
            while (true) {
                val accepted = try {
                    socket.accept()
                } catch (_: java.io.IOException) {
                    break
                }
                thread(isDaemon = true) { accepted.use { runCatching { serve(Connection(it)) } } }
            }
        }
    }

    override fun close() = socket.close()

    inner class Connection(val socket: Socket) {
        private val input: InputStream = socket.getInputStream().buffered()

        /** Reads one request, and answers its body. */
        fun request(): String {
            val head = StringBuilder()
            while (!head.endsWith("\r\n\r\n")) {
                val byte = input.read()
                check(byte >= 0) { "closed" }
                head.append(byte.toChar())
            }
            requests += head.lineSequence().first()
            val length = Regex("(?i)content-length: (\\d+)").find(head)?.groupValues?.get(1)?.toInt() ?: 0
            return input.readNBytes(length).decodeToString()
        }

        fun write(text: String) {
            socket.getOutputStream().run {
                write(text.encodeToByteArray())
                flush()
            }
        }

        /** Waits until the client closes, and says when that was. */
        fun closedAtNanos(): Long {
            val end = runCatching { input.read() }
            check(end.getOrDefault(-1) == -1) { "the client sent more" }
            return System.nanoTime()
        }
    }
}
