//! `nunchi seal DIR`: all that was stored becomes files of history, now.

use std::path::PathBuf;

use clap::Args;

use super::Failure;
use crate::clock::Clock;
use crate::stats::summarize;
use crate::store::{Rule, Sealed, Store};

#[derive(Debug, Args)]
pub(super) struct SealArgs {
    /// Data folder, also of a running server
    dir: PathBuf,
}

/// Prints `lines=N rows=N bytes=N frame_bytes=N`.
pub(super) fn run(args: &SealArgs) -> Result<(), Failure> {
    let store = Store::open_beside(&args.dir)?;
    if store.is_spool()? {
        return Err("its history is kept in ClickHouse: the server brings it there".into());
    }
    let sealed = store.seal(Clock::system().now(), Rule::ALL, &|| true)?;
    let Sealed { lines, rows, bytes, frame_bytes } = sealed;
    while summarize(&store, &|| true)?.days > 0 {}
    println!("lines={lines} rows={rows} bytes={bytes} frame_bytes={frame_bytes}");
    Ok(())
}
