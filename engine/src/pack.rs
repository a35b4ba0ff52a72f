//! The pack: what a site publishes to its pages. Versioned; campaigns, page rules, settings.
//!
//! Compact bytes on the wire (`GET /v1/pack/{site}`), JSON for people. Unknown keys are refused in JSON.

use alloc::string::String;

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use beacon::item::{Consent, PageKind};
use beacon::limits::PATH_BYTES_MAX;
use beacon::wire::{self, Bytes, Reader, Wire, write_bytes};
use serde::{Deserialize, Serialize};

use crate::campaign::Campaign;
pub use crate::decide::rule::Rules;
use crate::glob;
use crate::look::Written;
use crate::model::{Features, PRIOR, Score, hex};
use crate::schedule::Zone;
use crate::site::Site;

/// Version of the pack's own layout; an agent refuses another one and keeps what it has.
pub const FORMAT: u8 = 2;

/// Most campaigns in a pack.
pub const CAMPAIGNS_MAX: usize = 200;

/// Most bytes of patterns and steps of sequences, in campaigns and once more in rules for pages: each
/// byte may be compared with every one of a path.
pub const PATTERN_BYTES_MAX: usize = 2_048;

/// Largest pack, bytes.
pub const PACK_BYTES_MAX: usize = 64 * 1024;

/// Everything a page needs to decide for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackWith<C, S> {
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
    /// The model that says how likely a purchase is, and leaving: [`Model::encode`](crate::model::Model::encode). In JSON in
    /// hexadecimal digits; the one that is shipped, when it is left out.
    #[serde(with = "hex", default = "shipped")]
    pub model: Vec<u8>,
    /// In any order; priority decides between those that fire at once.
    pub campaigns: C,
    /// The shop's time zone.
    #[serde(default)]
    pub zone: Zone,
    /// What holds for all campaigns together.
    #[serde(default)]
    pub site: S,
}

/// A pack with its campaigns as people write them.
pub type Pack = PackWith<Vec<Campaign>, Site>;

/// A pack as pages hold it and decisions are made by it: its campaigns stay the bytes they came in.
pub type Published = PackWith<Rules, Rules>;

impl From<Pack> for Published {
    fn from(pack: Pack) -> Self {
        let Pack { version, consent, pages, query_keys, theme, model, campaigns, zone, site } =
            pack;
        let (campaigns, site) = (campaigns.into(), vec![site.as_campaign()].into());
        Self { version, consent, pages, query_keys, theme, model, campaigns, zone, site }
    }
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

/// How what is shown looks. In JSON also `paper`, `ink`, `radius`, `font`, `scheme` and `logo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Theme {
    /// The shop's own colour, `#rrggbb`; behind it, parted by spaces, what else was chosen
    /// ([`look`](crate::look)).
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

/// Why bytes are not a pack: keep the one that is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackError {
    /// More than [`PACK_BYTES_MAX`].
    TooLarge,
    /// Another layout than [`FORMAT`].
    Format(u8),
    /// Not a pack.
    Malformed,
    /// Its model cannot score what is known here: made for another version, most likely.
    Model,
}

impl<C: Wire, S: Wire> PackWith<C, S> {
    /// Reads what [`Self::encode`] wrote. Whether it is fit to be published was asked before it was:
    /// pages do not load [`Self::check`], and no pack, however unfit, does them harm.
    ///
    /// # Errors
    /// [`PackError`] names the first thing that is wrong.
    pub fn decode(bytes: &[u8]) -> Result<Self, PackError> {
        if bytes.len() > PACK_BYTES_MAX {
            return Err(PackError::TooLarge);
        }
        let (format, rest) = bytes.split_first().ok_or(PackError::Malformed)?;
        if *format != FORMAT {
            return Err(PackError::Format(*format));
        }
        let mut from = Reader::new(rest);
        let pack = Self::read(&mut from);
        if !from.is_done() {
            return Err(PackError::Malformed);
        }
        Score::read(&pack.model, &Features::NEW).map(|_| pack).ok_or(PackError::Model)
    }

    /// The bytes that pages fetch: [`FORMAT`], then the fields.
    pub fn encode(&self) -> Vec<u8> {
        wire::to_versioned(FORMAT, self)
    }
}

impl<C, S> PackWith<C, S> {
    /// What sort of page this is, by the first rule whose glob matches the path, with or without
    /// its query.
    pub fn page_kind(&self, path: &str) -> PageKind {
        let (bare, _) = cut(path, b'?');
        let is_meant = |it: &&PageRule| {
            glob::matches(it.glob.as_bytes(), bare.as_bytes())
                || glob::matches(it.glob.as_bytes(), path.as_bytes())
        };
        self.pages.iter().find(is_meant).map_or(PageKind::Other, |it| it.page)
    }

    /// What of an address may be recorded: the path, and of the query only the parameters in
    /// `query_keys`; no fragment. At most [`PATH_BYTES_MAX`] bytes.
    pub fn clean_path(&self, raw: &str) -> String {
        let (raw, _) = cut(raw, b'#');
        let (path, mut query) = cut(raw, b'?');
        let mut clean = String::from(path);
        let mut joint = "?";
        while !query.is_empty() {
            let (pair, rest) = cut(query, b'&');
            let (key, _) = cut(pair, b'=');
            if !key.is_empty() && self.query_keys.iter().any(|it| it == key) {
                clean.push_str(joint);
                clean.push_str(pair);
                joint = "&";
            }
            query = rest;
        }
        crate::clip(&mut clean, PATH_BYTES_MAX);
        clean
    }
}

