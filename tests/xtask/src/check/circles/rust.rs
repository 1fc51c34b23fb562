//! The imports of a crate: which file uses a name that another one defines. A name that a file only re-exports (`pub
//! use`) leads to the file that defines it, so a facade makes no circle.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use quote::ToTokens as _;
use syn::visit::Visit;
use syn::{UseTree, Visibility};

use super::imports::Imports;

type Path = Vec<String>;

/// The content of one file.
#[derive(Default)]
struct File {
    name: String,
    /// The module of the part being read: that of the file, or one written within it.
    module: Path,
    /// Its re-exports: a name and its path.
    shows: Vec<(String, Path)>,
    /// The paths that it uses, from the root of the crate.
    uses: Vec<Path>,
}

/// Returns the imports among these files, named from the crate's `src`.
pub(super) fn imports(files: &[(String, String)]) -> Result<Imports> {
    let mut modules = BTreeMap::new();
    for (name, source) in files.iter().filter(|(name, _)| name.ends_with(".rs")) {
        let module = module_of(name);
        if module.iter().any(|part| part == "tests" || part == "bin") {
            continue;
        }
        let mut file = File { name: name.clone(), module: module.clone(), ..File::default() };
        file.visit_file(&syn::parse_file(source).with_context(|| name.clone())?);
        if file.shows.iter().any(|(shown, _)| shown == "*") {
            bail!("{name} re-exports with `*`, which this check cannot follow: name what it re-exports");
        }
        modules.insert(module, file);
    }
    let mut imports = Imports::new();
    for (module, file) in &modules {
        for path in &file.uses {
            // The name of a child module, as `mod child;` adds it to its parent.
            let own: Path = module.iter().chain(path.iter().take(1)).cloned().collect();
            let is_child = path.len() > 1 && modules.contains_key(&own);
            if path.first().is_some_and(|first| first == "crate") || is_child {
                let to = definer(&modules, from_root(module, path), 0);
                imports.extend(to.filter(|to| *to != file.name).map(|to| (file.name.clone(), to.to_owned())));
            }
        }
    }
    Ok(imports)
}

fn module_of(name: &str) -> Path {
    let name = name.trim_end_matches(".rs").trim_end_matches("/mod");
    match name {
        "lib" | "main" => Vec::new(),
        _ => name.split('/').map(str::to_owned).collect(),
    }
}

/// Returns a path without `crate`; one that begins with a name is within the module.
fn from_root(module: &[String], path: &[String]) -> Path {
    match path.split_first() {
        Some((first, rest)) if first == "crate" => rest.to_vec(),
        _ => [module, path].concat(),
    }
}

/// Finds the file that defines the target of a path.
fn definer(modules: &BTreeMap<Path, File>, path: Path, depth: u32) -> Option<&str> {
    let is_module = |length: &usize| path.get(..*length).is_some_and(|part| modules.contains_key(part));
    let (module, rest) = path.split_at((0..=path.len()).rfind(is_module)?);
    let file = modules.get(module)?;
    match rest.split_first().and_then(|(name, rest)| Some((file.shown(name)?, rest))) {
        // Continues behind a module that was renamed.
        Some((from, rest)) if depth < 8 => {
            definer(modules, [from_root(module, from).as_slice(), rest].concat(), depth + 1)
        }
        _ => Some(&file.name),
    }
}

impl File {
    /// Returns the path that a name is re-exported from.
    fn shown(&self, name: &str) -> Option<&Path> {
        self.shows.iter().find(|(shown, _)| shown == name).map(|(_, from)| from)
    }

    /// Returns the path from `crate`, whatever it began with; `None` if it leads out of the crate.
    fn resolve(&self, path: &[String]) -> Option<Path> {
        let ups = path.iter().take_while(|part| *part == "super").count();
        let selfs = usize::from(path.first().is_some_and(|part| part == "self"));
        if ups + selfs == 0 {
            return Some(path.to_vec());
        }
        let base = self.module.get(..self.module.len().checked_sub(ups)?)?;
        Some([&["crate".to_owned()], base, path.get(ups + selfs..)?].concat())
    }

    fn read_tree(&mut self, tree: &UseTree, before: &[String], is_shown: bool) {
        let child = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        let (path, name) = match tree {
            UseTree::Path(part) => return self.read_tree(&part.tree, &child(&part.ident), is_shown),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.read_tree(tree, before, is_shown));
            }
            UseTree::Glob(_) => (before.to_vec(), "*".to_owned()),
            UseTree::Name(name) if name.ident == "self" => (before.to_vec(), String::new()),
            UseTree::Name(name) => (child(&name.ident), name.ident.to_string()),
            UseTree::Rename(renamed) => (child(&renamed.ident), renamed.rename.to_string()),
        };
        match self.resolve(&path) {
            Some(path) if is_shown => self.shows.push((name, path)),
            path => self.uses.extend(path),
        }
    }
}

impl<'ast> Visit<'ast> for File {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let is_test = item.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Ident>().is_ok_and(|it| it == "test")
        });
        for attribute in &item.attrs {
            // A file that does not have the module's name: `path = "noop.rs"`, perhaps within a condition.
            let text = attribute.meta.to_token_stream().to_string();
            if let Some((file, _)) =
                text.split_once("path = \"").and_then(|(_, rest)| rest.split_once(".rs\""))
            {
                let path = [&["crate".to_owned()], self.module.as_slice(), &[file.to_owned()]].concat();
                self.shows.push((item.ident.to_string(), path));
            }
        }
        if !is_test {
            self.module.push(item.ident.to_string());
            syn::visit::visit_item_mod(self, item);
            self.module.pop();
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        // Items for a macro (`#[doc(hidden)]`) are re-exported as well.
        self.read_tree(&item.tree, &[], !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Path = path.segments.iter().map(|part| part.ident.to_string()).collect();
        self.uses.extend(self.resolve(&parts));
        syn::visit::visit_path(self, path);
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    /// Reads the paths from `crate`, `$crate` or `super` in the text of a macro, which is not parsed.
    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        let text = item.tokens.to_string().replace(" :: ", "::");
        for word in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | ':'))) {
            if word.starts_with("crate::") || word.starts_with("super::") {
                let parts: Path = word.split("::").map(str::to_owned).collect();
                self.uses.extend(self.resolve(&parts));
            }
        }
        syn::visit::visit_macro(self, item);
    }
}
