//! The profile of a sender, which people see.

use super::model::model;
use super::open_enum::open_enum;

open_enum!(
    /// The use of an RCS agent.
    ///
    /// Source: twilio-python 9.13.0 (default `MULTI_USE`); not in OAS d50069b, so a request may carry other words.
    UseCase (open) {
        Promotional = "PROMOTIONAL",
        Transactional = "TRANSACTIONAL",
        Otp = "OTP",
        MultiUse = "MULTI_USE",
    }
);

open_enum!(
    /// A line of business.
    ///
    /// Source: the words listed in OAS d50069b; a request may have other text, since the server decides.
    Vertical (open) {
        Alcohol = "Alcohol",
        Automotive = "Automotive",
        BeautySpaAndSalon = "Beauty, Spa and Salon",
        ClothingAndApparel = "Clothing and Apparel",
        Education = "Education",
        Entertainment = "Entertainment",
        EventPlanningAndService = "Event Planning and Service",
        FinanceAndBanking = "Finance and Banking",
        FoodAndGrocery = "Food and Grocery",
        HotelAndLodging = "Hotel and Lodging",
        MatrimonyService = "Matrimony Service",
        MedicalAndHealth = "Medical and Health",
        NonProfit = "Non-profit",
        OnlineGambling = "Online Gambling",
        OtcDrugs = "OTC Drugs",
        Other = "Other",
        PhysicalGambling = "Physical Gambling",
        ProfessionalServices = "Professional Services",
        PublicService = "Public Service",
        Restaurant = "Restaurant",
        ShoppingAndRetail = "Shopping and Retail",
        TravelAndTransportation = "Travel and Transportation",
    }
);

model!(
    /// A website of a profile. The request's form is not documented; the response's is used for both.
    Website or text as website {
        /// The URL.
        website: String,
        /// Its name.
        label: String,
    }
);

model!(
    /// An e-mail address of a profile. The request's form is not documented; the response's is used for both.
    Email or text as email {
        /// The address.
        email: String,
        /// Its name.
        label: String,
    }
);

model!(
    /// A phone number of a profile. The request's form is not documented; the response's is used for both.
    PhoneNumber or text as phone_number {
        /// The number.
        phone_number: String,
        /// Its name.
        label: String,
    }
);

model!(
    /// The public profile of a sender.
    ///
    /// Lengths are left to the server: Meta's limits are not Twilio's. Whether the lists are replaced or merged by
    /// an update is not documented.
    ///
    /// Source: OAS d50069b; `use_case` from twilio-python 9.13.0.
    Profile {
        /// The display name; a WhatsApp sender needs one. Meta limits how often it may change.
        name: String,
        /// A short text.
        about: String,
        /// The postal address.
        address: String,
        /// A longer text.
        description: String,
        /// The picture.
        logo_url: String,
        /// The banner (RCS).
        banner_url: String,
        /// The privacy policy (RCS).
        privacy_url: String,
        /// The terms of service (RCS).
        terms_of_service_url: String,
        /// A colour such as `#1f6feb` (RCS).
        accent_color: String,
        /// The line of business.
        vertical: Vertical,
        /// The websites.
        websites: Vec<Website>,
        /// The e-mail addresses.
        emails: Vec<Email>,
        /// The phone numbers (RCS).
        phone_numbers: Vec<PhoneNumber>,
        /// The use of an RCS agent.
        use_case: UseCase,
    }
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Patch;
    use serde_json::json;

    #[test]
    fn errors_name_the_place() {
        let refuse = |value| Profile::from_value(&value, "profile").unwrap_err().to_string();
        assert_eq!(
            refuse(json!({"emails": [{"email": "a@b.c"}, {"email": 42}]})),
            "profile.emails[1].email must be text, got 42"
        );
        assert_eq!(
            refuse(json!({"websites": ["https://a"]})),
            "profile.websites[0] must be an object, got `https://a`"
        );
        assert_eq!(refuse(json!({"emails": 42})), "profile.emails must be a list, got 42");
        assert!(refuse(json!({"logoUrl": ""})).contains("did you mean `logo_url`?"));
    }

    #[test]
    fn plain_texts_are_read_as_what_they_name_and_go_back_as_they_came() {
        let text = r#"{"name":42,"websites":["https://a",{"website":"https://b"}],"emails":["a@b.c"]}"#;
        let mut profile = Profile::from_json(text).unwrap();
        assert_eq!(profile.name.value().map(String::as_str), Some("42"));
        let emails = profile.emails.value().unwrap();
        assert_eq!(emails[0].email.value().map(String::as_str), Some("a@b.c"));
        assert_eq!(profile.websites.value().map(Vec::len), Some(2));
        assert_eq!(profile.to_json(), text);
        profile.emails = Patch::Value(vec![]);
        profile.name = Patch::Absent;
        assert_eq!(profile.to_json(), r#"{"websites":["https://a",{"website":"https://b"}],"emails":[]}"#);
    }

    #[test]
    fn a_list_of_no_known_shape_is_kept_whole() {
        let text = r#"{"websites":["https://a",[]],"emails":{"a":1},"vertical":[]}"#;
        let profile = Profile::from_json(text).unwrap();
        assert!(profile.websites.is_absent() && profile.extra.contains_key("websites"));
        assert_eq!(Profile::from_json(&profile.to_json()), Some(profile));
    }
}
