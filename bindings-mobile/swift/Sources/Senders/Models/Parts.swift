internal import SendersFFI

// The objects of a response. Every field may be absent, null or of another type than documented: it is nil then.

/// How a sender is registered.
public struct Configuration: Codable, Hashable, Sendable, Redacted {
    /// The WhatsApp Business Account's id.
    public var wabaID: String?
    /// How the verification code is delivered; the service's default is `sms`.
    public var verificationMethod: VerificationMethod?
    /// The code that was received. ``Senders/verify(_:code:options:)`` sends it alone.
    public var verificationCode: String?
    /// The voice application that takes WhatsApp calls, `AP` and 32 hexadecimal digits; null turns calling off.
    public var voiceApplicationSid: String?
    /// The kind of account, for software vendors.
    public var accountType: AccountType?

    /// Where it was read, so that it can be sent back as it came.
    var received = Received()

    enum CodingKeys: String, CodingKey {
        case wabaID = "waba_id"
        case verificationMethod = "verification_method"
        case verificationCode = "verification_code"
        case voiceApplicationSid = "voice_application_sid"
        case accountType = "account_type"
    }

    /// How a sender is registered, with nothing known but this.
    public init(
        wabaID: String? = nil, verificationMethod: VerificationMethod? = nil, verificationCode: String? = nil,
        voiceApplicationSid: String? = nil, accountType: AccountType? = nil
    ) {
        self.wabaID = wabaID
        self.verificationMethod = verificationMethod
        self.verificationCode = verificationCode
        self.voiceApplicationSid = voiceApplicationSid
        self.accountType = accountType
    }

    init(_ record: SendersFFI.Configuration, of source: Source) {
        wabaID = record.wabaId
        verificationMethod = record.verificationMethod.map(VerificationMethod.init(rawValue:))
        verificationCode = record.verificationCode
        voiceApplicationSid = record.voiceApplicationSid
        accountType = record.accountType.map(AccountType.init(rawValue:))
        received = Received(source: source, part: .configuration)
    }
}

/// Where a sender's events go.
public struct Webhook: Codable, Hashable, Sendable, Redacted {
    /// Incoming messages.
    public var callbackURL: String?
    /// `POST` or `PUT`.
    public var callbackMethod: CallbackMethod?
    /// Incoming messages when the callback fails.
    public var fallbackURL: String?
    /// `POST` or `PUT`.
    public var fallbackMethod: CallbackMethod?
    /// Delivery status of messages.
    public var statusCallbackURL: String?
    /// The method of the status callback.
    public var statusCallbackMethod: String?

    /// Where it was read, so that it can be sent back as it came.
    var received = Received()

    enum CodingKeys: String, CodingKey {
        case callbackURL = "callback_url"
        case callbackMethod = "callback_method"
        case fallbackURL = "fallback_url"
        case fallbackMethod = "fallback_method"
        case statusCallbackURL = "status_callback_url"
        case statusCallbackMethod = "status_callback_method"
    }

    /// Where a sender's events go, with nothing known but this.
    public init(
        callbackURL: String? = nil, callbackMethod: CallbackMethod? = nil, fallbackURL: String? = nil,
        fallbackMethod: CallbackMethod? = nil, statusCallbackURL: String? = nil, statusCallbackMethod: String? = nil
    ) {
        self.callbackURL = callbackURL
        self.callbackMethod = callbackMethod
        self.fallbackURL = fallbackURL
        self.fallbackMethod = fallbackMethod
        self.statusCallbackURL = statusCallbackURL
        self.statusCallbackMethod = statusCallbackMethod
    }

    init(_ record: SendersFFI.Webhook, of source: Source) {
        callbackURL = record.callbackUrl
        callbackMethod = record.callbackMethod.map(CallbackMethod.init(rawValue:))
        fallbackURL = record.fallbackUrl
        fallbackMethod = record.fallbackMethod.map(CallbackMethod.init(rawValue:))
        statusCallbackURL = record.statusCallbackUrl
        statusCallbackMethod = record.statusCallbackMethod
        received = Received(source: source, part: .webhook)
    }
}

