//! The Kotlin package: this machine's Maven, the jar, and fresh programs that use it.

use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::console::{heading, warn};
use crate::workspace::Workspace;
use crate::{mobile, process};

/// The oldest Java that the package supports.
const OLDEST: u32 = 17;
/// The version of ktlint.
const KTLINT: &str = "1.8.0";
/// The folder of the Maven module.
pub(crate) const PACKAGE: &str = "bindings-mobile/kotlin";
/// The example of one sender's life.
pub(crate) const DEMO: &str = "bindings-mobile/kotlin/examples/Demo.kt";

/// Maven and Java of this machine.
#[derive(Debug)]
pub(crate) struct Maven {
    version: String,
    java: String,
    /// The folder of the native library, below JNA's name for this platform.
    native: PathBuf,
    /// The build folder of Maven.
    build: PathBuf,
}

impl Maven {
    /// Finds Maven with a Java that is new enough; returns `None`, with a warning, if the machine has none. With `CI`
    /// set that is an error.
    pub(crate) fn find(workspace: &Workspace) -> Result<Option<Self>> {
        let found = process::capture(Command::new("mvn").arg("--version"));
        let missing = match &found {
            Err(_) => "there is no `mvn` on PATH".to_owned(),
            Ok(output) => match java_version(output) {
                Some(java) if major(&java) >= OLDEST => {
                    let version = output.split_whitespace().nth(2).unwrap_or("?").to_owned();
                    let (native, build) =
                        (workspace.scratch().join("native"), workspace.scratch().join("maven"));
                    return Ok(Some(Self { version, java, native, build }));
                }
                java => format!("Maven runs on Java {}", java.as_deref().unwrap_or("of an unknown version")),
            },
        };
        let advice = format!(
            "the Kotlin package needs Maven with Java {OLDEST} or later, but {missing}. \
             On Debian or Ubuntu: apt-get install maven openjdk-17-jdk-headless"
        );
        if std::env::var_os("CI").is_some() {
            bail!(advice);
        }
        warn(&format!("SKIPPED: {advice}"));
        Ok(None)
    }

    /// Copies the native library to the folder from which the jar takes it.
    pub(crate) fn prepare(&self, workspace: &Workspace) -> Result<()> {
        let library = mobile::library(workspace)?;
        let folder = self.native.join(platform());
        std::fs::create_dir_all(&folder)?;
        std::fs::copy(&library, folder.join(library.file_name().context("a library without a name")?))?;
        Ok(())
    }

    /// Returns a Maven command for a project.
    pub(crate) fn command(&self, project: &Path) -> Command {
        let mut command = Command::new("mvn");
        command
            .args(["--batch-mode", "--no-transfer-progress", "-Dstyle.color=never", "--file"])
            .arg(project);
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
            let mut maven = self.command(&workspace.root.join(PACKAGE));
            maven.args(["--quiet", "dependency:copy"]);
            maven.arg(format!("-Dartifact=com.pinterest.ktlint:ktlint-cli:{KTLINT}:jar:all"));
            process::run(maven.arg(format!("-DoutputDirectory={}", tools.display())))?;
        }
        Ok(jar)
    }

    /// Builds the jar.
    pub(crate) fn package(&self, workspace: &Workspace) -> Result<PathBuf> {
        heading("the Kotlin package, release build");
        self.prepare(workspace)?;
        let mut maven = self.command(&workspace.root.join(PACKAGE));
        process::run(maven.args(["--quiet", "-DskipTests", "package"]))?;
        self.jar(workspace)
    }

    /// Returns the jar that was built.
    fn jar(&self, workspace: &Workspace) -> Result<PathBuf> {
        let version = &workspace.packages.first().context("no crate")?.version;
        let jar = self.build.join(format!("senders-{version}.jar"));
        if !jar.is_file() {
            bail!("Maven made no {}", jar.display());
        }
        Ok(jar)
    }

    /// Returns the Java class path of a program of the module's tests.
    pub(crate) fn class_path(&self, workspace: &Workspace) -> Result<String> {
        let list = self.build.join("class-path.txt");
        let mut maven = self.command(&workspace.root.join(PACKAGE));
        maven.args(["--quiet", "test-compile", "dependency:build-classpath", "-Dmdep.includeScope=test"]);
        process::run(maven.arg(format!("-Dmdep.outputFile={}", list.display())))?;
        let folder = |name: &str| self.build.join(name).display().to_string();
        let others = std::fs::read_to_string(&list)?.trim().to_owned();
        Ok([folder("test-classes"), folder("classes"), others].join(separator()))
    }

    /// Creates a program from these sources, each a name and its text, that depends only on the packed jar. The jar
    /// is built in the same Maven run, so nothing has to be installed on this machine.
    pub(crate) fn program(
        &self,
        workspace: &Workspace,
        name: &str,
        sources: &[(String, String)],
    ) -> Result<Program> {
        self.prepare(workspace)?;
        let folder = workspace.scratch().join("fresh-maven").join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot remove {}", folder.display()))?;
        }
        std::fs::create_dir_all(folder.join("program/src"))?;
        for (source, text) in sources {
            std::fs::write(folder.join("program/src").join(source), text)?;
        }
        let module = workspace.root.join(PACKAGE);
        let pom = std::fs::read_to_string(module.join("pom.xml"))?;
        let value = |key: &str| {
            element(&pom, key).with_context(|| format!("{PACKAGE}/pom.xml has no <{key}>")).map(str::to_owned)
        };
        let (version, kotlin) = (value("version")?, value("kotlin.version")?);
        std::fs::write(folder.join("pom.xml"), both(&relative(&folder, &module)))?;
        std::fs::write(folder.join("program/pom.xml"), one(&version, &kotlin))?;
        process::run(self.command(&folder).args(["--quiet", "-DskipTests", "package"]))?;
        let others = std::fs::read_to_string(folder.join("program/class-path.txt"))?.trim().to_owned();
        let jar = self.jar(workspace)?;
        if !others.contains(&jar.display().to_string()) {
            bail!("the program does not use {}", jar.display());
        }
        let classes = folder.join("program/target/classes").display().to_string();
        Ok(Program { class_path: [classes, others].join(separator()), jar })
    }
}

