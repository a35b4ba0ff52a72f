//! Gives short names to what only this file can see.
//!
//! There is no scope analysis: a name is shortened everywhere or nowhere. It stays when it may also be a property, an
//! export or a global, so the worst that can happen is a name that could have been shorter.

use std::collections::{BTreeMap, BTreeSet};

use super::lex::{Kind, Token};

/// Globals that a local name may shadow; a name on this list is never touched.
const GLOBALS: [&str; 46] = [
    "AbortController",
    "Array",
    "BigInt",
    "Boolean",
    "Date",
    "Error",
    "Function",
    "Infinity",
    "JSON",
    "Map",
    "Math",
    "NaN",
    "Number",
    "Object",
    "Promise",
    "Reflect",
    "Request",
    "Response",
    "Set",
    "String",
    "Symbol",
    "TextDecoder",
    "TextEncoder",
    "URL",
    "WebAssembly",
    "addEventListener",
    "clearTimeout",
    "console",
    "crypto",
    "document",
    "event",
    "fetch",
    "globalThis",
    "history",
    "isNaN",
    "localStorage",
    "location",
    "name",
    "navigator",
    "performance",
    "removeEventListener",
    "screen",
    "self",
    "setTimeout",
    "undefined",
    "window",
];

/// Words that are never names of ours.
const KEYWORDS: [&str; 48] = [
    "arguments",
    "as",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "constructor",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "from",
    "function",
    "get",
    "if",
    "import",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "of",
    "return",
    "set",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

/// Shortens names in place, the most used ones most.
pub(super) fn shorten(tokens: &mut [Token]) {
    let kept = kept(tokens);
    let declared = declared(tokens);
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for token in tokens.iter().filter(|token| token.kind == Kind::Word) {
        *uses.entry(&token.text).or_default() += 1;
    }
    let taken: BTreeSet<String> = uses.keys().map(|name| (*name).to_owned()).collect();
    let mut ours: Vec<(usize, &str)> = uses
        .iter()
        .filter(|(name, _)| declared.contains(**name) && !kept.contains(**name))
        .map(|(name, count)| (*count, *name))
        .collect();
    ours.sort_by(|a, b| b.cmp(a));
    let mut short =
        (0..).map(short_name).filter(|name| !taken.contains(name) && !is_reserved(name));
    let names: BTreeMap<String, String> =
        ours.into_iter().filter_map(|(_, name)| Some((name.to_owned(), short.next()?))).collect();
    for token in tokens.iter_mut().filter(|token| token.kind == Kind::Word) {
        if let Some(name) = names.get(&token.text)
            && name.len() <= token.text.len()
        {
            token.text.clone_from(name);
        }
    }
}

/// Names bound here: functions, classes, simple `let`s, parameters.
fn declared(tokens: &[Token]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for at in 0..tokens.len() {
        match text(tokens, at) {
            "function" | "class" => add(&mut names, tokens, at + 1),
            "let" | "const" | "var" => add_declarators(&mut names, tokens, at + 1),
            "=>" if at > 0 => add(&mut names, tokens, at - 1),
            "(" if holds_parameters(tokens, at) => add_parameters(&mut names, tokens, at),
            _ => {}
        }
    }
    names
}

/// `let a = f(x, y), b;` binds `a` and `b`. A line's end that follows no comma ends it.
fn add_declarators(names: &mut BTreeSet<String>, tokens: &[Token], from: usize) {
    add(names, tokens, from);
    let mut at = from + 1;
    while at < tokens.len() {
        match text(tokens, at) {
            "(" | "[" | "{" => at = closing(tokens, at),
            ")" | "]" | "}" | ";" => return,
            "," => add(names, tokens, at + 1),
            _ if tokens[at].after_newline && text(tokens, at - 1) != "," => return,
            _ => {}
        }
        at += 1;
    }
}

/// `(a, b = 1, ...c) {` and `(a) =>`, but not `if (a) {`.
fn holds_parameters(tokens: &[Token], open: usize) -> bool {
    let control =
        open > 0 && matches!(text(tokens, open - 1), "if" | "while" | "for" | "switch" | "with");
    !control && matches!(text(tokens, closing(tokens, open) + 1), "{" | "=>")
}

fn add_parameters(names: &mut BTreeSet<String>, tokens: &[Token], open: usize) {
    let close = closing(tokens, open);
    let mut at = open + 1;
    while at < close {
        match text(tokens, at) {
            "(" | "[" | "{" => at = closing(tokens, at),
            _ if matches!(text(tokens, at - 1), "(" | "," | "...") => add(names, tokens, at),
            _ => {}
        }
        at += 1;
    }
}

fn add(names: &mut BTreeSet<String>, tokens: &[Token], at: usize) {
    if tokens.get(at).is_some_and(|token| token.kind == Kind::Word) {
        names.insert(tokens[at].text.clone());
    }
}

/// Names that somebody else may know: properties, keys, methods, exports, globals, keywords.
fn kept(tokens: &[Token]) -> BTreeSet<String> {
    let mut names: BTreeSet<String> =
        GLOBALS.iter().chain(&KEYWORDS).map(|name| (*name).to_owned()).collect();
    let mut open = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            sign @ ("(" | "[" | "{") => open.push(sign),
            ")" | "]" | "}" => drop(open.pop()),
            _ if token.kind == Kind::Literal && token.text.ends_with("${") => open.push("`"),
            _ if token.kind == Kind::Literal && token.text.starts_with('}') => drop(open.pop()),
            _ => {}
        }
        if token.kind == Kind::Word && is_seen_outside(tokens, at, open.last() == Some(&"{")) {
            names.insert(token.text.clone());
        }
    }
    names
}

