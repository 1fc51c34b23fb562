//! `cargo xtask demo`: one sender's whole life through the package that users install, against the emulator.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};
use clap::Args;
use serde_json::Value;

use crate::console::{heading, say, seconds, warn};
use crate::emulator::Emulator;
use crate::workspace::Workspace;
use crate::{cargo, package, process, python, setup};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Let no time pass between a sender's states (by default a second or two each, to be watched)
    #[arg(long)]
    instant: bool,
    /// The same in a browser: comes with the npm package
    #[arg(long)]
    browser: bool,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if options.browser {
        bail!("`--browser` comes with the npm package, which is not built yet; run `cargo xtask demo`");
    }
    let example = workspace.root.join("bindings-python/examples/demo.py");
    if !example.is_file() {
        bail!("there is no {} yet", workspace.relative(&example).display());
    }
    let start = Instant::now();
    heading("set-up (the first time: some minutes of compiling; later: seconds)");
    let python = setup::tools()?;
    let built = cargo::build(workspace, &["senders-emulator"], &["senders-emulator"], false)?;
    let wheel = package::wheel(workspace, &python)?;
    let environment = python::fresh(workspace, &python, "demo", &wheel)?;
    say("the wheel is installed in a fresh environment");
    let ready = start.elapsed();

    heading("Python: one sender's whole life");
    let emulator = Emulator::start(built.binary("senders-emulator")?, options.instant)?;
    say(&format!("the emulator listens on {}", emulator.base_url));
    let mut command = environment.command(workspace);
    emulator.environment(&mut command);
    let start = Instant::now();
    let outcome = process::run(command.arg(&example));
    let lived = start.elapsed();

    heading("what the emulator was asked");
    let requests = match emulator.journal() {
        Ok(journal) => print_journal(&journal),
        Err(error) => {
            warn(&format!("no request log: {error:#}"));
            0
        }
    };
    outcome?;

    heading("summary");
    say(&format!(
        "Python   {requests} requests in {}, through {}",
        seconds(lived),
        workspace.relative(&wheel).display()
    ));
    say(&format!("set-up   {}", seconds(ready)));
    say("no account, no network: everything ran on this machine. Next: `cargo xtask test`");
    Ok(ExitCode::SUCCESS)
}

/// Prints one line a request and answers their number.
fn print_journal(journal: &str) -> usize {
    let parsed = serde_json::from_str::<Value>(journal).unwrap_or_default();
    let Some(entries) = entries(&parsed) else {
        say(journal.trim());
        return 0;
    };
    let began = entries.first().map(time).unwrap_or_default();
    for entry in entries {
        say(&entry_line(entry, began));
    }
    entries.len()
}

/// The journal's list: the document itself or its only list.
fn entries(journal: &Value) -> Option<&Vec<Value>> {
    journal.as_array().or_else(|| journal.as_object()?.values().find_map(Value::as_array))
}

/// The emulator's time of a request, in milliseconds.
fn time(entry: &Value) -> u64 {
    entry.get("at_ms").and_then(Value::as_u64).unwrap_or_default()
}

/// `+  1.5 s  POST   202  /v2/Channels/Senders  {…}`, the body cut.
fn entry_line(entry: &Value, began: u64) -> String {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    let tenths = time(entry).saturating_sub(began) / 100;
    let status = entry.get("status").and_then(Value::as_u64).unwrap_or_default();
    let mut body: String = text("body").chars().take(100).collect();
    if body.len() < text("body").len() {
        body.push('…');
    }
    let line = format!(
        "+{:>3}.{} s  {:<6} {status}  {}  {body}",
        tenths / 10,
        tenths % 10,
        text("method"),
        text("target")
    );
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_one_line() {
        let mut entry = serde_json::json!({"method": "GET", "target": "/v2/Channels/Senders?Channel=whatsapp", "status": 200,
            "at_ms": 61_570, "body": ""});
        assert_eq!(entry_line(&entry, 60_000), "+  1.5 s  GET    200  /v2/Channels/Senders?Channel=whatsapp");
        entry["body"] = "é".repeat(200).into();
        assert!(entry_line(&entry, 61_570).ends_with(&format!("  {}…", "é".repeat(100))));
    }

    #[test]
    fn the_list_may_have_a_frame() {
        assert_eq!(entries(&serde_json::json!([1, 2])).map(Vec::len), Some(2));
        assert_eq!(entries(&serde_json::json!({"dropped": 0, "requests": [1]})).map(Vec::len), Some(1));
        assert_eq!(entries(&serde_json::json!({"error": "gone"})), None);
    }
}
