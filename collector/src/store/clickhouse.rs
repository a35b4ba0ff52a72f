//! History kept in ClickHouse, for shops that outgrow one machine: the same rows and frames as in
//! segments, in two tables. The journal is the spool: what was acknowledged stays there until
//! ClickHouse has answered that it has it, however long that takes.
//!
//! Knows two dialects (`schema::Dialect`). Blocks: its threads may wait, handlers must not call it.

mod client;
mod frames;
mod native;
mod retain;
mod scan;
mod schema;
mod ship;
mod tables;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

pub use client::Address;
use client::Client;
pub(super) use frames::{Frame, Which};
use schema::Dialect;
pub(super) use ship::Shipment;

use super::StoreError;

/// A ClickHouse. Cheap to clone. It need not be there yet: each call looks for it anew until the
/// tables have the shape that this program knows.
#[derive(Clone, Debug)]
pub(super) struct ClickHouse {
    client: Client,
    /// Known once the tables were prepared.
    dialect: Arc<OnceLock<Dialect>>,
    /// Nobody was there when this was last looked for: who asks for each of many sites waits once.
    away: Arc<Mutex<Option<(Instant, StoreError)>>>,
}

impl ClickHouse {
    /// Knows where it is; asks nothing.
    pub(super) fn at(address: &Address) -> Self {
        Self { client: Client::new(address), dialect: Arc::default(), away: Arc::default() }
    }

    /// Connects, makes the tables that are missing, brings older ones up to date.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] while nobody answers; [`StoreError::ClickHouse`] when the user may
    /// not; [`StoreError::Newer`] when the tables are those of a later version of this program.
    pub(super) fn prepare(&self) -> Result<(), StoreError> {
        self.dialect().map(drop)
    }

    fn dialect(&self) -> Result<Dialect, StoreError> {
        if let Some(dialect) = self.dialect.get() {
            return Ok(*dialect);
        }
        let mut away = self.away.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, error)) = &*away
            && at.elapsed() < LOOK_AGAIN
        {
            return Err(error.clone());
        }
        match schema::prepare(&self.client) {
            Ok(dialect) => Ok(*self.dialect.get_or_init(|| dialect)),
            Err(error) => {
                *away = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }
}

/// Between two looks for a ClickHouse that was not there at all yet.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
