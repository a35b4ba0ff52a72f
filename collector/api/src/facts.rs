//! What the shop tells about orders and stock, so that the bot can answer from it: `POST /api/facts`, by a
//! program's token.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

/// Orders and products as they stand now; each in place of what was told of it before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Site key.
    pub site: String,
    /// At most [`ORDERS_MAX`].
    #[serde(default)]
    pub orders: Vec<Order>,
    /// At most [`PRODUCTS_MAX`].
    #[serde(default)]
    pub products: Vec<Product>,
}

/// What there is of one product. Believed for two days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = facts::Product))]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// As the shop's pages call it to the agent, at most [`PRODUCT_ID_BYTES_MAX`] bytes.
    pub id: String,
    /// As visitors read it, at most [`PRODUCT_NAME_CHARS_MAX`] characters.
    pub name: String,
    /// Path of its page, so that "is it in stock?" is understood there; or empty.
    #[serde(default)]
    pub path: String,
    /// What there is of it.
    pub stock: Stock,
}

/// What there is of something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Stock {
    /// It can be had.
    In {
        /// How many; absent: enough, or the shop does not say.
        #[serde(default)]
        left: Option<u32>,
    },
    /// It is sold out.
    #[default]
    Out,
    /// It can be ordered before it is there.
    Preorder,
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

/// Products in one request.
pub const PRODUCTS_MAX: usize = 1_000;

/// Products kept for one site; those told of longest ago go first.
pub const PRODUCTS_KEPT: u32 = 20_000;

/// Longest id of a product, bytes.
pub const PRODUCT_ID_BYTES_MAX: usize = 128;

/// Longest name of a product, characters.
pub const PRODUCT_NAME_CHARS_MAX: usize = 200;

/// Longest text, characters.
pub const TEXT_CHARS_MAX: usize = 500;
