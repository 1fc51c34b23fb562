//! Runs every vector through the core's own driver, and tests the comparison itself: a changed case must fail.

use senders_conformance::compare::compare;
use senders_conformance::process_driver::ProcessDriver;
use senders_conformance::report::{Verdict, evaluate, known_failing};
use senders_conformance::trace::{Event, Outcome, Trace};
use senders_conformance::vector::{Case, Entry, VectorFile, default_folder, load};
use senders_conformance::{core_driver, schema};

fn run(case: &Case) -> Trace {
    core_driver::run(case.task())
}

#[test]
fn the_files_keep_to_their_schema() {
    let files = load(&default_folder()).unwrap();
    assert_eq!(schema::problems(&files), Vec::<String>::new());
    assert!(files.iter().map(|(_, file)| file.cases.len()).sum::<usize>() >= 480);
}

#[test]
fn every_cell_of_the_retry_table_has_a_case() {
    let files = load(&default_folder()).unwrap();
    let ids: Vec<&str> =
        files.iter().flat_map(|(_, file)| &file.cases).map(|case| case.id.as_str()).collect();
    for operation in ["list", "fetch", "delete", "update", "update-code", "update-name", "create"] {
        for outcome in ["not-sent", "429", "408", "500", "502", "503", "504", "sent-unknown", "409"] {
            let id = format!("retry/{operation}-{outcome}");
            assert!(ids.contains(&id.as_str()), "{id}");
        }
    }
}

#[test]
fn the_core_passes_every_vector() {
    let files = load(&default_folder()).unwrap();
    let list = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("drivers/known-failing-core.txt");
    let known = known_failing(&list).unwrap();
    let mut failed = Vec::new();
    for case in files.iter().flat_map(|(_, file)| &file.cases) {
        if let Verdict::Failed(found) = evaluate(case, &run(case), known.contains(&case.id)) {
            failed.push(format!("{}: {}", case.id, found.join("; ")));
        }
    }
    assert!(failed.is_empty(), "{} failed:\n{}", failed.len(), failed.join("\n"));
}

/// Runs many seeds, since one seed draws one delay and could hide a wrong bound: every bound holds for all of them, and
/// the draws cover its range.
#[test]
fn delays_fill_their_bounds_whatever_the_seed() {
    const SEEDS: u64 = 60;
    let files = load(&default_folder()).unwrap();
    for case in files
        .iter()
        .flat_map(|(_, file)| &file.cases)
        .filter(|case| !case.given.config.options.contains_key("seed"))
    {
        let bounds: Vec<_> = case
            .timeline
            .iter()
            .filter_map(|entry| match entry {
                Entry::Wait(wait) => Some((wait.min_ms, wait.max_ms)),
                _ => None,
            })
            .collect();
        let mut drawn = vec![(u64::MAX, 0); bounds.len()];
        if bounds.is_empty() {
            continue;
        }
        for seed in 0..SEEDS {
            let mut task = case.task();
            task.given.config.options.insert("seed".to_owned(), seed.into());
            let trace = core_driver::run(task);
            assert_eq!(compare(case, &trace), Vec::<String>::new(), "{} with seed {seed}", case.id);
            let waits = trace.events.iter().filter_map(|event| match event {
                Event::Wait(wait) => Some(wait.ms),
                _ => None,
            });
            for ((least, most), ms) in drawn.iter_mut().zip(waits) {
                (*least, *most) = ((*least).min(ms), (*most).max(ms));
            }
        }
        for ((min, max), (least, most)) in bounds.into_iter().zip(drawn) {
            let range = max - min;
            assert!(most - least >= range / 2, "{}: {least} to {most} ms drawn of {min} to {max}", case.id);
        }
    }
}

/// Runs the driver like those of other languages: the same traces return through the pipe.
#[test]
fn a_driver_in_a_process_sees_the_same() {
    let files = load(&default_folder()).unwrap();
    let mut driver =
        ProcessDriver::start(env!("CARGO_BIN_EXE_senders-conformance"), &["--serve".to_owned()]).unwrap();
    for case in files.iter().flat_map(|(_, file)| &file.cases) {
        let over_the_pipe = compare(case, &driver.run(case).unwrap());
        assert_eq!(over_the_pipe, compare(case, &run(case)), "{}", case.id);
    }
}

#[test]
fn a_driver_that_ends_or_babbles_is_reported() {
    let good = case(CASE);
    let mut ended = ProcessDriver::start("true", &[]).unwrap();
    assert!(ended.run(&good).is_err());
    let mut babbles = ProcessDriver::start("cat", &[]).unwrap();
    assert!(babbles.run(&good).unwrap().end.crash.unwrap().contains("not a trace"));
    assert!(ProcessDriver::start("/nonexistent/driver", &[]).is_err());
}

