//! Runs the rows: rounds over all peers in turn, checks of the work done, results for the report.

use std::collections::BTreeMap;
use std::io::{Write as _, stderr, stdout};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use crate::catalogue::{Catalogue, SENDERS};
use crate::environments::{self, Environment, Installed, Sources};
use crate::machine::{Machine, load};
use crate::processes::{Peers, RunningStub, build_release};
use crate::report::{FAILED, PeerOutcome, Report, RowOutcome, SizeOutcome};
use crate::rows::{Env, How, LATENCY_MS, Language, PeerResult, Row, Work, rows};
use crate::stats::Spread;
use crate::stub::Count;

/// Requests a peer makes before its clock starts, in rows of single requests.
const WARM_UP: u64 = 200;

/// Options of `run`.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The wheel of this repository; without it the rows of `senders` are skipped.
    #[arg(long)]
    wheel: Option<PathBuf>,
    /// The npm package of this repository, a tarball; without it the Node rows of `senders` are skipped.
    #[arg(long)]
    npm: Option<PathBuf>,
    /// Rounds of each row [default: 7, with --quick 2].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1000))]
    rounds: Option<u16>,
    /// Fewer requests and rounds: shows that everything runs, measures little.
    #[arg(long)]
    quick: bool,
    /// Only these rows, separated by commas; `python` and `node` mean all rows of a language.
    #[arg(long, value_delimiter = ',')]
    rows: Vec<String>,
    /// Print the tables in Markdown.
    #[arg(long)]
    markdown: bool,
    /// File for the result as JSON [default: bench/results.json in the build folder].
    #[arg(long)]
    json: Option<PathBuf>,
    /// Interpreter that the environments are made with.
    #[arg(long, default_value = "python3")]
    python: String,
    /// Node that runs its peers; npm is the one on the path.
    #[arg(long, default_value = "node")]
    node: String,
}

/// Runs the selected rows, prints the report and writes it as JSON. A missed goal is not an error; a peer that does
/// not do its work is an error, returned after the report.
pub(crate) fn run(options: &Options) -> Result<()> {
    let rows = chosen(&options.rows)?;
    let with_sizes = |language: &Language| {
        let named = |id: &String| [language.size_row(), language.name()].contains(&id.as_str());
        options.rows.is_empty() || options.rows.iter().any(named)
    };
    let sizes_of: Vec<Language> = Language::ALL.into_iter().filter(with_sizes).collect();
    if let Some(wheel) = &options.wheel {
        ensure!(wheel.is_file(), "there is no wheel at `{}`", wheel.display());
    }
    if let Some(npm) = &options.npm {
        ensure!(npm.is_file(), "there is no npm package at `{}`", npm.display());
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = target_folder()?;
    let work = target.join("bench");
    let scripts = folder.join("peers");
    std::fs::create_dir_all(work.join("envs"))?;

    let mut problems = BTreeMap::new();
    let sources = Sources {
        root: &work.join("envs"),
        peers: &scripts,
        python: &options.python,
        node: &options.node,
        wheel: options.wheel.as_deref(),
        npm: options.npm.as_deref(),
    };
    let environments = prepare(&sources, &rows, &sizes_of, &mut problems);
    say("release build of the stub and the Rust peer");
    let release = build_release(&folder.join("Cargo.toml"), &target)
        .inspect_err(|error| say(&format!("rows of reqwest are skipped: {error:#}")))
        .ok();
    let sids = work.join("sids.txt");
    std::fs::write(&sids, Catalogue::render(SENDERS, "")?.sids().join("\n"))?;
    let machine = Machine::here(&options.python, &options.node, &scripts, &folder.join("../../Cargo.lock"));
    let peers = Peers { environments: &environments, release, sids };

    let rounds = usize::from(options.rounds.unwrap_or(if options.quick { 2 } else { 7 }));
    let mut outcomes = Vec::new();
    for row in rows {
        outcomes.push(run_row(row, &peers, &problems, rounds, options.quick)?);
    }
    let sizes =
        sizes_of.into_iter().map(|language| sizes(language, &sources, &peers)).collect::<Result<_>>()?;
    let report = Report {
        machine,
        load_after: load(),
        rounds,
        quick: options.quick,
        wheel: sources.wheel.and_then(file_name),
        npm: sources.npm.and_then(file_name),
        rows: outcomes,
        sizes,
    };
    stdout().write_all(report.text(options.markdown).as_bytes())?;
    let json = options.json.clone().unwrap_or_else(|| work.join("results.json"));
    std::fs::write(&json, report.json()?)
        .with_context(|| format!("`{}` could not be written", json.display()))?;
    say(&format!("result as JSON: {}", json.display()));
    let failed = report.failed();
    ensure!(failed.is_empty(), "peers that did not do their work: {}", failed.join(", "));
    Ok(())
}

fn file_name(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_string_lossy().into_owned())
}

