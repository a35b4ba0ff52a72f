//! Everybody who may come in, at hand: each request asks.
//!
//! The store is the truth; what is in memory is read anew after each change.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard};

use actix_web::http::header::{AUTHORIZATION, COOKIE, HeaderMap};
use nunchi_api::people::Role;

use super::guard::Operator;
use super::origin::{is_from, may_be_from};
use super::pace::{Limit, Pace};
use super::secret::{hash, is_same};
use crate::clock::Clock;
use crate::error::{ApiError, internal};
use crate::requests;
use crate::store::{Did, Hash, SessionRecord, Store, StoreError, Team, TeamChange};

/// Why somebody does not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turned {
    /// Neither cookie nor token counts.
    Unknown,
    /// The cookie is good, but a foreign page sent it.
    Foreign,
}

/// Who may come in, and who is in.
#[derive(Debug)]
pub struct Doors {
    /// The server's own token.
    token: String,
    team: RwLock<Team>,
    /// One change of the team at a time: each looks at what there is.
    changing: tokio::sync::Mutex<()>,
    /// When each session was seen last: ticks, and the wall clock.
    seen: Mutex<BTreeMap<Hash, (u64, u64)>>,
    pace: Mutex<Pace>,
    store: Store,
    pub(super) clock: Clock,
}

impl Doors {
    /// Opens the doors to who knows `token`, and to whom the store knows.
    ///
    /// # Errors
    /// What the store says.
    pub fn new(token: String, store: Store, clock: Clock) -> Result<Self, StoreError> {
        let team = RwLock::new(store.team(clock.now())?);
        let (seen, pace) = (Mutex::default(), Mutex::default());
        let changing = tokio::sync::Mutex::default();
        Ok(Self { token, team, changing, seen, pace, store, clock })
    }

    /// Whether these headers are an operator's.
    pub(crate) fn admits(&self, headers: &HeaderMap) -> bool {
        self.find(headers, false).is_ok()
    }

