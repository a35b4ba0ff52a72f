//! Which names a piece of JavaScript binds: a declaration, parameters, a pattern that takes something apart.

use super::lex::{Kind, Token};
use super::rename::is_reserved;
use super::roles::{Role, text};

/// `let a = f(x, y), { b, c: [d] } = e;` binds `a`, `b` and `d`. A line's end that follows no comma ends it.
pub(super) fn declarators(tokens: &[Token], roles: &[Role], from: usize, names: &mut Vec<String>) {
    pattern(tokens, roles, from, names);
    let mut at = from;
    while at < tokens.len() {
        match text(tokens, at) {
            "(" | "[" | "{" => at = closing(tokens, at),
            ")" | "]" | "}" | ";" | "of" | "in" => return,
            "," => pattern(tokens, roles, at + 1, names),
            _ if at > from && tokens[at].after_newline && text(tokens, at - 1) != "," => return,
            _ => {}
        }
        at += 1;
    }
}

/// The names that a parameter, a declarator or a part of them binds.
pub(super) fn pattern(tokens: &[Token], roles: &[Role], at: usize, names: &mut Vec<String>) {
    match text(tokens, at) {
        "{" | "[" => list(tokens, roles, at, names),
        "..." => pattern(tokens, roles, at + 1, names),
        // A key, and what it is called here.
        _ if roles.get(at) == Some(&Role::Other) && text(tokens, at + 1) == ":" => {
            pattern(tokens, roles, at + 2, names);
        }
        _ if roles.get(at) == Some(&Role::Other) => {}
        name if !is_reserved(name) => names.push(name.to_owned()),
        _ => {}
    }
}

/// The names that the parts of a list within brackets bind.
pub(super) fn list(tokens: &[Token], roles: &[Role], open: usize, names: &mut Vec<String>) {
    let close = closing(tokens, open);
    let mut at = open;
    while at < close {
        if at == open || text(tokens, at) == "," {
            pattern(tokens, roles, at + 1, names);
        } else if matches!(text(tokens, at), "(" | "[" | "{") {
            at = closing(tokens, at);
        }
        at += 1;
    }
}

/// `(a, b = 1, ...c) {` and `(a) =>`, but not `if (a) {`.
pub(super) fn holds_parameters(tokens: &[Token], open: usize) -> bool {
    let control =
        open > 0 && matches!(text(tokens, open - 1), "if" | "while" | "for" | "switch" | "with");
    !control && matches!(text(tokens, closing(tokens, open) + 1), "{" | "=>")
}

/// Where the bracket at `open` is closed; the last token if it never is.
pub(super) fn closing(tokens: &[Token], open: usize) -> usize {
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
