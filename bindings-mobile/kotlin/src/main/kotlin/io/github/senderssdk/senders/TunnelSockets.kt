package io.github.senderssdk.senders

import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import java.io.FilterInputStream
import java.io.FilterOutputStream
import java.io.InputStream
import java.io.OutputStream
import java.net.InetAddress
import java.net.Socket
import javax.net.SocketFactory

/**
 * Sockets on which the response to a CONNECT is its head alone. OkHttp reads the body that the head announces before it looks at the
 * status, and that body may never come.
 */
internal object TunnelSockets : SocketFactory() {
    override fun createSocket(): Socket = TunnelSocket()

    override fun createSocket(host: String, port: Int): Socket = getDefault().createSocket(host, port)

    override fun createSocket(host: String, port: Int, localHost: InetAddress, localPort: Int): Socket =
        getDefault().createSocket(host, port, localHost, localPort)

    override fun createSocket(host: InetAddress, port: Int): Socket = getDefault().createSocket(host, port)

    override fun createSocket(host: InetAddress, port: Int, localHost: InetAddress, localPort: Int): Socket =
        getDefault().createSocket(host, port, localHost, localPort)
}

private class TunnelSocket : Socket() {
    /** Whether a CONNECT went out whose answer has not been read. */
    @Volatile private var isAsked = false
    private val input by lazy { Input(super.getInputStream()) }
    private val output by lazy { Output(super.getOutputStream()) }

    override fun getInputStream(): InputStream = input

    override fun getOutputStream(): OutputStream = output

    private inner class Output(out: OutputStream) : FilterOutputStream(out) {
        private var isFirst = true

        override fun write(bytes: ByteArray, offset: Int, length: Int) {
            if (isFirst) {
                isFirst = false
                isAsked = String(bytes, offset, length.coerceAtMost(CONNECT.length), Charsets.ISO_8859_1) == CONNECT
            }
            out.write(bytes, offset, length)
        }
    }

    private inner class Input(input: InputStream) : FilterInputStream(input) {
        private var head = ByteArrayInputStream(ByteArray(0))

        override fun read(): Int = ByteArray(1).let { if (read(it, 0, 1) < 0) -1 else it[0].toInt() and 0xff }

        override fun read(into: ByteArray, offset: Int, length: Int): Int {
            if (isAsked && head.available() == 0 && length > 0) head = ByteArrayInputStream(withoutBody(readHead()))
            val read = if (head.available() > 0) head.read(into, offset, length) else 0
            return if (read > 0) read else super.read(into, offset, length)
        }

        override fun available(): Int = head.available() + super.available()

        private fun readHead(): String {
            val bytes = ByteArrayOutputStream()
            var lines = 0
            while (bytes.size() < LARGEST) {
                val byte = super.read()
                if (byte < 0) break
                bytes.write(byte)
                // A line without anything in it ends the head.
                if (byte == '\n'.code) {
                    lines += 1
                } else if (byte != '\r'.code) {
                    lines = 0
                }
                if (lines == 2) break
            }
            return bytes.toString(Charsets.ISO_8859_1)
        }

        private fun withoutBody(head: String): ByteArray {
            val status = head.substringAfter(' ').take(3).toIntOrNull() ?: 0
            isAsked = status in 100..199
            val lines = head.lines().filterNot { line -> BODY.any { line.startsWith(it, ignoreCase = true) } }.toMutableList()
            // Its body, if there is one, is not read: another CONNECT takes another connection.
            if (status !in 100..299 && lines.size > 2) lines.add(1, "Connection: close")
            return lines.joinToString("\r\n").toByteArray(Charsets.ISO_8859_1)
        }
    }

    private companion object {
        const val CONNECT = "CONNECT "
        const val LARGEST = 64 * 1024
        val BODY = listOf("Content-Length:", "Transfer-Encoding:")
    }
}
