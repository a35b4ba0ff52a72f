//! Rows with the visits they count for, in memory: what is sealed, and what a scan merges.

use std::collections::VecDeque;
use std::ops::{Deref, Range};

use super::rows::{Record, VisitKey};
use super::scan::{self, Names, Row, Want};

/// A row that belongs to a visit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filed {
    pub(super) visit: VisitKey,
    pub(super) visitor: Option<[u8; 16]>,
    pub(super) row: Row,
}

impl Filed {
    /// With the wanted columns, or with all of them for a file.
    pub(super) fn of<T: Deref<Target = str>>(
        record: &Record<T>,
        want: Want,
        names: &mut Names,
    ) -> Self {
        let row = scan::row(record, want, names);
        Self { visit: record.visit, visitor: record.visitor, row }
    }

    /// What all rows are sorted by.
    pub(super) fn place(&self) -> (VisitKey, (u64, u64, i64)) {
        (self.visit, self.row.place())
    }
}

/// The rows, sorted. They come beacon by beacon, so those of a visit stand together in pieces that are in their order
/// already, as a rule: it is these that are sorted.
pub(super) fn in_order(rows: &[Filed]) -> Vec<&Filed> {
    let pieces = rows.chunk_by(|one, next| one.visit == next.visit);
    let mut pieces: Vec<_> =
        pieces.map(|piece| (piece[0].visit.number(), piece[0].row.at, piece)).collect();
    pieces.sort_unstable_by_key(|(visit, at, _)| (*visit, *at));
    let mut sorted: Vec<&Filed> = Vec::with_capacity(rows.len());
    sorted.extend(pieces.into_iter().flat_map(|(.., piece)| piece));
    for visit in sorted.chunk_by_mut(|one, next| one.visit == next.visit) {
        if !visit.is_sorted_by_key(|it| it.row.place()) {
            visit.sort_unstable_by_key(|it| it.row.place());
        }
    }
    sorted
}

/// Rows of one visit that stand together.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) visit: VisitKey,
    /// The first that is named, and by the row at which place.
    pub(super) visitor: Option<((u64, u64, i64), [u8; 16])>,
    pub(super) rows: Range<usize>,
}

/// Rows that are decoded, divided into visits.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pub(super) rows: Vec<Row>,
    pub(super) list: VecDeque<Piece>,
}

impl Pieces {
    /// Of rows that are sorted.
    pub(super) fn of(filed: &[Filed]) -> Self {
        let mut pieces = Self::default();
        for visit in filed.chunk_by(|one, next| one.visit == next.visit) {
            let from = pieces.rows.len();
            pieces.rows.extend(visit.iter().map(|it| it.row));
            let named = visit.iter().find_map(|it| Some((it.row.place(), it.visitor?)));
            let rows = from..pieces.rows.len();
            pieces.list.push_back(Piece { visit: visit[0].visit, visitor: named, rows });
        }
        pieces
    }

    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.list.clear();
    }
}
