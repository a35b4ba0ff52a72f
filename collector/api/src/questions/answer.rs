//! What is answered. Rows of a breakdown with fewer visitors than the server tells of (10 unless set
//! otherwise) are summed up in `other`, and so is the smallest row beside them where a sum would tell
//! what was folded.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::Unit;
use crate::campaigns::Parity;
use crate::live::Floor;
use crate::stats::{Amount, Campaigns, Funnel, Health, Overview, Pages, Signals};

/// The answer to an [`Ask`](super::Ask).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// Site key.
    pub site: String,
    /// Start of the span, milliseconds since 1970.
    pub from: u64,
    /// End of the span.
    pub to: u64,
    /// Time zone that hours, days and weeks are of.
    pub zone: String,
    /// Rows with fewer visitors than this are folded.
    pub fold_below: u64,
    /// What was asked.
    pub answer: Answer,
    /// The same for the span before, when it was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Before>,
}

/// The span of the same length right before the one that was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Before {
    /// Its start, milliseconds since 1970; its end is the start of the other.
    pub from: u64,
    /// The same question answered for it.
    pub answer: Answer,
}

/// One answer a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
#[expect(missing_docs, reason = "named as the questions are")]
pub enum Answer {
    Overview(Box<Overview>),
    Series(Series),
    Funnel(Funnel),
    Journeys(Journeys),
    Pages(Pages),
    Signals(Signals),
    Hesitations(Hesitations),
    Products(Products),
    Campaigns(Campaigns),
    Audiences(Box<Audiences>),
    Sources(Shares),
    Live(Floor),
    Losses(Losses),
    Parity(Parity),
    Health(Health),
}

/// `series`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// How long a slice is; the first and the last may be cut by the span.
    pub unit: Unit,
    /// Oldest first, also those in which nothing happened.
    pub slices: Vec<SeriesSlice>,
}

/// One slice of a [`Series`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesSlice {
    /// Start of the slice, milliseconds since 1970.
    pub from: u64,
    /// The same on the zone's clock: `2026-11-22`, for hours `2026-11-22T09:00+09:00`.
    pub label: String,
    /// Visits that viewed something in it; one that goes on over midnight counts on both days.
    pub sessions: u64,
    /// Visitors that did, among those that consented.
    pub visitors: u64,
    /// Views.
    pub views: u64,
    /// Purchases, each order once.
    pub purchases: u64,
    /// What they were worth, by currency.
    pub revenue: Vec<Amount>,
}

/// `journeys`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journeys {
    /// The ways that were taken most, at most 50. A page viewed twice in a row is one step.
    pub paths: Vec<JourneyRow>,
    /// Visits that took other ways.
    pub other: Option<JourneyRow>,
    /// The last page or path of visits, the most frequent first, at most 50.
    pub ends: Vec<EndRow>,
    /// Visits that ended elsewhere.
    pub other_ends: Option<EndRow>,
}

/// One way that visits took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyRow {
    /// Its first steps; none in `other`.
    pub steps: Vec<String>,
    /// Visits that went so.
    pub sessions: u64,
    /// Persons that did: visitors, and visits whose visitor is not known.
    pub people: u64,
    /// Visits that viewed nothing else after these steps.
    pub ended: u64,
    /// Visits that bought.
    pub bought: u64,
}

/// Where visits ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndRow {
    /// Page or path; empty in `other`.
    pub page: String,
    /// Visits that ended there.
    pub sessions: u64,
    /// Persons: visitors, and visits whose visitor is not known.
    pub people: u64,
    /// Those of the visits that bought.
    pub bought: u64,
}

/// `hesitations`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hesitations {
    /// One row a cause, most frequent first. A visit counts for each cause that held in it.
    pub rows: Vec<HesitationRow>,
    /// Causes that too few had.
    pub other: Option<HesitationRow>,
}

/// One cause of cart hesitation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HesitationRow {
    /// `coupon_empty`, `step_back` and so on; empty in `other`.
    pub cause: String,
    /// Visits in which it held.
    pub sessions: u64,
    /// Persons: visitors, and visits whose visitor is not known.
    pub people: u64,
    /// Those of the visits that bought nevertheless.
    pub bought: u64,
    /// What the carts of all of them were worth at last, by currency.
    pub carts: Vec<Amount>,
    /// What the carts of those who did not buy were worth.
    pub lost: Vec<Amount>,
}

/// `products`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Products {
    /// One row a product, most often seen first, at most 100.
    pub rows: Vec<ProductRow>,
    /// All others.
    pub other: Option<ProductRow>,
}

/// One product. All figures are visits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductRow {
    /// The shop's id; empty in `other`.
    pub id: String,
    /// As it was called last, or empty.
    pub name: String,
    /// Saw it.
    pub viewed: u64,
    /// Put it into the cart.
    pub carted: u64,
    /// Of these: did not buy afterwards, or had taken it out again.
    pub abandoned: u64,
    /// Of these: bought afterwards, with it in the cart.
    pub bought: u64,
    /// Persons behind all this: visitors, and visits whose visitor is not known.
    pub people: u64,
}

/// `audiences`. What is not known has the name `unknown`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audiences {
    /// `new`, `returning`, `known`.
    pub visitors: Shares,
    /// `desktop`, `phone`, `tablet`.
    pub devices: Shares,
    /// Language tags.
    pub languages: Shares,
}

/// A breakdown of visits: each stands in one row. Also the answer to `sources`, where who came
/// directly has the name `direct`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// Most visits first, at most 100.
    pub rows: Vec<ShareRow>,
    /// All others.
    pub other: Option<ShareRow>,
}

/// One part of a breakdown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareRow {
    /// What they have in common; empty in `other`.
    pub name: String,
    /// Visits that viewed something.
    pub sessions: u64,
    /// Persons: visitors, and visits whose visitor is not known.
    pub people: u64,
    /// Their views.
    pub views: u64,
    /// Visits that put something into the cart.
    pub carts: u64,
    /// Visits that bought.
    pub bought: u64,
    /// Purchases, each order once.
    pub purchases: u64,
    /// What they were worth, by currency.
    pub revenue: Vec<Amount>,
}

/// `losses`: the loss meter. Each page load numbers its beacons, so a number that is missing tells
/// of one that was sent and never came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Losses {
    /// Page loads that began in the span.
    pub runs: u64,
    /// Page loads of which something is missing.
    pub runs_with_loss: u64,
    /// Beacons they must have sent, going by the numbers.
    pub sent: u64,
    /// Of these, how many are here.
    pub stored: u64,
    /// Of these, how many never arrived.
    pub lost: u64,
    /// The same in thousandths of those sent; absent while nothing was.
    pub lost_permille: Option<u64>,
    /// Views in the span.
    pub views: u64,
    /// Of these, counted by the loader alone, where the agent could not run.
    pub loader_views: u64,
}
