//! The glue of a module for pages: what wasm-bindgen wrote, without what our pages never need.
//!
//! Half of it is for other ways of loading a module and for memory that moves while it is looked at. What stays is our
//! own JavaScript, the exports, and the imports: a list, because the module asks for them by number
//! ([`border`](super::border)). The rest is `runtime.js`. The version of wasm-bindgen is held, and a shape that is not
//! known here is an error, not a guess.

use anyhow::{Context, Result, ensure};

const RUNTIME: &str = include_str!("runtime.js");

/// The module that all imports are asked of.
pub(super) const IMPORTS: &str = "_";

/// Makes the glue of wasm-bindgen's. `own` gives the text of a JavaScript file of ours, by its path beside the glue;
/// `imports` are the names of what the module asks for, in its order.
pub(super) fn slim(
    glue: &str,
    imports: &[String],
    own: impl Fn(&str) -> Result<String>,
) -> Result<String> {
    let broken = "wasm-bindgen's glue has another shape";
    let (head, rest) = glue.split_once("function __wbg_get_imports() {").context(broken)?;
    let (shims, rest) = rest.split_once("\n    };\n").context(broken)?;
    let (mut text, mut exports) = (String::new(), String::new());
    for line in head.lines() {
        let path = line.strip_prefix("import { ").and_then(|it| it.split_once(" } from './"));
        if let Some((names, path)) = path {
            ensure!(!names.contains(" as "), "a name stands twice in the glue: {names}");
            text.push_str(&own(path.trim_end_matches("';"))?.replace("\nexport ", "\n"));
        } else if !line.contains("\"./snippets/") {
            exports.push_str(line);
            exports.push('\n');
        }
    }
    text.push_str(&handed_on(&exports));
    text.extend(["const imports = { ", IMPORTS, ": [\n"]);
    for name in imports {
        text.extend([&shim(shims, name), ",\n"]);
    }
    text.push_str("] };\n\n");
    ensure!(!shims.contains("isLikeNone(ret) ? 0 : passStringToWasm0"), "no text may be missing");
    for export in [", wasm.__wbindgen_malloc", ", wasm.__wbindgen_realloc"] {
        text = text.replace(export, "");
    }
    add_runtime(&mut text);
    for line in rest.lines() {
        let name = line.strip_prefix("function ").and_then(|it| it.split_once('('));
        if let Some((name, _)) = name {
            let is_lost = text.contains(name) && !text.contains(&format!("function {name}("));
            ensure!(!is_lost, "runtime.js has no {name}");
        }
    }
    Ok(text)
}

/// Exports hand on what they are given without a name for it: `val2` for a number, `ptr0, len0` for a text.
fn handed_on(exports: &str) -> String {
    let mut functions: Vec<String> = Vec::new();
    for function in exports.split_inclusive("\n}\n") {
        let mut given = Vec::new();
        let mut text = String::new();
        for line in function.lines() {
            let named = line.trim().strip_prefix("const ").and_then(|it| it.split_once(" = "));
            match named {
                Some((name, value)) if name.starts_with("val") => {
                    given.push((name.to_owned(), value.trim_matches(['+', ';']).to_owned()));
                }
                Some((name, value)) if name.starts_with("ptr") => {
                    let both = format!("{name}, {}", name.replace("ptr", "len"));
                    given.push((both, format!("{}, WASM_VECTOR_LEN", value.trim_end_matches(';'))));
                }
                Some((name, _)) if name.starts_with("len") => {}
                _ => text.extend([line, "\n"]),
            }
        }
        functions.push(given.iter().fold(text, |text, (name, value)| text.replace(name, value)));
    }
    functions.concat()
}

/// What stands for one import: a function of our own as it is, or wasm-bindgen's around it.
fn shim(shims: &str, name: &str) -> String {
    let Some((_, shim)) = shims.split_once(&format!("\n        {name}: function(")) else {
        return name.to_owned();
    };
    let (parameters, rest) = shim.split_once(") {\n").unwrap_or((shim, ""));
    let body = rest.split_once("\n        },").map_or(rest, |(body, _)| body);
    match shorter(body).as_slice() {
        [line] => {
            let value = line.strip_prefix("return ").unwrap_or(line).trim_end_matches(';');
            format!("({parameters}) => {value}")
        }
        lines => format!("({parameters}) => {{\n{}\n}}", lines.join("\n")),
    }
}

