//! `cargo xtask verify oracle`: the same month, the same questions, two engines that share no line of code.
//!
//! Ours is asked over HTTP. The other, DuckDB or ClickHouse, is asked over the very files that ours has written, each in
//! SQL of its own (`ask.py` and `sql/`, `ask_clickhouse.py` and `clickhouse/`) that was written from the words of
//! `nunchi_api::questions` alone. All answers must be equal; and when one visit is left out on one side,
//! each question must notice.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use month::{Month, SHOPS};
use nunchi_api::questions::{Answered, Ask, Question};
use serde_json::Value;

use crate::cases::{cases, is_in_files};
use crate::difference::differences;
use crate::each_flag;
use crate::fill::{Arrivals, add_sites};
use crate::peer::{Asked, Peer, files_of};
use crate::server::Server;

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) nunchi: PathBuf,
    pub(crate) items: u64,
    pub(crate) seed: u64,
    /// Of the cases, each so-manieth is asked.
    every: usize,
    /// A Python that has ClickHouse: it is asked, not DuckDB.
    chdb: Option<PathBuf>,
}

impl Options {
    pub(crate) fn parse(flags: &[&str]) -> Result<Self> {
        let mut options = Self {
            nunchi: "target/debug/nunchi".into(),
            items: 2_000_000,
            seed: 1,
            every: 1,
            chdb: None,
        };
        each_flag(flags, |flag, value| {
            match flag {
                "--nunchi" => options.nunchi = value.into(),
                "--items" => options.items = value.replace('_', "").parse()?,
                "--seed" => options.seed = value.parse()?,
                "--chdb" => options.chdb = Some(value.into()),
                "--quick" => (options.items, options.every) = (QUICK_ITEMS, QUICK_EVERY),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(options)
    }
}

/// A shop so small that many rows are folded, and some seconds of work.
const QUICK_ITEMS: u64 = 60_000;

/// Shares no factor with the numbers of questions in a row (11, 13), so that each question is met.
const QUICK_EVERY: usize = 5;

/// Prints one line of figures; fails when an answer differs, or a planted difference is not noticed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    add_sites(&options.nunchi, &data)?;
    let filled = Arrivals::new(Month::new(options.items, options.seed)).accept(&data)?;
    seal(&options.nunchi, &data)?;
    let mut peer = match &options.chdb {
        Some(python) => Peer::clickhouse(python, 2)?,
        None => Peer::duckdb(2)?,
    };
    let (mut asked, mut differing) = (0, Vec::new());
    // Folded as shops have it, and so little that nearly all rows stand.
    for (turn, fold_below) in ["10", "2"].into_iter().enumerate() {
        let server = Server::collector(&options.nunchi, &data, &["--fold-below", fold_below])?;
        for ask in cases().into_iter().skip(turn).step_by(options.every) {
            let told = both(&server, &mut peer, &data, &ask, None)?;
            asked += 1 + usize::from(ask.scope.compare);
            differing.extend(told.into_iter().map(|what| format!("{} {what}", text(&ask))));
        }
    }
    let unnoticed = plant(&options.nunchi, &mut peer, &data)?;
    for difference in &differing {
        println!("differs: {difference}");
    }
    let files = SHOPS.iter().map(|shop| Ok(files_of(&data, shop.key)?.len()));
    println!(
        "oracle: engine={} asked={asked} differing={} unnoticed={} items={} beacons={} duplicates={} hits={} files={} seed={}",
        peer.name(),
        differing.len(),
        unnoticed.len(),
        filled.items,
        filled.beacons,
        filled.duplicates,
        filled.hits,
        files.sum::<Result<usize>>()?,
        options.seed,
    );
    ensure!(unnoticed.is_empty(), "a visit less is not noticed by {}", unnoticed.join(", "));
    ensure!(differing.is_empty(), "{} answers differ", differing.len());
    Ok(())
}

/// All that was accepted goes to Parquet files.
pub(crate) fn seal(nunchi: &Path, data: &Path) -> Result<()> {
    let mut seal = Command::new(nunchi);
    let output = seal.arg("seal").arg(data).env("NUNCHI_LOG", "error").output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Where the answers of both engines differ.
pub(crate) fn both(
    server: &Server,
    peer: &mut Peer,
    data: &Path,
    ask: &Ask,
    without: Option<&str>,
) -> Result<Vec<String>> {
    let ours = server.ask(ask)?;
    let answered: Answered = serde_json::from_value(ours.clone()).context("an answer of ours")?;
    let files = files_of(data, &ask.scope.site)?;
    ensure!(!files.is_empty(), "nothing of {} was sealed", ask.scope.site);
    let mut theirs = |from, to| -> Result<Value> {
        let asked = Asked {
            files: &files,
            from,
            to,
            zone: &answered.zone,
            fold_below: answered.fold_below,
            filter: &ask.scope.filter,
            question: &ask.question,
            without,
        };
        Ok(peer.ask(&asked)?.0)
    };
    let now = theirs(answered.from, answered.to)?;
    let mut told = differences(&comparable(&ours["answer"], &ask.question), &now);
    if let Some(before) = &answered.before {
        let then = theirs(before.from, answered.from)?;
        let ours = comparable(&ours["before"]["answer"], &ask.question);
        told.extend(differences(&ours, &then).into_iter().map(|what| format!("before: {what}")));
    }
    ensure!(ask.scope.compare == answered.before.is_some(), "asked to compare: {}", text(ask));
    Ok(told)
}

/// What of an answer lies in files: not what the server counted, nor what stands in packs.
fn comparable(answer: &Value, question: &Question) -> Value {
    let mut answer = answer.clone();
    let Some(fields) = answer.as_object_mut() else { return answer };
    fields.remove("name");
    match question {
        Question::Health {} => {
            fields.retain(|key, _| matches!(key.as_str(), "sent" | "lost" | "quarantined"));
        }
        Question::Campaigns {} => {
            let rows = fields.get_mut("rows").and_then(Value::as_array_mut);
            if let Some(rows) = rows {
                rows.retain(happened);
                for row in rows {
                    row["name"] = "".into();
                    for evidence in row["evidence"].as_array_mut().into_iter().flatten() {
                        evidence["reasons"] = Value::Array(Vec::new());
                    }
                }
            }
        }
        _ => {}
    }
    answer
}

/// A campaign that only stands in the pack has a row of zeros.
fn happened(row: &Value) -> bool {
    let kinds = ["fired", "held_out", "shadowed", "shown", "accepted", "dismissed"];
    kinds.iter().any(|kind| row[kind].as_u64() != Some(0))
}

/// Leaves a visit out on one side. Gives the questions that do not notice.
fn plant(nunchi: &Path, peer: &mut Peer, data: &Path) -> Result<Vec<&'static str>> {
    let server = Server::collector(nunchi, data, &["--fold-below", "2"])?;
    let site = SHOPS[0].key;
    let mut unnoticed = Vec::new();
    for question in Question::ALL.into_iter().filter(is_in_files) {
        let visit = peer.a_visit(&files_of(data, site)?, question.name())?;
        let Some(visit) = visit else { bail!("no visit that {} should notice", question.name()) };
        let name = question.name();
        let ask = crate::cases::whole(site, question);
        if both(&server, peer, data, &ask, Some(&visit))?.is_empty() {
            unnoticed.push(name);
        }
    }
    Ok(unnoticed)
}

fn text(ask: &Ask) -> String {
    serde_json::to_string(ask).unwrap_or_default()
}
