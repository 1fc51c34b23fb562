//! `cargo xtask demo`: the life of one sender through the packages that users install, against the emulator.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use serde::Deserialize;

use crate::console::{heading, seconds, warn};
use crate::emulator::Emulator;
use crate::package::{self, Installed, LANGUAGES, Language};
use crate::process::{self, Server};
use crate::readme::Source;
use crate::test::EMULATOR;
use crate::workspace::Workspace;
use crate::{cargo, emulator, node};

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

/// The result of a sender's life in one language.
#[derive(Debug)]
struct Lived {
    language: Language,
    package: PathBuf,
    built_in: Duration,
    time: Duration,
    requests: Vec<Request>,
}

/// Shows each language as soon as its package is built, and says before what it builds.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    if options.browser {
        return browser(workspace, options);
    }
    let start = Instant::now();
    heading("the emulator");
    let built = cargo::programs(workspace, &[EMULATOR], &[EMULATOR], false)?;
    let mut all = Vec::new();
    for language in LANGUAGES.into_iter().filter(|it| options.only.is_none_or(|only| only == *it)) {
        let (example, first_time) = language.example();
        heading(format!("{language:?}: building the package; the first time this takes {first_time}"));
        let begin = Instant::now();
        let source = Source { name: "Demo".to_owned(), code: workspace.read(example)? };
        let Some(installed) = Installed::new(workspace, language, "demo")? else { continue };
        let (examples, package) = installed.examples(workspace, "demo", &[source])?;
        let built_in = begin.elapsed();
        for mut example in examples {
            let emulator = Emulator::start(built.program(EMULATOR)?, options.instant)?;
            heading(format!("{language:?}: one sender's whole life, at {}", emulator.base_url));
            emulator.environment(&mut example);
            let begin = Instant::now();
            let outcome = process::run(&mut example);
            let time = begin.elapsed();
            heading(format!("{language:?}: the requests that the emulator received"));
            let requests = requests(&emulator).unwrap_or_else(|error| {
                warn(format!("no request log: {error:#}"));
                Vec::new()
            });
            outcome?;
            println!("{language:?}: {} after the start of the demo", seconds(start.elapsed()));
            all.push(Lived { language, package: package.clone(), built_in, time, requests });
        }
    }

    heading("summary");
    if all.len() > 1
        && all.windows(2).all(|pair| matches!(pair, [one, other] if one.requests == other.requests))
    {
        println!("every language sent the same requests, body for body");
    }
    for Lived { language, package, built_in, time, requests } in &all {
        println!(
            "{:<8} built in {}; {} requests in {}, through {}",
            format!("{language:?}"),
            seconds(*built_in),
            requests.len(),
            seconds(*time),
            workspace.relative(package)
        );
    }
    println!(
        "no account, no network: everything ran on this machine. Next: `cargo xtask demo --browser`, `cargo xtask test`"
    );
    Ok(ExitCode::SUCCESS)
}

/// Serves the console page, and an emulator that it can use, until the task is interrupted.
fn browser(workspace: &Workspace, options: &Options) -> Result<ExitCode> {
    heading("set-up (the first time: some minutes of compiling; later: seconds)");
    let built = cargo::programs(workspace, &[EMULATOR], &[EMULATOR], false)?;
    let (node, tarball) = package::npm(workspace)?;
    node.install(workspace, node::CONSOLE)?;
    let page = workspace.scratch().join("console");
    let script = |name: &str| Path::new(node::CONSOLE).join(name);
    let mut build = node.command(workspace);
    process::run(build.arg(script("build.mjs")).arg("--package").arg(&tarball).arg("--out").arg(&page))?;

    heading("the console page");
    let emulator = Emulator::start(built.program(EMULATOR)?, options.instant)?;
    let mut serve = node.command(workspace);
    serve.arg(script("serve.mjs")).arg("--dir").arg(&page).args(["--port", &options.port.to_string()]);
    let (_server, url, mut output) = Server::start(&mut serve)?;
    println!("open {url} in a browser: it contains its own emulator, nothing leaves the page");
    println!("an emulator as a server, to point the page at: {}", emulator.base_url);
    println!("its account sid and auth token: {} and {}", emulator::ACCOUNT_SID, emulator::AUTH_TOKEN);
    println!("Ctrl-C ends both");
    // Ends with the server, which ends with this task.
    std::io::copy(&mut output, &mut std::io::stdout())?;
    bail!("the server of the console page has ended");
}

/// The emulator's record of a request.
#[derive(Debug, Deserialize)]
struct Entry {
    /// The emulator's time, in milliseconds.
    at_ms: u64,
    status: u16,
    #[serde(flatten)]
    request: Request,
}

/// A request without its time and its response.
#[derive(Debug, Deserialize, PartialEq)]
struct Request {
    method: String,
    target: String,
    body: String,
}

/// Prints one line per request that the emulator served, `+  1.5 s  POST   202  /v2/Channels/Senders  {…}`, with a
/// shortened body; returns the requests.
fn requests(emulator: &Emulator) -> Result<Vec<Request>> {
    let journal: Vec<Entry> =
        serde_json::from_str(&emulator.journal()?).context("the journal is not as expected")?;
    let began = journal.first().map_or(0, |first| first.at_ms);
    for Entry { at_ms, status, request: Request { method, target, body } } in &journal {
        let tenths = at_ms.saturating_sub(began) / 100;
        let mut short: String = body.chars().take(100).collect();
        if short.len() < body.len() {
            short.push('…');
        }
        let line = format!("+{:>3}.{} s  {method:<6} {status}  {target}  {short}", tenths / 10, tenths % 10);
        println!("{}", line.trim_end());
    }
    Ok(journal.into_iter().map(|entry| entry.request).collect())
}
