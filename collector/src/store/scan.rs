//! History as those who answer questions see it: visit by visit, each visit's rows in their order,
//! wherever they lie.

use std::hash::BuildHasher as _;
use std::ops::Deref;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::rows::{Kind, Record, VisitKey};
use crate::hex::hex;

/// A text that was met in a scan, by a number. The empty text, and none, are [`Name::NONE`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(u32);

impl Name {
    /// No text.
    pub const NONE: Self = Self(0);

    /// Small and dense, from 1 on: for tables by name.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// There is one.
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }
}

/// Texts of a scan, each once.
#[derive(Debug, Default)]
pub struct Names {
    texts: Vec<Box<str>>,
    by_text: HashTable<Name>,
    hashes: RandomState,
    bytes: usize,
}

impl Names {
    /// The name of a text.
    ///
    /// # Panics
    /// After four thousand million different texts.
    pub fn name(&mut self, text: &str) -> Name {
        if text.is_empty() {
            return Name::NONE;
        }
        let Self { texts, by_text, hashes, bytes } = self;
        let of = |name: &Name| &*texts[name.index() - 1];
        let entry = by_text.entry(
            hashes.hash_one(text),
            |name| of(name) == text,
            |name| hashes.hash_one(of(name)),
        );
        match entry {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                *bytes += text.len() + NAME_BYTES;
                texts.push(text.into());
                let name = Name(u32::try_from(texts.len()).expect("fewer texts than rows"));
                new.insert(name);
                name
            }
        }
    }

    /// Of the texts, with what it takes to find them.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// It holds [`NAMES_BYTES_MAX`] or more: a scan goes no further.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= NAMES_BYTES_MAX
    }

    /// The text of a name.
    pub fn text(&self, name: Name) -> &str {
        name.index().checked_sub(1).map_or("", |place| &self.texts[place])
    }

    /// The name of a text, if it was met.
    pub fn find(&self, text: &str) -> Option<Name> {
        let is_it = |name: &Name| self.text(*name) == text;
        self.by_text.find(self.hashes.hash_one(text), is_it).copied()
    }

    /// How many there are; the greatest [`Name::index`].
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// None was met yet.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}

/// One row of a visit; see [`Record`] for what columns mean. What a kind does not have, and what was
/// not wanted, is [`Name::NONE`], [`MISSING`] or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Record")]
pub struct Row {
    pub at: u64,
    pub kind: Kind,
    pub quarantine: u8,
    pub run: u64,
    pub ordinal: i64,
    pub path: Name,
    pub page: Name,
    pub subject: Name,
    pub name: Name,
    pub number: i64,
    pub detail: i64,
    pub campaign: u16,
    pub pack: u32,
    pub value: i64,
    pub currency: Name,
    pub evidence: Name,
    pub device: Name,
    pub audience: Name,
    pub language: Name,
    pub source: Name,
    /// Digits of the visitor's id.
    pub visitor: Name,
}

impl Row {
    /// A row of this kind that says nothing yet.
    pub(crate) const fn of(kind: Kind) -> Self {
        Self {
            at: 0,
            kind,
            quarantine: 0,
            run: 0,
            ordinal: 0,
            path: Name::NONE,
            page: Name::NONE,
            subject: Name::NONE,
            name: Name::NONE,
            number: MISSING,
            detail: MISSING,
            campaign: 0,
            pack: 0,
            value: MISSING,
            currency: Name::NONE,
            evidence: Name::NONE,
            device: Name::NONE,
            audience: Name::NONE,
            language: Name::NONE,
            source: Name::NONE,
            visitor: Name::NONE,
        }
    }

    /// What the rows of a visit are sorted by.
    pub(super) fn place(&self) -> (u64, u64, i64) {
        (self.at, self.run, self.ordinal)
    }

    /// One of [`TEXTS`].
    #[cfg(test)]
    pub(super) fn text(&self, column: Column) -> Name {
        *self.clone().text_mut(column)
    }

