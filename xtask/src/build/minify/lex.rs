//! JavaScript to tokens: just enough to tell names, texts and signs apart. No tree.

/// One token, and whether a line ended before it (JavaScript may end a statement there).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) after_newline: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Identifiers, keywords and private names.
    Word,
    Number,
    /// Strings, regular expressions, and template text up to `${` or from `}`.
    Literal,
    Sign,
}

/// Words after which a slash begins a regular expression.
const BEFORE_REGEX: [&str; 9] =
    ["return", "typeof", "case", "in", "of", "delete", "void", "throw", "await"];

/// Comments are left out. What is not closed runs to the end of the text.
pub(super) fn lex(source: &str) -> Vec<Token> {
    let mut lexer =
        Lexer { rest: source, tokens: Vec::new(), open: Vec::new(), after_newline: false };
    while lexer.next() {}
    lexer.tokens
}

struct Lexer<'a> {
    rest: &'a str,
    tokens: Vec<Token>,
    /// Open braces; `true` where closing it goes on with a template.
    open: Vec<bool>,
    after_newline: bool,
}

impl Lexer<'_> {
    fn next(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        match first {
            '\n' => {
                self.after_newline = true;
                self.rest = &self.rest[1..];
            }
            _ if first.is_whitespace() => self.rest = &self.rest[first.len_utf8()..],
            '/' if self.rest.starts_with("//") => {
                self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
            }
            '/' if self.rest.starts_with("/*") => {
                self.skip(self.rest.find("*/").map_or(self.rest.len(), |end| end + 2));
            }
            '/' if self.begins_regex() => self.push(Kind::Literal, regex_len(self.rest)),
            '"' | '\'' => self.push(Kind::Literal, quoted_len(self.rest, first)),
            '`' => self.push_template(1),
            '}' if self.open.pop() == Some(true) => self.push_template(1),
            '0'..='9' => self.push(Kind::Number, run_len(self.rest, |c| is_word(c) || c == '.')),
            _ if is_word(first) || first == '#' => {
                self.push(Kind::Word, 1 + run_len(&self.rest[1..], is_word));
            }
            _ => {
                if first == '{' {
                    self.open.push(false);
                }
                self.push(Kind::Sign, sign_len(self.rest));
            }
        }
        true
    }

    fn push(&mut self, kind: Kind, len: usize) {
        let (text, rest) = self.rest.split_at(len);
        self.tokens.push(Token { kind, text: text.to_owned(), after_newline: self.after_newline });
        self.after_newline = false;
        self.rest = rest;
    }

    /// A comment of several lines counts as a line's end, as in the language.
    fn skip(&mut self, len: usize) {
        let (comment, rest) = self.rest.split_at(len);
        self.after_newline |= comment.contains('\n');
        self.rest = rest;
    }

    /// Template text, from its opening sign to `${` or the closing one.
    fn push_template(&mut self, from: usize) {
        let mut at = from;
        while at < self.rest.len() {
            match self.rest.as_bytes()[at] {
                b'\\' => at += 1,
                b'`' => return self.push(Kind::Literal, at + 1),
                b'$' if self.rest[at..].starts_with("${") => {
                    self.open.push(true);
                    return self.push(Kind::Literal, at + 2);
                }
                _ => {}
            }
            at += 1;
        }
        self.push(Kind::Literal, self.rest.len());
    }

    fn begins_regex(&self) -> bool {
        match self.tokens.last() {
            None => true,
            Some(token) => match token.kind {
                Kind::Sign => !matches!(token.text.as_str(), ")" | "]" | "}" | "++" | "--"),
                Kind::Word => BEFORE_REGEX.contains(&token.text.as_str()),
                Kind::Number => false,
                Kind::Literal => token.text.ends_with("${"),
            },
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

fn run_len(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

fn quoted_len(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn regex_len(text: &str) -> usize {
    let (mut escaped, mut in_class) = (false, false);
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_class = true,
            ']' => in_class = false,
            '/' if !in_class => return at + 1 + run_len(&text[at + 1..], is_word),
            _ => {}
        }
    }
    text.len()
}

/// Only the signs whose parts mean something else are kept together.
fn sign_len(text: &str) -> usize {
    const LONG: [&str; 7] = ["...", "=>", "++", "--", "?.", "&&", "||"];
    let long = LONG.iter().find(|sign| text.starts_with(**sign));
    long.map_or_else(|| text.chars().next().map_or(0, char::len_utf8), |sign| sign.len())
}
