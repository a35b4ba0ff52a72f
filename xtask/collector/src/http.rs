//! Beacons over HTTP: durable ones, beside requests that an empty server answers, in turns.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::client::load;
use crate::figures::{Figures, median};
use crate::fill::add_sites;
use crate::requests::Requests;
use crate::server::Server;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) rounds: usize,
    pub(crate) seconds: u64,
    pub(crate) connections: usize,
}

/// One round of one server.
#[derive(Clone, Copy, Debug)]
struct Round {
    per_cpu_s: f64,
    per_s: f64,
    p50_ms: f64,
    p99_ms: f64,
}

pub(crate) fn measure(nunchi: &Path, data: &Path, size: Size, figures: &mut Figures) -> Result<()> {
    let mut empty = Command::new(std::env::current_exe()?);
    let empty = Server::start(empty.args(["empty", "2"]))?;
    add_sites(nunchi, data)?;
    let collector = Server::collector(nunchi, data, &[])?;
    let idle = collector.memory_mib("VmRSS:")?;
    figures.at_most("resident when idle", idle, "MiB", 40.0);
    let mut requests = Requests::new();
    let (mut of_empty, mut of_collector) = (Vec::new(), Vec::new());
    for round in 0..=size.rounds {
        let both = [(&empty, &mut of_empty), (&collector, &mut of_collector)];
        for (server, rounds) in both {
            let told = one(server, &mut requests, size)?;
            // The first warms up.
            if round > 0 {
                rounds.push(told);
            }
        }
    }
    let of = |rounds: &[Round], what: fn(&Round) -> f64| median(rounds.iter().map(what).collect());
    let (null, durable) = (of(&of_empty, |it| it.per_cpu_s), of(&of_collector, |it| it.per_cpu_s));
    figures.tell("empty handler, requests a CPU-second", null, "");
    figures.tell("durable beacons a CPU-second", durable, "");
    let ratios = of_empty.iter().zip(&of_collector).map(|(a, b)| b.per_cpu_s / a.per_cpu_s);
    figures.at_least("durable beacons ÷ empty handler", median(ratios.collect()), "", 0.5);
    figures.at_least("durable beacons ÷ Umami's requests", durable / UMAMI_A_CPU_S, "", 300.0);
    figures.tell("durable beacons a second", of(&of_collector, |it| it.per_s), "");
    figures.tell("p50, empty handler", of(&of_empty, |it| it.p50_ms), "ms");
    figures.tell("p50, durable", of(&of_collector, |it| it.p50_ms), "ms");
    figures.tell("p99, empty handler", of(&of_empty, |it| it.p99_ms), "ms");
    figures.tell("p99, durable", of(&of_collector, |it| it.p99_ms), "ms");
    let more = of_empty.iter().zip(&of_collector).map(|(a, b)| b.p99_ms - a.p99_ms);
    figures.at_most("p99, durable − empty handler", median(more.collect()), "ms", 10.0);
    figures.tell("most resident under load", collector.memory_mib("VmHWM:")?, "MiB");
    Ok(())
}

fn one(server: &Server, requests: &mut Requests, size: Size) -> Result<Round> {
    let many = requests.take(usize::try_from(size.seconds)? * AT_MOST_A_SECOND);
    let cpu_s = server.cpu_s()?;
    let mut told = load(server.port, many, size.connections, Duration::from_secs(size.seconds))?;
    let cpu_s = server.cpu_s()? - cpu_s;
    ensure!(told.refused * 1_000 <= told.acknowledged, "{} were refused", told.refused);
    #[expect(clippy::cast_precision_loss, reason = "some millions")]
    let acknowledged = told.acknowledged as f64;
    Ok(Round {
        per_cpu_s: acknowledged / cpu_s,
        per_s: acknowledged / told.took.as_secs_f64(),
        p50_ms: told.latency_ms(500),
        p99_ms: told.latency_ms(990),
    })
}

/// Requests made ready for each second of a round; who answers more has a shorter round.
const AT_MOST_A_SECOND: usize = 30_000;

/// Requests a CPU-second that Umami 3.1 with its database answers, measured once on a machine like
/// this (2 cores): it cannot be set up here on each run.
const UMAMI_A_CPU_S: f64 = 101.0;
