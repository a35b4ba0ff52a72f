//! Several days as one: who came on more than one of them, so that a span of days counts each once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::day::Day;
use super::draft::{CARTED, CHECKED_OUT, Dwell, NAMED, NAMED_BY_VIEW, QUARTERS, Stay, VIEWED};
use crate::store::rows::VisitKey;

/// Days of a site, and what they have in common. Quarters are counted since 1970.
#[derive(Debug, Default)]
pub(crate) struct Merged {
    /// Ascending.
    pub(super) days: Vec<Arc<Day>>,
    pub(super) viewed: Again,
    pub(super) carted: Again,
    pub(super) checked_out: Again,
    pub(super) known: Again,
    pub(super) odd: Vec<Odd>,
    /// Views that more dwell is told of on a later day.
    pub(super) raised: Vec<Raised>,
}

/// Of those who come again on a later day: the quarter in which they come first on it, and the last
/// one before in which they came. Sorted.
pub(super) type Again = Vec<(u32, u32)>;

/// A visitor that not each row of their visits names, so that a span may tell of the visit, but not of
/// whom.
#[derive(Debug, Default)]
pub(super) struct Odd {
    /// Quarters in which they are seen all the same, in any order.
    pub(super) known: Vec<u32>,
    /// Their visits of which only some rows name them.
    pub(super) visits: Vec<Vec<(u32, Stay)>>,
}

/// More dwell on a view of a day before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Raised {
    /// When it was viewed.
    pub(super) from: u32,
    /// When it was told.
    pub(super) at: u32,
    pub(super) old: Option<u32>,
    pub(super) new: u32,
}

/// Looks for the last view of a page load: of this day, of the visit at this place.
pub(super) type FindEnd<'a, E> =
    &'a mut dyn FnMut(&Day, usize, u64) -> Result<Option<(u8, Option<u32>)>, E>;

/// Where somebody was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Met {
    id: VisitKey,
    /// Place of the day.
    day: usize,
    /// On it.
    place: usize,
}

/// Sorted, so that all of one stand together. Some are met once.
struct Repeated(Vec<Met>);

impl Repeated {
    /// Where each was who is met more than once.
    fn each(&self) -> impl Iterator<Item = &[Met]> {
        let groups = self.0.chunk_by(|one, next| one.id == next.id);
        groups.filter(|places| places.len() > 1)
    }

    /// Where this one was, if that is more than one place.
    fn of(&self, id: VisitKey) -> &[Met] {
        let from = self.0.partition_point(|it| it.id < id);
        let to = from + self.0[from..].iter().take_while(|it| it.id == id).count();
        if to - from > 1 { &self.0[from..to] } else { &[] }
    }
}

impl Merged {
    /// Of days in their order; `None` when only the rows can tell.
    ///
    /// # Errors
    /// What `find_end` says.
    pub(super) fn new<E>(days: Vec<Arc<Day>>, find_end: FindEnd<'_, E>) -> Result<Option<Self>, E> {
        if days.iter().any(|day| day.is_unsure) {
            return Ok(None);
        }
        let mut merged = Self { days, ..Self::default() };
        let visits = merged.repeated(|day, place| Some(day.visits.get(place)?.key));
        if !merged.join_visits(&visits) {
            return Ok(None);
        }
        merged.join_visitors();
        merged.raise(&visits, find_end)?;
        for again in
            [&mut merged.viewed, &mut merged.carted, &mut merged.checked_out, &mut merged.known]
        {
            again.sort_unstable();
        }
        Ok(Some(merged))
    }

    /// Those who are met on more than one day, and where.
    fn repeated(&self, id_of: impl Fn(&Day, usize) -> Option<VisitKey>) -> Repeated {
        let count: usize = self.days.iter().map(|day| day.visits.len()).sum();
        let (mut met, mut again) = (Sieve::new(count), Sieve::new(count));
        for day in &self.days {
            for id in (0..).map_while(|place| id_of(day, place)) {
                if met.add(id) {
                    again.add(id);
                }
            }
        }
        // Few are left, and some that only look alike.
        let mut places = Vec::new();
        for (number, day) in self.days.iter().enumerate() {
            let ids = (0..).map_while(|place| id_of(day, place)).enumerate();
            let left = ids.filter(|(_, id)| again.has(*id));
            places.extend(left.map(|(place, id)| Met { id, day: number, place }));
        }
        places.sort_unstable();
        Repeated(places)
    }

