//! The machine of a run: processor, system, versions.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Serialize;

use crate::environments::output;

/// The facts to know before comparing two results.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    pub(crate) cpu: String,
    pub(crate) cores: usize,
    pub(crate) system: String,
    pub(crate) python: String,
    pub(crate) node: String,
    pub(crate) rustc: String,
    /// Versions of the peers, as pinned.
    pub(crate) peers: Vec<String>,
    /// Load of the last minute when the run began: above 0.5 other work was running.
    pub(crate) load_before: String,
}

impl Machine {
    /// Reads the facts of this machine; one that cannot be read is `unknown`.
    pub(crate) fn here(python: &str, node: &str, peers: &Path, lock_file: &Path) -> Self {
        let python = Command::new(python)
            .args(["-c", "import platform, sys; print(platform.python_implementation(), sys.version.replace('\\n', ' '))"])
            .output_text();
        Self {
            cpu: cpu_model().unwrap_or_else(unknown),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            system: Command::new("uname").args(["-s", "-r", "-m"]).output_text(),
            python,
            node: Command::new(node).arg("--version").output_text(),
            rustc: Command::new("rustc").arg("--version").output_text(),
            peers: peer_versions(peers, lock_file),
            load_before: load(),
        }
    }
}

/// Returns the load of the last minute, as the system reports it.
pub(crate) fn load() -> String {
    fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|text| text.split_whitespace().next().map(str::to_owned))
        .unwrap_or_else(unknown)
}

fn unknown() -> String {
    "unknown".to_owned()
}

trait OutputText {
    fn output_text(&mut self) -> String;
}

impl OutputText for Command {
    fn output_text(&mut self) -> String {
        output(self).map_or_else(|_| unknown(), |text| text.trim().to_owned())
    }
}

fn cpu_model() -> Option<String> {
    let text = fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn peer_versions(peers: &Path, lock_file: &Path) -> Vec<String> {
    let pinned = |file: &str, names: &[&str]| -> Vec<String> {
        let text = fs::read_to_string(peers.join(file)).unwrap_or_default();
        text.lines()
            .filter(|line| line.split_once("==").is_some_and(|(name, _)| names.contains(&name)))
            .map(|line| line.replace("==", " "))
            .collect()
    };
    let mut versions = pinned("requirements-twilio.txt", &["twilio", "requests"]);
    versions.extend(pinned("requirements-aiohttp.txt", &["aiohttp", "msgspec"]));
    versions.extend(pinned_npm(peers, "twilio", &["twilio", "axios"]));
    versions.extend(pinned_npm(peers, "zod", &["zod"]));
    let lock = fs::read_to_string(lock_file).unwrap_or_default();
    versions.extend(["reqwest", "serde_json", "tokio"].iter().filter_map(|name| locked(&lock, name)));
    versions
}

/// Returns `npm name version` from the lock file of a Node peer.
fn pinned_npm(peers: &Path, peer: &str, names: &[&str]) -> Vec<String> {
    let lock = fs::read(peers.join("node").join(peer).join("package-lock.json")).unwrap_or_default();
    let lock: serde_json::Value = serde_json::from_slice(&lock).unwrap_or_default();
    let version = |name: &&str| {
        let package = lock.get("packages")?.get(format!("node_modules/{name}"))?;
        Some(format!("npm {name} {}", package.get("version")?.as_str()?))
    };
    names.iter().filter_map(version).collect()
}

/// Returns `name version` from Cargo.lock.
fn locked(lock: &str, name: &str) -> Option<String> {
    let after = lock.split_once(&format!("name = \"{name}\"\nversion = \""))?.1;
    Some(format!("{name} {}", after.split_once('"')?.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_npm_peers_are_read_from_their_lock_files() {
        let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
        let versions = pinned_npm(&peers, "twilio", &["twilio", "no-such-package"]);
        assert_eq!(versions, ["npm twilio 6.2.0"]);
    }

    #[test]
    fn versions_are_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"serde_json\"\nversion = \"1.0.154\"\nsource = \"x\"\n";
        assert_eq!(locked(lock, "serde_json").as_deref(), Some("serde_json 1.0.154"));
        assert_eq!(locked(lock, "serde"), None);
    }
}
