package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.senderOfJson

/**
 * A sender as the server described it in one response. A field that is absent, null or of another type than documented
 * is null; [json] has everything the server sent.
 *
 * The response to an update only repeats the sections that were sent: fetch the sender again instead of merging.
 *
 * `toString` shows the SID and the status alone: numbers and names stay out of logs.
 */
public data class Sender(
    /** The SID: `XE` and 32 hexadecimal digits. */
    public val sid: String,
    /** Where the sender is in its life. */
    public val status: Status,
    /** The address; null in the response to an update that did not send it. */
    public val senderId: String? = null,
    /** A name for the account's own use. */
    public val friendlyName: String? = null,
    /** How it is registered. */
    public val configuration: Configuration? = null,
    /** Where its events go. */
    public val webhook: Webhook? = null,
    /** The profile, which people see. */
    public val profile: Profile? = null,
    /** How it is doing. */
    public val properties: Properties? = null,
    /** Why it is offline; empty where the server gave no reason. */
    public val offlineReasons: List<OfflineReason> = emptyList(),
    /** The review by carriers; null for WhatsApp. */
    public val compliance: Compliance? = null,
    /** The URL of the resource. This library never follows it. */
    public val url: String? = null,
    /** The display name that waits to be approved. */
    public val pendingDisplayName: String? = null,
    /** The status of its review. */
    public val pendingDisplayNameStatus: PendingDisplayNameStatus? = null,
    /** Since when, in ISO 8601 as the server wrote it. */
    public val pendingDisplayNameStatusDate: String? = null,
    /** Where a new display name is; only in the response to an update that sent a name. */
    public val displayNameStatus: DisplayNameStatus? = null,
    /** The sender as compact JSON: every field the server sent, the ones this version does not know too. */
    public val json: String = "",
) {
    override fun toString(): String = "Sender(sid=${sid.takeIf(SID::matches) ?: sid.shown()}, status=$status)"

    public companion object {
        /** Reads a sender from its [json]. Throws an [ArgumentException] if the text is no sender. */
        @JvmStatic
        public fun fromJson(json: String): Sender = guarded { senderOfJson(json.checked("json")) }.toPublic()
    }
}

private val SID = Regex("[A-Z]{2}[0-9a-fA-F]{32}")

/** How a sender is registered. */
public data class Configuration(
    /** The WhatsApp Business Account's id. */
    public val wabaId: String? = null,
    /** How the verification code is delivered. */
    public val verificationMethod: VerificationMethod? = null,
    /** The code that was received. */
    public val verificationCode: String? = null,
    /** The voice application that takes WhatsApp calls. */
    public val voiceApplicationSid: String? = null,
    /** The kind of account, for software vendors. */
    public val accountType: AccountType? = null,
    private val received: Received = Received.NOWHERE,
) {
    override fun toString(): String = "Configuration(…)"

    /** The same as a request says it. See [Profile.toFields]. */
    public fun toFields(): ConfigurationFields = ConfigurationFields().also { out ->
        val was = received.read { configuration }
        out.received = received.json()
        if (was?.wabaId != wabaId) out.wabaId = wabaId
        if (was?.verificationMethod != verificationMethod) out.verificationMethod = verificationMethod
        if (was?.verificationCode != verificationCode) out.verificationCode = verificationCode
        if (was?.voiceApplicationSid != voiceApplicationSid) out.voiceApplicationSid = voiceApplicationSid
        if (was?.accountType != accountType) out.accountType = accountType
    }
}

/** Where a sender's events go. */
public data class Webhook(
    /** Incoming messages. */
    public val callbackUrl: String? = null,
    /** How it is called. */
    public val callbackMethod: CallbackMethod? = null,
    /** Incoming messages when [callbackUrl] fails. */
    public val fallbackUrl: String? = null,
    /** How it is called. */
    public val fallbackMethod: CallbackMethod? = null,
    /** Delivery status of messages. */
    public val statusCallbackUrl: String? = null,
    /** How it is called. */
    public val statusCallbackMethod: String? = null,
    private val received: Received = Received.NOWHERE,
) {
    override fun toString(): String = "Webhook(…)"

    /** The same as a request says it. See [Profile.toFields]. */
    public fun toFields(): WebhookFields = WebhookFields().also { out ->
        val was = received.read { webhook }
        out.received = received.json()
        if (was?.callbackUrl != callbackUrl) out.callbackUrl = callbackUrl
        if (was?.callbackMethod != callbackMethod) out.callbackMethod = callbackMethod
        if (was?.fallbackUrl != fallbackUrl) out.fallbackUrl = fallbackUrl
        if (was?.fallbackMethod != fallbackMethod) out.fallbackMethod = fallbackMethod
        if (was?.statusCallbackUrl != statusCallbackUrl) out.statusCallbackUrl = statusCallbackUrl
        if (was?.statusCallbackMethod != statusCallbackMethod) out.statusCallbackMethod = statusCallbackMethod
    }
}