fn is_seen_outside(tokens: &[Token], at: usize, in_braces: bool) -> bool {
    let before = if at > 0 { text(tokens, at - 1) } else { "" };
    let before_that = if at > 1 { text(tokens, at - 2) } else { "" };
    let after = text(tokens, at + 1);
    let is_property = matches!(before, "." | "?." | "as");
    let is_key = after == ":" && matches!(before, "{" | "," | ";" | "}");
    let is_shorthand = in_braces && matches!(before, "{" | ",") && matches!(after, "," | "}" | "=");
    let is_method =
        after == "(" && before != "function" && text(tokens, closing(tokens, at + 1) + 1) == "{";
    let is_exported = before_that == "export" || before == "export" || before == "default";
    tokens[at].text.starts_with('#')
        || is_property
        || is_key
        || is_shorthand
        || is_method
        || is_exported
}

/// Where the bracket at `open` is closed; the last token if it never is.
fn closing(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ if token.kind == Kind::Literal
                && token.text.ends_with("${")
                && !token.text.starts_with('}') =>
            {
                depth += 1;
            }
            _ if token.kind == Kind::Literal
                && token.text.starts_with('}')
                && !token.text.ends_with("${") =>
            {
                depth -= 1;
            }
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len().saturating_sub(1)
}

fn text(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

/// `a` … `z`, `A` … `Z`, `_`, `$`, then two letters, and so on.
fn short_name(index: usize) -> String {
    const LETTERS: &[u8; 54] = b"etanirocsludpmfhgbvykwxqjzETANIROCSLUDPMFHGBVYKWXQJZ_$";
    let (mut index, mut name) = (index, String::new());
    loop {
        name.push(char::from(LETTERS[index % LETTERS.len()]));
        index /= LETTERS.len();
        if index == 0 {
            return name;
        }
        index -= 1;
    }
}

fn is_reserved(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::minify;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(minify(source, &BTreeMap::new()).trim_end(), expected);
    }

    #[test]
    fn local_names_become_short() {
        check(
            "function long(first, second) { let sum = first + second; return sum }",
            "function n(a,t){let e=a+t;return e}",
        );
    }

    #[test]
    fn names_that_others_may_know_stay() {
        check("const host = 1; hooks.host = host", "const host=1;hooks.host=host");
        check("const site = 1; f({ site })", "const site=1;f({site})");
        check("const guard = 1; f({ guard: 2, a: guard })", "const guard=1;f({guard:2,a:guard})");
        check(
            "class Agent { free() {} } function free(x1) {}",
            "class t{free(){}}function free(e){}",
        );
        check(
            "export function start(hooks) { return hooks }",
            "export function start(e){return e}",
        );
        check("export { start, init as default }", "export{start,init as default}");
    }

    #[test]
    fn a_global_is_no_local_name_even_if_a_condition_looks_like_a_parameter() {
        check("if (visible) { f() }", "if(visible){f()}");
        check("function g(window) { return window }", "function e(window){return window}");
    }

    #[test]
    fn names_inside_a_template_follow() {
        check(
            "const width = 1; f(`${width}px ${ `${width}` }`)",
            "const e=1;f(`${e}px ${`${e}`}`)",
        );
    }

    #[test]
    fn short_names_never_repeat() {
        let names: std::collections::BTreeSet<String> = (0..5_000).map(super::short_name).collect();
        assert_eq!(names.len(), 5_000);
    }
}
