//! The tables and how older ones get their shape.
//!
//! Two dialects: what every server since 18.16 (Debian's) understands, and what servers since
//! [`MODERN`] add to it. `nunchi_schema` tells which scripts were applied. Each statement may run
//! again: several collectors may start at once.

use super::client::{Client, quote};
use super::tables::{FRAMES, ITEMS, Table};
use crate::store::StoreError;

/// What the server understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// The subset of 18.16: no codecs, no `LowCardinality`, no deduplication of what is not replicated.
    Old,
    /// All of what is used here.
    Modern,
}

impl Dialect {
    fn of(version: &str) -> Self {
        let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or_default());
        let version = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if version >= MODERN { Self::Modern } else { Self::Old }
    }
}

/// The first long-term release that has all of it: codecs, `LowCardinality`, TTL,
/// `insert_deduplication_token`, `non_replicated_deduplication_window`, `fsync_after_insert`.
const MODERN: (u32, u32) = (22, 3);

/// Scripts by version: the first makes version 1.
const SCRIPTS: [fn(Dialect) -> Vec<String>; 1] = [tables];

/// Makes database and tables where they are not there, and brings older ones up to date.
///
/// # Errors
/// What ClickHouse says; [`StoreError::Newer`] when a later version of this program made them.
pub(super) fn prepare(client: &Client) -> Result<Dialect, StoreError> {
    let database = client.database();
    let is_there = format!("SELECT count() FROM system.databases WHERE name = {}", quote(database));
    if client.text_anywhere(&is_there)? == "0" {
        client.text_anywhere(&format!(
            "CREATE DATABASE IF NOT EXISTS `{}`",
            database.replace('`', "")
        ))?;
    }
    let dialect = Dialect::of(&client.text("SELECT version()")?);
    client.run(
        "CREATE TABLE IF NOT EXISTS nunchi_schema (version UInt32, applied_at DateTime)
         ENGINE = MergeTree PARTITION BY tuple() ORDER BY version",
    )?;
    migrate(client, dialect)?;
    Ok(dialect)
}

fn migrate(client: &Client, dialect: Dialect) -> Result<(), StoreError> {
    // Of no rows it is 0.
    let version = client.text("SELECT max(version) FROM nunchi_schema")?;
    let version = version.parse().map_err(|_| StoreError::ClickHouse(version))?;
    let known = SCRIPTS.len();
    if version > known {
        return Err(StoreError::Newer { found: version, known });
    }
    for (number, script) in (1..).zip(SCRIPTS).skip(version) {
        for statement in script(dialect) {
            client.run(&statement)?;
        }
        client.run(&format!("INSERT INTO nunchi_schema SELECT toUInt32({number}), now()"))?;
        tracing::info!(version = number, ?dialect, "made the tables in ClickHouse");
    }
    Ok(())
}

/// Version 1.
fn tables(dialect: Dialect) -> Vec<String> {
    [ITEMS, FRAMES].iter().map(|table| create(table, dialect)).collect()
}

/// A partition a day: an insert of one day is taken whole or not at all, and what is past its time is
/// dropped without rewriting the rest.
fn create(table: &Table, dialect: Dialect) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|(name, old, modern)| match dialect {
            Dialect::Old => format!("{name} {old}"),
            Dialect::Modern => format!("{name} {modern}"),
        })
        .collect();
    let settings = match dialect {
        Dialect::Old => "index_granularity = 8192",
        Dialect::Modern => {
            "index_granularity = 8192, non_replicated_deduplication_window = 10000, \
             fsync_after_insert = 1, fsync_part_directory = 1"
        }
    };
    format!(
        "CREATE TABLE IF NOT EXISTS {} ({}) ENGINE = MergeTree PARTITION BY day ORDER BY ({})
         SETTINGS {settings}",
        table.name,
        columns.join(", "),
        table.order
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_are_told_by_version() {
        let check = |version, expected| assert_eq!(Dialect::of(version), expected, "{version}");
        check("18.16.1", Dialect::Old);
        check("22.2.9.1", Dialect::Old);
        check("22.3.1.1", Dialect::Modern);
        check("26.9.1", Dialect::Modern);
        check("later", Dialect::Old);
    }
}
