//! What is answered.
//!
//! # Folding
//!
//! Rows of a breakdown that tell of fewer people than the server tells of (`fold_below`, 10 unless set
//! otherwise) are not shown. Breakdowns are: signals and causes, hesitations, journeys and ends, pages,
//! products, each part of audiences, sources. All else is not folded. In this order:
//!
//! 1. All rows are put into the order that the answer has.
//! 2. Rows with fewer people than `fold_below` are folded. Of the others those are folded that come
//!    after as many as the answer may have.
//! 3. While something is folded and all persons of folded rows together are fewer than `fold_below`,
//!    the row that still stands with the fewest people (of equal ones, the last) is folded as well: or
//!    else the sum over all, less what is shown, would tell of those few.
//! 4. `other` is all folded rows together: a visit counts once in a figure, when a folded row counts it
//!    there, and persons are distinct. Figures that are left after others (`abandoned`, `lost`) go by
//!    those of `other`. It is absent when nothing is folded, and when even all rows together are of fewer
//!    people than `fold_below`.

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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Before {
    /// Its start, milliseconds since 1970; its end is the start of the other.
    pub from: u64,
    /// The same question answered for it.
    pub answer: Answer,
}

/// One answer a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
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
    Hours(Hours),
    Live(Floor),
    Losses(Losses),
    Parity(Parity),
    Health(Health),
}

/// `series`. Reads `viewed`, `purchased`. Not folded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Series {
    /// How long a slice is.
    pub unit: Unit,
    /// Oldest first, also those in which nothing happened: from the one in which the span begins to the
    /// one in which its last millisecond is. Of these two only what lies in the span counts.
    pub slices: Vec<SeriesSlice>,
}

/// One slice of a [`Series`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeriesSlice {
    /// Start of the slice, milliseconds since 1970; of the first one it may lie before the span.
    pub from: u64,
    /// The same on the zone's clock: the date `2026-11-22`, of a week its Monday, of a month its first;
    /// for hours `2026-11-22T09:00+09:00`.
    pub label: String,
    /// Visits with a view in it; one that goes on over midnight counts on both days.
    pub sessions: u64,
    /// Distinct visitors of these visits.
    pub visitors: u64,
    /// Views.
    pub views: u64,
    /// Purchases in it.
    pub purchases: u64,
    /// What they were worth, by currency.
    pub revenue: Vec<Amount>,
}

/// `journeys`: of visits with a view. Reads `viewed`, `purchased`.
///
/// The way of a visit is the `page` (or `path`) of its views, in their order, one after another that
/// is the same taken as one; its steps are the first `depth` of the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Journeys {
    /// One row for each list of steps; most sessions first, of equal ones in the order of the lists,
    /// step by step, a list before those that it begins. At most 50.
    pub paths: Vec<JourneyRow>,
    /// Visits that took other ways.
    pub other: Option<JourneyRow>,
    /// One row for each last page (or path) of a way; most sessions first, then by name. At most 50.
    pub ends: Vec<EndRow>,
    /// Visits that ended elsewhere.
    pub other_ends: Option<EndRow>,
}

/// One way that visits took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JourneyRow {
    /// Its first steps; none in `other`.
    pub steps: Vec<String>,
    /// Visits that went so.
    pub sessions: u64,
    /// Persons that did: visitors, and visits whose visitor is not known.
    pub people: u64,
    /// Visits whose whole way these steps are.
    pub ended: u64,
    /// Visits with a purchase, whenever it was.
    pub bought: u64,
}

/// Where visits ended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EndRow {
    /// Page or path; empty in `other`.
    pub page: String,
    /// Visits that ended there.
    pub sessions: u64,
    /// Persons: visitors, and visits whose visitor is not known.
    pub people: u64,
    /// Those of the visits with a purchase.
    pub bought: u64,
}

/// `hesitations`. Reads `cart_hesitation`, `cart_stands`, `purchased`.
///
/// A cause holds in a visit by a `cart_hesitation` row whose `detail` has its bit (`number` does not
/// matter). Causes and bits: `price_pause` 1, `idle_cart` 2, `to_and_fro` 4, `step_back` 8,
/// `coupon_empty` 16, `shipping_shock` 32, `tab_switch` 64, `add_remove_add` 128.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hesitations {
    /// One row for each cause that held; most sessions first, of equal ones the smaller bit first. A
    /// visit counts for each cause that held in it.
    pub rows: Vec<HesitationRow>,
    /// Causes that too few had.
    pub other: Option<HesitationRow>,
}

