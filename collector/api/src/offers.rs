//! What a page asks of the collector for what it shows. Bodies are JSON sent as `text/plain`
//! (CORS-simple).
//!
//! `POST /v1/coupon` with a [`Wish`] answers a [`Coupon`]; `GET /v1/also/{site}?product=ID` answers an
//! [`Also`]; `POST /v1/erase` with an [`Erase`] answers [`Erasing`].

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

/// A campaign fired, and its coupon is to be shown. The same decision gets the same coupon however often it is asked
/// for; another one of the same session and campaign gets another, as often as the campaign may have its turn in a
/// session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = offers::Wish))]
pub struct Wish {
    /// Site key.
    pub site: String,
    /// Session id, 16 hexadecimal digits: nothing fires without one.
    pub session: String,
    /// Which campaign.
    pub campaign: u16,
    /// Which of its variants; its published form names the pool.
    pub variant: u8,
    /// Which decision: when it was made, by the visitor's clock in seconds since 1970; 0 for a look by hand.
    #[serde(default)]
    pub decided_s: u32,
}

/// A coupon that nobody else was given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = offers::Coupon))]
pub struct Coupon {
    /// To be copied.
    pub code: String,
}

/// How a pool of coupons stands (`GET /api/coupons?site=KEY` lists them).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = offers::Pool))]
pub struct CouponPool {
    /// Its name, as campaigns have it behind `pool:`.
    pub name: String,
    /// Codes that nobody was given yet.
    pub free: u64,
    /// Codes that somebody was given.
    pub given: u64,
    /// Codes that were used.
    pub redeemed: u64,
}

/// The shop took these codes (`POST /api/coupons/redeem`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = offers::Redeem))]
#[serde(deny_unknown_fields)]
pub struct Redeem {
    /// Site key.
    pub site: String,
    /// At most 1,000.
    pub codes: Vec<String>,
}

/// What became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = offers::Redeemed))]
pub struct Redeemed {
    /// Given and not used before: used now.
    pub redeemed: Vec<String>,
    /// Not known, never given, or used before.
    pub refused: Vec<String>,
}

/// What goes with a product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = offers::Also))]
pub struct Also {
    /// The nearest first.
    pub products: Vec<AlsoProduct>,
}

/// A product as the shop's pages told it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = offers::Product))]
pub struct AlsoProduct {
    /// The shop's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Path of its page.
    pub path: String,
    /// Its price in the smallest unit of the currency, if the pages said so.
    #[serde(default)]
    pub minor: Option<i64>,
    /// ISO 4217; empty without a price.
    #[serde(default)]
    pub currency: String,
    /// Why it goes with the other one.
    pub by: AlsoBy,
}

/// Why a product goes with another one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlsoBy {
    /// Bought in the same visits.
    Bought,
    /// Looked at in the same visits.
    Viewed,
    /// Looked at by many: nothing better is known.
    #[default]
    Popular,
}

/// A visitor wants what the shop has of it erased. The visitor's number is random, known to that
/// browser alone, and so the only key there is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = offers::Erase))]
pub struct Erase {
    /// Site key.
    pub site: String,
    /// Visitor id, 32 hexadecimal digits; empty where the browser kept none.
    pub visitor: String,
    /// Session id, 16 hexadecimal digits; empty where the browser kept none.
    pub session: String,
}

/// The wish is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = offers::Erasing))]
pub struct Erasing {
    /// By when everything is gone, by the site's own keeping of history: milliseconds since 1970; 0 where
    /// history is kept without end and somebody has to do it by hand.
    pub gone_by: u64,
}
