//! Page and collector must decide alike: what pages reported is made again, all the time.
//!
//! A run is compared when no beacon of it came for [`QUIET_MS`], and again when one comes later.

use beacon::{Body, Item, Millis};
use engine::decide::Decider;
use engine::explain;
use engine::pack::Pack;

use super::Run;
use crate::clock::Clock;
use crate::sites::Sites;
use crate::store::{Compared, Store, StoreError, StoredRun};

/// Compares the runs of all sites that fell silent; a sample where there are more than can be
/// compared. Returns how many were.
///
/// # Errors
/// What the store says.
pub(crate) async fn compare(
    store: &Store,
    sites: &Sites,
    clock: &Clock,
) -> Result<usize, StoreError> {
    let now = clock.now();
    let mut count = 0;
    for site in sites.all() {
        let (id, key, reader) = (site.record.id, site.record.key.clone(), store.clone());
        let span = (Millis(now.since(Millis(WAIT_MS_MAX))), Millis(now.since(Millis(QUIET_MS))));
        let compared = actix_web::web::block(move || {
            let (packs, foreign) = (reader.packs(&key)?, reader.foreign_packs(&key)?);
            let silent = reader.runs_to_compare(id, span, RUNS_MAX)?;
            let compared = silent.runs.iter().map(|run| of_run(run, &packs, &foreign));
            Ok::<_, StoreError>((compared.collect::<Vec<_>>(), silent.until))
        });
        let (compared, until) = compared.await.map_err(|_| StoreError::Busy)??;
        for row in compared.iter().filter(|row| row.verdicts > row.equal) {
            tracing::warn!(
                run = %row.run,
                first = row.first,
                "page and collector decided differently"
            );
        }
        count += compared.len();
        if let Some(until) = until {
            store.keep_compared(id, compared, (until, now)).await?;
        }
    }
    Ok(count)
}

fn of_run(stored: &StoredRun, packs: &[Pack], foreign: &[u32]) -> Compared {
    let nothing = Compared::nothing(stored);
    let Some(run) = Run::read(stored) else { return nothing };
    if is_foreign(&run, foreign) {
        return Compared { is_foreign: true, ..nothing };
    }
    let pack_of = |version| packs.iter().find(|pack| pack.version == version).cloned();
    let Ok(ours) = engine::replay(pack_of, &run.items) else { return nothing };
    let is_verdict = |item: &&Item| matches!(item.body, Body::Decided(_));
    let theirs: Vec<&Item> = run.items.iter().filter(is_verdict).collect();
    let equal = ours.iter().filter(|it| theirs.contains(it)).count();
    let first = first_difference(&theirs, &ours);
    Compared {
        is_complete: true,
        verdicts: (ours.len() + theirs.len() - equal) as u64,
        equal: equal as u64,
        first: first.unwrap_or_default(),
        ..nothing
    }
}

/// Whether another version decided: another agent, by a pack of another layout, or from what another
/// version had saved. By other rules, perhaps: it is not held to ours.
fn is_foreign(run: &Run, packs: &[u32]) -> bool {
    let is_of_another = |item: &Item| match &item.body {
        Body::Began(it) => packs.contains(&it.pack) || !Decider::wrote(&it.resumed),
        Body::Published(version) => packs.contains(version),
        _ => false,
    };
    run.agent != AGENT || run.items.iter().any(is_of_another)
}

/// `12.5 s: only the page: campaign 3 fired [4, 2]`.
fn first_difference(theirs: &[&Item], ours: &[Item]) -> Option<String> {
    let page = theirs.iter().filter(|it| !ours.contains(it)).map(|it| (it.at, "page", *it));
    let collector = ours.iter().filter(|it| !theirs.contains(it));
    let collector = collector.map(|it| (it.at, "collector", it));
    let (at, side, item) = page.chain(collector).min_by_key(|(at, side, _)| (*at, *side))?;
    let Body::Decided(verdict) = &item.body else { return None };
    let (campaign, outcome) = (verdict.campaign, explain::outcome(verdict.outcome));
    let seconds = format!("{}.{:03} s", at.0 / 1_000, at.0 % 1_000);
    Some(format!(
        "{seconds}: only the {side}: campaign {campaign} {outcome} {:?}",
        verdict.evidence
    ))
}

/// The agent of this version.
const AGENT: u16 =
    version(env!("CARGO_PKG_VERSION_MAJOR")) * 1_000 + version(env!("CARGO_PKG_VERSION_MINOR"));

const fn version(digits: &str) -> u16 {
    match u16::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => panic!("a version is made of numbers"),
    }
}

/// Without a beacon for so long, a run has said what it will say.
const QUIET_MS: u64 = 90_000;

/// Runs of a site compared at once: some milliseconds of work.
const RUNS_MAX: usize = 200;

/// Runs that waited longer are let go.
const WAIT_MS_MAX: u64 = 24 * 3_600_000;
