//! What one UTC day of a site comes to, as it is found and as it is kept: who was there in which
//! quarter of an hour, what was viewed and bought in it, how long views were dwelt on.

use beacon::wire::{Bytes, Reader, write_byte, write_bytes, write_number};

use crate::store::rows::VisitKey;

pub(crate) use nunchi_api::questions::QUARTER_MS;

/// Quarters of an hour in a UTC day.
pub(crate) const QUARTERS: u8 = 96;

/// What is found of a day. Quarters are counted from its midnight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Draft {
    /// With rows on the day, ascending.
    pub(crate) visits: Vec<Attended>,
    /// Of one visit after the other: the quarters in which it has rows, ascending, each once.
    pub(crate) stays: Vec<Stay>,
    /// Visitors that they name.
    pub(crate) visitors: Vec<[u8; 16]>,
    /// By quarter.
    pub(crate) sums: Vec<Sum>,
    /// Codes of the currencies that something was bought in.
    pub(crate) currencies: Vec<String>,
    /// By quarter and currency, each once.
    pub(crate) revenue: Vec<Revenue>,
    /// What views were dwelt on, sorted.
    pub(crate) dwells: Vec<Dwell>,
    /// Dwell on views that are not of this day, sorted.
    pub(crate) orphans: Vec<Orphan>,
    /// The last view of each page load, sorted.
    pub(crate) ends: Vec<End>,
    /// There is something that only the rows can tell: visits that name two visitors, sums that overflow.
    pub(crate) is_unsure: bool,
}

/// One visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attended {
    pub(crate) key: VisitKey,
    /// Place of its visitor and one; 0 is nobody known.
    pub(crate) visitor: u32,
    /// Where its stays end among those of all.
    pub(crate) until: u32,
}

/// The stays of the visit at this place.
pub(super) fn stays_of<'a>(visits: &[Attended], stays: &'a [Stay], place: usize) -> &'a [Stay] {
    let from = place.checked_sub(1).map_or(0, |before| visits[before].until);
    &stays[from as usize..visits[place].until as usize]
}

/// What a visit did in a quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stay {
    pub(crate) quarter: u8,
    /// [`VIEWED`] and so on.
    pub(crate) flags: u8,
}

/// It has a view.
pub(crate) const VIEWED: u8 = 1;
/// It had something in the cart.
pub(crate) const CARTED: u8 = 2;
/// It began checkout.
pub(crate) const CHECKED_OUT: u8 = 4;
/// A row names the visitor.
pub(crate) const NAMED: u8 = 8;
/// A view or purchase does.
pub(crate) const NAMED_BY_VIEW: u8 = 16;

impl Stay {
    pub(crate) fn has(self, flags: u8) -> bool {
        self.flags & flags == flags
    }

    /// Whoever sees its view sees whose it is.
    pub(super) fn is_known(self) -> bool {
        self.has(VIEWED | NAMED | NAMED_BY_VIEW)
    }
}

/// Counts of a quarter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) views: u64,
    pub(crate) loader_views: u64,
    pub(crate) purchases: u64,
}

/// Worth of the purchases of a quarter in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Revenue {
    pub(crate) quarter: u8,
    /// Place of its code.
    pub(crate) currency: u32,
    pub(crate) minor: i64,
}

/// What a view had been dwelt on for some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Dwell {
    pub(crate) ms: u32,
    /// When it was viewed.
    pub(crate) from: u8,
    /// When this was told.
    pub(crate) at: u8,
    /// When more was told; [`QUARTERS`]: not on this day.
    pub(crate) until: u8,
}

/// Dwell that a page load tells of a view that is not of this day, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Orphan {
    /// Place of the visit.
    pub(crate) visit: u32,
    pub(crate) run: u64,
    pub(crate) at: u8,
    pub(crate) ms: u32,
}

/// The last view of a page load on this day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct End {
    /// Place of the visit.
    pub(crate) visit: u32,
    pub(crate) run: u64,
    pub(crate) from: u8,
    /// Dwell until the end of the day.
    pub(crate) ms: Option<u32>,
}

