//! Conversations as operators see them, and what operators do with them.

use beacon::Millis;
use nunchi_api::chat::Message;
use nunchi_api::inbox::{Agent, NOTES_MAX, Note, PREVIEW_CHARS, ROWS_MAX, Row, State, Tried};
use rusqlite::{Connection, OptionalExtension, Row as Record, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::chats::{MESSAGES_MAX, messages, next_number};
use super::sites::{json, parsed};
use super::{Store, StoreError};

/// A conversation as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Talk {
    /// As operators see it, without what the live floor knows.
    pub row: Row,
    /// The site's number.
    pub site: i64,
    /// The key of the conversation: whoever has it may read and write.
    pub key: [u8; 16],
    /// Campaign whose invitation was accepted.
    pub campaign: Option<u16>,
    /// Its place among those that wait, from 1; 0: it does not wait.
    pub place: u32,
    /// The first message that no person has read.
    pub agent_read: u32,
    /// The first message that the visitor has not read.
    pub visitor_read: u32,
}

/// What an operator does with a conversation.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Takes it.
    Accept,
    /// Says something. The same number again is the same message.
    Say {
        /// Chosen by the console.
        number: u32,
        /// Masked.
        text: String,
    },
    /// Hands it on.
    Transfer {
        /// To whom; empty: to anybody.
        agent: String,
        /// Who knows about this.
        skill: String,
    },
    /// Ends it.
    Close,
    /// Writes something for colleagues. The same number again is the same note.
    Note {
        /// Chosen by the console.
        number: u32,
        /// Plain text.
        text: String,
    },
    /// Has read all of it.
    Read,
}

/// What came of a deed.
#[derive(Clone, Debug)]
pub enum Done {
    /// The conversation as it stands now, and what was said or noted, if it was not before.
    Changed(Box<Talk>, Option<Message>, Option<Note>),
    /// The site has no such conversation.
    Unknown,
    /// Somebody else has it: the name.
    Taken(String),
    /// It must be accepted first.
    NotOpen,
    /// It has all the messages or notes that it may have.
    Full,
}

