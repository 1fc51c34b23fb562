//! The emulator as a separate program on a free port of this machine.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::process::{Server, words};

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
        let line = if instant { "--port 0 --instant" } else { "--port 0" };
        let (server, base_url, mut output) = Server::start(Command::new(program).args(words(line)))?;
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
        let (head, body) = answer.split_once("\r\n\r\n").context("the emulator's journal ended too early")?;
        let status = head.lines().next().unwrap_or_default();
        ensure!(status.contains(" 200 "), "the emulator returned `{status}` for its journal");
        Ok(body.to_owned())
    }
}
