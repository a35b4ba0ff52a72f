//! The record of who did what: append only, each entry chained to the one before by SHA-256.
//!
//! An entry is written in the transaction of what it tells of, so there is one of each, or neither. It
//! holds no words of visitors. Where the chain ends stands a second time, so that a cut is found; who
//! can write the database may make a whole new chain, and is found by an end that was noted elsewhere
//! (`nunchi audit verify --known`).

use beacon::Millis;
use nunchi_api::people::AuditEntry;
use rusqlite::{Connection, Row, params};
use sha2::{Digest as _, Sha256};

use super::{Store, StoreError};
use crate::hex::hex;

/// What somebody did, for the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Did {
    /// Who, as `Kim (person 3)`.
    pub who: String,
    /// What, as `add_person`.
    pub what: &'static str,
    /// To what, as `person 3`.
    pub about: String,
    /// When.
    pub at: Millis,
}

/// What a look at the chain came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditCheck {
    /// Entries that are there.
    pub entries: u64,
    /// Where the chain ends, `NUMBER:HASH`, to be noted elsewhere.
    pub end: String,
    /// What is wrong, in words for people.
    pub findings: Vec<String>,
}

impl Store {
    /// Puts it on record.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub async fn note(&self, did: Did) -> Result<(), StoreError> {
        self.write(move |db| append(db, &did)).await
    }

    /// The same for a command line, which may wait.
    ///
    /// # Errors
    /// What keeps it from being durable.
    pub fn note_now(&self, did: Did) -> Result<(), StoreError> {
        self.write_now(move |db| append(db, &did))
    }

    /// Entries before the one with this number, newest first, at most `limit`; and how many there are.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn audit(&self, before: u64, limit: u32) -> Result<(Vec<AuditEntry>, u64), StoreError> {
        let sql = "SELECT number, at, who, what, about, hash FROM audit
                   WHERE number < ? ORDER BY number DESC LIMIT ?";
        self.read(|db| {
            let before = i64::try_from(before).unwrap_or(i64::MAX);
            let entries =
                db.prepare_cached(sql)?.query_map(params![before, limit], read_entry)?.collect();
            let total = db.query_row("SELECT COUNT(*) FROM audit", [], |row| row.get(0))?;
            Ok((entries, total))
        })
        .and_then(|(entries, total): (rusqlite::Result<Vec<_>>, u64)| Ok((entries?, total)))
    }

    /// Goes through the chain from its beginning. `known`: an end that was noted elsewhere.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn check_audit(&self, known: Option<(u64, String)>) -> Result<AuditCheck, StoreError> {
        self.read(|db| {
            let mut chain = Chain::new(known);
            let sql = "SELECT number, at, who, what, about, hash FROM audit ORDER BY number";
            for entry in db.prepare(sql)?.query_map([], read_entry)? {
                chain.follow(&entry?);
            }
            let (number, hash) = end(db)?;
            Ok(chain.close(number, &hex(&hash)))
        })
    }
}

/// Adds an entry, in the transaction of what it tells of.
pub(super) fn append(db: &Connection, did: &Did) -> rusqlite::Result<()> {
    let (last, before) = end(db)?;
    let Did { who, what, about, at } = did;
    let (who, about) = (clip(who), clip(about));
    let number = last + 1;
    let hash = chained(&before, number, at.0, [&who, what, &about]);
    let sql = "INSERT INTO audit (number, at, who, what, about, hash) VALUES (?, ?, ?, ?, ?, ?)";
    db.prepare_cached(sql)?.execute(params![number, at.0, who, what, about, hash])?;
    let sql = "UPDATE audit_end SET number = ?, hash = ?";
    db.prepare_cached(sql)?.execute(params![number, hash]).map(drop)
}

/// Number and hash of the last entry; 0 and nothing before the first.
fn end(db: &Connection) -> rusqlite::Result<(u64, Vec<u8>)> {
    db.query_row("SELECT number, hash FROM audit_end", [], |row| Ok((row.get(0)?, row.get(1)?)))
}

pub(super) fn read_entry(row: &Row) -> rusqlite::Result<AuditEntry> {
    let hash: Vec<u8> = row.get(5)?;
    Ok(AuditEntry {
        number: row.get(0)?,
        at: row.get(1)?,
        who: row.get(2)?,
        what: row.get(3)?,
        about: row.get(4)?,
        hash: hex(&hash),
    })
}

