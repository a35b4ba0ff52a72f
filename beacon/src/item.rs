//! What a beacon carries: everything the deciding half consumed, and what it concluded.
//!
//! Coarse by design: no pointer trail, no keystrokes, no input values, no query strings. The order
//! of variants is the wire format: append, never reorder; a changed meaning is a new variant.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::limits::{
    CART_LINES_MAX, EVIDENCE_MAX, HOST_BYTES_MAX, LANGUAGE_BYTES_MAX, LIFETIMES_MAX,
    NAME_BYTES_MAX, PATH_BYTES_MAX, PRODUCT_ID_BYTES_MAX, SNAPSHOT_BYTES_MAX, SOURCE_BYTES_MAX,
};
use crate::{Millis, Money};

/// One thing that happened in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Since the run began. Never smaller than that of the item before.
    pub at: Millis,
    /// What happened.
    pub body: Body,
}

/// What happened: first the inputs of the deciding half, then its conclusions.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// The run began in this world. Always the first item of a run.
    Began(Began),
    /// A page or route was opened.
    Viewed(View),
    /// A detector concluded something.
    Noticed(Signal),
    /// The shop stated a fact of commerce or identity.
    Stated(Fact),
    /// Consent changed.
    Consented(Consent),
    /// A pack of this version was taken into use.
    Published(u32),
    /// A timer that the deciding half had asked for fired.
    Woke,
    /// The visitor met an offer or invitation.
    Answered(Answer),
    /// Conclusion: a campaign was judged and fired, or would have.
    Decided(Verdict),
    /// What the browser remembers of this visitor. Once after [`Began`], with consent to personalise.
    Remembered(Remembered),
    /// So many people could answer a visitor now, by the collector's last word.
    Staffed {
        /// Conversations that operators who are available would take, besides those they have.
        free: u16,
    },
}

/// The world a run begins in: all that the deciding half is given from outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Began {
    /// The visitor's clock when the run began, milliseconds since 1970.
    pub wall: Millis,
    /// Minutes east of UTC where the visitor is.
    pub utc_offset_min: i16,
    /// Decides holdouts and variants: the same for one visitor while storage lasts.
    pub seed: u64,
    /// Met before?
    pub visitor: VisitorKind,
    /// What the visitor holds in hand.
    pub device: Device,
    /// Language of the page (`<html lang>`), else of the browser: `ko`, `en`, `pt-BR`.
    pub language: String,
    /// Host of the referrer when it is another site, else empty.
    pub referrer: String,
    /// Version of the pack in use.
    pub pack: u32,
    /// What may be recorded.
    pub consent: Consent,
    /// State of the deciding half, as the page before in this tab left it; empty for a fresh start.
    pub resumed: Vec<u8>,
}

/// What outlives a tab: kept with the visitor, told at the beginning of each run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// Sessions of this visitor, this one included.
    pub visits: u16,
    /// Whole days since the last purchase, if there was one.
    pub bought_days: Option<u16>,
    /// Where this session came from, words parted by spaces: the referrer's host, and what the
    /// address said of its campaign (`source=naver medium=cpc campaign=autumn click=google`). Empty
    /// for who came directly.
    pub source: String,
    /// Campaigns with a cap on a lifetime, and how often each had its turn.
    pub turns: Vec<Turns>,
}

impl Remembered {
    /// How often a campaign had its turn; as often as can be said when no more are counted.
    pub fn times(&self, campaign: u16) -> u16 {
        match self.turns.iter().find(|it| it.campaign == campaign) {
            Some(it) => it.times,
            None if self.turns.len() < LIFETIMES_MAX => 0,
            None => u16::MAX,
        }
    }

    /// It has one more.
    pub fn count(&mut self, campaign: u16) {
        if let Some(it) = self.turns.iter_mut().find(|it| it.campaign == campaign) {
            it.times = it.times.saturating_add(1);
        } else if self.turns.len() < LIFETIMES_MAX {
            self.turns.push(Turns { campaign, times: 1 });
        }
    }
}

