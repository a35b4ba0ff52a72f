//! `kill -9` at random moments under load. After each: acknowledged ⊆ stored ⊆ sent, each once.

use std::thread::{scope, sleep};
use std::time::Duration;

use anyhow::Result;

use super::Attack;
use crate::figures::Figures;
use crate::ledger::{Account, Ledger};
use crate::load::Load;
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, panics};
use crate::stored::stored;

pub(super) const ATTACK: Attack = Attack {
    name: "kill",
    what: "kill -9 under load: nothing acknowledged is lost, nothing is stored twice",
    sizes: &[
        Size::new("kills", 2, 20, 200),
        Size::new("acked", 3_000, 200_000, 2_000_000),
        Size::new("pages", 64, 128, 128),
    ],
    notices: &["ack_before_write"],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let ledger = Ledger::open(folder.path())?;
    let launch = Launch::new(setting, &data);
    let mut server = launch.start()?;
    let load = Load::new(&ledger, setting.seed, server.port);
    let mut random = Random::new(setting.seed);
    let kills = setting.size("kills");
    let mut worst = Account::default();
    let mut ready_ms = 0;
    scope(|scope| -> Result<()> {
        load.begin(scope, setting.count("pages"));
        let mut attack = || -> Result<()> {
            for kill in 1..=kills {
                load.wait_for(setting.size("acked") * kill / kills)?;
                sleep(Duration::from_micros(random.next() % 200_000));
                load.waits();
                server.kill()?;
                worst = worst.worse(ledger.compare(&stored(setting, &data)?)?);
                server.start_again(&launch)?;
                ready_ms = ready_ms.max(server.ready_ms);
                load.moves_to(server.port);
            }
            Ok(())
        };
        let result = attack();
        load.end();
        result
    })?;
    server.kill()?;
    ledger.close()?;
    let last = ledger.compare(&stored(setting, &data)?)?;
    let mut figures = Figures::default();
    worst.worse(last).tell(&mut figures);
    figures.zero("missing", last.sent.saturating_sub(last.stored));
    figures.tell("kills", kills);
    figures.at_least("retries", load.retries(), 1);
    figures.zero("odd", load.odd().len());
    figures.tell("ready_ms_max", ready_ms);
    figures.zero("panics", panics(&data));
    Ok(figures)
}
