//! `cargo xtask demo`: the life of one sender through the packages that users install, against the emulator.

use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};
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

/// A language whose package the demo shows.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Language {
    Python,
    Node,
    Kotlin,
    Swift,
}

/// The order in which they are shown: the quickest to build first.
const LANGUAGES: [Language; 4] = [Language::Python, Language::Node, Language::Kotlin, Language::Swift];

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Show one language alone
    #[arg(long)]
    only: Option<Language>,
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

/// Shows each language as soon as its package is built, and says before what it builds.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if options.browser {
        return browser(workspace, options);
    }
    let start = Instant::now();
    heading("the emulator");
    let built = cargo::build(workspace, &[EMULATOR], &[EMULATOR], false)?;
    let binary = built.binary(EMULATOR)?;
    let mut all = Vec::new();
    for language in LANGUAGES.into_iter().filter(|language| options.only.is_none_or(|only| only == *language))
    {
        heading(&format!(
            "{language:?}: building the package; the first time this takes {}",
            language.first_time()
        ));
        let begin = Instant::now();
        let Some((mut example, package)) = language.prepare(workspace)? else { continue };
        let built_in = begin.elapsed();
        let lived = live(&format!("{language:?}"), &Emulator::start(binary, options.instant)?, &mut example)?;
        say(&format!("{language:?}: {} after the start of the demo", seconds(start.elapsed())));
        all.push((language, built_in, lived, package));
    }

    heading("summary");
    if all.windows(2).all(|pair| matches!(pair, [(.., a, _), (.., b, _)] if a.requests == b.requests))
        && all.len() > 1
    {
        say("every language sent the same requests, body for body");
    }
    for (language, built_in, lived, package) in &all {
        let package = workspace.relative(package.as_path()).display();
        say(&format!(
            "{:<8} built in {}; {} requests in {}, through {package}",
            format!("{language:?}"),
            seconds(*built_in),
            lived.requests.len(),
            seconds(lived.time)
        ));
    }
    say(
        "no account, no network: everything ran on this machine. Next: `cargo xtask demo --browser`, `cargo xtask test`",
    );
    Ok(ExitCode::SUCCESS)
}

impl Language {
    /// About how long the first build takes on two idle cores; later ones take seconds.
    const fn first_time(self) -> &'static str {
        match self {
            Self::Python => "one or two minutes",
            Self::Node => {
                "about two and a half minutes, most of them for wasm-bindgen's tool and the standard library"
            }
            Self::Kotlin => "one or two minutes",
            Self::Swift => "one or two minutes, and a gigabyte if there is no Swift on PATH",
        }
    }

    /// Builds the package and returns the example as a command, with the package; none if the machine lacks a tool.
    fn prepare(self, workspace: &Workspace) -> Result<Option<(Command, PathBuf)>> {
        let text = |example: &str| {
            std::fs::read_to_string(workspace.root.join(example))
                .with_context(|| format!("there is no {example}"))
        };
        match self {
            Self::Python => {
                let python = setup::tools()?;
                let wheel = package::wheel(workspace, &python)?;
                let environment = python::fresh(workspace, &python, "demo", &wheel)?;
                let mut command = environment.command(workspace);
                command.arg(PYTHON);
                Ok(Some((command, wheel)))
            }
            Self::Node => {
                let (node, tarball) = package::npm(workspace)?;
                let project = node.fresh(workspace, "demo", &tarball)?;
                let script = project.write("demo.mjs", &text(NODE)?)?;
                let mut command = node.command(workspace);
                command.arg(script);
                Ok(Some((command, tarball)))
            }
            Self::Kotlin => {
                let Some(maven) = Maven::find(workspace)? else { return Ok(None) };
                let program =
                    maven.program(workspace, "demo", &[("Demo.kt".to_owned(), text(kotlin::DEMO)?)])?;
                Ok(Some((program.command(workspace, "Demo.kt"), program.jar)))
            }
            Self::Swift => {
                let Some(swift) = swift::ready(workspace)? else { return Ok(None) };
                let (package, packed) = package::swift(workspace)?;
                let mut project = Project::new(workspace, "demo", &package)?;
                project.add("demo", &text(SWIFT)?)?;
                project.build(workspace, &swift)?;
                Ok(Some((project.program(workspace, &swift, "demo"), packed)))
            }
        }
    }
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
