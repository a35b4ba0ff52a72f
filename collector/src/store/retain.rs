//! What is past its time goes, by purpose. Days are UTC; a file goes as a whole, when its day lies
//! before the border, so that nothing has to be written anew. In ClickHouse a day is a partition. Ages count from a
//! time that beacons confirm ([`Store::believed`]).

use beacon::Millis;
use rusqlite::{Connection, params};

use super::catalogue::{self, Purpose};
use super::seal::{day_name, may_fail};
use super::{Store, StoreError, summary};

/// For how many days what is kept, besides the day itself; 0 is for ever. Dedup marks are no matter of
/// choice: they stay 73 hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// What questions are answered from.
    pub history_days: u32,
    /// Beacons byte for byte: what `backtest`, `why`, `parity` and the loss meter read.
    pub replay_days: u32,
    /// Conversations, from their last message on.
    pub chat_days: u32,
}

/// What went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Sealed files; where history is kept in ClickHouse, days of its tables too.
    pub files: usize,
    /// Conversations with all their messages.
    pub conversations: usize,
    /// Numbers of orders whose first report history had no more.
    pub orders: usize,
}

impl Store {
    /// Drops what is past its time. Blocks; beacons and questions do not wait.
    ///
    /// # Errors
    /// What SQLite says; what keeps a file from being removed; what ClickHouse says, when all that lies
    /// in the data folder is done.
    pub fn retain(&self, now: Millis, retention: Retention) -> Result<Dropped, StoreError> {
        let believed = self.believed(now)?;
        let (days, is_limited) = (now.since(believed) / DAY_MS, retention != Retention::default());
        if days > 0 && is_limited && believed > Millis(0) {
            tracing::warn!(
                days,
                "no beacon confirms what the clock says: what goes for its age waits for the next one"
            );
        }
        self.drop_past(believed, retention)
    }

    /// The same, counted from `now` whatever beacons say.
    pub(super) fn drop_past(
        &self,
        now: Millis,
        retention: Retention,
    ) -> Result<Dropped, StoreError> {
        let Retention { history_days, replay_days, chat_days } = retention;
        let mut dropped = Dropped::default();
        for (purpose, days) in [(Purpose::Items, history_days), (Purpose::Frames, replay_days)] {
            let files = self.drop_days(purpose, border(now, days)).inspect_err(|_| {
                // Named nowhere any more; if they cannot be removed, the next start does.
                let _ = self.sweep_files();
            })?;
            dropped.files += files;
        }
        let (parity, chats) = (border(now, replay_days), border(now, chat_days));
        self.write_now(move |db| {
            db.execute("DELETE FROM parity WHERE began_at < ?", [parity.0]).map(drop)
        })?;
        loop {
            match self.write_now(move |db| drop_chats(db, chats))? {
                0 => break,
                more => dropped.conversations += more,
            }
        }
        dropped.orders = self.forget_orders(border(now, history_days))?;
        self.share_out()?;
        if let Some(clickhouse) = &self.clickhouse {
            dropped.files += clickhouse.drop_days("items", border(now, history_days))?;
            dropped.files += clickhouse.drop_days("frames", border(now, replay_days))?;
        }
        Ok(dropped)
    }

    /// Forgets the numbers of orders whose first report was accepted before the day of `before`: history
    /// has no row of it any more, for rows lie with the day they are of, or with an earlier one. Who
    /// reports such an order again is believed, and counts once more. While history has the first report
    /// the number stays, however late a page that tells of the order is opened again; and so it does
    /// while the journal has lines of that time, which are not told yet which report was the first.
    fn forget_orders(&self, before: Millis) -> Result<usize, StoreError> {
        let oldest = self.held()?.oldest.unwrap_or(before);
        let before = Millis(before.min(oldest).0 / DAY_MS * DAY_MS);
        let mut forgotten = 0;
        loop {
            match self.write_now(move |db| forget_some_orders(db, before))? {
                0 => return Ok(forgotten),
                more => forgotten += more,
            }
        }
    }

    fn drop_days(&self, purpose: Purpose, before: Millis) -> Result<usize, StoreError> {
        let _alone = self.alone_with_files()?;
        let border = day_name(before.0);
        let mut old = self.read(catalogue::all)?;
        old.retain(|segment| segment.purpose == purpose && segment.day < border);
        let ids: Vec<i64> = old.iter().map(|segment| segment.id).collect();
        let forgets = purpose == Purpose::Items;
        self.write_now(move |db| {
            if forgets {
                summary::forget_before(db, before)?;
            }
            ids.iter().try_for_each(|id| catalogue::remove(db, *id))
        })?;
        self.forget_kept_summaries();
        // If the process ends here, the next one to open the folder removes them.
        self.remove_files(&old, &mut may_fail)?;
        Ok(old.len())
    }
}

/// What is older is past its time; nothing is where `days` is 0.
fn border(now: Millis, days: u32) -> Millis {
    let kept = if days == 0 { u64::MAX } else { u64::from(days).saturating_mul(DAY_MS) };
    Millis(now.since(Millis(kept)))
}

/// Some conversations whose last message is older, with their messages; returns how many.
fn drop_chats(db: &Connection, before: Millis) -> rusqlite::Result<usize> {
    let last = "COALESCE((SELECT MAX(at) FROM message WHERE conversation = id), began_at)";
    let old = format!("SELECT id FROM conversation WHERE {last} < ?1 ORDER BY id LIMIT ?2");
    let old: Vec<i64> = db
        .prepare_cached(&old)?
        .query_map(params![before.0, CHATS_MAX], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for id in &old {
        db.prepare_cached("DELETE FROM message WHERE conversation = ?")?.execute([id])?;
        db.prepare_cached("DELETE FROM note WHERE conversation = ?")?.execute([id])?;
        db.prepare_cached("DELETE FROM conversation WHERE id = ?")?.execute([id])?;
    }
    Ok(old.len())
}

fn forget_some_orders(db: &Connection, before: Millis) -> rusqlite::Result<usize> {
    let old = "DELETE FROM ordered WHERE (site, number) IN
               (SELECT site, number FROM ordered WHERE at < ? LIMIT ?)";
    db.prepare_cached(old)?.execute(params![before.0, ORDERS_MAX])
}

const DAY_MS: u64 = 86_400_000;

/// Numbers of orders forgotten in one transaction.
const ORDERS_MAX: u32 = 5_000;

/// Conversations dropped in one transaction, so that beacons need not wait long.
const CHATS_MAX: u32 = 100;

#[cfg(test)]
mod tests;
