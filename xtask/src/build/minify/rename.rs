//! Gives short names to what only this file can see.
//!
//! A name is told by its text. One that is bound at the top of the file is shortened everywhere alike; one that is bound
//! only within a statement there, everywhere in it, and other statements use the same few letters again. What is bound
//! nowhere is a global and stays. So a name that is bound twice remains one name, which changes nothing; only a global
//! must not be bound in the statement that uses it.

use std::collections::{BTreeMap, BTreeSet};

use super::bind::{closing, declarators, holds_parameters, list, pattern};
use super::lex::{Kind, Token};
use super::roles::{self, Role, text};

/// Words that are never names of ours.
const KEYWORDS: [&str; 42] = [
    "arguments",
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
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
    "function",
    "if",
    "import",
    "in",
    "instanceof",
    "let",
    "new",
    "null",
    "of",
    "return",
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

/// Shortens names in place: those of the top by how often they are used, others in the order in which they come.
pub(super) fn shorten(tokens: &mut [Token]) {
    let roles = roles::of(tokens);
    let statements = statements(tokens);
    let mut bound = Bound::default();
    bound.find(tokens, &roles, &statements);
    let used: Vec<Used<'_>> = tokens
        .iter()
        .zip(roles.iter().zip(&statements))
        .filter(|(token, (role, _))| **role != Role::Other && !is_reserved(&token.text))
        .map(|(token, (_, place))| Used { name: &token.text, statement: place.statement })
        .collect();
    let names = bound.names(&used);
    for (token, (role, place)) in tokens.iter_mut().zip(roles.iter().zip(&statements)) {
        let name = names.get(&(None, token.text.clone()));
        let name = name.or_else(|| names.get(&(Some(place.statement), token.text.clone())));
        match (role, name) {
            (Role::Value, Some(name)) => token.text.clone_from(name),
            (Role::Both, Some(name)) => token.text.extend([":", name]),
            _ => {}
        }
    }
}

/// A name where a value is meant.
struct Used<'a> {
    name: &'a str,
    statement: usize,
}

/// Where in the file a token stands.
#[derive(Clone, Copy)]
struct Place {
    /// Of those at the top.
    statement: usize,
    /// Within no brackets.
    is_top: bool,
}

/// The place of each token. Two statements that are taken for one do no harm.
fn statements(tokens: &[Token]) -> Vec<Place> {
    let (mut statement, mut depth, top) = (0, 0_usize, depth_of_top(tokens));
    let mut places = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let begins = matches!(
            token.text.as_str(),
            "function" | "export" | "const" | "let" | "class" | "async" | "import"
        );
        let ended = text(tokens, at.wrapping_sub(1));
        if depth == top && (ended == ";" || begins && (token.after_newline || ended == "}")) {
            statement += 1;
        }
        match token.text.as_str() {
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            text if token.kind == Kind::Literal && roles::is_template(text) => {
                depth -= usize::from(text.starts_with('}')).min(depth);
            }
            _ => {}
        }
        places.push(Place { statement, is_top: depth == top });
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            text if token.kind == Kind::Literal && roles::is_template(text) => {
                depth += usize::from(text.ends_with("${"));
            }
            _ => {}
        }
    }
    places
}

/// How deep in brackets the top of the file is: two deep, where all of it is one function that is called at once.
fn depth_of_top(tokens: &[Token]) -> usize {
    let is_whole =
        ["(", "(", ")", "=>", "{"].iter().enumerate().all(|(at, it)| text(tokens, at) == *it);
    if is_whole { 2 } else { 0 }
}

/// What is bound where.
#[derive(Default)]
struct Bound {
    top: BTreeSet<String>,
    /// At the top, and known to other files.
    exported: BTreeSet<String>,
    within: BTreeSet<(usize, String)>,
}

impl Bound {
    fn find(&mut self, tokens: &[Token], roles: &[Role], places: &[Place]) {
        for at in 0..tokens.len() {
            let mut names = Vec::new();
            let is_top = places[at].is_top;
            match text(tokens, at) {
                "function" | "class" => pattern(tokens, roles, at + 1, &mut names),
                "let" | "const" | "var" => declarators(tokens, roles, at + 1, &mut names),
                "=>" if text(tokens, at - 1) != ")" => pattern(tokens, roles, at - 1, &mut names),
                "(" if holds_parameters(tokens, at) => list(tokens, roles, at, &mut names),
                "export" if text(tokens, at + 1) == "{" => {
                    let names = &tokens[at + 2..closing(tokens, at + 1)];
                    self.exported.extend(names.iter().map(|it| it.text.clone()));
                }
                _ => {}
            }
            // A function's name is of the place where the function stands; parameters are not.
            let is_parameter = matches!(text(tokens, at), "=>" | "(");
            if is_top && !is_parameter {
                if exports(tokens, at) {
                    self.exported.extend(names.iter().cloned());
                }
                self.top.extend(names);
            } else {
                self.within.extend(names.into_iter().map(|name| (places[at].statement, name)));
            }
        }
    }

