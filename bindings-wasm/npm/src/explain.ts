/** Explanations of Twilio's error codes. Nothing is loaded for them, and nothing is sent. */
import type { Explanation } from "./models.js";

export type { Explanation } from "./models.js";

// generated: the explanations
/** The address of an error's page, without the code. */
const PAGE = "https://www.twilio.com/docs/api/errors/";

const CATALOGUE: { readonly [code: string]: readonly [meaning: string, action: string, source: string] } = {
  20001: ["a required parameter is missing or wrong", "list with a channel: `whatsapp` or `rcs`", "third-party reports, not checked"],
  20003: [
    "the credentials are missing or wrong",
    "check the account SID and auth token, or the API key and its secret, and that they belong to the (sub)account that owns the sender",
    "Twilio's error dictionary",
  ],
  20404: [
    "there is no such resource for these credentials",
    "check the SID, and that the credentials belong to the (sub)account that owns the sender",
    "Twilio's error dictionary",
  ],
  20429: [
    "too many requests; this one was not processed",
    "slow down and repeat the call later; Twilio asks for several minutes between registrations",
    "Twilio's error dictionary",
  ],
  59004: ["too many requests (documented for the Webhooks API)", "wait as long as `Retry-After` says", "Twilio's error dictionary"],
  63007: [
    "there is no such channel for this account",
    "check that the sender exists and is online in the account that uses it",
    "Twilio's error dictionary",
  ],
  63020: [
    "the WhatsApp Business Account's invitation was not accepted",
    "accept Twilio's invitation in Meta Business Manager, then try again",
    "Twilio's error dictionary",
  ],
  63059: ["the number has moved to another WhatsApp Business Account", "use the account it belongs to now", "Twilio's error dictionary"],
  63060: [
    "WhatsApp rejected the display name",
    "choose a name that follows Meta's guidelines for display names and send it with `update`",
    "Twilio's error dictionary",
  ],
  63100: [
    "the request did not pass validation",
    "read the message: it names the field, as it is called on the wire",
    "Twilio's error dictionary",
  ],
  63101: [
    "the WhatsApp Business Account's id is not valid or cannot be used",
    "check `configuration.wabaId`, and that this Twilio account is the one linked to it: the link is one to one; an account without a WhatsApp Business Account registers its first sender in Twilio's Console (Self Sign-up)",
    "Twilio's error dictionary",
  ],
  63103: [
    "the WhatsApp Business Account has no usable payment method",
    "add a payment method in Meta Business Manager",
    "third-party reports, not checked",
  ],
  63104: [
    "the WhatsApp Business Account has reached its maximum of phone numbers",
    "verify the business with Meta to raise the limit (2 numbers unverified, 20 verified), or delete a sender",
    "the meaning from Twilio's Senders API page; the advice is this library's",
  ],
  63110: [
    "the number is registered on WhatsApp already",
    "wait a minute, then list the senders of this account and of your other (sub)accounts: the number may be one of yours; only if it is none of them, delete its WhatsApp account, wait a few minutes and try again; for a number whose sender was deleted before, turn two-factor authentication off in WhatsApp Manager first",
    "the meaning from Twilio's Senders API page; the advice is this library's",
  ],
  63111: [
    "the number or the WhatsApp Business Account was not found",
    "check `senderId` and `configuration.wabaId`; the first sender of an account is registered in Twilio's Console (Self Sign-up), unless it is a software vendor's",
    "the meaning from Twilio's Senders API page; the advice is this library's",
  ],
  63113: [
    "the sender cannot be verified",
    "check the code for a typing mistake and give it to `verify` again; if it is right, check that the number can receive text messages or calls and ask for a new code: `update` with `verificationMethod` in `configuration`",
    "the meaning from Twilio's Senders API page; the advice is this library's",
  ],
  63114: [
    "too many verification codes were asked for",
    "wait before you ask for another: every try makes the wait longer",
    "the meaning from Twilio's Senders API page; the advice is this library's",
  ],
  63116: [
    "the number could not be registered by itself: its code was not received",
    "make sure that the number can receive text messages, or ask for a call instead: `update` with `verificationMethod` `voice` in `configuration`; then give the code to `verify`",
    "Twilio's Senders API page",
  ],
  63117: ["Twilio could not reach Meta", "try again in a few minutes", "third-party reports, not checked"],
  63121: [
    "a change of the display name is under review",
    "fetch the sender and wait until `pendingDisplayNameStatus` says how the review ended",
    "third-party reports, not checked",
  ],
  63124: [
    "Meta declined the display name, or it is not 1 to 255 characters long",
    "choose a name that follows Meta's guidelines for display names and send it with `update`",
    "Twilio's error dictionary",
  ],
  63128: [
    "another change of the display name is under review",
    "fetch the sender: `pendingDisplayName` is the name under review; wait until `pendingDisplayNameStatus` says how the review ended, then send the new name",
    "Twilio's error dictionary",
  ],
};
// end of the explanations

/**
 * Explains one of Twilio's error codes: of an error, of an offline reason, or of the error log. Undefined for a code that this
 * version does not know.
 */
export function explain(code: number | string): Explanation | undefined {
  const entry = Object.hasOwn(CATALOGUE, code) ? CATALOGUE[code] : undefined;
  if (entry === undefined) return undefined;
  const [meaning, action, source] = entry;
  return { code: String(code), meaning, action, link: `${PAGE}${code}`, source };
}
