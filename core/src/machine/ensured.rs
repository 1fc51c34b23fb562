//! The result of `ensure`: the sender, how it was found or created, and where it differs from the request.

use super::differences::differences_of;
use crate::endpoints::CreateSender;
use crate::types::Sender;

/// How a sender was found or created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolution {
    /// This call created it.
    Created,
    /// It was there already.
    Found,
    /// A create of this call, of the same client, or of the one whose token was given, had no known outcome, and the
    /// sender was found afterwards.
    Reconciled,
}

impl Resolution {
    /// As a word: `created`, `found`, `reconciled`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Found => "found",
            Self::Reconciled => "reconciled",
        }
    }
}

/// The result of `ensure`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ensured {
    /// How it was found or created.
    pub resolution: Resolution,
    /// The sender.
    pub sender: Sender,
    /// The fields of the request that the found sender does not have, such as `profile.name`. They are reported, never
    /// overwritten: update the sender if it is to change. `sender_id` is among them if the number is listed in another
    /// of its spellings. Verification fields are left out, since the server does not keep them.
    pub differences: Vec<String>,
}

impl Ensured {
    pub(crate) const fn created(sender: Sender) -> Self {
        Self { resolution: Resolution::Created, sender, differences: Vec::new() }
    }

    pub(crate) fn found(resolution: Resolution, create: &CreateSender, sender: Sender) -> Self {
        let differences = differences(create, &sender);
        Self { resolution, sender, differences }
    }
}

/// The fields of a create that the sender has not, or has otherwise.
fn differences(create: &CreateSender, sender: &Sender) -> Vec<String> {
    let mut found = Vec::new();
    if sender.sender_id().is_some_and(|id| id != create.sender_id.as_str()) {
        found.push("sender_id".to_owned());
    }
    found.extend(differences_of(create.sections(), sender));
    found
}
