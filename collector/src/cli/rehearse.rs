//! `nunchi backtest` and `nunchi diff`: packs that were never published, over visits that happened.

use std::io::IsTerminal as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use beacon::{Currency, Money};
use clap::Args;
use engine::pack::Pack;
use nunchi_api::campaigns::Replayed;

use super::Failure;
use super::site::{Folder, find, published, read};
use super::stats::{Format, print, read_span};
use super::table::tables;
use crate::campaigns::backtest::{self, Discount};
use crate::campaigns::diff;
use crate::campaigns::each::{self, Took};
use crate::clock::Clock;
use crate::sites::read_pack;
use crate::store::{SiteRecord, Span, Store, StoreError};

#[derive(Debug, Args)]
pub(super) struct BacktestArgs {
    /// Campaigns to try, JSON: one, a list, or a whole pack. The site's published ones go along, so
    /// that rivals and caps are those it would meet
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Only what the files say, without the site's published campaigns
    #[arg(long)]
    alone: bool,
    /// What a coupon takes off: 10% or 5000KRW (minor units); prices what was bought anyway
    #[arg(long, value_parser = read_discount)]
    discount: Option<Discount>,
    #[command(flatten)]
    over: Over,
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// `published`, a version such as `v3`, or a JSON file
    old: String,
    /// The same
    new: String,
    #[command(flatten)]
    over: Over,
}

/// Which visits.
#[derive(Debug, Args)]
struct Over {
    /// Key of the site
    #[arg(long)]
    site: String,
    /// How far back from now: 7d, 24h, 90m
    #[arg(long, default_value = "7d", value_parser = read_span)]
    last: u64,
    /// Threads that replay [default: one a core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Say on stderr how fast it went, and what took how long
    #[arg(long)]
    timings: bool,
    #[command(flatten)]
    folder: Folder,
}

pub(super) fn backtest(args: &BacktestArgs, file: Option<&Path>) -> Result<(), Failure> {
    let began = Instant::now();
    let (store, site, span) = args.over.open(file)?;
    let files: Vec<String> = args.files.iter().map(|file| file.display().to_string()).collect();
    let pack = read_files(&site, &files, args.alone)?;
    let (answer, took) =
        args.over.each(&store, span, |over| backtest::backtest(over, &pack, args.discount))?;
    let opened = opening(&args.over.site, &files, args.alone);
    print(args.over.format, &answer, |answer| tables::backtest(answer, &opened))?;
    args.over.say(&answer.over, &took, began);
    Ok(())
}

pub(super) fn diff(args: &DiffArgs, file: Option<&Path>) -> Result<(), Failure> {
    let began = Instant::now();
    let (store, site, span) = args.over.open(file)?;
    let packs = [&args.old, &args.new].map(std::slice::from_ref);
    let [old, new] = packs.map(|pack| find_pack(&store, &site, pack, false));
    let (old, new) = (old?, new?);
    let (answer, took) = args.over.each(&store, span, |over| diff::diff(over, &old, &new))?;
    let opened = packs.map(|pack| opening(&args.over.site, pack, false));
    print(args.over.format, &answer, |answer| tables::diff(answer, &opened))?;
    args.over.say(&answer.over, &took, began);
    Ok(())
}

impl Over {
    fn open(&self, file: Option<&Path>) -> Result<(Store, SiteRecord, Span), Failure> {
        let store = self.folder.open(file)?;
        let site = find(&store, &self.site)?;
        let now = Clock::system().now();
        let span = Span { site: site.id, from: now.0.saturating_sub(self.last), to: now.0 + 1 };
        Ok((store, site, span))
    }

    fn threads(&self) -> usize {
        self.threads.map_or_else(cores, usize::from)
    }

