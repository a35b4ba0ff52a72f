//! Small days, written as text and worked out by hand: `notation` has the words.

mod folding;
pub(super) mod notation;
mod questions;
mod zones;
