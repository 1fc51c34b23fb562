/** The API's data: what a request says of a sender and what a response has. */

/** Text that may be one of these words, or one this version does not know. Completion still offers the known ones. */
export type Open<Words extends string> = Words | (string & Record<never, never>);

/** Where a sender is in its life. `ONLINE` can send; `PENDING_VERIFICATION` waits for a code, see {@link Senders.verify}. */
export type Status = Open<
  | "CREATING"
  | "ONLINE"
  | "OFFLINE"
  | "PENDING_VERIFICATION"
  | "VERIFYING"
  | "ONLINE:UPDATING"
  | "TWILIO_REVIEW"
  | "DRAFT"
  | "STUBBED"
>;

/** The channel of a sender. */
export type Channel = "whatsapp" | "rcs";

/** How a sender is registered. `null` is sent as null; `undefined` and what is left out stay untouched. */
export interface Configuration {
  /** The WhatsApp Business Account's id. */
  wabaId?: string | null | undefined;
  /** How the verification code is delivered; the service's default is `sms`. */
  verificationMethod?: Open<"sms" | "voice"> | null | undefined;
  /** The code that was received. {@link Senders.verify} sends it alone. */
  verificationCode?: string | null | undefined;
  /** The voice application that takes WhatsApp calls, `AP` and 32 hexadecimal digits; null turns calling off. */
  voiceApplicationSid?: string | null | undefined;
  /** The kind of account, for software vendors; the empty text clears it. */
  accountType?: Open<"ISV" | "ISVSubAccount" | ""> | null | undefined;
}

/** Where a sender's events go. */
export interface Webhook {
  /** Incoming messages. */
  callbackUrl?: string | null | undefined;
  /** `POST` or `PUT`. */
  callbackMethod?: Open<"POST" | "PUT"> | null | undefined;
  /** Incoming messages when `callbackUrl` fails. */
  fallbackUrl?: string | null | undefined;
  /** `POST` or `PUT`. */
  fallbackMethod?: Open<"POST" | "PUT"> | null | undefined;
  /** Delivery status of messages. */
  statusCallbackUrl?: string | null | undefined;
  /** The method of `statusCallbackUrl`. */
  statusCallbackMethod?: string | null | undefined;
}

/** A website of a profile. */
export interface Website {
  /** The URL. */
  website?: string | null | undefined;
  /** What it is called. */
  label?: string | null | undefined;
}

/** An e-mail address of a profile. */
export interface Email {
  /** The address. */
  email?: string | null | undefined;
  /** What it is called. */
  label?: string | null | undefined;
}

/** A phone number of a profile. */
export interface PhoneNumber {
  /** The number. */
  phoneNumber?: string | null | undefined;
  /** What it is called. */
  label?: string | null | undefined;
}

/** What people see of a sender. */
export interface Profile {
  /** The display name; a WhatsApp sender needs one. Meta limits how often it may change. */
  name?: string | null | undefined;
  /** A short text. */
  about?: string | null | undefined;
  /** The postal address. */
  address?: string | null | undefined;
  /** A longer text. */
  description?: string | null | undefined;
  /** The picture. */
  logoUrl?: string | null | undefined;
  /** The banner (RCS). */
  bannerUrl?: string | null | undefined;
  /** The privacy policy (RCS). */
  privacyUrl?: string | null | undefined;
  /** The terms of service (RCS). */
  termsOfServiceUrl?: string | null | undefined;
  /** A colour such as `#1f6feb` (RCS). */
  accentColor?: string | null | undefined;
  /** The line of business, such as `Automotive`. */
  vertical?: string | null | undefined;
  /** Websites. */
  websites?: readonly Website[] | null | undefined;
  /** E-mail addresses. */
  emails?: readonly Email[] | null | undefined;
  /** Phone numbers (RCS). */
  phoneNumbers?: readonly PhoneNumber[] | null | undefined;
  /** What an RCS agent is used for. */
  useCase?: Open<"PROMOTIONAL" | "TRANSACTIONAL" | "OTP" | "MULTI_USE"> | null | undefined;
}

/** How a sender is doing. */
export interface Properties {
  /** Such as `HIGH`. */
  qualityRating?: string | null | undefined;
  /** Such as `10K Customers/24hr`. */
  messagingLimit?: string | null | undefined;
}

/** Why a sender is offline. */
export interface OfflineReason {
  /** An error code, as text: `63104`. */
  code?: string | null | undefined;
  /** What the server says of it. */
  message?: string | null | undefined;
  /** A link to the error's page. */
  moreInfo?: string | null | undefined;
}

