package io.github.senderssdk.senders

/**
 * A word the API chooses from a list that may grow: a word this version does not know is kept as it came.
 *
 * Words compare by their text, so `when (sender.status) { Status.ONLINE -> … else -> … }` works.
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

/** Where a sender is in its life. */
public class Status(text: String) : Word(text) {
    override val knownWords: List<Word> get() = KNOWN

    /** Whether the sender is registered and no update is under way: `ONLINE`. */
    public val isOnline: Boolean get() = this == ONLINE

    /** Whether the sender waits for a code that only a person has: `PENDING_VERIFICATION`. */
    public val needsVerification: Boolean get() = this == PENDING_VERIFICATION

    /** Whether an update is under way: `ONLINE:UPDATING`. */
    public val isUpdating: Boolean get() = this == ONLINE_UPDATING

    public companion object {
        /** The request was accepted; registration is under way. */
        @JvmField public val CREATING: Status = Status("CREATING")

        /** Registered; it can send. */
        @JvmField public val ONLINE: Status = Status("ONLINE")

        /** Cannot send. During registration a passing state; with offline reasons a failure. */
        @JvmField public val OFFLINE: Status = Status("OFFLINE")

        /** A code was sent to the number: give it to [Senders.verify]. */
        @JvmField public val PENDING_VERIFICATION: Status = Status("PENDING_VERIFICATION")

        /** The code is being checked. */
        @JvmField public val VERIFYING: Status = Status("VERIFYING")

        /** Online, and an update is under way. */
        @JvmField public val ONLINE_UPDATING: Status = Status("ONLINE:UPDATING")

        /** Waiting for Twilio's review. How long and why is not documented. */
        @JvmField public val TWILIO_REVIEW: Status = Status("TWILIO_REVIEW")

        /** Not documented. */
        @JvmField public val DRAFT: Status = Status("DRAFT")

        /** Not documented. */
        @JvmField public val STUBBED: Status = Status("STUBBED")

        /** Every word this version knows. */
        @JvmField
        public val KNOWN: List<Status> = listOf(
            CREATING, ONLINE, OFFLINE, PENDING_VERIFICATION, VERIFYING, ONLINE_UPDATING, TWILIO_REVIEW, DRAFT, STUBBED,
        )
    }
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

/** How the code to verify a number with is delivered. The service's default is [SMS]. */
public class VerificationMethod(text: String) : Word(text) {
    override val knownWords: List<Word> get() = KNOWN

    public companion object {
        @JvmField public val SMS: VerificationMethod = VerificationMethod("sms")
        @JvmField public val VOICE: VerificationMethod = VerificationMethod("voice")

        /** Every word this version knows. */
        @JvmField public val KNOWN: List<VerificationMethod> = listOf(SMS, VOICE)
    }
}

/** The method a webhook is called with. */
public class CallbackMethod(text: String) : Word(text) {
    override val knownWords: List<Word> get() = KNOWN

    public companion object {
        @JvmField public val POST: CallbackMethod = CallbackMethod("POST")
        @JvmField public val PUT: CallbackMethod = CallbackMethod("PUT")

        /** Every word this version knows. */
        @JvmField public val KNOWN: List<CallbackMethod> = listOf(POST, PUT)
    }
}

/** The kind of account a sender is registered for by a software vendor. */
public class AccountType(text: String) : Word(text) {
    override val knownWords: List<Word> get() = KNOWN

    public companion object {
        @JvmField public val ISV: AccountType = AccountType("ISV")
        @JvmField public val ISV_SUB_ACCOUNT: AccountType = AccountType("ISVSubAccount")

        /** The empty text, which clears the field. */
        @JvmField public val CLEARED: AccountType = AccountType("")

        /** Every word this version knows. */
        @JvmField public val KNOWN: List<AccountType> = listOf(ISV, ISV_SUB_ACCOUNT, CLEARED)
    }
}

/** The purpose of an RCS agent. */
public class UseCase(text: String) : Word(text) {
    override val knownWords: List<Word> get() = KNOWN

