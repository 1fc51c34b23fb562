//! The content of a webhook.

use super::model::model;
use super::open_enum::open_enum;

open_enum!(
    /// The subject of a webhook.
    ///
    /// Source: words of this project; Twilio has no name that all of its webhooks share.
    WebhookKind (open) {
        /// An event of the error log, sent by Event Streams: `com.twilio.error-logs.error.logged`.
        ErrorLogged = "error_logged",
        /// An event of the error log, sent by the debugger of the Console.
        Debugger = "debugger",
        /// An alarm. Its fields are not documented: one is recognised by an alarm's SID or type, which is an assumption.
        Alarm = "alarm",
        /// The status of a message that was sent.
        MessageStatus = "message_status",
        /// A message that arrived.
        InboundMessage = "inbound_message",
        /// Anything else.
        Other = "other",
    }
);

model!(
    /// The content of a webhook: what all of them have in common, and everything else in `json`.
    ///
    /// Source: Twilio's pages on the event type `com.twilio.error-logs.error.logged`, the debugger's webhook, and message
    /// callbacks. A field that a webhook does not have is absent. The text comes from outside, so mask it before logging it.
    WebhookEvent {
        /// The subject.
        kind: WebhookKind,
        /// The name that stays the same when Twilio sends this event again: the id of an event of Event Streams, the SID of an event of
        /// the debugger or of a message; of a message's status the SID, a colon and the status.
        id: String,
        /// When it happened, as it was received. Twilio signs it in no other way than as a part of the body.
        time: String,
        /// The account.
        account_sid: String,
        /// The sender, `XE…`, where the correlation or the resource of the event is one.
        sender_sid: String,
        /// The error code, as text.
        error_code: String,
        /// The level, as it was received: `ERROR`, `WARNING`, `INFO`, or the same in lower case.
        level: String,
        /// Twilio's sentence about the error. Never the text of a message that arrived.
        message: String,
        /// Everything, as JSON text: an event of Event Streams byte for byte, a form as an object of its parameters, one with several distinct values as a list.
        json: String,
    }
);
