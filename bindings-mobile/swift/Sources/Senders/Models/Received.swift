internal import SendersFFI

/// Where a part of a sender was read. Two parts with the same fields are equal, even if they were read in different places.
struct Received: Hashable, Sendable {
    var source: Source?
    /// Nil for what a person wrote.
    var part: Part?

    static func == (_: Self, _: Self) -> Bool { true }

    func hash(into _: inout Hasher) {}

    /// The part as JSON.
    var json: String? {
        guard let source, let part else { return nil }
        guard let at = place else { return partOfJson(json: source.json, part: part) }
        let items = source.items(of: part)
        return items.indices.contains(at) ? items[at] : nil
    }

    /// The same as it was read.
    func read<Value>(_ of: (Sender) -> Value?) -> Value? {
        part == nil ? nil : source?.sender.flatMap(of)
    }

    /// The same of an item of a list.
    func read<Value>(_ of: (Profile) -> [Value]?) -> Value? {
        guard let at = place else { return nil }
        let items = read { $0.profile.flatMap(of) } ?? []
        return items.indices.contains(at) ? items[at] : nil
    }

    /// Its place, where it is one of a list.
    private var place: Int? {
        switch part {
        case .website(let at), .email(let at), .phoneNumber(let at): Int(at)
        default: nil
        }
    }
}

/// The JSON of a sender, read again at most once for all its parts: a long list has many.
final class Source: Sendable {
    let json: String
    private let read = Locked<(sender: Sender?, items: [String: [String]])>((nil, [:]))

    init(_ json: String) {
        self.json = json
    }

    /// The sender as it was read.
    var sender: Sender? {
        read.with { read in
            read.sender = read.sender ?? (try? Sender(json: json))
            return read.sender
        }
    }

    /// The JSON of each item of the list that a part is one of.
    func items(of part: Part) -> [String] {
        let list =
            switch part {
            case .website: "websites"
            case .email: "emails"
            case .phoneNumber: "phone_numbers"
            default: ""
            }
        return read.with { read in
            let items = read.items[list] ?? itemsOfJson(json: json, part: part)
            read.items[list] = items
            return items
        }
    }
}

/// A field that was read and may have been changed since.
private func changed<Value>(_ was: Value?, _ now: Value?) -> Field<Value> {
    if was == now { return .untouched }
    return now.map(Field.value) ?? .null
}

extension ConfigurationFields {
    /// The same as a request says it. See ``ProfileFields/init(_:)``.
    public init(_ read: Configuration) {
        let was = read.received.read { (sender: Sender) in sender.configuration }
        self.init(
            wabaID: changed(was?.wabaID, read.wabaID),
            verificationMethod: changed(was?.verificationMethod, read.verificationMethod),
            verificationCode: changed(was?.verificationCode, read.verificationCode),
            voiceApplicationSid: changed(was?.voiceApplicationSid, read.voiceApplicationSid),
            accountType: changed(was?.accountType, read.accountType)
        )
        received = read.received.json
    }
}

extension Field where Value == ConfigurationFields {
    /// Sends back the object that was read; untouched if there is none. See ``ProfileFields/init(_:)``.
    public init(_ read: Configuration?) {
        self.init(read.map(ConfigurationFields.init(_:)))
    }
}

extension WebhookFields {
    /// The same as a request says it. See ``ProfileFields/init(_:)``.
    public init(_ read: Webhook) {
        let was = read.received.read { (sender: Sender) in sender.webhook }
        self.init(
            callbackURL: changed(was?.callbackURL, read.callbackURL),
            callbackMethod: changed(was?.callbackMethod, read.callbackMethod),
            fallbackURL: changed(was?.fallbackURL, read.fallbackURL),
            fallbackMethod: changed(was?.fallbackMethod, read.fallbackMethod),
            statusCallbackURL: changed(was?.statusCallbackURL, read.statusCallbackURL),
            statusCallbackMethod: changed(was?.statusCallbackMethod, read.statusCallbackMethod)
        )
        received = read.received.json
    }
}

extension Field where Value == WebhookFields {
    /// Sends back the object that was read; untouched if there is none. See ``ProfileFields/init(_:)``.
    public init(_ read: Webhook?) {
        self.init(read.map(WebhookFields.init(_:)))
    }
}

extension ProfileFields {
    /// Makes the same as fields of a request.
    ///
    /// The server's values go back as they came, and so do fields this version does not know. Its nulls are left out, since
    /// a response to an update has null for each field that was not sent. Fields changed since are sent as changed; nil for
    /// a field that had a value clears it. More can be assigned, `.null` too.
    ///
    /// Encoded it has the fields that were changed alone: to keep what was read, encode the ``Sender``.
    public init(_ read: Profile) {
        let was = read.received.read { (sender: Sender) in sender.profile }
        self.init(
            name: changed(was?.name, read.name),
            about: changed(was?.about, read.about),
            address: changed(was?.address, read.address),
            description: changed(was?.description, read.description),
            logoURL: changed(was?.logoURL, read.logoURL),
            bannerURL: changed(was?.bannerURL, read.bannerURL),
            privacyURL: changed(was?.privacyURL, read.privacyURL),
            termsOfServiceURL: changed(was?.termsOfServiceURL, read.termsOfServiceURL),
            accentColor: changed(was?.accentColor, read.accentColor),
            vertical: changed(was?.vertical, read.vertical),
            websites: was?.websites == read.websites ? .untouched : read.websites.map { .value($0.map(WebsiteFields.init(_:))) } ?? .null,
            emails: was?.emails == read.emails ? .untouched : read.emails.map { .value($0.map(EmailFields.init(_:))) } ?? .null,
            phoneNumbers: was?.phoneNumbers == read.phoneNumbers ? .untouched : read.phoneNumbers.map { .value($0.map(PhoneNumberFields.init(_:))) } ?? .null,
            useCase: changed(was?.useCase, read.useCase)
        )
        received = read.received.json
    }
}

extension Field where Value == ProfileFields {
    /// Sends back the object that was read; untouched if there is none. See ``ProfileFields/init(_:)``.
    public init(_ read: Profile?) {
        self.init(read.map(ProfileFields.init(_:)))
    }
}

extension WebsiteFields {
    /// The same as a request says it. See ``ProfileFields/init(_:)``.
    public init(_ read: Website) {
        let was = read.received.read { (profile: Profile) in profile.websites }
        self.init(
            website: changed(was?.website, read.website),
            label: changed(was?.label, read.label)
        )
        received = read.received.json
    }
}

extension EmailFields {
    /// The same as a request says it. See ``ProfileFields/init(_:)``.
    public init(_ read: Email) {
        let was = read.received.read { (profile: Profile) in profile.emails }
        self.init(
            email: changed(was?.email, read.email),
            label: changed(was?.label, read.label)
        )
        received = read.received.json
    }
}

extension PhoneNumberFields {
    /// The same as a request says it. See ``ProfileFields/init(_:)``.
    public init(_ read: PhoneNumber) {
        let was = read.received.read { (profile: Profile) in profile.phoneNumbers }
        self.init(
            phoneNumber: changed(was?.phoneNumber, read.phoneNumber),
            label: changed(was?.label, read.label)
        )
        received = read.received.json
    }
}
