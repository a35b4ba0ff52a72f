//! The older answers of `GET /api/stats/{question}?site=KEY&from=MS&to=MS`, each as it is, and those
//! that [`questions`](crate::questions) answers as well. What words mean is told there.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

/// Which site and which span. `from` is included, `to` is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Site key.
    pub site: String,
    /// Milliseconds since 1970; absent: 24 hours before `to`.
    #[serde(default)]
    pub from: Option<u64>,
    /// Milliseconds since 1970; absent: now.
    #[serde(default)]
    pub to: Option<u64>,
}

/// An amount in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Amount {
    /// Smallest unit.
    pub minor: i64,
    /// ISO 4217.
    pub currency: String,
}

/// `overview`. Reads `viewed`, `dwell`, `added`, `cart_stands`, `checkout_began`, `purchased`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Overview {
    /// Start of the span, milliseconds since 1970.
    pub from: u64,
    /// End of the span.
    pub to: u64,
    /// Visits with a view.
    pub sessions: u64,
    /// Distinct visitors of these visits.
    pub visitors: u64,
    /// Views, also those that the loader counted.
    pub views: u64,
    /// Views counted by the loader alone, where the agent could not run: `detail` is 1.
    pub loader_views: u64,
    /// Median of active time per view, milliseconds: of all views that have some, see [`PageRow`].
    pub dwell_ms_median: u64,
    /// Visits that had something in the cart.
    pub carts: u64,
    /// Visits that began checkout.
    pub checkouts: u64,
    /// Purchases.
    pub purchases: u64,
    /// What they were worth, by currency.
    pub revenue: Vec<Amount>,
    /// Conversations begun in the span; with a filter, those of visits that have rows here and pass it.
    pub conversations: u64,
    /// The same by equal slices of the span, oldest first, at most 48, also those in which nothing
    /// happened; the last one may be shorter. Each is as long as the shortest of these that makes at
    /// most 48: 1, 2, 5, 10, 15, 30 minutes; 1, 2, 3, 6, 12 hours; 1, 2, 7, 30 days; else the span / 48,
    /// rounded up to a millisecond.
    pub series: Vec<OverviewSlice>,
}

/// One slice of an [`Overview`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OverviewSlice {
    /// Start of the slice, milliseconds since 1970.
    pub from: u64,
    /// Visits with a view in it.
    pub sessions: u64,
    /// Views in it.
    pub views: u64,
    /// Purchases in it.
    pub purchases: u64,
}

/// `funnel`: how many visits went through the steps, in their order. Reads the kinds that the steps
/// name, see [`Step`](crate::questions::Step).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Funnel {
    /// The steps.
    pub steps: Vec<FunnelStep>,
}

/// One step of a [`Funnel`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FunnelStep {
    /// As it was asked for: `view`, `product`, `shown:3`.
    pub name: String,
    /// Visits that came this far.
    pub sessions: u64,
}

/// `signals`. Reads the kinds that are signals: `exit_intent`, `dwell`, `product_dwell`,
/// `scroll_reach`, `cart_hesitation` (only with `number` > 0, but see `causes`), `rage_click`,
/// `tab_hidden`, `tab_returned`, `scroll_exit`, `dead_click`, `thrash`, `comparing`, `form_trouble`,
/// `search_miss`, `fading`, `waiting`, `bot_evidence`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Signals {
    /// One row for each signal that was noticed: greatest count first, then by name.
    pub rows: Vec<SignalRow>,
    /// Signals that too few visitors showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<SignalRow>,
    /// Why carts were hesitated over: as in [`Hesitations`](crate::questions::Hesitations), the same
    /// order.
    pub causes: Vec<CauseRow>,
    /// Causes that too few visitors had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_causes: Option<CauseRow>,
}

/// One row of [`Signals`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignalRow {
    /// `exit_intent`, `rage_click` and so on.
    pub signal: String,
    /// How often.
    pub count: u64,
    /// In how many visits.
    pub sessions: u64,
}

/// One cause of cart hesitation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CauseRow {
    /// `coupon_empty`, `step_back` and so on.
    pub cause: String,
    /// Visits in which it held.
    pub sessions: u64,
}

/// `campaigns`. Reads `fired`, `held_out`, `shadowed`, `shown`, `accepted`, `dismissed`, `rated`, and
/// `purchased` until 7 days after the end of the span. With a filter, what happened to campaigns counts
/// in visits that pass it by their rows in the span; purchases count in whatever visit they are. Not
/// folded, but for ratings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Campaigns {
    /// One row for each campaign of the published pack, and for each that something of the above
    /// happened to, by id.
    pub rows: Vec<CampaignRow>,
}

