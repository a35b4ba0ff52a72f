//! Where an offer or an answer may lead.

/// A path of the shop itself, or an https address. Everything else is shown without a link.
///
/// Spaces, control characters and backslashes are refused because address parsers drop or turn
/// them: `/\t/host` and `/\host` both lead to another host.
pub(crate) fn is_safe(url: &str) -> bool {
    let is_plain = url.chars().all(|c| c > ' ' && c != '\\' && !c.is_control());
    is_plain && (is_path(url) || url.starts_with("https://"))
}

/// A path of the shop: begins with one slash.
pub(crate) fn is_path(url: &str) -> bool {
    url.starts_with('/') && !url.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::is_safe;

    #[test]
    fn paths_of_the_shop_and_https_are_safe() {
        for url in ["/", "/cart?step=2#sum", "/상품/1", "https://example.com/help"] {
            assert!(is_safe(url), "{url}");
        }
    }

    #[test]
    fn whatever_could_run_or_lead_elsewhere_unseen_is_not() {
        for url in [
            "",
            "cart",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            " javascript:alert(1)",
            "JaVaScRiPt:x",
            "data:text/html,x",
            "http://example.com",
            "https:/\\evil.example",
            "vbscript:x",
            "blob:https://example.com/x",
            "https:evil.example",
            "/a\u{85}b",
        ] {
            assert!(!is_safe(url), "{url:?}");
        }
    }
}
