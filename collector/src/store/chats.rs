//! Conversations: a message and its answer in one transaction.

use beacon::Millis;
use nunchi_api::chat::{Link, Message};
use nunchi_api::inbox::State;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::inbox::{self, Talk};
use super::{Span, Store, StoreError};

/// A visitor's message and the bot's answer to it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The site's number.
    pub site: i64,
    /// The key of the conversation.
    pub conversation: [u8; 16],
    /// The visitor's own count of messages.
    pub number: u32,
    /// Session, where consent gave one.
    pub session: Option<String>,
    /// Whom the shop signed for, by its own id; else empty.
    pub customer: String,
    /// In which it is said: `ko`, `en`.
    pub language: String,
    /// Path of the page.
    pub path: String,
    /// Campaign whose invitation was accepted.
    pub campaign: Option<u16>,
    /// What the visitor said, masked.
    pub text: String,
    /// What whoever answers should know about, if it comes to that.
    pub skill: String,
    /// When they want to be called, milliseconds since 1970; 0: nothing was said of it.
    pub callback_at: u64,
    /// The bot understood it.
    pub is_answered: bool,
    /// The visitor asked for a person.
    pub wants_person: bool,
    /// What the bot says.
    pub answer: Entry,
    /// When.
    pub now: Millis,
}

/// What somebody says, with what goes with it.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Plain text.
    pub text: String,
    /// Pages that say more.
    pub links: Vec<Link>,
    /// Questions that may be asked next.
    pub suggestions: Vec<String>,
}

/// What came of a message.
#[derive(Clone, Debug)]
pub struct Kept {
    /// It, and the bot's answer if there is one.
    pub messages: Vec<Message>,
    /// It was not kept before.
    pub is_new: bool,
    /// The conversation, with it.
    pub talk: Talk,
}

#[derive(Default, Serialize, Deserialize)]
struct Extra {
    links: Vec<Link>,
    suggestions: Vec<String>,
}

impl Store {
    /// Sessions of conversations begun in the span, where they are known; one each.
    ///
    /// # Errors
    /// What SQLite says.
    pub(crate) fn conversations_begun(
        &self,
        span: Span,
    ) -> Result<Vec<Option<String>>, StoreError> {
        let sql = "SELECT session FROM conversation
                   WHERE site = ? AND began_at >= ? AND began_at < ?";
        let values = params![span.site, span.from, span.to];
        self.read(|db| db.prepare_cached(sql)?.query_map(values, |row| row.get(0))?.collect())
    }

    /// Keeps message and answer, and gives both back as they are kept. The same number again gives
    /// what was kept the first time. `None`: the conversation is full.
    ///
    /// The answer is kept while the bot has the conversation; while a person is waited for, if the bot
    /// was sure of it; while a person has it, never.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn ask(&self, asked: Asked) -> Result<Option<Kept>, StoreError> {
        self.write(move |db| write(db, &asked)).await
    }
}

fn write(db: &Connection, asked: &Asked) -> rusqlite::Result<Option<Kept>> {
    let id = conversation(db, asked)?;
    let sql =
        "SELECT number FROM message WHERE conversation = ? AND sender = 'visitor' AND ask = ?";
    let known = db.query_row(sql, params![id, asked.number], |row| row.get(0)).optional()?;
    if let Some(number) = known {
        return kept(db, id, number, false).map(Some);
    }
    let number = next_number(db, id)?;
    // Room for the answer as well.
    if number + 1 >= MESSAGES_MAX {
        return Ok(None);
    }
    let before = state_of(db, id)?;
    let Asked { text, answer, is_answered, now, .. } = asked;
    // What is said to a person is no question that the bot left open.
    let is_settled = *is_answered || before == State::Open;
    let empty = json(&Extra::default());
    let sql =
        "INSERT INTO message (conversation, number, sender, ask, text, at, extra, is_answered)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    db.execute(sql, params![id, number, "visitor", asked.number, text, now.0, empty, is_settled])?;
    let is_for_bot = match before {
        State::Bot | State::Closed => true,
        State::Waiting => *is_answered,
        State::Open => false,
    };
    if is_for_bot {
        let extra = Extra { links: answer.links.clone(), suggestions: answer.suggestions.clone() };
        let none: Option<u32> = None;
        let values = params![id, number + 1, "bot", none, answer.text, now.0, json(&extra), true];
        db.execute(sql, values)?;
    }
    follow(db, id, before, asked)?;
    kept(db, id, number, true).map(Some)
}

