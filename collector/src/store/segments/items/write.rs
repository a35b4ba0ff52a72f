//! Rows become columns: some rows at a time, so that they stay near the core while each column takes its part of them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{
    ArrayRef, ArrowPrimitiveType, BinaryArray, DictionaryArray, Int32Array, Int64Array,
    PrimitiveArray, RecordBatch, StringArray, TimestampMillisecondArray, UInt64Array,
};
use arrow_buffer::{BooleanBuffer, NullBuffer};

use super::super::{Made, Writing, batch};
use super::{GROUP_ROWS, SCHEMA, properties, signed};
use crate::store::StoreError;
use crate::store::filed::Filed;
use crate::store::rows::{Kind, VisitKey};
use crate::store::scan::{MISSING, Name, Names};

/// Writes rows, which are sorted, as a file that is on the disk when this returns.
pub(in crate::store) fn write(
    path: &Path,
    rows: &[&Filed],
    names: &Names,
) -> Result<Made, StoreError> {
    let mut file = Writing::begin(path, Arc::clone(&SCHEMA), properties())?;
    let mut columns = Columns::default();
    for group in rows.chunks(GROUP_ROWS) {
        columns.reserve(group.len());
        group.chunks(ROWS_AT_ONCE).for_each(|rows| columns.add(rows));
        file.add(path, &columns.take(names))?;
    }
    file.end(path)
}

/// A row group, growing. Fields stand as the columns of [`SCHEMA`] do.
#[derive(Default)]
struct Columns {
    at: Vec<i64>,
    visit: Ids,
    visitor: Ids,
    run: Vec<u64>,
    ordinal: Vec<i64>,
    kind: Vec<i32>,
    quarantine: Vec<i32>,
    texts: [Texts; 10],
    /// [`MISSING`] is none.
    numbers: [Vec<i64>; 3],
    /// Below zero is none.
    campaign: Vec<i32>,
    pack: Vec<i32>,
}

impl Columns {
    /// Room for so many rows: columns that double as they grow are copied as often, into memory fresh from the system.
    fn reserve(&mut self, rows: usize) {
        self.at.reserve_exact(rows);
        self.visit.keys.reserve_exact(rows);
        self.visitor.keys.reserve_exact(rows);
        self.run.reserve_exact(rows);
        self.ordinal.reserve_exact(rows);
        let small = [&mut self.kind, &mut self.quarantine, &mut self.campaign, &mut self.pack];
        let texts = self.texts.iter_mut().map(|texts| &mut texts.keys);
        small.into_iter().chain(texts).for_each(|column| column.reserve_exact(rows));
        self.numbers.iter_mut().for_each(|column| column.reserve_exact(rows));
    }

    fn add(&mut self, rows: &[&Filed]) {
        self.at.extend(rows.iter().map(|it| signed(it.row.at)));
        self.visit.add(rows.iter().map(|it| Some(it.visit)));
        self.visitor.add(rows.iter().map(|it| it.visitor.map(|id| VisitKey::new(&id))));
        self.run.extend(rows.iter().map(|it| it.row.run));
        self.ordinal.extend(rows.iter().map(|it| it.row.ordinal));
        self.kind.extend(rows.iter().map(|it| i32::from(it.row.kind as u8)));
        self.quarantine.extend(rows.iter().map(|it| i32::from(it.row.quarantine)));
        let texts = &mut self.texts;
        texts[0].add(rows.iter().map(|it| it.row.path));
        texts[1].add(rows.iter().map(|it| it.row.page));
        texts[2].add(rows.iter().map(|it| it.row.subject));
        texts[3].add(rows.iter().map(|it| it.row.name));
        texts[4].add(rows.iter().map(|it| it.row.currency));
        texts[5].add(rows.iter().map(|it| it.row.evidence));
        texts[6].add(rows.iter().map(|it| it.row.device));
        texts[7].add(rows.iter().map(|it| it.row.audience));
        texts[8].add(rows.iter().map(|it| it.row.language));
        texts[9].add(rows.iter().map(|it| it.row.source));
        self.numbers[0].extend(rows.iter().map(|it| it.row.number));
        self.numbers[1].extend(rows.iter().map(|it| it.row.detail));
        self.numbers[2].extend(rows.iter().map(|it| it.row.value));
        // A number of 0 is one where the kind has the column at all.
        self.campaign.extend(
            rows.iter().map(
                |it| {
                    if it.row.kind.has_campaign() { it.row.campaign.into() } else { NONE }
                },
            ),
        );
        self.pack.extend(rows.iter().map(|it| {
            let pack = i32::try_from(it.row.pack).unwrap_or(i32::MAX);
            if it.row.kind.is_verdict() { pack } else { NONE }
        }));
    }

