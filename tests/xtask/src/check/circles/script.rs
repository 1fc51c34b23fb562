//! The imports of TypeScript and Python: relative ones, each on a line that names its file.

use super::imports::Imports;

pub(super) fn imports(files: &[(String, String)]) -> Imports {
    let mut imports = Imports::new();
    for (name, source) in files.iter().filter(|(name, _)| !name.ends_with(".rs")) {
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        for line in source.lines() {
            for module in script(line).into_iter().chain(python(line)) {
                let candidates =
                    [format!("{module}.ts"), format!("{module}.py"), format!("{module}/__init__.py")];
                let candidates =
                    candidates.map(|it| if folder.is_empty() { it } else { format!("{folder}/{it}") });
                let to = files.iter().find(|(file, _)| candidates.contains(file) && file != name);
                imports.extend(to.map(|(to, _)| (name.clone(), to.clone())));
            }
        }
    }
    imports
}

/// Reads `… from "./module.js"`, and `import "./module.js"`.
fn script(line: &str) -> Option<String> {
    let (before, path) = line.split_once("\"./")?;
    let is_import = before.ends_with("from ") || before.trim() == "import";
    let module = path.split('"').next()?.trim_end_matches(".js");
    is_import.then(|| module.to_owned())
}

/// Reads `from .module import …` and `from . import module, module`.
fn python(line: &str) -> Vec<String> {
    let Some((module, names)) =
        line.trim_start().strip_prefix("from .").and_then(|it| it.split_once(" import "))
    else {
        return Vec::new();
    };
    if !module.is_empty() {
        return vec![module.replace('.', "/")];
    }
    names.split(',').filter_map(|name| name.split_whitespace().next()).map(str::to_owned).collect()
}
