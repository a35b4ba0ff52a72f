//! Makes our two kinds of JavaScript small: wasm-bindgen's glue and the loader.
//!
//! Works on tokens, not on a tree: comments and blanks go, names that only this file knows become short. Glue of 21 kB
//! becomes 3.4 kB of brotli (oxc and terser: 3.0 kB), and 2.8 kB with the names that the module agreed to shorten,
//! which those tools cannot know. Rejected, measured on two cores: `oxc_minifier` compiles for 207 s, `minify-js` panics
//! on today's glue, `minifier` shortens no names.

mod lex;
mod rename;

use std::collections::BTreeMap;

use lex::{Kind, Token};

/// Gives the same program in fewer bytes. `agreed` are names that the other side, too, has changed.
pub(super) fn minify(source: &str, agreed: &BTreeMap<String, String>) -> String {
    let mut tokens = lex::lex(source);
    for token in &mut tokens {
        if let Some(name) = agreed.get(&token.text) {
            token.text.clone_from(name);
        }
    }
    rename::shorten(&mut tokens);
    print(&tokens)
}

fn print(tokens: &[Token]) -> String {
    let mut text = String::new();
    for (at, token) in tokens.iter().enumerate() {
        if at > 0 {
            text.push_str(between(&tokens[at - 1], token));
        }
        text.push_str(&token.text);
    }
    text.push('\n');
    text
}

/// What must stand between two tokens. A line's end is kept wherever it could end a statement.
fn between(left: &Token, right: &Token) -> &'static str {
    let opens = |token: &Token| {
        token.kind == Kind::Sign && !matches!(token.text.as_str(), ")" | "]" | "}" | "++" | "--")
    };
    let closes = |token: &Token| {
        token.kind == Kind::Sign
            && matches!(token.text.as_str(), ")" | "]" | "}" | "," | ";" | "." | "?" | ":" | "?.")
    };
    if right.after_newline && !opens(left) && !closes(right) {
        return "\n";
    }
    let sticks = |token: &Token| matches!(token.kind, Kind::Word | Kind::Number);
    let doubled =
        left.kind == Kind::Sign && right.kind == Kind::Sign && left.text.ends_with(['+', '-', '/']);
    if sticks(left) && sticks(right)
        || doubled && right.text.starts_with(&left.text[left.text.len() - 1..])
    {
        " "
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(minify(source, &BTreeMap::new()).trim_end(), expected);
    }

    #[test]
    fn comments_and_blanks_go() {
        check(
            "a = 1; // one\n/* two\n */ b = 'x // y'; c = `z /* ${ a /* w */ } */`;",
            "a=1;b='x // y';c=`z /* ${a} */`;",
        );
    }

    #[test]
    fn a_line_end_that_may_end_a_statement_stays() {
        check("a = b\nc = d\nreturn\nx", "a=b\nc=d\nreturn\nx");
        check("f(\n  a,\n  b\n)\n", "f(a,b)");
    }

    #[test]
    fn a_slash_after_a_value_divides_and_else_begins_a_regular_expression() {
        check("a = b / c / d; e = /x [/] y/g.test(f)", "a=b/c/d;e=/x [/] y/g.test(f)");
    }

    #[test]
    fn signs_that_would_run_together_keep_their_blank() {
        check("a = b + +c - -d; e = f++ + g", "a=b+ +c- -d;e=f++ +g");
    }
}
