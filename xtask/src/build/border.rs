//! The names by which glue and module know each other.
//!
//! wasm-bindgen makes them unique with a hash (`__wbg_get_2080c49015e35254`), in both files: sixteen digits that no
//! compression can shorten. Only these two files ever see them, so a number does.

use std::collections::BTreeMap;

use walrus::Module;

/// Shortens what the module asks of the glue and what only the glue asks of the module; gives old name → new name.
pub(super) fn shorten(module: &mut Module) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (index, import) in module.imports.iter_mut().enumerate() {
        let short = index.to_string();
        names.insert(std::mem::replace(&mut import.name, short.clone()), short);
    }
    for (index, export) in
        module.exports.iter_mut().filter(|export| is_private(&export.name)).enumerate()
    {
        let short = format!("${index}");
        names.insert(std::mem::replace(&mut export.name, short.clone()), short);
    }
    names
}

/// Exports of ours (`start`) have the same name in the glue and outside of it; those of wasm-bindgen do not.
fn is_private(export: &str) -> bool {
    export.starts_with("__wb") || export.starts_with("wasm_bindgen__")
}