    /// The new name of each, for the whole file or for one statement.
    fn names(&self, used: &[Used<'_>]) -> BTreeMap<(Option<usize>, String), String> {
        let is_within = |it: &Used<'_>| self.within.contains(&(it.statement, it.name.to_owned()));
        let mut free: BTreeSet<&str> = self.exported.iter().map(String::as_str).collect();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for it in used {
            if self.top.contains(it.name) && !self.exported.contains(it.name) {
                *counts.entry(it.name).or_default() += 1;
            } else if !is_within(it) {
                free.insert(it.name);
            }
        }
        let mut top: Vec<_> = counts.into_iter().collect();
        top.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let mut short = (0..).map(short_name).filter(|it| !free.contains(it.as_str()));
        let mut names: BTreeMap<(Option<usize>, String), String> = top
            .into_iter()
            .filter_map(|(name, _)| Some(((None, name.to_owned()), short.next()?)))
            .collect();
        for of_one in used.chunk_by(|a, b| a.statement == b.statement) {
            self.name_within(of_one, &free, &mut names);
        }
        names
    }

    /// Names what is bound within a statement only, by letters that mean nothing else in it.
    fn name_within(
        &self,
        used: &[Used<'_>],
        free: &BTreeSet<&str>,
        names: &mut BTreeMap<(Option<usize>, String), String>,
    ) {
        let global = |name: &str| names.get(&(None, name.to_owned())).cloned();
        let taken: BTreeSet<String> = used.iter().filter_map(|it| global(it.name)).collect();
        let mut short =
            (0..).map(short_name).filter(|it| !taken.contains(it) && !free.contains(it.as_str()));
        for it in used {
            let key = (Some(it.statement), it.name.to_owned());
            let is_ours = self.within.contains(&(it.statement, it.name.to_owned()));
            if is_ours && !self.top.contains(it.name) && !names.contains_key(&key) {
                names.extend(short.next().map(|name| (key, name)));
            }
        }
    }
}

fn exports(tokens: &[Token], at: usize) -> bool {
    (1..=3).any(|by| text(tokens, at.wrapping_sub(by)) == "export") && text(tokens, at + 1) != "("
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

pub(super) fn is_reserved(name: &str) -> bool {
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
            "function e(t,a){let n=t+a;return n}",
        );
    }

    #[test]
    fn every_statement_begins_anew_with_the_letters_that_mean_nothing_in_it() {
        check(
            "const one = (left) => left;\nconst two = (right, end) => one(right + end);",
            "let e=t=>t,t=(a,n)=>e(a+n);",
        );
        check(
            "(() => { const one = (left) => left; const two = (right) => one(right); two(1) })()",
            "(()=>{let e=t=>t,t=a=>e(a);t(1)})()",
        );
    }

    #[test]
    fn what_others_may_know_stays() {
        check("const host = 1; hooks.host = host", "let e=1;hooks.host=e");
        check("const guard = 1; f({ guard: 2, a: guard })", "let e=1;f({guard:2,a:e})");
        check(
            "class Agent { free() {} static make(x1) {} get size() {} } function free(x1) {}",
            "class e{free(){}static make(t){}get size(){}}function t(e){}",
        );
        check(
            "const f = { go(far) { far() }, async run() {} }",
            "let e={go(t){t()},async run(){}}",
        );
        check(
            "export function start(hooks) { return hooks }",
            "export function start(e){return e}",
        );
        check("export { start, init as default }", "export{start,init as default}");
        check("const init = 1;\nexport { init as default }", "let init=1;export{init as default}");
    }

    #[test]
    fn what_is_named_like_its_property_gets_a_name_beside_it() {
        check("const site = 1; f({ site })", "let e=1;f({site:e})");
        check(
            "const f = ({ key, deep: [first, ...rest], other = 1 }) => key(first, rest, other)",
            "let e=({key:t,deep:[a,...n],other:i=1})=>t(a,n,i)",
        );
        check("for (const { key } of list) f(key)", "for(let{key:e}of list)f(e)");
    }

    #[test]
    fn a_global_stays_whatever_it_looks_like() {
        check("if (visible) { f() }", "if(visible){f()}");
        check("function g(window) { return window }", "function e(t){return t}");
        check("const g = () => a ? e : f({ e })", "let t=()=>a?e:f({e})");
    }

    #[test]
    fn names_inside_a_template_follow() {
        check("const width = 1; f(`${width}px ${ `${width}` }`)", "let e=1;f(`${e}px ${`${e}`}`)");
    }

    #[test]
    fn short_names_never_repeat() {
        let names: std::collections::BTreeSet<String> = (0..5_000).map(super::short_name).collect();
        assert_eq!(names.len(), 5_000);
    }
}
