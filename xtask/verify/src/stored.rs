//! What a data folder holds, as `nunchi verify DIR --keys` tells it.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use beacon::Header;

use crate::beacons::{Key, SITE, items_of};
use crate::options::Setting;

/// What is stored, with the number of items of each beacon over all places in which it stands.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    /// Beacons of [`SITE`].
    pub(crate) items: HashMap<Key, usize>,
    /// Those of other sites.
    others: HashMap<(String, Key), usize>,
    /// The folder is damaged, in the program's words.
    pub(crate) damage: Option<String>,
}

/// Reads the folder, stopped or running.
pub(crate) fn stored(setting: &Setting, data: &Path) -> Result<Stored> {
    let mut command = Command::new(&setting.nunchi);
    command.arg("verify").arg(data).arg("--keys").env("NUNCHI_LOG", "error");
    let output = command.output().context("cannot start nunchi verify")?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let damage = match output.status.code() {
        Some(0) => None,
        Some(1) if !said.contains("panicked at") => Some(said),
        _ => bail!("nunchi verify ended with {}: {said}", output.status),
    };
    let mut stored = Stored { damage, ..Stored::default() };
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        // The last line holds figures.
        match read_line(line) {
            Some((SITE, key, items)) => *stored.items.entry(key).or_default() += items,
            Some((site, key, items)) => {
                *stored.others.entry((site.into(), key)).or_default() += items;
            }
            None => {}
        }
    }
    Ok(stored)
}

impl Stored {
    pub(crate) fn has(&self, key: &Key) -> bool {
        self.items.contains_key(key)
    }

    /// Items that are kept of any beacon.
    pub(crate) fn items_of(&self, header: &Header) -> usize {
        let key = (header.run.0, header.sequence);
        let items = match header.site.as_str() {
            SITE => self.items.get(&key),
            site => self.others.get(&(site.into(), key)),
        };
        items.copied().unwrap_or(0)
    }

    /// Which of these are not there with exactly so many items.
    pub(crate) fn misplaced(&self, keys: &[Key], items: usize) -> usize {
        keys.iter().filter(|key| self.items.get(*key) != Some(&items)).count()
    }

    /// Beacons that are there more than once, or with more or fewer items than they had.
    pub(crate) fn misshapen(&self) -> usize {
        let is_whole = |(key, items): (&Key, &usize)| *items == items_of(key.1);
        self.items.iter().filter(|it| !is_whole(*it)).count()
    }
}

/// `SITE RUN SEQUENCE ITEMS`.
fn read_line(line: &str) -> Option<(&str, Key, usize)> {
    let mut words = line.split(' ');
    let (site, run) = (words.next()?, words.next()?);
    let run = u128::from_str_radix(run, 16).ok()?.to_be_bytes();
    let (sequence, items) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some((site, (run, sequence), items))
}