impl Store {
    /// Conversations that wait or are open, and those in which something was said since `since`: the
    /// newest [`ROWS_MAX`] of each, in no order. And how many wait.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn talks(&self, site: i64, since: Millis) -> Result<(Vec<Talk>, u64), StoreError> {
        self.read(|db| {
            let in_need = format!(
                "{TALK} WHERE site = ? AND state IN ('waiting', 'open') ORDER BY last_at DESC LIMIT ?"
            );
            let values = params![site, ROWS_MAX as u64];
            let mut talks: Vec<Talk> = db
                .prepare_cached(&in_need)?
                .query_map(values, read_talk)?
                .collect::<rusqlite::Result<_>>()?;
            let others = format!(
                "{TALK} WHERE site = ? AND last_at >= ? AND state IN ('bot', 'closed')
                 ORDER BY last_at DESC LIMIT ?"
            );
            let values = params![site, since.0, ROWS_MAX as u64];
            for talk in db.prepare_cached(&others)?.query_map(values, read_talk)? {
                talks.push(talk?);
            }
            let count = "SELECT COUNT(*) FROM conversation WHERE site = ? AND state = 'waiting'";
            Ok((talks, db.prepare_cached(count)?.query_row([site], |row| row.get(0))?))
        })
    }

    /// One conversation of the site.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn talk(&self, site: i64, id: u64) -> Result<Option<Talk>, StoreError> {
        self.read(|db| found(db, site, id))
    }

    /// One conversation of the site, by its key.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn talk_of(&self, site: i64, key: [u8; 16]) -> Result<Option<Talk>, StoreError> {
        let sql = format!("{TALK} WHERE site = ? AND key = ?");
        self.read(|db| db.prepare_cached(&sql)?.query_row(params![site, key], read_talk).optional())
    }

    /// All that was said in a conversation from a number on, oldest first.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn said(&self, id: u64, from: u32) -> Result<Vec<Message>, StoreError> {
        self.read(|db| messages(db, signed(id), from, u32::MAX))
    }

    /// What colleagues noted, oldest first, and what the bot was asked while it answered.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn behind(&self, id: u64) -> Result<(Vec<Note>, Vec<Tried>), StoreError> {
        let notes = "SELECT author, at, text FROM note WHERE conversation = ? ORDER BY at, number";
        let tried = "SELECT asked.text, asked.is_answered FROM message AS asked
                     JOIN message AS answer ON answer.conversation = asked.conversation
                         AND answer.number = asked.number + 1 AND answer.sender = 'bot'
                     WHERE asked.conversation = ? AND asked.sender = 'visitor' ORDER BY asked.number";
        self.read(|db| {
            let read_note =
                |row: &Record| Ok(Note { by: row.get(0)?, at: row.get(1)?, text: row.get(2)? });
            let read_tried =
                |row: &Record| Ok(Tried { question: row.get(0)?, is_answered: row.get(1)? });
            let id = signed(id);
            let notes =
                db.prepare_cached(notes)?.query_map([id], read_note)?.collect::<Result<_, _>>()?;
            let tried =
                db.prepare_cached(tried)?.query_map([id], read_tried)?.collect::<Result<_, _>>()?;
            Ok((notes, tried))
        })
    }

    /// `by` does something with a conversation.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn treat(
        &self,
        site: i64,
        id: u64,
        by: String,
        deed: Deed,
        now: Millis,
    ) -> Result<Done, StoreError> {
        self.write(move |db| treat(db, &Who { site, id, by: &by, now }, &deed)).await
    }

    /// The visitor has read all that stands before the message `next`.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn visitor_read(
        &self,
        site: i64,
        key: [u8; 16],
        next: u32,
    ) -> Result<Option<Talk>, StoreError> {
        self.write(move |db| {
            let sql = "UPDATE conversation SET visitor_read = MAX(visitor_read, ?3)
                       WHERE site = ?1 AND key = ?2 RETURNING id";
            let id = db.prepare_cached(sql)?.query_row(params![site, key, next], |row| row.get(0));
            id.optional()?.map(|id| talk(db, id)).transpose()
        })
        .await
    }

    /// The visitor gives stars, 1 to 5; given again, the last ones count.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn give_stars(
        &self,
        site: i64,
        key: [u8; 16],
        stars: u8,
    ) -> Result<Option<Talk>, StoreError> {
        self.write(move |db| {
            let sql =
                "UPDATE conversation SET rating = ?3 WHERE site = ?1 AND key = ?2 RETURNING id";
            let id = db.prepare_cached(sql)?.query_row(params![site, key, stars], |row| row.get(0));
            id.optional()?.map(|id| talk(db, id)).transpose()
        })
        .await
    }

    /// Those that wait for a person at a site, the first first; at most [`ROWS_MAX`].
    ///
    /// # Errors
    /// What SQLite says.
    pub fn queue(&self, site: i64) -> Result<Vec<Talk>, StoreError> {
        let sql = format!(
            "{TALK} WHERE site = ? AND state = 'waiting' ORDER BY waiting_since, conversation.id LIMIT ?"
        );
        let values = params![site, ROWS_MAX as u64];
        self.read(|db| db.prepare_cached(&sql)?.query_map(values, read_talk)?.collect())
    }

    /// For when calls were promised from a time on, once for each call.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn callbacks(&self, site: i64, from: Millis) -> Result<Vec<u64>, StoreError> {
        let sql = "SELECT callback_at FROM conversation
                   WHERE site = ? AND callback_at > 0 AND callback_at >= ? AND state <> 'closed'";
        let values = params![site, from.0];
        self.read(|db| db.prepare_cached(sql)?.query_map(values, |row| row.get(0))?.collect())
    }

    /// Who answers, by name.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn agents(&self) -> Result<Vec<Agent>, StoreError> {
        let sql = "SELECT body FROM agent ORDER BY name";
        self.read(|db| db.prepare(sql)?.query_map([], |row| parsed(row, 0))?.collect())
    }

    /// Keeps how somebody wants to be found; beyond [`AGENTS_MAX`] nobody new is kept.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn keep_agent(&self, agent: Agent) -> Result<(), StoreError> {
        self.write(move |db| {
            let sql = "INSERT INTO agent SELECT ?1, ?2
                       WHERE (SELECT COUNT(*) FROM agent WHERE name <> ?1) < ?3
                       ON CONFLICT (name) DO UPDATE SET body = excluded.body";
            db.execute(sql, params![agent.name, json(&agent), AGENTS_MAX]).map(drop)
        })
        .await
    }

    /// What a site's operators set under a name, if they did.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn desk<T: DeserializeOwned>(
        &self,
        site: i64,
        name: &str,
    ) -> Result<Option<T>, StoreError> {
        let sql = "SELECT body FROM desk WHERE site = ? AND name = ?";
        self.read(|db| db.query_row(sql, params![site, name], |row| parsed(row, 0)).optional())
    }

    /// Sets it.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn set_desk(
        &self,
        site: i64,
        name: &'static str,
        value: &impl Serialize,
    ) -> Result<(), StoreError> {
        let body = json(value);
        self.write(move |db| put_desk(db, site, name, &body)).await
    }

    /// The same for the command line, which waits.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub(crate) fn set_desk_now(
        &self,
        site: i64,
        name: &'static str,
        value: &impl Serialize,
    ) -> Result<(), StoreError> {
        let body = json(value);
        self.write_now(move |db| put_desk(db, site, name, &body))
    }

    /// How many conversations each has in which something was said since `since`.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn loads(&self, since: Millis) -> Result<Vec<(String, u16)>, StoreError> {
        let sql = "SELECT agent, COUNT(*) FROM conversation
                   WHERE state = 'open' AND last_at >= ? GROUP BY agent";
        self.read(|db| {
            let read = |row: &Record| Ok((row.get(0)?, row.get(1)?));
            db.prepare_cached(sql)?.query_map([since.0], read)?.collect()
        })
    }
}

