//! The processes of a run: stubs and peers, each in its own process without our environment.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::environments::Environment;
use crate::measure::{children_cpu_time, ms};
use crate::rows::{Env, How, Language, PeerResult};
use crate::stub::Count;

/// A stub that is listening. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct RunningStub {
    child: Child,
    base: String,
}

impl RunningStub {
    /// Starts the stub from the release build of this binary on a free port; without a release build, from this
    /// binary itself.
    pub(crate) fn start(release: Option<&Path>, latency_ms: u64) -> Result<Self> {
        let binary = release.map_or_else(std::env::current_exe, |release| Ok(release.to_owned()))?;
        let mut child = Command::new(binary)
            .args(["stub", "--port", "0", "--latency-ms", &latency_ms.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("the stub could not be started")?;
        let stdout = child.stdout.take().context("the stub has no output")?;
        let mut stub = Self { child, base: String::new() };
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let Some(base) = line.trim().strip_prefix("listening on ") else {
            bail!("the stub did not start; it said `{}`", line.trim());
        };
        base.clone_into(&mut stub.base);
        Ok(stub)
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Returns the number of requests served so far. Sends one request over its own connection, without a client
    /// library.
    pub(crate) fn count(&self) -> Result<Count> {
        let address = self.base.strip_prefix("http://").context("the stub has no address")?;
        let mut stream = TcpStream::connect(address)?;
        write!(stream, "GET /_count HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (_, body) = answer.split_once("\r\n\r\n").context("the stub's count has no body")?;
        Ok(serde_json::from_str(body)?)
    }
}

impl Drop for RunningStub {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The settings needed to run a peer.
pub(crate) struct Peers<'a> {
    pub(crate) environments: &'a BTreeMap<Env, Environment>,
    /// The release build of this binary, if it could be built.
    pub(crate) release: Option<PathBuf>,
    /// One sid on each line.
    pub(crate) sids: PathBuf,
}

impl fmt::Debug for Peers<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peers").field("environments", &self.environments).finish_non_exhaustive()
    }
}

impl Peers<'_> {
    /// Runs a peer once, in a fresh process.
    pub(crate) fn run(&self, how: How, base: &str, count: usize) -> Result<PeerResult> {
        let mut command = match how {
            How::Script(env, row) => {
                let mut command = self.script(env, &format!("with_{}", env.tool()))?;
                command.args([row, base]).arg(&self.sids).arg(count.to_string());
                command
            }
            How::Prepare(env, what) => {
                let script = match env.language() {
                    Language::Python => "import_cost",
                    Language::Node => "ready_cost",
                };
                let mut command = self.script(env, script)?;
                command.arg(what);
                command
            }
            How::Start(env, script) => {
                let mut command = self.script(env, script)?;
                command.arg(base);
                command
            }
            How::Reqwest(row) => self.reqwest(row, base, count)?,
            How::ReqwestStart => self.reqwest("start", base, count)?,
        };
        let (cpu, wall) = (children_cpu_time()?, Instant::now());
        let output = clean(&mut command).stdin(Stdio::null()).output()?;
        let (cpu, wall) = (children_cpu_time()?.saturating_sub(cpu), wall.elapsed());
        if !output.status.success() {
            let stderr = String::from_utf8_lossy(&output.stderr);
            bail!("{}", said(stderr.trim()));
        }
        let stdout = String::from_utf8_lossy(&output.stdout);
        let mut result: PeerResult = match stdout.lines().last() {
            Some(line) => serde_json::from_str(line).context("the peer's result cannot be read")?,
            None => PeerResult { seen: 1, check: None, metrics: BTreeMap::new() },
        };
        result.metrics.insert("process_cpu_ms".to_owned(), ms(cpu));
        result.metrics.insert("process_wall_ms".to_owned(), ms(wall));
        Ok(result)
    }

    fn script(&self, env: Env, name: &str) -> Result<Command> {
        let environment = self.environments.get(&env).context("the environment is not there")?;
        let mut command = Command::new(&environment.program);
        let extension = match env.language() {
            Language::Python => {
                // No user packages, no PYTHON… variables, no bytecode beside our scripts.
                command.args(["-s", "-E", "-B"]);
                "py"
            }
            Language::Node => "mjs",
        };
        command.arg(environment.scripts.join(name).with_extension(extension));
        Ok(command)
    }

    fn reqwest(&self, row: &str, base: &str, count: usize) -> Result<Command> {
        let mut command = Command::new(self.release.as_ref().context("the release build is not there")?);
        command.args(["reqwest-peer", row, base]).arg(&self.sids).arg(count.to_string());
        Ok(command)
    }
}

/// Returns the line of a failed peer that gives the reason: the last line of Python, the line with the error's name
/// of Node.
fn said(stderr: &str) -> &str {
    let is_error = |line: &&str| line.split_once(": ").is_some_and(|(name, _)| name.ends_with("Error"));
    let line = stderr.lines().find(is_error).or_else(|| stderr.lines().last());
    line.unwrap_or("failed without a message").trim()
}

/// Removes the environment: no proxy, no credentials, no settings of the person who runs this.
fn clean(command: &mut Command) -> &mut Command {
    command.env_clear().env("LANG", "C.UTF-8");
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// Builds this crate like the wheel (release, fat LTO), to measure the Rust peer at its best and to keep the stub
/// cheap.
pub(crate) fn build_release(manifest: &Path, target: &Path) -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--release", "--manifest-path"])
        .arg(manifest)
        .arg("--target-dir")
        .arg(target)
        .status()
        .context("cargo could not be started")?;
    if !status.success() {
        bail!("the release build failed");
    }
    Ok(target.join("release").join("senders-bench"))
}
