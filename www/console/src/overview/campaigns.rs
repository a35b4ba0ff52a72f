//! Campaigns and their effect: the difference to the holdout with its interval, never a conversion
//! rate alone.

use leptos::{html, prelude::*, svg};
use nunchi_api::stats::{Arm, CampaignRow, Campaigns, EvidenceRow, Uplift};

use crate::live::live;
use crate::preferences::language;
use crate::text::{Language, Words, fill, format};
use crate::ui;

/// The table with the intervals drawn in it, and a sentence for each campaign.
pub(super) fn picture(campaigns: &Campaigns) -> AnyView {
    let (language, words) = (language(), language().words());
    if campaigns.rows.is_empty() {
        return html::p().class("says").child(words.campaigns_none).into_any();
    }
    let widest = widest(&campaigns.rows);
    let rows = campaigns.rows.iter().map(|row| line(row, widest, language)).collect_view();
    let says =
        campaigns.rows.iter().map(|row| html::li().child(sentence(row, language))).collect_view();
    (
        html::p().class("lead").child(words.campaigns_lead),
        html::ul().class("says").child(says),
        ui::scroll(
            html::table().class("campaigns").child((head(words), html::tbody().child(rows))),
        ),
    )
        .into_any()
}

fn head(words: &'static Words) -> impl IntoView {
    ui::head(vec![
        (words.campaign, false),
        (words.shown, true),
        (words.clicked, true),
        (words.dismissed, true),
        (words.held_out, true),
        (words.shadowed, true),
        (words.converted, true),
        (words.converted_holdout, true),
        (words.uplift, true),
        (words.interval, false),
    ])
}

fn line(row: &CampaignRow, widest: f64, language: Language) -> impl IntoView + use<> {
    let effect = match &row.uplift {
        Some(uplift) => (
            ui::number(format::points(uplift.points, language)),
            html::td().class("interval").child((
                interval(uplift, widest),
                html::span().class("interval-text").child(bounds(uplift, language)),
            )),
        )
            .into_any(),
        None => {
            (ui::number("–"), html::td().class("interval").child(language.words().uplift_waiting))
                .into_any()
        }
    };
    html::tr().child((
        html::th().scope("row").child(row.name.clone()),
        ui::number(format::count(row.shown)),
        ui::number(format::count(row.accepted)),
        ui::number(format::count(row.dismissed)),
        ui::number(format::count(row.held_out)),
        ui::number(format::count(row.shadowed)),
        ui::number(arm(&row.treated)),
        ui::number(arm(&row.holdout)),
        effect,
    ))
}

/// `12 / 340 (3.5%)`: a rate with what it is a rate of.
fn arm(arm: &Arm) -> String {
    let (part, whole) = (format::count(arm.converted), format::count(arm.visitors));
    format!("{part} / {whole} ({})", format::share(arm.converted, arm.visitors))
}

/// A scale around zero with the interval and the estimate on it. `widest` is its half width.
fn interval(uplift: &Uplift, widest: f64) -> impl IntoView + use<> {
    let x = |points: f64| format!("{:.1}", 100.0 + 96.0 * (points / widest).clamp(-1.0, 1.0));
    svg::svg()
        .attr("viewBox", "0 0 200 20")
        .attr("class", format!("interval-scale is-{}", Finding::of(uplift).class()))
        .aria_hidden("true")
        .child((
            svg::line()
                .attr("class", "base")
                .attr("x1", "4")
                .attr("x2", "196")
                .attr("y1", "10")
                .attr("y2", "10"),
            svg::line()
                .attr("class", "zero")
                .attr("x1", "100")
                .attr("x2", "100")
                .attr("y1", "1")
                .attr("y2", "19"),
            svg::line()
                .attr("class", "span")
                .attr("x1", x(uplift.low))
                .attr("x2", x(uplift.high))
                .attr("y1", "10")
                .attr("y2", "10"),
            svg::circle()
                .attr("class", "estimate")
                .attr("cx", x(uplift.points))
                .attr("cy", "10")
                .attr("r", "4.5"),
        ))
}

fn bounds(uplift: &Uplift, language: Language) -> String {
    let [low, high] = [uplift.low, uplift.high].map(|end| format::points(end, language));
    format!("{low} … {high}")
}

/// What an interval allows to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finding {
    Up,
    Down,
    Open,
}

impl Finding {
    fn of(uplift: &Uplift) -> Self {
        if uplift.low > 0.0 {
            Self::Up
        } else if uplift.high < 0.0 {
            Self::Down
        } else {
            Self::Open
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Open => "open",
        }
    }
}

