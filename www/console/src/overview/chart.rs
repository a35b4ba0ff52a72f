//! Traffic over time: views as an area, sessions as a line, purchases as marks at the foot.

use leptos::{html, prelude::*, svg};
use nunchi_api::stats::{Overview, OverviewSlice};

use crate::preferences::language;
use crate::text::{Language, Words, fill, format};
use crate::ui;

/// The chart and its sentence.
pub(super) fn picture(overview: &Overview) -> AnyView {
    let (clock, words) = (Clock::of(overview), language().words());
    (
        html::p().class("says").child(sentence(overview, words, clock)),
        html::figure().class("chart").aria_hidden("true").child((
            html::p().class("axis-top").child(format::count(highest(&overview.series))),
            curves(&overview.series, clock),
            html::p().class("axis").child((
                html::span().child(clock.say(overview.from)),
                html::span().child(clock.say(overview.to)),
            )),
            legend(words),
        )),
    )
        .into_any()
}

/// The same as a table.
pub(super) fn table(overview: &Overview) -> AnyView {
    let (clock, words) = (Clock::of(overview), language().words());
    let row = |slice: &OverviewSlice| {
        html::tr().child((
            html::th().scope("row").child(clock.say(slice.from)),
            ui::number(format::count(slice.views)),
            ui::number(format::count(slice.sessions)),
            ui::number(format::count(slice.purchases)),
        ))
    };
    html::table()
        .child((
            ui::head(vec![
                (words.time, false),
                (words.views, true),
                (words.sessions, true),
                (words.purchases, true),
            ]),
            html::tbody().child(overview.series.iter().map(row).collect_view()),
        ))
        .into_any()
}

/// How moments are told.
#[derive(Clone, Copy)]
struct Clock {
    with_day: bool,
    utc_offset_min: i32,
    language: Language,
}

impl Clock {
    fn of(overview: &Overview) -> Self {
        let with_day = overview.to.saturating_sub(overview.from) >= 86_400_000;
        Self { with_day, utc_offset_min: utc_offset_min(), language: language() }
    }

    fn say(self, at: u64) -> String {
        format::moment(at, self.utc_offset_min, self.with_day, self.language)
    }
}

fn sentence(overview: &Overview, words: &Words, clock: Clock) -> String {
    let busiest = overview.series.iter().max_by_key(|slice| slice.sessions);
    let Some(busiest) = busiest.filter(|slice| slice.sessions > 0) else {
        return words.traffic_none.into();
    };
    fill(
        words.traffic_says,
        &[
            &format::count(overview.sessions),
            &format::count(overview.views),
            &clock.say(busiest.from),
            &format::count(busiest.sessions),
        ],
    )
}

fn curves(series: &[OverviewSlice], clock: Clock) -> impl IntoView + use<> {
    let top = highest(series);
    let views = path(series, top, |slice| slice.views);
    let area = format!("{views}L{WIDTH} {HEIGHT}L0 {HEIGHT}Z");
    let sessions = path(series, top, |slice| slice.sessions);
    let line = |y: u64| {
        svg::line()
            .attr("class", "grid")
            .attr("x2", WIDTH.to_string())
            .attr("y1", y.to_string())
            .attr("y2", y.to_string())
    };
    let step = WIDTH / (series.len() as u64).max(1);
    let hover = series.iter().enumerate().map(|(index, slice)| {
        let title = format!(
            "{} · {} / {} / {}",
            clock.say(slice.from),
            slice.views,
            slice.sessions,
            slice.purchases
        );
        let x = index as u64 * step;
        svg::g().attr("class", "slice").child((
            svg::rect()
                .attr("x", x.to_string())
                .attr("width", step.to_string())
                .attr("height", HEIGHT.to_string()),
            (slice.purchases > 0).then(|| purchase_mark(x + step / 2)),
            svg::title().child(title),
        ))
    });
    svg::svg()
        .attr("viewBox", format!("0 0 {WIDTH} {HEIGHT}"))
        .attr("preserveAspectRatio", "none")
        .child((
            [0, HEIGHT / 2, HEIGHT].map(line).into_iter().collect_view(),
            svg::path().attr("class", "area").attr("d", area),
            svg::path().attr("class", "edge").attr("d", views),
            svg::path().attr("class", "line").attr("d", sessions),
            hover.collect_view(),
        ))
}

/// A short upright stroke: as wide as the pen, however the picture is stretched.
fn purchase_mark(x: u64) -> impl IntoView {
    svg::line()
        .attr("class", "mark-purchase")
        .attr("x1", x.to_string())
        .attr("x2", x.to_string())
        .attr("y1", (HEIGHT - 90).to_string())
        .attr("y2", HEIGHT.to_string())
}

fn legend(words: &Words) -> impl IntoView + use<> {
    let item = |class: &'static str, name: &'static str| html::li().class(class).child(name);
    html::ul().class("legend").child((
        item("key-views", words.views),
        item("key-sessions", words.sessions),
        item("key-purchases", words.purchases),
    ))
}

/// A line through the middle of each slice, from edge to edge. `top` is the value at the upper edge.
fn path(series: &[OverviewSlice], top: u64, value: impl Fn(&OverviewSlice) -> u64) -> String {
    let count = series.len() as u64;
    let height = |slice| {
        let share = u128::from(value(slice).min(top)) * u128::from(HEIGHT);
        u128::from(HEIGHT) - share / u128::from(top.max(1))
    };
    let middle = |index: usize| (index as u64 * 2 + 1) * WIDTH / (count * 2);
    let (Some(first), Some(last)) = (series.first(), series.last()) else {
        return String::new();
    };
    let between = series.iter().enumerate();
    let between = between.map(|(index, slice)| format!("L{} {}", middle(index), height(slice)));
    let between: Vec<_> = between.collect();
    format!("M0 {}{}L{WIDTH} {}", height(first), between.concat(), height(last))
}

/// The upper edge: the largest value rounded up to 1, 2 or 5 times a power of ten.
fn highest(series: &[OverviewSlice]) -> u64 {
    let most = series.iter().map(|slice| slice.views.max(slice.sessions)).max().unwrap_or(0);
    let mut power = 1_u64;
    loop {
        if let Some(step) = [1, 2, 5].into_iter().find(|step| power.saturating_mul(*step) >= most) {
            return power.saturating_mul(step);
        }
        power = power.saturating_mul(10);
    }
}

/// Minutes east of UTC where the operator is.
fn utc_offset_min() -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "at most 14 hours")]
    let west = js_sys::Date::new_0().get_timezone_offset() as i32;
    -west
}

const WIDTH: u64 = 960;
const HEIGHT: u64 = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn series(views: &[u64]) -> Vec<OverviewSlice> {
        let slice = |&views| OverviewSlice { views, ..OverviewSlice::default() };
        views.iter().map(slice).collect()
    }

    #[test]
    fn the_axis_ends_at_a_round_number() {
        let ends = [0, 1, 3, 12, 50, 51, 730].map(|views| highest(&series(&[views])));
        assert_eq!(ends, [1, 1, 5, 20, 50, 100, 1_000]);
        assert_eq!(highest(&series(&[u64::MAX])), u64::MAX);
    }

    #[test]
    fn a_path_runs_through_the_middle_of_each_slice() {
        let path = path(&series(&[0, 10]), 10, |slice| slice.views);
        assert_eq!(path, "M0 1000L240 1000L720 0L960 0");
    }

    #[test]
    fn an_empty_series_draws_nothing() {
        assert_eq!(path(&[], 1, |slice| slice.views), "");
    }
}
