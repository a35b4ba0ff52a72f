//! Summaries that were asked for, in memory: as long as they are made of the files that the catalogue
//! names, they are true.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::day::Day;
use super::merged::Merged;
use super::table::Days;

/// At most [`BYTES_MAX`]; beyond it all are forgotten, and read anew by whoever asks.
#[derive(Debug, Default)]
pub(in crate::store) struct Kept {
    /// By site and day, with the files that it is made of.
    days: HashMap<(i64, u32), (String, Arc<Day>)>,
    /// The newest last.
    merged: VecDeque<(i64, Days, Arc<Merged>)>,
    bytes: usize,
}

impl Kept {
    pub(super) fn day(&self, site: i64, day: u32, made_of: &str) -> Option<Arc<Day>> {
        let (kept_of, day) = self.days.get(&(site, day))?;
        (kept_of == made_of).then(|| Arc::clone(day))
    }

    pub(super) fn keep_day(&mut self, site: i64, made_of: &str, day: &Arc<Day>) {
        self.take(day.bytes());
        let kept = (made_of.to_owned(), Arc::clone(day));
        if let Some((_, old)) = self.days.insert((site, day.number), kept) {
            self.bytes -= old.bytes();
        }
    }

    /// These days put together.
    pub(super) fn merged(&self, site: i64, days: &Days) -> Option<Arc<Merged>> {
        let kept = self.merged.iter().find(|(of, kept, _)| *of == site && kept == days);
        kept.map(|(_, _, merged)| Arc::clone(merged))
    }

    pub(super) fn keep_merged(&mut self, site: i64, days: Days, merged: &Arc<Merged>) {
        self.take(merged.bytes());
        self.merged.push_back((site, days, Arc::clone(merged)));
        if self.merged.len() > MERGED_MAX {
            let oldest = self.merged.pop_front().expect("there are some");
            self.bytes -= oldest.2.bytes();
        }
    }

    /// Forgets all.
    pub(in crate::store) fn clear(&mut self) {
        *self = Self::default();
    }

    fn take(&mut self, bytes: usize) {
        if self.bytes + bytes > BYTES_MAX {
            self.clear();
        }
        self.bytes += bytes;
    }
}

/// A month of ten million events takes about half of it.
const BYTES_MAX: usize = 64 << 20;

/// Spans whose days are kept put together.
const MERGED_MAX: usize = 8;
