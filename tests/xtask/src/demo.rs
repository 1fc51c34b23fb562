//! `cargo xtask demo`: the life of one sender through the packages that users install, against the emulator.

use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::console::{heading, say, seconds, warn};
use crate::emulator::Emulator;
use crate::kotlin::{self, Maven};
use crate::process::Server;
use crate::swift::Project;
use crate::workspace::Workspace;
use crate::{cargo, emulator, node, package, process, python, setup, swift};

const EMULATOR: &str = "senders-emulator";
const PYTHON: &str = "bindings-python/examples/demo.py";
const NODE: &str = "bindings-wasm/examples/demo.mjs";
const SWIFT: &str = "bindings-mobile/swift/Examples/demo.swift";

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Let no time pass between a sender's states (by default a second or two each, to be watched)
    #[arg(long)]
    instant: bool,
    /// Serve the console page instead, built from the packed npm package, until Ctrl-C
    #[arg(long)]
    browser: bool,
    /// The port of the console page; 0 takes a free one
    #[arg(long, default_value_t = 8422, requires = "browser")]
    port: u16,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if options.browser {
        return browser(workspace, options);
    }
    for example in [PYTHON, NODE, kotlin::DEMO, SWIFT] {
        if !workspace.root.join(example).is_file() {
            bail!("there is no {example} yet");
        }
    }
    let start = Instant::now();
    heading("set-up (the first time: some minutes of compiling; later: seconds)");
    let python = setup::tools()?;
    let built = cargo::build(workspace, &[EMULATOR], &[EMULATOR], false)?;
    let wheel = package::wheel(workspace, &python)?;
    let environment = python::fresh(workspace, &python, "demo", &wheel)?;
    say("the wheel is installed in a fresh environment");
    let (node, tarball) = package::npm(workspace)?;
    let project = node.fresh(workspace, "demo", &tarball)?;
    let script = project.write("demo.mjs", &std::fs::read_to_string(workspace.root.join(NODE))?)?;
    say("the npm package is installed in a fresh project");
    let in_jar = match Maven::find(workspace)? {
        Some(maven) => {
            let text = std::fs::read_to_string(workspace.root.join(kotlin::DEMO))?;
            let program = maven.program(workspace, "demo", &[("Demo.kt".to_owned(), text)])?;
            say("the jar is in a fresh Maven project");
            Some(program)
        }
        None => None,
    };
    let swift = in_swift(workspace)?;
    let ready = start.elapsed();

    let emulator = || Emulator::start(built.binary(EMULATOR)?, options.instant);
    let mut command = environment.command(workspace);
    let in_python = live("Python", &emulator()?, command.arg(PYTHON))?;
    let in_node = live("Node", &emulator()?, node.command(workspace).arg(script))?;
    let mut all = vec![("Python", in_python, wheel), ("Node", in_node, tarball)];
    if let Some(program) = in_jar {
        let lived = live("Kotlin", &emulator()?, &mut program.command(workspace, "Demo.kt"))?;
        all.push(("Kotlin", lived, program.jar));
    }
    if let Some((mut program, package)) = swift {
        all.push(("Swift", live("Swift", &emulator()?, &mut program)?, package));
    }

    heading("summary");
    if all.windows(2).all(|pair| matches!(pair, [(_, a, _), (_, b, _)] if a.requests == b.requests)) {
        say("every language sent the same requests, body for body");
    }
    for (language, lived, package) in &all {
        let package = workspace.relative(package.as_path()).display();
        say(&format!(
            "{language:<8} {} requests in {}, through {package}",
            lived.requests.len(),
            seconds(lived.time)
        ));
    }
    say(&format!("set-up   {}", seconds(ready)));
    say(
        "no account, no network: everything ran on this machine. Next: `cargo xtask demo --browser`, `cargo xtask test`",
    );
    Ok(ExitCode::SUCCESS)
}

/// Runs the demo in Swift, built in a fresh project, with its package; returns none if there is no Swift.
fn in_swift(workspace: &Workspace) -> Result<Option<(Command, PathBuf)>> {
    let Some(swift) = swift::ready(workspace)? else { return Ok(None) };
    let (package, packed) = package::swift(workspace)?;
    let mut project = Project::new(workspace, "demo", &package)?;
    project.add("demo", &std::fs::read_to_string(workspace.root.join(SWIFT))?)?;
    project.build(workspace, &swift)?;
    say("the Swift package is built in a fresh project");
    Ok(Some((project.program(workspace, &swift, "demo"), packed)))
}