    /// What was added since the last time.
    fn take(&mut self, names: &Names) -> RecordBatch {
        let at = TimestampMillisecondArray::from(std::mem::take(&mut self.at));
        let kinds = StringArray::from_iter_values(Kind::ALL.iter().map(|kind| kind.name()));
        let kind = Int32Array::from(std::mem::take(&mut self.kind));
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(at.with_timezone("UTC")),
            self.visit.take(),
            self.visitor.take(),
            Arc::new(UInt64Array::from(std::mem::take(&mut self.run))),
            Arc::new(Int64Array::from(std::mem::take(&mut self.ordinal))),
            Arc::new(DictionaryArray::new(kind, Arc::new(kinds))),
            Arc::new(Int32Array::from(std::mem::take(&mut self.quarantine))),
        ];
        columns.extend(self.texts.iter_mut().map(|texts| texts.take(names)));
        columns.extend(self.numbers.iter_mut().map(|numbers| {
            let numbers = std::mem::take(numbers);
            Arc::new(present::<Int64Type>(numbers, |number| number != MISSING)) as ArrayRef
        }));
        for small in [&mut self.campaign, &mut self.pack] {
            let small = std::mem::take(small);
            columns.push(Arc::new(present::<Int32Type>(small, |number| number >= 0)));
        }
        batch(&SCHEMA, columns)
    }
}

/// Ids, each once, and for each row the place of its own.
#[derive(Default)]
struct Ids {
    keys: Vec<i32>,
    values: Vec<VisitKey>,
    places: HashMap<VisitKey, i32>,
    last: Option<(VisitKey, i32)>,
}

impl Ids {
    fn add(&mut self, ids: impl Iterator<Item = Option<VisitKey>>) {
        for id in ids {
            let key = match (id, self.last) {
                (None, _) => NONE,
                (Some(id), Some((last, place))) if id == last => place,
                (Some(id), _) => self.place(id),
            };
            self.keys.push(key);
        }
    }

    fn place(&mut self, id: VisitKey) -> i32 {
        let place = *self.places.entry(id).or_insert_with(|| {
            self.values.push(id);
            place(self.values.len() - 1)
        });
        self.last = Some((id, place));
        place
    }

    fn take(&mut self) -> ArrayRef {
        let Self { keys, values, .. } = std::mem::take(self);
        let values = BinaryArray::from_iter_values(values.iter().map(VisitKey::as_bytes));
        dictionary(keys, Arc::new(values))
    }
}

/// Texts, each once, and for each row the place of its own.
#[derive(Default)]
struct Texts {
    keys: Vec<i32>,
    values: Vec<Name>,
    /// By [`Name::index`]: the place and one; 0 is none.
    places: Vec<i32>,
}

impl Texts {
    fn add(&mut self, names: impl Iterator<Item = Name>) {
        for name in names {
            let key = if name.is_some() { self.place(name) } else { NONE };
            self.keys.push(key);
        }
    }

    fn place(&mut self, name: Name) -> i32 {
        if name.index() >= self.places.len() {
            self.places.resize((name.index() + 1).next_power_of_two(), 0);
        }
        let known = &mut self.places[name.index()];
        if *known == 0 {
            self.values.push(name);
            *known = place(self.values.len());
        }
        *known - 1
    }

    fn take(&mut self, names: &Names) -> ArrayRef {
        for name in &self.values {
            self.places[name.index()] = 0;
        }
        let texts = self.values.drain(..).map(|name| names.text(name));
        let values = StringArray::from_iter_values(texts);
        dictionary(std::mem::take(&mut self.keys), Arc::new(values))
    }
}

fn dictionary(keys: Vec<i32>, values: ArrayRef) -> ArrayRef {
    let keys = present::<Int32Type>(keys, |key| key >= 0);
    Arc::new(DictionaryArray::new(keys, values))
}

/// Numbers of which those count that are there.
fn present<T: ArrowPrimitiveType>(
    numbers: Vec<T::Native>,
    is_there: impl Fn(T::Native) -> bool,
) -> PrimitiveArray<T> {
    let bits = BooleanBuffer::collect_bool(numbers.len(), |place| is_there(numbers[place]));
    let nulls = Some(NullBuffer::new(bits)).filter(|nulls| nulls.null_count() > 0);
    PrimitiveArray::new(numbers.into(), nulls)
}

fn place(index: usize) -> i32 {
    i32::try_from(index).expect("a group has fewer rows")
}

/// Stands for no value.
const NONE: i32 = -1;

/// Rows of some 150 bytes: together they fit into a core's own memory.
const ROWS_AT_ONCE: usize = 1_024;
