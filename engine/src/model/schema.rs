//! The numbers that a model looks at: their order, their units, their names, and one hash of it all.
//!
//! A model says by that hash for which numbers it was made, and is refused where they differ.
//! Change a meaning, and the hash changes with the name.

use alloc::format;
use alloc::string::String;

use super::Features;

/// Sorts of steps: those of [`PageKind`](beacon::item::PageKind), and [`COMMUNITY`], which only a data set has so far.
pub const KINDS: usize = 11;

/// A step to forum and reviews.
pub const COMMUNITY: u8 = 10;

/// How many numbers a model gets.
pub const FEATURES: usize = BLOCKS.len() * KINDS + SCALARS;

/// One in the unit of all values.
pub const ONE: i16 = 256;

/// What was met, one number each. The numbers of [`KINDS`] stand before them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Slot {
    /// Steps so far.
    Steps = 33,
    /// From the first step to the last, seconds.
    Elapsed,
    /// Time of the step before, log.
    LastDwell,
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
    /// Steps to where the visitor was before the last.
    ToAndFro,
    /// Sorts of steps met.
    Distinct,
    /// Steps of the last sort in a row, less one.
    Streak,
    /// Steps to another sort than the last.
    Turns,
    /// Step of the last checkout; then how near it is.
    Checkout,
    /// Steps among the goods: lists, products and searches.
    Shelf,
    /// Their time, seconds.
    ShelfSpent,
    /// Steps in the account.
    AccountViews,
    /// Their time, seconds.
    AccountSpent,
    /// Steps that inform: front page and others.
    Info,
    /// Their time, seconds.
    InfoSpent,
    /// Pieces in the cart.
    CartItems,
    /// Its value, minor units, log.
    CartValue,
    /// Something was put in.
    Added,
    /// Something was taken out.
    Removed,
    /// Products seen.
    Products,
    /// Longest active time on one product, seconds.
    ProductSeconds,
    /// Active time on pages, seconds.
    Active,
    /// Active time on this page, seconds.
    ActiveHere,
    /// Deepest share of a page, percent.
    Reach,
    /// Searches.
    Searches,
    /// Searches without results.
    Missed,
    /// The checkout began.
    Begun,
    /// Something was bought in this session.
    Bought,
    /// Level of cart hesitation.
    Hesitation,
    /// Exit intents.
    Exits,
    /// When the last one was, seconds; then whether that is less than ten seconds ago.
    ExitNow,
    /// Rage clicks.
    Rage,
    /// Times the tab was hidden.
    Hidden,
    /// It is hidden.
    Away,
    /// Time it was hidden, seconds.
    AwaySpent,
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
    /// An offer or invitation was on screen. Score with 0 to ask what comes without.
    Treated,
}

pub(super) const SLOTS: usize = Slot::Treated as usize + 1;
const SCALARS: usize = SLOTS - Slot::Steps as usize;

/// How a slot becomes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum How {
    /// Logarithm to base 2 of one more.
    Log,
    /// As often as it is, up to 127.
    Count,
    /// In the unit of values already.
    Plain,
}

impl Features {
    /// What a model looks at, `second` seconds after the session began. In units of [`ONE`], never
    /// below zero.
    pub fn values(&self, second: u32) -> [i16; FEATURES] {
        let mut values = [0; FEATURES];
        let steps = self.get(Slot::Steps).max(1);
        for kind in 0..KINDS {
            let slot = |block: usize| self.slots.get(block * KINDS + kind).copied().unwrap_or(0);
            let is = |at: u8| u32::from(usize::from(at) == kind) * ONE as u32;
            let [first, last, before] = self.way;
            let share = slot(0).saturating_mul(ONE as u32) / steps;
            let block =
                [log(slot(0)), share, slot(1), log(slot(2)), is(first), is(last), is(before)];
            for (at, value) in block.into_iter().enumerate() {
                if let Some(it) = values.get_mut(at * KINDS + kind) {
                    *it = clip(value);
                }
            }
        }
        let slots = self.slots.iter().copied().enumerate().skip(Slot::Steps as usize).zip(HOW);
        for (value, ((at, it), how)) in values.iter_mut().skip(BLOCKS.len() * KINDS).zip(slots) {
            let it = if at == Slot::MeanDwell as usize {
                self.get(Slot::SumDwell) / (steps - 1).max(1)
            } else if at == Slot::Checkout as usize && it > 0 {
                8 * u32::from(ONE.unsigned_abs()) / (1 + steps.saturating_sub(it))
            } else if at == Slot::ExitNow as usize && self.get(Slot::Exits) > 0 {
                u32::from(second.saturating_sub(it) < EXIT_NOW_SECONDS)
            } else {
                it
            };
            *value = clip(match how {
                How::Log => log(it),
                How::Count => it.saturating_mul(ONE as u32),
                How::Plain => it,
            });
        }
        values
    }
}

