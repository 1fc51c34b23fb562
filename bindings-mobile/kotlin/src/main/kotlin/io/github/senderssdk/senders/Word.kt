package io.github.senderssdk.senders

/**
 * A word the API chooses from a list that may grow: a word this version does not know is kept as it came.
 *
 * Words compare by their text, so `when (sender.status) { Status.ONLINE -> … else -> … }` works. Any text makes a word, for a request
 * too: `Vertical("New line")`.
 */
public sealed class Word(
    /** The word as on the wire. */
    public val text: String,
) {
    /** The words of this kind this version knows. */
    protected abstract val knownWords: List<Word>

    /** Whether this version knows the word. */
    public val isKnown: Boolean get() = this in knownWords

    override fun equals(other: Any?): Boolean = other is Word && other.javaClass == javaClass && other.text == text

    override fun hashCode(): Int = text.hashCode()

    /** The word; of one that this version does not know what a log may show: the beginning of it in one line, numbers masked. */
    override fun toString(): String = if (isKnown) text else text.shown()
}

/** The facts about a [Status] that this version knows from its text. */
public sealed class StatusWord(text: String) : Word(text) {
    /** Whether the sender is registered and no update is under way: `ONLINE`. */
    public val isOnline: Boolean get() = text == "ONLINE"

    /**
     * Whether the sender can send: `ONLINE`, and every `ONLINE:…` that does not wait for a code, such as `ONLINE:UPDATING`.
     * Source: third-party code; Twilio does not document it.
     */
    public val canSend: Boolean get() = isOnline || (text.startsWith("ONLINE:") && !needsVerification)

    /**
     * Whether the sender waits for a code that only a person has: `PENDING_VERIFICATION`, or `ONLINE:PENDING_VERIFICATION` (a
     * third-party report).
     */
    public val needsVerification: Boolean get() = text == "PENDING_VERIFICATION" || text == "ONLINE:PENDING_VERIFICATION"

    /** Whether an update is under way: `ONLINE:UPDATING`. */
    public val isUpdating: Boolean get() = text == "ONLINE:UPDATING"
}

/** The channel of a sender. */
public class Channel(text: String) : Word(text) {
    override val knownWords: List<Word> get() = KNOWN

    public companion object {
        @JvmField public val WHATSAPP: Channel = Channel("whatsapp")
        @JvmField public val RCS: Channel = Channel("rcs")

        /** Every word this version knows. */
        @JvmField public val KNOWN: List<Channel> = listOf(WHATSAPP, RCS)
    }
}

/** How the sender was found or created. */
public class Resolution(text: String) : Word(text) {
    override val knownWords: List<Word> get() = KNOWN

    public companion object {
        /** It was registered by this call. */
        @JvmField public val CREATED: Resolution = Resolution("created")

        /** It was there before. */
        @JvmField public val FOUND: Resolution = Resolution("found")

        /** A registration of this call had no known outcome, and the sender was found afterwards. */
        @JvmField public val RECONCILED: Resolution = Resolution("reconciled")

        /** Every word this version knows. */
        @JvmField public val KNOWN: List<Resolution> = listOf(CREATED, FOUND, RECONCILED)
    }
}
