//! A data folder with a month in it: accepted beacon by beacon as a server does, each at its own time.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use anyhow::{Context, Result, ensure};
use beacon::frame::{decode, encode};
use beacon::item::View;
use beacon::{Millis, RunId};
use collector::store::{Arrival, Store, StoreError, Written};
use collector::suspicion::Suspicion;
use month::{Month, SHOPS, Shop, What};

use crate::server::ORIGIN;

/// What was accepted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Filled {
    pub(crate) items: u64,
    pub(crate) beacons: u64,
    pub(crate) duplicates: u64,
    pub(crate) hits: u64,
}

/// Registers the shops of the month.
pub(crate) fn add_sites(nunchi: &Path, data: &Path) -> Result<()> {
    std::fs::create_dir_all(data)?;
    // The first opening makes the folder.
    drop(Store::open(data)?);
    for shop in &SHOPS {
        let mut add = Command::new(nunchi);
        add.args(["site", "add", shop.key, "--name", shop.key, "--zone", shop.zone]);
        add.args(["--origin", ORIGIN, "--consent", "measure", "--data"]).arg(data);
        let output = add.env("NUNCHI_LOG", "error").output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// A month, ready to be accepted: frames as they come over the wire.
#[derive(Debug)]
pub(crate) struct Arrivals(Vec<Arriving>);

#[derive(Debug)]
struct Arriving {
    site: usize,
    at: Millis,
    quarantine: u8,
    what: Come,
}

#[derive(Debug)]
enum Come {
    Frame(Box<[u8]>),
    Hit(RunId, View),
}

impl Arrivals {
    pub(crate) fn new(month: Month) -> Self {
        let arrivals = month.map(|sent| Arriving {
            site: sent.site,
            at: sent.accepted_at,
            quarantine: sent.quarantine,
            what: match sent.what {
                What::Beacon(beacon) => Come::Frame(encode(&beacon).into()),
                What::Hit { run, view } => Come::Hit(run, view),
            },
        });
        Self(arrivals.collect())
    }

    /// Has them accepted. The folder has the sites, and no server.
    pub(crate) fn accept(self, data: &Path) -> Result<Filled> {
        let store = Store::open(data)?;
        let sites = store.sites()?;
        let number = |shop: &Shop| {
            let site = sites.iter().find(|site| site.key.as_str() == shop.key);
            site.map(|site| site.id).with_context(|| format!("no site {}", shop.key))
        };
        let numbers = SHOPS.iter().map(number).collect::<Result<Vec<_>>>()?;
        let mut filled = Filled::default();
        let tally = Arc::new(Tally::default());
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        for Arriving { site, at, quarantine, what } in self.0 {
            let site = numbers[site];
            match what {
                Come::Frame(frame) => {
                    let beacon = decode(&frame).ok().context("the month makes frames")?;
                    filled.items += beacon.items.len() as u64;
                    filled.beacons += 1;
                    let quarantine = Suspicion::from_number(quarantine);
                    let frame = frame.into_vec();
                    let arrival = Arrival { site, beacon, frame, now: at, quarantine };
                    tally.begin();
                    let theirs = Arc::clone(&tally);
                    store.accept(arrival, move |result, arrival| theirs.end(&result, &arrival))?;
                }
                Come::Hit(run, view) => {
                    // All that came before it is stored before it.
                    tally.wait(0);
                    let page = format!("{:?}", view.page).to_lowercase();
                    runtime.block_on(store.accept_hit(site, run, view.path, page, at))?;
                    filled.hits += 1;
                }
            }
        }
        tally.wait(0);
        let failed = tally.failed.load(Ordering::Relaxed);
        ensure!(failed == 0, "{failed} beacons were not stored");
        filled.duplicates = tally.duplicates.load(Ordering::Relaxed);
        filled.items -= tally.duplicate_items.load(Ordering::Relaxed);
        Ok(filled)
    }
}

/// What is under way to the disk: so much that groups are large, and never more than the queue takes.
#[derive(Debug, Default)]
struct Tally {
    under_way: Mutex<usize>,
    fewer: Condvar,
    duplicates: AtomicU64,
    duplicate_items: AtomicU64,
    failed: AtomicU64,
}

impl Tally {
    fn begin(&self) {
        self.wait(UNDER_WAY_MAX);
        *self.under_way.lock().expect("nothing panics under this lock") += 1;
    }

    fn end(&self, result: &Result<Written, StoreError>, arrival: &Arrival) {
        match result {
            Ok(Written::Stored) => {}
            Ok(Written::Duplicate) => {
                self.duplicates.fetch_add(1, Ordering::Relaxed);
                let items = arrival.beacon.items.len() as u64;
                self.duplicate_items.fetch_add(items, Ordering::Relaxed);
            }
            _ => _ = self.failed.fetch_add(1, Ordering::Relaxed),
        }
        *self.under_way.lock().expect("nothing panics under this lock") -= 1;
        self.fewer.notify_one();
    }

    /// Until no more than so many are under way.
    fn wait(&self, most: usize) {
        let under_way = self.under_way.lock().expect("nothing panics under this lock");
        drop(self.fewer.wait_while(under_way, |under_way| *under_way > most));
    }
}

const UNDER_WAY_MAX: usize = 2_000;
