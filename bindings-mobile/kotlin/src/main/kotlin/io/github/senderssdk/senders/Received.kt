package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.Part
import io.github.senderssdk.senders.ffi.partOfJson

/**
 * Where a part of a sender was read, so that it can be sent back as it came. Made by this package alone; two parts that say the same are
 * equal even if they were read in different places.
 */
public class Received internal constructor(private val sender: String, private val part: Part?) {
    /** The part as JSON; null if it was not read. */
    internal fun json(): String? = part?.let { partOfJson(sender, it) }

    /** The same as it was read, by its place where it is one of a list. */
    internal fun <T : Any> read(of: Sender.(at: Int) -> T?): T? = part?.let { Sender.fromJson(sender).of(it.place) }

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
        val NOWHERE = Received("", null)
    }
}