/// One cause of cart hesitation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HesitationRow {
    /// `coupon_empty`, `step_back` and so on; empty in `other`.
    pub cause: String,
    /// Visits in which it held.
    pub sessions: u64,
    /// Persons: visitors, and visits whose visitor is not known.
    pub people: u64,
    /// Those of the visits with a purchase after the first row that has the cause.
    pub bought: u64,
    /// What the carts of all of them were worth, by currency: `value` of the last `cart_stands` row of
    /// the visit with `number` > 0; nothing for a visit without.
    pub carts: Vec<Amount>,
    /// The same of those that do not count as bought.
    pub lost: Vec<Amount>,
}

/// `products`. Reads `product_seen`, `added`, `removed`, `purchased`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Products {
    /// One row for each `subject` of `product_seen`, and of `added` with `number` > 0, that is not
    /// empty. Most viewed first, then most carted, then by id. At most 100.
    pub rows: Vec<ProductRow>,
    /// All others, without a name.
    pub other: Option<ProductRow>,
}

/// One product. Figures are visits, but for `people`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProductRow {
    /// The shop's id; empty in `other`.
    pub id: String,
    /// As it was called last: the `name`, where not empty, of the `product_seen` row with the greatest
    /// `at`, of equal ones the greatest name; or empty.
    pub name: String,
    /// With a `product_seen` row of it.
    pub viewed: u64,
    /// With an `added` row of it with `number` > 0.
    pub carted: u64,
    /// Carted and not bought.
    pub abandoned: u64,
    /// Of those carted: with a purchase before which the visit had put more pieces of it into the cart
    /// (the sum of `number` of its `added` rows) than it had taken out (of its `removed` rows).
    pub bought: u64,
    /// Persons of visits that viewed or carted it.
    pub people: u64,
}

/// `audiences`: what visits are, as [`Filter`](super::Filter) tells. Reads `began`, `viewed`, `added`,
/// `cart_stands`, `purchased`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Audiences {
    /// `new`, `returning`, `known`, `unknown`.
    pub visitors: Shares,
    /// `desktop`, `phone`, `tablet`, `unknown`.
    pub devices: Shares,
    /// Language tags, `unknown`.
    pub languages: Shares,
}

/// A breakdown of the visits with a view: each counts in one row. Also the answer to `sources`, which
/// reads `remembered` besides: where visits came from, as [`Filter`](super::Filter) tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Shares {
    /// Most sessions first, then by name. At most 100.
    pub rows: Vec<ShareRow>,
    /// All others.
    pub other: Option<ShareRow>,
}

/// One part of a breakdown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareRow {
    /// What they have in common; empty in `other`.
    pub name: String,
    /// Visits.
    pub sessions: u64,
    /// Persons: visitors, and visits whose visitor is not known.
    pub people: u64,
    /// Their views.
    pub views: u64,
    /// Those of the visits that had something in the cart.
    pub carts: u64,
    /// Those of the visits with a purchase.
    pub bought: u64,
    /// Their purchases.
    pub purchases: u64,
    /// What they were worth, by currency.
    pub revenue: Vec<Amount>,
}

/// `hours`: by weekday and hour of the zone's clock, all weeks of the span together; an hour that a
/// change of the clock repeats counts as one. Reads `viewed`, `purchased`, and `cart_hesitation` with
/// `number` > 0. Not folded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hours {
    /// By weekday, then hour; without those in which nothing happened.
    pub rows: Vec<HourRow>,
}

/// One hour of the week.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HourRow {
    /// 0 is Monday, 6 is Sunday.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
    /// Visits with a view in it.
    pub sessions: u64,
    /// Visits that hesitated over their cart in it.
    pub hesitated: u64,
    /// Purchases in it.
    pub purchases: u64,
}

/// `losses`: the loss meter. Each page load numbers its beacons from 0, so a number that is missing
/// tells of one that was sent and never came (or has not come yet).
///
/// Reads rows of all kinds with an `ordinal` of 0 and more, whatever their `quarantine`, from 24 hours
/// before the span until 24 hours after it. The number of a row's beacon is `ordinal` >> 12. A *page
/// load* is all rows with the same `run`. It counts when the least `at` of these rows lies in the span
/// and not all of them are kept apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Losses {
    /// Page loads that count.
    pub runs: u64,
    /// Page loads of which something is missing.
    pub runs_with_loss: u64,
    /// Beacons they must have sent: the sum of their greatest numbers, each and one.
    pub sent: u64,
    /// Of these, how many are here: distinct numbers.
    pub stored: u64,
    /// Of these, how many are missing.
    pub lost: u64,
    /// The same in thousandths of those sent; absent while nothing was.
    pub lost_permille: Option<u64>,
    /// Views in the span.
    pub views: u64,
    /// Of these, counted by the loader alone, where the agent could not run: `detail` is 1.
    pub loader_views: u64,
}
