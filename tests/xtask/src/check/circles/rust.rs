//! The imports of a crate: which file uses a name that another one defines. A name that a file only re-exports (`pub
//! use`) leads to the file that defines it, so a facade makes no circle.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::visit::Visit;
use syn::{Item, UseTree, Visibility};

use super::imports::Imports;

type Path = Vec<String>;

/// The content of one file.
#[derive(Default)]
struct File {
    name: String,
    /// The module of the part being read: that of the file, or one written within it.
    module: Path,
    /// Its re-exports: a name, or `*`, and its path.
    shows: Vec<(String, Path)>,
    /// The names that it defines.
    defines: BTreeSet<String>,
    /// The paths that it uses, from the root of the crate.
    uses: Vec<Path>,
}

/// Returns the imports among these files, named from the crate's `src`.
pub(super) fn imports(files: &[(String, String)]) -> Result<Imports> {
    let mut modules = BTreeMap::new();
    for (name, source) in files {
        let module = module_of(name);
        if module.iter().any(|part| part == "tests" || part == "bin") {
            continue;
        }
        let mut file = File { name: name.clone(), module: module.clone(), ..File::default() };
        file.visit_file(&syn::parse_file(source).with_context(|| name.clone())?);
        modules.insert(module, file);
    }
    let mut imports = Imports::default();
    for (module, file) in &modules {
        for path in &file.uses {
            // The name of a child module, as `mod child;` adds it to its parent.
            let own: Path = module.iter().chain(path.iter().take(1)).cloned().collect();
            let path = match path.first().map(String::as_str) {
                Some("crate") => path.get(1..).unwrap_or_default().to_vec(),
                _ if path.len() > 1 && modules.contains_key(&own) => {
                    module.iter().chain(path).cloned().collect()
                }
                _ => continue,
            };
            if let Some(to) = definer(&modules, &path, 0) {
                imports.add(&file.name, to);
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

/// Finds the file that defines the target of a path.
fn definer<'a>(modules: &'a BTreeMap<Path, File>, path: &[String], depth: u32) -> Option<&'a str> {
    let length = (0..=path.len())
        .rev()
        .find(|length| modules.contains_key(path.get(..*length).unwrap_or_default()))?;
    let (at, rest) = path.split_at(length);
    let file = modules.get(at)?;
    let Some(name) = rest.first().filter(|name| !file.defines.contains(*name) && depth < 8) else {
        return Some(&file.name);
    };
    let passed_on =
        file.shows.iter().filter(|(shown, _)| shown == name || shown == "*").find_map(|(shown, from)| {
            let from = if from.first().is_some_and(|first| first == "crate") {
                from.get(1..).unwrap_or_default().to_vec()
            } else {
                at.iter().chain(from).cloned().collect()
            };
            let from = if shown == "*" { [from, vec![name.clone()]].concat() } else { from };
            // Continues behind a module that was renamed.
            let from = [from.as_slice(), rest.get(1..).unwrap_or_default()].concat();
            let to = definer(modules, &from, depth + 1)?;
            (to != file.name).then_some(to)
        });
    Some(passed_on.unwrap_or(&file.name))
}

impl File {
    /// Returns the path from `crate`, whatever it began with; `None` if it leads out of the crate.
    fn resolve(&self, path: &[String]) -> Option<Path> {
        let ups = path.iter().take_while(|part| *part == "super").count();
        let selfs = usize::from(path.first().is_some_and(|part| part == "self"));
        if ups + selfs == 0 {
            return Some(path.to_vec());
        }
        let base = self.module.get(..self.module.len().checked_sub(ups)?)?;
        let rest = path.get(ups + selfs..)?;
        Some(std::iter::once("crate".to_owned()).chain(base.iter().chain(rest).cloned()).collect())
    }

    fn add(&mut self, path: &[String]) {
        if let Some(path) = self.resolve(path) {
            self.uses.push(path);
        }
    }

    /// Adds a path from the text of a macro; a single `crate` is that of `pub(crate)`.
    fn add_long(&mut self, path: &[String]) {
        if path.len() > 1 {
            self.add(path);
        }
    }

    fn read_tree(&mut self, tree: &UseTree, before: &Path, shown: bool) {
        let (path, name) = match tree {
            UseTree::Path(part) => {
                return self.read_tree(
                    &part.tree,
                    &[before.as_slice(), &[part.ident.to_string()]].concat(),
                    shown,
                );
            }
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.read_tree(tree, before, shown));
            }
            UseTree::Glob(_) => (before.clone(), "*".to_owned()),
            UseTree::Name(name) if name.ident == "self" => (before.clone(), String::new()),
            UseTree::Name(name) => {
                ([before.as_slice(), &[name.ident.to_string()]].concat(), name.ident.to_string())
            }
            UseTree::Rename(it) => {
                ([before.as_slice(), &[it.ident.to_string()]].concat(), it.rename.to_string())
            }
        };
        match self.resolve(&path) {
            Some(path) if shown => self.shows.push((name, path)),
            Some(path) => self.uses.push(path),
            None => {}
        }
    }

    /// Returns the paths from `crate`, `$crate` or `super` in the text of a macro, which is not parsed yet.
    fn read_tokens(&mut self, tokens: TokenStream) {
        let mut path = Path::new();
        for token in tokens {
            match token {
                TokenTree::Ident(word) => {
                    let word = word.to_string();
                    if !path.is_empty() || matches!(word.as_str(), "crate" | "super") {
                        path.push(word);
                    }
                    continue;
                }
                TokenTree::Punct(point) if point.as_char() == ':' => continue,
                TokenTree::Group(group) => self.read_tokens(group.stream()),
                _ => {}
            }
            self.add_long(&std::mem::take(&mut path));
        }
        self.add_long(&path);
    }
}

/// Returns the name that an item adds to its module.
fn name_of(item: &Item) -> Option<String> {
    Some(match item {
        Item::Const(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Fn(item) => item.sig.ident.to_string(),
        Item::Macro(item) => item.ident.as_ref()?.to_string(),
        Item::Mod(item) if item.content.is_some() => item.ident.to_string(),
        Item::Static(item) => item.ident.to_string(),
        Item::Struct(item) => item.ident.to_string(),
        Item::Trait(item) => item.ident.to_string(),
        Item::Type(item) => item.ident.to_string(),
        _ => return None,
    })
}

impl<'ast> Visit<'ast> for File {
    fn visit_file(&mut self, file: &'ast syn::File) {
        self.defines.extend(file.items.iter().filter_map(name_of));
        syn::visit::visit_file(self, file);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let is_test = item.attrs.iter().any(|attribute| {
            attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Ident>().is_ok_and(|it| it == "test")
        });
        // A file that does not have the module's name: `#[path = "noop.rs"] mod writer;`.
        for attribute in &item.attrs {
            let text = attribute.meta.to_token_stream().to_string();
            if let Some(file) = text.split_once("path = \"").and_then(|(_, rest)| rest.split_once(".rs\"")) {
                let path = [self.module.as_slice(), &[file.0.to_owned()]].concat();
                self.shows.push((
                    item.ident.to_string(),
                    std::iter::once("crate".to_owned()).chain(path).collect(),
                ));
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
        self.read_tree(&item.tree, &Path::new(), !matches!(item.vis, Visibility::Inherited));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add(&path.segments.iter().map(|part| part.ident.to_string()).collect::<Path>());
        syn::visit::visit_path(self, path);
    }

    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_macro(&mut self, item: &'ast syn::Macro) {
        self.read_tokens(item.tokens.clone());
        syn::visit::visit_macro(self, item);
    }
}
