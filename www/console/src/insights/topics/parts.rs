//! What several pictures are made of.

use charming::Chart;
use charming::component::{Axis, Grid, Legend};
use charming::element::{
    AxisLabel, AxisPointer, AxisPointerType, AxisType, ItemStyle, Label, LabelPosition, Tooltip,
    Trigger,
};
use charming::series::Bar;
use nunchi_api::stats::Amount;

use crate::text::{Language, format};
use crate::ui::chart::Palette;
use crate::ui::sheet::Cell;

/// Bars that lie: what they are called, and one number or several for each.
pub(super) struct Bars<'a> {
    pub(super) names: Vec<String>,
    /// Name, colour, values; several are drawn one above the other.
    pub(super) series: Vec<(&'a str, &'a str, Vec<f64>)>,
    /// Of one bar rather than side by side.
    pub(super) is_stacked: bool,
    /// Behind each number of the axis: `%`, `min`.
    pub(super) unit: &'a str,
}

/// Draws bars, the first on top.
pub(super) fn lying(bars: Bars<'_>, palette: &Palette) -> Chart {
    let Bars { names, series, is_stacked, unit } = bars;
    let has_legend = series.len() > 1;
    let labels: Vec<String> = names.iter().map(|name| cut(name, NAME_MAX)).collect();
    let mut chart = Chart::new()
        .grid(
            Grid::new()
                .left(4)
                .right(48)
                .top(if has_legend { 34 } else { 6 })
                .bottom(4)
                .contain_label(true),
        )
        .tooltip(pointing())
        .x_axis(
            Axis::new()
                .type_(AxisType::Value)
                .split_number(4)
                .axis_label(AxisLabel::new().formatter(unit_of(unit).as_str())),
        )
        .y_axis(Axis::new().type_(AxisType::Category).inverse(true).data(labels));
    if has_legend {
        chart = chart.legend(Legend::new().left("left").top(0));
    }
    for (name, color, values) in series {
        let mut bar = Bar::new()
            .name(name)
            .bar_width(if has_legend && !is_stacked { "28%" } else { "56%" })
            .item_style(ItemStyle::new().color(color).border_radius(3))
            .data(values);
        bar = if is_stacked {
            bar.stack("all")
        } else {
            bar.label(
                Label::new()
                    .show(true)
                    .position(LabelPosition::Right)
                    .color(palette.text_2.as_str()),
            )
        };
        chart = chart.series(bar);
    }
    chart
}

/// A tooltip for all that stands at one place of the axis.
pub(super) fn pointing() -> Tooltip {
    Tooltip::new()
        .trigger(Trigger::Axis)
        .axis_pointer(AxisPointer::new().type_(AxisPointerType::Shadow))
}

/// For the labels of an axis.
fn unit_of(unit: &str) -> String {
    if unit.is_empty() { "{value}".into() } else { format!("{{value}} {unit}") }
}

/// A text with at most so many letters.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.into();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{kept}…")
}

const NAME_MAX: usize = 34;

/// A count.
pub(super) fn count(number: u64) -> Cell {
    Cell::number(number, format::count(number))
}

/// A share, saved in percent with one decimal.
pub(super) fn share(part: u64, whole: u64) -> Cell {
    let shown = format::share(part, whole);
    let saved = shown.trim_end_matches('%').to_owned();
    Cell::number(saved.as_str(), shown)
}

/// Amounts of money, saved as `24000 KRW`.
pub(super) fn money(amounts: &[Amount], language: Language) -> Cell {
    let saved: Vec<String> =
        amounts.iter().map(|it| format!("{} {}", it.minor, it.currency)).collect();
    Cell::number(saved.join("; ").as_str(), format::moneys(amounts, language))
}

/// What is drawn of a count.
#[expect(clippy::cast_precision_loss, reason = "a bar's length")]
pub(super) fn float(number: u64) -> f64 {
    number as f64
}

/// The currency in which most is, and how much of it an amount has: only one can be drawn.
pub(super) fn main_currency<'a>(all: impl Iterator<Item = &'a Amount>) -> Option<String> {
    let mut sums = std::collections::BTreeMap::<&str, i64>::new();
    for amount in all {
        let sum = sums.entry(&amount.currency).or_default();
        *sum = sum.saturating_add(amount.minor);
    }
    sums.into_iter().max_by_key(|(_, sum)| *sum).map(|(currency, _)| currency.into())
}

/// What amounts have of a currency, smallest unit.
pub(super) fn of(amounts: &[Amount], currency: &str) -> i64 {
    amounts.iter().find(|it| it.currency == currency).map_or(0, |it| it.minor)
}