fn sentence(row: &CampaignRow, language: Language) -> String {
    let words = language.words();
    let Some(uplift) = &row.uplift else {
        return fill(words.uplift_early, &[&row.name]);
    };
    let [low, high] = [uplift.low, uplift.high].map(|end| format::points(end, language));
    let points = format::points(uplift.points, language);
    let size = points.trim_start_matches(['+', '\u{2212}']);
    match Finding::of(uplift) {
        Finding::Up => fill(words.uplift_up, &[&row.name, size, &low, &high]),
        Finding::Down => fill(words.uplift_down, &[&row.name, size, &low, &high]),
        Finding::Open => fill(words.uplift_open, &[&row.name, &points, &low, &high]),
    }
}

/// Half of the scale that all rows share, percentage points.
fn widest(rows: &[CampaignRow]) -> f64 {
    let ends = rows.iter().filter_map(|row| row.uplift.as_ref());
    ends.map(|uplift| uplift.low.abs().max(uplift.high.abs())).fold(1.0, f64::max)
}

/// The latest verdicts of all campaigns with their reasons, newest first.
pub(super) fn evidence(campaigns: &Campaigns) -> AnyView {
    let language = language();
    let mut verdicts: Vec<_> = campaigns
        .rows
        .iter()
        .flat_map(|row| row.evidence.iter().map(move |verdict| (row, verdict)))
        .collect();
    verdicts.sort_by_key(|(_, verdict)| core::cmp::Reverse(verdict.at));
    let now = live().now.get_untracked();
    let item = |(row, verdict): &(&CampaignRow, &EvidenceRow)| {
        let about = format!(
            "{} · {} · {}",
            row.name,
            outcome(&verdict.outcome, language.words()),
            format::ago(now.saturating_sub(verdict.at), language)
        );
        let chance = format::share(verdict.buy_permille.into(), 1_000);
        let buy = fill(language.words().evidence_buy, &[&chance]);
        let reason = |reason: &String| html::code().child(reason.clone());
        html::li().child((
            html::p().child((html::strong().child(about), " · ", buy)),
            html::p().class("reasons").child(verdict.reasons.iter().map(reason).collect_view()),
        ))
    };
    let items = verdicts.iter().take(VERDICTS_MAX).map(item).collect_view();
    if verdicts.is_empty() {
        return html::p().child(language.words().none).into_any();
    }
    html::ul().class("verdicts").child(items).into_any()
}

fn outcome(code: &str, words: &Words) -> String {
    match code {
        "fired" => words.outcome_fired.into(),
        "held_out" => words.outcome_held_out.into(),
        "shadowed" => words.outcome_shadowed.into(),
        other => other.into(),
    }
}

const VERDICTS_MAX: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    fn row(uplift: Option<(f64, f64, f64)>) -> CampaignRow {
        let uplift = uplift.map(|(points, low, high)| Uplift { points, low, high });
        CampaignRow { name: "Stay".into(), uplift, ..CampaignRow::default() }
    }

    #[test]
    fn an_effect_is_claimed_only_when_its_interval_leaves_zero_out() {
        let say = |uplift| sentence(&row(uplift), Language::En);
        assert_eq!(
            say(Some((3.2, 1.0, 5.4))),
            "Stay raises purchases by 3.2 pp (+1.0 pp to +5.4 pp): more than chance."
        );
        assert_eq!(
            say(Some((-3.2, -5.4, -1.0))),
            "Stay lowers purchases by 3.2 pp (\u{2212}5.4 pp to \u{2212}1.0 pp): consider stopping it."
        );
        assert_eq!(
            say(Some((2.0, -1.0, 5.0))),
            "Stay: +2.0 pp (\u{2212}1.0 pp to +5.0 pp), which may still be chance."
        );
        assert_eq!(say(None), "Stay: too early to tell.");
    }

    #[test]
    fn a_rate_says_what_it_is_a_rate_of() {
        let all = Arm { visitors: 340, converted: 12, ..Arm::default() };
        assert_eq!(arm(&all), "12 / 340 (3.5%)");
        assert_eq!(arm(&Arm::default()), "0 / 0 (–)");
    }

    #[test]
    fn all_intervals_share_the_scale_of_the_widest() {
        let rows = [row(Some((1.0, -4.0, 6.0))), row(None), row(Some((0.0, -9.0, 2.0)))];
        assert!((widest(&rows) - 9.0).abs() < f64::EPSILON);
    }
}