/// The lines of a shim: one where wasm-bindgen gives back a text in four, no name for what is given back at once, and no
/// question whether there is something, which the runtime asks.
fn shorter(body: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut given = None;
    for line in body.lines().map(|line| line.trim().replace("isLikeNone(ret) ? 0 : ", "")) {
        if let Some((_, at)) = line.split_once(" ptr1 = ") {
            given = Some(at.trim_end_matches(';').to_owned());
        } else if line.ends_with("ptr1, true);")
            && let Some(at) = given.take()
        {
            push(&mut lines, &format!("give(arg0, {at});"));
        } else if given.is_none() {
            push(&mut lines, &line);
        }
    }
    lines
}

/// Adds a line; what the line before named only for it stands in it instead. A flag needs no comparison.
fn push(lines: &mut Vec<String>, line: &str) {
    let is_only = line.contains("(ret") || line.ends_with(" ret;");
    let named = lines.pop_if(|last| is_only && last.starts_with("const ret = "));
    let value = named.as_deref().and_then(|it| it.strip_prefix("const ret = ")?.strip_suffix(';'));
    let line = value.map_or(line.to_owned(), |value| {
        line.replace("(ret", &format!("({value}")).replace(" ret;", &format!(" {value};"))
    });
    lines.push(line.replace(" !== 0", ""));
}

/// Adds those functions of the runtime that are called by what stands there already; each calls only later ones.
fn add_runtime(text: &mut String) {
    for block in RUNTIME.split("\n\n") {
        let name = block.split([' ', '(', ';']).nth(1).unwrap_or_default();
        if name == "wasm" || text.contains(name) {
            text.extend([block, "\n"]);
        }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Result;

    use super::slim;

    const GLUE: &str = r#"import { keep } from './snippets/page.js';
import * as import1 from "./snippets/page.js"
export function start(hooks) {
    wasm.start(hooks);
}
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_keep_1: function(arg0, arg1) {
            keep(getStringFromWasm0(arg0, arg1));
        },
        __wbg_now_2: function() {
            const ret = Date.now();
            return ret;
        },
        __wbg_text_3: function(arg0, arg1) {
            const ret = text(arg1);
            const ptr1 = passStringToWasm0(ret, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
            const len1 = WASM_VECTOR_LEN;
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 1, len1, true);
            getDataViewMemory0().setInt32((arg0 >>> 0) + 4 * 0, ptr1, true);
        },
    };
    return {
        "./agent_bg.js": import0,
    };
}
function getStringFromWasm0(ptr, len) {
}
"#;

    fn glue(imports: &[&str], from: &str) -> Result<String> {
        let imports: Vec<String> = imports.iter().map(|name| (*name).to_owned()).collect();
        slim(from, &imports, |_| Ok("\nexport function keep() {}".to_owned()))
    }

    #[test]
    fn imports_stand_in_the_modules_order_and_give_back_in_one_line() {
        let glue = glue(&["__wbg_now_2", "keep", "__wbg_text_3", "__wbg_keep_1"], GLUE).unwrap();
        let list = glue.split_once("const imports = ").unwrap().1.split_once(";\n\n").unwrap().0;
        assert_eq!(
            list,
            "{ _: [\n() => Date.now(),\nkeep,\n\
             (arg0, arg1) => give(arg0, passStringToWasm0(text(arg1))),\n\
             (arg0, arg1) => keep(getStringFromWasm0(arg0, arg1)),\n] }"
        );
    }

    #[test]
    fn only_what_is_called_of_the_runtime_is_there() {
        let glue = glue(&["__wbg_keep_1"], GLUE).unwrap();
        assert!(glue.contains("\nfunction keep() {}") && glue.contains("function start(hooks)"));
        assert!(glue.contains("function getStringFromWasm0(") && glue.contains("export default"));
        assert!(!glue.contains("passStringToWasm0") && !glue.contains("import "));
    }

    #[test]
    fn a_function_that_the_runtime_lacks_is_named() {
        let unknown =
            GLUE.replace("Date.now()", "makeClosure(1)") + "function makeClosure(it) {\n}\n";
        let error = glue(&["__wbg_now_2"], &unknown).unwrap_err().to_string();
        assert_eq!(error, "runtime.js has no makeClosure");
        assert!(glue(&[], "function other() {}").is_err());
    }
}
