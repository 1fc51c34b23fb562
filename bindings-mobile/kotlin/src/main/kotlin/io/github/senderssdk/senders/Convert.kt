// What crosses the border, into the types of this package and back. Nothing is decided here.
package io.github.senderssdk.senders

import io.github.senderssdk.senders.ffi.CallOptions as NativeCallOptions
import io.github.senderssdk.senders.ffi.ConfigurationFields as NativeConfigurationFields
import io.github.senderssdk.senders.ffi.ConfigurationPatch
import io.github.senderssdk.senders.ffi.EmailFields as NativeEmailFields
import io.github.senderssdk.senders.ffi.EmailsPatch
import io.github.senderssdk.senders.ffi.Ensured as NativeEnsured
import io.github.senderssdk.senders.ffi.Header
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
import io.github.senderssdk.senders.ffi.WebhookFields as NativeWebhookFields
import io.github.senderssdk.senders.ffi.WebhookPatch
import io.github.senderssdk.senders.ffi.WebsiteFields as NativeWebsiteFields
import io.github.senderssdk.senders.ffi.WebsitesPatch
import kotlin.reflect.KMutableProperty0
import kotlin.reflect.KProperty

internal fun NativeSender.toPublic(): Sender = Sender(
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
        )
    },
    profile = profile?.toPublic(),
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

private fun NativeProfile.toPublic() = Profile(
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
    websites = websites?.map { Website(it.website, it.label) },
    emails = emails?.map { Email(it.email, it.label) },
    phoneNumbers = phoneNumbers?.map { PhoneNumber(it.phoneNumber, it.label) },
    useCase = useCase?.let(::UseCase),
)

internal fun NativeSenderPage.toPublic(): SenderPage = SenderPage(senders.map { it.toPublic() }, nextToken)

internal fun NativeStatusChange.toPublic(): StatusChange = StatusChange(Status(status), sender.toPublic(), token)

internal fun NativeEnsured.toPublic(): Ensured = Ensured(How(how), sender.toPublic(), differences)

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

private fun Fields.text(property: KProperty<Any?>, path: String = ""): TextPatch = when (val state = state<Any>(property)) {
    Field.Absent -> TextPatch.Absent
    Field.Null -> TextPatch.Null
    is Field.Value -> TextPatch.Value(state.value.toString().checked(path + property.name))
}

internal fun SenderFields.toNative(): NativeSenderFields = NativeSenderFields(
    text(::friendlyName),
    when (val state = state(::configuration)) {
        Field.Absent -> ConfigurationPatch.Absent
        Field.Null -> ConfigurationPatch.Null
        is Field.Value -> ConfigurationPatch.Value(state.value.toNative())
    },
    when (val state = state(::webhook)) {
        Field.Absent -> WebhookPatch.Absent
        Field.Null -> WebhookPatch.Null
        is Field.Value -> WebhookPatch.Value(state.value.toNative())
    },
    when (val state = state(::profile)) {
        Field.Absent -> ProfilePatch.Absent
        Field.Null -> ProfilePatch.Null
        is Field.Value -> ProfilePatch.Value(state.value.toNative())
    },
)

private fun ConfigurationFields.toNative() = NativeConfigurationFields(
    text(::wabaId, "configuration."),
    text(::verificationMethod, "configuration."),
    text(::verificationCode, "configuration."),
    text(::voiceApplicationSid, "configuration."),
    text(::accountType, "configuration."),
)

private fun WebhookFields.toNative() = NativeWebhookFields(
    text(::callbackUrl, "webhook."),
    text(::callbackMethod, "webhook."),
    text(::fallbackUrl, "webhook."),
    text(::fallbackMethod, "webhook."),
    text(::statusCallbackUrl, "webhook."),
    text(::statusCallbackMethod, "webhook."),
)

private fun ProfileFields.toNative() = NativeProfileFields(
    name = text(::name, "profile."),
    about = text(::about, "profile."),
    address = text(::address, "profile."),
    description = text(::description, "profile."),
    logoUrl = text(::logoUrl, "profile."),
    bannerUrl = text(::bannerUrl, "profile."),
    privacyUrl = text(::privacyUrl, "profile."),
    termsOfServiceUrl = text(::termsOfServiceUrl, "profile."),
    accentColor = text(::accentColor, "profile."),
    vertical = text(::vertical, "profile."),
    websites = when (val state = state(::websites)) {
        Field.Absent -> WebsitesPatch.Absent
        Field.Null -> WebsitesPatch.Null
        is Field.Value ->
            WebsitesPatch.Value(state.value.items("websites") { NativeWebsiteFields(text(::website, it), text(::label, it)) })
    },
    emails = when (val state = state(::emails)) {
        Field.Absent -> EmailsPatch.Absent
        Field.Null -> EmailsPatch.Null
        is Field.Value -> EmailsPatch.Value(state.value.items("emails") { NativeEmailFields(text(::email, it), text(::label, it)) })
    },
    phoneNumbers = when (val state = state(::phoneNumbers)) {
        Field.Absent -> PhoneNumbersPatch.Absent
        Field.Null -> PhoneNumbersPatch.Null
        is Field.Value -> PhoneNumbersPatch.Value(
            state.value.items("phoneNumbers") { NativePhoneNumberFields(text(::phoneNumber, it), text(::label, it)) },
        )
    },
    useCase = text(::useCase, "profile."),
)

/** Each item, with the path its fields have. */
private inline fun <F : Fields, T> List<F>.items(name: String, convert: F.(path: String) -> T): List<T> =
    mapIndexed { at, item -> item.convert("profile.$name[$at].") }

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
