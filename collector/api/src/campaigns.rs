//! What a campaign would have done: `nunchi backtest`, `nunchi diff`, `nunchi why`, and whether
//! pages and collector decide alike: `nunchi stats parity`.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::stats::Amount;

/// How much was replayed, and what had to be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Replayed {
    /// Start of the span, milliseconds since 1970.
    pub from: u64,
    /// End of the span.
    pub to: u64,
    /// Visits: sessions, or runs where consent gave no session.
    pub sessions: u64,
    /// Page loads.
    pub runs: u64,
    /// Items.
    pub items: u64,
    /// Page loads left out because the first beacon, or one in between, never came.
    pub incomplete: u64,
    /// Page loads replayed without the memory that they had: another version of the agent saved it,
    /// and no earlier page load of the visit is stored. Caps start anew there.
    #[serde(default)]
    pub forgetful: u64,
}

/// `backtest`: what a pack would have done over stored sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Backtest {
    /// What it ran over.
    pub over: Replayed,
    /// One row a campaign, by id.
    pub rows: Vec<BacktestRow>,
    /// What a replay cannot know, in words for people.
    pub caveats: Vec<String>,
}

/// What one campaign would have done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BacktestRow {
    /// Its id.
    pub id: u16,
    /// Its name.
    pub name: String,
    /// Times it would have been shown.
    pub fired: u64,
    /// Times it would have been withheld by a holdout.
    pub held_out: u64,
    /// Times it was in shadow, and would have been shown else. All that follows counts these as
    /// firings.
    pub shadowed: u64,
    /// Visits in which it would have been shown.
    pub sessions: u64,
    /// Of those, visits that were really shown an offer of some campaign when they happened.
    #[serde(default)]
    pub with_offer: u64,
    /// Of the others, visits that bought after it without having seen it.
    pub bought_anyway: u64,
    /// What those bought, by currency.
    pub revenue_anyway: Vec<Amount>,
    /// What the discount would have cost on what was bought anyway, by currency.
    pub cost: Vec<Amount>,
    /// When: firings by hour of the shop's day, 24 of them.
    pub hours: Vec<u64>,
    /// When: firings by day of the shop's calendar, oldest first.
    #[serde(default)]
    pub days: Vec<DayCount>,
    /// When: seconds from the beginning of the visit to the first firing in it, median.
    pub seconds_median: u64,
    /// For whom: firings by kind of visitor, most frequent first.
    pub visitors: Vec<Share>,
    /// For whom: firings by device.
    pub devices: Vec<Share>,
    /// For whom: firings by language.
    pub languages: Vec<Share>,
    /// Where: firings by sort of page.
    pub pages: Vec<Share>,
    /// Some visits to open with `nunchi why`, newest first.
    pub examples: Vec<String>,
}

/// A day and how often.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DayCount {
    /// Days since 1970 in the shop's zone.
    pub day: u32,
    /// How often.
    pub count: u64,
}

/// A name and how often.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Share {
    /// What.
    pub name: String,
    /// How often.
    pub count: u64,
}

/// `diff`: sessions in which two packs decide differently.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Diff {
    /// What it ran over.
    pub over: Replayed,
    /// Sessions whose verdicts change.
    pub changed: u64,
    /// One row a campaign in which anything changes, by id.
    pub rows: Vec<DiffRow>,
    /// The first of them, oldest first, at most 50 of all that [`Self::changed`] counts.
    pub sessions: Vec<DiffSession>,
}

/// How one campaign's verdicts change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiffRow {
    /// Its id.
    pub id: u16,
    /// Its name, in the new pack if it has it.
    pub name: String,
    /// Verdicts that only the old pack makes.
    pub lost: u64,
    /// Verdicts that only the new pack makes.
    pub gained: u64,
}

/// A session whose verdicts change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiffSession {
    /// Its id, for `nunchi why --session`.
    pub session: String,
    /// When it began, milliseconds since 1970.
    pub at: u64,
    /// What only one of the packs decides, in the order of time.
    pub changes: Vec<Change>,
}

/// One verdict that only one of two packs makes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// Milliseconds since the session began.
    pub at: u64,
    /// The new pack makes it; else the old one.
    pub is_new: bool,
    /// Which campaign.
    pub campaign: u16,
    /// `fired`, `held_out`, `shadowed`.
    pub outcome: String,
}

/// `parity`: verdicts that pages reported, made again by the collector.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Parity {
    /// Page loads that were replayed.
    pub runs: u64,
    /// Page loads that cannot be, because beacons are missing.
    pub incomplete: u64,
    /// Page loads that are not compared: their agent, their pack's layout or the snapshot that they
    /// resumed is of another version than this collector's.
    #[serde(default)]
    pub other_version: u64,
    /// Verdicts that either side made.
    pub verdicts: u64,
    /// Verdicts that both made, at the same moment and for the same reasons.
    pub equal: u64,
    /// Share of the verdicts that both made, thousandths, rounded down: 1000 says that all agree.
    /// `None` while nothing was compared.
    #[serde(default)]
    pub equal_permille: Option<u64>,
    /// Page loads in which the two differ, newest first, at most 20.
    pub different: Vec<DifferentRun>,
}

/// A page load that page and collector judged differently.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DifferentRun {
    /// Its visit, for `nunchi why --session`.
    pub session: String,
    /// When it was replayed, milliseconds since 1970.
    pub at: u64,
    /// Verdicts that only one side made.
    pub differing: u64,
    /// The first difference, in words for people.
    pub first: String,
}

/// `why`: a stored visit, and how campaigns stood in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// Its session, or its run where consent gave no session.
    pub session: String,
    /// When it began, milliseconds since 1970, on the visitor's clock.
    pub began_at: u64,
    /// What happened, in the order of time.
    pub moments: Vec<Moment>,
    /// How campaigns stood: at the moment that was asked for; else each time one had its turn, and
    /// for one that had none, the moment at which it came closest.
    pub standings: Vec<Standing>,
    /// Page loads left out because beacons are missing.
    pub incomplete: u64,
}

/// Something that happened in a visit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Milliseconds since the visit began.
    pub at: u64,
    /// Which page load, counted from 0.
    pub run: u32,
    /// What happened, as recorded sessions have it.
    pub text: String,
}

/// How a campaign stood at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Standing {
    /// Milliseconds since the visit began.
    pub at: u64,
    /// Which campaign.
    pub campaign: u16,
    /// `fires`, `held_out`, `shadowed`, `missed`, `paced`, `occupied`, `outranked`, `quiet`,
    /// `unconsented`, `no_view`, `other_pack`, `wordless`.
    pub standing: String,
    /// Predicted probability of purchase, thousandths.
    pub buy_permille: u16,
    /// One sentence, in English.
    pub en: String,
    /// One sentence, in Korean.
    pub ko: String,
    /// Its trigger, part by part.
    pub condition: Option<Condition>,
}

/// A part of a trigger and whether it held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Condition {
    /// `all`, `any`, `not`, or what a leaf asks for.
    pub name: String,
    /// What was measured, for a leaf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<i32>,
    /// Whether it held.
    pub holds: bool,
    /// A leaf that did not hold: by how much a number was missed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed_by: Option<i64>,
    /// A leaf in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// Parts of `all`, `any` and `not`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    pub parts: Vec<Self>,
}
