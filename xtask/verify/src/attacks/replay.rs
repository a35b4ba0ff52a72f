//! Captured beacons sent again: at once, after a crash, after 71 hours, after 74 hours when their marks are gone, and
//! other bytes under a used key. Each is stored once.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, ensure};

use super::Attack;
use crate::beacons::{Key, frame, now};
use crate::clock::move_clock;
use crate::figures::Figures;
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, panics};
use crate::stored::stored;
use crate::volley::{of, volley};

pub(super) const ATTACK: Attack = Attack {
    name: "replay",
    what: "captured beacons again and again, through crashes and past the window: each stored once",
    sizes: &[Size::new("n", 500, 10_000, 1_000_000)],
    notices: &["skip_dedup"],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let (data, clock) = (folder.path().join("data"), folder.path().join("clock"));
    let mut random = Random::new(setting.seed);
    let keys: Vec<Key> = (0..setting.size("n")).map(|_| (random.bytes(), 1)).collect();
    let sent_at = now();
    let frames: Vec<_> = keys.iter().map(|&key| frame(key, sent_at)).collect();
    let launch = Launch::new(setting, &data).with_clock(setting, &clock);
    move_clock(&clock, 0)?;
    let mut server = launch.start()?;

    let first = volley(server.port, &frames)?;
    ensure!(of(&first, &[200, 204]) == frames.len(), "not all were taken: {first:?}");
    let (mut again, mut old, mut strange) = (0, 0, 0);
    let mut replay = |port| -> Result<()> {
        let answers = volley(port, &frames)?;
        again += of(&answers, &[200, 204]);
        old += of(&answers, &[410]);
        strange += frames.len() - of(&answers, &[200, 204, 410]);
        Ok(())
    };
    replay(server.port)?;
    let other: Vec<_> = keys.iter().map(|&key| frame(key, sent_at.plus(1))).collect();
    let conflicts = of(&volley(server.port, &other)?, &[409]);
    for hours in [0, 71, 74] {
        move_clock(&clock, hours)?;
        replay(server.port)?;
        server.kill()?;
        server.start_again(&launch)?;
        // The start drops what it may of the marks.
        sleep(Duration::from_millis(300));
        replay(server.port)?;
    }
    server.kill()?;

    let stored = stored(setting, &data)?;
    let mut figures = Figures::default();
    figures.zero("double", stored.misshapen());
    figures.zero("lost", keys.iter().filter(|key| !stored.has(key)).count());
    figures.equal("stored", stored.items.len(), keys.len());
    figures.tell("replayed", again + old);
    figures.tell("too_old", old);
    figures.zero("strange", strange);
    figures.equal("conflicts", conflicts, keys.len());
    figures.zero("panics", panics(&data));
    Ok(figures)
}