/// Where the conversation stands after the message.
fn follow(db: &Connection, id: i64, before: State, asked: &Asked) -> rusqlite::Result<()> {
    let after = match before {
        State::Bot | State::Closed if asked.wants_person => State::Waiting,
        State::Closed => State::Bot,
        State::Bot | State::Waiting | State::Open => before,
    };
    // From the first message on that a person has not answered.
    let waits = matches!(after, State::Waiting | State::Open);
    let sql = "UPDATE conversation SET state = ?2, last_at = ?3, language = ?4, path = ?5,
                   agent = CASE WHEN ?2 = 'bot' THEN '' ELSE agent END,
                   callback_at = CASE WHEN ?8 > 0 THEN ?8 ELSE callback_at END,
                   skill = CASE WHEN ?2 = 'waiting' AND skill = '' THEN ?7 ELSE skill END,
                   waiting_since = CASE WHEN NOT ?6 THEN 0 WHEN waiting_since > 0 THEN waiting_since ELSE ?3 END
               WHERE id = ?1";
    let Asked { now, language, path, skill, callback_at, .. } = asked;
    let values = params![id, after.name(), now.0, language, path, waits, skill, callback_at];
    db.execute(sql, values).map(drop)
}

fn kept(db: &Connection, id: i64, number: u32, is_new: bool) -> rusqlite::Result<Kept> {
    let messages = messages(db, id, number, number + 1)?;
    // The answer to this one, not to what a second tab said at the same time.
    let own = |it: &Message| it.number == number || it.from == "bot";
    let messages = messages.into_iter().filter(own).collect();
    Ok(Kept { messages, is_new, talk: inbox::talk(db, id)? })
}

fn conversation(db: &Connection, asked: &Asked) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO conversation
                   (site, key, session, last_session, language, path, campaign, began_at, last_at, wants_person,
                    customer)
               VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9)
               ON CONFLICT (site, key) DO UPDATE SET
                   session = COALESCE(session, excluded.session),
                   last_session = COALESCE(excluded.session, last_session),
                   wants_person = wants_person OR excluded.wants_person
               RETURNING id";
    let Asked { site, conversation, session, language, path, campaign, now, wants_person, .. } =
        asked;
    let values = params![
        site,
        conversation,
        session,
        language,
        path,
        campaign,
        now.0,
        wants_person,
        asked.customer
    ];
    db.query_row(sql, values, |row| row.get(0))
}

fn state_of(db: &Connection, id: i64) -> rusqlite::Result<State> {
    let sql = "SELECT state FROM conversation WHERE id = ?";
    db.query_row(sql, [id], |row| row.get::<_, String>(0)).map(|name| inbox::state(&name))
}

/// The number of the next message.
pub(super) fn next_number(db: &Connection, id: i64) -> rusqlite::Result<u32> {
    let sql = "SELECT COALESCE(MAX(number) + 1, 0) FROM message WHERE conversation = ?";
    db.prepare_cached(sql)?.query_row([id], |row| row.get(0))
}

/// Messages by their numbers, both ends included.
pub(super) fn messages(
    db: &Connection,
    id: i64,
    from: u32,
    to: u32,
) -> rusqlite::Result<Vec<Message>> {
    let sql = "SELECT number, sender, text, at, extra, author FROM message
               WHERE conversation = ? AND number BETWEEN ? AND ? ORDER BY number";
    let read_row = |row: &Row| {
        let extra: String = row.get(4)?;
        let extra: Extra = serde_json::from_str(&extra).unwrap_or_default();
        Ok(Message {
            number: row.get(0)?,
            from: row.get(1)?,
            text: row.get(2)?,
            at: row.get(3)?,
            links: extra.links,
            suggestions: extra.suggestions,
            by: row.get(5)?,
        })
    };
    db.prepare_cached(sql)?.query_map(params![id, from, to], read_row)?.collect()
}

fn json(extra: &Extra) -> String {
    serde_json::to_string(extra).unwrap_or_default()
}

/// Messages of one conversation, the bot's included.
pub(super) const MESSAGES_MAX: u32 = 500;
