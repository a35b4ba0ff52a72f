//! Scroll exit on people who only read: every firing is a false alarm.

use std::path::Path;

use anyhow::{Context, Result};
use beacon::item::{Device, Signal};

use crate::page::Page;
use crate::report::{Entry, Value};
use crate::table::{Row, Table};

/// Height of the pane that was scrolled, CSS pixels: not recorded; that of a phone's page.
const PANE_PX: u32 = 640;

/// The plain rule: so far upwards, CSS pixels.
const UP_PX: u32 = 1_000;

/// Within so long, milliseconds.
const UP_MS: u64 = 500;

/// Firings of the plain rule within this time are one, milliseconds.
const MERGED_MS: u64 = 2_000;

pub(crate) fn bench(folder: &Path) -> Result<Vec<Entry>> {
    let table = Table::read(&folder.join("sessions.csv"))?;
    let readings = table.rows().map(|row| read(&row)).collect::<Result<Vec<_>>>()?;
    let ms = readings.iter().map(lasted_ms).sum();
    let count = |rule: fn(&Scrolls) -> usize| {
        let fires = readings.iter().map(rule).sum();
        Value::Group(vec![
            ("fires", Value::Count(fires)),
            ("fires_per_minute", Value::per_minute(fires, ms)),
        ])
    };
    Ok(vec![
        ("sessions", Value::Count(readings.len())),
        ("minutes", Value::minutes(ms)),
        ("scroll_exit", count(exits)),
        ("rules", Value::Group(vec![("up_1000px", count(flicks))])),
    ])
}

/// Time and scrolled-away height.
type Scrolls = Vec<(u64, u32)>;

fn read(row: &Row<'_>) -> Result<Scrolls> {
    let numbers = |column| {
        let words = row.text(column)?.split_whitespace();
        let numbers = words.map(str::parse::<i64>).collect::<Result<Vec<_>, _>>();
        numbers.with_context(|| format!("`{column}` is no list of numbers"))
    };
    // A page that is pulled beyond its top is at its top.
    let tops = numbers("scroll_y")?.into_iter().map(|top| u32::try_from(top).unwrap_or(0));
    let times = numbers("t_ms")?.into_iter().map(|at| u64::try_from(at).unwrap_or(0));
    Ok(times.zip(tops).collect())
}

fn lasted_ms(scrolls: &Scrolls) -> u64 {
    let at = |it: Option<&(u64, u32)>| it.map_or(0, |it| it.0);
    at(scrolls.last()).saturating_sub(at(scrolls.first()))
}

/// What the engine says.
fn exits(scrolls: &Scrolls) -> usize {
    let full = scrolls.iter().map(|it| it.1).max().unwrap_or(0) + PANE_PX;
    let mut page = Page::open(Device::Phone);
    for &(at, top) in scrolls {
        page.scrolled(at, top, PANE_PX, full);
    }
    let noticed = page.close(scrolls.last().map_or(0, |it| it.0));
    noticed.iter().filter(|(_, it)| matches!(it, Signal::ScrollExit { .. })).count()
}

/// Up by [`UP_PX`] within [`UP_MS`].
fn flicks(scrolls: &Scrolls) -> usize {
    let (mut count, mut fired_at) = (0, None);
    for (index, &(at, top)) in scrolls.iter().enumerate() {
        let recent =
            scrolls[..index].iter().rev().take_while(|it| at.saturating_sub(it.0) <= UP_MS);
        let from = recent.map(|it| it.1).max().unwrap_or(top);
        let is_new = fired_at.is_none_or(|then| at.saturating_sub(then) > MERGED_MS);
        if from.saturating_sub(top) >= UP_PX && is_new {
            (count, fired_at) = (count + 1, Some(at));
        }
    }
    count
}
