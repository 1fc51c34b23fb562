//! The explanation of an error code.

use super::model::model;

model!(
    /// The meaning of one of Twilio's error codes, and the next step, as far as this library knows them. It is no part of a response.
    ///
    /// Twilio advises against programming on codes, since they change: use it to explain.
    Explanation, always {
        /// The code, as text: `63104`.
        code: String,
        /// The meaning.
        meaning: String,
        /// The next step.
        action: String,
        /// A link to the code's page in Twilio's error dictionary. The form of the link is that of the documented example of
        /// `more_info`; whether there is a page for the code is not known.
        link: String,
        /// Where the meaning is known from.
        source: String,
    }
);
