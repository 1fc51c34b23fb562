//! The review of an RCS sender by carriers. Null for WhatsApp.

use super::model::model;
use super::open_enum::open_enum;

open_enum!(
    /// The status of an RCS sender in one country.
    CountryStatus (open) {
        Online = "ONLINE",
        Offline = "OFFLINE",
        TwilioReview = "TWILIO_REVIEW",
        PendingVerification = "PENDING_VERIFICATION",
    }
);

open_enum!(
    /// The status of an RCS sender with one carrier.
    CarrierStatus (open) {
        NotKnown = "UNKNOWN",
        Unlaunched = "UNLAUNCHED",
        CarrierReview = "CARRIER_REVIEW",
        Approved = "APPROVED",
        Rejected = "REJECTED",
        Suspended = "SUSPENDED",
    }
);

model!(
    /// One carrier's decision about an RCS sender.
    Carrier {
        /// The carrier.
        name: String,
        /// The decision.
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
        /// The status there.
        status: CountryStatus,
        /// One item per carrier.
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
        /// One item per country.
        countries: Vec<Country>,
    }
);
