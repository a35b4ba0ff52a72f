//! What a pack would have done over stored visits: how often, when, for whom, and how many of those
//! bought without it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use beacon::item::{Answer, Fact, Reaction, VerdictOutcome};
use beacon::{Body, Currency, Millis, Money};
use engine::campaign::{Action, Campaign};
use engine::decide::glance::Trial;
use engine::explain;
use engine::pack::Pack;
use engine::schedule::Zone;
use engine::site::SITE;
use nunchi_api::campaigns::{Backtest, BacktestRow, DayCount, Share};
use nunchi_api::stats::Amount;

use super::each::{Over, Took, each_story};
use super::{Performed, Run, Story, rehearse};
use crate::hex::hex;
use crate::sites::zone_of;
use crate::store::StoreError;

/// What a coupon takes off a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Discount {
    /// Percent of what was paid.
    Percent(u8),
    /// A fixed sum, off purchases in its currency.
    Sum(Money),
}

/// `backtest`: `pack` over the visits of the span.
pub(crate) fn backtest(
    over: &Over<'_>,
    pack: &Pack,
    discount: Option<Discount>,
) -> Result<(Backtest, Took), StoreError> {
    let trial = Trial::from(pack.clone());
    // The pack knows its zone from its publication on; the visits may be older.
    let zone = zone_of(&pack.zone.name, Millis(over.span.from)).unwrap_or(pack.zone.clone());
    let take = |tallies: &mut Tallies, story: &Story| {
        let performed = rehearse(story, &trial);
        for campaign in pack.campaigns.iter().filter(|_| !performed.is_empty()) {
            let tally = tallies.entry(campaign.id).or_default();
            tally.add(campaign, story, &performed, (discount, &zone));
        }
    };
    let (over, took, mut tallies) = each_story(over, take, |sum, part| {
        for (id, tally) in part {
            sum.entry(id).or_default().join(tally);
        }
    })?;
    let rows = pack.campaigns.iter().map(|campaign| {
        let tally = tallies.remove(&campaign.id).unwrap_or_default();
        tally.row(campaign)
    });
    let mut rows: Vec<BacktestRow> = rows.collect();
    rows.sort_by_key(|row| row.id);
    let caveats = caveats(&rows, discount);
    Ok((Backtest { over, rows, caveats }, took))
}

/// What this replay cannot know or does not tell.
fn caveats(rows: &[BacktestRow], discount: Option<Discount>) -> Vec<String> {
    let mut caveats: Vec<String> = CAVEATS.map(Into::into).into();
    if rows.iter().any(|row| row.shadowed > 0) {
        caveats.push(IN_SHADOW.into());
    }
    if let Some(Discount::Sum(sum)) = discount {
        let own = sum.currency.as_str();
        let paid = rows.iter().flat_map(|row| &row.revenue_anyway).map(|it| it.currency.as_str());
        let others: BTreeSet<&str> = paid.filter(|it| *it != own).collect();
        if !others.is_empty() {
            let others = others.into_iter().collect::<Vec<_>>().join(", ");
            caveats.push(format!(
                "The discount is in {own}: what it would have taken off purchases in {others} is not \
                 counted."
            ));
        }
    }
    caveats
}

/// Where a campaign on trial is in shadow.
const IN_SHADOW: &str = "A campaign in shadow is counted where it would have been shown, and stands in \
                         no other's way: shown, it would take a turn from those that go after it.";

/// What a replay cannot know, and what is supposed instead.
const CAVEATS: [&str; 4] = [
    "Visitors did not see what would have been shown: how they would have reacted, and bought or \
     left for it, is not known. Only a holdout tells.",
    "Offers that were not made then are taken to stay unanswered until the next view.",
    "A purchase counts as bought anyway when it came after the first firing, in the same visit.",
    "Visits that were really shown an offer then, of whichever campaign, are counted apart: what they \
     bought is not bought anyway.",
];

/// By campaign.
type Tallies = BTreeMap<u16, Tally>;

