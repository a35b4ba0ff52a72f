//! `nunchi stats …`: reads the data folder, also while the server runs.

use std::path::Path;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::Failure;
use super::site::Folder;
use super::table::{Table, tables};
use crate::clock::Clock;
use crate::live;
use crate::stats;
use crate::store::{Span, Store};

#[derive(Debug, Args)]
pub(super) struct StatsArgs {
    /// What is asked
    question: Question,
    /// Key of the site
    #[arg(long)]
    site: String,
    /// How far back from now: 7d, 24h, 90m
    #[arg(long, default_value = "24h", value_parser = read_span)]
    last: u64,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    folder: Folder,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Question {
    /// How much of everything, and how it went
    Overview,
    /// View, product, cart, checkout, purchase
    Funnel,
    /// What was noticed, and why carts were hesitated over
    Signals,
    /// What was shown and held out, what it brought
    Campaigns,
    /// Pages by the time spent on them
    Pages,
    /// Who is in the shop now
    Live,
    /// What arrived, what was refused, what was lost on the way
    Health,
    /// Verdicts of pages, made again by the collector: must be 100 %
    Parity,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    Table,
    Json,
}

pub(super) fn run(args: &StatsArgs, file: Option<&Path>) -> Result<(), Failure> {
    let store = Store::open_beside(&args.folder.settle(file)?)?;
    let site = super::site::find(&store, &args.site)?;
    let now = Clock::system().now();
    let span = Span { site: site.id, from: now.0.saturating_sub(args.last), to: now.0 + 1 };
    match args.question {
        Question::Overview => print(args.format, &stats::overview(&store, span)?, tables::overview),
        Question::Funnel => print(args.format, &stats::funnel(&store, span)?, tables::funnel),
        Question::Signals => print(args.format, &stats::signals(&store, span)?, tables::signals),
        Question::Campaigns => {
            print(args.format, &stats::campaigns(&store, &site.key, span)?, tables::campaigns)
        }
        Question::Pages => print(args.format, &stats::pages(&store, span)?, tables::pages),
        Question::Parity => print(args.format, &stats::parity(&store, span)?, tables::parity),
        Question::Live => {
            print(args.format, &live::floor_of(&store, &site.key, now)?, tables::live)
        }
        Question::Health => {
            let counted = store.counted(site.key.as_str())?;
            print(args.format, &stats::health(&store, span, counted)?, tables::health)
        }
    }
}

pub(super) fn print<T: Serialize>(
    format: Format,
    answer: &T,
    tables: impl Fn(&T) -> Vec<Table>,
) -> Result<(), Failure> {
    match format {
        Format::Json => println!("{}", serde_json::to_string_pretty(answer)?),
        Format::Table => {
            let tables: Vec<String> = tables(answer).iter().map(ToString::to_string).collect();
            print!("{}", tables.join("\n"));
        }
    }
    Ok(())
}

/// `7d`, `24h`, `90m` in milliseconds.
pub(super) fn read_span(text: &str) -> Result<u64, String> {
    let expected = || format!("`{text}` is no span: expected such as 7d, 24h or 90m");
    let (unit_at, unit) = text.char_indices().last().ok_or_else(expected)?;
    let minutes = match unit {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        _ => return Err(expected()),
    };
    let count: u32 = text[..unit_at].parse().map_err(|_| expected())?;
    if count == 0 { Err(expected()) } else { Ok(u64::from(count) * minutes * 60_000) }
}

#[cfg(test)]
mod tests {
    use super::read_span;

    #[test]
    fn spans_are_read_as_people_write_them() {
        assert_eq!(read_span("90m"), Ok(90 * 60_000));
        assert_eq!(read_span("24h"), Ok(86_400_000));
        assert_eq!(read_span("7d"), Ok(7 * 86_400_000));
        for wrong in ["", "7", "d", "0d", "-1h", "7w", "일"] {
            assert!(read_span(wrong).is_err(), "{wrong}");
        }
    }
}
