//! Compares the tables of the README with the data. `UPDATE_README=1 cargo test -p senders-emulator readme` writes
//! them.

use std::fmt::Write as _;

use senders_emulator::{MagicEffect, Switches, faults, magic_numbers};

fn cell(text: &str) -> String {
    if text.is_empty() { "empty".to_owned() } else { format!("`{}`", text.replace('|', "\\|")) }
}

fn magic() -> String {
    let mut table = "| digits | what happens | code, message |\n|---|---|---|\n".to_owned();
    for row in magic_numbers() {
        let (effect, message) = match row.effect {
            MagicEffect::Refused => {
                (format!("{} at create", row.status), format!("{}: {}", row.code, row.message))
            }
            MagicEffect::RefusedOnce => {
                (format!("{} at the first create", row.status), format!("{}: {}", row.code, row.message))
            }
            MagicEffect::Offline => ("goes `OFFLINE`".to_owned(), format!("{}: {}", row.code, row.message)),
            _ => (row.message.to_owned(), String::new()),
        };
        writeln!(table, "| `{}` | {effect} | {message} |", row.digits).unwrap();
    }
    table
}

fn switches() -> String {
    let mut table =
        "| switch | default | allowed | what it does, what is assumed |\n|---|---|---|---|\n".to_owned();
    for info in Switches::all() {
        let allowed = info.allowed.to_string().replace('|', ", ");
        writeln!(table, "| `{}` | {} | {allowed} | {} |", info.name, cell(info.default), info.text).unwrap();
    }
    table
}

fn fault_table() -> String {
    let mut table = "| fault | carried out | what it does | parameters |\n|---|---|---|---|\n".to_owned();
    for info in faults() {
        let params: Vec<String> = info
            .params
            .iter()
            .map(|param| match param.default {
                "" => format!("`{}`", param.name),
                default => format!("`{}` = `{default}`", param.name),
            })
            .collect();
        let acted = if info.acted { "yes" } else { "no" };
        writeln!(table, "| `{}` | {acted} | {} | {} |", info.name, info.text, params.join(", ")).unwrap();
    }
    table
}

#[cfg(feature = "server")]
fn control() -> Option<String> {
    let mut table = "| endpoint | what it does |\n|---|---|\n".to_owned();
    for (endpoint, what) in senders_emulator::server::control_endpoints() {
        let endpoint = endpoint.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(table, "| `{endpoint}` | {what} |").unwrap();
    }
    Some(table)
}

#[cfg(not(feature = "server"))]
fn control() -> Option<String> {
    None
}

#[test]
fn the_tables_of_the_readme_are_those_of_the_data() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let mut wanted = readme.clone();
    let tables = [
        ("magic numbers", Some(magic())),
        ("switches", Some(switches())),
        ("faults", Some(fault_table())),
        ("control", control()),
    ];
    for (name, table) in tables {
        let Some(table) = table else { continue };
        let marker = format!("<!-- {name} -->\n");
        let (before, rest) = wanted.split_once(&marker).expect(name);
        let (_, after) = rest.split_once("<!-- end -->").expect(name);
        wanted = format!("{before}{marker}\n{table}\n<!-- end -->{after}");
    }
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path, wanted).unwrap();
    } else {
        assert!(readme == wanted, "the tables are out of date; write them with UPDATE_README=1");
    }
}
