//! A store with the shops of the made-up month, for tests.

use std::sync::mpsc::channel;

use beacon::{Millis, SiteKey};
use engine::pack::Pack;
use month::{SHOPS, Sent, What};
use tempfile::TempDir;

use super::{Arrival, Store};
use crate::suspicion::Suspicion;

/// The shops, with nothing stored.
pub(crate) fn shops() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    for shop in &SHOPS {
        let key = SiteKey::parse(shop.key).unwrap();
        store.put_site(&key, shop.key, &[], Pack::default(), Millis(0)).unwrap();
    }
    (store, folder)
}

/// Has something accepted, and waits until it is durable.
pub(crate) fn put(store: &Store, sent: Sent) {
    let Sent { site, accepted_at: now, quarantine, what } = sent;
    let site = i64::try_from(site).unwrap() + 1;
    match what {
        What::Beacon(beacon) => {
            let (done, waiting) = channel();
            let frame = beacon::frame::encode(&beacon);
            let quarantine = Suspicion::from_number(quarantine);
            let arrival = Arrival { site, beacon, frame, now, quarantine };
            store.accept(arrival, move |_, _| done.send(()).unwrap()).unwrap();
            waiting.recv().unwrap();
        }
        What::Hit { run, view } => {
            let page = engine::explain::page(view.page).to_owned();
            let hit = store.accept_hit(site, run, view.path, page, now);
            tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(hit).unwrap();
        }
    }
}
