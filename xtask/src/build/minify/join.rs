//! Makes one declaration of several.

use super::lex::{Kind, Token};
use super::{between, roles};

/// Whether what stands in one pair of brackets binds names at the moment, or just has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Binds {
    Now,
    Before,
    Not,
}

/// Declarations that follow each other become one; `const` becomes `let`, so that any two do.
pub(super) fn join(tokens: Vec<Token>) -> Vec<Token> {
    let mut open = vec![Binds::Not];
    let mut joined: Vec<Token> = Vec::new();
    for mut token in tokens {
        let is_let = token.kind == Kind::Word && matches!(token.text.as_str(), "let" | "const");
        let mut binds = open.pop().unwrap_or(Binds::Not);
        if joined.last().is_some_and(|last| between(last, &token) == "\n") {
            binds = Binds::Not;
        }
        if is_let && binds == Binds::Before {
            if let Some(end) = joined.last_mut() {
                ",".clone_into(&mut end.text);
            }
            open.push(Binds::Now);
            continue;
        }
        binds = match (binds, token.text.as_str()) {
            _ if is_let => Binds::Now,
            (Binds::Now, ";") => Binds::Before,
            (Binds::Now, _) => Binds::Now,
            (Binds::Before | Binds::Not, _) => Binds::Not,
        };
        if is_let {
            "let".clone_into(&mut token.text);
        }
        let is_literal = token.kind == Kind::Literal && roles::is_template(&token.text);
        let closes = matches!(token.text.as_str(), ")" | "]")
            || token.text.starts_with('}') && (is_literal || token.kind == Kind::Sign);
        if !closes {
            open.push(binds);
        }
        if matches!(token.text.as_str(), "(" | "[" | "{")
            || is_literal && token.text.ends_with("${")
        {
            open.push(Binds::Not);
        }
        joined.push(token);
    }
    joined
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
    fn declarations_that_follow_each_other_are_one() {
        check("let a = 1; const b = 2; c(); let d;", "let e=1,t=2;c();let a;");
        check("let a = 1\nf()\nlet b", "let e=1\nf()\nlet t");
        check("let a = 1; for (const b of c) d(b); let e;", "let e=1;for(let e of c)d(e);let t;");
        check("let a = () => { let b = 1; let c; }; let d", "let e=()=>{let t=1,a},t");
    }
}
