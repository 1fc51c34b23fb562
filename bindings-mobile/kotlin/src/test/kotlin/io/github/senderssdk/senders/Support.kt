package io.github.senderssdk.senders

import com.fasterxml.jackson.databind.ObjectMapper
import kotlinx.coroutines.runBlocking
import okhttp3.OkHttpClient
import java.io.InputStream
import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyStore
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import javax.net.ssl.KeyManagerFactory
import javax.net.ssl.SSLContext
import javax.net.ssl.SSLSocket
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager
import kotlin.concurrent.thread
import kotlin.time.Duration
import java.net.http.HttpRequest as JavaRequest

const val SID = "XEaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
const val NUMBER = "whatsapp:+15017122661"
const val SENDER = """{"sid":"$SID","status":"ONLINE"}"""

/** A client with the emulator's credentials, and without a log. */
fun client(configure: Senders.Builder.() -> Unit = {}): Senders = Senders("AC" + "0".repeat(32), "0".repeat(32)) {
    logger = Quiet
    configure()
}

/** A log that goes nowhere. */
object Quiet : CallLogger {
    override fun debug(message: String) = Unit

    override fun warn(message: String) = Unit
}

/** Runs a test's body; a test returns nothing. */
fun test(body: suspend () -> Unit): Unit = runBlocking { body() }

/** Returns the exception that `call` throws. */
inline fun <reified T : Throwable> thrownBy(call: () -> Unit): T {
    try {
        call()
    } catch (thrown: Throwable) {
        return thrown as? T ?: throw AssertionError("another exception was thrown", thrown)
    }
    throw AssertionError("nothing was thrown")
}

/** A transport that returns responses from a list, the last one again and again, and keeps the requests. */
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

/** The emulator's server, as a separate process. */
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

    /** The requests it was sent, as `METHOD target`. */
    fun journal(): List<String> = ObjectMapper().readTree(control("GET", "journal")).map { "${it["method"].asText()} ${it["target"].asText()}" }

    /** Makes a fault affect the next requests; see tests/emulator/README.md. */
    fun inject(rule: String) {
        control("POST", "faults", rule)
    }

    private fun control(method: String, path: String, body: String = ""): String {
        val request = JavaRequest.newBuilder(URI("$baseUrl/_emulator/$path")).header("Content-Type", "application/json")
            .method(method, JavaRequest.BodyPublishers.ofString(body)).build()
        val response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString())
        check(response.statusCode() == 200) { "$path: ${response.statusCode()} ${response.body()}" }
        return response.body()
    }

    override fun close() {
        process.destroy()
        process.waitFor(10, TimeUnit.SECONDS)
    }

    private fun root(): Path = generateSequence(Path.of("").toAbsolutePath()) { it.parent }
        .first { Files.exists(it.resolve("core/Cargo.toml")) }
}

/** A server of bytes: each connection is given to `serve` in a new thread. With `tls` it speaks TLS. */
class RawServer(private val tls: SSLContext? = null, private val serve: (Connection) -> Unit) : AutoCloseable {
    private val socket = ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))
    val port = socket.localPort
    val baseUrl = if (tls == null) "http://127.0.0.1:$port" else "https://localhost:$port"

    /** The request lines there were, over all connections. */
    val requests = CopyOnWriteArrayList<String>()

    /** How many connections there were. */
    val connections = AtomicInteger()

    init {
        thread(isDaemon = true) {
            while (true) {
                val accepted = try {
                    socket.accept()
                } catch (_: java.io.IOException) {
                    break
                }
                connections.incrementAndGet()
                thread(isDaemon = true) { accepted.use { runCatching { serve(Connection(it)) } } }
            }
        }
    }

    override fun close() = socket.close()

    inner class Connection(val raw: Socket) {
        val server get() = this@RawServer
        private val meddled = tls?.let { Meddled(raw) }

        /** The socket that bytes go through: TLS, if there is any. */
        val socket: Socket = tls?.let { context ->
            val layered = context.socketFactory.createSocket(meddled, "localhost", raw.port, false) as SSLSocket
            layered.apply { useClientMode = false }
        } ?: raw

        private val input: InputStream by lazy { socket.getInputStream().buffered() }

        /** Reads one request, and returns its body. */
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

        fun write(text: String) = write(text.encodeToByteArray())

        fun write(bytes: ByteArray) = socket.getOutputStream().run {
            write(bytes)
            flush()
        }

        /** Responds with a status, some header lines and a body of the right length. */
        fun answer(status: Int, body: ByteArray, vararg lines: String) =
            write("HTTP/1.1 $status S\r\n${lines.joinToString("") { "$it\r\n" }}Content-Length: ${body.size}\r\n\r\n".encodeToByteArray() + body)

        /** Ends the connection with a reset. */
        fun reset() {
            raw.setSoLinger(true, 0)
            raw.close()
        }

        /** Has this side's TLS find a broken record, of which it tells the client with a fatal alert. */
        fun fatalAlert() {
            meddled!!.broken = true
            runCatching { socket.getInputStream().read() }
        }

        /** Waits until the client closes, and says when that was. */
        fun closedAtNanos(): Long {
            val end = runCatching { input.read() }
            check(end.getOrDefault(-1) == -1) { "the client sent more" }
            return System.nanoTime()
        }
    }
}

