//! Every magic number.

use senders_emulator::{MagicEffect, magic_numbers};
use serde_json::json;

use crate::support::Api;

#[test]
fn every_row_does_what_it_says() {
    for row in magic_numbers() {
        for between in ["", "7", "4321"] {
            let mut api = Api::instant();
            let sender_id = format!("whatsapp:+155500{between}{}", row.digits);
            let answer = api.create(&sender_id);
            let refusal = format!("{}/{}", row.status, row.code);
            match row.effect {
                MagicEffect::Refused => {
                    assert_eq!(answer.brief(), refusal);
                    assert_eq!(answer.message(), row.message);
                    assert_eq!(api.create(&sender_id).brief(), refusal);
                    assert_eq!(api.emulator.sender_count(), 0);
                }
                MagicEffect::RefusedOnce => {
                    assert_eq!(answer.brief(), refusal);
                    assert_eq!(api.create(&sender_id).status, 202);
                }
                MagicEffect::Offline => {
                    // The status in the table is the status of the create.
                    assert_eq!((answer.status, row.status), (202, 0));
                    let sid = answer.json["sid"].as_str().unwrap().to_owned();
                    let sender = api.fetch(&sid).json;
                    assert_eq!(sender["status"], "OFFLINE");
                    let more_info = format!("https://www.twilio.com/docs/api/errors/{}", row.code);
                    let reason =
                        json!({ "code": row.digits, "message": row.message, "more_info": more_info });
                    assert_eq!(sender["offline_reasons"], json!([reason]));
                    assert_eq!(api.emulator.sender(&sid).unwrap().offline_code, Some(row.code));
                }
                MagicEffect::Stuck(status) => {
                    let sid = answer.json["sid"].as_str().unwrap().to_owned();
                    api.emulator.advance_ms(u64::from(u32::MAX));
                    let sender = api.fetch(&sid).json;
                    assert_eq!(
                        (&sender["status"], &sender["offline_reasons"]),
                        (&json!(status), &json!(null))
                    );
                }
                other => panic!("no test for {other:?}"),
            }
        }
    }
}

#[test]
fn every_code_of_the_facts_is_there() {
    let codes: Vec<u32> = magic_numbers().iter().map(|row| row.code).collect();
    for code in
        [63020, 63059, 63100, 63101, 63103, 63104, 63110, 63111, 63113, 63114, 63116, 20429, 20500, 20503]
    {
        assert!(codes.contains(&code), "{code}");
    }
}

#[test]
fn other_numbers_are_not_magic() {
    for number in ["+15551063104", "+1555006310", "+25550063104", "+15550163104", "+15550063105"] {
        let mut api = Api::instant();
        let sid = api.created(&format!("whatsapp:{number}"));
        assert!(api.emulator.sender(&sid).unwrap().offline_code.is_none(), "{number}");
    }
}