/// How often a campaign had its turn with one visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turns {
    /// Which.
    pub campaign: u16,
    /// How often, ever.
    pub times: u16,
}

/// Whether the visitor was here before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitorKind {
    /// First session of this browser, as far as can be known.
    New,
    /// Has an earlier session.
    Returning,
    /// Logged in, by the shop's own word.
    Known,
}

/// What the visitor holds in hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Device {
    /// Fine pointer, wide screen.
    Desktop,
    /// Coarse pointer, narrow screen.
    Phone,
    /// Coarse pointer, wide screen.
    Tablet,
}

/// What may be recorded and done. Ordered: later allows more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// Refused: nothing is stored, sent or shown, and nothing is watched.
    Denied,
    /// Not asked yet: nothing is stored, sent or shown; kept in memory for at most 60 s.
    Unknown,
    /// Counting only: sent without visitor and session ids, nothing stored, no campaign judged.
    Measure,
    /// Everything: ids and state stored, campaigns judged and shown.
    Personalise,
}

/// One page or SPA route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Path of the page, without query and fragment.
    pub path: String,
    /// What sort of page it is.
    pub page: PageKind,
}

/// The sort of a page, from the shop's own markup, events or path rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageKind {
    /// None of the others.
    Other,
    /// The shop's front page.
    Home,
    /// A list of products.
    Category,
    /// One product.
    Product,
    /// Search results.
    Search,
    /// The cart.
    Cart,
    /// A step of the checkout before payment.
    Checkout,
    /// The payment step: a quiet zone, where nothing is ever shown.
    Payment,
    /// The thank-you page after a purchase.
    Thanks,
    /// Account and login.
    Account,
}

/// What a detector concluded, with its evidence.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Signal {
    /// The pointer moves up and, extrapolated, crosses the top edge soon.
    ExitIntent {
        /// Distance from the top edge, CSS pixels.
        y: u16,
        /// Upward speed, CSS pixels a second.
        speed: u16,
        /// Extrapolated time to the edge, milliseconds.
        eta_ms: u16,
    },
    /// Time spent with the page visible, focused and the visitor active. Cumulative for the view, so
    /// a later one replaces an earlier one.
    Dwell {
        /// Milliseconds on this view so far.
        ms: u32,
    },
    /// The same, cumulative for one product across page loads.
    ProductDwell {
        /// Product id.
        product: String,
        /// Milliseconds on this product so far.
        ms: u32,
    },
    /// Deepest share of the page that was on screen, per 10 %.
    ScrollReach {
        /// 10, 20 … 100.
        percent: u8,
    },
    /// The visitor wavers over the cart.
    CartHesitation {
        /// 1 to 3 by how many causes hold; 0 when it decayed.
        level: u8,
        /// Bits of [`HesitationCause`] that hold.
        causes: u16,
    },
    /// Quick presses on one spot that nothing answered.
    RageClick {
        /// How many presses.
        presses: u8,
        /// What was pressed.
        target: Target,
    },
    /// The tab was hidden or the window lost focus to another.
    TabHidden,
    /// The tab came back.
    TabReturned {
        /// How long it was away, milliseconds.
        away_ms: u32,
    },
    /// A finger flicked the page far up, and a second sign of leaving came.
    ScrollExit {
        /// How far up, CSS pixels.
        px: u16,
    },
    /// A press on something clickable that nothing answered.
    DeadClick {
        /// What was pressed.
        target: Target,
    },
    /// The pointer was shaken.
    Thrash {
        /// How often it turned in a row.
        turns: u8,
    },
    /// Back to a product, from another one.
    Comparing {
        /// How many products were looked at lately.
        products: u8,
        /// How often one of them was come back to.
        returns: u8,
    },
    /// A form resists.
    FormTrouble {
        /// In which way.
        trouble: Trouble,
        /// How often.
        times: u8,
    },
    /// Searches in a row found nothing, or nothing worth a look.
    SearchMiss {
        /// How many.
        searches: u8,
    },
    /// The visitor does less and less, with something at stake.
    Fading {
        /// What is left of the visitor's own mean activity, in thousandths.
        permille: u16,
    },
    /// Nobody answers the visitor's message.
    Waiting {
        /// For so long, seconds.
        seconds: u16,
    },
    /// It may be a program that visits.
    BotEvidence {
        /// Bits of [`BotTrait`], all that were found so far in this run.
        traits: u8,
    },
}