impl Draft {
    /// All but the ends.
    pub(super) fn body(&self) -> Bytes {
        let mut to = vec![LAYOUT, self.is_unsure.into()];
        let mut from = 0;
        list(&self.visits, &mut to, |visit, to| {
            write_bytes(visit.key.as_bytes(), to);
            write_number(visit.visitor.into(), to);
            write_number((visit.until - from).into(), to);
            from = visit.until;
        });
        list(&self.stays, &mut to, |stay, to| to.extend([stay.quarter, stay.flags]));
        write_bytes(self.visitors.as_flattened(), &mut to);
        list(&self.sums, &mut to, |sum, to| {
            for count in [sum.views, sum.loader_views, sum.purchases] {
                write_number(count, to);
            }
        });
        list(&self.currencies, &mut to, |code, to| write_bytes(code.as_bytes(), to));
        list(&self.revenue, &mut to, |it, to| {
            write_byte(it.quarter, to);
            write_number(it.currency.into(), to);
            // The two's complement, turned so that small ones are short.
            write_number((it.minor << 1 ^ it.minor >> 63).cast_unsigned(), to);
        });
        let mut last = 0;
        list(&self.dwells, &mut to, |dwell, to| {
            write_number((dwell.ms - last).into(), to);
            to.extend([dwell.from, dwell.at, dwell.until]);
            last = dwell.ms;
        });
        list(&self.orphans, &mut to, |it, to| {
            write_number(it.visit.into(), to);
            write_number(it.run, to);
            write_byte(it.at, to);
            write_number(it.ms.into(), to);
        });
        to
    }

    /// What [`Self::body`] wrote; `None` where it is something else.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let mut from = Reader::new(body);
        if from.byte() != LAYOUT {
            return None;
        }
        let is_unsure = from.byte() == 1;
        let mut until = 0_u32;
        let visits = read_list(&mut from, |from| {
            let (key, visitor) = (VisitKey::new(from.bytes()), number(from));
            until = until.saturating_add(number(from));
            Attended { key, visitor, until }
        });
        let stays =
            read_list(&mut from, |from| Stay { quarter: quarter(from), flags: from.byte() });
        let (visitors, []) = from.bytes().as_chunks() else { return None };
        let sums = read_list(&mut from, |from| Sum {
            views: from.number(u64::MAX),
            loader_views: from.number(u64::MAX),
            purchases: from.number(u64::MAX),
        });
        let currencies = read_list(&mut from, |from| from.text().to_owned());
        let revenue = read_list(&mut from, |from| {
            let (quarter, currency) = (quarter(from), number(from));
            let turned = from.number(u64::MAX);
            let minor = (turned >> 1).cast_signed() ^ -(turned & 1).cast_signed();
            Revenue { quarter, currency, minor }
        });
        let mut ms = 0_u32;
        let dwells = read_list(&mut from, |from| {
            ms = ms.saturating_add(number(from));
            Dwell { ms, from: quarter(from), at: quarter(from), until: from.byte() }
        });
        let orphans = read_list(&mut from, |from| Orphan {
            visit: number(from),
            run: from.number(u64::MAX),
            at: quarter(from),
            ms: number(from),
        });
        let visitors = visitors.to_vec();
        let ends = Vec::new();
        let draft = Self {
            visits,
            stays,
            visitors,
            sums,
            currencies,
            revenue,
            dwells,
            orphans,
            ends,
            is_unsure,
        };
        (from.is_done() && draft.is_sound()).then_some(draft)
    }

    /// Places are those of something.
    fn is_sound(&self) -> bool {
        let within = |place: u32, length: usize| (place as usize) < length;
        self.sums.len() == usize::from(QUARTERS)
            && self.visits.iter().all(|it| it.visitor as usize <= self.visitors.len())
            && self.visits.last().map_or(0, |it| it.until) as usize == self.stays.len()
            && self.revenue.iter().all(|it| within(it.currency, self.currencies.len()))
            && self.orphans.iter().all(|it| within(it.visit, self.visits.len()))
    }
}

fn list<T>(list: &[T], to: &mut Bytes, mut write: impl FnMut(&T, &mut Bytes)) {
    write_number(list.len() as u64, to);
    for it in list {
        write(it, to);
    }
}

fn read_list<T>(from: &mut Reader<'_>, mut read: impl FnMut(&mut Reader<'_>) -> T) -> Vec<T> {
    // Nothing takes less than a byte: what is damaged makes us ask for no more memory than it has.
    let length = usize::try_from(from.number(from.left() as u64)).unwrap_or(0);
    (0..length).map(|_| read(from)).collect()
}

fn number(from: &mut Reader<'_>) -> u32 {
    u32::try_from(from.number(u32::MAX.into())).unwrap_or(0)
}

fn quarter(from: &mut Reader<'_>) -> u8 {
    let quarter = from.byte();
    if quarter >= QUARTERS {
        from.refuse();
    }
    quarter
}

/// Number of this layout of bytes. Summaries of another are made anew.
const LAYOUT: u8 = 1;
