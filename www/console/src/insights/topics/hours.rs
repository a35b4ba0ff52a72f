//! When carts are hesitated over: a map of the week, darker where more of the visits hesitated.

use charming::Chart;
use charming::component::{Axis, Grid, VisualMap, VisualMapChannel};
use charming::datatype::DataPoint;
use charming::element::{AxisType, ItemStyle, Orient, Tooltip, Trigger};
use charming::series::Heatmap;
use nunchi_api::questions::{HourRow, Hours};

use super::super::picture::Picture;
use super::parts::{count, float, share};
use crate::text::{Language, Words, fill, format};
use crate::ui::chart::Palette;
use crate::ui::sheet::{Cell, Sheet};

pub(super) fn picture(hours: &Hours, language: Language) -> Picture {
    let words = language.words();
    let mut sheet = Sheet::new(&[
        words.weekday,
        &format!("#{}", words.hour),
        &format!("#{}", words.sessions),
        &format!("#{}", words.hesitated),
        &format!("#{}", words.hesitated_share),
        &format!("#{}", words.purchases),
    ]);
    for row in &hours.rows {
        sheet.push(vec![
            Cell::text(day(row, words)),
            Cell::number(row.hour, format!("{:02}:00", row.hour)),
            count(row.sessions),
            count(row.hesitated),
            share(row.hesitated, row.sessions),
            count(row.purchases),
        ]);
    }
    let (rows, says) = (hours.rows.clone(), sentence(&hours.rows, words));
    Picture::new("hesitation-by-hour", words.hours, says, sheet)
        .drawn(move |palette| draw(&rows, palette, words))
}

fn sentence(rows: &[HourRow], words: &Words) -> String {
    // Where enough visits were, a share says something.
    let busy = rows.iter().filter(|row| row.sessions >= ENOUGH && row.hesitated > 0);
    let share = |row: &&HourRow| row.hesitated * 1_000 / row.sessions;
    let Some(most) = busy.max_by_key(share) else { return words.hours_none.into() };
    let part = format::share(most.hesitated, most.sessions);
    let counts = [most.hesitated, most.sessions].map(format::count);
    let hour = format!("{:02}:00", most.hour);
    fill(words.hours_says, &[day(most, words), &hour, &part, &counts[0], &counts[1]])
}

fn day(row: &HourRow, words: &Words) -> &'static str {
    week(words).get(usize::from(row.weekday)).copied().unwrap_or("?")
}

fn week(words: &Words) -> [&'static str; 7] {
    [words.mon, words.tue, words.wed, words.thu, words.fri, words.sat, words.sun]
}

fn draw(rows: &[HourRow], palette: &Palette, words: &Words) -> Chart {
    let points: Vec<Vec<f64>> = rows
        .iter()
        .filter(|row| row.sessions > 0)
        .map(|row| {
            let percent = float(row.hesitated * 1_000 / row.sessions) / 10.0;
            vec![f64::from(row.hour), f64::from(row.weekday), percent]
        })
        .collect();
    let most = points.iter().map(|it| it[2]).fold(1.0, f64::max);
    let cell = |point: Vec<f64>| point.into_iter().map(DataPoint::from).collect::<Vec<_>>();
    let hours: Vec<String> = (0..24).map(|hour| format!("{hour:02}")).collect();
    let days: Vec<String> = week(words).into_iter().map(String::from).collect();
    let shades = vec![palette.surface_2.as_str(), palette.returning.as_str(), palette.bad.as_str()];
    Chart::new()
        .grid(Grid::new().left(4).right(8).top(6).bottom(44).contain_label(true))
        .tooltip(Tooltip::new().trigger(Trigger::Item))
        .x_axis(Axis::new().type_(AxisType::Category).data(hours))
        .y_axis(Axis::new().type_(AxisType::Category).inverse(true).data(days))
        .visual_map(
            VisualMap::new()
                .min(0)
                .max(most)
                .orient(Orient::Horizontal)
                .left("center")
                .bottom(0)
                .item_width(12)
                .item_height(160)
                .in_range(VisualMapChannel::new().color(shades)),
        )
        .series(
            Heatmap::new()
                .name(words.hesitated_share)
                .item_style(
                    ItemStyle::new()
                        .border_color(palette.surface.as_str())
                        .border_width(2)
                        .border_radius(3),
                )
                .data(points.into_iter().map(cell).collect::<Vec<_>>()),
        )
}

/// Visits of an hour from which on its share is named in the sentence.
const ENOUGH: u64 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_the_hour_with_the_greatest_share_of_enough_visits() {
        let row = |weekday, hour, sessions, hesitated| HourRow {
            weekday,
            hour,
            sessions,
            hesitated,
            purchases: 0,
        };
        let words = Language::En.words();
        let rows = [row(0, 9, 100, 10), row(5, 21, 20, 8), row(6, 3, 1, 1)];
        assert_eq!(
            sentence(&rows, words),
            "Most often on Sat, 21:00: 40.0% of visits hesitated (8 of 20)."
        );
        assert_eq!(sentence(&rows[2..], words), words.hours_none);
    }
}