/** A socket whose input can be made to end with a record that no key fits. */
private class Meddled(private val inner: Socket) : Socket() {
    @Volatile var broken = false

    override fun getInputStream(): InputStream = object : InputStream() {
        private val record = byteArrayOf(0x17, 3, 3, 0, 32) + ByteArray(32) { it.toByte() }
        private var at = 0

        override fun read(): Int = ByteArray(1).let { if (read(it, 0, 1) < 0) -1 else it[0].toInt() and 0xff }

        override fun read(into: ByteArray, offset: Int, length: Int): Int {
            if (!broken) return inner.getInputStream().read(into, offset, length)
            val count = minOf(length, record.size - at)
            if (count == 0) return -1
            record.copyInto(into, offset, at, at + count)
            at += count
            return count
        }
    }

    override fun getOutputStream() = inner.getOutputStream()

    override fun isConnected() = true

    override fun isClosed() = inner.isClosed

    override fun close() = inner.close()

    override fun getInetAddress() = inner.inetAddress

    override fun getPort() = inner.port

    override fun getLocalPort() = inner.localPort

    override fun setSoTimeout(timeout: Int) {
        inner.soTimeout = timeout
    }

    override fun getSoTimeout() = inner.soTimeout

    override fun shutdownInput() = inner.shutdownInput()

    override fun shutdownOutput() = inner.shutdownOutput()
}

/** A certificate for `localhost` that only [trusting] trusts, made by the JDK's own tool. */
object Certificate {
    private val keys: KeyStore by lazy {
        val file = Files.createTempDirectory("senders").resolve("keys.p12")
        val tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString()
        val made = ProcessBuilder(
            tool, "-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "san=dns:localhost", "-storetype", "PKCS12",
            "-keystore", file.toString(), "-storepass", "secret",
        ).redirectErrorStream(true).start()
        made.inputStream.readAllBytes()
        check(made.waitFor() == 0)
        KeyStore.getInstance(file.toFile(), "secret".toCharArray())
    }

    private val trust: TrustManagerFactory by lazy {
        val store = KeyStore.getInstance(KeyStore.getDefaultType()).apply {
            load(null, null)
            setCertificateEntry("own", keys.getCertificate(keys.aliases().nextElement()))
        }
        TrustManagerFactory.getInstance("PKIX").apply { init(store) }
    }

    /** For a server, and for a client that trusts it. */
    fun context(version: String = "TLS"): SSLContext = SSLContext.getInstance(version).apply {
        val managers = KeyManagerFactory.getInstance("PKIX").apply { init(keys, "secret".toCharArray()) }
        init(managers.keyManagers, trust.trustManagers, null)
    }

    /** Returns a client that trusts the certificate, and has no client certificate. */
    fun trusting(): OkHttpClient.Builder {
        val context = SSLContext.getInstance("TLS").apply { init(null, trust.trustManagers, null) }
        return OkHttpClient.Builder().sslSocketFactory(context.socketFactory, trust.trustManagers[0] as X509TrustManager)
    }
}
