// Converts the records of the native half into the types of this package and back. Nothing is decided here.
package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.CallOptions as NativeCallOptions
import io.github.senderssdk.senders.ffi.ConfigurationFields as NativeConfigurationFields
import io.github.senderssdk.senders.ffi.ConfigurationPatch
import io.github.senderssdk.senders.ffi.EmailFields as NativeEmailFields
import io.github.senderssdk.senders.ffi.EmailsPatch
import io.github.senderssdk.senders.ffi.Ensured as NativeEnsured
import io.github.senderssdk.senders.ffi.Header
import io.github.senderssdk.senders.ffi.Part
import io.github.senderssdk.senders.ffi.PhoneNumberFields as NativePhoneNumberFields
import io.github.senderssdk.senders.ffi.PhoneNumbersPatch
import io.github.senderssdk.senders.ffi.Profile as NativeProfile
import io.github.senderssdk.senders.ffi.ProfileFields as NativeProfileFields
import io.github.senderssdk.senders.ffi.ProfilePatch
import io.github.senderssdk.senders.ffi.Sender as NativeSender
import io.github.senderssdk.senders.ffi.SenderFields as NativeSenderFields
import io.github.senderssdk.senders.ffi.SenderPage as NativeSenderPage
import io.github.senderssdk.senders.ffi.StatusChange as NativeStatusChange
import io.github.senderssdk.senders.ffi.TextPatch
import io.github.senderssdk.senders.ffi.oneLine
import io.github.senderssdk.senders.ffi.WebhookFields as NativeWebhookFields
import io.github.senderssdk.senders.ffi.WebhookPatch
import io.github.senderssdk.senders.ffi.WebsiteFields as NativeWebsiteFields
import io.github.senderssdk.senders.ffi.WebsitesPatch
import kotlin.reflect.KMutableProperty0
import kotlin.reflect.KProperty

internal fun NativeSender.toPublic(): Sender = toPublic(Source(json))

private fun NativeSender.toPublic(source: Source): Sender = Sender(
    sid = sid,
    status = Status(status),
    senderId = senderId,
    friendlyName = friendlyName,
    configuration = configuration?.run {
        Configuration(
            wabaId,
            verificationMethod?.let(::VerificationMethod),
            verificationCode,
            voiceApplicationSid,
            accountType?.let(::AccountType),
            Received(source, Part.Configuration),
        )
    },
    webhook = webhook?.run {
        Webhook(
            callbackUrl,
            callbackMethod?.let(::CallbackMethod),
            fallbackUrl,
            fallbackMethod?.let(::CallbackMethod),
            statusCallbackUrl,
            statusCallbackMethod,
            Received(source, Part.Webhook),
        )
    },
    profile = profile?.toPublic(source),
    properties = properties?.run { Properties(qualityRating, messagingLimit) },
    offlineReasons = offlineReasons.map { OfflineReason(it.code, it.message, it.moreInfo) },
    compliance = compliance?.run {
        Compliance(
            registrationSid,
            countries?.map { country ->
                Country(
                    country.country,
                    country.registrationSid,
                    country.status?.let(::CountryStatus),
                    country.carriers?.map { Carrier(it.name, it.status?.let(::CarrierStatus)) },
                )
            },
        )
    },
    url = url,
    pendingDisplayName = pendingDisplayName,
    pendingDisplayNameStatus = pendingDisplayNameStatus?.let(::PendingDisplayNameStatus),
    pendingDisplayNameStatusDate = pendingDisplayNameStatusDate,
    displayNameStatus = displayNameStatus?.let(::DisplayNameStatus),
    json = json,
)

private fun NativeProfile.toPublic(source: Source) = Profile(
    name = name,
    about = about,
    address = address,
    description = description,
    logoUrl = logoUrl,
    bannerUrl = bannerUrl,
    privacyUrl = privacyUrl,
    termsOfServiceUrl = termsOfServiceUrl,
    accentColor = accentColor,
    vertical = vertical,
    websites = websites?.mapIndexed { at, it -> Website(it.website, it.label, Received(source, Part.Website(at.toUInt()))) },
    emails = emails?.mapIndexed { at, it -> Email(it.email, it.label, Received(source, Part.Email(at.toUInt()))) },
    phoneNumbers = phoneNumbers?.mapIndexed { at, it ->
        PhoneNumber(it.phoneNumber, it.label, Received(source, Part.PhoneNumber(at.toUInt())))
    },
    useCase = useCase?.let(::UseCase),
    received = Received(source, Part.Profile),
)