/// What one campaign did so far.
#[derive(Debug, Default)]
struct Tally {
    fired: u64,
    held_out: u64,
    shadowed: u64,
    sessions: u64,
    with_offer: u64,
    bought_anyway: u64,
    revenue: BTreeMap<Currency, i64>,
    cost: BTreeMap<Currency, i64>,
    hours: [u64; 24],
    days: BTreeMap<u32, u64>,
    seconds: Vec<u64>,
    visitors: BTreeMap<&'static str, u64>,
    devices: BTreeMap<&'static str, u64>,
    languages: BTreeMap<String, u64>,
    pages: BTreeMap<&'static str, u64>,
    examples: Vec<(Millis, Vec<u8>)>,
}

impl Tally {
    fn add(
        &mut self,
        campaign: &Campaign,
        story: &Story,
        performed: &[Performed],
        (discount, zone): (Option<Discount>, &Zone),
    ) {
        let mine = performed.iter().filter(|it| it.verdict.campaign == campaign.id);
        let mut first: Option<&Performed> = None;
        for it in mine {
            match it.verdict.outcome {
                VerdictOutcome::HeldOut => {
                    self.held_out += 1;
                    continue;
                }
                // What would have been shown is told of, also where it is only tried.
                VerdictOutcome::Shadowed => self.shadowed += 1,
                VerdictOutcome::Fired => self.fired += 1,
            }
            let (day, hour) = clock(zone, it.wall);
            self.hours[hour] += 1;
            *self.days.entry(day).or_default() += 1;
            self.describe(it, &story.runs[it.run]);
            first = first.or(Some(it));
        }
        let Some(first) = first else { return };
        self.sessions += 1;
        self.seconds.push(first.wall.saturating_sub(story.began_wall()) / 1_000);
        self.examples.push((story.began_at, story.visit.clone()));
        if self.examples.len() > 2 * EXAMPLES {
            self.trim_examples();
        }
        if was_shown_an_offer(story) {
            self.with_offer += 1;
            return;
        }
        let paid = paid_after(story, first.wall);
        self.bought_anyway += u64::from(!paid.is_empty());
        for value in paid {
            *self.revenue.entry(value.currency).or_default() += value.minor;
            let discount = discount.filter(|_| has_coupon(campaign));
            if let Some(cost) = discount.and_then(|it| taken_off(value, it)) {
                *self.cost.entry(value.currency).or_default() += cost;
            }
        }
    }

    /// For whom and where.
    fn describe(&mut self, it: &Performed, run: &Run) {
        *self.visitors.entry(explain::visitor(run.began.visitor)).or_default() += 1;
        *self.devices.entry(explain::device(run.began.device)).or_default() += 1;
        *self.languages.entry(run.began.language.clone()).or_default() += 1;
        let before = run.items.iter().rev().filter(|item| item.at <= it.at);
        let mut pages = before.filter_map(|item| match &item.body {
            Body::Viewed(view) => Some(view.page),
            _ => None,
        });
        if let Some(page) = pages.next() {
            *self.pages.entry(explain::page(page)).or_default() += 1;
        }
    }

    /// What another thread has added up.
    fn join(&mut self, other: Self) {
        self.fired += other.fired;
        self.held_out += other.held_out;
        self.shadowed += other.shadowed;
        self.sessions += other.sessions;
        self.with_offer += other.with_offer;
        self.bought_anyway += other.bought_anyway;
        sum_up(&mut self.revenue, other.revenue);
        sum_up(&mut self.cost, other.cost);
        self.hours.iter_mut().zip(other.hours).for_each(|(sum, hour)| *sum += hour);
        sum_up(&mut self.days, other.days);
        self.seconds.extend(other.seconds);
        sum_up(&mut self.visitors, other.visitors);
        sum_up(&mut self.devices, other.devices);
        sum_up(&mut self.languages, other.languages);
        sum_up(&mut self.pages, other.pages);
        self.examples.extend(other.examples);
        self.trim_examples();
    }

    fn trim_examples(&mut self) {
        self.examples.sort_by(|a, b| b.cmp(a));
        self.examples.truncate(EXAMPLES);
    }

