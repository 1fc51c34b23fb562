internal import SendersFFI

// The objects of a request. Every field has three states: see ``Field``. `init(_:)` makes one of an object that was read: see
// ``ProfileFields/init(_:)``.

/// How a sender is registered: what a request says of it.
public struct ConfigurationFields: Codable, Hashable, Sendable, Redacted {
    /// The WhatsApp Business Account's id.
    public var wabaID: Field<String>
    /// How the verification code is delivered; the service's default is `sms`.
    public var verificationMethod: Field<VerificationMethod>
    /// The code that was received. ``Senders/verify(_:code:options:)`` sends it alone.
    public var verificationCode: Field<String>
    /// The voice application that takes WhatsApp calls, `AP` and 32 hexadecimal digits; null turns calling off.
    public var voiceApplicationSid: Field<String>
    /// The kind of account, for software vendors.
    public var accountType: Field<AccountType>

    /// The object as a response had it, as JSON.
    var received: String?

    enum CodingKeys: String, CodingKey {
        case wabaID = "waba_id"
        case verificationMethod = "verification_method"
        case verificationCode = "verification_code"
        case voiceApplicationSid = "voice_application_sid"
        case accountType = "account_type"
    }

    /// Makes fields; those that are not named stay as they are.
    public init(
        wabaID: Field<String> = .untouched, verificationMethod: Field<VerificationMethod> = .untouched,
        verificationCode: Field<String> = .untouched, voiceApplicationSid: Field<String> = .untouched,
        accountType: Field<AccountType> = .untouched
    ) {
        self.wabaID = wabaID
        self.verificationMethod = verificationMethod
        self.verificationCode = verificationCode
        self.voiceApplicationSid = voiceApplicationSid
        self.accountType = accountType
    }

    var record: SendersFFI.ConfigurationFields {
        .init(
            wabaId: wabaID.text,
            verificationMethod: verificationMethod.text,
            verificationCode: verificationCode.text,
            voiceApplicationSid: voiceApplicationSid.text,
            accountType: accountType.text,
            received: received
        )
    }
}

extension Field where Value == ConfigurationFields {
    /// A value with these fields; what is not named stays as it is.
    public init(
        wabaID: Field<String> = .untouched, verificationMethod: Field<VerificationMethod> = .untouched,
        verificationCode: Field<String> = .untouched, voiceApplicationSid: Field<String> = .untouched,
        accountType: Field<AccountType> = .untouched
    ) {
        self = .value(
            .init(
                wabaID: wabaID, verificationMethod: verificationMethod, verificationCode: verificationCode,
                voiceApplicationSid: voiceApplicationSid, accountType: accountType
            )
        )
    }

    var record: ConfigurationPatch {
        patch(.absent, .null) { .value(value: $0.record) }
    }
}

/// Where a sender's events go: what a request says of it.
public struct WebhookFields: Codable, Hashable, Sendable, Redacted {
    /// Incoming messages.
    public var callbackURL: Field<String>
    /// `POST` or `PUT`.
    public var callbackMethod: Field<CallbackMethod>
    /// Incoming messages when the callback fails.
    public var fallbackURL: Field<String>
    /// `POST` or `PUT`.
    public var fallbackMethod: Field<CallbackMethod>
    /// Delivery status of messages.
    public var statusCallbackURL: Field<String>
    /// The method of the status callback.
    public var statusCallbackMethod: Field<String>

    /// The object as a response had it, as JSON.
    var received: String?

    enum CodingKeys: String, CodingKey {
        case callbackURL = "callback_url"
        case callbackMethod = "callback_method"
        case fallbackURL = "fallback_url"
        case fallbackMethod = "fallback_method"
        case statusCallbackURL = "status_callback_url"
        case statusCallbackMethod = "status_callback_method"
    }

    /// Makes fields; those that are not named stay as they are.
    public init(
        callbackURL: Field<String> = .untouched, callbackMethod: Field<CallbackMethod> = .untouched,
        fallbackURL: Field<String> = .untouched, fallbackMethod: Field<CallbackMethod> = .untouched,
        statusCallbackURL: Field<String> = .untouched, statusCallbackMethod: Field<String> = .untouched
    ) {
        self.callbackURL = callbackURL
        self.callbackMethod = callbackMethod
        self.fallbackURL = fallbackURL
        self.fallbackMethod = fallbackMethod
        self.statusCallbackURL = statusCallbackURL
        self.statusCallbackMethod = statusCallbackMethod
    }

