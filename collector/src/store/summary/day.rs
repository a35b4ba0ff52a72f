//! A day's summary in memory, arranged so that quarters are counted without looking at visits.

use super::draft::{
    Attended, CARTED, CHECKED_OUT, Draft, Dwell, Orphan, QUARTERS, Revenue, Stay, Sum, VIEWED,
    stays_of,
};

/// One UTC day of a site.
#[derive(Debug)]
pub(crate) struct Day {
    /// Days since 1970.
    pub(super) number: u32,
    pub(super) visits: Vec<Attended>,
    stays: Vec<Stay>,
    pub(super) visitors: Vec<[u8; 16]>,
    pub(super) viewed: Times,
    pub(super) carted: Times,
    pub(super) checked_out: Times,
    /// Visitors, when a view of theirs tells who they are.
    pub(super) known: Times,
    /// First and last quarter of each visitor in that; `None`: in none.
    pub(super) seen: Vec<Option<(u8, u8)>>,
    pub(super) sums: Vec<Sum>,
    pub(super) currencies: Vec<String>,
    pub(super) revenue: Vec<Revenue>,
    /// What views were dwelt on at the end of the day, sorted.
    pub(super) dwells: Vec<Dwell>,
    /// Their times alone.
    pub(super) dwells_ms: Vec<u32>,
    /// What views were dwelt on before more was told, in a later quarter of the day; sorted.
    pub(super) earlier: Vec<Dwell>,
    pub(super) orphans: Vec<Orphan>,
    /// Places of visits of which not each view tells of their visitor.
    pub(super) odd: Vec<usize>,
    pub(super) is_unsure: bool,
    /// The ends, of a day that is kept nowhere.
    pub(super) ends: Option<Vec<u8>>,
}

/// Who came in which quarter, as numbers only: of each coming, when the same came before.
#[derive(Debug)]
pub(super) struct Times {
    /// Where each quarter begins in `before`; one more than there are quarters.
    starts: Vec<u32>,
    /// The quarter before on the same day, and one; 0: there is none.
    before: Vec<u8>,
    /// How many came on the day.
    total: u64,
}

impl Times {
    /// Of pairs of quarter and who, which is below `many`, in any order; leaves none of them.
    fn new(comings: &mut Vec<(u8, u32)>, many: usize) -> Self {
        let mut ends = [0_usize; QUARTERS as usize + 1];
        for (quarter, _) in &*comings {
            ends[usize::from(*quarter) + 1] += 1;
        }
        for quarter in 1..ends.len() {
            ends[quarter] += ends[quarter - 1];
        }
        // By quarter, without sorting: a month has half a million.
        let mut in_order = vec![0; comings.len()];
        for (quarter, who) in comings.drain(..) {
            let end = &mut ends[usize::from(quarter)];
            in_order[*end] = who;
            *end += 1;
        }
        let mut times =
            Self { starts: vec![0], before: Vec::with_capacity(in_order.len()), total: 0 };
        let (mut last, mut from) = (vec![0_u8; many], 0);
        for (quarter, end) in (1..=QUARTERS).zip(ends) {
            for who in &in_order[from..end] {
                let before = std::mem::replace(&mut last[*who as usize], quarter);
                if before != quarter {
                    times.total += u64::from(before == 0);
                    times.before.push(before);
                }
            }
            from = end;
            times.starts.push(place(times.before.len()));
        }
        times
    }

    /// How many came in these quarters, each counted once.
    pub(super) fn count(&self, (from, to): (u8, u8)) -> u64 {
        if (from, to) == (0, QUARTERS) {
            return self.total;
        }
        let start = |quarter: u8| self.starts[usize::from(quarter)] as usize;
        let before = &self.before[start(from)..start(to)];
        before.iter().filter(|before| **before <= from).count() as u64
    }
}

impl Day {
    pub(super) fn new(number: u32, draft: Draft, ends: Option<Vec<u8>>) -> Self {
        let Draft { visits, stays, visitors, sums, currencies, revenue, .. } = draft;
        let mut comings = Vec::new();
        let mut times = |flag| {
            for (place, number) in (0..visits.len()).zip(0..) {
                let own = stays_of(&visits, &stays, place).iter().filter(|stay| stay.has(flag));
                comings.extend(own.map(|stay| (stay.quarter, number)));
            }
            Times::new(&mut comings, visits.len())
        };
        let (viewed, carted, checked_out) = (times(VIEWED), times(CARTED), times(CHECKED_OUT));
        let mut odd = Vec::new();
        let mut seen = vec![None::<(u8, u8)>; visitors.len()];
        for (place, visit) in visits.iter().enumerate() {
            let Some(visitor) = visit.visitor.checked_sub(1) else { continue };
            let own = stays_of(&visits, &stays, place).iter();
            if own.clone().any(|stay| stay.has(VIEWED) && !stay.is_known()) {
                odd.push(place);
            }
            for Stay { quarter, .. } in own.filter(|stay| stay.is_known()) {
                comings.push((*quarter, visitor));
                let (first, last) = seen[visitor as usize].unwrap_or((*quarter, *quarter));
                seen[visitor as usize] = Some((first.min(*quarter), last.max(*quarter)));
            }
        }
        let known = Times::new(&mut comings, visitors.len());
        let (dwells, earlier): (Vec<Dwell>, Vec<Dwell>) =
            draft.dwells.into_iter().partition(|dwell| dwell.until == QUARTERS);
        let dwells_ms = dwells.iter().map(|dwell| dwell.ms).collect();
        Self {
            number,
            visits,
            stays,
            visitors,
            viewed,
            carted,
            checked_out,
            known,
            seen,
            sums,
            currencies,
            revenue,
            dwells,
            dwells_ms,
            earlier,
            orphans: draft.orphans,
            odd,
            is_unsure: draft.is_unsure,
            ends,
        }
    }

    /// The stays of the visit at this place.
    pub(super) fn stays(&self, place: usize) -> &[Stay] {
        stays_of(&self.visits, &self.stays, place)
    }

    /// The visitor of the visit at this place.
    pub(super) fn visitor(&self, place: usize) -> Option<[u8; 16]> {
        let visitor = self.visits[place].visitor.checked_sub(1)?;
        Some(self.visitors[visitor as usize])
    }

    /// Its first quarter, counted since 1970.
    pub(super) fn begins(&self) -> u32 {
        self.number * u32::from(QUARTERS)
    }

    /// The quarters of a span that lie in it.
    pub(super) fn part(&self, (from, to): (u32, u32)) -> Option<(u8, u8)> {
        let within = |at: u32| {
            let at = at.saturating_sub(self.begins()).min(QUARTERS.into());
            u8::try_from(at).expect("at most as many as a day has")
        };
        let part = (within(from), within(to));
        (part.0 < part.1).then_some(part)
    }

    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let times = [&self.viewed, &self.carted, &self.checked_out, &self.known];
        size_of_val(&*self.visits)
            + size_of_val(&*self.stays)
            + size_of_val(&*self.visitors)
            + times.map(|times| times.before.len()).iter().sum::<usize>()
            + size_of_val(&*self.seen)
            + size_of_val(&*self.dwells)
            + size_of_val(&*self.dwells_ms)
            + size_of_val(&*self.earlier)
            + size_of_val(&*self.orphans)
            + self.ends.as_ref().map_or(0, Vec::len)
    }
}

fn place(index: usize) -> u32 {
    u32::try_from(index).expect("a day has fewer rows")
}
