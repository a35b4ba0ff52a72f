//! The real routes over a real store in a folder of its own, with a clock that stands still.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod answers;
mod ask;
mod assets;
mod backup;
mod campaigns;
mod chat;
mod command;
mod door;
mod history;
mod identity;
mod inbox;
mod ingest;
mod knowledge;
mod live;
mod llm;
mod metrics;
mod offers;
mod old;
mod openapi;
mod operators;
mod people;
mod process;
mod rehearsals;
mod requests;
mod roles;
mod sites;
mod stats;
mod support;
mod visits;
