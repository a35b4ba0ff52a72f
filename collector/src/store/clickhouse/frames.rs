//! Beacons byte for byte, for those who replay them.

use std::collections::HashSet;

use beacon::{Millis, RunId};

use super::ClickHouse;
use super::client::quote;
use super::native::{Blocks, Column};
use super::ship::day_of;
use crate::hex::hex;
use crate::store::StoreError;
use crate::store::rows::VisitKey;

/// A beacon as it is kept for replays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) site: String,
    pub(crate) visit: VisitKey,
    pub(crate) visitor: Option<[u8; 16]>,
    pub(crate) run: RunId,
    pub(crate) sequence: u32,
    pub(crate) accepted_at: Millis,
    pub(crate) began_at: Millis,
    pub(crate) quarantine: u8,
    pub(crate) bytes: Vec<u8>,
}

/// Which beacons are read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Which<'a> {
    /// Of runs that began in a span, milliseconds since 1970, and that nothing speaks against.
    Began { from: u64, to: u64 },
    /// Of one visit.
    Visit(VisitKey),
    /// Of some runs that did not begin before.
    Runs { runs: &'a [RunId], since: Millis },
    /// Accepted since, of runs that nothing speaks against and that began in the day before or later.
    Accepted { since: Millis },
}

impl ClickHouse {
    /// Hands beacons of a site to `each`, by visit, beginning of the run, run and sequence; each once,
    /// also one that several collectors were sent.
    ///
    /// # Errors
    /// What ClickHouse says.
    pub(crate) fn frames(
        &self,
        site: &str,
        which: Which<'_>,
        mut each: impl FnMut(Frame),
    ) -> Result<(), StoreError> {
        self.prepare()?;
        let sql = format!(
            "SELECT visit, visitor, run, toInt64(sequence), accepted_at, began_at, quarantine, frame
             FROM frames WHERE site = {} AND {}
             ORDER BY visit, began_at, run, sequence FORMAT Native",
            quote(site),
            condition(which)
        );
        let mut blocks = Blocks::new(self.client.ask(&sql, &SETTINGS)?);
        let (mut visit, mut met) = (VisitKey::new(&[]), HashSet::new());
        while let Some((rows, cells)) = blocks.next(8)? {
            for row in 0..rows {
                let frame = read(&cells, row, site);
                if frame.visit != visit {
                    visit = frame.visit;
                    met.clear();
                }
                if met.insert((frame.run, frame.sequence)) {
                    each(frame);
                }
            }
        }
        Ok(())
    }
}

impl ClickHouse {
    /// Beacons of a site accepted since, oldest first, each with when it was accepted.
    ///
    /// # Errors
    /// What ClickHouse says.
    pub(crate) fn accepted_since(
        &self,
        site: &str,
        since: Millis,
    ) -> Result<Vec<(Millis, Vec<u8>)>, StoreError> {
        let mut frames = Vec::new();
        self.frames(site, Which::Accepted { since }, |it| frames.push((it.accepted_at, it.bytes)))?;
        frames.sort_by_key(|(accepted_at, _)| *accepted_at);
        Ok(frames)
    }
}

fn condition(which: Which<'_>) -> String {
    match which {
        Which::Began { from, to } => format!(
            "day BETWEEN toDate({}) AND toDate({})
             AND began_at >= {from} AND began_at < {to} AND quarantine = 0",
            day_of(from),
            day_of(to.saturating_sub(1))
        ),
        Which::Visit(visit) => format!("visit = unhex('{}')", hex(visit.as_bytes())),
        Which::Runs { runs, since } => {
            let runs: Vec<String> = runs.iter().map(|run| format!("unhex('{run}')")).collect();
            let runs = if runs.is_empty() { "''".into() } else { runs.join(", ") };
            format!("day >= toDate({}) AND run IN ({runs})", day_of(since.0))
        }
        Which::Accepted { since } => format!(
            "day >= toDate({}) AND accepted_at >= {} AND quarantine = 0",
            day_of(since.since(DAY)),
            since.0
        ),
    }
}

fn read(cells: &[Column], row: usize, site: &str) -> Frame {
    Frame {
        site: site.into(),
        visit: VisitKey::new(cells[0].text(row)),
        visitor: cells[1].text(row).try_into().ok(),
        run: RunId(cells[2].text(row).try_into().unwrap_or_default()),
        sequence: u32::try_from(cells[3].number(row)).unwrap_or_default(),
        accepted_at: Millis(cells[4].number(row).cast_unsigned()),
        began_at: Millis(cells[5].number(row).cast_unsigned()),
        quarantine: cells[6].byte(row),
        bytes: cells[7].text(row).to_vec(),
    }
}

const DAY: Millis = Millis(86_400_000);

/// A sort that outgrows memory goes to the disk, and blocks of the answer stay small: frames have up
/// to 64 KiB.
const SETTINGS: [(&str, &str); 2] =
    [("max_bytes_before_external_sort", "1000000000"), ("max_block_size", "1024")];