    var record: SendersFFI.WebhookFields {
        .init(
            callbackUrl: callbackURL.text,
            callbackMethod: callbackMethod.text,
            fallbackUrl: fallbackURL.text,
            fallbackMethod: fallbackMethod.text,
            statusCallbackUrl: statusCallbackURL.text,
            statusCallbackMethod: statusCallbackMethod.text,
            received: received
        )
    }
}

extension Field where Value == WebhookFields {
    /// A value with these fields; what is not named stays as it is.
    public init(
        callbackURL: Field<String> = .untouched, callbackMethod: Field<CallbackMethod> = .untouched,
        fallbackURL: Field<String> = .untouched, fallbackMethod: Field<CallbackMethod> = .untouched,
        statusCallbackURL: Field<String> = .untouched, statusCallbackMethod: Field<String> = .untouched
    ) {
        self = .value(
            .init(
                callbackURL: callbackURL, callbackMethod: callbackMethod, fallbackURL: fallbackURL,
                fallbackMethod: fallbackMethod, statusCallbackURL: statusCallbackURL,
                statusCallbackMethod: statusCallbackMethod
            )
        )
    }

    var record: WebhookPatch {
        patch(.absent, .null) { .value(value: $0.record) }
    }
}

/// The profile of a sender, which people see, as fields of a request.
public struct ProfileFields: Codable, Hashable, Sendable, Redacted {
    /// The display name; a WhatsApp sender needs one. Meta limits how often it may change.
    public var name: Field<String>
    /// A short text.
    public var about: Field<String>
    /// The postal address.
    public var address: Field<String>
    /// A longer text.
    public var description: Field<String>
    /// The picture.
    public var logoURL: Field<String>
    /// The banner (RCS).
    public var bannerURL: Field<String>
    /// The privacy policy (RCS).
    public var privacyURL: Field<String>
    /// The terms of service (RCS).
    public var termsOfServiceURL: Field<String>
    /// A colour such as `#1f6feb` (RCS).
    public var accentColor: Field<String>
    /// The line of business, such as `Automotive`.
    public var vertical: Field<String>
    /// Websites.
    public var websites: Field<[WebsiteFields]>
    /// E-mail addresses.
    public var emails: Field<[EmailFields]>
    /// Phone numbers (RCS).
    public var phoneNumbers: Field<[PhoneNumberFields]>
    /// The purpose of an RCS agent.
    public var useCase: Field<UseCase>

    /// The object as a response had it, as JSON.
    var received: String?

    enum CodingKeys: String, CodingKey {
        case name, about, address, description, vertical, websites, emails
        case logoURL = "logo_url"
        case bannerURL = "banner_url"
        case privacyURL = "privacy_url"
        case termsOfServiceURL = "terms_of_service_url"
        case accentColor = "accent_color"
        case phoneNumbers = "phone_numbers"
        case useCase = "use_case"
    }

    /// Makes fields; those that are not named stay as they are.
    public init(
        name: Field<String> = .untouched, about: Field<String> = .untouched, address: Field<String> = .untouched,
        description: Field<String> = .untouched, logoURL: Field<String> = .untouched,
        bannerURL: Field<String> = .untouched, privacyURL: Field<String> = .untouched,
        termsOfServiceURL: Field<String> = .untouched, accentColor: Field<String> = .untouched,
        vertical: Field<String> = .untouched, websites: Field<[WebsiteFields]> = .untouched,
        emails: Field<[EmailFields]> = .untouched, phoneNumbers: Field<[PhoneNumberFields]> = .untouched,
        useCase: Field<UseCase> = .untouched
    ) {
        self.name = name
        self.about = about
        self.address = address
        self.description = description
        self.logoURL = logoURL
        self.bannerURL = bannerURL
        self.privacyURL = privacyURL
        self.termsOfServiceURL = termsOfServiceURL
        self.accentColor = accentColor
        self.vertical = vertical
        self.websites = websites
        self.emails = emails
        self.phoneNumbers = phoneNumbers
        self.useCase = useCase
    }