impl fmt::Display for Maven {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Maven {}, Java {}", self.version, self.java)
    }
}

/// A program that was compiled against the packed jar.
#[derive(Debug)]
pub(crate) struct Program {
    class_path: String,
    pub(crate) jar: PathBuf,
}

impl Program {
    /// Returns a Java command that runs the function `main` of a source file.
    pub(crate) fn command(&self, workspace: &Workspace, source: &str) -> Command {
        let mut command = Command::new("java");
        command.current_dir(&workspace.root).env_remove("LD_LIBRARY_PATH");
        let class = format!("{}Kt", source.trim_end_matches(".kt"));
        command.args(["--enable-native-access=ALL-UNNAMED", "-cp", &self.class_path, &class]);
        command
    }
}

/// Returns a project of the module and of a program.
fn both(module: &Path) -> String {
    format!(
        "<project><modelVersion>4.0.0</modelVersion><groupId>fresh</groupId><artifactId>both</artifactId>\
         <version>1</version><packaging>pom</packaging><modules><module>{}</module><module>program</module></modules></project>\n",
        module.display()
    )
}

/// Returns the relative path from one folder to another: Maven accepts no other path to a module.
fn relative(from: &Path, to: &Path) -> PathBuf {
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    up.chain(to.components().skip(common)).collect()
}

/// Returns the program's own project.
fn one(version: &str, kotlin: &str) -> String {
    format!(
        "<project><modelVersion>4.0.0</modelVersion><groupId>fresh</groupId><artifactId>program</artifactId><version>1</version>\
         <properties><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties><dependencies><dependency>\
         <groupId>io.github.senders-sdk</groupId><artifactId>senders</artifactId><version>{version}</version>\
         </dependency></dependencies><build><sourceDirectory>src</sourceDirectory><plugins><plugin>\
         <groupId>org.jetbrains.kotlin</groupId><artifactId>kotlin-maven-plugin</artifactId><version>{kotlin}</version>\
         <configuration><jvmTarget>{OLDEST}</jvmTarget></configuration><executions><execution><goals><goal>compile</goal></goals>\
         </execution></executions></plugin><plugin>\
         <groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId><version>3.9.0</version>\
         <executions><execution><phase>package</phase><goals><goal>build-classpath</goal></goals><configuration>\
         <outputFile>class-path.txt</outputFile></configuration></execution></executions></plugin></plugins></build></project>\n"
    )
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

const fn separator() -> &'static str {
    if cfg!(windows) { ";" } else { ":" }
}

/// Reads `Java version: 17.0.15, vendor: …` in Maven's output.
fn java_version(output: &str) -> Option<String> {
    let (_, rest) = output.split_once("Java version: ")?;
    rest.split([',', '\n']).next().map(|version| version.trim().to_owned())
}

fn major(version: &str) -> u32 {
    version.split(['.', '-', '+']).next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maven_says_which_java_it_runs_on() {
        let output =
            "Apache Maven 3.8.7\nMaven home: /usr/share/maven\nJava version: 17.0.15, vendor: Debian\n";
        assert_eq!(java_version(output).as_deref(), Some("17.0.15"));
        assert_eq!((major("17.0.15"), major("21-ea"), major("")), (17, 21, 0));
        assert_eq!(java_version("nothing"), None);
    }

    #[test]
    fn the_way_to_a_module_goes_up_first() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to));
        assert_eq!(way("/a/b/c", "/a/d"), Path::new("../../d"));
        assert_eq!(way("/a", "/a/d/e"), Path::new("d/e"));
    }

    #[test]
    fn the_manifest_names_what_a_program_needs() {
        let pom = include_str!("../../../bindings-mobile/kotlin/pom.xml");
        assert!(
            element(pom, "version").is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
        );
        assert!(element(pom, "kotlin.version").is_some());
        assert_eq!(element("<a>x</a>", "b"), None);
    }
}
