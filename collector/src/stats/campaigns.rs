//! Campaigns: what was judged, shown and bought, with the difference that the holdout measures.

use std::collections::{BTreeMap, HashMap};

use engine::campaign::Campaign;
use engine::pack::Pack;
use nunchi_api::questions::Filter;
use nunchi_api::stats::{Arm, CampaignRow, Campaigns, EvidenceRow, Uplift};

use super::filter::Sieve;
use super::people::People;
use super::ratings::Rated;
use super::tally::{Sums, count};
use super::{DAY_MS, History};
use crate::hex::hex;
use crate::store::StoreError;
use crate::store::rows::{Kind, VisitKey};
use crate::store::scan::{Column, Name, Names, Row, Visit, Want};

/// `campaigns`: those of the published pack, and those that something happened to in the span. `packs`
/// are all that were published, newest first. Ratings of fewer than `below` people are not told.
pub(super) fn campaigns(
    history: &dyn History,
    from: u64,
    to: u64,
    (filter, below): (&Filter, u64),
    packs: &[Pack],
) -> Result<Campaigns, StoreError> {
    let mut names = Names::default();
    let sieve = Sieve::new(filter, &mut names);
    let mut counting = Counting::default();
    let until = to.saturating_add(WINDOW_MS);
    let want = WANT.and(sieve.want());
    history.visits(from, until, want, &mut names, &mut |visit, _| {
        // Rows are in the order of time: behind the span only purchases are of interest.
        let in_span = visit.rows.partition_point(|row| row.at < to);
        counting.visit(visit, in_span, sieve.passes(&visit.rows[..in_span]));
    })?;
    let mut answer = counting.answer(packs, &names, below);
    if filter.is_empty() {
        let mut coupons = history.coupons(from, to)?;
        answer.rows.iter_mut().for_each(|row| row.coupons = coupons.remove(&row.id));
    }
    Ok(answer)
}

const WANT: Want = Want::NONE
    .kinds(&[Kind::Fired, Kind::HeldOut, Kind::Shadowed])
    .kinds(&[Kind::Shown, Kind::Accepted, Kind::Dismissed, Kind::Rated, Kind::Purchased])
    .columns(&[Column::Campaign, Column::Number, Column::Detail, Column::Pack, Column::Evidence])
    .columns(&[Column::Value, Column::Currency]);

/// Counts visit by visit.
#[derive(Debug, Default)]
struct Counting {
    rows: BTreeMap<u16, Happened>,
    people: People,
    /// When each person was first judged so, by campaign and verdict.
    judged: HashMap<(u16, Side, u32), u64>,
    purchases: Vec<Purchase>,
}

/// What happened to one campaign.
#[derive(Debug, Default)]
struct Happened {
    fired: u64,
    held_out: u64,
    shadowed: u64,
    shown: u64,
    accepted: u64,
    dismissed: u64,
    rated: Rated,
    /// The latest verdicts, newest first.
    latest: Vec<(Place, Row)>,
}

/// Orders verdicts: `at`, visit, run, ordinal.
type Place = (u64, VisitKey, u64, i64);

/// Which arm of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Side {
    Treated,
    Holdout,
}

#[derive(Clone, Copy, Debug)]
struct Purchase {
    person: u32,
    at: u64,
    minor: i64,
    currency: Name,
}

impl Counting {
    /// The first `in_span` rows of a visit lie in the span; they count when it `passes` the filter.
    fn visit(&mut self, visit: &Visit<'_>, in_span: usize, passes: bool) {
        let is_purchase = |row: &&Row| row.kind == Kind::Purchased;
        let is_verdict = |row: &Row| passes && !is_purchase(&row);
        let mut verdicts = visit.rows[..in_span].iter();
        if !verdicts.any(is_verdict) && !visit.rows.iter().any(|row| is_purchase(&row)) {
            return;
        }
        let person = self.people.of(visit);
        for row in visit.rows[..in_span].iter().filter(|row| is_verdict(row)) {
            self.happened(row, visit.key, person);
        }
        self.purchases.extend(visit.rows.iter().filter(is_purchase).map(|row| {
            let Row { at, value: minor, currency, .. } = *row;
            Purchase { person, at, minor, currency }
        }));
    }

    fn happened(&mut self, row: &Row, visit: VisitKey, person: u32) {
        let counter: fn(&mut Happened) -> &mut u64 = match row.kind {
            Kind::Fired => |it| &mut it.fired,
            Kind::HeldOut => |it| &mut it.held_out,
            Kind::Shadowed => |it| &mut it.shadowed,
            Kind::Shown => |it| &mut it.shown,
            Kind::Accepted => |it| &mut it.accepted,
            Kind::Dismissed => |it| &mut it.dismissed,
            Kind::Rated => {
                return self.rows.entry(row.campaign).or_default().rated.add(row, person);
            }
            // Read for the filter only.
            _ => return,
        };
        let happened = self.rows.entry(row.campaign).or_default();
        *counter(happened) += 1;
        if matches!(row.kind, Kind::Fired | Kind::HeldOut | Kind::Shadowed) {
            happened.keep((row.at, visit, row.run, row.ordinal), row);
        }
        let side = match row.kind {
            Kind::Fired => Side::Treated,
            Kind::HeldOut => Side::Holdout,
            _ => return,
        };
        let first = self.judged.entry((row.campaign, side, person)).or_insert(row.at);
        *first = row.at.min(*first);
    }

