//! The power fails: after any write, with anything lost that was not synced. `kill -9` cannot show this, for the system
//! keeps what the process wrote.
//!
//! The server runs under `strace`, which notes what it does to files and when it answers. From the notes are made disks as
//! a power cut may leave them: what was synced is there; of the rest nothing, the first part, or any part, the last write
//! torn at a sector. Each must open, and hold every beacon that was acknowledged by then.

mod disk;
mod notes;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use self::disk::Disk;
use self::notes::{Note, read_notes};
use super::Attack;
use crate::beacons::{Key, frame, now, post};
use crate::figures::Figures;
use crate::http::Line;
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, panics};
use crate::shares::in_shares;
use crate::stored::stored;

pub(super) const ATTACK: Attack = Attack {
    name: "powercut",
    what: "disks as a power cut may leave them, after any write: each opens and has what was acknowledged",
    sizes: &[Size::new("images", 40, 1_000, 10_000), Size::new("beacons", 60, 300, 1_000)],
    notices: &["skip_fsync"],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let mut random = Random::new(setting.seed);
    let keys: Vec<Key> = (0..setting.size("beacons")).map(|_| (random.bytes(), 1)).collect();
    let notes = record(setting, folder.path(), &keys)?;
    let acks = notes.iter().filter(|note| matches!(note, Note::Acknowledged)).count();
    ensure!(acks == keys.len(), "noted {acks} acknowledgements of {}", keys.len());
    // Each share goes through the notes once, and stops at its moments.
    let mut moments: Vec<(usize, u64)> = (0..setting.count("images"))
        .map(|_| (random.below(notes.len()) + 1, random.next()))
        .collect();
    moments.sort_unstable();
    let outcomes = in_shares(&moments, |share| -> Result<Count> {
        let room = tempfile::tempdir()?;
        let (mut disk, mut passed, mut count) = (Disk::new(&data), 0, Count::default());
        for &(moment, seed) in share {
            for note in &notes[passed..moment] {
                disk.take(note);
            }
            passed = moment;
            let image = room.path().join("image");
            disk.after_power_cut(&mut Random::new(seed), &image)?;
            count.judge(setting, &image, &keys[..disk.acknowledged], seed);
        }
        Ok(count)
    });
    let outcomes: Vec<Count> = outcomes.into_iter().collect::<Result<_>>()?;
    let sum = |of: fn(&Count) -> usize| outcomes.iter().map(of).sum::<usize>();
    let mut figures = Figures::default();
    figures.tell("images", moments.len());
    figures.tell("notes", notes.len());
    figures.zero("acked_lost", sum(|it| it.lost));
    figures.zero("damaged", sum(|it| it.damaged));
    figures.zero("doubled", sum(|it| it.doubled));
    figures.tell("acked_found", sum(|it| it.found));
    figures.zero("panics", panics(&data) + sum(|it| it.panics));
    for example in outcomes.iter().flat_map(|it| &it.examples).take(2) {
        figures.wrong(example.clone());
    }
    Ok(figures)
}

/// One page sends beacon after beacon, each after the acknowledgement of the one before, so that the number of
/// acknowledgements tells which are promised.
fn record(setting: &Setting, folder: &Path, keys: &[Key]) -> Result<Vec<Note>> {
    let (data, log) = (folder.join("data"), folder.join("notes"));
    let is_there = Command::new("strace").arg("-V").output().is_ok_and(|it| it.status.success());
    ensure!(is_there, "strace is not installed: apt-get install strace");
    let words = ["strace", "-D", "-f", "-y", "-xx", "-s", "1000000", "-e", CALLS, "-o"];
    let mut under: Vec<String> = words.map(String::from).into();
    under.push(log.to_str().context("paths are text here")?.into());
    let mut server = Launch::new(setting, &data).under(under).start()?;
    let mut line = Line::open(server.port)?;
    for key in keys {
        line.send(&post(&frame(*key, now())))?;
        let status = line.answer()?.status;
        ensure!(status == 204, "a beacon was answered {status}");
    }
    server.kill()?;
    read_notes(&fs::read_to_string(log)?, &data)
}

/// What reaches files, and what says that it has.
const CALLS: &str = "trace=openat,write,writev,pwrite64,ftruncate,fsync,fdatasync,rename,renameat,renameat2,unlink,\
                     unlinkat,sendto,sendmsg";

#[derive(Debug, Default)]
struct Count {
    lost: usize,
    damaged: usize,
    doubled: usize,
    found: usize,
    panics: usize,
    examples: Vec<String>,
}

impl Count {
    fn judge(&mut self, setting: &Setting, image: &Path, acked: &[Key], seed: u64) {
        let found = match stored(setting, image) {
            Ok(found) => found,
            Err(error) => {
                self.panics += 1;
                self.examples.push(format!("image {seed}: {error}"));
                return;
            }
        };
        let lost = acked.iter().filter(|key| !found.has(key)).count();
        // Before anything was promised there need not be anything.
        let is_damaged = found.damage.is_some() && !acked.is_empty();
        self.lost += lost;
        self.found += acked.len() - lost;
        self.doubled += found.misshapen();
        self.damaged += usize::from(is_damaged);
        if lost > 0 || is_damaged {
            let damage = found.damage.unwrap_or_default();
            self.examples.push(format!("image {seed}: {lost} of {} lost {damage}", acked.len()));
        }
    }
}