/// How a form resists; never what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// The same field was found wrong again.
    Invalid,
    /// The form could not be sent, again.
    Refused,
    /// A field was come back to.
    Reentered,
}

/// What speaks for a program. The discriminant is the bit in [`Signal::BotEvidence`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum BotTrait {
    /// The browser says that it is driven by a program (`navigator.webdriver`).
    Driven = 0,
    /// The pointer moved as no hand moves it.
    Motion = 1,
    /// Pages were opened without any input in them.
    NoInput = 2,
}

impl BotTrait {
    /// All of them, in the order of their bits.
    pub const ALL: [Self; 3] = [Self::Driven, Self::Motion, Self::NoInput];

    /// The bit that stands for it.
    pub fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// What a press hit, as far as it can be said without reading the page's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Nothing that looks clickable.
    Plain,
    /// A link.
    Link,
    /// A button or something that acts as one.
    Button,
    /// An image or picture.
    Image,
    /// A field to type or choose in.
    Field,
    /// A control that is meant to be pressed again and again: stepper, carousel arrow, player.
    Stepper,
}

/// Why a visitor wavers. The discriminant is the bit in [`Signal::CartHesitation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum HesitationCause {
    /// The pointer rested on a price or the total.
    PricePause = 0,
    /// A filled cart and no activity for a while.
    IdleCart = 1,
    /// A quantity or variant went to and fro.
    ToAndFro = 2,
    /// A step back from checkout to cart.
    StepBack = 3,
    /// The coupon field was focused and left empty.
    CouponEmpty = 4,
    /// Shipping cost came on screen and the visitor went still.
    ShippingShock = 5,
    /// Switched tabs with a filled cart.
    TabSwitch = 6,
    /// A product was added, removed and added again.
    AddRemoveAdd = 7,
}

impl HesitationCause {
    /// All causes, in the order of their bits.
    pub const ALL: [Self; 8] = [
        Self::PricePause,
        Self::IdleCart,
        Self::ToAndFro,
        Self::StepBack,
        Self::CouponEmpty,
        Self::ShippingShock,
        Self::TabSwitch,
        Self::AddRemoveAdd,
    ];

    /// The bit that stands for this cause.
    pub fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A fact of commerce or identity, in the shop's own words (GA4 event names beside).
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fact {
    /// `view_item`.
    ProductSeen(Product),
    /// `add_to_cart`.
    Added(Line),
    /// `remove_from_cart`.
    Removed(Line),
    /// `view_cart`: the cart as a whole; replaces what was summed up so far.
    CartStands {
        /// Pieces in the cart.
        items: u16,
        /// Their value.
        value: Money,
    },
    /// `begin_checkout`.
    CheckoutBegan {
        /// Value of the cart.
        value: Money,
    },
    /// `purchase`.
    Purchased {
        /// Order number; counts once per site.
        order: String,
        /// What was paid for the goods.
        value: Money,
        /// Pieces bought.
        items: u16,
    },
    /// `search`; never the words.
    Searched {
        /// How many results came, if the shop says so.
        results: Option<u32>,
    },
    /// `login` or `nunchi('identify', …)`; never who.
    LoggedIn {
        /// The shop calls this customer important.
        vip: bool,
    },
    /// A goal the shop named itself: `nunchi('track', NAME, …)`.
    Goal {
        /// Its name.
        name: String,
        /// Its value, if any.
        value: Option<Money>,
    },
    /// `add_shipping_info` or a shipping price came on screen.
    ShippingSeen,
    /// A variant or quantity was chosen on a product page.
    VariantChosen,
    /// What lies in the cart, line by line; replaces the lines known so far. How many pieces there
    /// are and what they are worth [`Fact::CartStands`] says: of a larger cart these are the first
    /// [`CART_LINES_MAX`] lines.
    CartHolds {
        /// In the shop's order.
        lines: Vec<Line>,
    },
}

/// A product as the page describes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// The shop's id (GA4 `item_id`, JSON-LD `sku`).
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// Its category, or empty.
    pub category: String,
    /// Its price, if the page says so.
    pub price: Option<Money>,
}

