//! The emulator as a separate program on a free port of this machine.

use std::io::{BufRead as _, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::process::Server;

/// The emulator's default credentials.
pub(crate) const ACCOUNT_SID: &str = "AC00000000000000000000000000000000";
pub(crate) const AUTH_TOKEN: &str = "00000000000000000000000000000000";

/// A running emulator; it ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Emulator {
    _server: Server,
    /// `http://127.0.0.1:PORT`.
    pub(crate) base_url: String,
}

impl Emulator {
    pub(crate) fn start(program: &Path, instant: bool) -> Result<Self> {
        let mut command = Command::new(program);
        command.args(["--port", "0"]);
        if instant {
            command.arg("--instant");
        }
        let (server, mut output) = Server::start(&mut command)?;
        let mut line = String::new();
        output.read_line(&mut line)?;
        let base_url = parse_listening(&line).with_context(|| {
            format!("the emulator's first line was `{}`, not where it listens", line.trim())
        })?;
        // Its later output is read and dropped, so that it never waits for a reader.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        Ok(Self { _server: server, base_url })
    }

    /// Sets the environment of a program to this emulator, and to no real account.
    pub(crate) fn environment(&self, command: &mut Command) {
        command.env("SENDERS_BASE_URL", &self.base_url);
        command.env("TWILIO_ACCOUNT_SID", ACCOUNT_SID).env("TWILIO_AUTH_TOKEN", AUTH_TOKEN);
        for name in ["TWILIO_API_KEY", "TWILIO_API_SECRET", "TWILIO_REGION", "TWILIO_EDGE"] {
            command.env_remove(name);
        }
    }

    /// Returns every request that the emulator served, as reported in its journal.
    pub(crate) fn journal(&self) -> Result<String> {
        let address = self.base_url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address)?;
        // HTTP/1.0: the response is in one piece and ends with the connection.
        write!(stream, "GET /_emulator/journal HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        parse_answer(&answer).map(str::to_owned)
    }
}

fn parse_listening(line: &str) -> Option<String> {
    line.trim()
        .strip_prefix("listening on ")
        .filter(|url| url.starts_with("http://127.0.0.1:"))
        .map(str::to_owned)
}

fn parse_answer(answer: &str) -> Result<&str> {
    let (head, body) = answer.split_once("\r\n\r\n").context("the emulator's journal ended too early")?;
    let status = head.lines().next().unwrap_or_default();
    if status.split(' ').nth(1) != Some("200") {
        bail!("the emulator returned `{status}` for its journal");
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_names_the_url() {
        assert_eq!(parse_listening("listening on http://127.0.0.1:8421\n").unwrap(), "http://127.0.0.1:8421");
        assert_eq!(parse_listening("error: address in use"), None);
        assert_eq!(parse_listening(""), None);
    }

    #[test]
    fn a_journal_is_the_body_of_a_200() {
        assert_eq!(parse_answer("HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\n[]").unwrap(), "[]");
        assert!(parse_answer("HTTP/1.0 404 Not Found\r\n\r\n").is_err());
        assert!(parse_answer("HTTP/1.0 200 OK\r\n").is_err());
    }
}
