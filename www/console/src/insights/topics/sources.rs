//! Where visits came from, and who they were.

use nunchi_api::questions::{Audiences, ShareRow, Shares};

use super::super::picture::Picture;
use super::parts::{Bars, count, float, lying, money, share};
use crate::text::{Language, Words, fill, format};
use crate::ui::sheet::{Cell, Sheet};

pub(super) fn sources(shares: &Shares, language: Language) -> Picture {
    let words = language.words();
    picture("sources", words.sources, words.came_from, shares, language, &|name| {
        if name == "direct" { words.direct.into() } else { name.into() }
    })
}

pub(super) fn audiences(answer: &Audiences, language: Language) -> Vec<Picture> {
    let words = language.words();
    let part = |name, title, shares, named: &dyn Fn(&str) -> String| Picture {
        span: "span-2",
        size: "echart-small",
        ..picture(name, title, title, shares, language, named)
    };
    vec![
        part("visitors", words.visitors, &answer.visitors, &|it| kind(it, words)),
        part("devices", words.device, &answer.devices, &|it| device(it, words)),
        part("languages", words.language, &answer.languages, &|it| unknown(it, words)),
    ]
}

fn kind(code: &str, words: &Words) -> String {
    match code {
        "new" => words.kind_new.into(),
        "returning" => words.kind_returning.into(),
        "known" => words.kind_known.into(),
        other => unknown(other, words),
    }
}

fn device(code: &str, words: &Words) -> String {
    match code {
        "desktop" => words.device_desktop.into(),
        "phone" => words.device_phone.into(),
        "tablet" => words.device_tablet.into(),
        other => unknown(other, words),
    }
}

fn unknown(code: &str, words: &Words) -> String {
    if code == "unknown" { words.unknown.into() } else { code.into() }
}

fn picture(
    file: &'static str,
    title: &'static str,
    what: &str,
    shares: &Shares,
    language: Language,
    named: &dyn Fn(&str) -> String,
) -> Picture {
    let words = language.words();
    let mut sheet = Sheet::new(&[
        what,
        &format!("#{}", words.sessions),
        &format!("#{}", words.views),
        &format!("#{}", words.carts),
        &format!("#{}", words.purchases),
        &format!("#{}", words.rate),
        &format!("#{}", words.revenue),
    ]);
    let cells = |name: String, row: &ShareRow| {
        vec![
            Cell::text(name),
            count(row.sessions),
            count(row.views),
            count(row.carts),
            count(row.purchases),
            share(row.bought, row.sessions),
            money(&row.revenue, language),
        ]
    };
    for row in &shares.rows {
        sheet.push(cells(named(&row.name), row));
    }
    if let Some(other) = &shares.other {
        sheet.push(cells(words.other_rows.into(), other));
    }
    let all: u64 = shares.rows.iter().chain(&shares.other).map(|row| row.sessions).sum();
    let says = shares.rows.first().map_or_else(
        || words.shares_none.into(),
        |row| {
            let [part, bought] = [(row.sessions, all), (row.bought, row.sessions)]
                .map(|(part, whole)| format::share(part, whole));
            fill(words.shares_says, &[&named(&row.name), &part, &bought])
        },
    );
    let rows: Vec<(String, u64, u64)> = shares
        .rows
        .iter()
        .take(DRAWN_MAX)
        .map(|row| (named(&row.name), row.bought, row.sessions.saturating_sub(row.bought)))
        .collect();
    Picture { size: "echart-bars", ..Picture::new(file, title, says, sheet) }.drawn(
        move |palette| {
            let series = vec![
                (
                    words.with_purchase,
                    palette.returning.as_str(),
                    rows.iter().map(|it| float(it.1)).collect(),
                ),
                (
                    words.without_purchase,
                    palette.accent.as_str(),
                    rows.iter().map(|it| float(it.2)).collect(),
                ),
            ];
            let bars = rows.iter().map(|it| it.0.clone()).collect();
            lying(Bars { names: bars, series, is_stacked: true, unit: "" }, palette)
        },
    )
}

const DRAWN_MAX: usize = 10;