    fn answer(mut self, packs: &[Pack], names: &Names, below: u64) -> Campaigns {
        for campaign in packs.first().iter().flat_map(|pack| &pack.campaigns) {
            self.rows.entry(campaign.id).or_default();
        }
        let arms = self.arms(names);
        let rows = self.rows.into_iter().map(|(id, it)| {
            let arm = |side| arms.get(&(id, side)).cloned().unwrap_or_default();
            let (treated, holdout) = (arm(Side::Treated), arm(Side::Holdout));
            let name = newest(packs, id).map(|campaign| campaign.name.clone());
            CampaignRow {
                id,
                name: name.unwrap_or_default(),
                fired: it.fired,
                held_out: it.held_out,
                shadowed: it.shadowed,
                shown: it.shown,
                accepted: it.accepted,
                dismissed: it.dismissed,
                uplift: uplift(&treated, &holdout),
                ratings: it.rated.answer(below),
                coupons: None,
                treated,
                holdout,
                evidence: it.latest.iter().map(|it| evidence(packs, it, names)).collect(),
            }
        });
        Campaigns { rows: rows.collect() }
    }

    fn arms(&mut self, names: &Names) -> BTreeMap<(u16, Side), Arm> {
        self.purchases.sort_by_key(|it| (it.person, it.at));
        let mut arms = BTreeMap::<(u16, Side), (Arm, Sums)>::new();
        for (&(campaign, side, person), &at) in &self.judged {
            let (arm, revenue) = arms.entry((campaign, side)).or_default();
            let first = self.purchases.partition_point(|it| (it.person, it.at) < (person, at));
            let until = at.saturating_add(WINDOW_MS);
            let bought = self.purchases[first..].iter();
            let bought = bought.take_while(|it| it.person == person && it.at < until);
            let mut purchases = 0;
            for purchase in bought {
                purchases += 1;
                revenue.add(purchase.currency, purchase.minor);
            }
            arm.visitors += 1;
            arm.converted += purchases.min(1);
        }
        let arm = |(at, (arm, revenue)): (_, (Arm, Sums))| {
            (at, Arm { revenue: revenue.amounts(names), ..arm })
        };
        arms.into_iter().map(arm).collect()
    }
}

impl Happened {
    /// Keeps the latest verdicts only.
    fn keep(&mut self, place: Place, row: &Row) {
        let at = self.latest.partition_point(|(other, _)| *other > place);
        if at < EVIDENCE_MAX {
            self.latest.insert(at, (place, *row));
            self.latest.truncate(EVIDENCE_MAX);
        }
    }
}

/// The campaign as the newest pack that has it says. `packs` are newest first.
fn newest(packs: &[Pack], id: u16) -> Option<&Campaign> {
    packs.iter().flat_map(|pack| &pack.campaigns).find(|campaign| campaign.id == id)
}

fn evidence(packs: &[Pack], (place, row): &(Place, Row), names: &Names) -> EvidenceRow {
    let of_its_time = packs.iter().filter(|pack| pack.version == row.pack);
    let of_its_time = of_its_time.flat_map(|pack| &pack.campaigns);
    let campaign = of_its_time
        .filter(|campaign| campaign.id == row.campaign)
        .chain(newest(packs, row.campaign))
        .next();
    let measured: Vec<i32> = serde_json::from_str(names.text(row.evidence)).unwrap_or_default();
    let reasons = campaign.map(|campaign| engine::explain::explain(campaign, &measured));
    EvidenceRow {
        at: row.at,
        outcome: row.kind.name().into(),
        session: hex(place.1.as_bytes()),
        buy_permille: u16::try_from(count(row.number)).unwrap_or(u16::MAX),
        reasons: reasons.unwrap_or_default(),
    }
}

/// Difference of two rates with Newcombe's hybrid score interval (Newcombe 1998, method 10): right
/// also for small arms and rates near 0, where the textbook interval is not.
fn uplift(treated: &Arm, holdout: &Arm) -> Option<Uplift> {
    let (p1, l1, u1) = wilson(treated)?;
    let (p2, l2, u2) = wilson(holdout)?;
    let low = (p1 - p2) - ((p1 - l1).powi(2) + (u2 - p2).powi(2)).sqrt();
    let high = (p1 - p2) + ((u1 - p1).powi(2) + (p2 - l2).powi(2)).sqrt();
    Some(Uplift { points: 100.0 * (p1 - p2), low: 100.0 * low, high: 100.0 * high })
}

/// Rate with its 95 % score interval (Wilson 1927); `None` for an empty arm.
#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^52")]
fn wilson(arm: &Arm) -> Option<(f64, f64, f64)> {
    if arm.visitors == 0 {
        return None;
    }
    let (n, p) = (arm.visitors as f64, arm.converted as f64 / arm.visitors as f64);
    let z2 = Z * Z;
    let centre = p + z2 / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let whole = 1.0 + z2 / n;
    Some((p, (centre - half) / whole, (centre + half) / whole))
}

/// How long after a verdict a purchase is put down to it.
const WINDOW_MS: u64 = 7 * DAY_MS;

/// Verdicts whose reasons are told of each campaign.
const EVIDENCE_MAX: usize = 5;

/// The normal distribution's 97.5 % point.
const Z: f64 = 1.959_963_984_540_054;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_the_one_newcombe_published() {
        // Table II of the paper, method 10: 56/70 against 48/80 is 0.2000, 0.0524 to 0.3339.
        let arm = |converted, visitors| Arm { visitors, converted, revenue: vec![] };
        let uplift = uplift(&arm(56, 70), &arm(48, 80)).unwrap();
        let text = format!("{:.2} {:.2} {:.2}", uplift.points, uplift.low, uplift.high);
        assert_eq!(text, "20.00 5.24 33.39");
    }

    #[test]
    fn an_empty_arm_has_no_uplift() {
        let some = Arm { visitors: 3, converted: 1, revenue: vec![] };
        assert_eq!(uplift(&some, &Arm::default()), None);
    }
}
