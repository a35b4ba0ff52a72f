//! The two tables: which columns they have, and how rows become blocks.

use super::frames::Frame;
use super::native::{Block, Day};
use crate::store::rows::Record;
use crate::store::scan::Column;

/// A table of the schema.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [Plan],
    /// Rows of a part lie in this order, and are found by it.
    pub(super) order: &'static str,
    /// Tells the rows of a visit apart: `run` and this number.
    pub(super) place: &'static str,
}

/// A column: its name, its type, and what newer servers keep it as.
pub(super) type Plan = (&'static str, &'static str, &'static str);

const TEXT: &str = "LowCardinality(String) CODEC(ZSTD(1))";
const ID: &str = "String CODEC(ZSTD(1))";
const TIME: &str = "UInt64 CODEC(Delta, ZSTD(1))";
const NUMBER: &str = "Nullable(Int64) CODEC(T64, ZSTD(1))";

/// One row an item; see [`Record`] for what columns mean. Absent texts are empty, absent campaigns
/// and packs 0.
pub(super) const ITEMS: Table = Table {
    name: "items",
    columns: &[
        ("site", "String", TEXT),
        ("day", "Date", "Date CODEC(ZSTD(1))"),
        ("visit", "String", ID),
        ("visitor", "String", ID),
        ("run", "UInt64", "UInt64 CODEC(ZSTD(1))"),
        ("ordinal", "Int64", "Int64 CODEC(Delta, ZSTD(1))"),
        ("at", "UInt64", TIME),
        ("kind", "String", TEXT),
        ("quarantine", "UInt8", "UInt8 CODEC(ZSTD(1))"),
        ("path", "String", TEXT),
        ("page", "String", TEXT),
        ("subject", "String", TEXT),
        ("name", "String", TEXT),
        ("number", "Nullable(Int64)", NUMBER),
        ("detail", "Nullable(Int64)", NUMBER),
        ("campaign", "UInt16", "UInt16 CODEC(ZSTD(1))"),
        ("pack", "UInt32", "UInt32 CODEC(ZSTD(1))"),
        ("value", "Nullable(Int64)", NUMBER),
        ("currency", "String", TEXT),
        ("evidence", "String", ID),
        ("device", "String", TEXT),
        ("audience", "String", TEXT),
        ("language", "String", TEXT),
        ("source", "String", TEXT),
        ("collector", "UInt64", "UInt64 CODEC(ZSTD(1))"),
        ("block", "UInt64", "UInt64 CODEC(ZSTD(1))"),
    ],
    order: "site, visit, at, run, ordinal",
    place: "ordinal",
};

/// One row a beacon, with its bytes: what replays read.
pub(super) const FRAMES: Table = Table {
    name: "frames",
    columns: &[
        ("site", "String", TEXT),
        ("day", "Date", "Date CODEC(ZSTD(1))"),
        ("visit", "String", ID),
        ("visitor", "String", ID),
        ("run", "String", ID),
        ("sequence", "UInt32", "UInt32 CODEC(ZSTD(1))"),
        ("accepted_at", "UInt64", TIME),
        ("began_at", "UInt64", TIME),
        ("quarantine", "UInt8", "UInt8 CODEC(ZSTD(1))"),
        ("frame", "String", "String CODEC(ZSTD(3))"),
        ("collector", "UInt64", "UInt64 CODEC(ZSTD(1))"),
        ("block", "UInt64", "UInt64 CODEC(ZSTD(1))"),
    ],
    order: "site, visit, began_at, run, sequence",
    place: "sequence",
};

/// Columns that a scan reads when they are wanted.
pub(super) const WANTED: [(Column, &str); 15] = [
    (Column::Path, "path"),
    (Column::Page, "page"),
    (Column::Subject, "subject"),
    (Column::Name, "name"),
    (Column::Number, "number"),
    (Column::Detail, "detail"),
    (Column::Campaign, "campaign"),
    (Column::Pack, "pack"),
    (Column::Value, "value"),
    (Column::Currency, "currency"),
    (Column::Evidence, "evidence"),
    (Column::Device, "device"),
    (Column::Audience, "audience"),
    (Column::Language, "language"),
    (Column::Source, "source"),
];

/// Which block rows are of: the collector that sends them, and a number that it never gives again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockId {
    pub(super) collector: u64,
    pub(super) block: u64,
}

/// The rows of one day.
pub(super) fn items_block(rows: &[(&str, &Record)], day: u16, id: BlockId) -> Vec<u8> {
    let mut block = Block::new(ITEMS.columns.len(), rows.len());
    let each = || rows.iter().map(|(_, record)| *record);
    block.column("site", rows.iter().map(|(site, _)| site.as_bytes()));
    block.column("day", each().map(|_| Day(day)));
    block.column("visit", each().map(|it| it.visit.as_bytes()));
    block.column("visitor", each().map(|it| it.visitor.as_ref().map_or(&[][..], |id| &id[..])));
    block.column("run", each().map(|it| it.run));
    block.column("ordinal", each().map(|it| it.ordinal));
    block.column("at", each().map(|it| it.at));
    block.column("kind", each().map(|it| it.kind.name().as_bytes()));
    block.column("quarantine", each().map(|it| it.quarantine));
    block.column("path", each().map(|it| text(it.path.as_ref())));
    block.column("page", each().map(|it| text(it.page.as_ref())));
    block.column("subject", each().map(|it| text(it.subject.as_ref())));
    block.column("name", each().map(|it| text(it.name.as_ref())));
    block.optional("number", each().map(|it| it.number));
    block.optional("detail", each().map(|it| it.detail));
    block.column("campaign", each().map(|it| it.campaign.unwrap_or_default()));
    block.column("pack", each().map(|it| it.pack.unwrap_or_default()));
    block.optional("value", each().map(|it| it.value));
    block.column("currency", each().map(|it| text(it.currency.as_ref())));
    block.column("evidence", each().map(|it| text(it.evidence.as_ref())));
    block.column("device", each().map(|it| text(it.device.as_ref())));
    block.column("audience", each().map(|it| text(it.audience.as_ref())));
    block.column("language", each().map(|it| text(it.language.as_ref())));
    block.column("source", each().map(|it| text(it.source.as_ref())));
    block.column("collector", each().map(|_| id.collector));
    block.column("block", each().map(|_| id.block));
    block.into_bytes()
}

/// The frames of one day.
pub(super) fn frames_block(rows: &[&Frame], day: u16, id: BlockId) -> Vec<u8> {
    let mut block = Block::new(FRAMES.columns.len(), rows.len());
    let each = || rows.iter();
    block.column("site", each().map(|it| it.site.as_bytes()));
    block.column("day", each().map(|_| Day(day)));
    block.column("visit", each().map(|it| it.visit.as_bytes()));
    block.column("visitor", each().map(|it| it.visitor.as_ref().map_or(&[][..], |id| &id[..])));
    block.column("run", each().map(|it| &it.run.0[..]));
    block.column("sequence", each().map(|it| it.sequence));
    block.column("accepted_at", each().map(|it| it.accepted_at.0));
    block.column("began_at", each().map(|it| it.began_at.0));
    block.column("quarantine", each().map(|it| it.quarantine));
    block.column("frame", each().map(|it| it.bytes.as_slice()));
    block.column("collector", each().map(|_| id.collector));
    block.column("block", each().map(|_| id.block));
    block.into_bytes()
}

fn text(text: Option<&String>) -> &[u8] {
    text.map(String::as_str).unwrap_or_default().as_bytes()
}
