//! Rules about the files of the repository.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};

use super::seen::Seen;
use crate::process::words;
use crate::workspace::Workspace;

/// The only names of the top level besides dotfiles and `LICENSE-…`.
const TOP_LEVEL: &str = "core bindings-wasm bindings-python bindings-mobile tests Cargo.toml Cargo.lock README.md \
    LICENSE CHANGELOG.md CONTRIBUTING.md SECURITY.md rust-toolchain.toml";

/// The most lines a source file may have, generated ones excepted.
const LONGEST: usize = 600;

/// The endings of source files.
const SOURCES: [&str; 10] = ["rs", "py", "ts", "mts", "cts", "js", "mjs", "cjs", "kt", "swift"];
/// The folders of generated files.
const GENERATED: [&str; 3] = ["generated", "Generated", "SendersFFI"];

pub(super) fn top_level(workspace: &Workspace) -> Seen {
    let files = workspace.files()?;
    let mut names: BTreeSet<&str> = files.iter().filter_map(|file| file.split('/').next()).collect();
    let count = names.len();
    names.retain(|name| !name.starts_with('.') && !words(TOP_LEVEL).any(|known| known == *name));
    names.retain(|name| !name.strip_prefix("LICENSE-").is_some_and(|of| of.chars().all(char::is_uppercase)));
    ensure!(names.is_empty(), "the top level is fixed; not expected there: {names:?}");
    Ok(format!("{count} names"))
}

pub(super) fn lengths(workspace: &Workspace) -> Seen {
    let mut sources = Vec::new();
    for file in workspace.files()?.into_iter().filter(|file| is_written_source(Path::new(file))) {
        sources.push((workspace.read(&file)?.lines().count(), file));
    }
    let too_long: Vec<String> = sources
        .iter()
        .filter(|(lines, _)| *lines > LONGEST)
        .map(|(lines, file)| format!("{file} ({lines})"))
        .collect();
    if !too_long.is_empty() {
        bail!("over {LONGEST} lines, split by what they do: {}", too_long.join(", "));
    }
    let (lines, file) = sources.iter().max().context("there are no sources")?;
    Ok(format!("the longest is {file} ({lines})"))
}

fn is_written_source(file: &Path) -> bool {
    let ending = file.extension().and_then(OsStr::to_str).unwrap_or_default();
    SOURCES.contains(&ending) && !file.iter().any(|folder| GENERATED.iter().any(|name| folder == *name))
}

pub(super) fn machine(workspace: &Workspace) -> Seen {
    let mut needles = paths(workspace);
    needles.extend(configured_hosts());
    let mut hits = Vec::new();
    for file in workspace.files()? {
        let Ok(text) = workspace.read(&file) else { continue };
        for needle in &needles {
            if let Some(line) = text.lines().position(|line| names(line, needle)) {
                hits.push(format!("{file}:{}", line + 1));
            }
        }
    }
    if !hits.is_empty() {
        // The match itself is not printed: it would appear in a log then.
        bail!("a path of this machine or a host of its package configuration is in {}", hits.join(", "));
    }
    Ok("none".to_owned())
}

/// Returns whether a line has the needle at the beginning of a path or name: `core/src/` does not name the folder
/// `/src/`.
fn names(line: &str, needle: &str) -> bool {
    let is_name = |character: char| {
        character.is_alphanumeric() || matches!(character, '.' | '_' | '-' | '}' | ')' | '*')
    };
    line.match_indices(needle).any(|(at, _)| !line.get(..at).is_some_and(|before| before.ends_with(is_name)))
}

/// Returns folders that only this machine has: the clone, its parent folder, the home folder.
fn paths(workspace: &Workspace) -> BTreeSet<String> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let folders = [Some(workspace.root.clone()), workspace.root.parent().map(Into::into), home];
    let name = |folder: PathBuf| Some(format!("{}/", folder.to_str()?.trim_end_matches('/')));
    folders.into_iter().flatten().filter_map(name).filter(|name| name != "/" && name != "/tmp/").collect()
}

/// Returns the hosts that this machine's package clients use: they belong to the machine, not to the project.
fn configured_hosts() -> BTreeSet<String> {
    let is_client =
        |name: &str| ["PIP_", "UV_", "CARGO_", "NPM_", "npm_"].iter().any(|prefix| name.starts_with(prefix));
    let mut texts: Vec<String> = std::env::vars()
        .filter(|(name, _)| is_client(name) || name.to_lowercase().ends_with("_proxy"))
        .map(|(_, value)| value)
        .collect();
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let files = [".cargo/config.toml", ".config/pip/pip.conf", ".pip/pip.conf", ".npmrc", ".m2/settings.xml"];
    texts.extend(files.iter().filter_map(|file| std::fs::read_to_string(home.join(file)).ok()));
    texts.extend(std::fs::read_to_string("/etc/pip.conf").ok());
    texts.iter().flat_map(|text| hosts(text)).collect()
}

/// Returns the hosts of the URLs in a text, without names that any project may use: XML namespaces, the crates'
/// public home.
fn hosts(text: &str) -> Vec<String> {
    let is_host = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-');
    let public = ["localhost", "127.0.0.1", "github.com", "maven.apache.org", "www.w3.org", "crates.io"];
    text.split("://")
        .skip(1)
        .filter_map(|rest| rest.split(['/', '"', '\'', ' ', '\n', '<']).next())
        .map(|authority| authority.rsplit('@').next().unwrap_or_default())
        .map(|host| host.chars().take_while(|character| is_host(*character)).collect::<String>())
        .filter(|host| host.contains('.') && !public.contains(&host.as_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_written_source_is_measured() {
        let is_source = |file: &str| is_written_source(Path::new(file));
        assert!(is_source("core/src/lib.rs") && is_source("a.test.mjs") && is_source("bindings/call.ts"));
        assert!(!is_source("kotlin/generated/senders.rs") && !is_source("swift/Generated/Words.swift"));
        assert!(!is_source("README.md") && !is_source("mjs") && !is_source("a.rs/b"));
    }

    #[test]
    fn a_folder_is_named_only_at_the_beginning_of_a_path() {
        assert!(names("see /src/main.rs", "/src/") && names("\"/src/x\" and core/src/", "/src/"));
        assert!(!names("core/src/lib.rs, ../src/, {root}/src/", "/src/"));
    }

    #[test]
    fn hosts_are_found_without_their_credentials() {
        let text = "index-url = https://user:word@pypi.example.net:8443/simple\nproxy=http://127.0.0.1:3128 <url>https://maven.example.net</url>";
        assert_eq!(hosts(text), ["pypi.example.net", "maven.example.net"]);
    }
}
