//! What becomes of history while the server runs: the journal's older lines are sealed, small files
//! merged, and what is past its time goes. One after the other, for all three hold the folder's files.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval};

use crate::fault;
use crate::server::Services;
use crate::stats::summarize;
use crate::store::{Compacted, Dropped, Rule, Sealed, Store, StoreError, Summarized};

/// Goes on until it is dropped; what it began ends soon after `is_stopping` is set.
pub(crate) async fn keep_history(services: Services, rule: Rule, is_stopping: Arc<AtomicBool>) {
    let mut tick = interval(LOOK_EVERY / fault::hurry());
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let goes_on = move || !is_stopping.load(Ordering::Relaxed);
    let mut troubles = <[Trouble; 4]>::default();
    let [sealing, merging, summing, dropping] = &mut troubles;
    for turn in 0_u64.. {
        tick.tick().await;
        let (now, as_long) = (services.clock.now(), goes_on.clone());
        let sealed = work(&services, move |store| store.seal(now, rule, &as_long)).await;
        sealing.told(sealed, "seal", |Sealed { lines, rows, bytes, frame_bytes }| {
            tracing::info!(lines, rows, bytes, frame_bytes, "sealed");
        });
        if turn % MERGE_EVERY == MERGE_EVERY - 1 {
            let as_long = goes_on.clone();
            let merged = work(&services, move |store| store.compact(now, &as_long)).await;
            merging.told(merged, "merge files of history", |Compacted { files, made, rows }| {
                tracing::info!(files, made, rows, "merged small files of history");
            });
        }
        if turn % SUMMARIZE_EVERY == 0 {
            let as_long = goes_on.clone();
            let made = work(&services, move |store| summarize(store, &as_long)).await;
            summing.told(made, "summarize days of history", |Summarized { days, bytes }| {
                tracing::info!(days, bytes, "summarized days of history");
            });
        }
        if turn % DROP_EVERY == 0 {
            let retention = services.retention();
            let dropped = work(&services, move |store| store.retain(now, retention)).await;
            dropping.told(
                dropped,
                "drop what is past its time",
                |Dropped { files, conversations, orders }| {
                    tracing::info!(files, conversations, orders, "dropped what was past its time");
                },
            );
        }
    }
}

/// On a thread of its own, which gives way to those that answer; `None` when it broke off.
async fn work<T: Send + 'static>(
    services: &Services,
    work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
) -> Option<Result<T, StoreError>> {
    let store = services.store.clone();
    let (send, receive) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new().name("upkeep".into()).spawn(move || {
        give_way();
        // Nobody waits any more: the server stops.
        let _ = send.send(work(&store));
    });
    if let Err(error) = thread {
        tracing::warn!(%error, "no thread for the upkeep of history; it is tried again");
    }
    receive.await.ok()
}

/// From now on this thread gets a third of what another gets, where both want the processor.
fn give_way() {
    // Elsewhere it would hold for the whole process.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "the upkeep of history has the priority of all else");
    }
}

/// A kind of work that fails is told of now and then: a full disk must not be filled by its own log.
#[derive(Default)]
struct Trouble {
    told_at: Option<Instant>,
}

impl Trouble {
    /// Tells what was done, if it was anything.
    fn told<T: Default + PartialEq>(
        &mut self,
        done: Option<Result<T, StoreError>>,
        what: &str,
        tell: impl FnOnce(T),
    ) {
        match done {
            Some(Ok(done)) => {
                self.told_at = None;
                if done != T::default() {
                    tell(done);
                }
            }
            Some(Err(StoreError::Stopped)) | None => {}
            Some(Err(error)) if self.told_at.is_none_or(|at| at.elapsed() >= TELL_AGAIN) => {
                self.told_at = Some(Instant::now());
                tracing::error!(%error, "could not {what}; nothing is lost, the data folder grows");
            }
            Some(Err(_)) => {}
        }
    }
}

/// By the scheduler's table: the weight of 5 is 335, that of 0 is 1,024.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// Between two lines of the log on a trouble that lasts.
const TELL_AGAIN: Duration = Duration::from_mins(1);

/// Between two looks for what could be sealed.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Looks between two looks for small files: five minutes.
const MERGE_EVERY: u64 = 60;

/// Looks between two looks for days whose files are others: a minute. The day that goes on is read
/// anew each time, so not after each sealing.
const SUMMARIZE_EVERY: u64 = 12;

/// Looks between two looks for what is past its time: an hour, for days are the measure.
const DROP_EVERY: u64 = 720;