    /// Goes through the visits, and says how far it is.
    fn each<T>(
        &self,
        store: &Store,
        span: Span,
        go: impl FnOnce(&each::Over<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let progress = progress();
        let (threads, goes_on) = (self.threads(), || true);
        go(&each::Over { store, span, threads, progress: &progress, goes_on: &goes_on })
    }

    /// `963161 items in 0.91 s; 1180000 a second and core: reading 21 %, opening 30 %, judging 49 %`.
    fn say(&self, over: &Replayed, took: &Took, began: Instant) {
        if !self.timings {
            return;
        }
        let all = took.sum().as_micros().max(1);
        let percent = |part: Duration| part.as_micros() * 100 / all;
        eprintln!(
            "{} items in {:.2} s, {} threads; {} a second and core: reading {} %, opening {} %, judging {} %",
            over.items,
            began.elapsed().as_secs_f64(),
            self.threads(),
            u128::from(over.items) * 1_000_000 / all,
            percent(took.reading),
            percent(took.opening),
            percent(took.judging),
        );
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// `published`, a version such as `v3`, or files.
pub(super) fn find_pack(
    store: &Store,
    site: &SiteRecord,
    names: &[String],
    is_alone: bool,
) -> Result<Pack, Failure> {
    let [name] = names else { return read_files(site, names, is_alone) };
    if name == "published" {
        return Ok(site.pack.clone());
    }
    if let Some(version) = name.strip_prefix('v').and_then(|digits| digits.parse::<u32>().ok()) {
        return published(store, site, version);
    }
    read_files(site, names, is_alone)
}

/// What the files say, with the site's published campaigns or without.
fn read_files(site: &SiteRecord, files: &[String], is_alone: bool) -> Result<Pack, Failure> {
    let mut pack = site.pack.clone();
    if is_alone {
        pack.campaigns.clear();
    }
    for file in files {
        pack = read_pack(pack, file, &read(Path::new(file))?)?;
    }
    Ok(pack)
}

/// The command that opens a visit, judged by that pack, up to the session.
fn opening(site: &str, packs: &[String], is_alone: bool) -> String {
    let quoted = |pack: &String| {
        let is_plain = !pack.contains(|c: char| c.is_whitespace() || "'\"$&;()*?<>|\\".contains(c));
        if is_plain { pack.clone() } else { format!("'{}'", pack.replace('\'', r"'\''")) }
    };
    let mut words = vec![format!("nunchi why --site {site}")];
    words.extend(packs.iter().map(|pack| format!("--pack {}", quoted(pack))));
    words.extend(is_alone.then(|| "--alone".into()));
    words.join(" ")
}

/// One line on stderr that counts up, where somebody looks at it.
fn progress() -> impl Fn(u64, u64) + Sync {
    let is_watched = std::io::stderr().is_terminal();
    let shown = Mutex::new(None);
    move |read, total| {
        let percent = read * 100 / total.max(1);
        let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
        // A thread that was overtaken has nothing new to say.
        if is_watched && *shown < Some(percent) {
            *shown = Some(percent);
            let end = if read >= total { "\n" } else { "" };
            eprint!("\rreplaying: {percent} % of {total} page loads{end}");
        }
    }
}

/// `10%`, `5000KRW`.
fn read_discount(text: &str) -> Result<Discount, String> {
    let expected = || format!("`{text}` is no discount: expected such as 10% or 5000KRW");
    if let Some(percent) = text.strip_suffix('%') {
        let percent: u8 = percent.trim().parse().map_err(|_| expected())?;
        return if percent <= 100 { Ok(Discount::Percent(percent)) } else { Err(expected()) };
    }
    let at = text.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(expected)?;
    let (minor, currency) = text.split_at(at);
    let minor = minor.trim().parse().ok().filter(|it| *it > 0).ok_or_else(expected)?;
    let currency = Currency::parse(currency).map_err(|_| expected())?;
    Ok(Discount::Sum(Money { minor, currency }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discounts_are_read_as_people_write_them() {
        let won = Money { minor: 5_000, currency: Currency::parse("KRW").unwrap() };
        assert_eq!(read_discount("10%"), Ok(Discount::Percent(10)));
        assert_eq!(read_discount("5000KRW"), Ok(Discount::Sum(won)));
        for wrong in ["-5000KRW", "", "10", "101%", "KRW", "5000XX", "ten%"] {
            assert!(read_discount(wrong).is_err(), "{wrong}");
        }
    }
}
