//! Traffic over time: sessions and views as lines, purchases as columns, the sessions of the span before
//! behind them.

use charming::Chart;
use charming::component::{Axis, Grid, Legend};
use charming::element::{
    AreaStyle, AxisType, ItemStyle, LineStyle, LineStyleType, Symbol, Tooltip, Trigger,
};
use charming::series::{Bar, Line};
use nunchi_api::questions::{Answer, Series, SeriesSlice};

use super::super::picture::Picture;
use super::parts::{count, float, money};
use crate::text::{Language, fill, format};
use crate::ui::chart::Palette;
use crate::ui::sheet::{Cell, Sheet};

pub(super) fn picture(series: &Series, before: Option<&Answer>, language: Language) -> Picture {
    let words = language.words();
    let before = match before {
        Some(Answer::Series(before)) => Some(before.slices.iter().map(|it| it.sessions).collect()),
        _ => None::<Vec<u64>>,
    };
    let mut sheet = Sheet::new(&[
        words.time,
        &format!("#{}", words.views),
        &format!("#{}", words.sessions),
        &format!("#{}", words.visitors),
        &format!("#{}", words.purchases),
        &format!("#{}", words.revenue),
    ]);
    for slice in &series.slices {
        sheet.push(vec![
            Cell::number(&slice.label, format::label(&slice.label, language)),
            count(slice.views),
            count(slice.sessions),
            count(slice.visitors),
            count(slice.purchases),
            money(&slice.revenue, language),
        ]);
    }
    let (slices, says) = (series.slices.clone(), sentence(&series.slices, language));
    Picture::new("traffic", words.traffic, says, sheet)
        .drawn(move |palette| draw(&slices, before.as_deref(), palette, language))
}

fn sentence(slices: &[SeriesSlice], language: Language) -> String {
    let words = language.words();
    let busiest = slices.iter().max_by_key(|slice| slice.sessions);
    let Some(busiest) = busiest.filter(|slice| slice.sessions > 0) else {
        return words.traffic_none.into();
    };
    let views: u64 = slices.iter().map(|slice| slice.views).sum();
    let bought: u64 = slices.iter().map(|slice| slice.purchases).sum();
    fill(
        words.traffic_says,
        &[
            &format::count(views),
            &format::count(bought),
            &format::label(&busiest.label, language),
            &format::count(busiest.sessions),
        ],
    )
}

fn draw(
    slices: &[SeriesSlice],
    before: Option<&[u64]>,
    palette: &Palette,
    language: Language,
) -> Chart {
    let words = language.words();
    let labels: Vec<String> = slices.iter().map(|it| format::label(&it.label, language)).collect();
    let values =
        |of: fn(&SeriesSlice) -> u64| slices.iter().map(|it| float(of(it))).collect::<Vec<_>>();
    let line = |name: &str, color: &str| {
        Line::new()
            .name(name)
            .symbol(Symbol::None)
            .smooth(0.25)
            .item_style(ItemStyle::new().color(color))
    };
    let views = line(words.views, &palette.views)
        .line_style(LineStyle::new().width(1.5).color(palette.views.as_str()))
        .area_style(AreaStyle::new().color(palette.views_soft.as_str()).opacity(0.75))
        .data(values(|it| it.views));
    let sessions = line(words.sessions, &palette.accent)
        .line_style(LineStyle::new().width(2.4).color(palette.accent.as_str()))
        .data(values(|it| it.sessions));
    let bought = Bar::new()
        .name(words.purchases)
        .bar_width("30%")
        .item_style(ItemStyle::new().color(palette.returning.as_str()).border_radius(2))
        .data(values(|it| it.purchases));
    let mut chart = Chart::new()
        .legend(Legend::new().left("left").top(0))
        .grid(Grid::new().left(4).right(10).top(36).bottom(4).contain_label(true))
        .tooltip(Tooltip::new().trigger(Trigger::Axis))
        .x_axis(Axis::new().type_(AxisType::Category).data(labels))
        .y_axis(Axis::new().type_(AxisType::Value).min_interval(1).split_number(4))
        .series(views)
        .series(sessions)
        .series(bought);
    if let Some(before) = before {
        let mut data: Vec<f64> = before.iter().map(|it| float(*it)).collect();
        // A day with 25 hours has one slice more.
        data.truncate(slices.len());
        let dashed =
            LineStyle::new().width(1.4).type_(LineStyleType::Dashed).color(palette.text_2.as_str());
        chart = chart
            .series(line(words.sessions_before, &palette.text_2).line_style(dashed).data(data));
    }
    chart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language::En;

    fn slice(label: &str, sessions: u64) -> SeriesSlice {
        SeriesSlice {
            from: 0,
            label: label.into(),
            sessions,
            visitors: 0,
            views: sessions * 3,
            purchases: 1,
            revenue: Vec::new(),
        }
    }

    #[test]
    fn the_sentence_names_the_busiest_time() {
        let slices = [slice("2026-11-22", 4), slice("2026-11-23", 9)];
        assert_eq!(
            sentence(&slices, En),
            "39 views and 2 purchases; busiest: 23 Nov with 9 sessions."
        );
        assert_eq!(sentence(&[slice("2026-11-22", 0)], En), En.words().traffic_none);
    }

    #[test]
    fn the_span_before_is_drawn_behind_the_same_places() {
        let slices = [slice("2026-11-22", 4)];
        let option =
            serde_json::to_value(draw(&slices, Some(&[2, 7]), &Palette::default(), En)).unwrap();
        assert_eq!(option["series"][3]["data"].to_string(), "[2.0]");
        assert_eq!(option["series"].as_array().unwrap().len(), 4);
    }
}