    /// Whose these headers are. What a cookie may change depends on the page that sent it.
    pub(super) fn find(&self, headers: &HeaderMap, changes: bool) -> Result<Operator, Turned> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
        if let Some(token) = text(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")) {
            return self.by_token(token).ok_or(Turned::Unknown);
        }
        let (key, session) = self.session(headers).ok_or(Turned::Unknown)?;
        if changes && !is_from(headers, &session.origin) {
            return Err(Turned::Foreign);
        }
        if !may_be_from(headers, &session.origin) {
            return Err(Turned::Unknown);
        }
        let seen = (self.clock.ticks().0, self.clock.now().0);
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(key, seen);
        self.named(&session).ok_or(Turned::Unknown)
    }

    /// The session of a cookie, if it has not ended.
    pub(super) fn session(&self, headers: &HeaderMap) -> Option<(Hash, SessionRecord)> {
        let cookies = headers.get(COOKIE)?.to_str().ok()?;
        let (id, is_sealed) = cookie(cookies)?;
        let key = hash(id);
        let session = self.team().sessions.get(&key).cloned()?;
        // A cookie of a page over TLS has the name that no other host can set.
        let is_named_so = is_sealed == session.origin.starts_with("https://");
        let holds = session.ends_at > self.clock.now().0 && !self.is_idle(&key, &session);
        (is_named_so && holds).then_some((key, session))
    }

    fn is_idle(&self, key: &Hash, session: &SessionRecord) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied();
        let idle_ms = match seen {
            Some((ticks, _)) => self.clock.ticks().since(beacon::Millis(ticks)),
            None => self.clock.now().since(beacon::Millis(session.seen_at)),
        };
        idle_ms >= IDLE_MS
    }

    fn named(&self, session: &SessionRecord) -> Option<Operator> {
        let (name, role) = match session.person {
            Some(id) => {
                self.team().people.get(&id).map(|person| (person.name.clone(), person.role))?
            }
            None => (OWNER.into(), Role::Owner),
        };
        Some(Operator {
            name,
            role,
            person: session.person,
            token: None,
            session: Some(session.id),
        })
    }

    fn by_token(&self, token: &str) -> Option<Operator> {
        let (name, role, id) = if self.is_own_token(token) {
            (OWNER.into(), Role::Owner, None)
        } else {
            let team = self.team();
            let known = team.tokens.get(&hash(token))?;
            (known.name.clone(), known.role, Some(known.id))
        };
        Some(Operator { name, role, person: None, token: id, session: None })
    }

    pub(super) fn is_own_token(&self, token: &str) -> bool {
        is_same(token.as_bytes(), self.token.as_bytes())
    }

    /// How many operators were at their consoles within the last minute.
    pub fn online(&self) -> usize {
        let since = self.clock.ticks().0.saturating_sub(ONLINE_MS);
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.values().filter(|(ticks, _)| *ticks >= since).count()
    }

    /// Everybody, to be looked at for a moment.
    pub(super) fn team(&self) -> RwLockReadGuard<'_, Team> {
        self.team.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// When a session was seen last.
    pub(super) fn seen_at(&self, key: &Hash, session: &SessionRecord) -> u64 {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(key).map_or(session.seen_at, |(_, wall)| session.seen_at.max(*wall))
    }

    /// Decides by what there is, then changes it, on record. Returns the number of what was added.
    ///
    /// # Errors
    /// What `decide` says; what keeps the change from being durable.
    pub(super) async fn change(
        &self,
        decide: impl FnOnce(&Team) -> Result<(TeamChange, Did), ApiError>,
    ) -> Result<i64, ApiError> {
        let _alone = self.changing.lock().await;
        let decided = decide(&self.team());
        let (change, did) = decided?;
        let id = self.store.change_team(change, did).await?;
        let (store, now) = (self.store.clone(), self.clock.now());
        let team = requests::block(move || store.team(now)).await;
        let team = team.map_err(|error| internal(&error))??;
        *self.team.write().unwrap_or_else(PoisonError::into_inner) = team;
        Ok(id)
    }

    /// Counts a try to come in, if there may be one.
    pub(super) fn may_try(&self, keys: &[(&str, Limit)]) -> bool {
        // A wall clock that steps back would shut the door for as long.
        let now = self.clock.ticks().0;
        self.pace.lock().unwrap_or_else(PoisonError::into_inner).tries(keys, now)
    }

    /// It was somebody who may.
    pub(super) fn was_good(&self, keys: &[(&str, Limit)]) {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner).was_good(keys);
    }

    /// Leaves with the store when sessions were seen last, and forgets those that ended.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) async fn keep_seen(&self) -> Result<(), StoreError> {
        let seen: Vec<(Hash, u64)> = {
            let team = self.team();
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.retain(|key, _| team.sessions.contains_key(key));
            seen.iter().map(|(key, (_, wall))| (*key, *wall)).collect()
        };
        if seen.is_empty() { Ok(()) } else { self.store.keep_seen(seen).await }
    }
}

/// The session's cookie, and whether it has the name that only pages over TLS can give.
fn cookie(header: &str) -> Option<(&str, bool)> {
    let named = |name: &str| {
        header.split(';').find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
    };
    named(SEALED_COOKIE).map(|id| (id, true)).or_else(|| named(COOKIE_NAME).map(|id| (id, false)))
}

/// What gives a browser the session `id`, or takes it away.
pub(super) fn set_cookie(id: &str, origin: &str, age_s: u64) -> String {
    let is_sealed = origin.starts_with("https://");
    let (name, secure) = if is_sealed { (SEALED_COOKIE, "; Secure") } else { (COOKIE_NAME, "") };
    format!("{name}={id}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age_s}{secure}")
}

/// Whoever comes by the server's own token.
const OWNER: &str = "Owner";

const COOKIE_NAME: &str = "nunchi_session";

/// Browsers take it only over TLS and for this host alone.
const SEALED_COOKIE: &str = "__Host-nunchi_session";

/// Who asked for nothing in so long is not at their console, milliseconds.
const ONLINE_MS: u64 = 60_000;

/// Who asked for nothing in so long signs in again, milliseconds.
const IDLE_MS: u64 = 30 * 60_000;

/// How long a session lasts at most, seconds: a working day.
pub(super) const SESSION_S: u64 = 12 * 3_600;
