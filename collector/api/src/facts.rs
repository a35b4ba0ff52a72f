//! What the shop tells about orders, so that the bot can answer from it: `POST /api/facts`, by a
//! program's token.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

/// Orders as they stand now; each in place of what was told of it before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Site key.
    pub site: String,
    /// At most [`ORDERS_MAX`].
    pub orders: Vec<Order>,
}

/// How one order stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = facts::Order))]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// As the customer knows it, 4 to 40 characters with a digit among them: `OD-1001-7`.
    pub number: String,
    /// What only the customer knows besides, at least one of which must be said with the number: the
    /// e-mail address, the last digits of the telephone. 1 to 4, of 4 to 100 characters; kept as
    /// hashes. Four digits can be guessed one time in a thousand before the tries run out: an address is
    /// better.
    pub proofs: Vec<String>,
    /// How it stands.
    pub state: OrderState,
    /// Said in place of the program's own words, by language; at most [`TEXT_CHARS_MAX`] characters.
    #[serde(default)]
    pub text: BTreeMap<String, String>,
    /// Where the parcel is followed: a path of the shop or an https address.
    #[serde(default)]
    pub link: String,
}

/// How an order stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// It came in.
    #[default]
    Received,
    /// It is paid.
    Paid,
    /// It is being packed.
    Packed,
    /// It is on its way.
    Shipped,
    /// It has arrived.
    Delivered,
    /// It was called off.
    Cancelled,
    /// The goods came back.
    Returned,
    /// The money went back.
    Refunded,
}

/// Orders in one request.
pub const ORDERS_MAX: usize = 500;

/// Orders kept for one site; those told of longest ago go first.
pub const ORDERS_KEPT: u32 = 200_000;

/// Longest text, characters.
pub const TEXT_CHARS_MAX: usize = 500;
