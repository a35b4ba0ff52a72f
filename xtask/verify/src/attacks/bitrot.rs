//! Files that rot: random bits flipped and ends cut off, one at a time, in the database and in sealed files. Nothing
//! panics, nothing is shown that was not stored, what is gone `nunchi verify` reports, and what it does not report
//! changes no answer.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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
    what: "flipped bits and cut files: no panic, no beacon that was not stored, no answer that is silently wrong",
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
    let sound = Sound { keys: stored(setting, &data)?, answers: ask_all(setting, &data)?.0 };
    ensure!(sound.answers.iter().all(Result::is_ok), "not everything is answered from the start");
    ensure!(sound.keys.damage.is_none(), "damaged from the start: {:?}", sound.keys.damage);
    ensure!(sound.keys.items.len() == setting.count("beacons"), "not all are stored");
    let is_sealed = |file: &PathBuf| file.extension().is_some_and(|it| it == "parquet");
    let (sealed, database): (Vec<_>, Vec<_>) = files(&data)?.into_iter().partition(is_sealed);
    let mut injuries: Vec<Injury> = Vec::new();
    for count in 0..setting.count("flips") + setting.count("cuts") {
        // Half of them hit the database, however many files there are.
        let which = if count % 2 == 0 { &database } else { &sealed };
        let file = random.pick(which).clone();
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
    figures.at_least("sealed_files", sealed.len(), 4);
    figures.zero("panics", sum(|it| it.panics));
    figures.zero("wrong_rows", sum(|it| it.wrong_rows));
    figures.zero("lost_unreported", sum(|it| it.unreported));
    figures.zero("answers_silently_wrong", sum(|it| it.silently_wrong));
    figures.zero("failures_unexplained", sum(|it| it.unexplained));
    figures.tell("reported", sum(|it| it.reported));
    for example in outcomes.iter().flat_map(|it| &it.examples).take(3) {
        figures.wrong(example.clone());
    }
    Ok(figures)
}

/// Beacons, the first two thirds of them sealed in two goes, and the server is gone.
fn fill(setting: &Setting, data: &Path, random: &mut Random) -> Result<()> {
    let keys: Vec<Key> = (0..setting.size("beacons")).map(|_| (random.bytes(), 1)).collect();
    let mut server = Launch::new(setting, data).start()?;
    let frames: Vec<_> = keys.iter().map(|key| frame(*key, now())).collect();
    let third = frames.len().div_ceil(3);
    for (number, frames) in frames.chunks(third).enumerate() {
        let answers = volley(server.port, frames)?;
        ensure!(of(&answers, &[200, 204]) == frames.len(), "not all were taken: {answers:?}");
        if number < 2 {
            let output = Command::new(&setting.nunchi).arg("seal").arg(data).output()?;
            ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }
    server.stop()?;
    Ok(())
}

/// An answer, or why there is none.
type Said = std::result::Result<String, String>;

/// What stood there before.
struct Sound {
    keys: Stored,
    answers: Vec<Said>,
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
    /// A question fails, and verify finds nothing.
    unexplained: usize,
    reported: usize,
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
        let (answers, has_panicked) = ask_all(setting, to)?;
        let Ok(now) = stored(setting, to) else {
            self.panics += 1;
            self.examples.push(format!("verify panics of {injury:?}"));
            return Ok(());
        };
        self.panics += usize::from(has_panicked);
        let is_wrong = |(key, items): (&Key, &usize)| sound.keys.items.get(key) != Some(items);
        let wrong = now.items.iter().filter(|it| is_wrong(*it)).count();
        let is_whole = now.items.len() == sound.keys.items.len();
        let is_same =
            answers.iter().zip(&sound.answers).all(|(it, sound)| it.is_err() || it == sound);
        let is_answered = answers.iter().all(Result::is_ok);
        self.wrong_rows += wrong;
        self.reported += usize::from(now.damage.is_some());
        if now.damage.is_none() {
            self.unreported += usize::from(!is_whole);
            self.silently_wrong += usize::from(!is_same);
            self.unexplained += usize::from(!is_answered);
        }
        let is_noticed = now.damage.is_some() || is_whole && is_same && is_answered;
        if wrong > 0 || !is_noticed {
            let why = answers.into_iter().find_map(Result::err).unwrap_or_default();
            self.examples.push(format!("{injury:?} {}", why.trim_end()));
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

/// What is answered to each question, if it is, and whether the program broke.
fn ask_all(setting: &Setting, data: &Path) -> Result<(Vec<Said>, bool)> {
    let outputs: Vec<Output> =
        QUESTIONS.iter().map(|question| ask(setting, data, question)).collect::<Result<_>>()?;
    let has_panicked = outputs.iter().any(|it| !matches!(it.status.code(), Some(0 | 1)));
    let said = |it: Output| {
        let of = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        if it.status.success() { Ok(of(it.stdout)) } else { Err(of(it.stderr)) }
    };
    Ok((outputs.into_iter().map(said).collect(), has_panicked))
}

fn ask(setting: &Setting, data: &Path, question: &str) -> Result<Output> {
    let mut command = Command::new(&setting.nunchi);
    command.args(["stats", question, "--site", SITE, "--format", "json", "--data"]).arg(data);
    // The same span each time.
    command.args(["--from", "2020-01-01", "--to", "2027-12-31"]);
    Ok(command.env("NUNCHI_LOG", "error").output()?)
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

/// What reads columns of all sorts.
const QUESTIONS: [&str; 3] = ["overview", "pages", "products"];