/// What stands before and behind the first `mark`; everything and nothing where there is none. By
/// bytes: to search for characters takes a kilobyte of code.
fn cut(text: &str, mark: u8) -> (&str, &str) {
    let at = text.bytes().position(|byte| byte == mark).unwrap_or(text.len());
    (text.get(..at).unwrap_or(text), text.get(at + 1..).unwrap_or_default())
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "a pack has at most {PACK_BYTES_MAX} bytes"),
            Self::Format(format) => write!(f, "pack format {format} is not known"),
            Self::Malformed => f.write_str("the bytes are not a pack"),
            Self::Model => f.write_str("the pack's model cannot be used here"),
        }
    }
}

impl core::error::Error for PackError {}

impl Default for Pack {
    /// Nothing published: everything may be counted and judged, and there is nothing to judge. The
    /// page rules are the paths that most shop systems use; the model is the shipped one.
    fn default() -> Self {
        Self::empty(shipped())
    }
}

impl Default for Published {
    /// As [`Pack`]'s, but without a model: there is nothing to judge by it.
    fn default() -> Self {
        Self::empty(Vec::new())
    }
}

impl<C: Default, S: Default> PackWith<C, S> {
    fn empty(model: Vec<u8>) -> Self {
        Self {
            version: 0,
            consent: Consent::Personalise,
            pages: read_pages(&mut Reader::new(&PAGES_BYTES)),
            query_keys: Vec::new(),
            theme: Theme { accent: "#3a5bd9".into(), corner: Corner::End, shop: String::new() },
            model,
            campaigns: C::default(),
            zone: Zone::default(),
            site: S::default(),
        }
    }
}

fn shipped() -> Vec<u8> {
    PRIOR.into()
}

/// Paths of common shop systems; the first that matches counts.
const PAGES: [(&str, PageKind); 17] = [
    ("/", PageKind::Home),
    ("/cart*", PageKind::Cart),
    ("/checkout/payment*", PageKind::Payment),
    ("/payment*", PageKind::Payment),
    ("/checkout/thank*", PageKind::Thanks),
    ("/thank*", PageKind::Thanks),
    ("/order/complete*", PageKind::Thanks),
    ("/checkout*", PageKind::Checkout),
    ("/order*", PageKind::Checkout),
    ("/search*", PageKind::Search),
    ("/product*", PageKind::Product),
    ("/p/*", PageKind::Product),
    ("/categor*", PageKind::Category),
    ("/collections/*", PageKind::Category),
    ("/c/*", PageKind::Category),
    ("/login*", PageKind::Account),
    ("/account*", PageKind::Account),
];

/// The same as a list on the wire: to read it takes no code that pages do not have.
const PAGES_BYTES: [u8; bytes_of_pages()] = {
    let mut bytes = [0; bytes_of_pages()];
    bytes[0] = short(PAGES.len());
    let (mut end, mut at) = (1, 0);
    while at < PAGES.len() {
        let (glob, page) = (PAGES[at].0.as_bytes(), PAGES[at].1);
        let (length, text) = bytes.split_at_mut(end).1.split_at_mut(1);
        length[0] = short(glob.len());
        text.split_at_mut(glob.len()).0.copy_from_slice(glob);
        end += glob.len() + 2;
        bytes[end - 1] = page as u8;
        at += 1;
    }
    bytes
};

const fn bytes_of_pages() -> usize {
    let (mut bytes, mut at) = (1, 0);
    while at < PAGES.len() {
        bytes += PAGES[at].0.len() + 2;
        at += 1;
    }
    bytes
}

/// A number that takes one byte on the wire.
const fn short(number: usize) -> u8 {
    assert!(number < 0x80, "takes more than a byte");
    number.to_le_bytes()[0]
}

impl<C: Wire, S: Wire> Wire for PackWith<C, S> {
    fn write(&self, to: &mut Bytes) {
        self.version.write(to);
        self.consent.write(to);
        self.pages.write(to);
        self.query_keys.write(to);
        self.theme.write(to);
        write_bytes(&self.model, to);
        self.campaigns.write(to);
        self.zone.write(to);
        self.site.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        Self {
            version: u32::read(from),
            consent: Consent::read(from),
            pages: read_pages(from),
            query_keys: Vec::read(from),
            theme: Theme::read(from),
            model: from.bytes().into(),
            campaigns: C::read(from),
            zone: Zone::read(from),
            site: S::read(from),
        }
    }
}

/// Made by hand to hurt, where they are longer: nobody could have published them.
fn read_pages(from: &mut Reader<'_>) -> Vec<PageRule> {
    let (mut pages, mut pattern_bytes) = (Vec::new(), 0);
    from.each(&mut |from| {
        let rule = PageRule::read(from);
        pattern_bytes += rule.glob.len();
        if pattern_bytes > PATTERN_BYTES_MAX {
            from.refuse();
        }
        pages.push(rule);
    });
    pages
}

beacon::wire!(struct PageRule { glob, page });
beacon::wire!(struct Theme { accent, corner, shop });
beacon::wire!(enum Corner { 0 => End, 1 => Start });
