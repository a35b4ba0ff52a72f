//! Conversations: a message and its answer in one transaction.

use beacon::Millis;
use nunchi_api::chat::{Link, Message};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

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
    /// Language of the page.
    pub language: String,
    /// Path of the page.
    pub path: String,
    /// Campaign whose invitation was accepted.
    pub campaign: Option<u16>,
    /// What the visitor said, masked.
    pub text: String,
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
    /// # Errors
    /// What keeps it from being durable.
    pub async fn ask(&self, asked: Asked) -> Result<Option<Vec<Message>>, StoreError> {
        self.write(move |db| write(db, &asked)).await
    }

    /// All of a conversation, oldest first; nothing of one that is not known.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn thread(&self, site: i64, conversation: [u8; 16]) -> Result<Vec<Message>, StoreError> {
        self.read(|db| {
            let sql = "SELECT id FROM conversation WHERE site = ? AND key = ?";
            let id = db.query_row(sql, params![site, conversation], |row| row.get(0)).optional()?;
            id.map_or(Ok(Vec::new()), |id| messages(db, id, 0, u32::MAX))
        })
    }
}

fn write(db: &Connection, asked: &Asked) -> rusqlite::Result<Option<Vec<Message>>> {
    let id = conversation(db, asked)?;
    let sql = "SELECT number FROM message WHERE conversation = ? AND ask = ?";
    let known = db.query_row(sql, params![id, asked.number], |row| row.get(0)).optional()?;
    if let Some(number) = known {
        return messages(db, id, number, number + 1).map(Some);
    }
    let sql = "SELECT COALESCE(MAX(number) + 1, 0) FROM message WHERE conversation = ?";
    let number: u32 = db.query_row(sql, [id], |row| row.get(0))?;
    if number >= MESSAGES_MAX {
        return Ok(None);
    }
    let sql =
        "INSERT INTO message (conversation, number, sender, ask, text, at, extra, is_answered)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let Asked { text, answer, is_answered, now, .. } = asked;
    let empty = json(&Extra::default());
    db.execute(sql, params![id, number, "visitor", asked.number, text, now.0, empty, is_answered])?;
    let extra = Extra { links: answer.links.clone(), suggestions: answer.suggestions.clone() };
    let none: Option<u32> = None;
    let values = params![id, number + 1, "bot", none, answer.text, now.0, json(&extra), true];
    db.execute(sql, values)?;
    messages(db, id, number, number + 1).map(Some)
}

fn conversation(db: &Connection, asked: &Asked) -> rusqlite::Result<i64> {
    let sql = "INSERT INTO conversation
                   (site, key, session, language, path, campaign, began_at, wants_person)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)
               ON CONFLICT (site, key) DO UPDATE SET
                   session = COALESCE(session, excluded.session),
                   wants_person = wants_person OR excluded.wants_person
               RETURNING id";
    let Asked { site, conversation, session, language, path, campaign, now, wants_person, .. } =
        asked;
    let values =
        params![site, conversation, session, language, path, campaign, now.0, wants_person];
    db.query_row(sql, values, |row| row.get(0))
}

fn messages(db: &Connection, id: i64, from: u32, to: u32) -> rusqlite::Result<Vec<Message>> {
    let sql = "SELECT number, sender, text, at, extra FROM message
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
        })
    };
    db.prepare_cached(sql)?.query_map(params![id, from, to], read_row)?.collect()
}

fn json(extra: &Extra) -> String {
    serde_json::to_string(extra).unwrap_or_default()
}

/// Messages of one conversation, the bot's included.
const MESSAGES_MAX: u32 = 500;
