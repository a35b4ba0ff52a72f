//! Files that rot: random bits flipped and ends cut off, one at a time. Nothing panics,
//! nothing is shown that was not stored, and what is gone `nunchi verify` reports.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::Attack;
use crate::beacons::{Key, SITE, frame, now};
use crate::figures::Figures;
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::Launch;
use crate::shares::in_shares;
use crate::stored::{Stored, stored};
use crate::volley::{of, volley};

pub(super) const ATTACK: Attack = Attack {
    name: "bitrot",
    what: "flipped bits and cut files: no panic, no beacon that was not stored, `nunchi verify` reports what is gone",
    sizes: &[
        Size::new("flips", 60, 1_000, 10_000),
        Size::new("cuts", 20, 300, 10_000),
        Size::new("beacons", 300, 1_000, 2_000),
    ],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let mut random = Random::new(setting.seed);
    fill(setting, &data, &mut random)?;
    let sound = Sound { keys: stored(setting, &data)?, answer: overview(setting, &data)?.0 };
    ensure!(sound.keys.damage.is_none(), "damaged from the start: {:?}", sound.keys.damage);
    ensure!(sound.keys.items.len() == setting.count("beacons"), "not all are stored");
    let files = files(&data)?;
    let mut injuries: Vec<Injury> = Vec::new();
    for count in 0..setting.count("flips") + setting.count("cuts") {
        let file = random.pick(&files).clone();
        let length = fs::metadata(data.join(&file))?.len();
        let place = random.next() % length.max(1);
        let bit = (count < setting.count("flips")).then(|| 1_u8 << random.below(8));
        injuries.push(Injury { file, place, bit });
    }
    let outcomes = in_shares(&injuries, |share| -> Result<Count> {
        let room = tempfile::tempdir()?;
        share.iter().try_fold(Count::default(), |mut count, injury| {
            count.hurt(setting, &data, &room.path().join("data"), injury, &sound)?;
            Ok(count)
        })
    });
    let outcomes: Vec<Count> = outcomes.into_iter().collect::<Result<_>>()?;
    let sum = |of: fn(&Count) -> usize| outcomes.iter().map(of).sum::<usize>();
    let mut figures = Figures::default();
    figures.tell("injuries", injuries.len());
    figures.tell("files", files.len());
    figures.zero("panics", sum(|it| it.panics));
    figures.zero("wrong_rows", sum(|it| it.wrong_rows));
    figures.zero("lost_unreported", sum(|it| it.unreported));
    // Known gap: what stands beside a frame in the journal (times, session) has no checksum there.
    figures.tell("answers_silently_wrong", sum(|it| it.silently_wrong));
    figures.tell("reported", sum(|it| it.reported));
    figures.tell("harmless", sum(|it| it.harmless));
    for example in outcomes.iter().flat_map(|it| &it.examples).take(3) {
        figures.wrong(example.clone());
    }
    Ok(figures)
}

/// Beacons, and the server is gone.
fn fill(setting: &Setting, data: &Path, random: &mut Random) -> Result<()> {
    let keys: Vec<Key> = (0..setting.size("beacons")).map(|_| (random.bytes(), 1)).collect();
    let mut server = Launch::new(setting, data).start()?;
    let frames: Vec<_> = keys.iter().map(|key| frame(*key, now())).collect();
    let answers = volley(server.port, &frames)?;
    ensure!(of(&answers, &[200, 204]) == frames.len(), "not all were taken: {answers:?}");
    server.stop()?;
    Ok(())
}

/// What stood there before.
struct Sound {
    keys: Stored,
    answer: Option<String>,
}

/// A bit that flips, or with none the end that is cut off there.
#[derive(Debug)]
struct Injury {
    file: PathBuf,
    place: u64,
    bit: Option<u8>,
}

#[derive(Debug, Default)]
struct Count {
    panics: usize,
    wrong_rows: usize,
    unreported: usize,
    silently_wrong: usize,
    reported: usize,
    harmless: usize,
    examples: Vec<String>,
}

impl Count {
    fn hurt(
        &mut self,
        setting: &Setting,
        from: &Path,
        to: &Path,
        injury: &Injury,
        sound: &Sound,
    ) -> Result<()> {
        let _ = fs::remove_dir_all(to);
        copy(from, to)?;
        injury.inflict(to)?;
        let (answer, has_panicked) = overview(setting, to)?;
        let Ok(now) = stored(setting, to) else {
            self.panics += 1;
            self.examples.push(format!("verify panics of {injury:?}"));
            return Ok(());
        };
        self.panics += usize::from(has_panicked);
        let is_wrong = |(key, items): (&Key, &usize)| sound.keys.items.get(key) != Some(items);
        let wrong = now.items.iter().filter(|it| is_wrong(*it)).count();
        let is_whole = now.items.len() == sound.keys.items.len();
        let is_same = answer.is_none() || answer == sound.answer;
        self.wrong_rows += wrong;
        match (now.damage.is_some(), is_whole, is_same) {
            (true, ..) => self.reported += 1,
            (false, true, true) => self.harmless += 1,
            (false, false, _) => self.unreported += 1,
            (false, true, false) => self.silently_wrong += 1,
        }
        if wrong > 0 || now.damage.is_none() && !is_whole {
            self.examples.push(format!("{injury:?}"));
        }
        Ok(())
    }
}

impl Injury {
    fn inflict(&self, data: &Path) -> Result<()> {
        let path = data.join(&self.file);
        let Some(bit) = self.bit else {
            return Ok(File::options().write(true).open(path)?.set_len(self.place)?);
        };
        let mut bytes = fs::read(&path)?;
        if let Some(byte) = bytes.get_mut(usize::try_from(self.place)?) {
            *byte ^= bit;
        }
        Ok(fs::write(path, bytes)?)
    }
}

/// What the visits were, if it is answered, and whether the program broke.
fn overview(setting: &Setting, data: &Path) -> Result<(Option<String>, bool)> {
    let mut command = Command::new(&setting.nunchi);
    command.args(["stats", "pages", "--site", SITE, "--last", "7d", "--format", "json", "--data"]);
    let output = command.arg(data).env("NUNCHI_LOG", "error").output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let has_panicked = !matches!(output.status.code(), Some(0 | 1));
    Ok((output.status.success().then_some(text), has_panicked))
}

/// All that may rot, from the data folder on.
fn files(data: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![data.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if fs::metadata(&path)?.len() > 0 && !path.ends_with("token") {
                files.push(path.strip_prefix(data)?.to_owned());
            }
        }
    }
    files.sort();
    Ok(files)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            fs::copy(&source, &target)
                .with_context(|| format!("cannot copy {}", source.display()))?;
        }
    }
    Ok(())
}
