//! Campaigns and their effect: the difference to the holdout with its interval, never a conversion
//! rate alone.

use leptos::{html, prelude::*, svg};
use nunchi_api::questions::{Answer, Answered};
use nunchi_api::stats::{Amount, Arm, CampaignRow, Campaigns, EvidenceRow, Uplift};

use super::parts;
use crate::live::live;
use crate::preferences::say;
use crate::text::{Language, Words, fill, format};
use crate::ui::pieces::tool;
use crate::ui::save::saver;
use crate::ui::sheet::{Cell, Sheet};
use crate::ui::{self, icon};
use crate::visitors::visit;

/// The table with the intervals drawn in it, a sentence for each campaign, and the latest verdicts.
pub(super) fn view(answers: &[Answered], language: Language) -> AnyView {
    let campaigns = answers.iter().find_map(|answered| match &answered.answer {
        Answer::Campaigns(it) => Some(it),
        _ => None,
    });
    let words = language.words();
    let Some(campaigns) = campaigns.filter(|it| !it.rows.is_empty()) else {
        return html::section()
            .class("card")
            .child((
                html::h2().child(words.campaigns),
                html::p().class("says").child(words.campaigns_none),
            ))
            .into_any();
    };
    let widest = widest(&campaigns.rows);
    let rows = campaigns.rows.iter().map(|row| line(row, widest, language)).collect_view();
    let sentences = campaigns.rows.iter().flat_map(|row| {
        let more = [rated(row, language), coupons(row, language)].into_iter().flatten();
        [sentence(row, language)].into_iter().chain(more)
    });
    let says = sentences.map(|it| html::li().child(it)).collect_view();
    let (saver, csv) = (saver(), sheet(campaigns, language).csv());
    let save = tool(
        icon::DOWNLOAD,
        |_| "CSV",
        move || {
            saver.file("campaigns.csv", "text/csv;charset=utf-8", &csv);
        },
    );
    html::section()
        .class("card picture")
        .child((
            html::div().class("picture-head").child((html::h2().child(words.campaigns), save)),
            html::p().class("lead").child(words.campaigns_lead),
            html::ul().class("says").child(says),
            ui::scroll(
                html::table().class("campaigns").child((head(words), html::tbody().child(rows))),
            ),
            ui::folded(say(|words| words.evidence), evidence(campaigns, language)),
        ))
        .into_any()
}

/// What the uplift is worth: extra purchases among the treated at what a purchase was worth on average,
/// with the ends of the interval. `None` without an interval, or where purchases were in several
/// currencies.
fn worth(row: &CampaignRow) -> Option<[Amount; 3]> {
    let uplift = row.uplift.as_ref()?;
    let all: Vec<&Amount> = row.treated.revenue.iter().chain(&row.holdout.revenue).collect();
    let currency = &all.first()?.currency;
    if all.iter().any(|it| it.currency != *currency) {
        return None;
    }
    let buyers = row.treated.converted + row.holdout.converted;
    let mean = parts::float(all.iter().map(|it| it.minor.unsigned_abs()).sum())
        / parts::float(buyers.max(1));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "an estimate; what is too large is the largest"
    )]
    let amount = |points: f64| Amount {
        minor: (points / 100.0 * parts::float(row.treated.visitors) * mean).round() as i64,
        currency: currency.clone(),
    };
    Some([uplift.points, uplift.low, uplift.high].map(amount))
}

/// The middle, and below it the ends of the interval.
fn money(row: &CampaignRow, language: Language) -> AnyView {
    let say = |it: &Amount| format::money_short(it, language);
    let Some([middle, low, high]) = worth(row) else { return "–".into_any() };
    let ends = format!("{} … {}", say(&low), say(&high));
    (
        html::span().child(format::money(&middle, language)),
        html::span().class("interval-text").child(ends),
    )
        .into_any()
}