/// A line of a cart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Product id.
    pub product: String,
    /// Pieces.
    pub quantity: u16,
    /// Price of one piece, if the page says so.
    pub price: Option<Money>,
}

/// The visitor met an offer or invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Of which campaign.
    pub campaign: u16,
    /// What happened.
    pub reaction: Reaction,
}

/// What a visitor did with an offer or invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reaction {
    /// It stood on screen (painted, in a visible tab).
    Shown,
    /// The button was pressed; for an invitation: the chat was opened.
    Accepted,
    /// It was closed or declined.
    Dismissed,
    /// It went away by itself.
    Expired,
    /// It could not be shown.
    Failed,
    /// A survey was answered; the last one of a visit counts.
    Rated {
        /// How content, 1 to 5.
        score: u8,
        /// Which choice, from 1; 0: none yet.
        choice: u8,
    },
}

/// A campaign was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Which campaign.
    pub campaign: u16,
    /// What follows.
    pub outcome: VerdictOutcome,
    /// Which variant of the action.
    pub variant: u8,
    /// Predicted probability of purchase at this moment, in thousandths.
    pub buy_permille: u16,
    /// Measured value of each leaf of the trigger tree, depth first.
    pub evidence: Vec<i32>,
}

/// What follows from a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictOutcome {
    /// Fired: the action is shown.
    Fired,
    /// Would have fired; this visitor is in the campaign's holdout.
    HeldOut,
    /// Would have fired; the campaign is in shadow mode.
    Shadowed,
}

impl Body {
    /// Whether every string and list keeps to its limit. The codec refuses what does not, so that
    /// whoever holds a decoded item need not ask again.
    pub fn keeps_limits(&self) -> bool {
        match self {
            Self::Began(began) => {
                began.language.len() <= LANGUAGE_BYTES_MAX
                    && began.referrer.len() <= HOST_BYTES_MAX
                    && began.resumed.len() <= SNAPSHOT_BYTES_MAX
            }
            Self::Viewed(view) => view.path.len() <= PATH_BYTES_MAX,
            Self::Noticed(Signal::ProductDwell { product, .. }) => {
                product.len() <= PRODUCT_ID_BYTES_MAX
            }
            Self::Stated(fact) => fact.keeps_limits(),
            Self::Decided(verdict) => verdict.evidence.len() <= EVIDENCE_MAX,
            Self::Remembered(it) => {
                it.source.len() <= SOURCE_BYTES_MAX && it.turns.len() <= LIFETIMES_MAX
            }
            Self::Noticed(_)
            | Self::Staffed { .. }
            | Self::Consented(_)
            | Self::Published(_)
            | Self::Woke
            | Self::Answered(_) => true,
        }
    }
}

