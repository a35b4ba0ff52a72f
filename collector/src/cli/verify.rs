//! `nunchi verify DIR`: is all that was stored still there, and whole?

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::Failure;
use crate::hex::hex;
use crate::store::Store;

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// Data folder, also of a running server
    dir: PathBuf,
    /// Also print each place a beacon is stored in: site, run, sequence, items
    #[arg(long)]
    keys: bool,
}

/// Prints `beacons=N items=N damaged=N` last.
pub(super) fn run(args: &VerifyArgs) -> Result<(), Failure> {
    let store = Store::open_beside(&args.dir)?;
    let (mut beacons, mut items, mut damages) = (0_u64, 0, store.damages()?);
    let mut keys = String::new();
    store.each_beacon(|site, run, sequence, frame| {
        beacons += 1;
        let run = hex(&run.0);
        match beacon::frame::reopen(frame) {
            Ok(beacon) => {
                items += beacon.items.len();
                if args.keys {
                    let _ = writeln!(keys, "{site} {run} {sequence} {}", beacon.items.len());
                }
            }
            Err(error) => damages.push(format!("beacon {sequence} of run {run}: {error}")),
        }
    })?;
    std::io::stdout().write_all(keys.as_bytes())?;
    println!("beacons={beacons} items={items} damaged={}", damages.len());
    if damages.is_empty() { Ok(()) } else { Err(damages.join("; ").into()) }
}