fn sheet(campaigns: &Campaigns, language: Language) -> Sheet {
    let words = language.words();
    let number = |name: &str| format!("#{name}");
    let mut columns = vec![words.campaign.to_owned()];
    columns.extend(
        [
            words.shown,
            words.clicked,
            words.dismissed,
            words.held_out,
            words.shadowed,
            words.converted,
            words.converted_holdout,
            words.uplift,
            words.interval_low,
            words.interval_high,
            words.worth,
        ]
        .map(number),
    );
    let mut sheet = Sheet::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    for row in &campaigns.rows {
        let mut cells = vec![Cell::text(row.name.clone())];
        let counts = [row.shown, row.accepted, row.dismissed, row.held_out, row.shadowed];
        cells.extend(counts.map(parts::count));
        cells.extend([&row.treated, &row.holdout].map(|it| Cell::text(arm(it))));
        let ends = row.uplift.as_ref().map(|it| [it.points, it.low, it.high]);
        match ends {
            Some(ends) => {
                cells.extend(ends.map(|it| Cell::number(it, format::points(it, language))));
            }
            None => cells.extend([(); 3].map(|()| Cell::text(""))),
        }
        let middle = worth(row).map(|[middle, ..]| vec![middle]).unwrap_or_default();
        cells.push(parts::money(&middle, language));
        sheet.push(cells);
    }
    sheet
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
        (words.worth, true),
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
        ui::number(money(row, language)),
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

/// What visitors said, where the campaign asks them and enough did.
fn rated(row: &CampaignRow, language: Language) -> Option<String> {
    let said = row.ratings.as_ref()?;
    let mean = format!("{}.{:02}", said.mean_hundredths / 100, said.mean_hundredths % 100);
    let share = format::share(said.satisfied_permille, 1_000);
    let values = [&row.name, &format::count(said.answers), &mean, &share];
    Some(fill(language.words().campaign_rated, &values.map(String::as_str)))
}

/// What became of its coupons, where it gave some of a pool.
fn coupons(row: &CampaignRow, language: Language) -> Option<String> {
    let it = row.coupons.as_ref()?;
    let share = format::share(it.redeemed, it.given);
    let values = [&row.name, &format::count(it.given), &format::count(it.redeemed), &share];
    Some(fill(language.words().campaign_coupons, &values.map(String::as_str)))
}

/// Half of the scale that all rows share, percentage points.
fn widest(rows: &[CampaignRow]) -> f64 {
    let ends = rows.iter().filter_map(|row| row.uplift.as_ref());
    ends.map(|uplift| uplift.low.abs().max(uplift.high.abs())).fold(1.0, f64::max)
}

/// The latest verdicts of all campaigns with their reasons, newest first; each opens its visit.
fn evidence(campaigns: &Campaigns, language: Language) -> AnyView {
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
        let visit =
            html::a().href(visit::address(&verdict.session)).child(visit::short(&verdict.session));
        html::li().child((
            html::p().child((html::strong().child(about), " · ", buy, " · ", visit)),
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
    fn what_visitors_said_and_what_became_of_coupons_is_told_where_there_is_some() {
        use nunchi_api::stats::{Coupons, Ratings};
        let ratings = Ratings {
            answers: 1_204,
            mean_hundredths: 408,
            satisfied_permille: 712,
            ..Ratings::default()
        };
        let coupons_given = Coupons { given: 40, redeemed: 10 };
        let told =
            CampaignRow { ratings: Some(ratings), coupons: Some(coupons_given), ..row(None) };
        let said = rated(&told, Language::En).unwrap();
        assert_eq!(said, "Stay: 1,204 answers, 4.08 of 5 on average, 71.2% gave 4 or 5.");
        let became = coupons(&told, Language::En).unwrap();
        assert_eq!(became, "Stay: 40 coupons given, 10 of them used (25.0%).");
        assert_eq!(
            (rated(&row(None), Language::En), coupons(&row(None), Language::En)),
            (None, None)
        );
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
    fn what_an_effect_is_worth_comes_with_its_interval_and_in_one_currency_only() {
        let won = |minor, currency: &str| vec![Amount { minor, currency: currency.into() }];
        let arm = |visitors, converted, revenue| Arm { visitors, converted, revenue };
        let base = row(Some((2.0, -1.0, 5.0)));
        let treated = arm(1_000, 60, won(600_000, "KRW"));
        let one = CampaignRow { treated, holdout: arm(100, 4, won(40_000, "KRW")), ..base };
        let minor = worth(&one).unwrap().map(|it| it.minor);
        assert_eq!(minor, [200_000, -100_000, 500_000], "a purchase is worth 10,000");
        let two = CampaignRow { holdout: arm(100, 4, won(1, "USD")), ..one };
        assert_eq!(worth(&two), None);
    }

    #[test]
    fn all_intervals_share_the_scale_of_the_widest() {
        let rows = [row(Some((1.0, -4.0, 6.0))), row(None), row(Some((0.0, -9.0, 2.0)))];
        assert!((widest(&rows) - 9.0).abs() < f64::EPSILON);
    }
}
