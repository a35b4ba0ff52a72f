//! Conversations of customers whom the shop signed for: one thread on each of their devices.

use rusqlite::{Connection, OptionalExtension, params};

use super::chats::{MESSAGES_MAX, next_number};
use super::inbox::Talk;
use super::{Store, StoreError, inbox};

/// Where a customer's conversation goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The key of their thread; nothing need have been said in it yet.
    pub key: [u8; 16],
    /// What was said on this device before it was known whose it is came to the end of that thread: the
    /// number of the conversation that is no more, and the thread.
    pub moved: Option<(u64, Box<Talk>)>,
}

/// Who is where.
#[derive(Clone, Debug)]
pub struct Device {
    /// The site's number.
    pub site: i64,
    /// The key that the page holds.
    pub key: [u8; 16],
    /// A new one, for when that is another's.
    pub fresh: [u8; 16],
    /// Whom the shop signed for.
    pub customer: String,
}

impl Store {
    /// The key of a customer's thread, where nothing has to be done to make it so.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn thread_of(&self, device: &Device) -> Result<Option<[u8; 16]>, StoreError> {
        let plan = self.read(|db| plan(db, device))?;
        Ok(if let Plan::Go(key) = plan { Some(key) } else { None })
    }

    /// How many messages of the visitor are in a conversation; 0 in one that is not there.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn asks(&self, site: i64, key: [u8; 16]) -> Result<u32, StoreError> {
        let sql = "SELECT COUNT(*) FROM message JOIN conversation ON conversation.id = message.conversation
                   WHERE site = ? AND key = ? AND sender = 'visitor'";
        self.read(|db| db.prepare_cached(sql)?.query_row(params![site, key], |row| row.get(0)))
    }

    /// Finds the thread of a customer, and makes what was said on this device part of it. Only a
    /// conversation that is nobody's yet is made theirs.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn join(&self, device: Device) -> Result<Joined, StoreError> {
        self.write(move |db| settle(db, &device)).await
    }
}

/// What is to be done.
enum Plan {
    /// Nothing: this is the thread.
    Go([u8; 16]),
    /// The page's own becomes theirs.
    Claim(i64),
    /// What was said in one comes to the end of the other, which has the key.
    Move { from: i64, to: i64, key: [u8; 16] },
}

fn plan(db: &Connection, device: &Device) -> rusqlite::Result<Plan> {
    let Device { site, key, fresh, customer } = device;
    let sql = "SELECT id, customer FROM conversation WHERE site = ? AND key = ?";
    let own: Option<(i64, String)> = db
        .prepare_cached(sql)?
        .query_row(params![site, key], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    // One that is full is over; the next one is theirs then.
    let sql = "SELECT id, key FROM conversation WHERE site = ?1 AND customer = ?2 AND
                   (SELECT COUNT(*) FROM message WHERE conversation = conversation.id) < ?3
               ORDER BY last_at DESC, id DESC LIMIT 1";
    let thread: Option<(i64, [u8; 16])> = db
        .prepare_cached(sql)?
        .query_row(params![site, customer, MESSAGES_MAX - 1], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(match (own, thread) {
        (Some((from, whose)), Some((to, key))) if whose.is_empty() => {
            let has_room = next_number(db, from)? + next_number(db, to)? < MESSAGES_MAX;
            if has_room { Plan::Move { from, to, key } } else { Plan::Claim(from) }
        }
        (Some((from, whose)), None) if whose.is_empty() => Plan::Claim(from),
        (_, Some((_, key))) => Plan::Go(key),
        (Some(_), None) => Plan::Go(*fresh),
        (None, None) => Plan::Go(*key),
    })
}

/// Two tabs may ask at once: what is to be done is looked up again.
fn settle(db: &Connection, device: &Device) -> rusqlite::Result<Joined> {
    match plan(db, device)? {
        Plan::Go(key) => Ok(Joined { key, moved: None }),
        Plan::Claim(id) => {
            let sql = "UPDATE conversation SET customer = ?2 WHERE id = ?1";
            db.execute(sql, params![id, device.customer])?;
            Ok(Joined { key: device.key, moved: None })
        }
        Plan::Move { from, to, key } => {
            append(db, from, to)?;
            let talk = inbox::talk(db, to)?;
            Ok(Joined { key, moved: Some((from.cast_unsigned(), Box::new(talk))) })
        }
    }
}

/// Puts all that was said in one conversation behind what was said in the other, which goes on as the
/// first one stood if somebody of the shop was wanted there.
fn append(db: &Connection, from: i64, to: i64) -> rusqlite::Result<()> {
    let base = next_number(db, to)?;
    let sql = "SELECT COUNT(*) FROM message WHERE conversation = ? AND sender = 'visitor'";
    let asks: u32 = db.query_row(sql, [to], |row| row.get(0))?;
    // An operator's own number need not be known again: its answer has come.
    let sql = "UPDATE message SET conversation = ?2, number = number + ?3,
                   ask = CASE sender WHEN 'visitor' THEN ask + ?4 END
               WHERE conversation = ?1";
    db.execute(sql, params![from, to, base, asks])?;
    let sql = "UPDATE note SET conversation = ?2, number = number +
                   (SELECT COALESCE(MAX(number) + 1, 0) FROM note WHERE conversation = ?2)
               WHERE conversation = ?1";
    db.execute(sql, [from, to])?;
    let sql = "UPDATE conversation SET (state, agent, skill, waiting_since, agent_read) =
                   (SELECT state, agent, skill, waiting_since, agent_read + ?3 FROM conversation WHERE id = ?1)
               WHERE id = ?2 AND state NOT IN ('waiting', 'open')
                   AND (SELECT state FROM conversation WHERE id = ?1) IN ('waiting', 'open')";
    db.execute(sql, params![from, to, base])?;
    let sql = "UPDATE conversation AS own SET
                   (last_session, language, path, last_at, visitor_read, callback_at, wants_person) =
                   (SELECT COALESCE(it.last_session, own.last_session), it.language, it.path,
                        MAX(it.last_at, own.last_at), it.visitor_read + ?3, MAX(it.callback_at, own.callback_at),
                        it.wants_person OR own.wants_person
                    FROM conversation AS it WHERE it.id = ?1)
               WHERE id = ?2";
    db.execute(sql, params![from, to, base])?;
    db.execute("DELETE FROM conversation WHERE id = ?", [from]).map(drop)
}
