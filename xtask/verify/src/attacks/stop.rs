//! Rolling restarts: SIGTERM under load drains within 10 s, and pages see a short gap only.

use std::thread::scope;
use std::time::Duration;

use anyhow::Result;

use super::Attack;
use crate::beacons::{frame, now, post};
use crate::figures::Figures;
use crate::http::Line;
use crate::ledger::Ledger;
use crate::load::Load;
use crate::options::{Setting, Size};
use crate::server::{Launch, Server, panics};
use crate::stored::stored;

pub(super) const ATTACK: Attack = Attack {
    name: "stop",
    what: "SIGTERM under load, restarted at once: drained in 10 s, a gap of 2 s at most, nothing lost",
    sizes: &[Size::new("restarts", 2, 10, 50), Size::new("each", 500, 3_000, 3_000)],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let ledger = Ledger::open(folder.path())?;
    let launch = Launch::new(setting, &data);
    let mut server = launch.start()?;
    let load = Load::new(&ledger, setting.seed, server.port);
    let (mut drained, mut gap_ms) = (Duration::ZERO, 0);
    scope(|scope| -> Result<()> {
        load.begin(scope, PAGES);
        let mut attack = || -> Result<()> {
            for restart in 1..=setting.size("restarts") {
                load.wait_for(setting.size("each") * restart)?;
                load.slowest_ms();
                load.waits();
                drained = drained.max(server.stop()?);
                server.start_again(&launch)?;
                load.moves_to(server.port);
                load.wait_for(load.acknowledged() + PAGES as u64)?;
                gap_ms = gap_ms.max(load.slowest_ms());
            }
            Ok(())
        };
        let result = attack();
        load.end();
        result
    })?;
    let hung = stop_with_half_a_request(server)?;
    ledger.close()?;
    let mut figures = Figures::default();
    ledger.compare(&stored(setting, &data)?)?.tell(&mut figures);
    figures.tell("restarts", setting.size("restarts"));
    figures.at_most("drain_ms_max", drained.as_millis(), 10_000);
    figures.at_most("drain_hung_ms", hung.as_millis(), 10_500);
    figures.at_most("gap_ms_max", gap_ms, 2_000);
    figures.zero("odd", load.odd().len());
    figures.zero("panics", panics(&data));
    Ok(figures)
}

/// Somebody sent a head and half of a body, and nothing more.
fn stop_with_half_a_request(mut server: Server) -> Result<Duration> {
    let mut line = Line::open(server.port)?;
    let request = post(&frame(([7; 16], 0), now()));
    line.send(&request[..request.len() - 20])?;
    server.stop()
}

const PAGES: usize = 32;
