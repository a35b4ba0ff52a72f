//! Which visits count, and what a visit is: `nunchi_api::questions::Filter` has the words.

use nunchi_api::questions::Filter;

use crate::store::rows::Kind;
use crate::store::scan::{Column, Name, Names, Row, Want};

/// What a visit is and where it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Traits {
    pub(super) device: Name,
    pub(super) visitor: Name,
    pub(super) language: Name,
    pub(super) source: Name,
}

/// Tells what visits are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    unknown: Name,
    direct: Name,
}

impl Look {
    /// What has to be read for it.
    pub(super) const WANT: Want = Want::NONE.kinds(&[Kind::Began, Kind::Remembered]).columns(&[
        Column::Device,
        Column::Audience,
        Column::Language,
        Column::Source,
    ]);

    pub(super) fn new(names: &mut Names) -> Self {
        Self { unknown: names.name(UNKNOWN), direct: names.name(DIRECT) }
    }

    /// Of the visit with these rows.
    pub(super) fn traits(self, rows: &[Row]) -> Traits {
        let began = rows.iter().find(|row| row.kind == Kind::Began);
        let remembered = rows.iter().find(|row| row.kind == Kind::Remembered);
        let known = |text: Option<Name>| text.filter(|it| it.is_some()).unwrap_or(self.unknown);
        let source = remembered.or(began).map(|row| row.source);
        Traits {
            device: known(began.map(|row| row.device)),
            visitor: known(began.map(|row| row.audience)),
            language: known(began.map(|row| row.language)),
            source: source.filter(|it| it.is_some()).unwrap_or(self.direct),
        }
    }
}

/// A [`Filter`] in the names of a scan.
#[derive(Clone, Debug)]
pub(super) struct Sieve {
    look: Look,
    /// It lets every visit in.
    is_open: bool,
    device: Option<Name>,
    visitor: Option<Name>,
    language: Option<Name>,
    source: Option<Name>,
    page: Option<Name>,
    path: Option<Name>,
}

impl Sieve {
    pub(super) fn new(filter: &Filter, names: &mut Names) -> Self {
        let look = Look::new(names);
        let mut name = |text: &Option<String>| text.as_deref().map(|text| names.name(text));
        Self {
            look,
            is_open: filter.is_empty(),
            device: name(&filter.device),
            visitor: name(&filter.visitor),
            language: name(&filter.language),
            source: name(&filter.source),
            page: name(&filter.page),
            path: name(&filter.path),
        }
    }

    /// What has to be read for it.
    pub(super) fn want(&self) -> Want {
        if self.is_open {
            return Want::NONE;
        }
        Look::WANT.kinds(&[Kind::Viewed]).columns(&[Column::Page, Column::Path])
    }

    /// Whether the visit with these rows counts.
    pub(super) fn passes(&self, rows: &[Row]) -> bool {
        if self.is_open {
            return true;
        }
        let is = self.look.traits(rows);
        let fits = |asked: Option<Name>, found| asked.is_none_or(|asked| asked == found);
        let viewed = |asked: Option<Name>, column: fn(&Row) -> Name| {
            let has = |name| rows.iter().any(|it| it.kind == Kind::Viewed && column(it) == name);
            asked.is_none_or(has)
        };
        fits(self.device, is.device)
            && fits(self.visitor, is.visitor)
            && fits(self.language, is.language)
            && fits(self.source, is.source)
            && viewed(self.page, |row| row.page)
            && viewed(self.path, |row| row.path)
    }
}

/// Devices that can be asked for.
pub(super) const DEVICES: &[&str] = &["desktop", "phone", "tablet", UNKNOWN];

/// Kinds of visitors that can be asked for.
pub(super) const VISITORS: &[&str] = &["new", "returning", "known", UNKNOWN];

/// What nobody told.
const UNKNOWN: &str = "unknown";

/// Where they came from who came from nowhere else.
const DIRECT: &str = "direct";
