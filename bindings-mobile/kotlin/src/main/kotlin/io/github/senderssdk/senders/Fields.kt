package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.fieldsOfJson
import kotlin.properties.ReadWriteProperty
import kotlin.reflect.KProperty

/** The three states of a field of a request. */
public sealed interface Field<out T : Any> {
    /** Left out: an update leaves what the server has. */
    public data object Absent : Field<Nothing>

    /** Null: an update clears it. */
    public data object Null : Field<Nothing>

    /** A value. The empty text is one. */
    public data class Value<out T : Any>(public val value: T) : Field<T> {
        /** That there is one, and not which: it may be a code, a name or a number. */
        override fun toString(): String = "Value(***)"
    }
}

/** Keeps the blocks of a request apart. */
@DslMarker
public annotation class SendersDsl

/**
 * The fields of an object in a request: only assigned fields are sent. Assigning null sends null.
 *
 * ```kotlin
 * client.update(sid) {
 *     profile { about = null }        // cleared; everything else stays
 * }
 * ```
 *
 * `toFields` makes one of an object that was read: it is sent back as it came, except for the fields that are assigned.
 *
 * `toString` shows which fields are assigned, not what they hold.
 */
@SendersDsl
public sealed class Fields {
    private val assigned = LinkedHashMap<String, Any?>()

    /** The object as a response had it, as JSON: sent as it came, except for assigned fields and its nulls. */
    internal var received: String? = null

    /** The state of a property: `fields.state(ProfileFields::about)`. */
    public fun <T : Any> state(property: KProperty<T?>): Field<T> {
        if (property.name !in assigned) return Field.Absent
        @Suppress("UNCHECKED_CAST") // only the delegate of this property writes under its name
        val value = assigned[property.name] as T? ?: return Field.Null
        return Field.Value(value)
    }

    /** Takes an assignment back: the field is left out again, or is as it was read. */
    public fun unset(property: KProperty<*>) {
        assigned.remove(property.name)
    }

    override fun equals(other: Any?): Boolean =
        other is Fields && other.javaClass == javaClass && other.assigned == assigned && other.received == received

    override fun hashCode(): Int = 31 * assigned.hashCode() + received.hashCode()

    override fun toString(): String =
        assigned.entries.joinToString(prefix = "${javaClass.simpleName}(", postfix = ")") { (name, value) ->
            if (value == null) "$name=null" else "$name=***"
        }

    internal fun <T : Any> field(): ReadWriteProperty<Fields, T?> = object : ReadWriteProperty<Fields, T?> {
        @Suppress("UNCHECKED_CAST") // see `state`
        override fun getValue(thisRef: Fields, property: KProperty<*>): T? = assigned[property.name] as T?

        override fun setValue(thisRef: Fields, property: KProperty<*>, value: T?) {
            assigned[property.name] = value
        }
    }
}

/** The fields of a create or an update. In an update, a section that is left out stays as it is. */
public class SenderFields : Fields() {
    /** A name for the account's own use. */
    public var friendlyName: String? by field()

    /** How it is registered. */
    public var configuration: ConfigurationFields? by field()

    /** Where its events go. */
    public var webhook: WebhookFields? by field()

    /** The profile, which people see. A WhatsApp sender needs a name. */
    public var profile: ProfileFields? by field()

    /** How it is registered. */
    public fun configuration(fields: ConfigurationFields.() -> Unit) {
        configuration = (configuration ?: ConfigurationFields()).apply(fields)
    }

    /** Where its events go. */
    public fun webhook(fields: WebhookFields.() -> Unit) {
        webhook = (webhook ?: WebhookFields()).apply(fields)
    }

    /** Sets the profile, which people see. */
    public fun profile(fields: ProfileFields.() -> Unit) {
        profile = (profile ?: ProfileFields()).apply(fields)
    }

    public companion object {
        /**
         * The fields of a JSON object in the API's own words, such as one that was kept in a file:
         * `{"profile": {"logo_url": "…"}}`. Throws an [ArgumentException] that names what is wrong.
         */
        @JvmStatic
        public fun fromJson(json: String): SenderFields = guarded { fieldsOfJson(json.checked("json")) }.toPublic()
    }
}

/** How a sender is registered. */
public class ConfigurationFields : Fields() {
    /** The WhatsApp Business Account's id. */
    public var wabaId: String? by field()

    /** How the verification code is delivered. */
    public var verificationMethod: VerificationMethod? by field()

    /** The code that was received. [Senders.verify] sends it alone. */
    public var verificationCode: String? by field()

    /** The voice application that takes WhatsApp calls; null turns calling off. */
    public var voiceApplicationSid: String? by field()

    /** The kind of account, for software vendors; [AccountType.CLEARED] clears it. */
    public var accountType: AccountType? by field()
}

/** Where a sender's events go. */
public class WebhookFields : Fields() {
    /** Incoming messages. */
    public var callbackUrl: String? by field()

    /** How it is called. */
    public var callbackMethod: CallbackMethod? by field()

    /** Incoming messages when [callbackUrl] fails. */
    public var fallbackUrl: String? by field()

    /** How it is called. */
    public var fallbackMethod: CallbackMethod? by field()

    /** Delivery status of messages. */
    public var statusCallbackUrl: String? by field()

    /** How it is called. */
    public var statusCallbackMethod: String? by field()
}

/** The profile of a sender, which people see. */
public class ProfileFields : Fields() {
    /** The display name. Meta limits how often it may change. */
    public var name: String? by field()

    /** A short text. */
    public var about: String? by field()

    /** The postal address. */
    public var address: String? by field()

    /** A longer text. */
    public var description: String? by field()

    /** The picture. */
    public var logoUrl: String? by field()

    /** The banner (RCS). */
    public var bannerUrl: String? by field()

    /** The privacy policy (RCS). */
    public var privacyUrl: String? by field()

    /** The terms of service (RCS). */
    public var termsOfServiceUrl: String? by field()

    /** A colour such as `#1f6feb` (RCS). */
    public var accentColor: String? by field()

    /** The line of business, such as `Automotive`. */
    public var vertical: String? by field()

    /** Websites: `websites = listOf(WebsiteFields("https://example.com", "Shop"))`. */
    public var websites: List<WebsiteFields>? by field()

    /** E-mail addresses. */
    public var emails: List<EmailFields>? by field()

    /** Phone numbers (RCS). */
    public var phoneNumbers: List<PhoneNumberFields>? by field()

    /** The purpose of an RCS agent. */
    public var useCase: UseCase? by field()
}

/** A website of a profile. */
public class WebsiteFields() : Fields() {
    /** The URL. */
    public var website: String? by field()

    /** The label. */
    public var label: String? by field()

    public constructor(website: String) : this() {
        this.website = website
    }

    public constructor(website: String, label: String?) : this(website) {
        this.label = label
    }
}

/** An e-mail address of a profile. */
public class EmailFields() : Fields() {
    /** The address. */
    public var email: String? by field()

    /** The label. */
    public var label: String? by field()

    public constructor(email: String) : this() {
        this.email = email
    }

    public constructor(email: String, label: String?) : this(email) {
        this.label = label
    }
}

/** A phone number of a profile. */
public class PhoneNumberFields() : Fields() {
    /** The number. */
    public var phoneNumber: String? by field()

    /** The label. */
    public var label: String? by field()

    public constructor(phoneNumber: String) : this() {
        this.phoneNumber = phoneNumber
    }

    public constructor(phoneNumber: String, label: String?) : this(phoneNumber) {
        this.label = label
    }
}
