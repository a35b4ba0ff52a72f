//! A campaign: when (trigger), for whom (conditions in it), what (action), how often (caps), and
//! who goes without, so that its worth can be measured (holdout).
//!
//! Typed data, no expression text. JSON for people: `{"all": [{"count": {…}}, {"is": {…}}]}`.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use beacon::item::{Device, PageKind, VisitorKind};
use beacon::wire::{Bytes, Reader, Wire, write_byte};
use serde::{Deserialize, Serialize};

use crate::cart::Cart;
pub use crate::form::{Content, Form, ShowKind};
use crate::model::Band;
use crate::pack::Theme;
use crate::schedule::Schedule;
use crate::site::Audience;

/// JSON Schema of campaign files, for editors and for those who write them by program.
pub const SCHEMA: &str = include_str!("../campaign.schema.json");

/// Deepest nesting of a trigger tree.
pub const TRIGGER_DEPTH_MAX: usize = 8;

/// Most nodes of a trigger tree, so that a verdict's evidence is bounded.
pub const TRIGGER_NODES_MAX: usize = 32;

/// Most steps of a sequence.
pub const SEQUENCE_MAX: usize = 8;

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
    /// Fires only when somebody is free to answer: for invitations to chat.
    #[serde(default)]
    pub needs_agent: bool,
}

/// A typed boolean tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Trigger {
    /// Every part holds.
    All(Vec<Trigger>),
    /// At least one part holds.
    Any(Vec<Trigger>),
    /// The part does not hold.
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
    /// These happened one after the other, whatever happened between them; of each the last times are
    /// remembered. Holds from the last step on.
    Sequence {
        /// From one step to the next at most, seconds.
        within_s: u32,
        /// From first to last. What happened in the same millisecond is not one after the other.
        steps: Vec<Happening>,
    },
    /// So many pieces lie in the cart of products that match one of the globs.
    CartHas {
        /// Globs of product ids.
        #[serde(default)]
        product: Vec<String>,
        /// Globs of categories, as the product's page told them.
        #[serde(default)]
        category: Vec<String>,
        /// Pieces.
        #[serde(default = "once")]
        at_least: u16,
    },
    /// A goal that the shop named itself was reached at least so often within a span before now.
    Goal {
        /// Its name, as in `nunchi('track', NAME)`.
        name: String,
        /// How often.
        #[serde(default = "once")]
        at_least: u16,
        /// Span in seconds; 0: the whole session.
        #[serde(default)]
        within_s: u32,
    },
    /// The model takes the visitor for one of these sorts.
    Band(Vec<Band>),
    /// The shop's clock shows one of these times.
    Schedule(Schedule),
    /// The visit came from one of these: globs of the referrer's host (`*.naver.com`), of what the
    /// address said of its campaign (`source=naver`, `medium=cpc`, `campaign=*`) or of whose click it
    /// was (`click=google`); `direct` for none.
    Source(Vec<String>),
    /// What the site keeps under this name.
    Audience(Audience),
}

fn once() -> u16 {
    1
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
    /// A press on something clickable that nothing answered.
    DeadClick,
    /// The pointer was shaken.
    Thrash,
    /// Back to a product, from another one.
    Comparing,
    /// A form resists.
    FormTrouble,
    /// Two searches in a row, or more, came to nothing.
    SearchMiss,
    /// The visitor does less and less, with something at stake.
    Fading,
    /// A message waits for its answer.
    Waiting,
    /// It may be a program that visits.
    BotEvidence,
}

impl Happening {
    /// How many there are.
    pub const COUNT: usize = Self::BotEvidence as usize + 1;
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
    /// Sessions of this visitor, this one included; 0 where nobody remembers.
    Visits,
    /// Whole days since the last purchase; no range holds for who never bought.
    DaysSincePurchase,
    /// 1 for a customer whose login said that they are important (`vip`), else 0.
    Vip,
}

impl Quantity {
    /// How many there are.
    pub const COUNT: usize = Self::Vip as usize + 1;
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
        /// Where it stands.
        form: Form,
        /// What is in it besides its text.
        #[serde(default, skip_serializing_if = "Content::is_text")]
        content: Content,
        /// Where the button leads: a path of the shop or an https address; empty: it only closes.
        #[serde(default)]
        link: String,
        /// Coupon code to show and copy, or `pool:NAME` for one that the collector gives this visitor;
        /// empty: none. What is in a pack all the world can read.
        #[serde(default)]
        coupon: String,
        /// Text by language tag.
        copy: Texts,
    },
    /// An invitation to chat.
    Invite {
        /// Text by language tag; `accept` opens the chat.
        copy: Texts,
    },
}

/// Text by language tag, in the order of the tags. A map in JSON; in the page a list, because a map
/// of two costs as much code as a map of thousands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, Copy>", into = "BTreeMap<String, Copy>")]
pub struct Texts(Vec<(String, Copy)>);

