/// The channel of a sender.
public enum Channel: OpenEnum {
    /// WhatsApp.
    case whatsapp
    /// RCS.
    case rcs
    /// A channel this version does not know, and refuses.
    case unknown(String)

    /// Every channel this version knows.
    public static let known: [Self] = [.whatsapp, .rcs]

    /// The channel as it is on the wire.
    public var rawValue: String {
        switch self {
        case .whatsapp: "whatsapp"
        case .rcs: "rcs"
        case .unknown(let text): text
        }
    }
}

/// Where a sender is in its life.
public enum Status: OpenEnum {
    /// It is being registered.
    case creating
    /// It can send.
    case online
    /// It cannot send; while it is being registered this passes by itself.
    case offline
    /// It waits for a code: see ``Senders/verify(_:code:options:)``.
    case pendingVerification
    /// The code is being checked.
    case verifying
    /// It can send, and a change is on its way.
    case onlineUpdating
    /// Twilio looks at it. Not documented further.
    case twilioReview
    /// Not documented.
    case draft
    /// Not documented.
    case stubbed
    /// A word this version does not know.
    case unknown(String)

    /// Every word this version knows.
    public static let known: [Self] = [
        .creating, .online, .offline, .pendingVerification, .verifying, .onlineUpdating, .twilioReview, .draft, .stubbed,
    ]

    /// The word as it is on the wire.
    public var rawValue: String {
        switch self {
        case .creating: "CREATING"
        case .online: "ONLINE"
        case .offline: "OFFLINE"
        case .pendingVerification: "PENDING_VERIFICATION"
        case .verifying: "VERIFYING"
        case .onlineUpdating: "ONLINE:UPDATING"
        case .twilioReview: "TWILIO_REVIEW"
        case .draft: "DRAFT"
        case .stubbed: "STUBBED"
        case .unknown(let text): text
        }
    }
}

/// How the verification code is delivered.
public enum VerificationMethod: OpenEnum {
    /// As a text message.
    case sms
    /// By a call.
    case voice
    /// A word this version does not know.
    case unknown(String)

    /// Every word this version knows.
    public static let known: [Self] = [.sms, .voice]

    /// The word as it is on the wire.
    public var rawValue: String {
        switch self {
        case .sms: "sms"
        case .voice: "voice"
        case .unknown(let text): text
        }
    }
}

/// The method of a callback.
public enum CallbackMethod: OpenEnum {
    /// POST.
    case post
    /// PUT.
    case put
    /// A word this version does not know.
    case unknown(String)

    /// Every word this version knows.
    public static let known: [Self] = [.post, .put]

    /// The word as it is on the wire.
    public var rawValue: String {
        switch self {
        case .post: "POST"
        case .put: "PUT"
        case .unknown(let text): text
        }
    }
}

/// The kind of account, for software vendors.
public enum AccountType: OpenEnum {
    /// A vendor.
    case isv
    /// A vendor's customer.
    case isvSubAccount
    /// None: clears what was set.
    case cleared
    /// A word this version does not know.
    case unknown(String)

    /// Every word this version knows.
    public static let known: [Self] = [.isv, .isvSubAccount, .cleared]

    /// The word as it is on the wire.
    public var rawValue: String {
        switch self {
        case .isv: "ISV"
        case .isvSubAccount: "ISVSubAccount"
        case .cleared: ""
        case .unknown(let text): text
        }
    }
}

/// The purpose of an RCS agent.
public enum UseCase: OpenEnum {
    /// Promotions.
    case promotional
    /// Transactions.
    case transactional
    /// One-time passwords.
    case otp
    /// Several of these.
    case multiUse
    /// A word this version does not know.
    case unknown(String)

    /// Every word this version knows.
    public static let known: [Self] = [.promotional, .transactional, .otp, .multiUse]

    /// The word as it is on the wire.
    public var rawValue: String {
        switch self {
        case .promotional: "PROMOTIONAL"
        case .transactional: "TRANSACTIONAL"
        case .otp: "OTP"
        case .multiUse: "MULTI_USE"
        case .unknown(let text): text
        }
    }
}

/// Where a new display name is.
public enum DisplayNameStatus: OpenEnum {
    /// It is being set.
    case updating
    /// It is the old one.
    case noChange
    /// It is being reviewed.
    case pendingReview
    /// It could not be processed; the other fields were applied. Fetch the sender and read its pending name.
    case error
    /// A word this version does not know.
    case unknown(String)

    /// Every word this version knows.
    public static let known: [Self] = [.updating, .noChange, .pendingReview, .error]

    /// The word as it is on the wire.
    public var rawValue: String {
        switch self {
        case .updating: "updating"
        case .noChange: "no_change"
        case .pendingReview: "pending_review"
        case .error: "error"
        case .unknown(let text): text
        }
    }
}

/// The status of the review of a display name.
public enum PendingDisplayNameStatus: OpenEnum {
    /// It is being reviewed.
    case pendingReview
    /// It was approved.
    case approved
    /// It was declined.
    case declined
    /// Not documented.
    case pinMismatch
    /// Not documented.
    case registrationFailed
    /// Not documented.
    case expired
    /// It is in use.
    case completed
    /// A word this version does not know.
    case unknown(String)

    /// Every word this version knows.
    public static let known: [Self] = [
        .pendingReview, .approved, .declined, .pinMismatch, .registrationFailed, .expired, .completed,
    ]

    /// The word as it is on the wire.
    public var rawValue: String {
        switch self {
        case .pendingReview: "PENDING_REVIEW"
        case .approved: "APPROVED"
        case .declined: "DECLINED"
        case .pinMismatch: "PIN_MISMATCH"
        case .registrationFailed: "REGISTRATION_FAILED"
        case .expired: "EXPIRED"
        case .completed: "COMPLETED"
        case .unknown(let text): text
        }
    }
}

/// Where an RCS sender is in one country.
public enum CountryStatus: OpenEnum {
    /// It can send.
    case online
    /// It cannot send.
    case offline
    /// Twilio looks at it.
    case twilioReview
    /// It waits to be verified.
    case pendingVerification
    /// A word this version does not know.
    case unknown(String)

    /// Every word this version knows.
    public static let known: [Self] = [.online, .offline, .twilioReview, .pendingVerification]

    /// The word as it is on the wire.
    public var rawValue: String {
        switch self {
        case .online: "ONLINE"
        case .offline: "OFFLINE"
        case .twilioReview: "TWILIO_REVIEW"
        case .pendingVerification: "PENDING_VERIFICATION"
        case .unknown(let text): text
        }
    }
}

/// One carrier's word on an RCS sender.
public enum CarrierStatus: OpenEnum {
    /// The carrier's own `UNKNOWN`.
    case notKnown
    /// Not launched.
    case unlaunched
    /// The carrier looks at it.
    case carrierReview
    /// Approved.
    case approved
    /// Rejected.
    case rejected
    /// Suspended.
    case suspended
    /// A word this version does not know.
    case unknown(String)

    /// Every word this version knows.
    public static let known: [Self] = [.notKnown, .unlaunched, .carrierReview, .approved, .rejected, .suspended]

    /// The word as it is on the wire.
    public var rawValue: String {
        switch self {
        case .notKnown: "UNKNOWN"
        case .unlaunched: "UNLAUNCHED"
        case .carrierReview: "CARRIER_REVIEW"
        case .approved: "APPROVED"
        case .rejected: "REJECTED"
        case .suspended: "SUSPENDED"
        case .unknown(let text): text
        }
    }
}
