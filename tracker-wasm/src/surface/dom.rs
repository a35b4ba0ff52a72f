//! Elements without markup text: a strict CSP and Trusted Types have nothing to refuse.
//!
//! What is drawn stands in sketches, one element a line. What is in it follows, indented by a space.
//! The parts of a line are parted by `|`: tag, class, then attributes as `name=value`; the one without
//! a name is the element's text. For a value, `$a` is the first of the texts handed in and `%A` the
//! first of the [`Words`]. A line that begins with `?a` is left out, with what is in it, where that
//! text is empty. `@` draws an icon from a path of round strokes, in the colour of the text around.

use super::page::{self, ByName, NOTHING, Thing, global};
use super::words::Words;

/// Draws a sketch as the last thing in `parent`, all at once; gives its outermost element, the last
/// one of several.
#[inline(never)]
pub(crate) fn draw(parent: &Thing, sketch: &str, words: Words, texts: &[&str]) -> Thing {
    for text in texts {
        page::hold(text);
    }
    page::draw(parent, sketch, words.all())
}

/// Sets an attribute.
#[inline(never)]
pub(crate) fn attribute(element: &Thing, name: &str, value: &str) {
    element.call_texts("setAttribute", name, value);
}

/// Sets or removes an attribute without a value.
pub(crate) fn mark(element: &Thing, name: &str, is_on: bool) {
    element.call_text("toggleAttribute", name, &is_on.into());
}

/// Appends.
pub(crate) fn append(parent: &Thing, child: &Thing) {
    parent.call_with("appendChild", child, NOTHING);
}

/// The first element in `around` that a selector matches.
pub(crate) fn find(around: &Thing, selector: &str) -> Thing {
    around.call_text("querySelector", selector, NOTHING)
}

/// The page's document.
#[inline(never)]
pub(crate) fn document() -> Thing {
    global("document")
}

/// Cuts off what stands before the next `mark`, or all of it.
#[inline(never)]
pub(crate) fn cut<'a>(rest: &mut &'a str, mark: u8) -> &'a str {
    let end = rest.bytes().position(|byte| byte == mark).unwrap_or(rest.len());
    let head = rest.get(..end).unwrap_or_default();
    *rest = rest.get(end + 1..).unwrap_or_default();
    head
}
