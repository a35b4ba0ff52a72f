//! Questions over a month, beside DuckDB on the same files: CPU time of each, warm, on two threads, and whether they
//! answer alike. DuckDB is asked in the SQL of the oracle.

use std::path::Path;

use anyhow::{Result, ensure};
use month::{BEGINS_AT, SHOPS};
use nunchi_api::questions::{Ask, Filter, Question, Scope, Unit};

use crate::figures::{Figures, median};
use crate::oracle::both;
use crate::peer::{Asked, Peer, files_of};
use crate::server::Server;

/// The folder has a month in it, sealed.
pub(crate) fn measure(nunchi: &Path, data: &Path, figures: &mut Figures) -> Result<()> {
    let server = Server::collector(nunchi, data, &[])?;
    let mut duck = Peer::duckdb(2)?;
    let mut differing = 0.0;
    for (name, ask) in six() {
        for difference in both(&server, &mut duck, data, &ask, None)? {
            println!("differs: {name}: {difference}");
            differing += 1.0;
        }
        let theirs = duck_ms(&mut duck, data, &ask)?;
        let ours = ours_ms(&server, &ask)?;
        figures.at_most(name, ours, "ms", theirs);
    }
    figures.at_most("places where these answers differ from DuckDB's", differing, "", 0.0);
    for (name, ask) in summed() {
        figures.at_most(name, ours_ms(&server, &ask)?, "ms", 10.0);
    }
    figures.tell("most resident while answering", server.memory_mib("VmHWM:")?, "MiB");
    Ok(())
}

/// What an operator asks most, none of it from summaries: each has a span or a filter that they do not know.
fn six() -> [(&'static str, Ask); 6] {
    let odd = (day(0) + 1, day(31) + 1);
    let series = |unit| Question::Series { unit: Some(unit) };
    [
        ("series by hour, a week", ask(series(Unit::Hour), (day(8) + 1, day(15) + 1))),
        ("series by day, the month", ask(series(Unit::Day), odd)),
        ("funnel of five steps, the month", ask(Question::Funnel { steps: Vec::new() }, odd)),
        ("pages by dwell, the month", ask(Question::Pages {}, odd)),
        ("campaigns and uplift, the month", ask(Question::Campaigns {}, odd)),
        ("overview of five minutes", ask(Question::Overview {}, (day(20) + 1, day(20) + 300_001))),
    ]
}

fn summed() -> [(&'static str, Ask); 2] {
    let even = (day(0), day(31));
    [
        ("overview of the month, from summaries", ask(Question::Overview {}, even)),
        ("series by day, from summaries", ask(Question::Series { unit: Some(Unit::Day) }, even)),
    ]
}

fn ask(question: Question, (from, to): (u64, u64)) -> Ask {
    let site = SHOPS[0].key.into();
    Ask { scope: Scope { site, from: Some(from), to: Some(to), ..Scope::default() }, question }
}

/// Median of warm runs.
fn duck_ms(duck: &mut Peer, data: &Path, ask: &Ask) -> Result<f64> {
    let files = files_of(data, &ask.scope.site)?;
    ensure!(!files.is_empty(), "nothing of {} was sealed", ask.scope.site);
    let asked = Asked {
        files: &files,
        from: ask.scope.from.unwrap_or_default(),
        to: ask.scope.to.unwrap_or_default(),
        zone: SHOPS[0].zone,
        fold_below: 10,
        filter: &Filter::default(),
        question: &ask.question,
        without: None,
    };
    let runs = (0..=ROUNDS).map(|_| Ok(duck.ask(&asked)?.1)).collect::<Result<Vec<_>>>()?;
    Ok(median(runs[1..].to_vec()))
}

/// CPU time of the server, over so many askings that the clock's steps of 10 ms do not matter; warm.
fn ours_ms(server: &Server, ask: &Ask) -> Result<f64> {
    server.ask(ask)?;
    let began = server.cpu_s()?;
    let mut times = 0.0;
    while times < ROUNDS_F || server.cpu_s()? - began < MEASURED_S && times < TIMES_MAX {
        server.ask(ask)?;
        times += 1.0;
    }
    Ok((server.cpu_s()? - began) * 1_000.0 / times)
}

const fn day(number: u64) -> u64 {
    BEGINS_AT.0 + number * 86_400_000
}

const ROUNDS: usize = 3;

const ROUNDS_F: f64 = 3.0;

/// A hundred steps of the clock.
const MEASURED_S: f64 = 1.0;

const TIMES_MAX: f64 = 200.0;
