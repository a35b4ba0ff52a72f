//! Tells the developer which step runs and for how long.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// A long step says every so often that it is alive.
const STILL_AT_WORK: Duration = Duration::from_secs(15);

/// Does `work` under a heading, and says how long it took.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("▸ {name}");
    let began = Instant::now();
    let result = while_ticking(name, work);
    let took = seconds(began.elapsed());
    match &result {
        Ok(_) => eprintln!("✓ {name} {took}"),
        Err(_) => eprintln!("✗ {name} {took}"),
    }
    result.with_context(|| format!("step `{name}`"))
}

/// `4.2 s`, `2 min 05 s`.
pub(crate) fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", whole / 60, whole % 60)
    }
}

fn while_ticking<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let (done, finished) = mpsc::channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            while finished.recv_timeout(STILL_AT_WORK) == Err(RecvTimeoutError::Timeout) {
                eprintln!("  … {name}: {} so far", seconds(began.elapsed()));
            }
        });
        let result = work();
        drop(done);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_unit_a_person_would_use() {
        assert_eq!(seconds(Duration::from_millis(4_230)), "4.2 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 05 s");
    }
}
