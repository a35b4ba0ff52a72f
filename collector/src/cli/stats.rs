//! `nunchi stats …`: reads the data folder, also while the server runs.

use std::path::Path;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use nunchi_api::questions::{Answered, By, Filter, Question, Scope, Step, Unit, until_now};
use serde::Serialize;

use super::site::Folder;
use super::table::Table;
use super::{Failure, answers, csv};
use crate::clock::Clock;
use crate::config::Given;
use crate::live;
use crate::stats::{Asked, Present, Shop, answered};
use crate::store::SiteRecord;

#[derive(Debug, Args)]
pub(super) struct StatsArgs {
    /// What is asked
    question: Name,
    /// Key of the site
    #[arg(long)]
    site: String,
    /// How far back from now, or from --to: 7d, 24h, 90m
    #[arg(long, default_value = "24h", value_parser = read_span)]
    last: u64,
    /// When the span begins: 2026-11-22, 2026-11-22T09:30, or milliseconds since 1970
    #[arg(long, value_name = "WHEN", conflicts_with = "last")]
    from: Option<String>,
    /// When it ends; that moment does not belong to it [default: now]
    #[arg(long, value_name = "WHEN")]
    to: Option<String>,
    /// Time zone that days and hours are of, as IANA names it [default: the shop's]
    #[arg(long)]
    zone: Option<String>,
    /// Tell of the span of the same length before as well
    #[arg(long)]
    compare: bool,
    /// Only visits with this device, visitor, language, source, page or path; may be given again
    #[arg(long = "filter", value_name = "NAME=VALUE")]
    filters: Vec<String>,
    /// Steps of a funnel: view, page:SORT, path:PATH, product, product:ID, cart, checkout, purchase,
    /// goal:NAME, signal:NAME; fired, `held_out`, shown, accepted or dismissed with :CAMPAIGN
    #[arg(long, value_delimiter = ',', value_name = "STEP")]
    steps: Vec<String>,
    /// How long a slice of a series is [default: what makes at most 62]
    #[arg(long, value_enum)]
    unit: Option<UnitName>,
    /// What a step of a journey is
    #[arg(long, value_enum, default_value = "page")]
    by: ByName,
    /// Steps of a journey that are looked at, 1 to 8
    #[arg(long, default_value_t = 5)]
    depth: u8,
    /// Rows that tell of fewer people are folded into one; 0 folds none [default: 10]
    #[arg(long, env = "NUNCHI_FOLD_BELOW", value_name = "N")]
    fold_below: Option<u32>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = StatsFormat::Table)]
    format: StatsFormat,
    #[command(flatten)]
    folder: Folder,
}