fn chosen(ids: &[String]) -> Result<Vec<&'static Row>> {
    let others = Language::ALL.into_iter().flat_map(|language| [language.size_row(), language.name()]);
    let known: Vec<&str> = rows().map(|row| row.id).chain(others).collect();
    for id in ids {
        ensure!(known.contains(&id.as_str()), "there is no row `{id}`; rows are {}", known.join(", "));
    }
    let is_chosen = |row: &&Row| ids.iter().any(|id| id == row.id || id == row.language().name());
    Ok(rows().filter(|row| ids.is_empty() || is_chosen(row)).collect())
}

/// Returns the build folder of this binary: `<target>/<profile>/senders-bench`.
fn target_folder() -> Result<PathBuf> {
    let exe = std::env::current_exe()?;
    let target = exe.parent().and_then(Path::parent).context("the build folder is not where it should be")?;
    Ok(target.to_owned())
}

/// Creates the environments that the rows need. If one cannot be created, only its peer fails, not the run.
fn prepare(
    sources: &Sources<'_>,
    rows: &[&Row],
    sizes_of: &[Language],
    problems: &mut BTreeMap<Env, String>,
) -> BTreeMap<Env, Environment> {
    let of_a_row = |env| rows.iter().any(|row| row.peers.iter().any(|(_, how)| how.env() == Some(env)));
    let needed = |env: &Env| of_a_row(*env) || sizes_of.contains(&env.language());
    let mut ready = BTreeMap::new();
    for env in Env::ALL.into_iter().filter(needed) {
        say(&format!("environment of {} ({})", env.peer(), env.language().name()));
        match environments::ready(env, sources) {
            Ok(environment) => drop(ready.insert(env, environment)),
            Err(error) => {
                say(&format!("ROWS OF {} ({}) ARE SKIPPED: {error:#}", env.peer(), env.language().name()));
                problems.insert(env, format!("{error:#}"));
            }
        }
    }
    ready
}

fn run_row(
    row: &'static Row,
    peers: &Peers<'_>,
    problems: &BTreeMap<Env, String>,
    rounds: usize,
    quick: bool,
) -> Result<RowOutcome> {
    say(&format!("{}: {}", row.id, row.title));
    let stub = RunningStub::start(peers.release.as_deref(), if row.late { LATENCY_MS } else { 0 })?;
    let began = stub.count()?;
    let count = row.size.count(quick);
    let mut outcomes: Vec<PeerOutcome> = row
        .peers
        .iter()
        .map(|(name, how)| PeerOutcome::new(name, how.env().and_then(|env| problems.get(&env)).cloned()))
        .collect();
    for round in 0..rounds {
        for ((_, how), outcome) in row.peers.iter().zip(&mut outcomes) {
            if outcome.problem.is_some() {
                continue;
            }
            match run_peer(row, *how, peers, &stub, count, quick, round == 0) {
                Ok(result) => outcome.push(result),
                Err(error) => {
                    say(&format!("{}: {} FAILED: {error:#}", row.id, outcome.name));
                    outcome.problem = Some(format!("{FAILED}: {error:#}"));
                }
            }
        }
    }
    compare_checks(&mut outcomes);
    let ended = stub.count()?;
    let requests = ended.answered() - began.answered();
    // In rows of a few requests, most of the stub's time is the request for its counts.
    let stub_us = match row.work {
        Work::Create | Work::Nothing => None,
        _ => (ended.cpu_us - began.cpu_us).checked_div(requests),
    };
    Ok(RowOutcome { row, count, peers: outcomes, stub_us })
}

/// Runs a row once. Short rows return the median of several runs; in the first round one more run comes first and is
/// dropped, because it reads cold files.
fn run_peer(
    row: &Row,
    how: How,
    peers: &Peers<'_>,
    stub: &RunningStub,
    count: usize,
    quick: bool,
    first_round: bool,
) -> Result<PeerResult> {
    let once = || -> Result<PeerResult> {
        let before = stub.count()?;
        let mut result = peers.run(how, stub.base(), count)?;
        let requests = check_work(row.work, how, before, stub.count()?, count, &result)?;
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        result.metrics.insert("requests".to_owned(), requests as f64);
        Ok(result)
    };
    if !how.is_short() {
        return once();
    }
    if first_round {
        once()?;
    }
    let results = (0..if quick { 3 } else { 5 }).map(|_| once()).collect::<Result<Vec<_>>>()?;
    let mut samples: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (key, value) in results.iter().flat_map(|result| &result.metrics) {
        samples.entry(key).or_default().push(*value);
    }
    let metrics = samples
        .into_iter()
        .filter_map(|(key, values)| Some((key.to_owned(), Spread::of(&values)?.median)))
        .collect();
    Ok(PeerResult { seen: 1, check: None, metrics })
}

