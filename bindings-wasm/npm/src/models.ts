/** The API's data: the content of requests and responses. */

/** A text: one of these words, or one that this version does not know. Editors still suggest the known words. */
export type Open<Words extends string> = Words | (string & Record<never, never>);

/** The channel of a sender. */
export type Channel = "whatsapp" | "rcs";

// generated: the API's data
/**
 * The status of a sender. Other text is possible.
 *
 * - `CREATING`: The request was accepted; registration is under way.
 * - `ONLINE`: Registered; it can send.
 * - `OFFLINE`: Cannot send. During registration this is a passing state ("immediately after
 *   registration the status will be OFFLINE"); with offline reasons it is a failure.
 * - `PENDING_VERIFICATION`: A code was sent to the number by text message or call; give it to
 *   `verify`.
 * - `VERIFYING`: The code is being checked.
 * - `ONLINE:UPDATING`: Online, and an update is under way.
 * - `TWILIO_REVIEW`: Waiting for Twilio's review. How long and why is not documented.
 * - `DRAFT`: Not documented.
 * - `STUBBED`: Not documented.
 */
export type Status = Open<
  "CREATING" | "ONLINE" | "OFFLINE" | "PENDING_VERIFICATION" | "VERIFYING" | "ONLINE:UPDATING" | "TWILIO_REVIEW" | "DRAFT" | "STUBBED"
>;

/**
 * How the code that verifies a number is delivered.
 *
 * - `sms`: As a text message.
 * - `voice`: By a call.
 */
export type VerificationMethod = Open<"sms" | "voice">;

/**
 * The kind of account, for software vendors.
 *
 * - `ISV`: A vendor.
 * - `ISVSubAccount`: A vendor's customer.
 * - `""`: The empty text, which clears the field.
 */
export type AccountType = Open<"ISV" | "ISVSubAccount" | "">;

/** The HTTP method of a webhook. */
export type CallbackMethod = Open<"POST" | "PUT">;

/** A line of business. Other text is possible. */
export type Vertical = Open<
  | "Alcohol"
  | "Automotive"
  | "Beauty, Spa and Salon"
  | "Clothing and Apparel"
  | "Education"
  | "Entertainment"
  | "Event Planning and Service"
  | "Finance and Banking"
  | "Food and Grocery"
  | "Hotel and Lodging"
  | "Matrimony Service"
  | "Medical and Health"
  | "Non-profit"
  | "Online Gambling"
  | "OTC Drugs"
  | "Other"
  | "Physical Gambling"
  | "Professional Services"
  | "Public Service"
  | "Restaurant"
  | "Shopping and Retail"
  | "Travel and Transportation"
>;

/** The use of an RCS agent. Other text is possible. */
export type UseCase = Open<"PROMOTIONAL" | "TRANSACTIONAL" | "OTP" | "MULTI_USE">;

/** The status of an RCS sender in one country. Other text is possible. */
export type CountryStatus = Open<"ONLINE" | "OFFLINE" | "TWILIO_REVIEW" | "PENDING_VERIFICATION">;

/** The status of an RCS sender with one carrier. Other text is possible. */
export type CarrierStatus = Open<"UNKNOWN" | "UNLAUNCHED" | "CARRIER_REVIEW" | "APPROVED" | "REJECTED" | "SUSPENDED">;

/** The status of the review of a display name. Other text is possible. */
export type PendingDisplayNameStatus = Open<
  "PENDING_REVIEW" | "APPROVED" | "DECLINED" | "PIN_MISMATCH" | "REGISTRATION_FAILED" | "EXPIRED" | "COMPLETED"
>;

/**
 * Where a new display name is, after an update that sent `profile.name`. Other text is possible.
 *
 * - `error`: The name could not be processed, the other fields of the request were applied. It
 *   comes without a code, and also where Meta has the name: fetch the sender and read
 *   `pendingDisplayNameStatus`.
 */
export type DisplayNameStatus = Open<"updating" | "no_change" | "pending_review" | "error">;

/** How a sender is registered. Null is sent as null; what is undefined or left out is not changed. */
export interface Configuration {
  /** The WhatsApp Business Account's id. Needed for a subaccount's first sender (a third-party report). */
  wabaId?: string | null | undefined;
  /** How the verification code is delivered; the service's default is `sms`. */
  verificationMethod?: VerificationMethod | null | undefined;
  /** The code that was received. `verify` sends this field alone. */
  verificationCode?: string | null | undefined;
  /** The voice application for WhatsApp calls, `AP` and 32 hexadecimal digits; null turns calls off. */
  voiceApplicationSid?: string | null | undefined;
  /** The kind of account, for software vendors; an empty text clears it. */
  accountType?: AccountType | null | undefined;
}