/** The profile of a sender, which people see. */
public data class Profile(
    /** The display name. */
    public val name: String? = null,
    /** A short text. */
    public val about: String? = null,
    /** The postal address. */
    public val address: String? = null,
    /** A longer text. */
    public val description: String? = null,
    /** The picture. */
    public val logoUrl: String? = null,
    /** The banner (RCS). */
    public val bannerUrl: String? = null,
    /** The privacy policy (RCS). */
    public val privacyUrl: String? = null,
    /** The terms of service (RCS). */
    public val termsOfServiceUrl: String? = null,
    /** A colour such as `#1f6feb` (RCS). */
    public val accentColor: String? = null,
    /** The line of business, such as `Automotive`. */
    public val vertical: String? = null,
    /** Websites. */
    public val websites: List<Website>? = null,
    /** E-mail addresses. */
    public val emails: List<Email>? = null,
    /** Phone numbers (RCS). */
    public val phoneNumbers: List<PhoneNumber>? = null,
    /** The purpose of an RCS agent. */
    public val useCase: UseCase? = null,
    private val received: Received = Received.NOWHERE,
) {
    override fun toString(): String = "Profile(…)"

    /**
     * Returns the same as fields of a request. The server's values go back as they came, and so do fields this version does not
     * know. Its nulls are left out, since a response to an update has null for each field that was not sent. Fields changed with
     * `copy` are sent as changed; null for a field that had a value clears it. More can be assigned to the result, null too.
     */
    public fun toFields(): ProfileFields = ProfileFields().also { out ->
        val was = received.read { profile }
        out.received = received.json()
        if (was?.name != name) out.name = name
        if (was?.about != about) out.about = about
        if (was?.address != address) out.address = address
        if (was?.description != description) out.description = description
        if (was?.logoUrl != logoUrl) out.logoUrl = logoUrl
        if (was?.bannerUrl != bannerUrl) out.bannerUrl = bannerUrl
        if (was?.privacyUrl != privacyUrl) out.privacyUrl = privacyUrl
        if (was?.termsOfServiceUrl != termsOfServiceUrl) out.termsOfServiceUrl = termsOfServiceUrl
        if (was?.accentColor != accentColor) out.accentColor = accentColor
        if (was?.vertical != vertical) out.vertical = vertical
        if (was?.websites != websites) out.websites = websites?.map { it.toFields() }
        if (was?.emails != emails) out.emails = emails?.map { it.toFields() }
        if (was?.phoneNumbers != phoneNumbers) out.phoneNumbers = phoneNumbers?.map { it.toFields() }
        if (was?.useCase != useCase) out.useCase = useCase
    }
}

/** A website of a profile. */
public data class Website(
    public val website: String? = null,
    public val label: String? = null,
    private val received: Received = Received.NOWHERE,
) {
    override fun toString(): String = "Website(…)"

    /** The same as a request says it. See [Profile.toFields]. */
    public fun toFields(): WebsiteFields = WebsiteFields().also { out ->
        val was = received.read { profile?.websites?.getOrNull(it) }
        out.received = received.json()
        if (was?.website != website) out.website = website
        if (was?.label != label) out.label = label
    }
}

/** An e-mail address of a profile. */
public data class Email(
    public val email: String? = null,
    public val label: String? = null,
    private val received: Received = Received.NOWHERE,
) {
    override fun toString(): String = "Email(…)"

    /** The same as a request says it. See [Profile.toFields]. */
    public fun toFields(): EmailFields = EmailFields().also { out ->
        val was = received.read { profile?.emails?.getOrNull(it) }
        out.received = received.json()
        if (was?.email != email) out.email = email
        if (was?.label != label) out.label = label
    }
}

/** A phone number of a profile. */
public data class PhoneNumber(
    public val phoneNumber: String? = null,
    public val label: String? = null,
    private val received: Received = Received.NOWHERE,
) {
    override fun toString(): String = "PhoneNumber(…)"

    /** The same as a request says it. See [Profile.toFields]. */
    public fun toFields(): PhoneNumberFields = PhoneNumberFields().also { out ->
        val was = received.read { profile?.phoneNumbers?.getOrNull(it) }
        out.received = received.json()
        if (was?.phoneNumber != phoneNumber) out.phoneNumber = phoneNumber
        if (was?.label != label) out.label = label
    }
}

/** How a sender is doing. */
public data class Properties(
    /** Such as `HIGH`. */
    public val qualityRating: String? = null,
    /** Such as `10K Customers/24hr`. */
    public val messagingLimit: String? = null,
)

/** Why a sender is offline. */
public data class OfflineReason(
    /** An error code, as text: `63104`. */
    public val code: String? = null,
    /** The server's text. */
    public val message: String? = null,
    /** A link to the error's page. */
    public val moreInfo: String? = null,
) {
    /** The code and the message as a log may show them: in one line, numbers masked. */
    override fun toString(): String = "OfflineReason(code=${code?.shown()}, message=${message?.shown()})"
}

/** The compliance information of an RCS sender. */
public data class Compliance(
    /** The registration. */
    public val registrationSid: String? = null,
    /** Country by country. */
    public val countries: List<Country>? = null,
)

/** An RCS sender in one country. */
public data class Country(
    /** The country's code. */
    public val country: String? = null,
    /** The registration there. */
    public val registrationSid: String? = null,
    /** Where it is. */
    public val status: CountryStatus? = null,
    /** Carrier by carrier. */
    public val carriers: List<Carrier>? = null,
)

/** One carrier's word on an RCS sender. */
public data class Carrier(public val name: String? = null, public val status: CarrierStatus? = null)

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
