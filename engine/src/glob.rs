//! Path patterns: `*` stands for any run of characters, everything else for itself.

/// Whether `text` matches `glob`. What stands between two `*` is looked for from where the part
/// before it was first found, so it takes at most `glob.len() × text.len()` steps whatever is asked.
pub fn matches(mut glob: &[u8], mut text: &[u8]) -> bool {
    let mut is_behind_star = false;
    loop {
        let end = glob.iter().position(|&byte| byte == b'*');
        let (part, rest) = glob.split_at(end.unwrap_or(glob.len()));
        if rest.is_empty() && is_behind_star {
            return text.ends_with(part);
        }
        while !text.starts_with(part) {
            if !is_behind_star || text.is_empty() {
                return false;
            }
            text = text.get(1..).unwrap_or_default();
        }
        text = text.get(part.len()..).unwrap_or_default();
        let Some((_, rest)) = rest.split_first() else { return text.is_empty() };
        (glob, is_behind_star) = (rest, true);
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_stands_for_any_run_of_characters() {
        for (glob, text) in [
            ("/", "/"),
            ("/cart*", "/cart"),
            ("/cart*", "/cart/items"),
            ("*/checkout/*", "/ko/checkout/pay"),
            ("/a*b*c", "/aXXbYYbZc"),
            ("*", ""),
            ("**", "/x"),
            ("/a*ab*", "/aaXab"),
            ("*aab*b", "aaabXb"),
        ] {
            assert!(matches(glob.as_bytes(), text.as_bytes()), "{glob} should match {text}");
        }
        for (glob, text) in [
            ("/", "/cart"),
            ("/cart", "/cart/"),
            ("/a*b", "/abc"),
            ("", "/"),
            ("/p/*", "/p"),
            ("*a", "b"),
            ("a*a", "a"),
            ("*ab*b", "ab"),
        ] {
            assert!(!matches(glob.as_bytes(), text.as_bytes()), "{glob} should not match {text}");
        }
    }
}