fn put_desk(db: &Connection, site: i64, name: &str, body: &str) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO desk VALUES (?, ?, ?)";
    db.execute(sql, params![site, name, body]).map(drop)
}

/// Who does something with which conversation, and when.
struct Who<'a> {
    site: i64,
    id: u64,
    by: &'a str,
    now: Millis,
}

fn treat(db: &Connection, who: &Who<'_>, deed: &Deed) -> rusqlite::Result<Done> {
    let Some(before) = found(db, who.site, who.id)? else { return Ok(Done::Unknown) };
    let (id, row) = (signed(who.id), before.row);
    let is_another = row.state == State::Open && row.agent != who.by;
    let (mut said, mut noted) = (None, None);
    match deed {
        Deed::Accept | Deed::Say { .. } | Deed::Close | Deed::Transfer { .. } if is_another => {
            return Ok(Done::Taken(row.agent));
        }
        Deed::Accept => accept(db, id, who.by)?,
        Deed::Say { .. } | Deed::Transfer { .. } if row.state != State::Open => {
            return Ok(Done::NotOpen);
        }
        Deed::Say { number, text } => match say(db, id, who, *number, text)? {
            Put::New(message) => said = Some(message),
            Put::Known => {}
            Put::Full => return Ok(Done::Full),
        },
        Deed::Transfer { agent, skill } => transfer(db, id, (agent, skill), who.now)?,
        Deed::Close => {
            let sql = "UPDATE conversation SET state = 'closed', waiting_since = 0 WHERE id = ?";
            db.execute(sql, [id])?;
        }
        Deed::Note { number, text } => match note(db, id, who, *number, text)? {
            Put::New(note) => noted = Some(note),
            Put::Known => {}
            Put::Full => return Ok(Done::Full),
        },
        Deed::Read => {
            let next = next_number(db, id)?;
            db.execute("UPDATE conversation SET agent_read = ?2 WHERE id = ?1", params![id, next])?;
        }
    }
    Ok(Done::Changed(Box::new(talk(db, id)?), said, noted))
}

fn accept(db: &Connection, id: i64, by: &str) -> rusqlite::Result<()> {
    let sql = "UPDATE conversation SET state = 'open', agent = ?2, skill = '', agent_read = ?3 WHERE id = ?1";
    db.execute(sql, params![id, by, next_number(db, id)?]).map(drop)
}

/// Whom it waits for from now on; who waited for an answer goes on waiting for it.
fn transfer(db: &Connection, id: i64, to: (&str, &str), now: Millis) -> rusqlite::Result<()> {
    let sql = "UPDATE conversation SET state = 'waiting', agent = ?2, skill = ?3,
                   waiting_since = CASE WHEN waiting_since > 0 THEN waiting_since ELSE ?4 END
               WHERE id = ?1";
    db.execute(sql, params![id, to.0, to.1, now.0]).map(drop)
}

/// What became of something that is to be kept once.
enum Put<T> {
    New(T),
    Known,
    Full,
}

fn say(
    db: &Connection,
    id: i64,
    who: &Who<'_>,
    number: u32,
    text: &str,
) -> rusqlite::Result<Put<Message>> {
    let known = "SELECT 1 FROM message WHERE conversation = ? AND sender = 'agent' AND ask = ?";
    if db.query_row(known, params![id, number], |_| Ok(())).optional()?.is_some() {
        return Ok(Put::Known);
    }
    let next = next_number(db, id)?;
    if next >= MESSAGES_MAX {
        return Ok(Put::Full);
    }
    let sql = "INSERT INTO message (conversation, number, sender, ask, text, at, extra, author)
               VALUES (?, ?, 'agent', ?, ?, ?, '', ?)";
    db.execute(sql, params![id, next, number, text, who.now.0, who.by])?;
    let sql =
        "UPDATE conversation SET waiting_since = 0, last_at = ?2, agent_read = ?3 WHERE id = ?1";
    db.execute(sql, params![id, who.now.0, next + 1])?;
    Ok(messages(db, id, next, next)?.pop().map_or(Put::Known, Put::New))
}

