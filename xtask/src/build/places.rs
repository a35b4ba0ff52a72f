//! The places in the table of values that a module holds of its page.
//!
//! wasm-bindgen hands them out in the module, from a list of free ones: 640 bytes of code for what a page does in two
//! lines (`runtime.js`).

use anyhow::{Context, Result};
use walrus::{FunctionKind, ImportedFunction, Module};

use super::glue;

/// The module's functions, and those of the runtime that stand for them.
const FUNCTIONS: [(&str, &str); 2] =
    [("__externref_table_alloc", "takePlace"), ("__externref_table_dealloc", "freePlace")];

/// Lets the page hand out the places.
pub(super) fn by_page(module: &mut Module) -> Result<()> {
    for (own, name) in FUNCTIONS {
        let function =
            module.funcs.by_name(own).with_context(|| format!("the module has no {own}"))?;
        let import = module.imports.add(glue::IMPORTS, name, function);
        let ty = module.funcs.get(function).ty();
        module.funcs.get_mut(function).kind = FunctionKind::Import(ImportedFunction { import, ty });
    }
    walrus::passes::gc::run(module);
    Ok(())
}
