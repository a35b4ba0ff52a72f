//! How likely purchase and leaving were over the visit, and what weighed most at the end.

use charming::Chart;
use charming::component::{Axis, Grid, Legend};
use charming::element::{AxisLabel, AxisType, LineStyle, Step, Symbol, Tooltip, Trigger};
use charming::series::Line;
use leptos::{html, prelude::*};
use nunchi_api::visit::{Chance, Term, Visit};

use super::visit::since;
use crate::text::{Language, fill, format};
use crate::ui::chart::{Palette, chart};
use crate::ui::{self};

/// The picture, its sentence, the terms, and the table.
pub(super) fn view(visit: &Visit, language: Language) -> AnyView {
    let words = language.words();
    let Some(last) = visit.scores.last() else {
        return html::p().class("lead").child(words.chances_none).into_any();
    };
    let (scores, lasted) = (visit.scores.clone(), visit.steps.last().map_or(0, |step| step.at));
    let says =
        fill(words.chances_says, &[&percent(last.buy_permille), &percent(last.leave_permille)]);
    let table = visit.scores.clone();
    (
        html::p().class("says").child(says),
        chart("echart-small", move |palette| Some(picture(&scores, lasted, palette, language))),
        terms(&last.terms, language),
        ui::folded(move || words.as_table, move || rows(&table, language)),
    )
        .into_any()
}

fn percent(permille: u16) -> String {
    format::share(permille.into(), 1_000)
}

fn picture(scores: &[Chance], lasted: u64, palette: &Palette, language: Language) -> Chart {
    let words = language.words();
    let points = |of: fn(&Chance) -> u16| {
        let mut points: Vec<Vec<f64>> =
            scores.iter().map(|it| vec![minutes(it.at), f64::from(of(it)) / 10.0]).collect();
        // What held last holds until the end.
        points.extend(scores.last().map(|it| vec![minutes(lasted), f64::from(of(it)) / 10.0]));
        points
    };
    let line = |name: &str, color: &str, points: Vec<Vec<f64>>| {
        Line::new()
            .name(name)
            .step(Step::End)
            .symbol(Symbol::None)
            .line_style(LineStyle::new().width(2).color(color))
            .item_style(charming::element::ItemStyle::new().color(color))
            .data(points)
    };
    Chart::new()
        .legend(Legend::new().left("left").top(0))
        .grid(Grid::new().left(4).right(12).top(30).bottom(4).contain_label(true))
        .tooltip(Tooltip::new().trigger(Trigger::Axis))
        .x_axis(
            Axis::new()
                .type_(AxisType::Value)
                .min(0)
                .max(minutes(lasted))
                .axis_label(AxisLabel::new().formatter("{value} min")),
        )
        .y_axis(
            Axis::new()
                .type_(AxisType::Value)
                .min(0)
                .max(100)
                .split_number(2)
                .axis_label(AxisLabel::new().formatter("{value}%")),
        )
        .series(line(words.chance_buy, &palette.accent, points(|it| it.buy_permille)))
        .series(line(words.chance_leave, &palette.warn, points(|it| it.leave_permille)))
}

/// With two decimals: an axis is no clock.
#[expect(clippy::cast_precision_loss, reason = "hundredths of minutes of one visit")]
fn minutes(ms: u64) -> f64 {
    (ms / 600) as f64 / 100.0
}

/// What weighs most now, each as a bar to the left (against) or right (for).
fn terms(terms: &[Term], language: Language) -> impl IntoView + use<> {
    let words = language.words();
    let most = terms.iter().map(|it| it.buy.unsigned_abs()).max().unwrap_or(0).max(1);
    let line = |term: &Term| {
        let name = if language == Language::Ko { &term.ko } else { &term.en };
        let share = u64::from(term.buy.unsigned_abs()) * 1_000 / u64::from(most);
        html::li().class(if term.buy < 0 { "is-against" } else { "is-for" }).child((
            html::span().class("bar-name").child(name.clone()),
            html::span()
                .class("term-track")
                .aria_hidden("true")
                .child(html::span().class("term-fill").style(("--share", share.to_string()))),
            html::span().class("bar-value").child(tenths(term.buy)),
        ))
    };
    (
        html::h3().class("terms-title").child(words.terms),
        html::ul().class("terms").child(terms.iter().map(line).collect_view()),
    )
}

/// Thousandths of a logit as tenths, with their sign.
fn tenths(part: i32) -> String {
    let tenths = (part.unsigned_abs() + 50) / 100;
    format!("{}{}.{}", if part < 0 { '\u{2212}' } else { '+' }, tenths / 10, tenths % 10)
}

fn rows(scores: &[Chance], language: Language) -> impl IntoView + use<> {
    let words = language.words();
    let row = |it: &Chance| {
        html::tr().child((
            html::th().scope("row").child(since(it.at)),
            ui::number(percent(it.buy_permille)),
            ui::number(percent(it.leave_permille)),
        ))
    };
    let head =
        ui::head(vec![(words.time, false), (words.chance_buy, true), (words.chance_leave, true)]);
    html::table().child((head, html::tbody().child(scores.iter().map(row).collect_view())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_held_last_holds_until_the_end_of_the_visit() {
        let chance = |at, buy_permille| Chance { at, buy_permille, ..Chance::default() };
        let chart = picture(
            &[chance(0, 100), chance(60_000, 250)],
            120_000,
            &Palette::default(),
            Language::En,
        );
        let option = serde_json::to_value(&chart).unwrap();
        let data = &option["series"][0]["data"];
        assert_eq!(data.to_string(), "[[0.0,10.0],[1.0,25.0],[2.0,25.0]]");
    }

    #[test]
    fn parts_of_a_score_have_a_sign_and_one_decimal() {
        assert_eq!([1_900, -740, 0].map(tenths), ["+1.9", "\u{2212}0.7", "+0.0"]);
    }
}
