//! Campaigns that are being tried: one of a site at a time, and it can be called off.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What is being tried, by the site's number.
#[derive(Debug, Default)]
pub(crate) struct Running {
    by_site: Mutex<BTreeMap<i64, Arc<AtomicBool>>>,
}

/// One that is being tried; when it is dropped, also because nobody waits any more, it is called off.
#[derive(Debug)]
pub(super) struct Trial {
    running: Arc<Running>,
    site: i64,
    is_off: Arc<AtomicBool>,
}

impl Running {
    /// Begins one, unless another of the site is under way.
    pub(super) fn begin(self: &Arc<Self>, site: i64) -> Option<Trial> {
        let mut by_site = self.by_site.lock().unwrap_or_else(PoisonError::into_inner);
        if by_site.contains_key(&site) {
            return None;
        }
        let is_off = Arc::new(AtomicBool::new(false));
        by_site.insert(site, Arc::clone(&is_off));
        Some(Trial { running: Arc::clone(self), site, is_off })
    }

    /// Calls off the one of this site; whether there was one.
    pub(super) fn call_off(&self, site: i64) -> bool {
        let by_site = self.by_site.lock().unwrap_or_else(PoisonError::into_inner);
        by_site.get(&site).is_some_and(|is_off| !is_off.swap(true, Ordering::Relaxed))
    }
}

impl Trial {
    /// Set when it is called off.
    pub(super) fn is_off(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_off)
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        self.is_off.store(true, Ordering::Relaxed);
        self.running.by_site.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.site);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_site_is_tried_at_a_time_and_it_can_be_called_off() {
        let running = Arc::new(Running::default());
        let first = running.begin(1).unwrap();
        assert!(running.begin(1).is_none() && running.begin(2).is_some());
        assert!(!first.is_off().load(Ordering::Relaxed));
        assert!(running.call_off(1) && first.is_off().load(Ordering::Relaxed));
        assert!(!running.call_off(1), "once");
        drop(first);
        let again = running.begin(1).unwrap();
        let is_off = again.is_off();
        drop(again);
        assert!(is_off.load(Ordering::Relaxed), "nobody waits any more");
    }
}