fn note(
    db: &Connection,
    id: i64,
    who: &Who<'_>,
    number: u32,
    text: &str,
) -> rusqlite::Result<Put<Note>> {
    let count = "SELECT COUNT(*), TOTAL(number = ?2) FROM note WHERE conversation = ?1";
    let (notes, same): (usize, f64) =
        db.query_row(count, params![id, number], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if same > 0.0 {
        return Ok(Put::Known);
    }
    if notes >= NOTES_MAX {
        return Ok(Put::Full);
    }
    let sql = "INSERT INTO note (conversation, number, author, text, at) VALUES (?, ?, ?, ?, ?)";
    db.execute(sql, params![id, number, who.by, text, who.now.0])?;
    Ok(Put::New(Note { by: who.by.into(), at: who.now.0, text: text.into() }))
}

fn found(db: &Connection, site: i64, id: u64) -> rusqlite::Result<Option<Talk>> {
    let sql = format!("{TALK} WHERE site = ? AND conversation.id = ?");
    db.prepare_cached(&sql)?.query_row(params![site, signed(id)], read_talk).optional()
}

/// The conversation with this number, which must be there.
pub(super) fn talk(db: &Connection, id: i64) -> rusqlite::Result<Talk> {
    let sql = format!("{TALK} WHERE conversation.id = ?");
    db.prepare_cached(&sql)?.query_row([id], read_talk)
}

fn read_talk(row: &Record) -> rusqlite::Result<Talk> {
    let state: String = row.get(4)?;
    let last_text: Option<String> = row.get(15)?;
    Ok(Talk {
        site: row.get(1)?,
        key: row.get(2)?,
        campaign: row.get(3)?,
        agent_read: row.get(18)?,
        visitor_read: row.get(19)?,
        place: row.get(20)?,
        row: Row {
            id: row.get(0)?,
            state: self::state(&state),
            agent: row.get(5)?,
            skill: row.get(6)?,
            offered: String::new(),
            visitor: row.get::<_, Option<String>>(7)?.unwrap_or_default(),
            language: row.get(8)?,
            path: row.get(9)?,
            began_at: row.get(10)?,
            last_at: row.get(11)?,
            waiting_since: row.get(12)?,
            rating: row.get(13)?,
            callback_at: row.get(21)?,
            customer: row.get(22)?,
            last_from: row.get::<_, Option<String>>(14)?.unwrap_or_default(),
            last_text: last_text.unwrap_or_default().chars().take(PREVIEW_CHARS).collect(),
            unanswered: row.get(16)?,
            unread: row.get(17)?,
            points: 0,
            reasons: Vec::new(),
        },
    })
}

/// The state of a name that a table has; one of a later program is the bot's.
pub(super) fn state(name: &str) -> State {
    State::of(name).unwrap_or_default()
}

/// Numbers in the database are signed; ours are not negative.
fn signed(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

const TALK: &str = "
    SELECT conversation.id, site, key, campaign, state, agent, skill,
        COALESCE(last_session, session), language, path, began_at, last_at,
        waiting_since, rating, last.sender, last.text,
        (SELECT COUNT(*) FROM message AS it
         WHERE it.conversation = conversation.id AND it.sender = 'visitor' AND it.is_answered = 0),
        (SELECT COUNT(*) FROM message AS it
         WHERE it.conversation = conversation.id AND it.sender = 'visitor' AND it.number >= agent_read),
        agent_read, visitor_read,
        CASE WHEN state <> 'waiting' THEN 0 ELSE
            (SELECT COUNT(*) FROM conversation AS it WHERE it.site = conversation.site AND it.state = 'waiting'
             AND (it.waiting_since, it.id) <= (conversation.waiting_since, conversation.id)) END,
        callback_at, customer
    FROM conversation LEFT JOIN message AS last ON last.conversation = conversation.id AND last.number =
        (SELECT MAX(number) FROM message AS it WHERE it.conversation = conversation.id)";

/// Names that are kept.
const AGENTS_MAX: u32 = 500;
