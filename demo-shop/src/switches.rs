//! What can be tried: each switch is a query parameter on any page and holds for the session.

use std::collections::BTreeMap;

/// How the shop behaves for this browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Switches {
    /// `?spa`: links change the route instead of loading a page.
    pub(crate) spa: bool,
    /// `?csp=strict`, `?csp=wasm`.
    pub(crate) csp: Csp,
    /// `?consent=ask`: a banner asks before anything is recorded.
    pub(crate) asks_consent: bool,
    /// `?tag=off`, `?tag=twice`.
    pub(crate) tag: Tag,
}

/// Which Content-Security-Policy is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Csp {
    /// None.
    #[default]
    Off,
    /// No inline code, no WebAssembly.
    Strict,
    /// No inline code, WebAssembly allowed, Trusted Types required.
    Wasm,
}

/// How often the tag stands in the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tag {
    /// As it should be.
    #[default]
    Once,
    /// Not at all.
    Off,
    /// By mistake, as happens in real shops.
    Twice,
}

impl Switches {
    /// After a request with these query parameters.
    pub(crate) fn turned(mut self, query: &BTreeMap<String, String>) -> Self {
        if query.contains_key("reset") {
            self = Self::default();
        }
        if let Some(value) = query.get("spa") {
            self.spa = value != "off";
        }
        if let Some(value) = query.get("csp") {
            self.csp = match value.as_str() {
                "strict" => Csp::Strict,
                "wasm" => Csp::Wasm,
                _ => Csp::Off,
            };
        }
        if let Some(value) = query.get("consent") {
            self.asks_consent = value == "ask";
        }
        if let Some(value) = query.get("tag") {
            self.tag = match value.as_str() {
                "off" => Tag::Off,
                "twice" => Tag::Twice,
                _ => Tag::Once,
            };
        }
        self
    }

    /// The query that turns on what is on: for the cookie and for people. Empty: all is as usual.
    pub(crate) fn encode(self) -> String {
        let csp = match self.csp {
            Csp::Off => None,
            Csp::Strict => Some("csp=strict"),
            Csp::Wasm => Some("csp=wasm"),
        };
        let tag = match self.tag {
            Tag::Once => None,
            Tag::Off => Some("tag=off"),
            Tag::Twice => Some("tag=twice"),
        };
        let spa = self.spa.then_some("spa=on");
        let consent = self.asks_consent.then_some("consent=ask");
        [spa, csp, consent, tag].into_iter().flatten().collect::<Vec<_>>().join("&")
    }

    /// Reads [`Switches::encode`].
    pub(crate) fn decode(text: &str) -> Self {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        let query = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self::default().turned(&query)
    }

    /// The Content-Security-Policy to send, for a collector at this origin.
    pub(crate) fn policy(self, collector: &str) -> Option<String> {
        let (wasm, types) = match self.csp {
            Csp::Off => return None,
            Csp::Strict => ("", ""),
            Csp::Wasm => (" 'wasm-unsafe-eval'", "; require-trusted-types-for 'script'"),
        };
        Some(format!(
            "default-src 'none'; script-src 'self' {collector}{wasm}; \
             connect-src 'self' {collector}; style-src 'self'; img-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'{types}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn switches_survive_the_cookie() {
        let all = Switches { spa: true, csp: Csp::Wasm, asks_consent: true, tag: Tag::Twice };
        assert_eq!(Switches::decode(&all.encode()), all);
        assert_eq!(Switches::default().encode(), "");
        assert_eq!(Switches::decode("nonsense&csp=loud"), Switches::default());
    }

    #[test]
    fn one_switch_leaves_the_others_and_reset_leaves_none() {
        let before = Switches { spa: true, csp: Csp::Strict, ..Switches::default() };
        let query = |name: &str, value: &str| BTreeMap::from([(name.to_owned(), value.to_owned())]);
        let after = before.turned(&query("tag", "off"));
        assert_eq!(after, Switches { tag: Tag::Off, ..before });
        assert_eq!(after.turned(&query("spa", "off")), Switches { spa: false, ..after });
        assert_eq!(after.turned(&query("reset", "")), Switches::default());
    }
}
