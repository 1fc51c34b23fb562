//! Other programs: run to the end, read, or kept in the background while a value lives.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context as _, Result, bail};

/// Returns a command from the words of a line.
pub(crate) fn command(line: &str) -> Command {
    let mut words = words(line);
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    command
}

/// Returns the words of a line, as arguments of a command.
pub(crate) fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split_whitespace()
}

/// Runs a program; its output goes to the terminal.
///
/// # Errors
/// If it cannot be started, or ends with a code other than 0.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().with_context(|| start_failure(command))?;
    if !status.success() {
        bail!("`{}` failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs a program and returns its standard output; its standard error is part of the error if it fails.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| start_failure(command))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed ({}): {}", shown(command), output.status, errors.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program with its output on the terminal and passes on each line of it, both streams in the order written.
pub(crate) fn tee(command: &mut Command, mut on_line: impl FnMut(&str)) -> Result<ExitStatus> {
    let (reader, writer) = std::io::pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| start_failure(command))?;
    // The command holds the other end of the pipe: the loop below ends only after that is dropped.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        std::io::stdout().write_all(&line)?;
        on_line(String::from_utf8_lossy(&line).trim_end());
        line.clear();
    }
    Ok(child.wait()?)
}

static SERVERS: Mutex<Vec<Child>> = Mutex::new(Vec::new());

fn servers() -> MutexGuard<'static, Vec<Child>> {
    SERVERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A program that runs until this value is dropped, or the task is interrupted.
#[derive(Debug)]
pub(crate) struct Server {
    id: u32,
}

impl Server {
    /// Starts the program and returns it with the address in its first line, `listening on http://…`, and its later
    /// output.
    pub(crate) fn start(command: &mut Command) -> Result<(Self, String, BufReader<ChildStdout>)> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| start_failure(command))?;
        let mut output = BufReader::new(child.stdout.take().context("no standard output")?);
        let server = Self { id: child.id() };
        servers().push(child);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let url = line.trim().strip_prefix("listening on ").with_context(|| {
            format!("the first line of `{}` was `{}`, not where it listens", shown(command), line.trim())
        })?;
        Ok((server, url.to_owned(), output))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        servers().retain_mut(|child| {
            if child.id() == self.id {
                end(child);
            }
            child.id() != self.id
        });
    }
}

/// Makes Ctrl-C, SIGTERM and SIGHUP end the servers of this task before the task itself.
pub(crate) fn end_servers_on_signal() -> Result<()> {
    ctrlc::set_handler(|| {
        servers().iter_mut().for_each(end);
        std::process::exit(130);
    })
    .context("cannot listen for Ctrl-C")
}

fn end(child: &mut Child) {
    // It may have ended by itself: then there is nothing to do.
    let _ = child.kill();
    let _ = child.wait();
}

/// Finds the first program of that name on PATH.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = vec![program.file_name().unwrap_or(program.as_os_str()).to_string_lossy()];
    words.extend(command.get_args().map(|word| word.to_string_lossy()));
    words.join(" ")
}

fn start_failure(command: &Command) -> String {
    format!("cannot start `{}`", shown(command))
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
            tee(&mut shell("echo one; echo two >&2; echo three; exit 3"), |line| lines.push(line.to_owned()));
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
    fn a_dropped_server_has_ended() {
        let (server, id, _) = Server::start(&mut shell("echo listening on $$; exec sleep 600")).unwrap();
        let is_alive = || capture(&mut command(&format!("kill -0 {id}"))).is_ok();
        assert!(is_alive());
        drop(server);
        assert!(!is_alive());
        assert!(Server::start(&mut shell("echo address in use")).is_err());
    }
}
