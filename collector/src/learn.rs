//! Learns the model that pages score with, and measures it on sessions it has not seen.
//!
//! Training is plain f64 and deterministic; what is measured is always the encoded model as a page
//! evaluates it, in whole numbers. [`design`] says of which terms a model consists, [`solve`] finds
//! their weights, [`boost`] makes the second sort of model, [`prior`] the one that is shipped.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts of sessions are far below 2^52, and what becomes a whole number was bounded"
)]

mod baseline;
pub mod bench;
mod boost;
mod design;
mod fit;
mod metrics;
pub mod prior;
mod sets;
mod solve;

use std::path::PathBuf;

use engine::model::ModelError;

/// Why nothing could be learned.
#[derive(Debug, thiserror::Error)]
pub enum LearnError {
    /// The data set is not there. It is never part of the repository.
    #[error("{} has neither sessions.csv nor {set}/sessions.csv", place.display())]
    Absent {
        /// Where it was looked for.
        place: PathBuf,
        /// Which set.
        set: String,
    },
    /// It cannot be read.
    #[error("{}: {cause}", file.display())]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// A line is not what the set's README says.
    #[error("{}, line {line}: expected {expected}, found `{found}`", file.display())]
    Malformed {
        /// Which file.
        file: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What should stand there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// Too little to learn from.
    #[error("{0} sessions are too few: at least {SESSIONS_MIN}, bought and not bought among them")]
    TooFew(usize),
    /// What was learned cannot be used by a page.
    #[error("the model cannot be used by a page: {0:?}")]
    Unfit(ModelError),
}

/// With less, nothing that is learned holds.
const SESSIONS_MIN: usize = 100;

#[cfg(test)]
mod tests;
