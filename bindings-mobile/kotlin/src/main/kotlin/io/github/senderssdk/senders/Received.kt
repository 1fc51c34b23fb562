package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.Part
import io.github.senderssdk.senders.ffi.itemsOfJson
import io.github.senderssdk.senders.ffi.partOfJson

/**
 * Where a part of a sender was read, so that it can be sent back as it came. Made by this package alone; two parts that say the same are
 * equal even if they were read in different places.
 */
public class Received internal constructor(private val source: Source, private val part: Part?) {
    /** The part as JSON; null if it was not read. */
    internal fun json(): String? = when (part) {
        null -> null
        is Part.Website -> source.websites.getOrNull(part.at.toInt())
        is Part.Email -> source.emails.getOrNull(part.at.toInt())
        is Part.PhoneNumber -> source.phoneNumbers.getOrNull(part.at.toInt())
        else -> partOfJson(source.json, part)
    }

    /** The same as it was read, by its place where it is one of a list. */
    internal fun <T : Any> read(of: Sender.(at: Int) -> T?): T? = part?.let { source.sender.of(it.place) }

    private val Part.place: Int
        get() = when (this) {
            is Part.Website -> at
            is Part.Email -> at
            is Part.PhoneNumber -> at
            else -> 0u
        }.toInt()

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
    val websites: List<String> by items(Part.Website(0u))
    val emails: List<String> by items(Part.Email(0u))
    val phoneNumbers: List<String> by items(Part.PhoneNumber(0u))

    private fun items(part: Part) = lazy(LazyThreadSafetyMode.PUBLICATION) { itemsOfJson(json, part) }
}