/**
 * The URLs for a sender's events. Their form is left to the server. Null is sent as null; what is
 * undefined or left out is not changed.
 */
export interface Webhook {
  /** The URL for incoming messages. */
  callbackUrl?: string | null | undefined;
  /** The HTTP method of `callbackUrl`: `POST` or `PUT`. */
  callbackMethod?: CallbackMethod | null | undefined;
  /** The URL for incoming messages if `callbackUrl` fails. */
  fallbackUrl?: string | null | undefined;
  /** The HTTP method of `fallbackUrl`: `POST` or `PUT`. */
  fallbackMethod?: CallbackMethod | null | undefined;
  /** The URL for the delivery status of messages. */
  statusCallbackUrl?: string | null | undefined;
  /** The HTTP method of `statusCallbackUrl`; no list of methods is documented. */
  statusCallbackMethod?: string | null | undefined;
}

/**
 * A website of a profile. The request's form is not documented; the response's is used for both.
 * Null is sent as null; what is undefined or left out is not changed.
 */
export interface Website {
  /** The URL. */
  website?: string | null | undefined;
  /** Its name. */
  label?: string | null | undefined;
}

/**
 * An e-mail address of a profile. The request's form is not documented; the response's is used for
 * both. Null is sent as null; what is undefined or left out is not changed.
 */
export interface Email {
  /** The address. */
  email?: string | null | undefined;
  /** Its name. */
  label?: string | null | undefined;
}

/**
 * A phone number of a profile. The request's form is not documented; the response's is used for
 * both. Null is sent as null; what is undefined or left out is not changed.
 */
export interface PhoneNumber {
  /** The number. */
  phoneNumber?: string | null | undefined;
  /** Its name. */
  label?: string | null | undefined;
}

/** The public profile of a sender. Null is sent as null; what is undefined or left out is not changed. */
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
  /** The line of business. */
  vertical?: Vertical | null | undefined;
  /** The websites. */
  websites?: readonly Website[] | null | undefined;
  /** The e-mail addresses. */
  emails?: readonly Email[] | null | undefined;
  /** The phone numbers (RCS). */
  phoneNumbers?: readonly PhoneNumber[] | null | undefined;
  /** The use of an RCS agent. */
  useCase?: UseCase | null | undefined;
}

/** Quality and limits of a sender. Only ever received. */
export interface Properties {
  /** The quality, such as `HIGH`. */
  qualityRating?: string | null | undefined;
  /** The limit, such as `10K Customers/24hr`. */
  messagingLimit?: string | null | undefined;
}

/** A reason why a sender is offline. Only ever received. */
export interface OfflineReason {
  /** An error code, as text: `63104`. */
  code?: string | null | undefined;
  /** The server's description. */
  message?: string | null | undefined;
  /** A link to the error's page. */
  moreInfo?: string | null | undefined;
}

/** One carrier's decision about an RCS sender. */
export interface Carrier {
  /** The carrier. */
  name?: string | null | undefined;
  /** The decision. */
  status?: CarrierStatus | null | undefined;
}

/** An RCS sender in one country. */
export interface Country {
  /** The country's code. */
  country?: string | null | undefined;
  /** The registration there. */
  registrationSid?: string | null | undefined;
  /** The status there. */
  status?: CountryStatus | null | undefined;
  /** One item per carrier. */
  carriers?: Carrier[] | null | undefined;
}

/** The compliance information of an RCS sender. Only ever received. */
export interface Compliance {
  /** The registration. */
  registrationSid?: string | null | undefined;
  /** One item per country. */
  countries?: Country[] | null | undefined;
}

/**
 * The meaning of one of Twilio's error codes, and the next step, as far as this library knows them.
 * It is no part of a response.
 */
export interface Explanation {
  /** The code, as text: `63104`. */
  code: string;
  /** The meaning. */
  meaning: string;
  /** The next step. */
  action: string;
  /**
   * A link to the code's page in Twilio's error dictionary. The form of the link is that of the
   * documented example of `moreInfo`; whether there is a page for the code is not known.
   */
  link: string;
  /** Where the meaning is known from. */
  source: string;
}

