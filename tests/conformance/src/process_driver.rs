//! A driver in another language: a process that reads a task per line and writes a trace per line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::trace::{Outcome, Trace};
use crate::vector::Case;

/// The time limit of a driver for a case; the case's own time is simulated.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running driver; it ends when it is dropped.
#[derive(Debug)]
pub struct ProcessDriver {
    child: Child,
    input: ChildStdin,
    lines: Receiver<Result<String, String>>,
}

impl ProcessDriver {
    /// Starts `program` with `arguments`. Its standard error goes to ours.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(program: &str, arguments: &[String]) -> Result<Self, String> {
        let mut child = Command::new(program)
            .args(arguments)
            // Removes Cargo's variables: with them a driver would load libraries of this build, not those of its
            // package.
            .env_remove("LD_LIBRARY_PATH")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("`{program}` cannot be started: {error}"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(format!("`{program}` has no standard input or output"));
        };
        let (sender, lines) = channel();
        // The thread ends with the process, or when the receiver is dropped.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                if sender.send(line.map_err(|error| error.to_string())).is_err() {
                    break;
                }
            }
        });
        Ok(Self { child, input, lines })
    }

    /// Runs one case in the driver.
    ///
    /// # Errors
    /// If the driver has ended or breaks the protocol; it can run no more cases then.
    pub fn run(&mut self, case: &Case) -> Result<Trace, String> {
        let mut line = serde_json::to_string(&case.task()).map_err(|error| error.to_string())?;
        // `given` may hold raw text over several lines; only white space between tokens can contain line ends.
        line = line.replace(['\r', '\n'], " ");
        line.push('\n');
        self.input
            .write_all(line.as_bytes())
            .and_then(|()| self.input.flush())
            .map_err(|error| format!("the driver takes no more tasks: {error}"))?;
        let answer = match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => line.map_err(|error| format!("the driver's response: {error}"))?,
            Err(RecvTimeoutError::Disconnected) => return Err(format!("the driver ended at `{}`", case.id)),
            Err(RecvTimeoutError::Timeout) => {
                return Err(format!(
                    "the driver did not respond to `{}` in {} s",
                    case.id,
                    PATIENCE.as_secs()
                ));
            }
        };
        serde_json::from_str(&answer).or_else(|error| {
            Ok(Trace {
                id: case.id.clone(),
                events: Vec::new(),
                end: Outcome::crashed(format!(
                    "the driver's response is not a trace: {error}: {}",
                    answer.trim()
                )),
            })
        })
    }
}

impl Drop for ProcessDriver {
    fn drop(&mut self) {
        // The process may have ended already; in both cases wait for it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
