//! A campaign: when (trigger), for whom (conditions in it), what (action), how often (caps), and
//! who goes without, so that its worth can be measured (holdout).
//!
//! Typed data, no expression text. JSON for people: `{"all": [{"count": {…}}, {"is": {…}}]}`.

use core::cell::Cell;
use std::collections::BTreeMap;

use beacon::item::{Device, PageKind, VisitorKind};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use crate::pack::Theme;

/// Deepest nesting of a trigger tree.
pub const TRIGGER_DEPTH_MAX: usize = 8;

/// Most nodes of a trigger tree, so that a verdict's evidence is bounded.
pub const TRIGGER_NODES_MAX: usize = 32;

/// An offer or invitation and the rule for making it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// Unique in the site, never used again.
    pub id: u16,
    /// For operators.
    pub name: String,
    /// When it fires.
    pub trigger: Trigger,
    /// What then happens; one is chosen by weight.
    pub variants: Vec<Variant>,
    /// How often.
    pub caps: Caps,
    /// Higher goes first when several fire at once; only one is shown.
    pub priority: u8,
    /// Visitors that go without, in thousandths.
    pub holdout_permille: u16,
    /// Judged and reported, never shown.
    pub shadow: bool,
}

/// A typed boolean tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Trigger {
    /// Every part holds.
    #[serde(deserialize_with = "nested")]
    All(Vec<Trigger>),
    /// At least one part holds.
    #[serde(deserialize_with = "nested")]
    Any(Vec<Trigger>),
    /// The part does not hold.
    #[serde(deserialize_with = "nested")]
    Not(Box<Trigger>),
    /// Something happened at least so often within a span before now.
    Count {
        /// What.
        of: Happening,
        /// How often.
        at_least: u16,
        /// Span in seconds; 0: the whole session.
        within_s: u32,
    },
    /// Something last happened at least so long ago (and did happen).
    Since {
        /// What.
        of: Happening,
        /// Seconds.
        at_least_s: u32,
    },
    /// A number lies in a range, both ends included.
    Is {
        /// Which number.
        what: Quantity,
        /// Lowest.
        #[serde(default)]
        min: Option<i32>,
        /// Highest.
        #[serde(default)]
        max: Option<i32>,
    },
    /// The visitor is one of these.
    Visitor(Vec<VisitorKind>),
    /// The device is one of these.
    Device(Vec<Device>),
    /// The page is one of these sorts.
    Page(Vec<PageKind>),
    /// The path matches one of these globs.
    Path(Vec<String>),
    /// The page's language is one of these (`ko` also matches `ko-KR`).
    Language(Vec<String>),
}

/// What can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// [`Signal::ExitIntent`](beacon::item::Signal::ExitIntent).
    ExitIntent,
    /// A rage click.
    RageClick,
    /// Cart hesitation reached a level of at least 1.
    CartHesitation,
    /// The tab was hidden.
    TabHidden,
    /// The tab came back.
    TabReturned,
    /// A page was viewed.
    View,
    /// A product was viewed.
    ProductView,
    /// Something was put into the cart.
    Added,
    /// Something was taken out of the cart.
    Removed,
    /// Checkout began.
    CheckoutBegan,
    /// A purchase.
    Purchased,
    /// A search.
    Searched,
    /// A search without results.
    SearchMissed,
    /// An offer or invitation was dismissed.
    Dismissed,
}

impl Happening {
    /// How many there are.
    pub const COUNT: usize = Self::Dismissed as usize + 1;
}

/// Numbers a condition can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Value of the cart, minor units, in the cart's currency.
    CartValue,
    /// Pieces in the cart.
    CartItems,
    /// Predicted probability of purchase, thousandths.
    BuyPermille,
    /// Predicted probability of leaving at the next step, thousandths.
    LeavePermille,
    /// Level of cart hesitation, 0 to 3.
    HesitationLevel,
    /// Active time on this view, seconds.
    DwellSeconds,
    /// Active time on this product, seconds.
    ProductDwellSeconds,
    /// Deepest share of this view on screen, percent.
    ScrollPercent,
    /// Views in this session.
    Views,
    /// Seconds since the session's first view.
    SessionSeconds,
}

/// One of several ways to do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Share among the variants; 0 is never chosen.
    pub weight: u16,
    /// What is shown.
    pub action: Action,
}

/// What is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// An offer: a text and a button.
    Offer {
        /// How it stands on the page.
        form: Form,
        /// Where the button leads: a path of the shop or an https address; empty: it only closes.
        #[serde(default)]
        link: String,
        /// Coupon code to show and copy; empty: none.
        #[serde(default)]
        coupon: String,
        /// Text by language tag.
        copy: BTreeMap<String, Copy>,
    },
    /// An invitation to chat.
    Invite {
        /// Text by language tag; `accept` opens the chat.
        copy: BTreeMap<String, Copy>,
    },
}

/// How an offer stands on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A card in the corner; the page stays usable.
    Card,
    /// A dialog over the page.
    Dialog,
}

/// What an offer says, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Copy {
    /// Headline.
    pub title: String,
    /// One or two sentences.
    pub body: String,
    /// Text of the button.
    pub accept: String,
    /// Text of the refusal.
    pub decline: String,
}

/// How often a campaign may fire for one visitor. 0 means no limit of that kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caps {
    /// In one view.
    pub per_view: u16,
    /// In one session.
    pub per_session: u16,
    /// In 24 hours.
    pub per_day: u16,
    /// Least time between two, seconds; also after a dismissal.
    pub cooldown_s: u32,
}

/// What the shell hands to the surface: an action with everything chosen. Postcard bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// Which campaign.
    pub campaign: u16,
    /// Which variant.
    pub variant: u8,
    /// Language of the copy.
    pub language: String,
    /// What kind of thing.
    pub kind: ShowKind,
    /// The text.
    pub copy: Copy,
    /// Why it is shown, for "Why am I seeing this?": what decided.
    pub why: Happening,
    /// How it looks.
    pub theme: Theme,
}

/// What kind of thing is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShowKind {
    /// A corner card.
    Card {
        /// Where the button leads, or empty.
        link: String,
        /// Coupon code, or empty.
        coupon: String,
    },
    /// A dialog.
    Dialog {
        /// Where the button leads, or empty.
        link: String,
        /// Coupon code, or empty.
        coupon: String,
    },
    /// An invitation to chat.
    Invite,
}

thread_local! {
    /// How deep the trigger that is being read is nested. Back at 0 whenever nothing is read.
    static LEVEL: Cell<usize> = const { Cell::new(0) };
}

/// Reads the parts of a group, unless it is nested so deep that reading on could exhaust the stack.
/// Serde hands no state down, hence the counter.
fn nested<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    let level = LEVEL.get();
    if level >= TRIGGER_DEPTH_MAX {
        return Err(D::Error::custom("a trigger is nested too deep"));
    }
    LEVEL.set(level + 1);
    let parts = T::deserialize(from);
    LEVEL.set(level);
    parts
}