    fn row(mut self, campaign: &Campaign) -> BacktestRow {
        self.trim_examples();
        self.seconds.sort_unstable();
        let middle = self.seconds.len().saturating_sub(1) / 2;
        BacktestRow {
            id: campaign.id,
            name: campaign.name.clone(),
            fired: self.fired,
            held_out: self.held_out,
            shadowed: self.shadowed,
            sessions: self.sessions,
            with_offer: self.with_offer,
            bought_anyway: self.bought_anyway,
            revenue_anyway: amounts(self.revenue),
            cost: amounts(self.cost),
            hours: self.hours.into(),
            days: self.days.into_iter().map(|(day, count)| DayCount { day, count }).collect(),
            seconds_median: self.seconds.get(middle).copied().unwrap_or_default(),
            visitors: shares(self.visitors),
            devices: shares(self.devices),
            languages: shares(self.languages),
            pages: shares(self.pages),
            examples: self.examples.iter().map(|(_, visit)| hex(visit)).collect(),
        }
    }
}

fn sum_up<K: Ord, N: AddAssign + Default>(sums: &mut BTreeMap<K, N>, others: BTreeMap<K, N>) {
    for (key, number) in others {
        *sums.entry(key).or_default() += number;
    }
}

/// Day since 1970, and hour of the day, as the shop has them.
fn clock(zone: &Zone, wall: u64) -> (u32, usize) {
    let begun = zone.offsets.iter().rev().find(|(from_s, _)| u64::from(*from_s) * 1_000 <= wall);
    let east = begun.map_or(0, |(_, minutes)| i64::from(*minutes));
    let minutes = i64::try_from(wall / 60_000).unwrap_or(0) + east;
    let day = u32::try_from(minutes.div_euclid(24 * 60)).unwrap_or(0);
    (day, usize::try_from(minutes.rem_euclid(24 * 60) / 60).unwrap_or(0))
}

/// Whether any campaign really came on screen when the visit happened.
fn was_shown_an_offer(story: &Story) -> bool {
    let mut items = story.runs.iter().flat_map(|run| &run.items);
    items.any(|item| {
        matches!(&item.body, Body::Answered(Answer { campaign, reaction: Reaction::Shown })
            if *campaign != SITE)
    })
}

/// What was paid in the visit after a moment on the visitor's clock; each order once.
fn paid_after(story: &Story, wall: u64) -> Vec<Money> {
    let mut orders: Vec<&str> = Vec::new();
    let mut paid = Vec::new();
    for run in &story.runs {
        for item in run.items.iter().filter(|item| run.wall(item.at) > wall) {
            let Body::Stated(Fact::Purchased { order, value, .. }) = &item.body else { continue };
            if order.is_empty() || !orders.contains(&order.as_str()) {
                orders.push(order);
                paid.push(*value);
            }
        }
    }
    paid
}

fn has_coupon(campaign: &Campaign) -> bool {
    campaign.variants.iter().any(|variant| match &variant.action {
        Action::Offer { coupon, .. } => !coupon.is_empty(),
        Action::Invite { .. } => false,
    })
}

/// Nothing is known of a sum in another currency.
fn taken_off(value: Money, discount: Discount) -> Option<i64> {
    match discount {
        Discount::Percent(percent) => Some(value.minor * i64::from(percent) / 100),
        Discount::Sum(sum) if sum.currency == value.currency => Some(sum.minor.min(value.minor)),
        Discount::Sum(_) => None,
    }
}

fn amounts(by_currency: BTreeMap<Currency, i64>) -> Vec<Amount> {
    let amount =
        |(currency, minor): (Currency, i64)| Amount { minor, currency: currency.as_str().into() };
    by_currency.into_iter().map(amount).collect()
}

/// Most frequent first.
fn shares<N: Into<String>>(counts: BTreeMap<N, u64>) -> Vec<Share> {
    let share = |(name, count): (N, u64)| Share { name: name.into(), count };
    let mut shares: Vec<Share> = counts.into_iter().map(share).collect();
    shares.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    shares
}

/// Visits to open, each campaign.
const EXAMPLES: usize = 5;