    var record: SendersFFI.ProfileFields {
        .init(
            name: name.text,
            about: about.text,
            address: address.text,
            description: description.text,
            logoUrl: logoURL.text,
            bannerUrl: bannerURL.text,
            privacyUrl: privacyURL.text,
            termsOfServiceUrl: termsOfServiceURL.text,
            accentColor: accentColor.text,
            vertical: vertical.text,
            websites: websites.patch(.absent, .null) { .value(value: $0.map(\.record)) },
            emails: emails.patch(.absent, .null) { .value(value: $0.map(\.record)) },
            phoneNumbers: phoneNumbers.patch(.absent, .null) { .value(value: $0.map(\.record)) },
            useCase: useCase.text,
            received: received
        )
    }
}

extension Field where Value == ProfileFields {
    /// A value with these fields; what is not named stays as it is.
    public init(
        name: Field<String> = .untouched, about: Field<String> = .untouched, address: Field<String> = .untouched,
        description: Field<String> = .untouched, logoURL: Field<String> = .untouched,
        bannerURL: Field<String> = .untouched, privacyURL: Field<String> = .untouched,
        termsOfServiceURL: Field<String> = .untouched, accentColor: Field<String> = .untouched,
        vertical: Field<String> = .untouched, websites: Field<[WebsiteFields]> = .untouched,
        emails: Field<[EmailFields]> = .untouched, phoneNumbers: Field<[PhoneNumberFields]> = .untouched,
        useCase: Field<UseCase> = .untouched
    ) {
        self = .value(
            .init(
                name: name, about: about, address: address, description: description, logoURL: logoURL,
                bannerURL: bannerURL, privacyURL: privacyURL, termsOfServiceURL: termsOfServiceURL,
                accentColor: accentColor, vertical: vertical, websites: websites, emails: emails,
                phoneNumbers: phoneNumbers, useCase: useCase
            )
        )
    }

    var record: ProfilePatch {
        patch(.absent, .null) { .value(value: $0.record) }
    }
}

/// A website of a profile: what a request says of it.
public struct WebsiteFields: Codable, Hashable, Sendable, Redacted {
    /// The URL.
    public var website: Field<String>
    /// The label.
    public var label: Field<String>

    /// The object as a response had it, as JSON.
    var received: String?

    enum CodingKeys: String, CodingKey {
        case website, label
    }

    /// Makes fields; those that are not named stay as they are.
    public init(website: Field<String> = .untouched, label: Field<String> = .untouched) {
        self.website = website
        self.label = label
    }

    var record: SendersFFI.WebsiteFields {
        .init(
            website: website.text,
            label: label.text,
            received: received
        )
    }
}

/// An e-mail address of a profile: what a request says of it.
public struct EmailFields: Codable, Hashable, Sendable, Redacted {
    /// The address.
    public var email: Field<String>
    /// The label.
    public var label: Field<String>

    /// The object as a response had it, as JSON.
    var received: String?

    enum CodingKeys: String, CodingKey {
        case email, label
    }

    /// Makes fields; those that are not named stay as they are.
    public init(email: Field<String> = .untouched, label: Field<String> = .untouched) {
        self.email = email
        self.label = label
    }

    var record: SendersFFI.EmailFields {
        .init(
            email: email.text,
            label: label.text,
            received: received
        )
    }
}

/// A phone number of a profile: what a request says of it.
public struct PhoneNumberFields: Codable, Hashable, Sendable, Redacted {
    /// The number.
    public var phoneNumber: Field<String>
    /// The label.
    public var label: Field<String>

    /// The object as a response had it, as JSON.
    var received: String?

    enum CodingKeys: String, CodingKey {
        case label
        case phoneNumber = "phone_number"
    }

    /// Makes fields; those that are not named stay as they are.
    public init(phoneNumber: Field<String> = .untouched, label: Field<String> = .untouched) {
        self.phoneNumber = phoneNumber
        self.label = label
    }

    var record: SendersFFI.PhoneNumberFields {
        .init(
            phoneNumber: phoneNumber.text,
            label: label.text,
            received: received
        )
    }
}