    /// One of [`TEXTS`], to be set.
    pub(super) fn text_mut(&mut self, column: Column) -> &mut Name {
        match column {
            Column::Path => &mut self.path,
            Column::Page => &mut self.page,
            Column::Subject => &mut self.subject,
            Column::Name => &mut self.name,
            Column::Currency => &mut self.currency,
            Column::Evidence => &mut self.evidence,
            Column::Device => &mut self.device,
            Column::Audience => &mut self.audience,
            Column::Language => &mut self.language,
            Column::Source => &mut self.source,
            _ => panic!("{column:?} holds numbers"),
        }
    }

    /// Leaves the wanted columns, with names as `name` gives them.
    pub(super) fn keep_wanted(&mut self, want: Want, name: &mut dyn FnMut(Name) -> Name) {
        for (column, _) in TEXTS {
            let text = self.text_mut(column);
            *text = if want.has_column(column) { name(*text) } else { Name::NONE };
        }
        for column in [Column::Number, Column::Detail, Column::Value] {
            if !want.has_column(column) {
                *self.number(column) = MISSING;
            }
        }
        self.campaign = if want.has_column(Column::Campaign) { self.campaign } else { 0 };
        self.pack = if want.has_column(Column::Pack) { self.pack } else { 0 };
    }

    /// `number`, `detail` or `value`.
    pub(super) fn number(&mut self, column: Column) -> &mut i64 {
        match column {
            Column::Number => &mut self.number,
            Column::Detail => &mut self.detail,
            Column::Value => &mut self.value,
            _ => panic!("{column:?} is none of them"),
        }
    }
}

/// Columns of texts, and their names in files.
pub(super) const TEXTS: [(Column, &str); 10] = [
    (Column::Path, "path"),
    (Column::Page, "page"),
    (Column::Subject, "subject"),
    (Column::Name, "name"),
    (Column::Currency, "currency"),
    (Column::Evidence, "evidence"),
    (Column::Device, "device"),
    (Column::Audience, "audience"),
    (Column::Language, "language"),
    (Column::Source, "source"),
];

/// Most bytes of different texts in a scan, with what it takes to find them: whoever asks for more is refused. A
/// shop of a hundred thousand pages and products takes some ten megabytes; visitors may make up any path.
pub(super) const NAMES_BYTES_MAX: usize = 128 << 20;

/// Of a text besides its own: where it lies, and its place in the table.
const NAME_BYTES: usize = 32;

/// Stands for no number.
pub const MISSING: i64 = i64::MIN;

/// One visit, as far as it lies in the span.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// Which.
    pub key: VisitKey,
    /// Its visitor, as far as consent lets us know one: the first that a row of it names.
    pub visitor: Option<[u8; 16]>,
    /// Its rows of the wanted kinds, by time, run and ordinal. Never empty.
    pub rows: &'a [Row],
}

impl Visit<'_> {
    /// The person: the visitor, or the visit itself where none is known.
    pub fn person(&self) -> VisitKey {
        self.visitor.map_or(self.key, |visitor| VisitKey::new(&visitor))
    }
}

/// Columns of a [`Row`] beyond `at`, `kind`, `quarantine`, `run` and `ordinal`, which are always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in Record")]
pub enum Column {
    Path,
    Page,
    Subject,
    Name,
    Number,
    Detail,
    Campaign,
    Pack,
    Value,
    Currency,
    Evidence,
    Device,
    Audience,
    Language,
    Source,
    /// Whom each row names. Of a visit as a whole [`Visit::visitor`] tells, unasked.
    Visitor,
}

/// Which rows and columns a question needs: what it does not ask for is not read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Want {
    kinds: u64,
    columns: u32,
    apart: bool,
}

impl Want {
    /// Nothing yet.
    pub const NONE: Self = Self { kinds: 0, columns: 0, apart: false };
    /// All there is of rows that nothing speaks against, or, [`apart`](Self::apart), of the others;
    /// their visitors only by visit.
    pub(super) const fn everything() -> Self {
        let columns = !(1 << Column::Visitor as u32);
        Self { kinds: u64::MAX, columns, apart: false }
    }

    /// Rows of these kinds.
    #[must_use]
    pub const fn kinds(mut self, kinds: &[Kind]) -> Self {
        let mut place = 0;
        while place < kinds.len() {
            self.kinds |= 1 << kinds[place] as u64;
            place += 1;
        }
        self
    }

