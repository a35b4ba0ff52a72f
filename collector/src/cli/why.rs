//! `nunchi why`: a stored visit, what was decided in it, why and why not.

use std::path::Path;

use clap::{Args, ValueEnum};
use nunchi_api::campaigns::Why;

use super::Failure;
use super::rehearse::find_pack;
use super::site::{Folder, find};
use super::stats::{Format, print};
use super::table::Table;
use crate::campaigns::why::{Judge, WhyError, Wish, why};
use crate::hex::unhex;

#[derive(Debug, Args)]
pub(super) struct WhyArgs {
    /// Key of the site
    #[arg(long)]
    site: String,
    /// The visit, as `nunchi stats campaigns`, `backtest` and `diff` name it
    #[arg(long, value_name = "HEX")]
    session: String,
    /// Only this campaign
    #[arg(long, value_name = "ID")]
    campaign: Option<u16>,
    /// Judge the visit by this pack instead of the one that its pages had: `published`, a version
    /// such as `v3`, or a JSON file as `backtest` takes it; several files go together
    #[arg(long, value_name = "PACK")]
    pack: Vec<String>,
    /// With `--pack FILE`: only what the files say, without the site's published campaigns
    #[arg(long, requires = "pack")]
    alone: bool,
    /// How campaigns stood at this moment, seconds since the visit began
    #[arg(long, value_name = "SECONDS")]
    at: Option<f64>,
    /// Language of the sentences
    #[arg(long, value_enum, default_value_t = Tongue::En)]
    language: Tongue,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    #[command(flatten)]
    folder: Folder,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tongue {
    En,
    Ko,
}

pub(super) fn run(args: &WhyArgs, file: Option<&Path>) -> Result<(), Failure> {
    let store = args.folder.open(file)?;
    let site = find(&store, &args.site)?;
    let unknown = || format!("{}: no visit {}", args.site, args.session);
    let visit = unhex(&args.session).ok_or_else(unknown)?;
    let wish = Wish { campaign: args.campaign, at: args.at.map(milliseconds) };
    let packs = store.packs(&site.key)?;
    let pack = match &args.pack[..] {
        [] => None,
        names => Some(find_pack(&store, &site, names, args.alone)?),
    };
    let judge = pack.as_ref().map_or(Judge::Then(&packs), Judge::By);
    let answer = why(&store, site.id, &visit, judge, wish).map_err(|error| match error {
        WhyError::NoVisit => unknown().into(),
        WhyError::NoCampaign { .. } => Failure::from(format!(
            "{error}; --pack FILE, --pack published or such as --pack v3 judges it by others"
        )),
        WhyError::Store(error) => error.into(),
    })?;
    print(args.format, &answer, |answer| tables(answer, args.language))
}

fn tables(answer: &Why, language: Tongue) -> Vec<Table> {
    let moments = Table::new(&["seconds", "page load", "what happened"]);
    let moments = answer.moments.iter().fold(moments, |table, moment| {
        table.row(&[&seconds(moment.at), &moment.run, &moment.text])
    });
    let standings = Table::new(&["seconds", "campaign", "standing", "why"]);
    let standings = answer.standings.iter().fold(standings, |table, it| {
        let sentence = if language == Tongue::Ko { &it.ko } else { &it.en };
        table.row(&[&seconds(it.at), &it.campaign, &it.standing, sentence])
    });
    vec![moments, standings]
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

/// Negative times and such are the beginning.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float becomes the closest whole number there is"
)]
fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1_000.0).round() as u64
}