/** One carrier's word on an RCS sender. */
export interface Carrier {
  /** The carrier. */
  name?: string | null | undefined;
  /** Its word. */
  status?:
    | Open<"UNKNOWN" | "UNLAUNCHED" | "CARRIER_REVIEW" | "APPROVED" | "REJECTED" | "SUSPENDED">
    | null
    | undefined;
}

/** An RCS sender in one country. */
export interface Country {
  /** The country's code. */
  country?: string | null | undefined;
  /** The registration there. */
  registrationSid?: string | null | undefined;
  /** Where it is. */
  status?: Open<"ONLINE" | "OFFLINE" | "TWILIO_REVIEW" | "PENDING_VERIFICATION"> | null | undefined;
  /** Carrier by carrier. */
  carriers?: Carrier[] | null | undefined;
}

/** The compliance information of an RCS sender. */
export interface Compliance {
  /** The registration. */
  registrationSid?: string | null | undefined;
  /** Country by country. */
  countries?: Country[] | null | undefined;
}

/**
 * A sender as the server described it in one response: a plain object that can be logged, compared, cloned and
 * serialised.
 *
 * The response was checked as JSON with a text `sid` and a text `status`. Everything else may be absent or null, and a
 * field this version does not know is there too. Keys are camelCase at every depth, by one rule: lower-case words joined by
 * underscores are joined in camelCase, and every other key stays as the server wrote it.
 *
 * Values are returned as the server sent them, also if their type is not the documented one: servers were seen to send a number as `messagingLimit`,
 * plain texts as `emails`, and null among `offlineReasons`. Where that matters, look (`typeof`) before you use one.
 *
 * The answer to an update only echoes: sections that were not sent may come back null, and a field within a section that came
 * back null is not there. Fetch the sender for the whole.
 */
export interface Sender {
  /** `XE` and 32 hexadecimal digits. */
  sid: string;
  /** Where the sender is in its life. */
  status: Status;
  /** What it is addressed by: `whatsapp:+15017122661`. */
  senderId?: string | null;
  /** A name for the account's own use. */
  friendlyName?: string | null;
  /** How it is registered. */
  configuration?: Configuration | null;
  /** Where its events go. */
  webhook?: Webhook | null;
  /** What people see of it. */
  profile?: Profile | null;
  /** How it is doing. */
  properties?: Properties | null;
  /** Why it is offline: the first 1000 reasons. */
  offlineReasons?: OfflineReason[] | null;
  /** What carriers say of it (RCS). */
  compliance?: Compliance | null;
  /** The URL of the resource. This library never follows it. */
  url?: string | null;
  /** The display name that waits to be approved. */
  pendingDisplayName?: string | null;
  /** What became of it. */
  pendingDisplayNameStatus?: string | null;
  /** Since when, in ISO 8601. */
  pendingDisplayNameStatusDate?: string | null;
  /** Where a new display name is; only in the answer to an update that sent `profile.name`. */
  displayNameStatus?: Open<"updating" | "no_change" | "pending_review" | "error"> | null;
  /** Fields this version does not know. */
  [field: string]: unknown;
}

/**
 * What a create or an update says of a sender.
 *
 * A section, a list or an item of a list that a call returned (not one of a listing) can be given as it is: what is in it is
 * not checked, and what was null in it is left out. What you change in it is sent, null too. In a copy (`{ ...sender.profile }`)
 * null is null, and what you write is checked; what the server sent in a field before, in this process, may be sent in it. The
 * same goes for fields this version does not know.
 */
export interface Sections {
  /** A name for the account's own use. */
  friendlyName?: string | null | undefined;
  /** How it is registered. */
  configuration?: Configuration | null | undefined;
  /** Where its events go. */
  webhook?: Webhook | null | undefined;
  /** What people see of it. */
  profile?: Profile | null | undefined;
}

/** A registration. */
export interface CreateSender extends Sections {
  /** What it will be addressed by: `whatsapp:` and a number in E.164 form, or `rcs:` and an agent. */
  senderId: string;
}

/** One page of a listing. */
export interface SenderPage {
  /** The senders in the server's order. */
  senders: Sender[];
  /** Goes on after this page in a later {@link Senders.list}, in any process and language; absent after the last page. */
  nextToken?: string;
}

/** A status a wait has seen, that was not the one before. */
export interface StatusChange {
  /** The status. */
  status: Status;
  /** The sender as it was seen. */
  sender: Sender;
  /** Takes the wait up from here, in any process and language. */
  token: string;
}

/** What {@link Senders.ensure} ends with. */
export interface Ensured {
  /** Whether it was registered now, was there before, or was found after a registration whose outcome was not known. */
  resolution: Open<"created" | "found" | "reconciled">;
  /** The sender. */
  sender: Sender;
  /** What of the request the found sender does not have, such as `profile.name`. Reported, never overwritten. */
  differences: string[];
}
