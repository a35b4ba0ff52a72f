//! Makes our two kinds of JavaScript small: wasm-bindgen's glue and the loader.
//!
//! Works on tokens, not on a tree: comments and blanks go, names that only this file knows become short, declarations
//! that follow each other become one. The agent's glue is 3,339 bytes of brotli; terser, which wants Node, takes another
//! 60 off by names and 130 by rewriting. Rejected, measured on two cores: `oxc_minifier` compiles for 207 s, `minify-js`
//! panics on today's glue, `minifier` shortens no names.

mod bind;
mod join;
mod lex;
mod rename;
mod roles;

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
    print(&join::join(tokens))
}

fn print(tokens: &[Token]) -> String {
    let mut text = String::new();
    let mut last: Option<&Token> = None;
    for (_, token) in tokens.iter().enumerate().filter(|(at, _)| !is_idle(tokens, *at)) {
        if let Some(last) = last {
            text.push_str(between(last, token));
        }
        text.push_str(&token.text);
        last = Some(token);
    }
    text.push('\n');
    text
}

/// Whether a sign only ends what ends anyway: the last comma of arguments, the last semicolon of a block. The one behind
/// `while (a)` stays: it is the whole body.
fn is_idle(tokens: &[Token], at: usize) -> bool {
    let is = |at: usize, text: &str| {
        tokens.get(at).is_some_and(|token| token.kind == Kind::Sign && token.text == text)
    };
    // One behind another stands for a place that is left empty.
    let is_comma = is(at, ",")
        && [")", "]", "}"].iter().any(|it| is(at + 1, it))
        && ![",", "["].iter().any(|it| at > 0 && is(at - 1, it));
    let is_lone = |open: usize| {
        let is_name = tokens.get(open + 1).is_some_and(|it| it.kind == Kind::Word);
        is_name && is(open, "(") && is(open + 2, ")") && is(open + 3, "=>")
    };
    let is_around_one = is_lone(at) || at > 1 && is_lone(at - 2);
    is_comma || is_around_one || at > 0 && is(at, ";") && is(at + 1, "}") && !is_body(tokens, at)
}

/// Whether the statement that this semicolon ends is empty.
fn is_body(tokens: &[Token], at: usize) -> bool {
    let mut open = 0;
    for (place, token) in tokens[..at].iter().enumerate().rev() {
        match token.text.as_str() {
            ")" => open += 1,
            _ if open == 0 => return token.text == "else",
            "(" if open == 1 => {
                let before = place.checked_sub(1).map(|it| tokens[it].text.as_str());
                return matches!(before, Some("if" | "while" | "for" | "with"));
            }
            "(" => open -= 1,
            _ => {}
        }
    }
    false
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
    fn signs_before_an_end_go_unless_they_are_a_body() {
        check("f(a, g(b,),); { a(); b = (c); }", "f(a,g(b));{a();b=(c)}");
        check(
            "{ while (a(b)); } { for (;;); } { if (a) b; else ; }",
            "{while(a(b));}{for(;;);}{if(a)b;else;}",
        );
        check("a = [b, , ]; c = { d, }; e = [f, ];", "a=[b,,];c={d};e=[f];");
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
