//! People, their sessions, tokens for programs. What they may be, the caller has checked; each change
//! goes on record in its own transaction.

use std::collections::BTreeMap;

use beacon::Millis;
use nunchi_api::people::Role;
use rusqlite::{Connection, Row, params};

use super::audit::{self, Did};
use super::{Store, StoreError};

/// SHA-256 of a secret.
pub(crate) type Hash = [u8; 32];

/// Somebody of the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PersonRecord {
    pub(crate) name: String,
    /// In lower case.
    pub(crate) email: String,
    pub(crate) role: Role,
    /// As `operators::password` writes it; none until they chose one.
    pub(crate) password: Option<String>,
    /// What they may choose a password by, and until when.
    pub(crate) invite: Option<(Hash, u64)>,
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionRecord {
    pub(crate) id: i64,
    /// None: by the server's own token.
    pub(crate) person: Option<i64>,
    /// Of the page that signed in.
    pub(crate) origin: String,
    pub(crate) browser: String,
    pub(crate) began_at: u64,
    pub(crate) seen_at: u64,
    pub(crate) ends_at: u64,
}

/// A token for a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TokenRecord {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) made_by: String,
    pub(crate) made_at: u64,
}

/// Everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Team {
    pub(crate) people: BTreeMap<i64, PersonRecord>,
    /// Those that have not ended, by the hash of their cookie.
    pub(crate) sessions: BTreeMap<Hash, SessionRecord>,
    /// By the hash of the token.
    pub(crate) tokens: BTreeMap<Hash, TokenRecord>,
}

/// One change of the team.
#[derive(Clone, Debug)]
pub(crate) enum TeamChange {
    AddPerson {
        person: PersonRecord,
        at: Millis,
    },
    /// Name, address, role; who has another role signs in again.
    ChangePerson {
        id: i64,
        name: String,
        email: String,
        role: Role,
        ends_sessions: bool,
    },
    /// They may choose a password by it; until then the old one holds.
    Invite {
        id: i64,
        invite: Hash,
        until: u64,
    },
    /// All their sessions end.
    SetPassword {
        id: i64,
        password: String,
    },
    RemovePerson {
        id: i64,
    },
    /// In place of the one that its browser had.
    BeginSession {
        hash: Hash,
        session: SessionRecord,
        instead_of: Option<Hash>,
    },
    EndSession {
        id: i64,
    },
    AddToken {
        hash: Hash,
        token: TokenRecord,
    },
    RemoveToken {
        id: i64,
    },
}

impl Store {
    /// Everybody, with the sessions that hold at `now`.
    pub(crate) fn team(&self, now: Millis) -> Result<Team, StoreError> {
        self.read(|db| {
            let sql = "SELECT id, name, email, role, password, invite, invite_until FROM person";
            let people = db.prepare(sql)?.query_map([], read_person)?.collect::<Result<_, _>>()?;
            let sql = "SELECT hash, id, person, origin, browser, began_at, seen_at, ends_at
                       FROM session WHERE ends_at > ?";
            let sessions =
                db.prepare(sql)?.query_map([now.0], read_session)?.collect::<Result<_, _>>()?;
            let sql = "SELECT hash, id, name, role, made_by, made_at FROM token";
            let tokens = db.prepare(sql)?.query_map([], read_token)?.collect::<Result<_, _>>()?;
            Ok(Team { people, sessions, tokens })
        })
    }

    /// Changes the team and puts it on record. Returns the number of what was added, else 0.
    pub(crate) async fn change_team(
        &self,
        change: TeamChange,
        did: Did,
    ) -> Result<i64, StoreError> {
        self.write(move |db| {
            let id = apply(db, &change, did.at)?;
            let mut did = did.clone();
            if did.about.is_empty() {
                did.about = named(&change, id);
            }
            audit::append(db, &did)?;
            Ok(id)
        })
        .await
    }

    /// Notes when sessions were seen last, so that a restart knows.
    pub(crate) async fn keep_seen(&self, seen: Vec<(Hash, u64)>) -> Result<(), StoreError> {
        self.write(move |db| {
            let sql = "UPDATE session SET seen_at = max(seen_at, ?) WHERE hash = ?";
            let mut note = db.prepare_cached(sql)?;
            seen.iter().try_for_each(|(hash, at)| note.execute(params![at, hash]).map(drop))
        })
        .await
    }
}

