package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.Part
import io.github.senderssdk.senders.ffi.itemsOfJson
import io.github.senderssdk.senders.ffi.partOfJson
import java.util.concurrent.ConcurrentHashMap

/**
 * Where a part of a sender was read, so that it can be sent back as it came. Made by this package alone; two parts that say the same are
 * equal even if they were read in different places.
 */
public class Received internal constructor(
    private val source: Source,
    private val part: Part?,
    /** The place of an item in its list. */
    private val at: Int? = null,
) {
    /** The part as JSON; null if it was not read. */
    internal fun json(): String? = part?.let { if (at == null) partOfJson(source.json, it) else source.items(it).getOrNull(at) }

    /** The same as it was read, by its place where it is one of a list. */
    internal fun <T : Any> read(of: Sender.(at: Int) -> T?): T? = part?.let { source.sender.of(at ?: 0) }

    override fun equals(other: Any?): Boolean = other is Received

    override fun hashCode(): Int = 0

    /** Nothing: it may hold names and numbers. */
    override fun toString(): String = "Received(…)"

    internal companion object {
        /** Of what a person wrote. */
        val NOWHERE = Received(Source(""), null)
    }
}

/** The JSON of a sender, read again at most once for all its parts: a long list has many. */
internal class Source(val json: String) {
    val sender: Sender by lazy(LazyThreadSafetyMode.PUBLICATION) { Sender.fromJson(json) }
    private val items = ConcurrentHashMap<Class<out Part>, List<String>>()

    /** The JSON of each item of the list that the part is one of. */
    fun items(part: Part): List<String> = items.getOrPut(part.javaClass) { itemsOfJson(json, part) }
}
