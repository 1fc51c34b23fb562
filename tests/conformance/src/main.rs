//! `cargo run -p senders-conformance -- --driver core` and so on; see `--help`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use senders_conformance::process_driver::ProcessDriver;
use senders_conformance::report::{Verdict, evaluate, known_failing};
use senders_conformance::trace::Trace;
use senders_conformance::vector::{Case, VectorFile, default_folder, load};
use senders_conformance::{core_driver, schema};

/// Runs the shared vectors through a driver and compares its traces with their expectations.
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// The language whose interface is run.
    #[arg(long, value_enum, default_value = "core")]
    driver: DriverName,
    /// The interpreter for `--driver python`, with the package installed.
    #[arg(long, default_value = "python3")]
    python: String,
    /// For `--driver kotlin`: the class path of the package, its tests and their dependencies.
    #[arg(long, value_name = "PATHS", default_value = "")]
    class_path: String,
    /// For `--driver swift`: the built driver; repeat the option for each word of its command line.
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    swift: Vec<String>,
    /// The command line of another driver; its words are separated by spaces.
    #[arg(long, value_name = "COMMAND")]
    command: Option<String>,
    /// Only cases with this in their id.
    #[arg(long, default_value = "")]
    filter: String,
    /// Only list the cases.
    #[arg(long)]
    list: bool,
    /// Only check the files against the schema.
    #[arg(long)]
    check_schema: bool,
    /// Print the trace of each case that fails.
    #[arg(long)]
    traces: bool,
    /// Run the core's driver as a process: tasks on standard input, traces on standard output.
    #[arg(long)]
    serve: bool,
    /// The folder of the vectors.
    #[arg(long)]
    vectors: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DriverName {
    /// The Rust core, in this process.
    Core,
    /// The Python package, through `drivers/python_driver.py`.
    Python,
    /// The npm package, through `drivers/node_driver.mjs`.
    Node,
    /// The Kotlin package, through `ConformanceDriver.kt` of its tests; `--class-path` gives its classes.
    Kotlin,
    /// The Swift package, through its `conformance-driver`; `--swift` gives its command.
    Swift,
}

impl DriverName {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Core => "core",
            Self::Python => "python",
            Self::Node => "node",
            Self::Kotlin => "kotlin",
            Self::Swift => "swift",
        }
    }
}

enum Driver {
    Core,
    Process(ProcessDriver),
}

impl Driver {
    fn start(options: &Options) -> Result<Self, String> {
        if let Some(command) = &options.command {
            let mut words = command.split_whitespace().map(str::to_owned);
            let program = words.next().ok_or("`--command` is empty")?;
            return ProcessDriver::start(&program, &words.collect::<Vec<_>>()).map(Self::Process);
        }
        match options.driver {
            DriverName::Core => Ok(Self::Core),
            DriverName::Python => {
                ProcessDriver::start(&options.python, &[script("python_driver.py")]).map(Self::Process)
            }
            DriverName::Node => ProcessDriver::start("node", &[script("node_driver.mjs")]).map(Self::Process),
            DriverName::Kotlin => {
                let main = "io.github.senderssdk.senders.ConformanceDriverKt";
                let words = ["--enable-native-access=ALL-UNNAMED", "-cp", options.class_path.as_str(), main];
                ProcessDriver::start("java", &words.map(str::to_owned)).map(Self::Process)
            }
            DriverName::Swift => {
                let (program, words) = options.swift.split_first().ok_or("`--swift` is missing")?;
                ProcessDriver::start(program, words).map(Self::Process)
            }
        }
    }

    fn run(&mut self, case: &Case) -> Result<Trace, String> {
        match self {
            Self::Core => Ok(core_driver::run(case.task())),
            Self::Process(driver) => driver.run(case),
        }
    }
}

/// Returns the path of a driver's script, as an argument of its interpreter.
fn script(name: &str) -> String {
    drivers().join(name).to_string_lossy().into_owned()
}

fn drivers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("drivers")
}

fn main() -> ExitCode {
    let options = Options::parse();
    let mut out = std::io::stdout().lock();
    let done = if options.serve {
        core_driver::serve(std::io::stdin().lock(), &mut out).map(|()| true)
    } else {
        run(&options, &mut out)
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options, out: &mut impl Write) -> Result<bool, String> {
    let files = load(&options.vectors.clone().unwrap_or_else(default_folder))?;
    let cases: Vec<&Case> = files
        .iter()
        .flat_map(|(_, file)| &file.cases)
        .filter(|case| case.id.contains(&options.filter))
        .collect();
    if options.list {
        for case in &cases {
            say(out, &format!("{:<48} {}", case.id, case.description))?;
        }
        return Ok(true);
    }
    let problems = schema::problems(&files);
    for problem in &problems {
        say(out, &format!("schema: {problem}"))?;
    }
    if options.check_schema || !problems.is_empty() {
        let total: usize = files.iter().map(|(_, file)| file.cases.len()).sum();
        say(out, &format!("{} files, {total} cases, {} problems", files.len(), problems.len()))?;
        return Ok(problems.is_empty());
    }
    if cases.is_empty() {
        return Err(format!("no case has `{}` in its id", options.filter));
    }
    judge_all(options, &files, &cases, out)
}

/// Runs the cases and prints failures and counts. Returns whether all passed.
fn judge_all(
    options: &Options,
    files: &[(String, VectorFile)],
    cases: &[&Case],
    out: &mut impl Write,
) -> Result<bool, String> {
    let name = options.driver.as_str();
    let known = known_failing(&drivers().join(format!("known-failing-{name}.txt")))?;
    let is_case = |id: &String| files.iter().any(|(_, file)| file.cases.iter().any(|case| case.id == *id));
    if let Some(id) = known.iter().find(|id| !is_case(id)) {
        return Err(format!("known-failing-{name}.txt names `{id}`, which is no case"));
    }
    let mut driver = Driver::start(options)?;
    let is_core = options.driver == DriverName::Core && options.command.is_none();
    let is_run = |case: &&&Case| is_core || !case.given.operation.is_of_the_core();
    let cases: Vec<&Case> = cases.iter().filter(is_run).copied().collect();
    let (mut passed, mut failed, mut expected) = (0_usize, 0_usize, 0_usize);
    for case in &cases {
        let trace = driver.run(case)?;
        match evaluate(case, &trace, known.contains(&case.id)) {
            Verdict::Passed => passed += 1,
            Verdict::KnownFailing => {
                passed += 1;
                expected += 1;
            }
            Verdict::Failed(found) => {
                failed += 1;
                say(out, &format!("FAILED {}: {}", case.id, case.description))?;
                for difference in &found {
                    say(out, &format!("    {difference}"))?;
                }
                if options.traces {
                    say(out, &serde_json::to_string_pretty(&trace).map_err(|error| error.to_string())?)?;
                }
            }
        }
    }
    say(out, &format!("driver {name}: {} cases, {expected} known to fail", cases.len()))?;
    say(out, &format!("{passed} passed, {failed} failed"))?;
    Ok(failed == 0)
}

fn say(out: &mut impl Write, line: &str) -> Result<(), String> {
    writeln!(out, "{line}").map_err(|error| error.to_string())
}