    /// With these columns.
    #[must_use]
    pub const fn columns(mut self, columns: &[Column]) -> Self {
        let mut place = 0;
        while place < columns.len() {
            self.columns |= 1 << columns[place] as u32;
            place += 1;
        }
        self
    }

    /// Only rows that something speaks against. Otherwise only the others are read.
    #[must_use]
    pub const fn apart(mut self) -> Self {
        self.apart = true;
        self
    }

    /// What either wants.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            kinds: self.kinds | other.kinds,
            columns: self.columns | other.columns,
            apart: self.apart || other.apart,
        }
    }

    /// Whether rows of this kind are wanted.
    pub const fn has_kind(self, kind: Kind) -> bool {
        self.kinds >> kind as u64 & 1 == 1
    }

    /// Whether this column is.
    pub const fn has_column(self, column: Column) -> bool {
        self.columns >> column as u32 & 1 == 1
    }

    /// Whether rows are wanted that something speaks against.
    pub const fn is_apart(self) -> bool {
        self.apart
    }

    pub(super) fn has_row<T>(self, record: &Record<T>) -> bool {
        self.has(record.kind, record.quarantine)
    }

    /// Whether a row of this kind is wanted, that this speaks against.
    pub(super) fn has(self, kind: Kind, quarantine: u8) -> bool {
        self.has_kind(kind) && (quarantine != 0) == self.apart
    }
}

/// Goes through the visits of loose rows, in the order of their keys. What the journal's tail needs,
/// and tests.
pub fn scan_records(
    records: &[Record],
    from: u64,
    to: u64,
    want: Want,
    names: &mut Names,
    each: &mut dyn FnMut(&Visit<'_>, &Names),
) {
    let is_in = |record: &&Record| (from..to).contains(&record.at) && want.has_row(record);
    let mut wanted: Vec<&Record> = records.iter().filter(is_in).collect();
    wanted.sort_by_key(|it| (it.visit, it.at, it.run, it.ordinal));
    for visit in wanted.chunk_by(|one, next| one.visit == next.visit) {
        let rows: Vec<Row> = visit.iter().map(|record| row(record, want, names)).collect();
        let visitor = visit.iter().find_map(|record| record.visitor);
        each(&Visit { key: visit[0].visit, visitor, rows: &rows }, names);
    }
}

pub(super) fn row<T: Deref<Target = str>>(
    record: &Record<T>,
    want: Want,
    names: &mut Names,
) -> Row {
    let mut text = |column, text: &Option<T>| match text {
        Some(text) if want.has_column(column) => names.name(text),
        _ => Name::NONE,
    };
    let (path, page) = (text(Column::Path, &record.path), text(Column::Page, &record.page));
    let subject = text(Column::Subject, &record.subject);
    let name = text(Column::Name, &record.name);
    let currency = text(Column::Currency, &record.currency);
    let evidence = text(Column::Evidence, &record.evidence);
    let device = text(Column::Device, &record.device);
    let audience = text(Column::Audience, &record.audience);
    let language = text(Column::Language, &record.language);
    let source = text(Column::Source, &record.source);
    let visitor = record.visitor.filter(|_| want.has_column(Column::Visitor));
    let visitor = visitor.map_or(Name::NONE, |id| names.name(&hex(&id)));
    let number = |column, number: Option<i64>| match number {
        Some(number) if want.has_column(column) => number,
        _ => MISSING,
    };
    Row {
        at: record.at,
        kind: record.kind,
        quarantine: record.quarantine,
        run: record.run,
        ordinal: record.ordinal,
        path,
        page,
        subject,
        name,
        number: number(Column::Number, record.number),
        detail: number(Column::Detail, record.detail),
        campaign: record.campaign.filter(|_| want.has_column(Column::Campaign)).unwrap_or_default(),
        pack: record.pack.filter(|_| want.has_column(Column::Pack)).unwrap_or_default(),
        value: number(Column::Value, record.value),
        currency,
        evidence,
        device,
        audience,
        language,
        source,
        visitor,
    }
}