/// A case with a retry, a body and a result.
const CASE: &str = r#"{"about":["x"],"cases":[{"id":"t/a","description":"d","source":"s",
  "given":{"operation":"create","args":{"sender_id":"whatsapp:+15017122661","profile":{"name":"Zoë"}}},
  "timeline":[
    {"request":{"method":"POST","url":"https://messaging.twilio.com/v2/Channels/Senders","headers":{"Accept":"application/json","X-Other":null},"body":{"sender_id":"whatsapp:+15017122661","profile":{"name":"Zoë"}}},
     "reply":{"status":429,"headers":{"Retry-After":"7"}}},
    {"wait":{"reason":"retry_after","min_ms":7000,"max_ms":7000}},
    {"request":{"method":"POST","url":"https://messaging.twilio.com/v2/Channels/Senders","body":{"sender_id":"whatsapp:+15017122661","profile":{"name":"Zoë"}},"attempt_ms":30000},
     "reply":{"status":202,"body":{"sid":"XE1","status":"CREATING","new":1.50}}}],
  "then":{"sender":{"new":1.5,"status":"CREATING","sid":"XE1"},"reads":{"status":"CREATING"}}}]}"#;

#[expect(clippy::unwrap_used, reason = "a test's own text")]
fn case(text: &str) -> Case {
    serde_json::from_str::<VectorFile>(text).unwrap().cases.remove(0)
}

fn differences_after(from: &str, to: &str) -> Vec<String> {
    assert!(CASE.contains(from), "{from}");
    let trace = run(&case(CASE));
    compare(&case(&CASE.replace(from, to)), &trace)
}

#[test]
fn the_unchanged_case_passes() {
    assert_eq!(compare(&case(CASE), &run(&case(CASE))), Vec::<String>::new());
}

