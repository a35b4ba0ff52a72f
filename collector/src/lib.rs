//! The server and the `nunchi` command: takes beacons, keeps them, answers questions.
//!
//! [`ingest`], [`stats`], [`live`], [`chat`] and `campaigns` use [`store`], never each other; [`server`] puts
//! them together, and `visits` tells single visits by what `campaigns` and [`stats`] know. [`store`] does not know that HTTP exists, and nothing else knows SQL.

pub mod assets;
mod campaigns;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod config;
pub mod door;
pub mod error;
mod events;
mod fault;
mod hex;
mod http;
pub mod ingest;
pub mod learn;
pub mod live;
mod metrics;
mod offers;
mod openapi;
pub mod operators;
pub mod outcome;
pub mod packs;
mod process;
pub mod ready;
pub mod requests;
pub mod routes;
pub mod server;
pub mod sites;
pub mod stats;
pub mod store;
pub mod suspicion;
mod upkeep;
mod visits;
mod watch;
