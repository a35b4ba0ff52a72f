//! The style sheet, with comments and needless spaces taken out while compiling.

/// `style.css`, as small as it can be without a tool.
pub(crate) const CSS: &str = match core::str::from_utf8(&PACKED) {
    Ok(css) => css,
    Err(_) => panic!("style.css is ASCII"),
};

const SOURCE: &[u8] = include_bytes!("style.css");

const PACKED: [u8; pack([0; SOURCE.len()]).1] = {
    let (packed, length) = pack([0; SOURCE.len()]);
    let mut exact = [0; pack([0; SOURCE.len()]).1];
    let mut at = 0;
    while at < length {
        exact[at] = packed[at];
        at += 1;
    }
    exact
};

/// Copies [`SOURCE`] without comments, line breaks, indents, spaces beside `{ } : ; ,`, and `;` before
/// `}`.
const fn pack(mut to: [u8; SOURCE.len()]) -> ([u8; SOURCE.len()], usize) {
    let (mut read, mut written) = (0, 0);
    while read < SOURCE.len() {
        let byte = SOURCE[read];
        if byte == b'/' && SOURCE[read + 1] == b'*' {
            while !(SOURCE[read] == b'*' && SOURCE[read + 1] == b'/') {
                read += 1;
            }
            read += 2;
            continue;
        }
        read += 1;
        let is_after_mark =
            written == 0 || matches!(to[written - 1], b'{' | b'}' | b':' | b';' | b',');
        let is_before_brace = read < SOURCE.len() && SOURCE[read] == b'{';
        if byte == b'\n' || byte == b' ' && (is_after_mark || is_before_brace) {
            continue;
        }
        // The last declaration of a rule needs no end.
        if byte == b'}' && written > 0 && to[written - 1] == b';' {
            written -= 1;
        }
        to[written] = byte;
        written += 1;
    }
    (to, written)
}

#[cfg(test)]
mod tests {
    use super::{CSS, SOURCE};

    #[test]
    fn the_packed_sheet_has_neither_comments_nor_line_breaks() {
        assert!(CSS.len() < SOURCE.len() && !CSS.contains("/*") && !CSS.contains(['\n', '\r']));
        assert!(!CSS.contains("  ") && !CSS.contains("; ") && !CSS.contains(" {"), "{CSS}");
    }

    #[test]
    fn the_packed_sheet_keeps_every_rule() {
        let source = core::str::from_utf8(SOURCE).unwrap();
        let count = |css: &str, mark: char| css.matches(mark).count();
        assert_eq!(count(CSS, '{'), count(CSS, '}'));
        assert_eq!(count(CSS, '@'), count(source, '@'));
        assert!(CSS.starts_with(":host{all:initial !important"));
    }

    /// A strict `Content-Security-Policy` of the shop must have nothing to refuse.
    #[test]
    fn the_sheet_fetches_nothing() {
        assert!(!CSS.contains("url(") && !CSS.contains("@import"));
    }
}
