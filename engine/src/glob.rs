//! Path patterns: `*` stands for any run of characters, everything else for itself.

/// Whether `text` matches `glob`. Steps back to the last `*` only, so it takes at most
/// `glob.len() × text.len()` steps whatever is asked.
pub fn matches(glob: &str, text: &str) -> bool {
    let (glob, text) = (glob.as_bytes(), text.as_bytes());
    let (mut g, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(byte) = text.get(t) {
        match glob.get(g) {
            Some(b'*') => {
                star = Some((g, t));
                g += 1;
            }
            Some(wanted) if wanted == byte => {
                g += 1;
                t += 1;
            }
            _ => {
                let Some((star_g, star_t)) = star else { return false };
                star = Some((star_g, star_t + 1));
                g = star_g + 1;
                t = star_t + 1;
            }
        }
    }
    glob.iter().skip(g).all(|&rest| rest == b'*')
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
        ] {
            assert!(matches(glob, text), "{glob} should match {text}");
        }
        for (glob, text) in [
            ("/", "/cart"),
            ("/cart", "/cart/"),
            ("/a*b", "/abc"),
            ("", "/"),
            ("/p/*", "/p"),
            ("*a", "b"),
        ] {
            assert!(!matches(glob, text), "{glob} should not match {text}");
        }
    }
}
