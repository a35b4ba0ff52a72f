//! The numbers that a model looks at: their order, their units, their names, and one hash of it all.
//!
//! A model says by that hash for which numbers it was made, and is refused where they differ.
//! Change a meaning, and the hash changes with the name.

use alloc::format;
use alloc::string::String;

use crate::config::HESITATION_LEVEL_MAX;

/// Sorts of steps: those of [`PageKind`](beacon::item::PageKind), and [`COMMUNITY`], which only a data set has so far.
pub const KINDS: u8 = 11;

/// A step to forum and reviews.
pub const COMMUNITY: u8 = 10;

/// One in the unit of all values.
pub const ONE: i16 = 256;

/// What was met, one number each. Between them stand the numbers of each of [`KINDS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Slot {
    // What outlasts a session.
    /// Pieces in the cart.
    CartItems,
    /// Met before, or logged in.
    Returning,
    /// Logged in.
    Known,
    /// The shop calls this customer important.
    Vip,
    /// A phone.
    Phone,
    /// A tablet.
    Tablet,
    /// Saturday or Sunday where the visitor is.
    Weekend,

    // How often: one for each [`Happening`](crate::campaign::Happening), in their order.
    /// Exit intents.
    Exits = SPENT + KINDS,
    /// Rage clicks.
    Rage,
    /// Times cart hesitation rose.
    Doubts,
    /// Times the tab was hidden.
    Hidden,
    /// Times it came back.
    Returns,
    /// Steps.
    Steps,
    /// Products seen.
    Products,
    /// Something was put into the cart.
    Added,
    /// Something was taken out.
    Removed,
    /// The checkout began.
    Begun,
    /// Something was bought.
    Bought,
    /// Searches.
    Searches,
    /// Searches without results.
    Missed,
    /// An offer or invitation was dismissed.
    Dismissed,
    /// Presses on something clickable that did not answer.
    DeadClicks,
    /// The pointer went to and fro, fast.
    Thrashes,
    /// Products were compared.
    Comparing,
    /// A form made trouble.
    FormTrouble,
    /// A search was not what was looked for.
    SearchMisses,
    /// Interest faded.
    Fading,
    /// The page kept the visitor waiting.
    Waiting,
    /// It may be no visitor.
    Bot,

    // Other amounts.
    /// From the first step to the last, seconds.
    Elapsed,
    /// Steps to where the visitor was before the last.
    ToAndFro,
    /// Sorts of steps met.
    Distinct,
    /// Steps of the last sort in a row, less one.
    Streak,
    /// Steps to another sort than the last.
    Turns,
    /// Steps among the goods: lists, products and searches.
    Shelf,
    /// Steps in the account.
    AccountViews,
    /// Steps that inform: front page and others.
    Info,
    /// Steps on the way to buy: cart and what follows.
    Till,
    /// Time among the goods, seconds.
    ShelfSpent,
    /// Time in the account, seconds.
    AccountSpent,
    /// Time on what informs, seconds.
    InfoSpent,
    /// Time on the way to buy, seconds.
    TillSpent,
    /// Longest active time on one product, seconds.
    ProductSeconds,
    /// Active time on pages, seconds.
    Active,
    /// Active time on this page, seconds.
    ActiveHere,
    /// An exit intent less than ten seconds ago.
    ExitNow,
    /// The tab is hidden.
    Away,
    /// Time it was hidden, seconds.
    AwaySpent,
    /// An offer or invitation was on screen. Never set where decisions are made: asked for is what
    /// comes without.
    Treated,

    // What is in the unit of values already.
    /// Time of the step before, log.
    LastDwell = BEFORE + KINDS,
    /// Longest time of a step, log.
    MaxDwell,
    /// Moving average of the log times of steps: a quarter of the new one each time.
    Pace,
    /// Moving average of how far each log time was from it.
    Unrest,
    /// Sum of the log times.
    SumDwell,
    /// Mean of the log times.
    MeanDwell,
    /// Eight at a checkout; a quarter less with each step since.
    Checkout,
    /// Deepest share of a page, 256ths of a hundred percent.
    Reach,
    /// Level of cart hesitation.
    Hesitation,
    /// Value of the cart, minor units, log. Outlasts a session too.
    CartValue,
}

/// Steps to each sort of page: where they begin among the values.
pub const COUNT: u8 = Slot::Weekend as u8 + 1;
/// Time on each, seconds.
pub const SPENT: u8 = COUNT + KINDS;
/// Share of the steps. From here on slots are in the unit of values; before, they are amounts, of
/// which a model sees the logarithm.
pub const SHARE: u8 = Slot::Treated as u8 + 1;
/// Steps to each, forgotten by a quarter with each step.
pub const RECENT: u8 = SHARE + KINDS;
/// The first step.
pub const FIRST: u8 = RECENT + KINDS;
/// The last step.
pub const LAST: u8 = FIRST + KINDS;
/// The one before.
pub const BEFORE: u8 = LAST + KINDS;

/// How many numbers a model gets.
pub const FEATURES: usize = Slot::CartValue as usize + 1;