/// One campaign and what it did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CampaignRow {
    /// Its id.
    pub id: u16,
    /// Its name, from the newest pack that has it.
    pub name: String,
    /// Verdicts that fired.
    pub fired: u64,
    /// Verdicts that were withheld by the holdout.
    pub held_out: u64,
    /// Verdicts in shadow mode.
    pub shadowed: u64,
    /// Times it stood on screen.
    pub shown: u64,
    /// Times it was accepted.
    pub accepted: u64,
    /// Times it was dismissed.
    pub dismissed: u64,
    /// Persons with a `fired` row in the span, and what each bought from the first of them on (by
    /// `at`, that moment included) until 7 days later (excluded).
    pub treated: Arm,
    /// The same for `held_out`. Who has both is in both.
    pub holdout: Arm,
    /// Difference of the two rates in percentage points, with its 95 % interval (Newcombe); absent
    /// while an arm is empty. Never read a conversion rate alone as the effect.
    pub uplift: Option<Uplift>,
    /// What visitors said where the campaign asks them; absent while fewer than `fold_below` people did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratings: Option<Ratings>,
    /// What became of coupons of a pool that it gave in the span; absent where it gave none, and with a filter, for
    /// coupons know no visit's traits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupons: Option<Coupons>,
    /// The latest verdicts (`fired`, `held_out`, `shadowed`), newest first, at most 5: by `at`, then
    /// `visit`, `run`, `ordinal`, the greatest first.
    pub evidence: Vec<EvidenceRow>,
}

/// Answers to a survey. A visitor gives a score, and where reasons are offered may choose one after it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ratings {
    /// Persons who gave a score.
    pub people: u64,
    /// Scores given: `rated` rows without a choice.
    pub answers: u64,
    /// How often each score was given, from 1 to 5.
    pub scores: [u64; 5],
    /// How often each reason was chosen, in the order in which they are offered: `rated` rows with one.
    pub reasons: [u64; 5],
    /// Mean of the scores, in hundredths, rounded down.
    pub mean_hundredths: u64,
    /// Share of answers with a 4 or 5 (CSAT), in thousandths, rounded down.
    pub satisfied_permille: u64,
}

/// Codes of a pool that a campaign gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = stats::Coupons))]
pub struct Coupons {
    /// Given in the span.
    pub given: u64,
    /// Of those, used by now, as the shop told.
    pub redeemed: u64,
}

/// One arm of a campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Arm {
    /// Persons in it.
    pub visitors: u64,
    /// How many of them made a purchase.
    pub converted: u64,
    /// What they paid, by currency.
    pub revenue: Vec<Amount>,
}

/// A difference of rates.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Uplift {
    /// Percentage points.
    pub points: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Why a verdict was as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceRow {
    /// Milliseconds since 1970.
    pub at: u64,
    /// `fired`, `held_out`, `shadowed`.
    pub outcome: String,
    /// The session, for opening it.
    pub session: String,
    /// Predicted probability of purchase at that moment, thousandths.
    pub buy_permille: u16,
    /// One sentence a leaf: `cart_value = 12900 (min 10000)`.
    pub reasons: Vec<String>,
}

/// `pages`, by dwell. Reads `viewed`, `dwell`, `scroll_reach`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pages {
    /// One row a path: most dwell in all first, then most views, then by path. At most 100.
    pub rows: Vec<PageRow>,
    /// All others together, without path, page, median and reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<PageRow>,
}

/// One page.
///
/// A view lasts from its `viewed` row to the next one of the same `run` in its visit. Its active time is
/// the greatest `number` of the `dwell` rows of the run that lie in between, its reach that of the
/// `scroll_reach` rows; it has none without such a row. Both in the span: a row before the first view of
/// its run counts for none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageRow {
    /// Its path.
    pub path: String,
    /// `product`, `cart` and so on: the `page` of its view with the greatest `at`, of equal ones the
    /// greatest name.
    pub page: String,
    /// Views.
    pub views: u64,
    /// Median active time of those views that have some, milliseconds.
    pub dwell_ms_median: u64,
    /// Active time in all, milliseconds.
    pub dwell_ms_total: u64,
    /// Mean of the reach of those views that have one, percent, rounded down; 0 without.
    pub reach_percent: u8,
}

/// `health`: the conservation law and what was lost on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// Beacons that arrived since the start of the server.
    pub received: u64,
    /// Stored.
    pub stored: u64,
    /// Seen before.
    pub duplicate: u64,
    /// Stored, but kept apart: something speaks against them.
    #[serde(default)]
    pub apart: u64,
    /// What speaks against them: `run_rate`, `address_rate`, `robot`, `timing`.
    #[serde(default)]
    pub suspicions: Vec<RefusedRow>,
    /// Refused, by outcome; `received = stored + duplicate + apart + Σ refused`.
    pub refused: Vec<RefusedRow>,
    /// Beacons of page loads in the span that were sent, as [`Losses`](crate::questions::Losses) has it.
    pub sent: u64,
    /// Of these, how many are missing.
    pub lost: u64,
    /// What came in the span and is kept apart, by reason, in the order of their numbers: no other figure
    /// counts it. Reads rows of all kinds whose `quarantine` is not 0.
    #[serde(default)]
    pub quarantined: Vec<QuarantinedRow>,
}

/// One reason to keep something apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuarantinedRow {
    /// Why: `run_rate` 1, `address_rate` 2, `robot` 3, `timing` 4.
    pub reason: String,
    /// Rows.
    pub events: u64,
    /// Distinct visits they are of.
    pub sessions: u64,
}

/// One reason to refuse or to keep apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefusedRow {
    /// `malformed`, `too_large`, `unknown_site`, `wrong_origin` and so on.
    pub outcome: String,
    /// How many.
    pub count: u64,
}
