//! Who is in the shop now: `GET /api/live?site=KEY` and the same as server-sent events.
//!
//! `GET /api/live/events?site=KEY` first sends `event: floor` with a [`Floor`], then
//! `event: visitor` with a [`Visitor`] at each change and `event: left` with its `id`. While there are more than
//! a [`Floor`] names, `event: crowd` says every few seconds how many stand in each zone.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::stats::Amount;

/// Everyone who was active in the last minutes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Floor {
    /// The server's clock, milliseconds since 1970.
    pub now: u64,
    /// Most recently active first, at most 500.
    pub visitors: Vec<Visitor>,
    /// How many there are in all.
    pub total: u64,
    /// How many stand in each zone, if there are more than are named here; else empty.
    #[serde(default)]
    pub crowd: BTreeMap<String, u64>,
}

/// One visitor, as an avatar needs it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "independent marks on one avatar")]
pub struct Visitor {
    /// Session id where consent gave one, else the run id; hexadecimal.
    pub id: String,
    /// `new`, `returning`, `known`.
    pub kind: String,
    /// The shop calls this customer important.
    pub is_vip: bool,
    /// `desktop`, `phone`, `tablet`.
    pub device: String,
    /// Language tag.
    pub language: String,
    /// Host the visit came from, or empty.
    pub referrer: String,
    /// Path of the page in front.
    pub path: String,
    /// `home`, `product`, `cart` and so on.
    pub page: String,
    /// Name of the product in view, or empty.
    pub product: String,
    /// Path of the list of products that they came by, or empty.
    #[serde(default)]
    pub aisle: String,
    /// Category of the product in view as the shop calls it, or empty.
    #[serde(default)]
    pub category: String,
    /// Pieces in the cart.
    pub cart_items: u64,
    /// Value of the cart.
    pub cart_value: Option<Amount>,
    /// Level of cart hesitation, 0 to 3.
    pub hesitation: u8,
    /// What they seem to feel: `neutral`, `happy`, `struggling`, `annoyed`, `suspicious`.
    #[serde(default)]
    pub mood: String,
    /// Why, what counts most first; nothing for `neutral`.
    #[serde(default)]
    pub mood_reasons: Vec<Reason>,
    /// Where they stand: `entrance`, `aisle`, `shelf`, `search_desk`, `fitting`, `till`, `lounge`,
    /// `exit`.
    #[serde(default)]
    pub zone: String,
    /// What put them there: `exit_intent`, `comparing`, `waiting`, `chatting`; empty: their page.
    #[serde(default)]
    pub zone_reason: String,
    /// The last signal, or empty.
    pub signal: String,
    /// When it came, milliseconds since 1970.
    pub signal_at: u64,
    /// The tab is hidden.
    pub is_away: bool,
    /// Talked in a conversation within the last minute.
    pub is_chatting: bool,
    /// Since when they wait for an answer, milliseconds since 1970; 0 for who does not.
    #[serde(default)]
    pub waiting_since: u64,
    /// Has bought in this visit.
    pub has_bought: bool,
    /// Views in this visit.
    pub views: u64,
    /// First seen, milliseconds since 1970.
    pub since: u64,
    /// Last seen, milliseconds since 1970.
    pub last_seen: u64,
}

/// Why somebody seems to feel what they do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reason {
    /// What was noticed: a signal such as `rage_click`, or `purchased`, `added`, `accepted`,
    /// `dismissed`.
    pub sign: String,
    /// When, milliseconds since 1970.
    pub at: u64,
    /// What was left of it when the mood was told, of 100.
    pub points: u16,
}