#[test]
fn every_change_of_what_is_expected_is_noticed() {
    for (from, to, expected) in [
        (
            r#""min_ms":7000,"max_ms":7000"#,
            r#""min_ms":7001,"max_ms":9000"#,
            "timeline[1].wait: expected 7001",
        ),
        (r#""reason":"retry_after""#, r#""reason":"backoff""#, "timeline[1].wait.reason"),
        (r#""method":"POST""#, r#""method":"GET""#, "timeline[0].method"),
        ("/v2/Channels/Senders", "/v2/channels/senders", "timeline[0].url"),
        (
            r#""body":{"sender_id":"whatsapp:+15017122661","profile":{"name":"Zoë"}}"#,
            r#""body":{"sender_id":"whatsapp:+15017122661","profile":{"name":"Zoe"}}"#,
            "timeline[0].body",
        ),
        (
            r#""body":{"sender_id":"whatsapp:+15017122661","profile":{"name":"Zoë"}}"#,
            r#""body":{"sender_id":"whatsapp:+15017122661","profile":{"name":"Zoë","about":null}}"#,
            "timeline[0].body",
        ),
        (
            r#""body":{"sender_id":"whatsapp:+15017122661","profile":{"name":"Zoë"}}"#,
            r#""body":{"profile":{"name":"Zoë"},"sender_id":"whatsapp:+15017122661"}"#,
            "timeline[0].body",
        ),
        (r#""Accept":"application/json""#, r#""Accept":"text/html""#, "timeline[0].headers.Accept"),
        (r#""X-Other":null"#, r#""X-Other":"1""#, "timeline[0].headers.X-Other"),
        (r#""X-Other":null"#, r#""Authorization":null"#, "timeline[0].headers.Authorization"),
        (r#""attempt_ms":30000"#, r#""attempt_ms":29999"#, "attempt_ms"),
        (r#""status":"CREATING","sid""#, r#""status":"ONLINE","sid""#, "end.sender.status"),
        (r#""new":1.5,"#, r#""#, "end.sender.new: not expected"),
        (r#""new":1.5,"#, r#""new":1.5,"more":null,"#, "end.sender.more: missing"),
        (r#""reads":{"status":"CREATING"}"#, r#""reads":{"status":"ONLINE"}"#, "end.reads.status"),
        (
            r#""then":{"sender":{"new":1.5,"status":"CREATING","sid":"XE1"},"reads":{"status":"CREATING"}}"#,
            r#""then":{"deleted":true}"#,
            "end: expected",
        ),
        (
            r#"{"wait":{"reason":"retry_after","min_ms":7000,"max_ms":7000}},"#,
            "",
            "expected a request, got a wait",
        ),
        (r#""id":"t/a""#, r#""id":"t/b""#, "the trace is of"),
    ] {
        let found = differences_after(from, to).join("; ");
        assert!(found.contains(expected), "{from} -> {to}: {found:?}");
    }
}

#[test]
fn every_change_of_what_was_seen_is_noticed() {
    let case = case(CASE);
    let fails = |change: &dyn Fn(&mut Trace), expected: &str| {
        let mut trace = run(&case);
        change(&mut trace);
        let found = compare(&case, &trace).join("; ");
        assert!(found.contains(expected), "{expected}: {found:?}");
    };
    let request = |trace: &mut Trace, change: &dyn Fn(&mut senders_conformance::trace::SeenRequest)| {
        if let Event::Request(request) = &mut trace.events[0] {
            change(request);
        }
    };
    fails(&|trace| drop(trace.events.pop()), "expected a request, but nothing more happened");
    fails(&|trace| trace.events.push(Event::Status("X".to_owned())), "not expected: status `X`");
    fails(&|trace| drop(trace.events.remove(1)), "expected a wait, got a request");
    fails(
        &|trace| request(trace, &|it| it.headers.push(("ACCEPT".into(), "application/json".into()))),
        "sent twice",
    );
    fails(
        &|trace| request(trace, &|it| it.headers.retain(|(name, _)| name != "User-Agent")),
        "`User-Agent` is missing",
    );
    fails(
        &|trace| request(trace, &|it| it.headers.retain(|(name, _)| name != "Content-Type")),
        "Content-Type",
    );
    fails(&|trace| request(trace, &|it| it.headers.push(("X".into(), "a\r\nb".into()))), "line end");
    fails(&|trace| request(trace, &|it| it.body_base64.clear()), "timeline[0].body");
    fails(&|trace| request(trace, &|it| it.body_base64 = "?".to_owned()), "no base64");
    fails(&|trace| trace.end.reads.clear(), "end.reads.status");
    fails(&|trace| trace.end.crash = Some("oops".to_owned()), "crash: oops");
}

#[test]
fn fields_of_errors_are_compared() {
    let text = r#"{"about":["x"],"cases":[{"id":"t/e","description":"d","source":"s","given":{"operation":"fetch","args":{"sid":".."}},
        "then":{"error":{"kind":"invalid_argument","attempts":0,"code":null,"retryable":false,"names":["sid"]}}}]}"#;
    let trace = run(&case(text));
    assert_eq!(compare(&case(text), &trace), Vec::<String>::new());
    for (from, to) in [
        ("invalid_argument", "not_found"),
        (r#""attempts":0"#, r#""attempts":1"#),
        (r#""code":null"#, r#""code":5"#),
        (r#""retryable":false"#, r#""retryable":true"#),
        (r#"["sid"]"#, r#"["page_size"]"#),
    ] {
        assert!(!compare(&case(&text.replace(from, to)), &trace).is_empty(), "{from} -> {to}");
    }
}

#[test]
fn an_error_that_shows_a_secret_is_noticed() {
    let text = r#"{"about":["x"],"cases":[{"id":"t/e","description":"d","source":"s",
        "given":{"config":{"account_sid":"AC","auth_token":"canary"},"operation":"verify","args":{"sid":"XE1234567","code":"987654"}},
        "then":{"error":{"kind":"invalid_argument"}}}]}"#;
    let case = case(text);
    let shows = |message: &str| {
        let error =
            [("kind", "invalid_argument"), ("message", message)].map(|(k, v)| (k.to_owned(), v.into()));
        let end = Outcome { error: Some(error.into_iter().collect()), ..Outcome::default() };
        !compare(&case, &Trace { id: case.id.clone(), events: Vec::new(), end }).is_empty()
    };
    assert!(shows("token canary") && shows("code 987654 is wrong"));
    assert!(!shows("account_sid must be AC and 32 hexadecimal digits; sender XE1234567"));
}

#[test]
fn an_error_of_more_than_a_line_is_noticed() {
    let case = case(
        r#"{"about":["x"],"cases":[{"id":"t/e","description":"d","source":"s",
        "given":{"operation":"fetch","args":{"sid":"x"}},"then":{"error":{"kind":"invalid_argument"}}}]}"#,
    );
    let notices = |field: &str, text: &str| {
        let error = [("kind", "invalid_argument"), (field, text)].map(|(k, v)| (k.to_owned(), v.into()));
        let end = Outcome { error: Some(error.into_iter().collect()), ..Outcome::default() };
        !compare(&case, &Trace { id: case.id.clone(), events: Vec::new(), end }).is_empty()
    };
    for field in ["message", "next_step"] {
        assert!(!notices(field, "sid is no SID, got `é…`"));
        for bad in ["X\nCRITICAL root:", "\u{1b}[31m", "\u{202e}", &"x".repeat(2_049)] {
            assert!(notices(field, bad), "{bad:?}");
        }
    }
}

#[test]
fn a_case_known_to_fail_must_fail() {
    let good = case(CASE);
    let trace = run(&good);
    assert_eq!(evaluate(&good, &trace, false), Verdict::Passed);
    assert!(matches!(evaluate(&good, &trace, true), Verdict::Failed(_)));
    let bad = case(&CASE.replace(r#""min_ms":7000,"max_ms":7000"#, r#""min_ms":1,"max_ms":2"#));
    assert_eq!(evaluate(&bad, &trace, true), Verdict::KnownFailing);
    assert!(matches!(evaluate(&bad, &trace, false), Verdict::Failed(_)));
}

#[test]
fn a_misspelt_vector_is_refused() {
    for (from, to) in [
        (r#""wait""#, r#""wiat""#),
        (r#""given""#, r#""givn""#),
        (r#""min_ms""#, r#""mn_ms""#),
        (r#""operation":"create""#, r#""operation":"make""#),
        (r#""then":{"#, r#""then":{"colour":1,"#),
    ] {
        assert!(serde_json::from_str::<VectorFile>(&CASE.replace(from, to)).is_err(), "{to}");
    }
}
