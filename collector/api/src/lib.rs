//! What collector, console and command line say to each other: questions, answers, live events,
//! errors. JSON in `snake_case`; times are milliseconds since 1970; money is minor units with a
//! currency.
#![cfg_attr(not(any(test, feature = "openapi")), no_std)]

extern crate alloc;

pub mod campaigns;
pub mod chat;
pub mod facts;
pub mod inbox;
pub mod knowledge;
pub mod live;
pub mod mask;
pub mod offers;
pub mod people;
pub mod publishing;
pub mod questions;
pub mod sites;
pub mod stats;
pub mod visit;

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

/// The body of every answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ErrorBody {
    /// For programs: stable, `snake_case` (`unknown_site`).
    pub code: String,
    /// For people: what was expected, what was found.
    pub message: String,
    /// Finds the cause in the log, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// A site as the console lists it (`GET /api/sites`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Site {
    /// Public key, as in `data-site`.
    pub key: String,
    /// Name for people.
    pub name: String,
    /// Origins whose pages may send beacons.
    pub origins: Vec<String>,
    /// Version of the published pack.
    pub pack: u32,
    /// Takes beacons.
    #[serde(default)]
    pub is_on: bool,
    /// What may be done before the visitor was asked: `unknown`, `measure`, `personalise`.
    #[serde(default)]
    pub consent: String,
    /// The shop's time zone, as IANA names it.
    #[serde(default)]
    pub zone: String,
}