/// The logarithm to base 2 of one more, in units of [`ONE`]; between powers of two a straight line.
pub fn log(value: u32) -> u32 {
    let value = value.saturating_add(1);
    let whole = value.ilog2();
    let line = ((value << (31 - whole)) & 0x7fff_ffff) >> 23;
    whole * ONE as u32 + line
}

/// The highest that a value can be.
pub fn highest(feature: u8) -> i16 {
    const FLAGS: [Slot; 9] = [
        Slot::Returning,
        Slot::Known,
        Slot::Vip,
        Slot::Phone,
        Slot::Tablet,
        Slot::Weekend,
        Slot::ExitNow,
        Slot::Away,
        Slot::Treated,
    ];
    let is = |slots: &[Slot]| slots.iter().any(|&it| at(it) == feature);
    let sorts = [SHARE..RECENT, FIRST..at(Slot::LastDwell)];
    let is_share = sorts.iter().any(|it| it.contains(&feature));
    if is(&FLAGS) || is_share || is(&[Slot::Reach]) {
        ONE
    } else if is(&[Slot::Hesitation]) {
        i16::from(HESITATION_LEVEL_MAX) * ONE
    } else if is(&[Slot::Checkout]) {
        8 * ONE
    } else if (RECENT..FIRST).contains(&feature) {
        4 * ONE
    } else if is(&[Slot::SumDwell]) {
        i16::MAX
    } else {
        // The logarithm of a number of 32 bits; most numbers end earlier.
        32 * ONE
    }
}

/// Names of the sorts of steps.
pub const KIND_NAMES: [&str; KINDS as usize] = [
    "other",
    "home",
    "category",
    "product",
    "search",
    "cart",
    "checkout",
    "payment",
    "thanks",
    "account",
    "community",
];

/// All names in the order of the values: of one number each, and of those that each sort of step
/// has.
const NAMES: [Names; 5] = [
    Names::Single(&["cart_items", "returning", "known", "vip", "phone", "tablet", "weekend"]),
    Names::OfKinds(&["count", "spent"]),
    Names::Single(&[
        "exits",
        "rage",
        "doubts",
        "hidden",
        "returns",
        "steps",
        "products",
        "added",
        "removed",
        "begun",
        "bought",
        "searches",
        "missed",
        "dismissed",
        "dead_clicks",
        "thrashes",
        "comparing",
        "form_trouble",
        "search_misses",
        "fading",
        "waiting",
        "bot",
        "elapsed",
        "to_and_fro",
        "distinct",
        "streak",
        "turns",
        "shelf",
        "account_views",
        "info",
        "till",
        "shelf_spent",
        "account_spent",
        "info_spent",
        "till_spent",
        "product_seconds",
        "active",
        "active_here",
        "exit_now",
        "away",
        "away_spent",
        "treated",
    ]),
    Names::OfKinds(&["share", "recent", "first", "last", "before"]),
    Names::Single(&[
        "last_dwell",
        "max_dwell",
        "pace",
        "unrest",
        "sum_dwell",
        "mean_dwell",
        "checkout",
        "reach",
        "hesitation",
        "cart_value",
    ]),
];

enum Names {
    Single(&'static [&'static str]),
    OfKinds(&'static [&'static str]),
}

/// The name of a value, such as `count.product` or `cart_items`; empty when there is none.
pub fn name(feature: u8) -> String {
    let mut at = usize::from(feature);
    for names in NAMES {
        let length = match names {
            Names::Single(names) => names.len(),
            Names::OfKinds(names) => names.len() * KIND_NAMES.len(),
        };
        if at < length {
            let (block, kind) = (at / KIND_NAMES.len(), at % KIND_NAMES.len());
            return match names {
                Names::Single(names) => names[at].into(),
                Names::OfKinds(names) => {
                    format!("{}.{}", names[block], KIND_NAMES[kind])
                }
            };
        }
        at -= length;
    }
    String::new()
}

/// The place of a slot among the values.
pub const fn at(slot: Slot) -> u8 {
    slot as u8
}

/// The hash of all names: what a model must say to be used on [`Features`](super::Features).
pub const SCHEMA: u32 = {
    let mut hash = hash_names(fnv(BASIS, b"nunchi features 2"), &KIND_NAMES);
    let mut list = 0;
    while list < NAMES.len() {
        hash = match NAMES[list] {
            Names::Single(names) => hash_names(fnv(hash, b"="), names),
            Names::OfKinds(names) => hash_names(fnv(hash, b"*"), names),
        };
        list += 1;
    }
    hash
};

/// The hash of a schema of other numbers, such as a data set's columns.
pub const fn schema_of(names: &[&str]) -> u32 {
    hash_names(BASIS, names)
}

const fn hash_names(mut hash: u32, names: &[&str]) -> u32 {
    let mut at = 0;
    while at < names.len() {
        hash = fnv(fnv(hash, names[at].as_bytes()), b"\n");
        at += 1;
    }
    hash
}

const BASIS: u32 = 0x811c_9dc5;

/// FNV-1a.
pub(super) const fn fnv(mut hash: u32, bytes: &[u8]) -> u32 {
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash
}
