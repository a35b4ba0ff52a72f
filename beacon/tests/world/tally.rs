//! What became of every item, and how hard the world was.

use std::collections::BTreeMap;

#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    is_tight: bool,
    items: BTreeMap<u32, Fate>,
    dropped_by_page: BTreeMap<u32, u32>,
    pub(crate) requests_lost: u64,
    pub(crate) requests_doubled: u64,
    pub(crate) answers_lost: u64,
    pub(crate) refused_for_now: u64,
    pub(crate) duplicates: u64,
    pub(crate) conflicts: u64,
    pub(crate) too_late: u64,
    pub(crate) deaths: u64,
    pub(crate) frames_restored: u64,
    pub(crate) writes_failed: u64,
    sum_pushed: u64,
    sum_dropped: u64,
    sum_missing: u64,
}

#[derive(Clone, Debug, Default)]
struct Fate {
    page: u32,
    stored: u32,
    /// Its page died while it was not in storage, or it came later than marks are kept.
    is_excused: bool,
}

impl Tally {
    /// `is_tight`: the outbox has so little room that it must drop frames.
    pub(crate) fn new(is_tight: bool) -> Self {
        Self { is_tight, ..Self::default() }
    }

    pub(crate) fn pushed(&mut self, id: u32, page: u32) {
        self.items.insert(id, Fate { page, ..Fate::default() });
    }

    pub(crate) fn stored(&mut self, ids: &[u32]) {
        for id in ids {
            self.items.get_mut(id).expect("only what was pushed arrives").stored += 1;
        }
    }

    pub(crate) fn came_too_late(&mut self, ids: &[u32]) {
        self.too_late += 1;
        for id in ids {
            self.items.get_mut(id).expect("only what was pushed arrives").is_excused = true;
        }
    }

    pub(crate) fn died(&mut self, page: u32, in_storage: &[u32]) {
        for (id, fate) in &mut self.items {
            fate.is_excused |= fate.page == page && !in_storage.contains(id);
        }
    }

    pub(crate) fn dropped_by(&mut self, page: u32, items: u32) {
        *self.dropped_by_page.entry(page).or_default() += items;
    }

    /// The promise of the whole crate.
    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some((id, _)) = self.items.iter().find(|(_, fate)| fate.stored > 1) {
            return Err(format!("item {id} is stored twice"));
        }
        if self.conflicts > 0 {
            return Err("one key was used for two beacons".into());
        }
        if self.dropped() > 0 && !self.is_tight && self.too_late == 0 {
            return Err("an outbox with room dropped items".into());
        }
        let mut missing = BTreeMap::<u32, Vec<u32>>::new();
        for (id, fate) in &self.items {
            if fate.stored == 0 && !fate.is_excused {
                missing.entry(fate.page).or_default().push(*id);
            }
        }
        for (page, ids) in missing {
            let dropped = self.dropped_by_page.get(&page).copied().unwrap_or(0);
            if ids.len() > dropped as usize {
                return Err(format!("{ids:?} are missing, {dropped} were counted as dropped"));
            }
        }
        Ok(())
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.sum_dropped + self.dropped_by_page.values().copied().map(u64::from).sum::<u64>()
    }

    pub(crate) fn missing(&self) -> u64 {
        self.sum_missing + self.items.values().filter(|fate| fate.stored == 0).count() as u64
    }

    /// Sums up over worlds; the items themselves are only counted.
    pub(crate) fn add(&mut self, other: &Self) {
        self.requests_lost += other.requests_lost;
        self.requests_doubled += other.requests_doubled;
        self.answers_lost += other.answers_lost;
        self.refused_for_now += other.refused_for_now;
        self.duplicates += other.duplicates;
        self.conflicts += other.conflicts;
        self.too_late += other.too_late;
        self.deaths += other.deaths;
        self.frames_restored += other.frames_restored;
        self.writes_failed += other.writes_failed;
        self.sum_pushed += other.items.len() as u64;
        self.sum_dropped += other.dropped();
        self.sum_missing += other.missing();
    }
}
