//! Who was promised what: each acknowledged key, synced to a file of its own after the 204 came.

use std::collections::HashSet;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;

use anyhow::{Context, Result, ensure};

use crate::beacons::Key;
use crate::figures::Figures;
use crate::stored::Stored;

/// Keys that were sent, and keys that were acknowledged.
#[derive(Debug)]
pub(crate) struct Ledger {
    file: PathBuf,
    sent: Mutex<HashSet<Key>>,
    acknowledged: Mutex<Option<Sender<Key>>>,
    clerk: Mutex<Option<JoinHandle<std::io::Result<()>>>>,
}

impl Ledger {
    /// Kept in `folder`.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let file = folder.join("ledger");
        let book = File::create(&file)?;
        let (acknowledged, keys) = channel();
        let clerk = std::thread::spawn(move || keep(book, &keys));
        Ok(Self {
            file,
            sent: Mutex::default(),
            acknowledged: Mutex::new(Some(acknowledged)),
            clerk: Mutex::new(Some(clerk)),
        })
    }

    /// A key goes out for the first time.
    pub(crate) fn sends(&self, key: Key) {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
    }

    /// The 204 for it came.
    pub(crate) fn acknowledged(&self, key: Key) {
        let sender = self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = sender.as_ref().expect("the ledger is open");
        sender.send(key).expect("the clerk works until the ledger is closed");
    }

    /// All that is promised so far, read from the file.
    pub(crate) fn read(&self) -> Result<HashSet<Key>> {
        let bytes = std::fs::read(&self.file).context("cannot read the ledger")?;
        let entries = bytes.chunks_exact(ENTRY).map(|entry| {
            let (run, sequence) = entry.split_at(16);
            let run = run.try_into().expect("16 bytes");
            (run, u32::from_le_bytes(sequence.try_into().expect("4 bytes")))
        });
        Ok(entries.collect())
    }

    /// Waits until everything is on disk.
    pub(crate) fn close(&self) -> Result<()> {
        drop(self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner).take());
        let clerk = self.clerk.lock().unwrap_or_else(PoisonError::into_inner).take();
        let kept = clerk.map_or(Ok(()), |it| it.join().expect("the clerk does not panic"));
        kept.context("the ledger cannot be kept")
    }

    /// acked ⊆ stored ⊆ sent, and each once.
    pub(crate) fn compare(&self, stored: &Stored) -> Result<Account> {
        ensure!(stored.damage.is_none(), "the folder is damaged: {:?}", stored.damage);
        let acknowledged = self.read()?;
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Account {
            acked: acknowledged.len(),
            sent: sent.len(),
            stored: stored.items.len(),
            lost: acknowledged.iter().filter(|key| !stored.has(key)).count(),
            duplicated: stored.misshapen(),
            foreign: stored.items.keys().filter(|key| !sent.contains(*key)).count(),
        })
    }
}

fn keep(mut book: File, keys: &Receiver<Key>) -> std::io::Result<()> {
    while let Ok(first) = keys.recv() {
        let mut entries = Vec::new();
        for (run, sequence) in std::iter::once(first).chain(keys.try_iter()) {
            entries.extend(run);
            entries.extend(sequence.to_le_bytes());
        }
        book.write_all(&entries)?;
        book.sync_data()?;
    }
    Ok(())
}

/// What the comparison came to, in beacons.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Account {
    pub(crate) acked: usize,
    pub(crate) sent: usize,
    pub(crate) stored: usize,
    /// Acknowledged, not stored.
    pub(crate) lost: usize,
    /// Stored more than once, or not whole.
    pub(crate) duplicated: usize,
    /// Stored, never sent.
    pub(crate) foreign: usize,
}

impl Account {
    /// The larger of each mistake, with the later counts.
    pub(crate) fn worse(self, later: Self) -> Self {
        let (lost, duplicated) = (self.lost.max(later.lost), self.duplicated.max(later.duplicated));
        Self { lost, duplicated, foreign: self.foreign.max(later.foreign), ..later }
    }

    /// The promise.
    pub(crate) fn tell(&self, figures: &mut Figures) {
        figures.zero("lost", self.lost);
        figures.zero("duplicated", self.duplicated);
        figures.zero("foreign", self.foreign);
        figures.tell("acked", self.acked);
    }
}

/// Run and sequence.
const ENTRY: usize = 16 + 4;
