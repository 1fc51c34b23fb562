//! Other programs: run to the end, read, or kept in the background while a value lives.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

static SERVERS: Mutex<Vec<Arc<Mutex<Child>>>> = Mutex::new(Vec::new());

/// Runs a program; its output goes to the terminal.
///
/// # Errors
/// If it cannot be started, or ends with a code other than 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().with_context(|| start_failure(command))?;
    if !status.success() {
        bail!("`{}` failed ({status})", words(command));
    }
    Ok(())
}

/// Runs a program with its output on the terminal, and ends it when it takes longer than the limit.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    let mut child = command.stdin(Stdio::null()).spawn().with_context(|| start_failure(command))?;
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if start.elapsed() >= limit {
            child.kill()?;
            child.wait()?;
            bail!("`{}` was ended: it took longer than {} s", words(command), limit.as_secs());
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    if !status.success() {
        bail!("`{}` failed ({status})", words(command));
    }
    Ok(())
}

/// Runs a program and returns its standard output; its standard error is part of the error if it fails.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| start_failure(command))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed ({}): {}", words(command), output.status, errors.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program with its output on the terminal and passes on each line of it, both streams in the order written.
pub(crate) fn tee(mut command: Command, mut on_line: impl FnMut(&str)) -> Result<ExitStatus> {
    let (reader, writer) = std::io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| start_failure(&command))?;
    // The command holds the other end of the pipe: the loop below ends only after it is dropped.
    drop(command);
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        std::io::stdout().write_all(&line)?;
        on_line(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
    Ok(child.wait()?)
}

/// A program that runs until this value is dropped, or the task is interrupted.
#[derive(Debug)]
pub(crate) struct Server {
    child: Arc<Mutex<Child>>,
}

impl Server {
    /// Starts the program; also returns its standard output.
    pub(crate) fn start(command: &mut Command) -> Result<(Self, BufReader<std::process::ChildStdout>)> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| start_failure(command))?;
        let output = child.stdout.take().context("no standard output")?;
        let child = Arc::new(Mutex::new(child));
        SERVERS.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&child));
        Ok((Self { child }, BufReader::new(output)))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&self.child);
        SERVERS
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|other| !Arc::ptr_eq(other, &self.child));
    }
}

/// Makes Ctrl-C, SIGTERM and SIGHUP end the servers of this task before the task itself.
pub(crate) fn end_servers_on_signal() -> Result<()> {
    ctrlc::set_handler(|| {
        for child in SERVERS.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            end(child);
        }
        std::process::exit(130);
    })
    .context("cannot listen for Ctrl-C")
}

fn end(child: &Mutex<Child>) {
    let mut child = child.lock().unwrap_or_else(PoisonError::into_inner);
    // It may have ended by itself: then there is nothing to do.
    let _ = child.kill();
    let _ = child.wait();
}

/// Finds the first program of that name on PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// Returns whether a program of that name is on PATH.
pub(crate) fn is_on_path(name: &str) -> bool {
    on_path(name).is_some()
}

fn words(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

fn start_failure(command: &Command) -> String {
    format!("cannot start `{}`", words(command))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn tee_keeps_the_order_of_both_streams() {
        let mut lines = Vec::new();
        let status =
            tee(shell("echo one; echo two >&2; echo three; exit 3"), |line| lines.push(line.to_owned()));
        assert_eq!(status.unwrap().code(), Some(3));
        assert_eq!(lines, ["one", "two", "three"]);
    }

    #[test]
    fn a_failure_names_the_program_and_what_it_said() {
        let error = capture(&mut shell("echo broken >&2; exit 1")).unwrap_err().to_string();
        assert!(error.contains("`sh -c") && error.ends_with(": broken"), "{error}");
        assert!(run(&mut shell("exit 1")).is_err());
    }

    #[test]
    fn what_takes_too_long_is_ended() {
        let error = run_within(&mut shell("exec sleep 600"), Duration::from_millis(100)).unwrap_err();
        assert!(error.to_string().contains("took longer"), "{error}");
        assert!(run_within(&mut shell("exit 0"), Duration::from_secs(60)).is_ok());
        assert!(run_within(&mut shell("exit 1"), Duration::from_secs(60)).is_err());
    }

    #[test]
    fn a_dropped_server_has_ended() {
        let (server, mut output) = Server::start(&mut shell("echo $$; exec sleep 600")).unwrap();
        let mut id = String::new();
        output.read_line(&mut id).unwrap();
        let alive = || Command::new("kill").args(["-0", id.trim()]).output().unwrap().status.success();
        assert!(alive());
        drop(server);
        assert!(!alive());
    }
}