/**
 * A sender as the server described it in one response.
 *
 * A plain object that can be logged, compared, cloned and serialised.
 *
 * The client checks that the response is JSON with a text `sid` and a text `status`. Every other
 * field may be absent or null, and fields that this version does not know are kept. Keys are
 * camelCase at every depth, by one rule: lower-case words joined by underscores become camelCase,
 * and every other key stays as the server wrote it.
 *
 * Values are returned as the server sent them, even if their type is not the documented one:
 * servers were seen to send a number as `messagingLimit`, plain texts as `emails`, and null in
 * `offlineReasons`. If that matters, check (`typeof`) first.
 *
 * The response to an update only repeats the request: sections that were not sent may be null, and
 * fields that are null in the sections are left out. Fetch the sender for all of it.
 */
export interface Sender {
  /** The SID: `XE` and 32 hexadecimal digits. */
  sid: string;
  /** The status of the sender. */
  status: Status;
  /** The address, such as `whatsapp:+15017122661`; null in the response to an update that did not send it. */
  senderId?: string | null;
  /** A name for your own use. Source: twilio-python 9.13.0; not in OAS d50069b. */
  friendlyName?: string | null;
  /** How it is registered. */
  configuration?: Configuration | null;
  /** The URLs for its events. */
  webhook?: Webhook | null;
  /** The public profile. */
  profile?: Profile | null;
  /** Quality and limits. */
  properties?: Properties | null;
  /** Why it is offline: the first 1000 reasons; empty if the server gave none. */
  offlineReasons?: OfflineReason[] | null;
  /** The carriers' decisions (RCS); null for WhatsApp. */
  compliance?: Compliance | null;
  /** The URL of the resource, as the server wrote it. This library never follows it. */
  url?: string | null;
  /** The display name that waits for approval. Source: twilio-python 9.13.0. */
  pendingDisplayName?: string | null;
  /** The result of its review. Source: twilio-python 9.13.0. */
  pendingDisplayNameStatus?: PendingDisplayNameStatus | null;
  /** The date of that status, in ISO 8601 as the server wrote it. Source: twilio-python 9.13.0. */
  pendingDisplayNameStatusDate?: string | null;
  /**
   * The status of a new display name; only in the response to an update that sent `profile.name`.
   * Source: twilio-python 9.13.0.
   */
  displayNameStatus?: DisplayNameStatus | null;
}

/**
 * The fields of a create or an update. In an update, a section that is left out stays as it is.
 *
 * You can pass a section, a list or an item that a call returned (not one of a listing) as it is:
 * its content is not checked, and its null fields are left out. Your changes to it are sent, null
 * too. In a copy (`{ ...sender.profile }`) null is sent as null, and what you write is checked; a
 * value that the server sent in a field before, in this process, is allowed there. The same is true
 * for fields that this version does not know.
 */
export interface Sections {
  /** A name for your own use. */
  friendlyName?: string | null | undefined;
  /** How it is registered. */
  configuration?: Configuration | null | undefined;
  /** The URLs for its events. */
  webhook?: Webhook | null | undefined;
  /** The public profile. A WhatsApp sender needs a name. */
  profile?: Profile | null | undefined;
}
// end of the API's data

/** Fields that this version does not know: `(sender as Sender & UnknownFields)["newField"]`. */
export type UnknownFields = Record<string, unknown>;

/** A sender to register. */
export interface CreateSender extends Sections {
  /** The address: `whatsapp:` and a number in E.164 form, or `rcs:` and an agent. */
  senderId: string;
}

/** One page of a listing. */
export interface SenderPage {
  /** The senders in the server's order. */
  senders: Sender[];
  /** The token for {@link Senders.list} to continue here, in any process and language; absent on the last page. */
  nextToken?: string;
}

/** A new status that a wait has seen. */
export interface StatusChange {
  /** The status. */
  status: Status;
  /** The sender at that time. */
  sender: Sender;
  /** The token to resume the wait from here, in any process and language. */
  token: string;
}

/** The result of {@link Senders.ensure}. */
export interface Ensured {
  /** Whether the sender was created now, existed before, or was found after a create with an unknown outcome. */
  resolution: Open<"created" | "found" | "reconciled">;
  /** The sender. */
  sender: Sender;
  /** The fields of the request that the found sender does not have, such as `profile.name`. Never overwritten. */
  differences: string[];
}
