//! What a word is where it stands: the name of a value, that of a property, or of both at once.

use super::lex::{Kind, Token};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Stands for a value: bound here, or a global.
    Value,
    /// `{ site }`: a property, and the value of that name.
    Both,
    /// A property, a key, a method, a name that is handed to other files; keywords and signs, too.
    Other,
}

/// What a pair of brackets holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    /// Properties: of an object, or of what is taken apart.
    Object,
    Class,
    /// What a file gives to others, or takes from them.
    Names,
    Anything,
}

/// The role of each token.
pub(super) fn of(tokens: &[Token]) -> Vec<Role> {
    let mut open = vec![Inside::Anything];
    let mut roles = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let inside = open.last().copied().unwrap_or(Inside::Anything);
        roles.push(if token.kind == Kind::Word { role(tokens, at, inside) } else { Role::Other });
        match token.text.as_str() {
            "{" => open.push(inside_of(tokens, at)),
            "(" | "[" => open.push(Inside::Anything),
            ")" | "]" | "}" => drop(open.pop()),
            text if token.kind == Kind::Literal && is_template(text) => {
                if text.starts_with('}') {
                    open.pop();
                }
                if text.ends_with("${") {
                    open.push(Inside::Anything);
                }
            }
            _ => {}
        }
    }
    roles
}

/// A part of a template that a value stands before or behind. No text in quotes begins or ends so.
pub(super) fn is_template(text: &str) -> bool {
    text.starts_with('}') || text.starts_with('`') && text.ends_with("${")
}

fn role(tokens: &[Token], at: usize, inside: Inside) -> Role {
    let [before, after] = [at.wrapping_sub(1), at + 1].map(|at| text(tokens, at));
    let is_outside = matches!(before, "." | "?.") || tokens[at].text.starts_with('#');
    if is_outside || inside == Inside::Names {
        return Role::Other;
    }
    let is_key = match inside {
        Inside::Object => is_first_of_key(tokens, at, &["{", ","]),
        Inside::Class => is_first_of_key(tokens, at, &["{", "}", ";"]),
        Inside::Names | Inside::Anything => false,
    };
    match after {
        "," | "}" | "=" if is_key && inside == Inside::Object && before != "..." => Role::Both,
        _ if is_key => Role::Other,
        _ => Role::Value,
    }
}

/// Whether a key stands here, behind one of these signs and words such as `async`.
fn is_first_of_key(tokens: &[Token], at: usize, behind: &[&str]) -> bool {
    let mut first = at;
    while matches!(text(tokens, first.wrapping_sub(1)), "async" | "get" | "set" | "static" | "*") {
        first -= 1;
    }
    let before = text(tokens, first.wrapping_sub(1));
    behind.contains(&before) || behind.contains(&";") && tokens[first].after_newline
}

fn inside_of(tokens: &[Token], brace: usize) -> Inside {
    let before = |by: usize| text(tokens, brace.wrapping_sub(by));
    match before(1) {
        "export" | "import" => Inside::Names,
        "" | ")" | "=>" | ";" | "{" | "}" | "else" | "do" | "try" | "finally" | "catch" => {
            Inside::Anything
        }
        "class" => Inside::Class,
        _ if matches!(before(2), "class" | "extends") => Inside::Class,
        _ => Inside::Object,
    }
}

pub(super) fn text(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}