    public companion object {
        @JvmField public val PROMOTIONAL: UseCase = UseCase("PROMOTIONAL")
        @JvmField public val TRANSACTIONAL: UseCase = UseCase("TRANSACTIONAL")
        @JvmField public val OTP: UseCase = UseCase("OTP")
        @JvmField public val MULTI_USE: UseCase = UseCase("MULTI_USE")

        /** Every word this version knows. */
        @JvmField public val KNOWN: List<UseCase> = listOf(PROMOTIONAL, TRANSACTIONAL, OTP, MULTI_USE)
    }
}

/** Where a new display name is, after an update that sent a profile's name. */
public class DisplayNameStatus(text: String) : Word(text) {
    override val knownWords: List<Word> get() = KNOWN

    public companion object {
        @JvmField public val UPDATING: DisplayNameStatus = DisplayNameStatus("updating")
        @JvmField public val NO_CHANGE: DisplayNameStatus = DisplayNameStatus("no_change")
        @JvmField public val PENDING_REVIEW: DisplayNameStatus = DisplayNameStatus("pending_review")

        /** It could not be processed; the other fields were applied. Fetch the sender and read its pending name. */
        @JvmField public val ERROR: DisplayNameStatus = DisplayNameStatus("error")

        /** Every word this version knows. */
        @JvmField public val KNOWN: List<DisplayNameStatus> = listOf(UPDATING, NO_CHANGE, PENDING_REVIEW, ERROR)
    }
}

/** The status of the review of a display name. */
public class PendingDisplayNameStatus(text: String) : Word(text) {
    override val knownWords: List<Word> get() = KNOWN

    public companion object {
        @JvmField public val PENDING_REVIEW: PendingDisplayNameStatus = PendingDisplayNameStatus("PENDING_REVIEW")
        @JvmField public val APPROVED: PendingDisplayNameStatus = PendingDisplayNameStatus("APPROVED")
        @JvmField public val DECLINED: PendingDisplayNameStatus = PendingDisplayNameStatus("DECLINED")
        @JvmField public val PIN_MISMATCH: PendingDisplayNameStatus = PendingDisplayNameStatus("PIN_MISMATCH")
        @JvmField public val REGISTRATION_FAILED: PendingDisplayNameStatus = PendingDisplayNameStatus("REGISTRATION_FAILED")
        @JvmField public val EXPIRED: PendingDisplayNameStatus = PendingDisplayNameStatus("EXPIRED")
        @JvmField public val COMPLETED: PendingDisplayNameStatus = PendingDisplayNameStatus("COMPLETED")

        /** Every word this version knows. */
        @JvmField
        public val KNOWN: List<PendingDisplayNameStatus> = listOf(
            PENDING_REVIEW, APPROVED, DECLINED, PIN_MISMATCH, REGISTRATION_FAILED, EXPIRED, COMPLETED,
        )
    }
}

/** The status of an RCS sender in one country. */
public class CountryStatus(text: String) : Word(text) {
    override val knownWords: List<Word> get() = KNOWN

    public companion object {
        @JvmField public val ONLINE: CountryStatus = CountryStatus("ONLINE")
        @JvmField public val OFFLINE: CountryStatus = CountryStatus("OFFLINE")
        @JvmField public val TWILIO_REVIEW: CountryStatus = CountryStatus("TWILIO_REVIEW")
        @JvmField public val PENDING_VERIFICATION: CountryStatus = CountryStatus("PENDING_VERIFICATION")

        /** Every word this version knows. */
        @JvmField public val KNOWN: List<CountryStatus> = listOf(ONLINE, OFFLINE, TWILIO_REVIEW, PENDING_VERIFICATION)
    }
}

/** The status of an RCS sender with one carrier. */
public class CarrierStatus(text: String) : Word(text) {
    override val knownWords: List<Word> get() = KNOWN

    public companion object {
        @JvmField public val UNKNOWN: CarrierStatus = CarrierStatus("UNKNOWN")
        @JvmField public val UNLAUNCHED: CarrierStatus = CarrierStatus("UNLAUNCHED")
        @JvmField public val CARRIER_REVIEW: CarrierStatus = CarrierStatus("CARRIER_REVIEW")
        @JvmField public val APPROVED: CarrierStatus = CarrierStatus("APPROVED")
        @JvmField public val REJECTED: CarrierStatus = CarrierStatus("REJECTED")
        @JvmField public val SUSPENDED: CarrierStatus = CarrierStatus("SUSPENDED")

        /** Every word this version knows. */
        @JvmField
        public val KNOWN: List<CarrierStatus> =
            listOf(UNKNOWN, UNLAUNCHED, CARRIER_REVIEW, APPROVED, REJECTED, SUSPENDED)
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
