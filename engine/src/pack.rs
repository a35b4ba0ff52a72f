//! The pack: what a site publishes to its pages. Versioned; campaigns, page rules, settings.
//!
//! Postcard on the wire (`GET /v1/pack/{site}`), JSON for people. Unknown keys are refused in JSON.

use beacon::item::{Consent, PageKind};
use serde::{Deserialize, Serialize};

use crate::campaign::Campaign;

/// Version of the pack's own layout; an agent refuses another one and keeps what it has.
pub const FORMAT: u8 = 1;

/// Most campaigns in a pack.
pub const CAMPAIGNS_MAX: usize = 200;

/// Largest pack, bytes of postcard.
pub const PACK_BYTES_MAX: usize = 64 * 1024;

/// Everything a page needs to decide for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Counts up with every publication. 0: nothing was published yet.
    pub version: u32,
    /// What may be done before the visitor was asked.
    pub consent: Consent,
    /// Which path is what sort of page; the first rule that matches counts.
    pub pages: Vec<PageRule>,
    /// Names of query parameters that stay in a path; all others are dropped.
    pub query_keys: Vec<String>,
    /// How what is shown looks.
    pub theme: Theme,
    /// In any order; priority decides between those that fire at once.
    pub campaigns: Vec<Campaign>,
}

/// A path pattern and what it means. `*` stands for any run of characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageRule {
    /// Such as `/products/*`.
    pub glob: String,
    /// What such pages are.
    pub page: PageKind,
}

/// How what is shown looks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// The shop's own colour, `#rrggbb`.
    pub accent: String,
    /// Where offers and the chat stand.
    pub corner: Corner,
    /// Name of the shop, for titles.
    pub shop: String,
}

/// A lower corner of the window, by reading direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Corner {
    /// Right in left-to-right languages.
    End,
    /// Left in left-to-right languages.
    Start,
}

impl Default for Pack {
    /// Nothing published: everything may be counted and judged, and there is nothing to judge. The
    /// page rules are the paths that most shop systems use.
    fn default() -> Self {
        let rule = |glob: &str, page| PageRule { glob: glob.into(), page };
        Self {
            version: 0,
            consent: Consent::Personalise,
            pages: vec![
                rule("/", PageKind::Home),
                rule("/cart*", PageKind::Cart),
                rule("/checkout/payment*", PageKind::Payment),
                rule("/payment*", PageKind::Payment),
                rule("/checkout/thank*", PageKind::Thanks),
                rule("/thank*", PageKind::Thanks),
                rule("/order/complete*", PageKind::Thanks),
                rule("/checkout*", PageKind::Checkout),
                rule("/order*", PageKind::Checkout),
                rule("/search*", PageKind::Search),
                rule("/product*", PageKind::Product),
                rule("/p/*", PageKind::Product),
                rule("/categor*", PageKind::Category),
                rule("/collections/*", PageKind::Category),
                rule("/c/*", PageKind::Category),
                rule("/login*", PageKind::Account),
                rule("/account*", PageKind::Account),
            ],
            query_keys: Vec::new(),
            theme: Theme { accent: "#3a5bd9".into(), corner: Corner::End, shop: String::new() },
            campaigns: Vec::new(),
        }
    }
}