/// What can be asked.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Name {
    /// How much of everything
    Overview,
    /// How it went, by hours, days, weeks or months
    Series,
    /// View, product, cart, checkout, purchase; or other --steps
    Funnel,
    /// Which ways visits took, and where they ended
    Journeys,
    /// Pages by the time spent on them
    Pages,
    /// What was noticed, and why carts were hesitated over
    Signals,
    /// Why carts were hesitated over, and what they were worth
    Hesitations,
    /// Products: viewed, carted, abandoned, bought
    Products,
    /// What was shown and held out, what it brought
    Campaigns,
    /// New or not, by device, by language
    Audiences,
    /// Where visits came from
    Sources,
    /// When the week is busy, and when carts are hesitated over
    Hours,
    /// Who is in the shop now
    Live,
    /// The loss meter: beacons that were sent and never came
    Losses,
    /// Verdicts of pages, made again by the collector: must be 100 %
    Parity,
    /// What arrived, what was refused, what is kept apart
    Health,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum UnitName {
    Hour,
    Day,
    Week,
    Month,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ByName {
    /// Its sort: home, product
    Page,
    /// Its path
    Path,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum StatsFormat {
    Table,
    Json,
    Csv,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    Table,
    Json,
}

pub(super) fn run(args: &StatsArgs, file: Option<&Path>) -> Result<(), Failure> {
    let given = Given { fold_below: args.fold_below, ..Given::default() };
    let below = given.settle(file)?.fold_below.into();
    let store = args.folder.open(file)?;
    let site = super::site::find(&store, &args.site)?;
    let now = Clock::system().now();
    let scope = args.scope(&site, now.0)?;
    let question = args.question()?;
    let mut present = Present::default();
    match question {
        Question::Live {} => present.floor = live::floor_of(&store, &site.key, now)?,
        Question::Health {} => present.counted = store.counted(site.key.as_str())?,
        _ => {}
    }
    let asked = Asked::new(&scope, question, now.0 + 1, &site.pack.zone.name)?;
    let shop = Shop::new(store, &site);
    let answered = answered(&shop, site.key.as_str(), &asked, below, present)?;
    match args.format {
        StatsFormat::Table => print!("{}", text(&answered)),
        StatsFormat::Json => println!("{}", serde_json::to_string_pretty(&json(&answered)?)?),
        StatsFormat::Csv => print!("{}", csv::sheet(&json(&answered)?)),
    }
    Ok(())
}

impl StatsArgs {
    fn scope(&self, site: &SiteRecord, now: u64) -> Result<Scope, Failure> {
        let zone = self.zone.as_deref().unwrap_or(&site.pack.zone.name);
        let zone = TimeZone::get(zone).map_err(|_| format!("`{zone}` is no time zone"))?;
        let when =
            |text: &Option<String>| text.as_deref().map(|it| read_moment(it, &zone)).transpose();
        let to = when(&self.to)?.unwrap_or_else(|| until_now(now));
        let last = to.saturating_sub(self.last);
        let mut filter = Filter::default();
        self.filters.iter().try_for_each(|condition| filter.add(condition))?;
        Ok(Scope {
            site: self.site.clone(),
            from: Some(when(&self.from)?.unwrap_or(last)),
            to: Some(to),
            zone: self.zone.clone(),
            compare: self.compare,
            filter,
        })
    }

    fn question(&self) -> Result<Question, Failure> {
        Ok(match self.question {
            Name::Overview => Question::Overview {},
            Name::Series => Question::Series { unit: self.unit.map(UnitName::unit) },
            Name::Funnel => {
                let steps: Result<Vec<Step>, _> = self.steps.iter().map(|it| it.parse()).collect();
                Question::Funnel { steps: steps.map_err(|error| error.to_string())? }
            }
            Name::Journeys => {
                let by = match self.by {
                    ByName::Page => By::Page,
                    ByName::Path => By::Path,
                };
                Question::Journeys { by, depth: self.depth }
            }
            Name::Pages => Question::Pages {},
            Name::Signals => Question::Signals {},
            Name::Hesitations => Question::Hesitations {},
            Name::Products => Question::Products {},
            Name::Campaigns => Question::Campaigns {},
            Name::Audiences => Question::Audiences {},
            Name::Sources => Question::Sources {},
            Name::Hours => Question::Hours {},
            Name::Live => Question::Live {},
            Name::Losses => Question::Losses {},
            Name::Parity => Question::Parity {},
            Name::Health => Question::Health {},
        })
    }
}

impl UnitName {
    fn unit(self) -> Unit {
        match self {
            Self::Hour => Unit::Hour,
            Self::Day => Unit::Day,
            Self::Week => Unit::Week,
            Self::Month => Unit::Month,
        }
    }
}

/// Tables for people; those of the span before below the others.
fn text(answered: &Answered) -> String {
    let mut parts = tables_text(&answers::tables(&answered.answer));
    if let Some(before) = &answered.before {
        let zone = TimeZone::get(&answered.zone).unwrap_or(TimeZone::UTC);
        let moment = |at: u64| {
            let at = i64::try_from(at).ok().and_then(|at| Timestamp::from_millisecond(at).ok());
            let at = at.unwrap_or_default().to_zoned(zone.clone());
            at.strftime("%Y-%m-%d %H:%M").to_string()
        };
        let (from, to) = (moment(before.from), moment(answered.from));
        parts.push(format!("before: {from} to {to}\n"));
        parts.extend(tables_text(&answers::tables(&before.answer)));
    }
    if answers::is_folded(&answered.answer) {
        let below = answered.fold_below;
        parts.push(format!("rows of fewer than {below} people are folded: see --fold-below\n"));
    }
    parts.join("\n")
}

fn tables_text(tables: &[Table]) -> Vec<String> {
    tables.iter().map(ToString::to_string).collect()
}

/// The bare answer, with that of the span before as `before` where it was asked for.
fn json(answered: &Answered) -> serde_json::Result<serde_json::Value> {
    let mut json = serde_json::to_value(&answered.answer)?;
    if let Some(answer) = json.as_object_mut() {
        // The tag of the enum: who asks knows what was asked.
        answer.remove("name");
        if let Some(before) = &answered.before {
            let mut before = serde_json::to_value(before)?;
            before["answer"].as_object_mut().map(|it| it.remove("name"));
            answer.insert("before".into(), before);
        }
    }
    Ok(json)
}

pub(super) fn print<T: Serialize>(
    format: Format,
    answer: &T,
    tables: impl Fn(&T) -> Vec<Table>,
) -> Result<(), Failure> {
    match format {
        Format::Json => println!("{}", serde_json::to_string_pretty(answer)?),
        Format::Table => print!("{}", tables_text(&tables(answer)).join("\n")),
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

/// `2026-11-22`, `2026-11-22T09:30` on the zone's clock, or milliseconds since 1970.
fn read_moment(text: &str, zone: &TimeZone) -> Result<u64, String> {
    if let Ok(ms) = text.parse() {
        return Ok(ms);
    }
    let expected = || {
        format!(
            "`{text}` is no moment: expected such as 2026-11-22, 2026-11-22T09:30 or milliseconds since 1970"
        )
    };
    let local: DateTime = text.parse().map_err(|_| expected())?;
    let at = local.to_zoned(zone.clone()).map_err(|_| expected())?.timestamp();
    u64::try_from(at.as_millisecond()).map_err(|_| expected())
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::{read_moment, read_span};

    #[test]
    fn spans_are_read_as_people_write_them() {
        assert_eq!(read_span("90m"), Ok(90 * 60_000));
        assert_eq!(read_span("24h"), Ok(86_400_000));
        assert_eq!(read_span("7d"), Ok(7 * 86_400_000));
        for wrong in ["", "7", "d", "0d", "-1h", "7w", "일"] {
            assert!(read_span(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn moments_are_those_of_the_zones_clock() {
        let seoul = TimeZone::get("Asia/Seoul").unwrap();
        let check = |text: &str, ms: u64| assert_eq!(read_moment(text, &seoul), Ok(ms), "{text}");
        check("2026-11-22", 1_795_273_200_000);
        check("2026-11-22T09:30", 1_795_307_400_000);
        check("1795273200000", 1_795_273_200_000);
        for wrong in ["", "yesterday", "2026-13-01", "1960-01-01", "-5"] {
            assert!(read_moment(wrong, &seoul).is_err(), "{wrong}");
        }
    }
}
