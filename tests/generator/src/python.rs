//! The files of the Python package.

mod docs;
mod errors;
mod native;
mod options;
mod stub;
mod types;

use crate::output::Output;
use crate::tables::Tables;

/// Returns the files.
pub(crate) fn outputs(tables: &Tables) -> Vec<Output> {
    vec![
        Output::part("bindings-python/src/models/mod.rs", "the words", native::words(tables)),
        Output::part("bindings-python/src/models/sections.rs", "the objects", native::objects(tables)),
        Output::part("bindings-python/src/models/sender.rs", "the sender", native::sender(tables)),
        Output::part("bindings-python/python/senders/_native.pyi", "the objects", stub::objects(tables)),
        Output::part("bindings-python/python/senders/_status.py", "the words", types::statuses(tables)),
        Output::part("bindings-python/python/senders/types.py", "the names", types::names(tables)),
        Output::part("bindings-python/python/senders/types.py", "the types", types::definitions(tables)),
        Output::part(
            "bindings-python/tests/stubtest-allowlist.txt",
            "the closed words",
            types::closed(tables),
        ),
        Output::part(
            "bindings-python/python/senders/_client.py",
            "the options of every language",
            options::parameters(),
        ),
        Output::part("bindings-python/python/senders/_client.py", "their values", options::values()),
        Output::lines(
            "bindings-python/python/senders/_client.py",
            "    The options of every language:\n",
            "    The options of this package:\n",
            options::list(),
        ),
        Output::part(
            "bindings-python/python/senders/_async_client.py",
            "the options of every language",
            options::parameters(),
        ),
        Output::part("bindings-python/python/senders/_async_client.py", "their values", options::values()),
        Output::part("bindings-python/python/senders/_errors.py", "the classes", errors::classes(tables)),
        Output::part(
            "bindings-python/python/senders/__init__.py",
            "the errors",
            imported(&errors::names(tables)),
        ),
        Output::part("bindings-python/python/senders/__init__.py", "the objects", imported(&objects(tables))),
        Output::part("bindings-python/python/senders/__init__.py", "the names", exported(tables)),
    ]
}

/// Returns the names of the classes of objects, sorted.
fn objects(tables: &Tables) -> Vec<String> {
    let objects = tables.objects().chain([&tables.sender]);
    let mut names: Vec<String> = objects.map(|object| object.name.to_owned()).collect();
    names.sort();
    names
}

/// Returns the lines of an import.
fn imported(names: &[String]) -> String {
    names.iter().map(|name| format!("    {name},\n")).collect()
}

/// Returns the lines of `__all__`.
fn exported(tables: &Tables) -> String {
    let mut names = [objects(tables), errors::names(tables)].concat();
    names.sort();
    names.iter().map(|name| format!("    \"{name}\",\n")).collect()
}
