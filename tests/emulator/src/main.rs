//! `senders-emulator`: the Senders API on this machine.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use senders_emulator::server::{Server, control_endpoints};
use senders_emulator::{Emulator, MagicEffect, Switches, faults, magic_numbers};

fn main() -> ExitCode {
    let matches = command().get_matches();
    match run(&matches) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "senders-emulator: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(matches: &ArgMatches) -> Result<(), String> {
    let mut emulator = Emulator::new(switches(matches)?);
    emulator.seed_senders(matches.get_one::<usize>("senders").copied().unwrap_or(0));
    let port = matches.get_one::<u16>("port").copied().unwrap_or(8421);
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    runtime.block_on(async {
        // The handlers come first: a reader of the line may send the signal at once.
        let stop = stop_signal().map_err(|error| format!("cannot listen for signals: {error}"))?;
        let server = Server::bind(port, emulator).await;
        let server =
            server.map_err(|error| format!("cannot listen on 127.0.0.1:{port}: {error}; try --port 0"))?;
        let mut stdout = std::io::stdout();
        // A closed standard output must not end the server.
        let _ = writeln!(stdout, "listening on http://{}", server.address()).and_then(|()| stdout.flush());
        server.run(stop).await;
        Ok(())
    })
}

/// Reads the switches of the command line: `--instant` first, then the flags, then each `--switch`.
fn switches(matches: &ArgMatches) -> Result<Switches, String> {
    let mut switches = if matches.get_flag("instant") { Switches::instant() } else { Switches::new() };
    for info in Switches::all() {
        if let Some(value) = matches.get_one::<String>(info.name) {
            switches.set(info.name, value).map_err(|error| error.to_string())?;
        }
    }
    for pair in matches.get_many::<String>("switch").unwrap_or_default() {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(format!("--switch takes name=value, not `{pair}`"));
        };
        switches.set(name, value).map_err(|error| error.to_string())?;
    }
    Ok(switches)
}

fn command() -> Command {
    let mut command = Command::new("senders-emulator")
        .version(env!("CARGO_PKG_VERSION"))
        .about("The Senders API on this machine, for tests. Listens on loopback only.")
        .arg(
            Arg::new("port")
                .long("port")
                .value_parser(value_parser!(u16))
                .default_value("8421")
                .help("the port of 127.0.0.1; 0 picks a free one"),
        )
        .arg(
            Arg::new("instant")
                .long("instant")
                .action(ArgAction::SetTrue)
                .help("let no time pass between states, as --step-ms 0"),
        )
        .arg(
            Arg::new("senders")
                .long("senders")
                .value_parser(value_parser!(usize))
                .default_value("0")
                .help("begin with this many senders that are online"),
        )
        .arg(
            Arg::new("switch")
                .long("switch")
                .value_name("NAME=VALUE")
                .action(ArgAction::Append)
                .help("set any of the switches below by its name"),
        )
        .after_long_help(after_help());
    for info in Switches::all() {
        let default = if info.default.is_empty() { "empty" } else { info.default };
        let help = format!("{} [{}; default: {default}]", info.text, info.allowed);
        let arg = Arg::new(info.name).long(info.name).value_name("VALUE").help(help).help_heading("Switches");
        command = command.arg(arg);
    }
    command
}

fn after_help() -> String {
    let mut text = String::from("Faults (POST /_emulator/faults):\n");
    for info in faults() {
        let _ = writeln!(text, "  {:<22} {}", info.name, info.text);
        for param in info.params {
            let default =
                if param.default.is_empty() { String::new() } else { format!(" [{}]", param.default) };
            let _ = writeln!(text, "  {:<22}   {}: {}{default}", "", param.name, param.text);
        }
    }
    text.push_str(
        "\nMagic numbers: whatsapp:+155500, up to four digits, and five of these. A number that begins with\n\
         +155501 verifies itself; the code 000000 is wrong, 163113 and the like fail with 63113.\n",
    );
    for row in magic_numbers() {
        let effect = match row.effect {
            MagicEffect::Refused => format!("{} at create", row.status),
            MagicEffect::RefusedOnce => format!("{} at the first create", row.status),
            MagicEffect::Offline => "goes OFFLINE".to_owned(),
            _ => "lasts".to_owned(),
        };
        let _ = writeln!(text, "  {:<6} {effect:<22} {}", row.digits, row.message);
    }
    text.push_str("\nControl:\n");
    for (endpoint, what) in control_endpoints() {
        let _ = writeln!(text, "  {endpoint:<33} {what}");
    }
    text
}

#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "as on Unix")]
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