internal fun NativeSenderPage.toPublic(): SenderPage = SenderPage(senders.map { it.toPublic() }, nextToken)

internal fun NativeStatusChange.toPublic(): StatusChange = StatusChange(Status(status), sender.toPublic(), token)

internal fun NativeEnsured.toPublic(): Ensured = Ensured(Resolution(resolution), sender.toPublic(), differences)

internal fun CallOptions.toNative(): NativeCallOptions = NativeCallOptions(
    timeout?.inWholeMilliseconds,
    totalTimeout?.inWholeMilliseconds,
    maxRetries?.toLong(),
    headers.map { (name, value) -> Header(name.checked("headers"), value.checked("headers")) },
)

/** The text, if all of it can be sent: half of a pair of UTF-16, as of an emoji that was cut, has no form in UTF-8. */
internal fun String.checked(field: String): String {
    val cut = indices.any { at ->
        when {
            this[at].isHighSurrogate() -> getOrNull(at + 1)?.isLowSurrogate() != true
            this[at].isLowSurrogate() -> getOrNull(at - 1)?.isHighSurrogate() != true
            else -> false
        }
    }
    if (cut) throw argumentException(field, "must be text without lone surrogates: a character was cut in two")
    return this
}

/** Returns the part that a log may show: the beginning in one line, numbers masked. */
internal fun String.shown(): String = oneLine(take(SHOWN).asText())

private const val SHOWN = 2048

private fun Fields.text(property: KProperty<Any?>, path: String = ""): TextPatch = when (val state = state<Any>(property)) {
    Field.Absent -> TextPatch.Absent
    Field.Null -> TextPatch.Null
    is Field.Value -> TextPatch.Value(state.value.let { if (it is Word) it.text else it.toString() }.checked(path + property.name))
}

/** [path] is what the names of its fields begin with in errors. */
internal fun SenderFields.toNative(path: String = ""): NativeSenderFields = NativeSenderFields(
    text(::friendlyName, path),
    when (val state = state(::configuration)) {
        Field.Absent -> ConfigurationPatch.Absent
        Field.Null -> ConfigurationPatch.Null
        is Field.Value -> ConfigurationPatch.Value(state.value.toNative("${path}configuration."))
    },
    when (val state = state(::webhook)) {
        Field.Absent -> WebhookPatch.Absent
        Field.Null -> WebhookPatch.Null
        is Field.Value -> WebhookPatch.Value(state.value.toNative("${path}webhook."))
    },
    when (val state = state(::profile)) {
        Field.Absent -> ProfilePatch.Absent
        Field.Null -> ProfilePatch.Null
        is Field.Value -> ProfilePatch.Value(state.value.toNative("${path}profile."))
    },
)

private fun ConfigurationFields.toNative(path: String) = NativeConfigurationFields(
    text(::wabaId, path),
    text(::verificationMethod, path),
    text(::verificationCode, path),
    text(::voiceApplicationSid, path),
    text(::accountType, path),
    received,
)

private fun WebhookFields.toNative(path: String) = NativeWebhookFields(
    text(::callbackUrl, path),
    text(::callbackMethod, path),
    text(::fallbackUrl, path),
    text(::fallbackMethod, path),
    text(::statusCallbackUrl, path),
    text(::statusCallbackMethod, path),
    received,
)

private fun ProfileFields.toNative(path: String) = NativeProfileFields(
    name = text(::name, path),
    about = text(::about, path),
    address = text(::address, path),
    description = text(::description, path),
    logoUrl = text(::logoUrl, path),
    bannerUrl = text(::bannerUrl, path),
    privacyUrl = text(::privacyUrl, path),
    termsOfServiceUrl = text(::termsOfServiceUrl, path),
    accentColor = text(::accentColor, path),
    vertical = text(::vertical, path),
    websites = when (val state = state(::websites)) {
        Field.Absent -> WebsitesPatch.Absent
        Field.Null -> WebsitesPatch.Null
        is Field.Value ->
            WebsitesPatch.Value(state.value.items("${path}websites") { NativeWebsiteFields(text(::website, it), text(::label, it), received) })
    },
    emails = when (val state = state(::emails)) {
        Field.Absent -> EmailsPatch.Absent
        Field.Null -> EmailsPatch.Null
        is Field.Value ->
            EmailsPatch.Value(state.value.items("${path}emails") { NativeEmailFields(text(::email, it), text(::label, it), received) })
    },
    phoneNumbers = when (val state = state(::phoneNumbers)) {
        Field.Absent -> PhoneNumbersPatch.Absent
        Field.Null -> PhoneNumbersPatch.Null
        is Field.Value -> PhoneNumbersPatch.Value(
            state.value.items("${path}phoneNumbers") { NativePhoneNumberFields(text(::phoneNumber, it), text(::label, it), received) },
        )
    },
    useCase = text(::useCase, path),
    received = received,
)