impl Fact {
    fn keeps_limits(&self) -> bool {
        match self {
            Self::ProductSeen(product) => {
                product.id.len() <= PRODUCT_ID_BYTES_MAX
                    && product.name.len() <= NAME_BYTES_MAX
                    && product.category.len() <= NAME_BYTES_MAX
            }
            Self::Added(line) | Self::Removed(line) => line.product.len() <= PRODUCT_ID_BYTES_MAX,
            Self::Purchased { order, .. } => order.len() <= PRODUCT_ID_BYTES_MAX,
            Self::Goal { name, .. } => name.len() <= NAME_BYTES_MAX,
            Self::CartHolds { lines } => {
                lines.len() <= CART_LINES_MAX
                    && lines.iter().all(|it| it.product.len() <= PRODUCT_ID_BYTES_MAX)
            }
            Self::CartStands { .. }
            | Self::CheckoutBegan { .. }
            | Self::Searched { .. }
            | Self::LoggedIn { .. }
            | Self::ShippingSeen
            | Self::VariantChosen => true,
        }
    }
}

crate::wire!(enum Body {
    0 => Began(began),
    1 => Viewed(view),
    2 => Noticed(signal),
    3 => Stated(fact),
    4 => Consented(consent),
    5 => Published(version),
    6 => Woke,
    7 => Answered(answer),
    8 => Decided(verdict),
    9 => Remembered(remembered),
    10 => Staffed { free },
});
crate::wire!(struct Remembered { visits, bought_days, source, turns });
crate::wire!(struct Turns { campaign, times });
crate::wire!(struct Began {
    wall, utc_offset_min, seed, visitor, device, language, referrer, pack, consent, resumed
});
crate::wire!(enum VisitorKind { 0 => New, 1 => Returning, 2 => Known });
crate::wire!(enum Device { 0 => Desktop, 1 => Phone, 2 => Tablet });
crate::wire!(enum Consent { 0 => Denied, 1 => Unknown, 2 => Measure, 3 => Personalise });
crate::wire!(struct View { path, page });
crate::wire!(enum PageKind {
    0 => Other,
    1 => Home,
    2 => Category,
    3 => Product,
    4 => Search,
    5 => Cart,
    6 => Checkout,
    7 => Payment,
    8 => Thanks,
    9 => Account,
});
crate::wire!(enum Signal {
    0 => ExitIntent { y, speed, eta_ms },
    1 => Dwell { ms },
    2 => ProductDwell { product, ms },
    3 => ScrollReach { percent },
    4 => CartHesitation { level, causes },
    5 => RageClick { presses, target },
    6 => TabHidden,
    7 => TabReturned { away_ms },
    8 => ScrollExit { px },
    9 => DeadClick { target },
    10 => Thrash { turns },
    11 => Comparing { products, returns },
    12 => FormTrouble { trouble, times },
    13 => SearchMiss { searches },
    14 => Fading { permille },
    15 => Waiting { seconds },
    16 => BotEvidence { traits },
});
crate::wire!(enum Trouble { 0 => Invalid, 1 => Refused, 2 => Reentered });
crate::wire!(enum Target { 0 => Plain, 1 => Link, 2 => Button, 3 => Image, 4 => Field, 5 => Stepper });
crate::wire!(enum Fact {
    0 => ProductSeen(product),
    1 => Added(line),
    2 => Removed(line),
    3 => CartStands { items, value },
    4 => CheckoutBegan { value },
    5 => Purchased { order, value, items },
    6 => Searched { results },
    7 => LoggedIn { vip },
    8 => Goal { name, value },
    9 => ShippingSeen,
    10 => VariantChosen,
    11 => CartHolds { lines },
});
crate::wire!(struct Product { id, name, category, price });
crate::wire!(struct Line { product, quantity, price });
crate::wire!(struct Answer { campaign, reaction });
crate::wire!(enum Reaction {
    0 => Shown,
    1 => Accepted,
    2 => Dismissed,
    3 => Expired,
    4 => Failed,
    5 => Rated { score, choice },
});
crate::wire!(struct Verdict { campaign, outcome, variant, buy_permille, evidence });
crate::wire!(enum VerdictOutcome { 0 => Fired, 1 => HeldOut, 2 => Shadowed });
