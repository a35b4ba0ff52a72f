//! What is remembered of the visitor beside who they are: when they bought, where the session came
//! from, which campaigns had their turns. With consent to personalise only.

use beacon::item::Remembered;
use beacon::wire::{self, Reader, Wire};
use beacon::{Millis, SessionId};

use super::border::{self, SHARED};
use super::clock::Clock;
use super::identity::Identity;

/// As storage has it.
pub(super) struct Memory {
    /// Whose source is kept.
    session: SessionId,
    /// When something was bought last; 0: never.
    bought_at: Millis,
    told: Remembered,
}

beacon::wire!(struct Memory { session, bought_at, told });

impl Memory {
    /// What the engine is told when a run begins.
    pub(super) fn recall(identity: &Identity) -> Remembered {
        let mut memory = Self::read_kept();
        let is_new = memory.session != identity.session;
        let source = border::source(is_new);
        // Within a session only another campaign counts: payment pages are referrers, too.
        if is_new || !source.is_empty() {
            memory.told.source = source;
        }
        memory.session = identity.session;
        memory.told.visits = u16::try_from(identity.sessions).unwrap_or(u16::MAX);
        let days = Clock::wall().since(memory.bought_at) / DAY_MS;
        memory.told.bought_days =
            (memory.bought_at.0 > 0).then_some(u16::try_from(days).unwrap_or(u16::MAX));
        memory.keep();
        memory.told
    }

    /// A campaign had its turn.
    pub(super) fn count(campaign: u16) {
        let mut memory = Self::read_kept();
        memory.told.count(campaign);
        memory.keep();
    }

    /// Something was bought.
    pub(super) fn note_purchase() {
        Self { bought_at: Clock::wall(), ..Self::read_kept() }.keep();
    }

    /// As other tabs left it; nothing yet, where that makes no sense.
    fn read_kept() -> Self {
        let bytes = border::kept(SHARED, MEMORY).unwrap_or_default();
        // Of no bytes everything is read as nothing.
        wire::from_bytes(&bytes).unwrap_or_else(|| Self::read(&mut Reader::new(&[])))
    }

    fn keep(&self) {
        border::keep(SHARED, MEMORY, &wire::to_bytes(self));
    }
}

const MEMORY: &str = "memory";

const DAY_MS: u64 = 24 * 3_600_000;
