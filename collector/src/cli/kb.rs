//! `nunchi kb …`: what the bot knows.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::Failure;
use super::table::Table;
use crate::chat::bench::{Bench, Report, Set as BenchSet, Share};

#[derive(Debug, Subcommand)]
pub(super) enum KbCommand {
    /// Measure on a labelled set how the bot finds what it knows and refuses what it does not
    #[command(after_long_help = SETS)]
    Bench {
        /// Which set
        #[arg(long)]
        set: Set,
        /// Folder of what the bot knows: the set's own, or that of all sets; or the file itself
        #[arg(long, value_name = "DIR")]
        index: PathBuf,
        /// Folder of what it is asked; may be the same, for nothing is asked that is known
        #[arg(long, value_name = "DIR")]
        queries: PathBuf,
        /// Examples known of each label; 0: all [default: 1 for parakqc and bitext, else 0]
        #[arg(long, value_name = "COUNT")]
        examples: Option<usize>,
        /// How often examples are drawn anew; figures are of all draws [default: 20 for bitext, 3 for
        /// parakqc, else 1]
        #[arg(long, value_name = "COUNT")]
        draws: Option<usize>,
        /// Make each example an entry of its own, to see what many entries cost
        #[arg(long)]
        apart: bool,
        /// How to print it
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

/// What is known and asked, set by set.
const SETS: &str = "\
What is known and what is asked:
  banking77  questions.csv (text, category). All rows of the index are known, all of the queries are
             asked; where both are one folder, a fifth is asked (by hash) and the rest is known
  parakqc    utterances.csv (group, utterance). One paraphrase of each meaning is known, the others in
             the queries are asked; of meanings that the index lacks, one is taken from the queries
  bitext     utterances.csv (utterance, intent). One example of each intent in the index is known, the
             queries are asked
  smalltalk  --index is a folder of real questions (any of the three above): a fifth is asked (by hash),
             the rest is known. --queries has pairs.csv (Q): all of it is to be refused

The same words are never known and asked. A question whose label nothing is known of counts as small talk
does: to be refused.";

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Set {
    Banking77,
    Parakqc,
    Bitext,
    Smalltalk,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    Table,
    Json,
}

pub(super) fn run(command: KbCommand) -> Result<(), Failure> {
    match command {
        KbCommand::Bench { set, index, queries, examples, draws, apart, format } => {
            let set = match set {
                Set::Banking77 => BenchSet::Banking77,
                Set::Parakqc => BenchSet::ParaKqc,
                Set::Bitext => BenchSet::Bitext,
                Set::Smalltalk => BenchSet::SmallTalk,
            };
            let bench = Bench { set, index, queries, examples, draws, is_apart: apart };
            let report = bench.run()?;
            match format {
                Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
                Format::Table => print!("{}", told(&report)),
            }
            Ok(())
        }
    }
}

fn told(report: &Report) -> Table {
    let figure = |it: f64| format!("{it:.4}");
    let part = |it: &Share| {
        it.share.map_or("none asked".into(), |share| format!("{:.2} % of {}", 100.0 * share, it.of))
    };
    let Report { set, entries, phrasings, draws, asked, .. } = report;
    Table::new(&[set, ""])
        .row(&[&"entries", entries])
        .row(&[&"phrasings", phrasings])
        .row(&[&"draws", draws])
        .row(&[&"questions that an entry answers", asked])
        .row(&[&"R@1", &figure(report.r_at_1)])
        .row(&[&"R@5", &figure(report.r_at_5)])
        .row(&[&"MRR", &figure(report.mrr)])
        .row(&[&"refused rightly", &part(&report.refusals.right)])
        .row(&[&"refused wrongly", &part(&report.refusals.wrong)])
        .row(&[&"answered wrongly", &part(&report.refusals.answered_wrong)])
        .row(&[&"ms a question", &figure(report.ms_per_question)])
        .row(&[&"ms, 99 of 100 are quicker", &figure(report.ms_p99)])
}
