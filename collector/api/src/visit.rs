//! One visit as it went (`GET /api/visit`), and the visits to choose from (`GET /api/visits`).

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::campaigns::Standing;
use crate::stats::Amount;

/// `GET /api/visit?site=KEY&visit=HEX`.
#[derive(Clone, Debug, Deserialize)]
pub struct Which {
    /// Site key.
    pub site: String,
    /// The visit: its session, or its run where consent gave no session; hexadecimal.
    pub visit: String,
}

/// A stored visit, also one that still goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Visit {
    /// Its session, or its run where consent gave no session; hexadecimal.
    pub id: String,
    /// When it began, milliseconds since 1970, on the visitor's clock.
    pub began_at: u64,
    /// `new`, `returning`, `known`.
    pub kind: String,
    /// `desktop`, `phone`, `tablet`.
    pub device: String,
    /// Language tag.
    pub language: String,
    /// Where it came from, or empty: `source=naver medium=cpc`, or the referrer's host.
    pub source: String,
    /// What happened, in the order of time; of more than 5,000 the last ones.
    pub steps: Vec<Step>,
    /// How many before them are left out.
    pub omitted: u64,
    /// Page loads left out because beacons are missing.
    pub incomplete: u64,
    /// How likely purchase and leaving were, each time it changed; of more than 500 the last ones.
    pub scores: Vec<Chance>,
    /// What the cart held at the end, as far as it was told piece by piece.
    pub cart: Vec<CartLine>,
    /// Pieces in it by the shop's own word, or by what was put in and taken out.
    pub cart_items: u64,
    /// What it was worth by the shop's own word.
    pub cart_value: Option<Amount>,
    /// How campaigns stood: each time one had its turn, and for one that had none, the moment at which
    /// it came closest.
    pub standings: Vec<Standing>,
    /// Campaigns by their names, from the newest pack that has them.
    pub campaigns: Vec<Named>,
    /// The visit in the notation of recorded sessions: a line a step, for bug reports and tests.
    pub recorded: String,
}

/// Something that happened in a visit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    /// Milliseconds since the visit began.
    pub at: u64,
    /// Which page load, counted from 0.
    pub run: u32,
    /// `viewed`, `dwell`, `exit_intent`, `added`, `fired` and so on.
    pub kind: String,
    /// Of a view.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Of a view: its sort.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub page: String,
    /// Product, order or goal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// Name of a product that was seen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Milliseconds, percent, level, pieces, permille, results, by the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// Of cart hesitation: its causes, `coupon_empty`, `step_back` and so on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// Of verdicts and reactions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<u16>,
    /// Money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Amount>,
}

/// What the model made of a visit from one moment on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Chance {
    /// Milliseconds since the visit began.
    pub at: u64,
    /// Purchase in this visit, thousandths.
    pub buy_permille: u16,
    /// This view is the last, thousandths.
    pub leave_permille: u16,
    /// The values that weighed most, the largest first.
    pub terms: Vec<Term>,
}

/// One value's part of both chances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Term {
    /// What was measured, in English.
    pub en: String,
    /// The same in Korean.
    pub ko: String,
    /// What it adds to the logit of purchase, thousandths.
    pub buy: i32,
    /// What it adds to the logit of leaving, thousandths.
    pub leave: i32,
}

/// Pieces of one product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CartLine {
    /// The shop's id.
    pub product: String,
    /// As it was called when it was seen, or empty.
    pub name: String,
    /// How many.
    pub pieces: u64,
    /// What one costs.
    pub price: Option<Amount>,
}

/// A campaign and its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Named {
    /// Its id.
    pub id: u16,
    /// Its name.
    pub name: String,
}

/// `GET /api/visits`: which visits are looked for. All that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Search {
    /// Site key.
    pub site: String,
    /// Milliseconds since 1970; absent: 24 hours before `to`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<u64>,
    /// Milliseconds since 1970; absent: now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<u64>,
    /// `new`, `returning`, `known`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// `desktop`, `phone`, `tablet`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// `bought`, `cart` (something in it, not bought), `hesitated`, `offered` (an offer was shown).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
    /// Stands in a path that was viewed, in the name or id of a product that was seen, or begins the id of
    /// the visit; capitals do not matter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Visits that were looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Visits {
    /// Start of the span, milliseconds since 1970.
    pub from: u64,
    /// End of the span.
    pub to: u64,
    /// Latest first, at most 100.
    pub rows: Vec<VisitRow>,
    /// How many there are in all.
    pub total: u64,
}

/// One visit in a list, as far as it lies in the span.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VisitRow {
    /// As in [`Visit::id`].
    pub id: String,
    /// Its first row, milliseconds since 1970 on the collector's clock.
    pub began_at: u64,
    /// Its last row.
    pub last_at: u64,
    /// `new`, `returning`, `known`, or empty.
    pub kind: String,
    /// `desktop`, `phone`, `tablet`, or empty.
    pub device: String,
    /// Language tag, or empty.
    pub language: String,
    /// Where it came from, or empty.
    pub source: String,
    /// Views.
    pub views: u64,
    /// Path of the last view.
    pub path: String,
    /// Pieces in the cart at the end.
    pub cart_items: u64,
    /// What it was worth, by the shop's own word.
    pub cart_value: Option<Amount>,
    /// Highest level of cart hesitation.
    pub hesitation: u8,
    /// Offers that stood on screen.
    pub shown: u64,
    /// Purchases.
    pub purchases: u64,
    /// What they were worth, by currency.
    pub revenue: Vec<Amount>,
}