/// The result of a sender's life.
#[derive(Debug)]
struct Lived {
    /// Method, target and body of each.
    requests: Vec<String>,
    time: Duration,
}

/// Runs an example against its own emulator, then prints the requests that the emulator received.
fn live(language: &str, emulator: &Emulator, example: &mut Command) -> Result<Lived> {
    heading(&format!("{language}: one sender's whole life, at {}", emulator.base_url));
    emulator.environment(example);
    let start = Instant::now();
    let outcome = process::run(example);
    let time = start.elapsed();
    heading(&format!("{language}: the requests that the emulator received"));
    let requests = match emulator.journal() {
        Ok(journal) => print_journal(&journal),
        Err(error) => {
            warn(&format!("no request log: {error:#}"));
            Vec::new()
        }
    };
    outcome?;
    Ok(Lived { requests, time })
}

/// Serves the console page, and an emulator that it can use, until the task is interrupted.
fn browser(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    heading("set-up (the first time: some minutes of compiling; later: seconds)");
    let built = cargo::build(workspace, &[EMULATOR], &[EMULATOR], false)?;
    let (node, tarball) = package::npm(workspace)?;
    node.install(workspace, node::CONSOLE)?;
    let page = workspace.scratch().join("console");
    let script = |name: &str| Path::new(node::CONSOLE).join(name);
    let mut build = node.command(workspace);
    process::run(build.arg(script("build.mjs")).arg("--package").arg(&tarball).arg("--out").arg(&page))?;

    heading("the console page");
    let emulator = Emulator::start(built.binary(EMULATOR)?, options.instant)?;
    let mut serve = node.command(workspace);
    serve.arg(script("serve.mjs")).arg("--dir").arg(&page).args(["--port", &options.port.to_string()]);
    let (_server, mut output) = Server::start(&mut serve)?;
    let mut line = String::new();
    output.read_line(&mut line)?;
    let url = line.trim().strip_prefix("listening on ").context("the console page could not be served")?;
    say(&format!("open {url} in a browser: it contains its own emulator, nothing leaves the page"));
    say(&format!("an emulator as a server, to point the page at: {}", emulator.base_url));
    say(&format!("its account sid and auth token: {} and {}", emulator::ACCOUNT_SID, emulator::AUTH_TOKEN));
    say("Ctrl-C ends both");
    // Ends with the server, which ends with this task.
    std::io::copy(&mut output, &mut std::io::stdout())?;
    bail!("the server of the console page has ended");
}

/// Prints one line per request and returns each request without its time and response.
fn print_journal(journal: &str) -> Vec<String> {
    let parsed = serde_json::from_str::<Value>(journal).unwrap_or_default();
    let Some(entries) = entries(&parsed) else {
        say(journal.trim());
        return Vec::new();
    };
    let began = entries.first().map(time).unwrap_or_default();
    for entry in entries {
        say(&entry_line(entry, began));
    }
    entries.iter().map(asked).collect()
}

/// Returns a request without its time and its response.
fn asked(entry: &Value) -> String {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    format!("{} {} {}", text("method"), text("target"), text("body"))
}

/// Returns the journal's list: the document itself or its only list.
fn entries(journal: &Value) -> Option<&Vec<Value>> {
    journal.as_array().or_else(|| journal.as_object()?.values().find_map(Value::as_array))
}

/// Returns the emulator's time of a request, in milliseconds.
fn time(entry: &Value) -> u64 {
    entry.get("at_ms").and_then(Value::as_u64).unwrap_or_default()
}

/// Formats `+  1.5 s  POST   202  /v2/Channels/Senders  {…}`, with a shortened body.
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
    fn what_was_asked_has_no_time() {
        let entry =
            serde_json::json!({"method": "GET", "target": "/v2", "status": 200, "at_ms": 1, "body": ""});
        assert_eq!(asked(&entry), "GET /v2 ");
    }

    #[test]
    fn the_list_may_have_a_frame() {
        assert_eq!(entries(&serde_json::json!([1, 2])).map(Vec::len), Some(2));
        assert_eq!(entries(&serde_json::json!({"dropped": 0, "requests": [1]})).map(Vec::len), Some(1));
        assert_eq!(entries(&serde_json::json!({"error": "gone"})), None);
    }
}
