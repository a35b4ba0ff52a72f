//! Do pages and collector decide alike?

use nunchi_api::campaigns::{DifferentRun, Parity};

use crate::hex::hex;
use crate::store::{Span, Store, StoreError};

/// `parity`: of the runs that began in the span, as far as they were compared.
pub(super) fn parity(store: &Store, span: Span) -> Result<Parity, StoreError> {
    let totals = store.parity_totals(span)?;
    let different = store.different_runs(span, DIFFERENT_MAX)?;
    let different = different.into_iter().map(|row| DifferentRun {
        session: hex(&row.visit),
        at: row.at,
        differing: row.differing,
        first: row.first,
    });
    Ok(Parity {
        runs: totals.runs,
        incomplete: totals.incomplete,
        other_version: totals.foreign,
        verdicts: totals.verdicts,
        equal: totals.equal,
        equal_permille: (totals.equal * 1_000).checked_div(totals.verdicts),
        different: different.collect(),
    })
}

/// Runs that are named.
const DIFFERENT_MAX: u32 = 20;
