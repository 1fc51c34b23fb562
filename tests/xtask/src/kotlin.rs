//! The Kotlin package: this machine's Maven, the jar, and fresh programs that use it.

use std::path::{Component, Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use fs_err as fs;

use crate::console::{heading, or_skipped};
use crate::mobile;
use crate::process::{self, command, words};
use crate::readme::Source;
use crate::workspace::Workspace;

/// The oldest Java that the package supports.
const OLDEST: u32 = 17;
/// The version of ktlint.
const KTLINT: &str = "1.8.0";
/// The folder of the Maven module.
pub(crate) const PACKAGE: &str = "bindings-mobile/kotlin";
/// The separator of Java's class paths.
const SEPARATOR: &str = if cfg!(windows) { ";" } else { ":" };

/// Maven and Java of this machine.
#[derive(Debug)]
pub(crate) struct Maven {
    /// Their versions, for messages.
    pub(crate) version: String,
    /// The folder of the native library, below JNA's name for this platform.
    native: PathBuf,
    /// The build folder of Maven.
    build: PathBuf,
}

impl Maven {
    /// Finds Maven with a Java that is new enough; `None`, after a warning, if the machine has none.
    pub(crate) fn find(workspace: &Workspace) -> Result<Option<Self>> {
        let advice = || {
            format!(
                "Maven with Java {OLDEST} or later is needed. \
                 On Debian or Ubuntu: apt-get install maven openjdk-17-jdk-headless"
            )
        };
        let version = process::capture(&mut command("mvn --version")).and_then(|output| {
            let (java, major) = java_version(&output).context("Maven names no Java")?;
            ensure!(major >= OLDEST, "Maven runs on Java {java}");
            Ok(format!("Maven {}, Java {java}", output.split_whitespace().nth(2).unwrap_or("?")))
        });
        let maven = version.with_context(advice).map(|version| {
            let (native, build) = (workspace.scratch().join("native"), workspace.scratch().join("maven"));
            Self { version, native, build }
        });
        or_skipped(maven, "everything in Kotlin")
    }

    /// Copies the native library to the folder from which the jar takes it.
    pub(crate) fn prepare(&self, workspace: &Workspace) -> Result<()> {
        let library = mobile::library(workspace)?;
        let folder = self.native.join(platform());
        fs::create_dir_all(&folder)?;
        fs::copy(&library, folder.join(library.file_name().context("a library without a name")?))?;
        Ok(())
    }

    /// Returns a Maven command for a project.
    pub(crate) fn command(&self, project: &Path, line: &str) -> Command {
        let mut command = command("mvn --batch-mode --no-transfer-progress -Dstyle.color=never --file");
        command.arg(project).args(words(line));
        command.arg(format!("-Dsenders.native={}", self.native.display()));
        command.arg(format!("-Dsenders.build={}", self.build.display()));
        // Removes Cargo's variable: Java would find this build's library there, not the one in the jar.
        command.env_remove("LD_LIBRARY_PATH");
        command
    }

    /// Returns ktlint, which Maven downloads once.
    pub(crate) fn ktlint(&self, workspace: &Workspace) -> Result<PathBuf> {
        let tools = workspace.scratch().join("tools");
        let jar = tools.join(format!("ktlint-cli-{KTLINT}-all.jar"));
        if !jar.is_file() {
            let artifact = format!("-Dartifact=com.pinterest.ktlint:ktlint-cli:{KTLINT}:jar:all");
            let mut maven = self.command(&workspace.root.join(PACKAGE), "--quiet dependency:copy");
            process::run(maven.arg(artifact).arg(format!("-DoutputDirectory={}", tools.display())))?;
        }
        Ok(jar)
    }

    /// Builds the jar.
    pub(crate) fn package(&self, workspace: &Workspace) -> Result<PathBuf> {
        heading("the Kotlin package, release build");
        self.prepare(workspace)?;
        process::run(&mut self.command(&workspace.root.join(PACKAGE), "--quiet -DskipTests package"))?;
        self.jar(workspace)
    }

    /// Returns the jar that was built.
    fn jar(&self, workspace: &Workspace) -> Result<PathBuf> {
        let jar = self.build.join(format!("senders-{}.jar", workspace.version()?));
        ensure!(jar.is_file(), "Maven made no {}", jar.display());
        Ok(jar)
    }

    /// Returns the Java class path of a program of the module's tests.
    pub(crate) fn class_path(&self, workspace: &Workspace) -> Result<String> {
        let list = self.build.join("class-path.txt");
        let line = "--quiet test-compile dependency:build-classpath -Dmdep.includeScope=test";
        let mut maven = self.command(&workspace.root.join(PACKAGE), line);
        process::run(maven.arg(format!("-Dmdep.outputFile={}", list.display())))?;
        let folder = |name: &str| self.build.join(name).display().to_string();
        let others = fs::read_to_string(&list)?.trim().to_owned();
        Ok([folder("test-classes"), folder("classes"), others].join(SEPARATOR))
    }

    /// Compiles programs that depend only on the packed jar; returns a command for each, and the jar. The jar is built
    /// in the same Maven run, so nothing has to be installed on this machine.
    pub(crate) fn examples(
        &self,
        workspace: &Workspace,
        name: &str,
        sources: &[Source],
    ) -> Result<(Vec<Command>, PathBuf)> {
        self.prepare(workspace)?;
        let folder = workspace.empty(&format!("fresh-maven/{name}"))?;
        fs::create_dir_all(folder.join("program/src"))?;
        for source in sources {
            fs::write(folder.join("program/src").join(format!("{}.kt", source.name)), &source.code)?;
        }
        let pom = workspace.read(&format!("{PACKAGE}/pom.xml"))?;
        let kotlin = element(&pom, "kotlin.version").context("pom.xml has no <kotlin.version>")?;
        let module = relative(&folder, &workspace.root.join(PACKAGE)).display().to_string();
        fs::write(folder.join("pom.xml"), include_str!("kotlin/both.xml").replace("MODULE", &module))?;
        let program = include_str!("kotlin/program.xml").replace("VERSION", &workspace.version()?);
        let program = program.replace("KOTLIN", kotlin).replace("JVM", &OLDEST.to_string());
        fs::write(folder.join("program/pom.xml"), program)?;
        process::run(&mut self.command(&folder, "--quiet -DskipTests package"))?;
        let others = fs::read_to_string(folder.join("program/class-path.txt"))?.trim().to_owned();
        let jar = self.jar(workspace)?;
        ensure!(others.contains(&jar.display().to_string()), "the program does not use {}", jar.display());
        let classes = folder.join("program/target/classes").display().to_string();
        let class_path = [classes, others].join(SEPARATOR);
        let example = |source: &Source| {
            let mut command = command("java --enable-native-access=ALL-UNNAMED -cp");
            command.arg(&class_path).arg(format!("{}Kt", source.name));
            command.current_dir(&workspace.root).env_remove("LD_LIBRARY_PATH");
            command
        };
        Ok((sources.iter().map(example).collect(), jar))
    }
}

/// Returns the relative path from one folder to another: Maven accepts no other path to a module.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    up.chain(to.components().skip(common)).collect()
}

/// Returns the text of the first element of that name.
pub(crate) fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0.trim())
}

/// Returns JNA's name for this platform: the folder of the jar with the native library.
fn platform() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x86-64",
        other => other,
    };
    format!("{system}-{processor}")
}

/// Reads `Java version: 17.0.15, vendor: …` in Maven's output: the version and its first number.
fn java_version(output: &str) -> Option<(&str, u32)> {
    let (_, rest) = output.split_once("Java version: ")?;
    let version = rest.split([',', '\n']).next()?.trim();
    Some((version, version.split(['.', '-', '+']).next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maven_says_which_java_it_runs_on() {
        let output = "Apache Maven 3.8.7\nJava version: 17.0.15, vendor: Debian\n";
        assert_eq!(java_version(output), Some(("17.0.15", 17)));
        assert_eq!(java_version("Java version: 21-ea\n"), Some(("21-ea", 21)));
    }

    #[test]
    fn the_way_to_a_module_goes_up_first() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(way("/a/b/c", "/a/d"), Path::new("../../d"));
        assert_eq!(way("/a", "/a/d/e"), Path::new("d/e"));
    }
}