/// Each text with its length before it, so that no two entries have the same bytes.
fn chained(before: &[u8], number: u64, at: u64, texts: [&str; 3]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(number.to_le_bytes());
    hash.update(at.to_le_bytes());
    for text in texts {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

fn clip(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(TEXT_CHARS_MAX).collect()
}

/// Walks along the chain and remembers what is wrong.
struct Chain {
    before: Vec<u8>,
    next: u64,
    known: Option<(u64, String)>,
    check: AuditCheck,
}

impl Chain {
    fn new(known: Option<(u64, String)>) -> Self {
        Self { before: vec![], next: 1, known, check: AuditCheck::default() }
    }

    fn follow(&mut self, entry: &AuditEntry) {
        let AuditEntry { number, at, who, what, about, hash } = entry;
        if *number != self.next {
            self.find(format!("entries {} to {} are missing", self.next, number.saturating_sub(1)));
        }
        let made = chained(&self.before, *number, *at, [who, what, about]);
        if hex(&made) != *hash && *number == self.next {
            self.find(format!("entry {number} is not as it was written"));
        }
        if let Some((_, told)) = self.known.as_ref().filter(|it| it.0 == *number && it.1 != *hash) {
            let told = format!("entry {number} had the hash {told} when it was noted");
            self.find(told);
        }
        // On from what stands there: so one change is one finding.
        self.before = crate::hex::unhex(hash).unwrap_or_default();
        self.next = number + 1;
        self.check.entries += 1;
    }

    fn close(mut self, number: u64, hash: &str) -> AuditCheck {
        let last = self.next - 1;
        let known = self.known.as_ref().map_or(0, |it| it.0);
        if last < number.max(known) {
            self.find(format!("entries {} to {} are missing", self.next, number.max(known)));
        } else if last > number || hex(&self.before) != hash {
            self.find(format!("the chain ends at entry {last}, but {number} stands as its end"));
        }
        self.check.end = format!("{last}:{}", hex(&self.before));
        self.check
    }

    fn find(&mut self, finding: String) {
        self.check.findings.push(finding);
    }
}

/// Of a name or a thing in the record.
const TEXT_CHARS_MAX: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    async fn recorded() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        for (number, what) in (1..).zip(["set_up", "add_person", "add_token", "publish"]) {
            let (who, about) = ("Kim (person 1)".into(), format!("thing {number}"));
            store.note(Did { who, what, about, at: Millis(1_000 * number) }).await.unwrap();
        }
        (folder, store)
    }

    fn findings(store: &Store) -> Vec<String> {
        store.check_audit(None).unwrap().findings
    }

    #[actix_web::test]
    async fn a_whole_chain_has_no_findings_and_its_end_can_be_noted() {
        let (_folder, store) = recorded().await;
        let check = store.check_audit(None).unwrap();
        assert_eq!((check.entries, check.findings.as_slice()), (4, [].as_slice()));
        let (number, hash) = check.end.split_once(':').unwrap();
        let noted = |hash: &str| Some((number.parse().unwrap(), hash.to_owned()));
        assert_eq!(store.check_audit(noted(hash)).unwrap().findings, [""; 0]);
        let (entries, total) = store.audit(4, 2).unwrap();
        let numbers: Vec<u64> = entries.iter().map(|it| it.number).collect();
        assert_eq!((numbers, total), (vec![3, 2], 4));
        assert_eq!(store.check_audit(noted(&"0".repeat(64))).unwrap().findings.len(), 1);
    }

    #[actix_web::test]
    async fn each_thing_that_is_done_to_it_is_found() {
        let begin = "entry 2 is not as it was written";
        for (sql, expected) in [
            ("UPDATE audit SET at = at + 1 WHERE number = 2", begin),
            ("UPDATE audit SET who = 'Lee (person 2)' WHERE number = 2", begin),
            ("UPDATE audit SET what = 'add_persons' WHERE number = 2", begin),
            ("UPDATE audit SET what = 'add_', about = 'personthing 2' WHERE number = 2", begin),
            ("DELETE FROM audit WHERE number = 1", "entries 1 to 1 are missing"),
            ("DELETE FROM audit WHERE number IN (2, 3)", "entries 2 to 3 are missing"),
            ("DELETE FROM audit WHERE number = 4", "entries 4 to 4 are missing"),
            ("DELETE FROM audit", "entries 1 to 4 are missing"),
            (
                "UPDATE audit_end SET number = 3",
                "the chain ends at entry 4, but 3 stands as its end",
            ),
        ] {
            let (_folder, store) = recorded().await;
            store.write(move |db| db.execute(sql, []).map(drop)).await.unwrap();
            assert_eq!(findings(&store), [expected], "{sql}");
        }
    }

    #[actix_web::test]
    async fn a_chain_that_was_made_anew_is_found_by_an_end_that_was_noted() {
        let (_folder, store) = recorded().await;
        let (number, hash) = (4, store.check_audit(None).unwrap().end[2..].to_owned());
        let again = |db: &Connection| {
            db.execute_batch("DELETE FROM audit; UPDATE audit_end SET number = 0, hash = x''")?;
            let (who, about) = ("nobody".to_owned(), String::new());
            append(db, &Did { who, what: "nothing", about, at: Millis(1) })
        };
        store.write(again).await.unwrap();
        assert_eq!(findings(&store), [""; 0]);
        let check = store.check_audit(Some((number, hash))).unwrap();
        assert_eq!(check.findings, ["entries 2 to 4 are missing"]);
    }
}
