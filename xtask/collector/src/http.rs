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
    // What becomes of beacons afterwards has a measure of its own (`store`): here it is told beside.
    let later = data.join("later");
    add_sites(nunchi, &later)?;
    let unsealed = Server::collector(nunchi, &later, &NEVER_SEALED)?;
    let idle = collector.memory_mib("VmRSS:")?;
    figures.at_most("resident when idle", idle, "MiB", 40.0);
    let mut requests = Requests::new();
    let (mut of_empty, mut of_unsealed, mut of_collector) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=size.rounds {
        let all = [
            (&empty, &mut of_empty),
            (&unsealed, &mut of_unsealed),
            (&collector, &mut of_collector),
        ];
        for (server, rounds) in all {
            let told = one(server, &mut requests, size)?;
            // The first warms up.
            if round > 0 {
                rounds.push(told);
            }
        }
    }
    let of = |rounds: &[Round], what: fn(&Round) -> f64| median(rounds.iter().map(what).collect());
    let null = of(&of_empty, |it| it.per_cpu_s);
    let durable = of(&of_unsealed, |it| it.per_cpu_s);
    let with_sealing = of(&of_collector, |it| it.per_cpu_s);
    figures.tell("empty handler, requests a CPU-second", null, "");
    figures.tell("durable beacons a CPU-second", durable, "");
    figures.tell("the same, files of history made meanwhile", with_sealing, "");
    let ratio = |others: &[Round]| {
        let pairs = of_empty.iter().zip(others);
        median(pairs.map(|(empty, other)| other.per_cpu_s / empty.per_cpu_s).collect())
    };
    figures.at_least("durable beacons ÷ empty handler", ratio(&of_unsealed), "", 0.5);
    figures.tell("the same, files of history made meanwhile", ratio(&of_collector), "");
    let of_umami = with_sealing / UMAMI_A_CPU_S;
    figures.at_least("durable beacons, sealed ÷ Umami's requests", of_umami, "", 300.0);
    figures.tell("durable beacons a second", of(&of_unsealed, |it| it.per_s), "");
    for (name, rounds) in [
        ("empty handler", &of_empty),
        ("durable", &of_unsealed),
        ("durable, sealing", &of_collector),
    ] {
        figures.tell(format!("p50, {name}"), of(rounds, |it| it.p50_ms), "ms");
        figures.tell(format!("p99, {name}"), of(rounds, |it| it.p99_ms), "ms");
    }
    let more = of_empty.iter().zip(&of_collector).map(|(a, b)| b.p99_ms - a.p99_ms);
    let more = median(more.collect());
    figures.at_most("p99, durable and sealing − empty handler", more, "ms", 10.0);
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

/// No beacon is that old, and no round has that many.
const NEVER_SEALED: [&str; 4] = ["--seal-after-s", "864000", "--seal-beacons", "100000000"];

/// Requests made ready for each second of a round; who answers more has a shorter round.
const AT_MOST_A_SECOND: usize = 30_000;

/// Requests a CPU-second that Umami 3.1 with its database answers, measured once on a machine like
/// this (2 cores): it cannot be set up here on each run.
const UMAMI_A_CPU_S: f64 = 101.0;
