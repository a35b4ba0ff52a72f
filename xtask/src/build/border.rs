//! The names by which glue and module know each other.
//!
//! wasm-bindgen makes them unique with a hash (`__wbg_get_2080c49015e35254`), in both files: sixteen digits that no
//! compression can shorten. Only these two files ever see them, so a number does.

use std::collections::BTreeMap;

use walrus::Module;

use super::glue;

/// Shortens what the module asks of the glue and what only the glue asks of the module; gives what was agreed, old name
/// to new. `is_for_pages`: its glue is made by [`glue`], with our own JavaScript in it.
pub(super) fn shorten(module: &mut Module, is_for_pages: bool) -> BTreeMap<String, String> {
    let mut agreed = BTreeMap::new();
    for (index, import) in module.imports.iter_mut().enumerate() {
        let is_own = is_own(&import.module);
        if is_own && !is_for_pages {
            continue;
        }
        let name = std::mem::replace(&mut import.name, index.to_string());
        if is_for_pages {
            glue::IMPORTS.clone_into(&mut import.module);
        }
        if !is_own {
            agreed.insert(name, import.name.clone());
        }
    }
    for (index, export) in
        module.exports.iter_mut().filter(|export| is_private(&export.name)).enumerate()
    {
        let short = format!("${index}");
        agreed.insert(std::mem::replace(&mut export.name, short.clone()), short);
    }
    agreed
}

/// Takes out what the module offers to wasm-bindgen's glue, and `glue` does not ask for.
pub(super) fn drop_unasked(module: &mut Module, glue: &str) {
    let unasked: Vec<_> = module
        .exports
        .iter()
        .filter(|export| is_private(&export.name) && !glue.contains(&export.name))
        .map(walrus::Export::id)
        .collect();
    for export in unasked {
        module.exports.delete(export);
    }
    walrus::passes::gc::run(module);
}

/// JavaScript of ours that lies beside the module until it is put into the glue.
fn is_own(module: &str) -> bool {
    module.starts_with("./snippets/")
}

/// Exports of ours (`start`) have the same name in the glue and outside of it; those of wasm-bindgen do not.
fn is_private(export: &str) -> bool {
    export.starts_with("__") || export.starts_with("wasm_bindgen__")
}