/** Each item, with the path its fields have. */
private inline fun <F : Fields, T> List<F>.items(name: String, convert: F.(path: String) -> T): List<T> =
    mapIndexed { at, item -> item.convert("$name[$at].") }

private fun TextPatch.into(property: KMutableProperty0<String?>) = into(property) { it }

private fun <T> TextPatch.into(property: KMutableProperty0<T?>, word: (String) -> T) = when (this) {
    TextPatch.Absent -> Unit
    TextPatch.Null -> property.set(null)
    is TextPatch.Value -> property.set(word(value))
}

internal fun NativeSenderFields.toPublic(): SenderFields = SenderFields().also { out ->
    friendlyName.into(out::friendlyName)
    when (val section = configuration) {
        ConfigurationPatch.Absent -> Unit
        ConfigurationPatch.Null -> out.configuration = null
        is ConfigurationPatch.Value -> out.configuration = section.value.toPublic()
    }
    when (val section = webhook) {
        WebhookPatch.Absent -> Unit
        WebhookPatch.Null -> out.webhook = null
        is WebhookPatch.Value -> out.webhook = section.value.toPublic()
    }
    when (val section = profile) {
        ProfilePatch.Absent -> Unit
        ProfilePatch.Null -> out.profile = null
        is ProfilePatch.Value -> out.profile = section.value.toPublic()
    }
}

private fun NativeConfigurationFields.toPublic() = ConfigurationFields().also { out ->
    wabaId.into(out::wabaId)
    verificationMethod.into(out::verificationMethod, ::VerificationMethod)
    verificationCode.into(out::verificationCode)
    voiceApplicationSid.into(out::voiceApplicationSid)
    accountType.into(out::accountType, ::AccountType)
}

private fun NativeWebhookFields.toPublic() = WebhookFields().also { out ->
    callbackUrl.into(out::callbackUrl)
    callbackMethod.into(out::callbackMethod, ::CallbackMethod)
    fallbackUrl.into(out::fallbackUrl)
    fallbackMethod.into(out::fallbackMethod, ::CallbackMethod)
    statusCallbackUrl.into(out::statusCallbackUrl)
    statusCallbackMethod.into(out::statusCallbackMethod)
}

private fun NativeProfileFields.toPublic() = ProfileFields().also { out ->
    name.into(out::name)
    about.into(out::about)
    address.into(out::address)
    description.into(out::description)
    logoUrl.into(out::logoUrl)
    bannerUrl.into(out::bannerUrl)
    privacyUrl.into(out::privacyUrl)
    termsOfServiceUrl.into(out::termsOfServiceUrl)
    accentColor.into(out::accentColor)
    vertical.into(out::vertical)
    when (val list = websites) {
        WebsitesPatch.Absent -> Unit
        WebsitesPatch.Null -> out.websites = null
        is WebsitesPatch.Value -> out.websites = list.value.map { item ->
            WebsiteFields().also {
                item.website.into(it::website)
                item.label.into(it::label)
            }
        }
    }
    when (val list = emails) {
        EmailsPatch.Absent -> Unit
        EmailsPatch.Null -> out.emails = null
        is EmailsPatch.Value -> out.emails = list.value.map { item ->
            EmailFields().also {
                item.email.into(it::email)
                item.label.into(it::label)
            }
        }
    }
    when (val list = phoneNumbers) {
        PhoneNumbersPatch.Absent -> Unit
        PhoneNumbersPatch.Null -> out.phoneNumbers = null
        is PhoneNumbersPatch.Value -> out.phoneNumbers = list.value.map { item ->
            PhoneNumberFields().also {
                item.phoneNumber.into(it::phoneNumber)
                item.label.into(it::label)
            }
        }
    }
    useCase.into(out::useCase, ::UseCase)
}
