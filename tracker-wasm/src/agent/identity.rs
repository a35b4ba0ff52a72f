//! Who comes: visitor and session, made and remembered with consent to personalise only.

use beacon::item::VisitorKind;
use beacon::wire::{self, Reader, Wire};
use beacon::{Millis, SessionId, VisitorId};
use engine::config::SESSION_IDLE_MS;

use super::border::{self, SHARED, random, random_id};
use super::clock::Clock;

/// Who comes, as storage has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Identity {
    pub(super) visitor: VisitorId,
    pub(super) session: SessionId,
    /// When the session was last active.
    active_at: Millis,
    /// Sessions of this visitor so far.
    pub(super) sessions: u32,
    is_known: bool,
}

beacon::wire!(struct Identity { visitor, session, active_at, sessions, is_known });

impl Identity {
    /// The visitor and session that are going on in this browser, or new ones; remembered.
    pub(super) fn recall() -> Self {
        let now = Clock::wall();
        let mut identity = Self::read_kept().unwrap_or_else(|| Self {
            visitor: VisitorId(random_id()),
            session: SessionId([0; 8]),
            active_at: now,
            sessions: 0,
            is_known: false,
        });
        if identity.sessions == 0 || !identity.is_ongoing(now) {
            identity.session = SessionId(random().to_be_bytes());
            identity.sessions = identity.sessions.saturating_add(1);
        }
        identity.active_at = now;
        identity.keep();
        identity
    }

    /// The session goes on, and was active just now; false when it had ended by idleness or another
    /// tab began a new one.
    pub(super) fn touch(&self) -> bool {
        let now = Clock::wall();
        // Storage that forgets (full, cleared) does not end a session.
        let Some(kept) = Self::read_kept() else { return true };
        let is_still = kept.session == self.session && kept.is_ongoing(now);
        if is_still {
            Self { active_at: now, ..kept }.keep();
        }
        is_still
    }

    /// The shop said that this visitor is logged in.
    pub(super) fn become_known(self) {
        Self { is_known: true, ..Self::read_kept().unwrap_or(self) }.keep();
    }

    pub(super) const fn kind(&self) -> VisitorKind {
        match (self.is_known, self.sessions) {
            (true, _) => VisitorKind::Known,
            (false, ..=1) => VisitorKind::New,
            (false, _) => VisitorKind::Returning,
        }
    }

    fn is_ongoing(&self, now: Millis) -> bool {
        now.since(self.active_at) < SESSION_IDLE_MS
    }

    fn read_kept() -> Option<Self> {
        let bytes = border::kept(SHARED, VISITOR)?;
        let mut from = Reader::new(&bytes);
        let identity = Self::read(&mut from);
        from.is_done().then_some(identity)
    }

    fn keep(&self) {
        border::keep(SHARED, VISITOR, &wire::to_bytes(self));
    }
}

const VISITOR: &str = "visitor";

#[cfg(test)]
mod tests {
    use super::*;

    const IDENTITY: Identity = Identity {
        visitor: VisitorId([7; 16]),
        session: SessionId([1; 8]),
        active_at: Millis(1_000),
        sessions: 1,
        is_known: false,
    };

    #[test]
    fn a_session_ends_after_thirty_idle_minutes() {
        assert!(IDENTITY.is_ongoing(Millis(1_000 + SESSION_IDLE_MS - 1)));
        assert!(!IDENTITY.is_ongoing(Millis(1_000 + SESSION_IDLE_MS)));
    }

    #[test]
    fn the_second_session_makes_a_returning_visitor() {
        let kind = |sessions, is_known| Identity { sessions, is_known, ..IDENTITY }.kind();
        assert_eq!(kind(1, false), VisitorKind::New);
        assert_eq!(kind(2, false), VisitorKind::Returning);
        assert_eq!(kind(1, true), VisitorKind::Known);
    }
}
