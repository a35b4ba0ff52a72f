//! Knowledge bases, entry by entry, and what the bot could not answer. What an entry may be, the caller
//! has checked.

use beacon::SiteKey;
use nunchi_api::knowledge::Entry;
use rusqlite::{Connection, OptionalExtension, params};

use super::{Store, StoreError};

/// What becomes of a site's entries; all of it, or nothing.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// All there are go first.
    pub clears: bool,
    /// These go.
    pub removed: Vec<String>,
    /// These come, or take the place of those with their id.
    pub put: Vec<Entry>,
}

/// What a visitor said and the bot did not understand, masked as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unanswered {
    /// The visitor's words.
    pub text: String,
    /// Number of the conversation.
    pub conversation: i64,
    /// When.
    pub at: u64,
}

impl Store {
    /// A site's own entries, drafts among them, in the order in which they are shown.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn knowledge(&self, site: i64) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT body FROM entry WHERE site = ? ORDER BY place, id";
        self.read(|db| {
            db.prepare_cached(sql)?.query_map([site], |row| super::sites::parsed(row, 0))?.collect()
        })
    }

    /// Changes a site's entries.
    ///
    /// # Errors
    /// [`StoreError::UnknownSite`]; what SQLite says.
    pub fn change_knowledge(&self, key: &SiteKey, change: Change) -> Result<(), StoreError> {
        let site_key = key.clone();
        let is_known = self.write_now(move |db| {
            let sql = "SELECT id FROM site WHERE key = ?";
            let site = db.query_row(sql, [site_key.as_str()], |row| row.get(0)).optional()?;
            site.map(|site| write(db, site, &change)).transpose()
        })?;
        is_known.ok_or_else(|| StoreError::UnknownSite(key.to_string()))
    }

    /// The newest of a site's questions that were not answered, at most [`UNANSWERED_MAX`], newest
    /// first. They go with their conversations.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn unanswered(&self, site: i64) -> Result<Vec<Unanswered>, StoreError> {
        let sql = "SELECT text, conversation, at FROM message
                   JOIN conversation ON conversation.id = message.conversation
                   WHERE is_answered = 0 AND sender = 'visitor' AND site = ?
                   ORDER BY at DESC, conversation DESC, number DESC LIMIT ?";
        self.read(|db| {
            let read_row = |row: &rusqlite::Row| {
                Ok(Unanswered { text: row.get(0)?, conversation: row.get(1)?, at: row.get(2)? })
            };
            db.prepare_cached(sql)?.query_map(params![site, UNANSWERED_MAX], read_row)?.collect()
        })
    }
}

fn write(db: &Connection, site: i64, change: &Change) -> rusqlite::Result<()> {
    if change.clears {
        db.execute("DELETE FROM entry WHERE site = ?", [site])?;
    }
    for id in &change.removed {
        db.prepare_cached("DELETE FROM entry WHERE site = ? AND id = ?")?
            .execute(params![site, id])?;
    }
    let sql = "INSERT INTO entry (site, id, place, body)
               SELECT ?1, ?2, COALESCE(MAX(place) + 1, 0), ?3 FROM entry WHERE site = ?1
               ON CONFLICT (site, id) DO UPDATE SET body = excluded.body";
    for entry in &change.put {
        db.prepare_cached(sql)?.execute(params![site, entry.id, super::sites::json(entry)])?;
    }
    let sql =
        "INSERT INTO known VALUES (?, 1) ON CONFLICT (site) DO UPDATE SET version = version + 1";
    db.execute(sql, [site])?;
    super::sites::changed(db)
}

/// Questions looked at when it is asked what the bot lacks.
pub(super) const UNANSWERED_MAX: u32 = 5_000;

#[cfg(test)]
mod tests {
    use beacon::Millis;
    use nunchi_api::knowledge::Text;

    use super::*;
    use crate::store::{Asked, Entry as Said};

    fn entry(id: &str, answer: &str) -> Entry {
        let text = Text { questions: vec![id.into()], answer: answer.into() };
        Entry { id: id.into(), texts: [("en".into(), text)].into(), ..Entry::default() }
    }

    fn shop() -> (tempfile::TempDir, Store, SiteKey) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let key = SiteKey::parse("shop").unwrap();
        let pack = engine::pack::Pack::default();
        store.put_site(&key, "Shop", &[], pack, Millis(1)).unwrap();
        (folder, store, key)
    }

    fn told(store: &Store) -> String {
        let entries = store.knowledge(1).unwrap();
        let line = |entry: &Entry| format!("{}={}", entry.id, entry.texts["en"].answer);
        entries.iter().map(line).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn entries_come_change_go_and_keep_their_places() {
        let (_folder, store, key) = shop();
        let change = |change: Change| store.change_knowledge(&key, change).unwrap();
        assert_eq!(store.sites().unwrap()[0].knowledge, 0);
        change(Change { put: vec![entry("b", "1"), entry("a", "1")], ..Change::default() });
        assert_eq!(told(&store), "b=1 a=1");
        change(Change { put: vec![entry("c", "1"), entry("b", "2")], ..Change::default() });
        assert_eq!(told(&store), "b=2 a=1 c=1");
        change(Change { removed: vec!["a".into(), "none".into()], ..Change::default() });
        assert_eq!(told(&store), "b=2 c=1");
        assert_eq!(store.sites().unwrap()[0].knowledge, 3, "each change has its number");
        change(Change { clears: true, put: vec![entry("d", "1")], ..Change::default() });
        assert_eq!(told(&store), "d=1");
        let other = SiteKey::parse("other").unwrap();
        let error = store.change_knowledge(&other, Change::default()).unwrap_err();
        assert!(matches!(error, StoreError::UnknownSite(_)), "{error}");
    }

    #[actix_web::test]
    async fn what_was_not_answered_is_found_newest_first_until_its_conversation_goes() {
        let (_folder, store, _) = shop();
        for (number, text, is_answered) in
            [(0, "old", false), (1, "known", true), (2, "new", false)]
        {
            let now = Millis(1_000 + u64::from(number));
            let asked = Asked {
                site: 1,
                conversation: [1; 16],
                number,
                session: None,
                language: "en".into(),
                path: "/".into(),
                campaign: None,
                text: text.into(),
                skill: String::new(),
                callback_at: 0,
                customer: String::new(),
                is_answered,
                wants_person: false,
                answer: Said::default(),
                now,
            };
            store.ask(asked).await.unwrap();
        }
        let texts: Vec<_> = store.unanswered(1).unwrap().into_iter().map(|it| it.text).collect();
        assert_eq!(texts, ["new", "old"]);
        assert!(store.unanswered(2).unwrap().is_empty());
        let retention = crate::store::Retention { chat_days: 1, ..Default::default() };
        store.drop_past(Millis(3 * 86_400_000), retention).unwrap();
        assert!(store.unanswered(1).unwrap().is_empty());
    }
}
