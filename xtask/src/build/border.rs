//! The names by which glue and module know each other.
//!
//! wasm-bindgen makes them unique with a hash (`__wbg_get_2080c49015e35254`), in both files: sixteen digits that no
//! compression can shorten. Only these two files ever see them, so a number does.

use std::collections::BTreeMap;

use walrus::Module;

/// What was agreed.
#[derive(Default)]
pub(super) struct Names {
    /// Old name → new name.
    pub(super) agreed: BTreeMap<String, String>,
    /// Functions of our own JavaScript that the module calls as they are: new name → name there.
    pub(super) direct: BTreeMap<String, String>,
}

/// Shortens what the module asks of the glue and what only the glue asks of the module. `is_inlined`: our own
/// JavaScript will stand in the glue.
pub(super) fn shorten(module: &mut Module, is_inlined: bool) -> Names {
    let mut all = Names::default();
    let mut modules = module.imports.iter().map(|import| import.module.clone());
    let glue = modules.find(|module| !is_own(module)).unwrap_or_default();
    drop(modules);
    for (index, import) in module.imports.iter_mut().enumerate() {
        let short = index.to_string();
        if is_own(&import.module) && !is_inlined {
            continue;
        }
        let name = std::mem::replace(&mut import.name, short.clone());
        if is_own(&import.module) {
            import.module.clone_from(&glue);
            all.direct.insert(short, name);
        } else {
            all.agreed.insert(name, short);
        }
    }
    let names = &mut all.agreed;
    for (index, export) in
        module.exports.iter_mut().filter(|export| is_private(&export.name)).enumerate()
    {
        let short = format!("${index}");
        names.insert(std::mem::replace(&mut export.name, short.clone()), short);
    }
    all
}

/// JavaScript of ours that lies beside the module until it is put into the glue.
fn is_own(module: &str) -> bool {
    module.starts_with("./snippets/")
}

/// Exports of ours (`start`) have the same name in the glue and outside of it; those of wasm-bindgen do not.
fn is_private(export: &str) -> bool {
    export.starts_with("__wb") || export.starts_with("wasm_bindgen__")
}
