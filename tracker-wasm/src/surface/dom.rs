//! Elements without markup text: a strict CSP and Trusted Types have nothing to refuse.
//!
//! What is drawn stands in sketches, one element a line. What is in it follows, indented by a space.
//! The parts of a line are parted by `|`: tag, class, then attributes as `name=value`; the one without
//! a name is the element's text. For a value, `$a` is the first of the texts handed in and `%A` the
//! first of the [`Words`]. A line that begins with `?a` is left out, with what is in it, where that
//! text is empty. `@` draws an icon from a path of round strokes, in the colour of the text around.

use alloc::vec;

use super::page::{ByName, NOTHING, Thing, global};
use super::words::Words;

/// Draws a sketch as the last thing in `parent`, all at once; gives its outermost element, the last
/// one of several.
pub(crate) fn draw(parent: &Thing, mut sketch: &str, words: Words, texts: &[&str]) -> Thing {
    // What stands around the line to come, by depth.
    let mut around = vec![document().call("createDocumentFragment")];
    let mut left_out = usize::MAX;
    while !sketch.is_empty() {
        let mut line = cut(&mut sketch, b'\n');
        let depth = line.bytes().take_while(|byte| *byte == b' ').count();
        line = line.get(depth..).unwrap_or_default();
        if depth > left_out {
            continue;
        }
        left_out = usize::MAX;
        if line.starts_with('?') {
            let slot = line.as_bytes().get(1);
            if text_at(texts, slot).is_empty() {
                left_out = depth;
                continue;
            }
            line = line.get(2..).unwrap_or_default();
        }
        around.truncate(depth + 1);
        let element = element(line, words, texts);
        if let Some(parent) = around.last() {
            append(parent, &element);
        }
        around.push(element);
    }
    if let Some(all) = around.first() {
        append(parent, all);
    }
    around.drain(1..).next().unwrap_or(Thing::UNDEFINED)
}

/// Sets an attribute.
#[inline(never)]
pub(crate) fn attribute(element: &Thing, name: &str, value: &str) {
    element.call_texts("setAttribute", name, value);
}

/// Sets or removes an attribute without a value.
pub(crate) fn mark(element: &Thing, name: &str, is_on: bool) {
    element.call_text("toggleAttribute", name, &is_on.into(), NOTHING);
}

/// Appends.
pub(crate) fn append(parent: &Thing, child: &Thing) {
    parent.call_with("appendChild", child, NOTHING);
}

/// The first element in `around` that a selector matches.
pub(crate) fn find(around: &Thing, selector: &str) -> Thing {
    around.call_text("querySelector", selector, NOTHING, NOTHING)
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

/// What one line of a sketch says.
fn element(mut line: &str, words: Words, texts: &[&str]) -> Thing {
    let tag = cut(&mut line, b'|');
    if let Some(path) = tag.strip_prefix('@') {
        let nowhere = document().call("createDocumentFragment");
        return draw(&nowhere, ICON, words, &[path]);
    }
    let space = if matches!(tag, "svg" | "path") { SVG } else { HTML };
    let element = document().call_texts("createElementNS", space, tag);
    let mut name = "class";
    while !line.is_empty() {
        let mut value = cut(&mut line, b'|');
        if name.is_empty() {
            name = cut(&mut value, b'=');
        }
        let value = match value.as_bytes() {
            [b'$', slot] => text_at(texts, Some(slot)),
            [b'%', place] => words.line(place - b'A'),
            _ => value,
        };
        if name.is_empty() {
            element.set("textContent", value);
        } else {
            attribute(&element, name, value);
        }
        name = "";
    }
    element
}

fn text_at<'a>(texts: &[&'a str], slot: Option<&u8>) -> &'a str {
    let place = slot.map_or(0, |slot| usize::from(slot - b'a'));
    texts.get(place).copied().unwrap_or_default()
}

/// 24 by 24, in strokes of the text's colour.
const ICON: &str = "svg||viewBox=0 0 24 24|aria-hidden=true\n path||d=$a";

const SVG: &str = "http://www.w3.org/2000/svg";
const HTML: &str = "http://www.w3.org/1999/xhtml";
