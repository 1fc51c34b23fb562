//! The benchmark of the project: a stub of the Senders API, peers in fresh environments, and the harness that runs
//! them in turn and compares them. See `README.md` beside the manifest.

mod catalogue;
mod environments;
mod harness;
mod machine;
mod measure;
mod model;
mod processes;
mod report;
mod reqwest_peer;
mod rows;
mod stats;
mod stub;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Compares the Python and the npm package with their peers over a stub of the Senders API.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the rows and prints tables, ratios and goals.
    Run(harness::Options),
    /// Serves 10,000 senders on the loopback address until it is ended.
    Stub {
        /// Port; 0 takes a free one.
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Milliseconds to wait before each response.
        #[arg(long, default_value_t = 0)]
        latency_ms: u64,
    },
    /// Runs one row of the Rust peer; started by `run`.
    #[command(hide = true)]
    ReqwestPeer {
        /// Row of the peer.
        row: String,
        /// Base URL of the stub.
        base: String,
        /// File with one sid on each line.
        sids: PathBuf,
        /// Requests to measure.
        count: usize,
    },
}

fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Run(options) => harness::run(&options),
        Command::Stub { port, latency_ms } => stub::serve(port, Duration::from_millis(latency_ms)),
        Command::ReqwestPeer { row, base, sids, count } => reqwest_peer::run(&row, &base, &sids, count),
    }
}
