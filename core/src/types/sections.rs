//! What a request may say of a sender.

use super::model::model;
use super::{Configuration, Profile, Webhook};

model!(
    /// What a create or an update says of a sender. In an update, a section that is absent is left as it is.
    ///
    /// Source: OAS d50069b; `friendly_name` from twilio-python 9.13.0.
    Sections {
        /// A name for the account's own use.
        friendly_name: String,
        /// How it is registered.
        configuration: Configuration,
        /// Where its events go.
        webhook: Webhook,
        /// What people see of it.
        profile: Profile,
    }
);