    /// Takes in who goes on from day to day; `false`: somebody has two visitors.
    fn join_visits(&mut self, visits: &Repeated) -> bool {
        let mut odd = BTreeMap::<[u8; 16], Odd>::new();
        for places in visits.each() {
            let visitors = places.iter().filter_map(|it| self.days[it.day].visitor(it.place));
            let mut visitors: Vec<[u8; 16]> = visitors.collect();
            visitors.dedup();
            if visitors.len() > 1 {
                return false;
            }
            self.viewed.extend(self.again(places, VIEWED));
            self.carted.extend(self.again(places, CARTED));
            self.checked_out.extend(self.again(places, CHECKED_OUT));
            if let Some(visitor) = visitors.first() {
                self.note_odd(*visitor, places, &mut odd);
            }
        }
        for (number, day) in self.days.iter().enumerate() {
            for place in &day.odd {
                let (id, place) = (day.visits[*place].key, *place);
                if let Some(visitor) = day.visitor(place)
                    && visits.of(id).is_empty()
                {
                    self.note_odd(visitor, &[Met { id, day: number, place }], &mut odd);
                }
            }
        }
        self.odd = self.with_known(odd);
        true
    }

    /// When a visit comes again, and when it was there before.
    fn again(&self, places: &[Met], flag: u8) -> Again {
        let mut before = None;
        let mut again = Again::new();
        for Met { day, place, .. } in places {
            let day = &self.days[*day];
            let mut quarters = day.stays(*place).iter().filter(|stay| stay.has(flag));
            let Some(first) = quarters.next() else { continue };
            let last = quarters.next_back().unwrap_or(first);
            again.extend(before.map(|before| (day.quarter(first.quarter), before)));
            before = Some(day.quarter(last.quarter));
        }
        again
    }

    /// Notes a visit if not each of its views tells of its visitor.
    fn note_odd(&self, visitor: [u8; 16], places: &[Met], odd: &mut BTreeMap<[u8; 16], Odd>) {
        let stays = places.iter().flat_map(|Met { day, place, .. }| {
            let day = &self.days[*day];
            day.stays(*place).iter().map(|stay| (day.quarter(stay.quarter), *stay))
        });
        let stays: Vec<(u32, Stay)> = stays.collect();
        if stays.iter().any(|(_, stay)| stay.has(VIEWED) && !stay.is_known()) {
            odd.entry(visitor).or_default().visits.push(stays);
        }
    }

    /// Finds when odd visitors are seen all the same.
    fn with_known(&self, mut odd: BTreeMap<[u8; 16], Odd>) -> Vec<Odd> {
        if odd.is_empty() {
            return Vec::new();
        }
        for day in &self.days {
            let is_odd: Vec<bool> = day.visitors.iter().map(|it| odd.contains_key(it)).collect();
            for (place, visit) in day.visits.iter().enumerate() {
                let Some(visitor) = visit.visitor.checked_sub(1) else { continue };
                let visitor = visitor as usize;
                if is_odd[visitor]
                    && let Some(odd) = odd.get_mut(&day.visitors[visitor])
                {
                    let known = day.stays(place).iter().filter(|stay| stay.is_known());
                    odd.known.extend(known.map(|stay| day.quarter(stay.quarter)));
                }
            }
        }
        odd.into_values().collect()
    }

    fn join_visitors(&mut self) {
        let visitors = self.repeated(|day, place| Some(VisitKey::new(day.visitors.get(place)?)));
        for places in visitors.each() {
            let mut before = None;
            for Met { day, place, .. } in places {
                let day = &self.days[*day];
                let Some((first, last)) = day.seen[*place] else { continue };
                self.known.extend(before.map(|before| (day.quarter(first), before)));
                before = Some(day.quarter(last));
            }
        }
    }

