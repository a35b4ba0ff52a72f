//! Answers about a site: the same over HTTP, on the command line and for the console.
//!
//! A question is a [`Fold`] over visits: it says what it needs to read, is given visit by visit, and
//! gives the answer at the end. Where visits lie only a [`History`] knows. What counts, in words, is told
//! in `nunchi_api::questions` and `nunchi_api::stats`.

mod ask;
mod campaigns;
mod filter;
mod folded;
mod funnel;
mod hesitations;
mod history;
mod hours;
mod journeys;
mod losses;
mod milestones;
mod overview;
mod pages;
mod parity;
mod people;
mod products;
mod ratings;
mod routes;
mod series;
mod shares;
mod signals;
mod slices;
mod summed;
mod tally;
#[cfg(test)]
mod tests;
mod views;

use std::sync::Arc;

use nunchi_api::live::Floor;
use nunchi_api::questions::{Answer, Answered, Before, Question};
use nunchi_api::stats::Health;

use crate::store::StoreError;
use crate::store::scan::{Names, Visit, Want};
use crate::store::summary::Merged;

pub(crate) use ask::Asked;
pub(crate) use hesitations::cause_names;
pub(crate) use history::{History, Shop};
pub use routes::{FoldBelow, ask, get};
pub use summed::{check_summaries, summarize};

use filter::Sieve;
use slices::Slices;
use summed::Quarters;

/// A question on its way through visits.
trait Fold: Sized {
    /// What is answered.
    type Answer;

    /// Which rows and columns it needs.
    fn want(&self) -> Want;

    /// Takes in a visit. A filter may bring rows of other kinds along.
    fn visit(&mut self, visit: &Visit<'_>, names: &Names);

    /// The answer; rows of fewer than `below` people are folded.
    fn answer(self, names: &Names, below: u64) -> Self::Answer;
}

/// What is known of the present, for the questions that ask about it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Present {
    /// What arrived since the server started.
    pub(crate) counted: Health,
    /// Who is in the shop.
    pub(crate) floor: Floor,
}

/// The whole answer. Rows that tell of fewer than `below` people are folded.
pub(crate) fn answered(
    history: &dyn History,
    site: &str,
    asked: &Asked,
    below: u64,
    present: Present,
) -> Result<Answered, StoreError> {
    let before = if asked.compare {
        let before = asked.before();
        let answer = answer(history, &before, below, Present::default())?;
        Some(Before { from: before.from, answer })
    } else {
        None
    };
    Ok(Answered {
        site: site.into(),
        from: asked.from,
        to: asked.to,
        zone: asked.zone_name.clone(),
        fold_below: below,
        answer: answer(history, asked, below, present)?,
        before,
    })
}

/// The answer for one span.
pub(crate) fn answer(
    history: &dyn History,
    asked: &Asked,
    below: u64,
    present: Present,
) -> Result<Answer, StoreError> {
    let Asked { from, to, .. } = *asked;
    Ok(match &asked.question {
        Question::Overview {} => {
            let begun = history.conversations(from, to)?;
            let slices = Slices::equal(from, to);
            let mut answer = if let Some((days, span)) = summaries(history, asked, &slices)? {
                summed::overview(&days, span, &slices)
            } else {
                let by_visit = begun.by_visit;
                let make = |names: &mut Names| overview::Counting::new(from, to, by_visit, names);
                fold(history, asked, below, make)?
            };
            if asked.filter.is_empty() {
                answer.conversations = begun.total;
            }
            Answer::Overview(Box::new(answer))
        }
        Question::Series { unit } => {
            let unit = unit.expect("chosen when the question was looked at");
            let (zone, slices) = (asked.zone.clone(), asked.slices(unit));
            Answer::Series(if let Some((days, span)) = summaries(history, asked, &slices)? {
                summed::series(&days, span, &slices, &zone, unit)
            } else {
                fold(history, asked, below, |_| series::Counting::new(zone, unit, slices))?
            })
        }
        Question::Funnel { steps } => Answer::Funnel(fold(history, asked, below, |names| {
            funnel::Counting::new(steps, names)
        })?),
        Question::Journeys { by, depth } => {
            Answer::Journeys(fold(history, asked, below, |_| journeys::Counting::new(*by, *depth))?)
        }
        Question::Pages {} => {
            Answer::Pages(fold(history, asked, below, |_| pages::Counting::default())?)
        }
        Question::Signals {} => {
            Answer::Signals(fold(history, asked, below, |_| signals::Counting::new())?)
        }
        Question::Hesitations {} => {
            Answer::Hesitations(fold(history, asked, below, |_| hesitations::Counting::default())?)
        }
        Question::Products {} => {
            Answer::Products(fold(history, asked, below, |_| products::Counting::default())?)
        }
        Question::Campaigns {} => {
            let packs = history.packs()?;
            let which = (&asked.filter, below);
            Answer::Campaigns(campaigns::campaigns(history, from, to, which, &packs)?)
        }
        Question::Audiences {} => {
            Answer::Audiences(Box::new(fold(history, asked, below, shares::Audience::new)?))
        }
        Question::Sources {} => Answer::Sources(fold(history, asked, below, shares::Sources::new)?),
        Question::Hours {} => {
            let zone = asked.zone.clone();
            Answer::Hours(fold(history, asked, below, |_| hours::Counting::new(zone))?)
        }
        Question::Live {} => Answer::Live(present.floor),
        Question::Losses {} => Answer::Losses(losses::losses(history, from, to)?),
        Question::Parity {} => Answer::Parity(history.parity(from, to)?),
        Question::Health {} => {
            let losses = losses::losses(history, from, to)?;
            let quarantined = losses::quarantined(history, from, to)?;
            let (sent, lost) = (losses.sent, losses.lost);
            Answer::Health(Health { sent, lost, quarantined, ..present.counted })
        }
    })
}

/// What summaries have of the span, and the span as they count it, if they can tell of these slices.
fn summaries(
    history: &dyn History,
    asked: &Asked,
    slices: &Slices,
) -> Result<Option<(Arc<Merged>, Quarters)>, StoreError> {
    let span = summed::quarters(asked.from, asked.to, slices).filter(|_| asked.filter.is_empty());
    let Some(span) = span else { return Ok(None) };
    Ok(history.days(asked.from, asked.to)?.map(|days| (days, span)))
}

/// Takes a question through the visits that count.
fn fold<F: Fold>(
    history: &dyn History,
    asked: &Asked,
    below: u64,
    make: impl FnOnce(&mut Names) -> F,
) -> Result<F::Answer, StoreError> {
    let mut names = Names::default();
    let sieve = Sieve::new(&asked.filter, &mut names);
    let mut fold = make(&mut names);
    let want = fold.want().and(sieve.want());
    history.visits(asked.from, asked.to, want, &mut names, &mut |visit, names| {
        if sieve.passes(visit.rows) {
            fold.visit(visit, names);
        }
    })?;
    Ok(fold.answer(&names, below))
}

const DAY_MS: u64 = 86_400_000;
