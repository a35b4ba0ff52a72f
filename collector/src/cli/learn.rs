//! `nunchi learn …`: measures what can be learned, and makes the model that is shipped.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};

use super::Failure;
use super::table::Table;
use crate::learn::bench::{self, Report};
use crate::learn::{LearnError, prior};

#[derive(Debug, Subcommand)]
pub(super) enum LearnCommand {
    /// Measure the models on a public set, as a page would evaluate them
    Bench {
        /// Which set
        #[arg(long)]
        set: Set,
        #[command(flatten)]
        train: Train,
        /// Folder to score, of the same layout [default: each part of the folder to learn from in
        /// turn, by models of the others]
        #[arg(long, value_name = "DIR")]
        test: Option<PathBuf>,
        /// How to print it
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Make the model that is shipped, from the shoppers' set alone (CC BY 4.0)
    Prior {
        #[command(flatten)]
        train: Train,
        /// File to write
        #[arg(long, default_value = "engine/model/prior.bin", value_name = "FILE")]
        out: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Train {
    /// Folder to learn from: a set's own, or that of all sets [default: `NUNCHI_DATASETS`, else
    /// ../shared/data]
    #[arg(long, value_name = "DIR")]
    train: Option<PathBuf>,
}

impl Train {
    fn place(&self) -> PathBuf {
        let usual = || std::env::var_os("NUNCHI_DATASETS").map(PathBuf::from);
        self.train.clone().or_else(usual).unwrap_or_else(|| "../shared/data".into())
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Set {
    /// UCI Online Shoppers: 12,330 whole sessions
    Uci,
    /// Clickstream DMM: 24,236 sequences of clicks
    Clickstream,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    Table,
    Json,
}

pub(super) fn run(command: LearnCommand) -> Result<(), Failure> {
    match command {
        LearnCommand::Bench { set, train, test, format } => {
            let measure = match set {
                Set::Uci => bench::uci,
                Set::Clickstream => bench::clickstream,
            };
            let report = measure(&train.place(), test.as_deref());
            print(skipped(report, &train, test.as_deref())?.as_ref(), format)
        }
        LearnCommand::Prior { train, out } => {
            let model = skipped(prior::make(&train.place()), &train, None)?;
            let Some(model) = model else { return Ok(()) };
            let bytes = model.encode();
            std::fs::write(&out, &bytes)?;
            let (terms, id) = (model.terms.len(), model.id());
            println!("{}: {} bytes, {terms} terms, model {id:08x}", out.display(), bytes.len());
            print!("{}", prior::told(&model));
            Ok(())
        }
    }
}

/// A set that is not there is no failure, for it is never part of the repository; that it is not
/// where somebody says is one.
fn skipped<T>(
    result: Result<T, LearnError>,
    train: &Train,
    test: Option<&Path>,
) -> Result<Option<T>, Failure> {
    let error = match result {
        Ok(it) => return Ok(Some(it)),
        Err(error) => error,
    };
    let LearnError::Absent { place, .. } = &error else { return Err(error.into()) };
    let is_given = |folder: Option<&Path>| folder == Some(place.as_path());
    let flag = match () {
        () if is_given(train.train.as_deref()) => "--train",
        () if is_given(test) => "--test",
        () => {
            eprintln!(
                "skipped: {error}: name the folder with --train, or that of all sets with NUNCHI_DATASETS"
            );
            return Ok(None);
        }
    };
    Err(format!("{flag}: {error}").into())
}

fn print(report: Option<&Report>, format: Format) -> Result<(), Failure> {
    let Some(report) = report else { return Ok(()) };
    match format {
        Format::Json => println!("{}", serde_json::to_string_pretty(report)?),
        Format::Table => print!("{}", told(report)),
    }
    Ok(())
}

fn told(report: &Report) -> String {
    let figure = |it: f64| format!("{it:.4}");
    let known = |it: Option<f64>| it.map(figure).unwrap_or_default();
    let head = ["model", "bytes", "at", "ROC-AUC", "PR-AUC", "Brier", "ECE"];
    let mut table = Table::new(&head);
    let mut bands = Table::new(&["band", "of all", "bought"]);
    for it in &report.models {
        for (at, figures) in &it.at {
            let [roc, pr] = [figures.roc_auc, figures.pr_auc].map(figure);
            let [brier, ece] = [figures.brier, figures.ece].map(figure);
            table = table.row(&[&it.model, &it.bytes, at, &roc, &pr, &brier, &ece]);
        }
        for (name, [of_all, bought]) in &it.bands {
            let percent = |it: f64| format!("{:.1} %", 100.0 * it);
            bands = bands.row(&[name, &percent(*of_all), &percent(*bought)]);
        }
    }
    for it in &report.anchors {
        let model = format!("elsewhere: {}", it.model);
        let [roc, pr] = [figure(it.roc_auc), known(it.pr_auc)];
        table = table.row(&[&model, &"", &it.at, &roc, &pr, &known(it.brier), &known(it.ece)]);
    }
    format!("{}: {}\n{table}{bands}", report.set, report.scored)
}
