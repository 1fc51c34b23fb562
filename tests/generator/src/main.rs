//! Writes the types of the other languages, and the OpenAPI document, from the tables of the core.
//!
//! `senders-generator write` writes every file, or the part of a file between its two marks; `senders-generator check`
//! says which are not up to date. Both are run by `cargo xtask`, from the root of the repository.

mod conformance;
mod kotlin;
mod messages;
mod mobile;
mod openapi;
mod options;
mod output;
mod python;
mod retry;
mod swift;
mod tables;
mod text;
mod typescript;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::output::Output;
use crate::tables::Tables;

fn main() -> ExitCode {
    let task = std::env::args().nth(1).unwrap_or_default();
    match run(&task) {
        Ok(said) => {
            output::say(&said);
            ExitCode::SUCCESS
        }
        Err(error) => {
            output::warn(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(task: &str) -> Result<String> {
    let tables = Tables::read();
    let languages = [
        typescript::outputs,
        python::outputs,
        mobile::outputs,
        conformance::outputs,
        kotlin::outputs,
        swift::outputs,
        retry::outputs,
    ];
    let mut outputs: Vec<Output> = languages.iter().flat_map(|outputs| outputs(&tables)).collect();
    outputs.extend([openapi::output(&tables)?, messages::output(&tables)?]);
    match task {
        "write" => {
            for output in &outputs {
                output.write()?;
            }
            Ok(format!("written: {} files", outputs.len()))
        }
        "check" => {
            let mut stale = Vec::new();
            for output in &outputs {
                if !output.is_current()? {
                    stale.push(output.path);
                }
            }
            if !stale.is_empty() {
                bail!("generated files are not up to date; run `cargo xtask generate`: {}", stale.join(", "));
            }
            Ok(format!("{} files", outputs.len()))
        }
        _ => bail!("usage: senders-generator write | check"),
    }
}
