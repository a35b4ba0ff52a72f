//! Campaigns: what was judged, shown and bought, with the difference that the holdout measures.

use std::collections::{BTreeMap, BTreeSet};

use beacon::SiteKey;
use engine::campaign::Campaign;
use engine::pack::Pack;
use nunchi_api::stats::{Amount, Arm, CampaignRow, Campaigns, EvidenceRow, Uplift};

use crate::hex::hex;
use crate::store::{ArmRow, Span, Store, StoreError, VerdictRow};

/// `campaigns`: those of the published pack, and those that were judged in the span.
pub(crate) fn campaigns(store: &Store, key: &SiteKey, span: Span) -> Result<Campaigns, StoreError> {
    let packs = store.packs(key)?;
    let mut rows = BTreeMap::<u16, CampaignRow>::new();
    for campaign in packs.first().iter().flat_map(|pack| &pack.campaigns) {
        row(&mut rows, campaign.id);
    }
    for count in store.campaign_counts(span)? {
        let row = row(&mut rows, count.campaign);
        match count.kind.as_str() {
            "fired" => row.fired = count.count,
            "held_out" => row.held_out = count.count,
            "shadowed" => row.shadowed = count.count,
            "shown" => row.shown = count.count,
            "accepted" => row.accepted = count.count,
            _ => row.dismissed = count.count,
        }
    }
    let arms = store.arms(span, WINDOW_MS)?;
    for verdict in store.latest_verdicts(span)? {
        row(&mut rows, verdict.campaign).evidence.push(evidence(&packs, verdict));
    }
    for (&id, row) in &mut rows {
        row.name = newest(&packs, id).map(|campaign| campaign.name.clone()).unwrap_or_default();
        row.treated = arm(&arms, id, "fired");
        row.holdout = arm(&arms, id, "held_out");
        row.uplift = uplift(&row.treated, &row.holdout);
    }
    Ok(Campaigns { rows: rows.into_values().collect() })
}

fn row(rows: &mut BTreeMap<u16, CampaignRow>, id: u16) -> &mut CampaignRow {
    rows.entry(id).or_insert_with(|| CampaignRow { id, ..CampaignRow::default() })
}

/// The campaign as the newest pack that has it says. `packs` are newest first.
fn newest(packs: &[Pack], id: u16) -> Option<&Campaign> {
    packs.iter().flat_map(|pack| &pack.campaigns).find(|campaign| campaign.id == id)
}

fn evidence(packs: &[Pack], verdict: VerdictRow) -> EvidenceRow {
    let of_its_time = packs.iter().filter(|pack| pack.version == verdict.pack);
    let of_its_time = of_its_time.flat_map(|pack| &pack.campaigns);
    let campaign = of_its_time
        .filter(|campaign| campaign.id == verdict.campaign)
        .chain(newest(packs, verdict.campaign))
        .next();
    EvidenceRow {
        at: verdict.at,
        outcome: verdict.kind,
        session: hex(&verdict.visit),
        buy_permille: verdict.buy_permille,
        reasons: campaign
            .map(|campaign| engine::explain::explain(campaign, &verdict.evidence))
            .unwrap_or_default(),
    }
}

fn arm(rows: &[ArmRow], campaign: u16, kind: &str) -> Arm {
    let mut people = BTreeSet::new();
    let mut buyers = BTreeSet::new();
    let mut revenue = BTreeMap::<&str, i64>::new();
    for row in rows.iter().filter(|row| row.campaign == campaign && row.kind == kind) {
        people.insert(&row.person);
        if let Some(paid) = &row.paid {
            buyers.insert(&row.person);
            *revenue.entry(&paid.currency).or_default() += paid.minor;
        }
    }
    let amount = |(currency, minor): (&str, i64)| Amount { minor, currency: currency.into() };
    Arm {
        visitors: people.len() as u64,
        converted: buyers.len() as u64,
        revenue: revenue.into_iter().map(amount).collect(),
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
const WINDOW_MS: u64 = 7 * super::DAY_MS;

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
