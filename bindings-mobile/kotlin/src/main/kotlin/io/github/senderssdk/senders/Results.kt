package io.github.senderssdk.senders

/** One page of a listing. */
public data class SenderPage(
    /** Its senders in the server's order; a page with none may still have a next one. */
    public val senders: List<Sender>,
    /** Where the listing goes on after it, in any process and language; null after the last page. */
    public val nextToken: String?,
) {
    override fun toString(): String = "SenderPage(${senders.size} senders, ${if (nextToken == null) "last" else "more"})"
}

/** A status that was not the one before. */
public data class StatusChange(
    /** The status. */
    public val status: Status,
    /** The sender as it was seen. */
    public val sender: Sender,
    /** The token to resume the wait from here, in any process and language. */
    public val token: String,
) {
    override fun toString(): String = "StatusChange(status=$status, sender=$sender)"
}

/** The result of [Senders.ensure]. */
public data class Ensured(
    /** How the sender was found or created. */
    public val resolution: Resolution,
    /** The sender. */
    public val sender: Sender,
    /**
     * The fields of the request that the found sender does not have, such as `profile.name`. They are reported, never
     * overwritten: update the sender if you want to change it.
     */
    public val differences: List<String>,
)

/** A sender that [Senders.ensureAll] finds or creates: what [Senders.create] takes. */
public class CreateRequest(
    /** `whatsapp:` and a number in E.164 form, or `rcs:` and an agent. */
    public val senderId: String,
    /** The fields of the request. */
    public val fields: SenderFields = SenderFields(),
) {
    public constructor(senderId: String, fields: SenderFields.() -> Unit) : this(senderId, SenderFields().apply(fields))

    /** Which fields are there: neither the number nor what they hold. */
    override fun toString(): String = "CreateRequest($fields)"
}

/** The result of [Senders.ensureAll] for one sender: either [ensured] or [error] is there. */
public data class EnsureResult(
    /** The address of the sender, as it was given. */
    public val senderId: String,
    /** How it was found or created, and the sender. */
    public val ensured: Ensured? = null,
    /** Why it may not be there. */
    public val error: SendersException? = null,
) {
    override fun toString(): String = if (error == null) "EnsureResult($ensured)" else "EnsureResult($error)"
}
