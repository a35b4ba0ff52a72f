//! A second server on the same folder: it goes away at once and the first is none the worse.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::Attack;
use crate::beacons::{frame, now, post};
use crate::figures::Figures;
use crate::http::Line;
use crate::ledger::Ledger;
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, panics};
use crate::stored::stored;

pub(super) const ATTACK: Attack = Attack {
    name: "lock",
    what: "two processes on one data folder: the second ends in a second, the first goes on",
    sizes: &[Size::new("rounds", 2, 10, 50)],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let ledger = Ledger::open(folder.path())?;
    let launch = Launch::new(setting, &data);
    let mut server = launch.start()?;
    let mut random = Random::new(setting.seed);
    let mut line = Line::open(server.port)?;
    let (mut slowest, mut strays) = (Duration::ZERO, 0);
    for _ in 0..setting.size("rounds") {
        let began = Instant::now();
        let mut second = launch.spawn()?;
        let status = loop {
            if let Some(status) = second.child.try_wait()? {
                break status;
            }
            if began.elapsed() > Duration::from_secs(20) {
                bail!("a second server runs on the folder of the first");
            }
            sleep(Duration::from_millis(2));
        };
        slowest = slowest.max(began.elapsed());
        strays += usize::from(status.success());
        let key = (random.bytes(), 0);
        ledger.sends(key);
        line.send(&post(&frame(key, now())))?;
        if matches!(line.answer()?.status, 200 | 204) {
            ledger.acknowledged(key);
        }
    }
    ledger.close()?;
    let account = ledger.compare(&stored(setting, &data)?)?;
    let mut figures = Figures::default();
    account.tell(&mut figures);
    figures.equal("kept_on", account.acked, account.sent);
    figures.zero("second_servers", strays);
    figures.at_most("second_ms_max", slowest.as_millis(), 1_000);
    figures.equal("first_alive", server.is_alive(), true);
    figures.zero("panics", panics(&data));
    Ok(figures)
}