impl Texts {
    /// Tags and texts.
    pub fn iter(&self) -> impl Iterator<Item = &(String, Copy)> {
        self.0.iter()
    }

    /// The languages.
    pub fn keys(&self) -> impl Iterator<Item = &String> {
        self.iter().map(|(tag, _)| tag)
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<BTreeMap<String, Copy>> for Texts {
    fn from(by_tag: BTreeMap<String, Copy>) -> Self {
        Self(by_tag.into_iter().collect())
    }
}

impl From<Texts> for BTreeMap<String, Copy> {
    fn from(texts: Texts) -> Self {
        texts.0.into_iter().collect()
    }
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

/// How often a campaign may fire for one visitor. 0, or left out, means no limit of that kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Caps {
    /// In one view.
    pub per_view: u16,
    /// In one session.
    pub per_session: u16,
    /// In 24 hours.
    pub per_day: u16,
    /// Least time between two, seconds; also after a dismissal.
    pub cooldown_s: u32,
    /// Ever, as long as the browser remembers the visitor.
    pub lifetime: u16,
}

/// An action with everything chosen, for the shell to hand on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Which campaign.
    pub campaign: u16,
    /// Which variant.
    pub variant: u8,
    /// What kind of thing.
    pub kind: ActKind,
    /// For the surface: the bytes of a [`Show`].
    pub bytes: Vec<u8>,
}

/// The kinds of [`ShowKind`], by their number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActKind {
    /// A corner card.
    Card,
    /// A dialog.
    Dialog,
    /// An invitation to chat.
    Invite,
    /// An offer that stands elsewhere, or has more in it than a text.
    Placed,
}

/// What the surface draws. Its bytes are those of [`Act`].
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// The cart as it stood then.
    pub cart: Cart,
    /// When it was decided, seconds since 1970: what is given for this decision is given once. 0 for a look by hand.
    pub decided_s: u32,
}

impl Wire for Action {
    /// An offer is what is shown of it, then its texts.
    fn write(&self, to: &mut Bytes) {
        match self {
            Self::Offer { form, content, link, coupon, copy } => {
                write_byte(0, to);
                let (form, content) = (form.clone(), *content);
                let (link, coupon) = (link.clone(), coupon.clone());
                ShowKind::Offer { form, content, link, coupon }.write(to);
                copy.write(to);
            }
            Self::Invite { copy } => {
                write_byte(1, to);
                copy.write(to);
            }
        }
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let number = from.byte();
        if number == 0
            && let ShowKind::Offer { form, content, link, coupon } = ShowKind::read(from)
        {
            return Self::Offer { form, content, link, coupon, copy: Texts::read(from) };
        }
        if number != 1 {
            from.refuse();
        }
        Self::Invite { copy: Texts::read(from) }
    }
}

beacon::wire!(struct Campaign {
    id, name, trigger, variants, caps, priority, holdout_permille, shadow, needs_agent
});
beacon::wire!(enum Trigger {
    0 => All(parts),
    1 => Any(parts),
    2 => Not(part),
    3 => Count { of, at_least, within_s },
    4 => Since { of, at_least_s },
    5 => Is { what, min, max },
    6 => Visitor(kinds),
    7 => Device(devices),
    8 => Page(pages),
    9 => Path(globs),
    10 => Language(tags),
    11 => Sequence { within_s, steps },
    12 => CartHas { product, category, at_least },
    13 => Goal { name, at_least, within_s },
    14 => Band(bands),
    15 => Schedule(times),
    16 => Source(globs),
    17 => Audience(audience),
});
beacon::wire!(enum Happening {
    0 => ExitIntent,
    1 => RageClick,
    2 => CartHesitation,
    3 => TabHidden,
    4 => TabReturned,
    5 => View,
    6 => ProductView,
    7 => Added,
    8 => Removed,
    9 => CheckoutBegan,
    10 => Purchased,
    11 => Searched,
    12 => SearchMissed,
    13 => Dismissed,
    14 => DeadClick,
    15 => Thrash,
    16 => Comparing,
    17 => FormTrouble,
    18 => SearchMiss,
    19 => Fading,
    20 => Waiting,
    21 => BotEvidence,
});
beacon::wire!(enum Quantity {
    0 => CartValue,
    1 => CartItems,
    2 => BuyPermille,
    3 => LeavePermille,
    4 => HesitationLevel,
    5 => DwellSeconds,
    6 => ProductDwellSeconds,
    7 => ScrollPercent,
    8 => Views,
    9 => SessionSeconds,
    10 => Visits,
    11 => DaysSincePurchase,
    12 => Vip,
});
beacon::wire!(struct Variant { weight, action });
beacon::wire!(struct Texts(by_tag));
beacon::wire!(struct Copy { title, body, accept, decline });
beacon::wire!(struct Caps { per_view, per_session, per_day, cooldown_s, lifetime });
beacon::wire!(struct Show { campaign, variant, language, kind, copy, why, theme, cart, decided_s });
