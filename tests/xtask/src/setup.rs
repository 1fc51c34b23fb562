//! `cargo xtask setup`: everything that the other tasks need, below the target folder. Two things cannot be there:
//! the toolchain gets its standard library for WebAssembly, and root on Debian gets Debian's Chromium.

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::check::platforms;
use crate::console::warn;
use crate::kotlin::Maven;
use crate::node::{self, Node};
use crate::process::{self, command};
use crate::python::{self, Python};
use crate::wasm::{self, WasmBindgen};
use crate::workspace::Workspace;
use crate::{chromium, swift};

pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode> {
    let python = tools()?;
    println!("Rust: {}", process::capture(&mut command("rustc --version"))?.trim());
    println!("C compiler: {}", compiler()?);
    println!("Python: {python}");
    for name in [python::BUILD, python::TEST, python::PEER] {
        python::environment(workspace, &python, name)?;
        println!("environment `{name}`: ready");
    }
    let (node, bindgen) = npm_tools(workspace)?;
    println!("JavaScript: {}", node.version);
    println!("standard library for {}: ready", wasm::TARGET);
    println!("wasm-bindgen {}: {}", bindgen.version, bindgen.cli.display());
    for folder in node::folders_with_lock(workspace)? {
        node.install(workspace, &folder)?;
        println!("dev dependencies of {folder}: ready");
    }
    for (target, _) in platforms::PLATFORMS {
        match platforms::add(target) {
            Ok(()) => println!("standard library for {target}: ready"),
            Err(error) => warn(format!("{error:#}")),
        }
    }
    if let Some(maven) = Maven::find(workspace)? {
        println!("Kotlin: {}; its compiler and libraries come from Maven Central", maven.version);
        println!("ktlint: {}", maven.ktlint(workspace)?.display());
    }
    if let Some(swift) = swift::ready(workspace)? {
        println!("Swift: {}", swift.version);
    }
    if let Some(browser) = chromium::ready()? {
        println!("browser: {}", browser.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Installs the tools that build the npm package.
pub(crate) fn npm_tools(workspace: &Workspace) -> Result<(Node, WasmBindgen)> {
    let node = Node::find()?;
    wasm::standard_library()?;
    wasm::library_sources();
    let bindgen = wasm::wasm_bindgen(workspace)?;
    node.install(workspace, node::PACKAGE)?;
    Ok((node, bindgen))
}

/// Checks the programs that are needed besides Rust; reports what is missing and how to get it, and installs nothing.
pub(crate) fn tools() -> Result<Python> {
    compiler()?;
    Python::find()
}

/// Returns the name of the C compiler that is installed.
pub(crate) fn compiler() -> Result<&'static str> {
    let Some(name) = ["cc", "gcc", "clang"].into_iter().find(|name| process::on_path(name).is_some()) else {
        bail!(
            "a C compiler is needed (it links, and builds the TLS library). \
             On Debian or Ubuntu: apt-get install gcc libc6-dev"
        );
    };
    Ok(name)
}
