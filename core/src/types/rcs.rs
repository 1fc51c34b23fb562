//! The review of an RCS sender by carriers. Null for WhatsApp.

use super::model::model;
use super::open_enum::open_enum;

open_enum!(
    /// The status of an RCS sender in one country.
    CountryStatus (open) {
        /// `ONLINE`
        Online = "ONLINE",
        /// `OFFLINE`
        Offline = "OFFLINE",
        /// `TWILIO_REVIEW`
        TwilioReview = "TWILIO_REVIEW",
        /// `PENDING_VERIFICATION`
        PendingVerification = "PENDING_VERIFICATION",
    }
);

open_enum!(
    /// The status of an RCS sender with one carrier.
    CarrierStatus (open) {
        /// `UNKNOWN`
        NotKnown = "UNKNOWN",
        /// `UNLAUNCHED`
        Unlaunched = "UNLAUNCHED",
        /// `CARRIER_REVIEW`
        CarrierReview = "CARRIER_REVIEW",
        /// `APPROVED`
        Approved = "APPROVED",
        /// `REJECTED`
        Rejected = "REJECTED",
        /// `SUSPENDED`
        Suspended = "SUSPENDED",
    }
);

model!(
    /// One carrier's word on an RCS sender.
    Carrier {
        /// The carrier.
        name: String,
        /// Its word.
        status: CarrierStatus,
    }
);

model!(
    /// An RCS sender in one country.
    Country {
        /// The country's code.
        country: String,
        /// The registration there.
        registration_sid: String,
        /// Where it is.
        status: CountryStatus,
        /// Carrier by carrier.
        carriers: Vec<Carrier>,
    }
);

model!(
    /// The compliance information of an RCS sender. Only ever received.
    ///
    /// Source: OAS d50069b.
    Compliance {
        /// The registration.
        registration_sid: String,
        /// Country by country.
        countries: Vec<Country>,
    }
);
