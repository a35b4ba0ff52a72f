//! `nunchi verify DIR`: is all that was stored still there, whole, and once?

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::Failure;
use crate::hex::hex;
use crate::stats::check_summaries;
use crate::store::{Check, Store};

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// Data folder, also of a running server
    dir: PathBuf,
    /// Also print each place a beacon is stored in: site, run, sequence, items
    #[arg(long)]
    keys: bool,
}

/// Prints a line a finding, and `beacons=N items=N rows=N files=N damaged=N` last.
pub(super) fn run(args: &VerifyArgs) -> Result<(), Failure> {
    let store = Store::open_to_check(&args.dir)?;
    let mut keys = String::new();
    let Check { beacons, items, rows, files, mut findings, strays } =
        store.check(&mut |site, run, sequence, items| {
            if args.keys {
                let _ = writeln!(keys, "{site} {} {sequence} {items}", hex(&run.0));
            }
        })?;
    // What a damaged file keeps from being read was said already.
    if findings.is_empty() {
        findings.extend(check_summaries(&store)?);
    }
    print!("{keys}");
    for finding in &findings {
        println!("{finding}");
    }
    for stray in strays {
        println!("{} is named nowhere: the next start removes it", stray.display());
    }
    let damaged = findings.len();
    println!("beacons={beacons} items={items} rows={rows} files={files} damaged={damaged}");
    if findings.is_empty() { Ok(()) } else { Err(findings.join("; ").into()) }
}