/// The profile of a sender, which people see.
public struct Profile: Codable, Hashable, Sendable, Redacted {
    /// The display name; a WhatsApp sender needs one. Meta limits how often it may change.
    public var name: String?
    /// A short text.
    public var about: String?
    /// The postal address.
    public var address: String?
    /// A longer text.
    public var description: String?
    /// The picture.
    public var logoURL: String?
    /// The banner (RCS).
    public var bannerURL: String?
    /// The privacy policy (RCS).
    public var privacyURL: String?
    /// The terms of service (RCS).
    public var termsOfServiceURL: String?
    /// A colour such as `#1f6feb` (RCS).
    public var accentColor: String?
    /// The line of business, such as `Automotive`.
    public var vertical: String?
    /// Websites.
    public var websites: [Website]?
    /// E-mail addresses.
    public var emails: [Email]?
    /// Phone numbers (RCS).
    public var phoneNumbers: [PhoneNumber]?
    /// The purpose of an RCS agent.
    public var useCase: UseCase?

    /// Where it was read, so that it can be sent back as it came.
    var received = Received()

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

    /// Makes a profile with these fields alone.
    public init(
        name: String? = nil, about: String? = nil, address: String? = nil, description: String? = nil,
        logoURL: String? = nil, bannerURL: String? = nil, privacyURL: String? = nil, termsOfServiceURL: String? = nil,
        accentColor: String? = nil, vertical: String? = nil, websites: [Website]? = nil, emails: [Email]? = nil,
        phoneNumbers: [PhoneNumber]? = nil, useCase: UseCase? = nil
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

    init(_ record: SendersFFI.Profile, of source: Source) {
        name = record.name
        about = record.about
        address = record.address
        description = record.description
        logoURL = record.logoUrl
        bannerURL = record.bannerUrl
        privacyURL = record.privacyUrl
        termsOfServiceURL = record.termsOfServiceUrl
        accentColor = record.accentColor
        vertical = record.vertical
        websites = record.websites?.enumerated().map { Website($1, at: $0, of: source) }
        emails = record.emails?.enumerated().map { Email($1, at: $0, of: source) }
        phoneNumbers = record.phoneNumbers?.enumerated().map { PhoneNumber($1, at: $0, of: source) }
        useCase = record.useCase.map(UseCase.init(rawValue:))
        received = Received(source: source, part: .profile)
    }
}

/// A website of a profile.
public struct Website: Codable, Hashable, Sendable, Redacted {
    /// The URL.
    public var website: String?
    /// The label.
    public var label: String?

    /// Where it was read, so that it can be sent back as it came.
    var received = Received()

    enum CodingKeys: String, CodingKey {
        case website, label
    }

    /// A website of a profile, with nothing known but this.
    public init(website: String? = nil, label: String? = nil) {
        self.website = website
        self.label = label
    }

    init(_ record: SendersFFI.Website, at: Int, of source: Source) {
        website = record.website
        label = record.label
        received = Received(source: source, part: .website(at: UInt32(at)))
    }
}

/// An e-mail address of a profile.
public struct Email: Codable, Hashable, Sendable, Redacted {
    /// The address.
    public var email: String?
    /// The label.
    public var label: String?

    /// Where it was read, so that it can be sent back as it came.
    var received = Received()

    enum CodingKeys: String, CodingKey {
        case email, label
    }

    /// An e-mail address of a profile, with nothing known but this.
    public init(email: String? = nil, label: String? = nil) {
        self.email = email
        self.label = label
    }

    init(_ record: SendersFFI.Email, at: Int, of source: Source) {
        email = record.email
        label = record.label
        received = Received(source: source, part: .email(at: UInt32(at)))
    }
}

/// A phone number of a profile.
public struct PhoneNumber: Codable, Hashable, Sendable, Redacted {
    /// The number.
    public var phoneNumber: String?
    /// The label.
    public var label: String?

    /// Where it was read, so that it can be sent back as it came.
    var received = Received()

    enum CodingKeys: String, CodingKey {
        case label
        case phoneNumber = "phone_number"
    }

    /// A phone number of a profile, with nothing known but this.
    public init(phoneNumber: String? = nil, label: String? = nil) {
        self.phoneNumber = phoneNumber
        self.label = label
    }