    /// Finds the views that dwell of later days is about.
    fn raise<E>(&mut self, visits: &Repeated, find_end: FindEnd<'_, E>) -> Result<(), E> {
        // What was told of a run's view so far, by the day of the view.
        let mut told = HashMap::<(VisitKey, u64, usize), u32>::new();
        for (number, day) in self.days.iter().enumerate() {
            for orphan in &day.orphans {
                let key = day.visits[orphan.visit as usize].key;
                let places = visits.of(key).iter().rev();
                for Met { day: viewed_on, place, .. } in places.filter(|it| it.day < number) {
                    let of = &self.days[*viewed_on];
                    let Some((from, ms)) = find_end(of, *place, orphan.run)? else { continue };
                    let key = (key, orphan.run, *viewed_on);
                    let old = told.get(&key).copied().or(ms);
                    if old.is_none_or(|old| old < orphan.ms) {
                        let (from, at) = (of.quarter(from), day.quarter(orphan.at));
                        self.raised.push(Raised { from, at, old, new: orphan.ms });
                        told.insert(key, orphan.ms);
                    }
                    break;
                }
            }
        }
        Ok(())
    }

    /// About how much memory it takes, without its days.
    pub(super) fn bytes(&self) -> usize {
        let again = [&self.viewed, &self.carted, &self.checked_out, &self.known];
        let odd = self.odd.iter().map(|odd| {
            let visits: usize = odd.visits.iter().map(|visit| size_of_val(&**visit)).sum();
            size_of::<Odd>() + size_of_val(&*odd.known) + visits
        });
        again.map(|again| size_of_val(&**again)).iter().sum::<usize>()
            + odd.sum::<usize>()
            + size_of_val(&*self.raised)
    }
}

impl Odd {
    /// Whether `part` of a span has a view of theirs that only other rows of the span tell is theirs.
    /// `by_view`: when only rows of views and purchases are looked at.
    pub(super) fn is_told(&self, part: (u32, u32), span: (u32, u32), by_view: bool) -> bool {
        let named = if by_view { NAMED_BY_VIEW } else { NAMED };
        let has = |visit: &[(u32, Stay)], (from, to): (u32, u32), flag| {
            visit.iter().any(|(at, stay)| (from..to).contains(at) && stay.has(flag))
        };
        let is_told =
            |visit: &Vec<(u32, Stay)>| has(visit, part, VIEWED) && has(visit, span, named);
        !self.known.iter().any(|at| (part.0..part.1).contains(at))
            && self.visits.iter().any(is_told)
    }
}

impl Day {
    /// One of its quarters, counted since 1970.
    pub(super) fn quarter(&self, quarter: u8) -> u32 {
        self.begins() + u32::from(quarter)
    }

    /// Dwell on views of these quarters as far as it is told in them, sorted.
    pub(super) fn dwells_in(&self, (from, to): (u8, u8)) -> Vec<u32> {
        let is_in = |dwell: &&Dwell| dwell.from >= from && dwell.at < to && dwell.until >= to;
        let last = self.dwells.iter().filter(is_in).map(|dwell| dwell.ms);
        let mut all: Vec<u32> = last.collect();
        if to < QUARTERS {
            all.extend(self.earlier.iter().filter(is_in).map(|dwell| dwell.ms));
            all.sort_unstable();
        }
        all
    }
}

/// Remembers ids by a bit each: those that it has not, were not added.
struct Sieve {
    bits: Vec<u64>,
    shift: u32,
}

impl Sieve {
    fn new(count: usize) -> Self {
        let bits = (count * BITS_EACH).next_power_of_two().max(64);
        Self { bits: vec![0; bits / 64], shift: 64 - bits.ilog2() }
    }

    fn place(&self, id: VisitKey) -> (usize, u32) {
        let mut first = [0; 8];
        let length = id.as_bytes().len().min(8);
        first[..length].copy_from_slice(&id.as_bytes()[..length]);
        let place = u64::from_le_bytes(first).wrapping_mul(SPREAD) >> self.shift;
        (usize::try_from(place / 64).unwrap_or(0), u32::try_from(place % 64).unwrap_or(0))
    }

    /// Adds an id; whether it, or one that looks alike, was there.
    fn add(&mut self, id: VisitKey) -> bool {
        let (word, bit) = self.place(id);
        let was = self.has(id);
        self.bits[word] |= 1 << bit;
        was
    }

    fn has(&self, id: VisitKey) -> bool {
        let (word, bit) = self.place(id);
        self.bits[word] >> bit & 1 == 1
    }
}

/// Bits an id: one in sixteen looks like another.
const BITS_EACH: usize = 16;

/// 2^64 divided by the golden ratio: spreads ids that somebody counts up.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