/// The logarithm to base 2 of one more, in units of [`ONE`]; between powers of two a straight line.
pub fn log(value: u32) -> u32 {
    let value = value.saturating_add(1);
    let whole = value.ilog2();
    let line = ((value << (31 - whole)) & 0x7fff_ffff) >> 23;
    whole * ONE as u32 + line
}

/// An exit intent is news for this long, seconds.
const EXIT_NOW_SECONDS: u32 = 10;

fn clip(value: u32) -> i16 {
    i16::try_from(value).unwrap_or(i16::MAX)
}

/// What is known of each sort of step.
pub const BLOCKS: [&str; 7] = ["count", "share", "recent", "spent", "first", "last", "before"];

/// Names of the sorts of steps.
pub const KIND_NAMES: [&str; KINDS] = [
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

/// How each slot becomes a value, from [`Slot::Steps`] on: as a logarithm unless said otherwise.
const HOW: [How; SCALARS] = {
    let mut how = [How::Log; SCALARS];
    let mut at = 0;
    while at < PLAIN.len() {
        how[PLAIN[at] as usize - Slot::Steps as usize] = How::Plain;
        at += 1;
    }
    at = 0;
    while at < COUNTED.len() {
        how[COUNTED[at] as usize - Slot::Steps as usize] = How::Count;
        at += 1;
    }
    how
};

const PLAIN: [Slot; 8] = [
    Slot::LastDwell,
    Slot::MaxDwell,
    Slot::Pace,
    Slot::Unrest,
    Slot::SumDwell,
    Slot::MeanDwell,
    Slot::Checkout,
    Slot::Reach,
];

const COUNTED: [Slot; 13] = [
    Slot::Distinct,
    Slot::Begun,
    Slot::Bought,
    Slot::Hesitation,
    Slot::ExitNow,
    Slot::Away,
    Slot::Returning,
    Slot::Known,
    Slot::Vip,
    Slot::Phone,
    Slot::Tablet,
    Slot::Weekend,
    Slot::Treated,
];

/// Names of the slots, from [`Slot::Steps`] on.
pub const NAMES: [&str; SCALARS] = [
    "steps",
    "elapsed",
    "last_dwell",
    "max_dwell",
    "pace",
    "unrest",
    "sum_dwell",
    "mean_dwell",
    "to_and_fro",
    "distinct",
    "streak",
    "turns",
    "checkout",
    "shelf",
    "shelf_spent",
    "account_views",
    "account_spent",
    "info",
    "info_spent",
    "cart_items",
    "cart_value",
    "added",
    "removed",
    "products",
    "product_seconds",
    "active",
    "active_here",
    "reach",
    "searches",
    "missed",
    "begun",
    "bought",
    "hesitation",
    "exits",
    "exit_now",
    "rage",
    "hidden",
    "away",
    "away_spent",
    "returning",
    "known",
    "vip",
    "phone",
    "tablet",
    "weekend",
    "treated",
];

/// The name of a value, such as `count.product` or `cart_items`; empty when there is none.
pub fn name(feature: u8) -> String {
    let at = usize::from(feature);
    match (BLOCKS.get(at / KINDS), KIND_NAMES.get(at % KINDS)) {
        (Some(block), Some(kind)) => format!("{block}.{kind}"),
        _ => NAMES
            .get(at.saturating_sub(BLOCKS.len() * KINDS))
            .map_or_else(String::new, |&it| it.into()),
    }
}

/// The place of a slot among the values.
#[expect(clippy::cast_possible_truncation, reason = "there are fewer than 256 values")]
pub const fn at(slot: Slot) -> u8 {
    (BLOCKS.len() * KINDS + slot as usize - Slot::Steps as usize) as u8
}

/// The place of what is known of a sort of step: `block` counts [`BLOCKS`].
#[expect(clippy::cast_possible_truncation, reason = "there are eleven")]
pub const fn of_kind(block: u8, kind: u8) -> u8 {
    block * KINDS as u8 + kind
}

/// The hash of all names: what a model must say to be used on [`Features`].
pub const SCHEMA: u32 = {
    let mut hash = fnv(BASIS, b"nunchi features 1");
    let lists: [&[&str]; 3] = [&BLOCKS, &KIND_NAMES, &NAMES];
    let mut list = 0;
    while list < lists.len() {
        hash = hash_names(hash, lists[list]);
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
