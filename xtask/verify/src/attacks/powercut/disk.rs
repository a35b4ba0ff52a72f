//! A disk that knows what is durable: contents by `fsync` of the file, names by `fsync` of their folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::notes::Note;
use crate::random::Random;

/// Contents and names, as they are in memory and as they are on the disk.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    files: Vec<Content>,
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    /// Changes of names that no folder's sync has made durable, oldest first.
    waiting: Vec<Naming>,
    pub(super) acknowledged: usize,
}

#[derive(Debug, Default)]
struct Content {
    durable: Vec<u8>,
    waiting: Vec<Change>,
    /// Where writes without a place go on.
    end: u64,
}

#[derive(Clone, Debug)]
enum Change {
    Bytes(u64, Vec<u8>),
    Length(u64),
}

/// A name leads to a file, or nowhere.
#[derive(Clone, Debug)]
struct Naming(PathBuf, Option<usize>);

impl Disk {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.into(),
            files: Vec::new(),
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            waiting: Vec::new(),
            acknowledged: 0,
        }
    }

    pub(super) fn take(&mut self, note: &Note) {
        match note {
            Note::Acknowledged => self.acknowledged += 1,
            Note::Created(path) => _ = self.file(path),
            Note::Wrote(path, place, bytes) => {
                let file = self.file(path);
                let at = place.unwrap_or(file.end);
                if place.is_none() {
                    file.end = at + bytes.len() as u64;
                }
                file.waiting.push(Change::Bytes(at, bytes.clone()));
            }
            Note::Cut(path, length) => {
                let file = self.file(path);
                file.end = file.end.min(*length);
                file.waiting.push(Change::Length(*length));
            }
            Note::Synced(path) => self.sync(path),
            Note::Renamed(from, to) => {
                if let Some(number) = self.names.remove(from) {
                    self.names.insert(to.clone(), number);
                    self.waiting.push(Naming(to.clone(), Some(number)));
                    self.waiting.push(Naming(from.clone(), None));
                }
            }
            Note::Removed(path) => {
                self.names.remove(path);
                self.waiting.push(Naming(path.clone(), None));
            }
        }
    }

    fn file(&mut self, path: &Path) -> &mut Content {
        let number = *self.names.entry(path.into()).or_insert_with(|| {
            self.files.push(Content::default());
            self.waiting.push(Naming(path.into(), Some(self.files.len() - 1)));
            self.files.len() - 1
        });
        &mut self.files[number]
    }

    fn sync(&mut self, path: &Path) {
        if let Some(number) = self.names.get(path) {
            let file = &mut self.files[*number];
            for change in file.waiting.drain(..) {
                change.make(&mut file.durable);
            }
            return;
        }
        let (durable, waiting): (Vec<_>, Vec<_>) =
            self.waiting.drain(..).partition(|naming| naming.0.parent() == Some(path));
        self.waiting = waiting;
        for naming in durable {
            naming.make(&mut self.durable_names);
        }
    }

    /// Writes one of the disks that a power cut may leave now.
    pub(super) fn after_power_cut(&self, random: &mut Random, to: &Path) -> Result<()> {
        let mut names = self.durable_names.clone();
        // File systems keep changes of names in their order.
        for naming in &self.waiting[..random.below(self.waiting.len() + 1)] {
            naming.make(&mut names);
        }
        let manner = random.below(4);
        let left: BTreeSet<usize> = names.values().copied().collect();
        let contents: BTreeMap<usize, Vec<u8>> = left
            .into_iter()
            .map(|number| (number, self.files[number].left(manner, random)))
            .collect();
        let _ = fs::remove_dir_all(to);
        fs::create_dir_all(to)?;
        for (path, number) in names {
            let path = path.strip_prefix(&self.root)?;
            // Shared memory is made anew by whoever opens the database first.
            if path.to_string_lossy().ends_with("-shm") {
                continue;
            }
            let path = to.join(path);
            fs::create_dir_all(path.parent().unwrap_or(to))?;
            fs::write(path, &contents[&number])?;
        }
        Ok(())
    }
}

impl Content {
    /// Nothing of what waits, its first part, any part of it, or the first part with its last write torn.
    fn left(&self, manner: usize, random: &mut Random) -> Vec<u8> {
        let mut bytes = self.durable.clone();
        let first = random.below(self.waiting.len() + 1);
        match manner {
            0 => {}
            1 => self.waiting.iter().for_each(|change| {
                if random.below(2) == 0 {
                    change.make(&mut bytes);
                }
            }),
            _ => self.waiting[..first].iter().for_each(|change| change.make(&mut bytes)),
        }
        if let (3, Some(Change::Bytes(place, torn))) = (manner, self.waiting.get(first)) {
            let sectors = torn.len().div_ceil(SECTOR);
            let kept = (random.below(sectors + 1) * SECTOR).min(torn.len());
            Change::Bytes(*place, torn[..kept].into()).make(&mut bytes);
        }
        bytes
    }
}

impl Change {
    fn make(&self, to: &mut Vec<u8>) {
        match self {
            Self::Length(length) => to.resize(usize::try_from(*length).unwrap_or(0), 0),
            Self::Bytes(place, bytes) => {
                let place = usize::try_from(*place).unwrap_or(0);
                let end = place + bytes.len();
                if to.len() < end {
                    to.resize(end, 0);
                }
                to[place..end].copy_from_slice(bytes);
            }
        }
    }
}

impl Naming {
    fn make(&self, names: &mut BTreeMap<PathBuf, usize>) {
        match self.1 {
            Some(number) => names.insert(self.0.clone(), number),
            None => names.remove(&self.0),
        };
    }
}

/// The least that a disk writes as a whole.
const SECTOR: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_synced_is_sure_to_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let (root, image) = (Path::new("/d"), folder.path().join("image"));
        let mut disk = Disk::new(root);
        let file = root.join("a");
        for note in [
            Note::Created(file.clone()),
            Note::Wrote(file.clone(), Some(0), b"durable".into()),
            Note::Synced(file.clone()),
            Note::Synced(root.into()),
            Note::Wrote(file.clone(), Some(0), b"perhaps".into()),
            Note::Created(root.join("b")),
        ] {
            disk.take(&note);
        }
        let mut met = BTreeSet::new();
        for seed in 0..64 {
            disk.after_power_cut(&mut Random::new(seed), &image).unwrap();
            met.insert((fs::read(image.join("a")).unwrap(), image.join("b").exists()));
        }
        let texts = [&b"durable"[..], b"perhaps"];
        let all: BTreeSet<_> = texts
            .iter()
            .flat_map(|text| [false, true].map(|there| (text.to_vec(), there)))
            .collect();
        assert_eq!(met, all);
    }
}
