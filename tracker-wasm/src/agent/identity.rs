//! Who comes: visitor and session, made and remembered with consent to personalise only.
//!
//! Kept as text: visitor `HEX.SESSIONS.KNOWN`, session `HEX.LAST-ACTIVITY`.

use alloc::string::String;

use beacon::item::VisitorKind;
use beacon::{Millis, SessionId, VisitorId};
use engine::config::SESSION_IDLE_MS;

use super::border::random;
use super::clock::Clock;
use super::storage::Storage;

/// Who comes.
#[derive(Clone, Copy)]
pub(super) struct Identity {
    pub(super) visitor: VisitorId,
    pub(super) session: SessionId,
    pub(super) kind: VisitorKind,
}

/// A visitor as storage has it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Visitor {
    id: VisitorId,
    sessions: u32,
    is_known: bool,
}

/// A session as storage has it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Session {
    id: SessionId,
    active_at: Millis,
}

impl Identity {
    /// The visitor and session that are going on in this browser, or new ones; remembered.
    /// `fallback` becomes the visitor's id when there is none yet.
    pub(super) fn recall(storage: &Storage, fallback: VisitorId) -> Self {
        let now = Clock::wall();
        let visitor = storage.read(VISITOR).and_then(|text| Visitor::parse(&text));
        let session = storage.read(SESSION).and_then(|text| Session::parse(&text));
        let ongoing = session.filter(|session| session.is_ongoing(now));
        let mut visitor = visitor.unwrap_or(Visitor { id: fallback, sessions: 0, is_known: false });
        if ongoing.is_none() || visitor.sessions == 0 {
            visitor.sessions = visitor.sessions.saturating_add(1);
        }
        let id = ongoing.map_or_else(|| SessionId(random()), |session| session.id);
        storage.write(VISITOR, &visitor.text());
        storage.write(SESSION, &Session { id, active_at: now }.text());
        Self { visitor: visitor.id, session: id, kind: visitor.kind() }
    }

    /// The session goes on; false when it had ended by idleness or another tab began a new one.
    pub(super) fn is_still(&self, storage: &Storage) -> bool {
        let stored = storage.read(SESSION).and_then(|text| Session::parse(&text));
        // Storage that forgets (full, cleared) does not end a session.
        stored.is_none_or(|stored| stored.id == self.session && stored.is_ongoing(Clock::wall()))
    }

    /// The session was active just now.
    pub(super) fn touch(&self, storage: &Storage) {
        let session = Session { id: self.session, active_at: Clock::wall() };
        storage.write(SESSION, &session.text());
    }

    /// The shop said that this visitor is logged in.
    pub(super) fn become_known(storage: &Storage) {
        let visitor = storage.read(VISITOR).and_then(|text| Visitor::parse(&text));
        if let Some(visitor) = visitor.filter(|visitor| !visitor.is_known) {
            storage.write(VISITOR, &Visitor { is_known: true, ..visitor }.text());
        }
    }
}

impl Visitor {
    fn parse(text: &str) -> Option<Self> {
        let (id, rest) = text.split_at_checked(2 * size_of::<VisitorId>())?;
        let is_known = rest.ends_with(".1");
        let sessions = rest.strip_prefix('.')?.get(..rest.len().checked_sub(3)?)?;
        let sessions = number(sessions)?.try_into().ok()?;
        Some(Self { id: VisitorId::parse(id)?, sessions, is_known })
    }

    fn text(self) -> String {
        let is_known = if self.is_known { "1" } else { "0" };
        [&hex(&self.id.0), ".", &decimal(self.sessions.into()), ".", is_known].concat()
    }

    fn kind(self) -> VisitorKind {
        match (self.is_known, self.sessions) {
            (true, _) => VisitorKind::Known,
            (false, ..=1) => VisitorKind::New,
            (false, _) => VisitorKind::Returning,
        }
    }
}

impl Session {
    fn parse(text: &str) -> Option<Self> {
        let (id, active_at) = text.split_at_checked(2 * size_of::<SessionId>())?;
        let active_at = Millis(number(active_at.strip_prefix('.')?)?);
        Some(Self { id: SessionId::parse(id)?, active_at })
    }

    fn text(self) -> String {
        [&hex(&self.id.0), ".", &decimal(self.active_at.0)].concat()
    }

    fn is_ongoing(self, now: Millis) -> bool {
        now.since(self.active_at) < SESSION_IDLE_MS
    }
}

/// Lower-case hexadecimal digits. By hand: `format!` would bring some kilobytes along.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
        }
    }
    text
}

/// The number that decimal digits are, 15 at most: no product of them overflows, so that none is
/// checked.
pub(super) fn number(digits: &str) -> Option<u64> {
    let mut number = (1..=15).contains(&digits.len()).then_some(0)?;
    for byte in digits.bytes() {
        number = number * 10 + u64::from(byte.is_ascii_digit().then(|| byte - b'0')?);
    }
    Some(number)
}

/// Decimal digits.
pub(super) fn decimal(number: u64) -> String {
    let mut digits = if number < 10 { String::new() } else { decimal(number / 10) };
    digits.push(char::from(b"0123456789"[(number % 10) as usize]));
    digits
}

const VISITOR: &str = "visitor";
const SESSION: &str = "session";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visitor_is_read_as_it_was_written() {
        let visitor = Visitor { id: VisitorId([7; 16]), sessions: 12, is_known: true };
        assert_eq!(visitor.text(), "07070707070707070707070707070707.12.1");
        assert_eq!(Visitor::parse(&visitor.text()), Some(visitor));
        assert_eq!(Visitor::parse("07.12.1"), None);
    }

    #[test]
    fn a_session_ends_after_thirty_idle_minutes() {
        let session = Session { id: SessionId([1; 8]), active_at: Millis(1_000) };
        assert_eq!(Session::parse(&session.text()), Some(session));
        assert!(session.is_ongoing(Millis(1_000 + SESSION_IDLE_MS - 1)));
        assert!(!session.is_ongoing(Millis(1_000 + SESSION_IDLE_MS)));
    }

    #[test]
    fn the_second_session_makes_a_returning_visitor() {
        let kind =
            |sessions, is_known| Visitor { id: VisitorId([0; 16]), sessions, is_known }.kind();
        assert_eq!(kind(1, false), VisitorKind::New);
        assert_eq!(kind(2, false), VisitorKind::Returning);
        assert_eq!(kind(1, true), VisitorKind::Known);
    }

    #[test]
    fn numbers_are_written_in_decimal() {
        assert_eq!(decimal(0), "0");
        assert_eq!(decimal(u64::MAX), u64::MAX.to_string());
        assert_eq!(number("1795312800000"), Some(1_795_312_800_000));
        assert_eq!([number(""), number("1a"), number("9999999999999999")], [None; 3]);
    }
}
