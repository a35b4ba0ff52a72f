//! Statistics: `GET /api/stats/{question}?site=KEY&from=MS&to=MS`, and `nunchi stats QUESTION`.

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
pub struct Amount {
    /// Smallest unit.
    pub minor: i64,
    /// ISO 4217.
    pub currency: String,
}

/// `overview`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// Start of the span, milliseconds since 1970.
    pub from: u64,
    /// End of the span.
    pub to: u64,
    /// Visits: distinct sessions, or runs where consent gave no session.
    pub sessions: u64,
    /// Distinct browsers among those that consented.
    pub visitors: u64,
    /// Pages and routes viewed (with the loader's own hits).
    pub views: u64,
    /// Views counted by the loader alone, where the agent could not run.
    pub loader_views: u64,
    /// Median of active time per view, milliseconds.
    pub dwell_ms_median: u64,
    /// Sessions that put something into the cart.
    pub carts: u64,
    /// Sessions that began checkout.
    pub checkouts: u64,
    /// Purchases (each order once).
    pub purchases: u64,
    /// What they were worth, by currency.
    pub revenue: Vec<Amount>,
    /// Conversations begun.
    pub conversations: u64,
    /// The same by equal slices of the span, oldest first, at most 48.
    pub series: Vec<OverviewSlice>,
}

/// One slice of an [`Overview`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewSlice {
    /// Start of the slice, milliseconds since 1970.
    pub from: u64,
    /// Sessions seen in it.
    pub sessions: u64,
    /// Views in it.
    pub views: u64,
    /// Purchases in it.
    pub purchases: u64,
}

/// `funnel`: how many sessions went through the steps, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Funnel {
    /// The steps.
    pub steps: Vec<FunnelStep>,
}

/// One step of a [`Funnel`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FunnelStep {
    /// As it was asked for: `view`, `product`, `shown:3`.
    pub name: String,
    /// Sessions that came this far.
    pub sessions: u64,
}

/// `signals`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signals {
    /// One row a signal, most frequent first.
    pub rows: Vec<SignalRow>,
    /// Signals that too few visitors showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<SignalRow>,
    /// Why carts were hesitated over, most frequent first.
    pub causes: Vec<CauseRow>,
    /// Causes that too few visitors had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_causes: Option<CauseRow>,
}

/// One row of [`Signals`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalRow {
    /// `exit_intent`, `rage_click` and so on.
    pub signal: String,
    /// How often.
    pub count: u64,
    /// In how many sessions.
    pub sessions: u64,
}

/// One cause of cart hesitation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseRow {
    /// `coupon_empty`, `step_back` and so on.
    pub cause: String,
    /// Sessions in which it held.
    pub sessions: u64,
}

/// `campaigns`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Campaigns {
    /// One row a campaign, by id.
    pub rows: Vec<CampaignRow>,
}

/// One campaign and what it did.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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
    /// Visitors with a fired verdict, and how many of them bought within 7 days after it.
    pub treated: Arm,
    /// The same for the holdout.
    pub holdout: Arm,
    /// Difference of the two rates in percentage points, with its 95 % interval (Newcombe); absent
    /// while an arm is empty. Never read a conversion rate alone as the effect.
    pub uplift: Option<Uplift>,
    /// Evidence of the latest verdicts, newest first, at most 5.
    pub evidence: Vec<EvidenceRow>,
}

/// One arm of a campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arm {
    /// Visitors in it.
    pub visitors: u64,
    /// How many of them bought.
    pub converted: u64,
    /// What they paid, by currency.
    pub revenue: Vec<Amount>,
}

/// A difference of rates.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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

/// `pages`, by dwell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pages {
    /// One row a path, most dwell first, at most 100.
    pub rows: Vec<PageRow>,
    /// All others together, without a median and a reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<PageRow>,
}

/// One page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRow {
    /// Its path.
    pub path: String,
    /// `product`, `cart` and so on.
    pub page: String,
    /// Views.
    pub views: u64,
    /// Median active time, milliseconds.
    pub dwell_ms_median: u64,
    /// Active time in all, milliseconds.
    pub dwell_ms_total: u64,
    /// Mean of the deepest share on screen, percent.
    pub reach_percent: u8,
}

/// `health`: the conservation law and what was lost on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Beacons in the span whose sequence numbers show that they were sent.
    pub sent: u64,
    /// Of these, how many never arrived.
    pub lost: u64,
    /// What came in the span and is kept apart, by reason: no other figure counts it.
    #[serde(default)]
    pub quarantined: Vec<QuarantinedRow>,
}

/// One reason to keep something apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantinedRow {
    /// Why.
    pub reason: String,
    /// Events.
    pub events: u64,
    /// Visits they are of.
    pub sessions: u64,
}

/// One reason to refuse or to keep apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRow {
    /// `malformed`, `too_large`, `unknown_site`, `wrong_origin` and so on.
    pub outcome: String,
    /// How many.
    pub count: u64,
}