    init(_ record: SendersFFI.PhoneNumber, at: Int, of source: Source) {
        phoneNumber = record.phoneNumber
        label = record.label
        received = Received(source: source, part: .phoneNumber(at: UInt32(at)))
    }
}

/// How a sender is doing.
public struct Properties: Codable, Hashable, Sendable {
    /// Such as `HIGH`.
    public var qualityRating: String?
    /// Such as `10K Customers/24hr`.
    public var messagingLimit: String?

    enum CodingKeys: String, CodingKey {
        case qualityRating = "quality_rating"
        case messagingLimit = "messaging_limit"
    }

    /// How a sender is doing, with nothing known but this.
    public init(qualityRating: String? = nil, messagingLimit: String? = nil) {
        self.qualityRating = qualityRating
        self.messagingLimit = messagingLimit
    }

    init(_ record: SendersFFI.Properties) {
        qualityRating = record.qualityRating
        messagingLimit = record.messagingLimit
    }
}

/// Why a sender is offline.
public struct OfflineReason: Codable, Hashable, Sendable {
    /// An error code, as text: `63104`.
    public var code: String?
    /// The server's text.
    public var message: String?
    /// A link to the error's page.
    public var moreInfo: String?

    enum CodingKeys: String, CodingKey {
        case code, message
        case moreInfo = "more_info"
    }

    /// Why a sender is offline, with nothing known but this.
    public init(code: String? = nil, message: String? = nil, moreInfo: String? = nil) {
        self.code = code
        self.message = message
        self.moreInfo = moreInfo
    }

    init(_ record: SendersFFI.OfflineReason) {
        code = record.code
        message = record.message
        moreInfo = record.moreInfo
    }
}

extension OfflineReason: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The code and the message as a log may show them: in one line, numbers masked.
    public var description: String { "OfflineReason(\(shown(code ?? "no code")): \(shown(message ?? "no message")))" }
    /// The same.
    public var debugDescription: String { description }
    /// No parts: they are as the server wrote them.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The compliance information of an RCS sender.
public struct Compliance: Codable, Hashable, Sendable {
    /// The registration.
    public var registrationSid: String?
    /// Country by country.
    public var countries: [Country]?

    enum CodingKeys: String, CodingKey {
        case countries
        case registrationSid = "registration_sid"
    }

    /// The compliance information of an RCS sender, with nothing known but this.
    public init(registrationSid: String? = nil, countries: [Country]? = nil) {
        self.registrationSid = registrationSid
        self.countries = countries
    }

    init(_ record: SendersFFI.Compliance) {
        registrationSid = record.registrationSid
        countries = record.countries?.map(Country.init)
    }
}

/// An RCS sender in one country.
public struct Country: Codable, Hashable, Sendable {
    /// The country's code.
    public var country: String?
    /// The registration there.
    public var registrationSid: String?
    /// Where it is.
    public var status: CountryStatus?
    /// Carrier by carrier.
    public var carriers: [Carrier]?

    enum CodingKeys: String, CodingKey {
        case country, status, carriers
        case registrationSid = "registration_sid"
    }

    /// An RCS sender in one country, with nothing known but this.
    public init(
        country: String? = nil, registrationSid: String? = nil, status: CountryStatus? = nil, carriers: [Carrier]? = nil
    ) {
        self.country = country
        self.registrationSid = registrationSid
        self.status = status
        self.carriers = carriers
    }

    init(_ record: SendersFFI.Country) {
        country = record.country
        registrationSid = record.registrationSid
        status = record.status.map(CountryStatus.init(rawValue:))
        carriers = record.carriers?.map(Carrier.init)
    }
}

/// One carrier's word on an RCS sender.
public struct Carrier: Codable, Hashable, Sendable {
    /// The carrier.
    public var name: String?
    /// Its word.
    public var status: CarrierStatus?

    enum CodingKeys: String, CodingKey {
        case name, status
    }

    /// One carrier's word on an RCS sender, with nothing known but this.
    public init(name: String? = nil, status: CarrierStatus? = nil) {
        self.name = name
        self.status = status
    }

    init(_ record: SendersFFI.Carrier) {
        name = record.name
        status = record.status.map(CarrierStatus.init(rawValue:))
    }
}