fn apply(db: &Connection, change: &TeamChange, now: Millis) -> rusqlite::Result<i64> {
    match change {
        TeamChange::AddPerson { person, at } => add_person(db, person, *at),
        TeamChange::ChangePerson { id, name, email, role, ends_sessions } => {
            let sql = "UPDATE person SET name = ?, email = ?, role = ? WHERE id = ?";
            db.execute(sql, params![name, email, role.name(), id])?;
            if *ends_sessions { end_sessions(db, *id) } else { Ok(0) }
        }
        TeamChange::Invite { id, invite, until } => {
            let sql = "UPDATE person SET invite = ?, invite_until = ? WHERE id = ?";
            db.execute(sql, params![invite, until, id]).map(|_| 0)
        }
        TeamChange::SetPassword { id, password } => {
            let sql =
                "UPDATE person SET password = ?, invite = NULL, invite_until = 0 WHERE id = ?";
            db.execute(sql, params![password, id])?;
            end_sessions(db, *id)
        }
        TeamChange::RemovePerson { id } => {
            db.execute("DELETE FROM person WHERE id = ?", [id]).map(|_| 0)
        }
        TeamChange::BeginSession { hash, session, instead_of } => {
            begin_session(db, hash, session, instead_of.as_ref(), now)
        }
        TeamChange::EndSession { id } => {
            db.execute("DELETE FROM session WHERE id = ?", [id]).map(|_| 0)
        }
        TeamChange::AddToken { hash, token: TokenRecord { name, role, made_by, made_at, .. } } => {
            let sql =
                "INSERT INTO token (hash, name, role, made_by, made_at) VALUES (?, ?, ?, ?, ?)";
            db.execute(sql, params![hash, name, role.name(), made_by, made_at])?;
            Ok(db.last_insert_rowid())
        }
        TeamChange::RemoveToken { id } => {
            db.execute("DELETE FROM token WHERE id = ?", [id]).map(|_| 0)
        }
    }
}

fn add_person(db: &Connection, person: &PersonRecord, at: Millis) -> rusqlite::Result<i64> {
    let PersonRecord { name, email, role, password, invite } = person;
    let (invite, until) = invite.map_or((None, 0), |(hash, until)| (Some(hash), until));
    db.execute(
        "INSERT INTO person (name, email, role, password, invite, invite_until, made_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![name, email, role.name(), password, invite, until, at.0],
    )?;
    Ok(db.last_insert_rowid())
}

/// Those that ended go, and the oldest beyond [`SESSIONS_MAX`].
fn begin_session(
    db: &Connection,
    hash: &Hash,
    session: &SessionRecord,
    instead_of: Option<&Hash>,
    now: Millis,
) -> rusqlite::Result<i64> {
    let SessionRecord { person, origin, browser, began_at, seen_at, ends_at, .. } = session;
    if let Some(old) = instead_of {
        db.execute("DELETE FROM session WHERE hash = ?", [old])?;
    }
    db.execute(
        "INSERT INTO session (hash, person, origin, browser, began_at, seen_at, ends_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
        params![hash, person, origin, browser, began_at, seen_at, ends_at],
    )?;
    let id = db.last_insert_rowid();
    let sql = "DELETE FROM session WHERE ends_at <= ?1
               OR id NOT IN (SELECT id FROM session ORDER BY id DESC LIMIT ?2)";
    db.execute(sql, params![now.0, SESSIONS_MAX])?;
    Ok(id)
}

fn end_sessions(db: &Connection, person: i64) -> rusqlite::Result<i64> {
    db.execute("DELETE FROM session WHERE person = ?", [person]).map(|_| 0)
}

/// What the record says that it was done to.
fn named(change: &TeamChange, made: i64) -> String {
    match change {
        TeamChange::AddPerson { person, .. } => format!("person {made} ({})", person.role.name()),
        TeamChange::ChangePerson { id, role, .. } => format!("person {id} ({})", role.name()),
        TeamChange::Invite { id, .. }
        | TeamChange::SetPassword { id, .. }
        | TeamChange::RemovePerson { id } => format!("person {id}"),
        TeamChange::BeginSession { .. } => format!("session {made}"),
        TeamChange::EndSession { id } => format!("session {id}"),
        TeamChange::AddToken { token, .. } => {
            format!("token {made} ({}, {})", token.name, token.role.name())
        }
        TeamChange::RemoveToken { id } => format!("token {id}"),
    }
}

fn read_person(row: &Row) -> rusqlite::Result<(i64, PersonRecord)> {
    let (invite, until): (Option<Hash>, u64) = (row.get(5)?, row.get(6)?);
    let person = PersonRecord {
        name: row.get(1)?,
        email: row.get(2)?,
        role: read_role(row, 3)?,
        password: row.get(4)?,
        invite: invite.map(|hash| (hash, until)),
    };
    Ok((row.get(0)?, person))
}

fn read_session(row: &Row) -> rusqlite::Result<(Hash, SessionRecord)> {
    let session = SessionRecord {
        id: row.get(1)?,
        person: row.get(2)?,
        origin: row.get(3)?,
        browser: row.get(4)?,
        began_at: row.get(5)?,
        seen_at: row.get(6)?,
        ends_at: row.get(7)?,
    };
    Ok((row.get(0)?, session))
}

fn read_token(row: &Row) -> rusqlite::Result<(Hash, TokenRecord)> {
    let token = TokenRecord {
        id: row.get(1)?,
        name: row.get(2)?,
        role: read_role(row, 3)?,
        made_by: row.get(4)?,
        made_at: row.get(5)?,
    };
    Ok((row.get(0)?, token))
}

/// A role that is not known may look, no more.
fn read_role(row: &Row, column: usize) -> rusqlite::Result<Role> {
    let name: String = row.get(column)?;
    Ok(Role::by_name(&name).unwrap_or_default())
}

/// Signed in at once.
const SESSIONS_MAX: u32 = 1_000;
