//! The wall clock, read in one place so that tests can stop it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use beacon::Millis;

/// Tells milliseconds since 1970.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Set(Arc<AtomicU64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands still at `at` until [`set`](Self::set) moves it.
    pub fn fixed(at: Millis) -> Self {
        Self(Source::Set(Arc::new(AtomicU64::new(at.0))))
    }

    /// Moves a fixed clock; the machine's goes its own way.
    pub fn set(&self, at: Millis) {
        if let Source::Set(now) = &self.0 {
            now.store(at.0, Ordering::Relaxed);
        }
    }

    /// Milliseconds since some moment, never stepping back or ahead: for rates and timeouts.
    pub fn ticks(&self) -> Millis {
        static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
        match &self.0 {
            Source::Set(_) => self.now(),
            Source::System => {
                Millis(u64::try_from(BEGAN.elapsed().as_millis()).unwrap_or(u64::MAX))
            }
        }
    }

    /// Milliseconds since 1970; 0 on a machine that believes to be before it.
    pub fn now(&self) -> Millis {
        match &self.0 {
            Source::Set(now) => Millis(now.load(Ordering::Relaxed)),
            Source::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                let now = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
                Millis(now.saturating_add_signed(crate::fault::moved_ms()))
            }
        }
    }
}
