//! Several places with rows in their order become one: visit by visit.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::store::StoreError;
use crate::store::filed::{Piece, Pieces};
use crate::store::rows::VisitKey;
use crate::store::scan::{Names, Row};
use crate::store::segments::items::Reading;

/// Rows in their order, from one place.
pub(super) struct Source {
    pub(super) pieces: Pieces,
    /// Where more come from.
    pub(super) more: Option<Reading>,
}

impl Source {
    /// The visit that comes next.
    fn peek(&mut self, names: &mut Names) -> Result<Option<VisitKey>, StoreError> {
        loop {
            if let Some(piece) = self.pieces.list.front() {
                return Ok(Some(piece.visit));
            }
            let Some(more) = &mut self.more else { return Ok(None) };
            if !more.next(names, &mut self.pieces)? {
                return Ok(None);
            }
            if names.is_full() {
                return Err(StoreError::TooMuch("different texts"));
            }
        }
    }

    /// The next visit, if all its rows of this place are at hand.
    fn take_whole(&mut self) -> Option<Piece> {
        let is_whole = self.pieces.list.len() > 1 || self.more.is_none();
        self.pieces.list.pop_front_if(|_| is_whole)
    }

    /// Adds the rows of this visit, which comes next.
    fn gather(
        &mut self,
        visit: VisitKey,
        names: &mut Names,
        whole: &mut Whole,
    ) -> Result<(), StoreError> {
        while self.peek(names)? == Some(visit) {
            let Some(Piece { rows, visitor, .. }) = self.pieces.list.pop_front() else { break };
            whole.add(&self.pieces.rows[rows], visitor);
        }
        Ok(())
    }
}

/// The visitor of a visit, and by the row at which place it is named: the first one counts.
pub(super) type Named = Option<((u64, u64, i64), [u8; 16])>;

/// A visit whose rows lie in several places.
#[derive(Default)]
pub(super) struct Whole {
    pub(super) rows: Vec<Row>,
    pub(super) visitor: Named,
}

impl Whole {
    pub(super) fn add(&mut self, rows: &[Row], visitor: Named) {
        self.rows.extend_from_slice(rows);
        self.visitor = match (self.visitor, visitor) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
}

/// Gives each visit of the sources to `each`, once, in the order of their keys.
pub(super) fn merge(
    sources: &mut [Source],
    names: &mut Names,
    mut each: impl FnMut(VisitKey, &[Row], Named, &Names),
) -> Result<(), StoreError> {
    let mut heads = BinaryHeap::new();
    for (place, source) in sources.iter_mut().enumerate() {
        heads.extend(source.peek(names)?.map(|key| Reverse((key, place))));
    }
    let mut whole = Whole::default();
    while let Some(Reverse((key, place))) = heads.pop() {
        let is_alone = heads.peek().is_none_or(|Reverse((next, _))| *next != key);
        if is_alone && let Some(piece) = sources[place].take_whole() {
            each(key, &sources[place].pieces.rows[piece.rows], piece.visitor, names);
            heads.extend(sources[place].peek(names)?.map(|key| Reverse((key, place))));
            continue;
        }
        whole.rows.clear();
        whole.visitor = None;
        let mut next = Some(place);
        while let Some(place) = next {
            sources[place].gather(key, names, &mut whole)?;
            heads.extend(sources[place].peek(names)?.map(|key| Reverse((key, place))));
            next = heads.peek().filter(|it| it.0.0 == key).map(|it| it.0.1);
            if next.is_some() {
                heads.pop();
            }
        }
        if !is_alone {
            whole.rows.sort_unstable_by_key(Row::place);
        }
        each(key, &whole.rows, whole.visitor, names);
    }
    Ok(())
}
