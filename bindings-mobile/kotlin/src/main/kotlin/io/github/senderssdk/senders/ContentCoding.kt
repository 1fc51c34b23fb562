package io.github.senderssdk.senders

import okio.Buffer
import java.io.ByteArrayInputStream
import java.io.IOException
import java.io.InputStream
import java.nio.ByteBuffer
import java.nio.charset.CharacterCodingException
import java.util.zip.GZIPInputStream
import java.util.zip.Inflater
import java.util.zip.InflaterInputStream

/** The result of removing the content codings of a body. */
internal sealed interface Decoded {
    class Body(val bytes: ByteArray) : Decoded

    data object TooLarge : Decoded

    /** It is not what its head says. */
    data object Broken : Decoded
}

/**
 * Decodes gzip and deflate, whoever asked for them, and stops at [maxBytes]. A body that names a coding but is plain, as some
 * proxies leave it, is taken as it is.
 */
internal fun decoded(body: ByteArray, codings: List<String>, maxBytes: Long): Decoded {
    val names = codings.flatMap { it.split(',') }.map { it.trim().lowercase() }.filter { it.isNotEmpty() && it != "identity" }
    // No server compresses more often than that on purpose.
    if (names.size > LAYERS) return Decoded.Broken
    var bytes = body
    for (name in names.asReversed()) {
        if (bytes.isEmpty()) break
        val layer = try {
            opened(name, bytes)?.use { it.readUpTo(maxBytes) ?: return Decoded.TooLarge }
        } catch (_: IOException) {
            return Decoded.Broken
        }
        bytes = layer ?: if (bytes.isText()) bytes else return Decoded.Broken
    }
    return Decoded.Body(bytes)
}

private const val LAYERS = 3

/** The stream without one coding; null if it is an unknown one, or not there. */
private fun opened(name: String, bytes: ByteArray): InputStream? {
    val stream = ByteArrayInputStream(bytes)
    fun byte(at: Int) = bytes.getOrElse(at) { 0 }.toInt() and 0xff
    return when (name) {
        "gzip", "x-gzip" -> if (byte(0) == 0x1f && byte(1) == 0x8b) GZIPInputStream(stream) else null
        "deflate" -> when {
            // The header of zlib, RFC 1950: method 8, and a multiple of 31.
            byte(0) and 0x0f == 8 && (byte(0) * 256 + byte(1)) % 31 == 0 -> InflaterInputStream(stream)
            bytes.isText() -> null
            // Some servers leave the header out.
            else -> InflaterInputStream(stream, Inflater(true))
        }
        else -> null
    }
}

/** All there is; null if it is more than that. */
private fun InputStream.readUpTo(maxBytes: Long): ByteArray? {
    val out = Buffer()
    val chunk = ByteArray(64 * 1024)
    while (true) {
        val read = read(chunk)
        if (read < 0) return out.readByteArray()
        out.write(chunk, 0, read)
        if (out.size > maxBytes) return null
    }
}

private fun ByteArray.isText(): Boolean = try {
    Charsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(this))
    none { it in 0..8 }
} catch (_: CharacterCodingException) {
    false
}
