//! What help brings: measured by the campaigns' holdout groups, and until then assumed.

use leptos::prelude::*;
use nunchi_api::questions::{Answer, Answered, Ask, Filter, Question, Scope};

use crate::api;
use crate::live::live;
use crate::preferences::preferences;
use crate::ui::question::Question as Asked;

/// How many of those who would leave buy after all if they are helped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Help {
    /// Of a thousand.
    pub(crate) permille: u16,
    /// By comparison with those from whom help was withheld; else assumed.
    pub(crate) is_measured: bool,
}

impl Default for Help {
    /// One in ten: what offers to hesitating visitors are commonly reported to bring, and modest enough to be corrected
    /// upwards. It orders nothing (it is the same for all), it only says how much is at stake.
    fn default() -> Self {
        Self { permille: 100, is_measured: false }
    }
}

impl Help {
    /// The uplift of all campaigns whose interval does not include nothing, weighed by those who were helped.
    fn of(answered: &Answered) -> Self {
        let Answer::Campaigns(campaigns) = &answered.answer else { return Self::default() };
        let (mut helped, mut sum) = (0.0, 0.0);
        for row in &campaigns.rows {
            let uplift = row.uplift.as_ref().filter(|uplift| uplift.low > 0.0);
            if let Some(uplift) = uplift.filter(|_| row.holdout.visitors >= ARM_MIN) {
                #[expect(clippy::cast_precision_loss, reason = "a weight")]
                let visitors = row.treated.visitors as f64;
                helped += visitors;
                sum += visitors * uplift.points;
            }
        }
        if helped < 1.0 {
            return Self::default();
        }
        let permille = (sum / helped * 10.0).clamp(1.0, 1_000.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 1000")]
        Self { permille: permille.round() as u16, is_measured: true }
    }
}

/// Asks what the campaigns of the last month brought, whenever another site is looked at.
pub(super) fn ask() {
    let told = Asked::<Answered>::new();
    let (site, live) = (preferences().site, live());
    Effect::new(move || {
        let site = site.get();
        live.help.set(Help::default());
        if !site.is_empty() {
            let to = nunchi_api::questions::until_now(live.now.get_untracked());
            let (from, filter) = (to.saturating_sub(MONTH_MS), Filter::default());
            let scope = Scope { site, from: Some(from), to: Some(to), filter, ..Scope::default() };
            let ask = Ask { scope, question: Question::Campaigns {} };
            told.ask(async move { api::ask(&ask).await });
        }
    });
    Effect::new(move || {
        if let Some(help) = told.answer.with(|told| told.as_ref().map(Help::of)) {
            live.help.set(help);
        }
    });
}

/// A smaller group of those who were not helped says nothing yet.
const ARM_MIN: u64 = 100;

const MONTH_MS: u64 = 30 * 86_400_000;

#[cfg(test)]
mod tests {
    use nunchi_api::stats::{Arm, CampaignRow, Campaigns, Uplift};

    use super::*;

    fn help(rows: &[(u64, u64, f64, f64)]) -> Help {
        let arm = |visitors| Arm { visitors, ..Arm::default() };
        let row = |&(treated, holdout, points, low): &(u64, u64, f64, f64)| CampaignRow {
            treated: arm(treated),
            holdout: arm(holdout),
            uplift: Some(Uplift { points, low, high: points + 1.0 }),
            ..CampaignRow::default()
        };
        let answer = Answer::Campaigns(Campaigns { rows: rows.iter().map(row).collect() });
        let (site, zone) = ("demo".into(), "UTC".into());
        Help::of(&Answered { site, from: 0, to: 1, zone, fold_below: 0, answer, before: None })
    }

    #[test]
    fn help_is_assumed_until_a_campaign_has_shown_that_it_brings_something() {
        assert_eq!(help(&[]), Help::default());
        assert_eq!(help(&[(900, 90, 4.0, 1.0), (900, 900, 4.0, -0.1)]), Help::default());
        let measured = help(&[(900, 300, 4.0, 1.0), (300, 100, 8.0, 0.5)]);
        assert_eq!(measured, Help { permille: 50, is_measured: true });
    }
}