/// Checks that the stub received the requests of the row and that the peer read every sender. Returns the number of
/// requests.
fn check_work(
    work: Work,
    how: How,
    before: Count,
    after: Count,
    count: usize,
    result: &PeerResult,
) -> Result<u64> {
    let list = after.list - before.list;
    let fetch = after.fetch - before.fetch;
    let create = after.create - before.create;
    let refused = after.refused - before.refused;
    let asked = count as u64 + WARM_UP;
    let all = SENDERS as u64;
    let expected = match work {
        Work::Pages(pages) => (pages, 0, 0),
        Work::PageInMemory => (1, 0, 0),
        Work::Fetches => (0, asked, 0),
        Work::Creates => (0, 0, asked),
        Work::Create => (0, 0, u64::from(!matches!(how, How::Start(_, "start_bare")))),
        Work::Nothing => (0, 0, 0),
        Work::AllSenders => (list, 0, 0),
    };
    ensure!(
        (list, fetch, create) == expected,
        "(lists, fetches, creates) were {:?} instead of {expected:?}",
        (list, fetch, create)
    );
    ensure!(refused == 0, "{refused} requests were refused");
    let seen = match work {
        Work::Pages(_) | Work::AllSenders => all,
        Work::PageInMemory => 1_000,
        Work::Fetches | Work::Creates => count as u64,
        Work::Create | Work::Nothing => 1,
    };
    ensure!(result.seen == seen, "{} seen instead of {seen}", result.seen);
    Ok(list + fetch + create)
}

/// Marks every peer that read another text than most peers: it has not done the row's work.
fn compare_checks(outcomes: &mut [PeerOutcome]) {
    let mut votes: BTreeMap<u64, usize> = BTreeMap::new();
    for check in outcomes.iter().filter_map(|outcome| outcome.check) {
        *votes.entry(check).or_default() += 1;
    }
    let Some((&right, _)) = votes.iter().max_by_key(|(_, count)| **count) else { return };
    for outcome in outcomes.iter_mut() {
        if let Some(check) = outcome.check.filter(|check| *check != right) {
            outcome.problem = Some(format!("{FAILED}: read {check} characters, others {right}"));
        }
    }
}

fn sizes(language: Language, sources: &Sources<'_>, peers: &Peers<'_>) -> Result<SizeOutcome> {
    let package = match language {
        Language::Python => sources.wheel,
        Language::Node => sources.npm,
    };
    let package_bytes = package.map(|file| std::fs::metadata(file).map(|file| file.len())).transpose()?;
    let mut installed: Vec<(&'static str, Installed)> = peers
        .environments
        .values()
        .filter(|environment| environment.env.language() == language && !environment.env.is_bare())
        .map(|environment| (environment.env.peer(), environment.size))
        .collect();
    if let Some(binary) = peers.release.as_ref().filter(|_| language == Language::Python) {
        let bytes = std::fs::metadata(binary)?.len();
        installed
            .push(("reqwest + serde_json (this whole binary)", Installed { bytes, files: 1, packages: 0 }));
    }
    Ok(SizeOutcome { language, package_bytes, installed })
}

fn say(text: &str) {
    // A failed write of the progress must not fail the run.
    let _ = writeln!(stderr(), "bench: {text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(list: u64, fetch: u64, create: u64, refused: u64) -> Count {
        Count { list, fetch, create, refused, cpu_us: 0 }
    }

    fn result(seen: u64) -> PeerResult {
        PeerResult { seen, check: None, metrics: BTreeMap::new() }
    }

    #[test]
    fn work_left_out_is_noticed() {
        let how = How::Script(Env::Twilio, "list");
        let before = count(40, 0, 0, 0);
        let check = |work, after, asked, seen| check_work(work, how, before, after, asked, &result(seen));
        assert_eq!(check(Work::Pages(40), count(80, 0, 0, 0), 0, 10_000).unwrap(), 40);
        assert!(check(Work::Pages(40), count(79, 0, 0, 0), 0, 10_000).is_err());
        assert!(check(Work::Pages(40), count(80, 0, 0, 0), 0, 9_999).is_err());
        assert!(check(Work::Pages(40), count(80, 0, 0, 1), 0, 10_000).is_err());
        assert_eq!(check(Work::Fetches, count(40, 700, 0, 0), 500, 500).unwrap(), 700);
        assert!(check(Work::Creates, count(40, 700, 0, 0), 500, 500).is_err());
    }

    #[test]
    fn a_peer_that_read_other_text_is_called_out() {
        let mut outcomes: Vec<PeerOutcome> = ["a", "b", "c"].map(|name| PeerOutcome::new(name, None)).into();
        for (outcome, check) in outcomes.iter_mut().zip([7, 8, 7]) {
            outcome.check = Some(check);
        }
        compare_checks(&mut outcomes);
        let problems: Vec<bool> = outcomes.iter().map(|outcome| outcome.problem.is_some()).collect();
        assert_eq!(problems, [false, true, false]);
    }

    #[test]
    fn unknown_rows_are_refused() {
        assert_eq!(chosen(&["list".to_owned(), "size".to_owned()]).unwrap().len(), 1);
        let node = chosen(&["node".to_owned()]).unwrap();
        assert!(node.len() > 3 && node.iter().all(|row| row.language() == Language::Node));
        assert_eq!(chosen(&[]).unwrap().len(), rows().count());
        assert!(chosen(&["lists".to_owned()]).unwrap_err().to_string().contains("fetch64"));
    }
}
