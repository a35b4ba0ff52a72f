//! Why carts are left: causes of hesitation, ranked by what was lost with them; and what else was noticed.

use std::cmp::Reverse;

use nunchi_api::questions::{HesitationRow, Hesitations};
use nunchi_api::stats::{Amount, SignalRow, Signals};

use super::super::picture::Picture;
use super::parts::{Bars, count, float, lying, main_currency, money, of, share};
use crate::text::{Language, fill, format, names};
use crate::ui::sheet::{Cell, Sheet};

pub(super) fn causes(answer: &Hesitations, language: Language) -> Picture {
    let words = language.words();
    let currency = main_currency(answer.rows.iter().flat_map(|row| &row.carts)).unwrap_or_default();
    let mut rows: Vec<HesitationRow> = answer.rows.clone();
    // By value, not by number: stable, so that equal ones stay in the collector's order.
    rows.sort_by_key(|row| Reverse(of(&row.lost, &currency)));
    let mut sheet = Sheet::new(&[
        words.cause,
        &format!("#{}", words.sessions),
        &format!("#{}", words.purchases),
        &format!("#{}", words.rate),
        &format!("#{}", words.cart_values),
        &format!("#{}", words.lost_values),
    ]);
    let cells = |name: String, row: &HesitationRow| {
        vec![
            Cell::text(name),
            count(row.sessions),
            count(row.bought),
            share(row.bought, row.sessions),
            money(&row.carts, language),
            money(&row.lost, language),
        ]
    };
    for row in &rows {
        sheet.push(cells(names::cause(&row.cause, language), row));
    }
    if let Some(other) = &answer.other {
        sheet.push(cells(words.other_rows.into(), other));
    }
    let says = sentence(&rows, &currency, language);
    Picture {
        size: "echart-small echart-bars",
        ..Picture::new("why-carts-are-left", words.causes, says, sheet)
    }
    .drawn(move |palette| {
        let major = |row: &HesitationRow, lost: bool| {
            let (all, gone) = (of(&row.carts, &currency), of(&row.lost, &currency));
            format::major(if lost { gone } else { all - gone }, &currency)
        };
        let series = vec![
            (
                words.lost_values,
                palette.warn.as_str(),
                rows.iter().map(|it| major(it, true)).collect(),
            ),
            (
                words.saved_values,
                palette.good.as_str(),
                rows.iter().map(|it| major(it, false)).collect(),
            ),
        ];
        let names = rows.iter().map(|it| names::cause(&it.cause, language)).collect();
        lying(Bars { names, series, is_stacked: true, unit: &currency }, palette)
    })
}

fn sentence(rows: &[HesitationRow], currency: &str, language: Language) -> String {
    let words = language.words();
    let Some(first) = rows.first() else { return words.causes_none.into() };
    let lost = Amount { minor: of(&first.lost, currency), currency: currency.into() };
    let cause = names::cause(&first.cause, language);
    let (sessions, unsold) = (first.sessions, first.sessions.saturating_sub(first.bought));
    let counts = [format::count(unsold), format::count(sessions)];
    fill(words.causes_says, &[&cause, &format::money(&lost, language), &counts[0], &counts[1]])
}

pub(super) fn signals(answer: &Signals, language: Language) -> Picture {
    let words = language.words();
    let mut sheet =
        Sheet::new(&[words.signal, &format!("#{}", words.times), &format!("#{}", words.sessions)]);
    let cells = |name: String, row: &SignalRow| {
        vec![Cell::text(name), count(row.count), count(row.sessions)]
    };
    for row in &answer.rows {
        sheet.push(cells(names::signal(&row.signal, language), row));
    }
    if let Some(other) = &answer.other {
        sheet.push(cells(words.other_rows.into(), other));
    }
    let says = answer.rows.first().map_or_else(
        || words.signals_none.into(),
        |row| {
            let name = names::signal(&row.signal, language);
            let (times, sessions) = (format::count(row.count), format::count(row.sessions));
            fill(words.signals_says, &[&name, &times, &sessions])
        },
    );
    let mut rows = answer.rows.clone();
    rows.sort_by_key(|row| Reverse(row.sessions));
    Picture::new("signals", words.signals, says, sheet).drawn(move |palette| {
        let values = rows.iter().map(|it| float(it.sessions)).collect();
        let names = rows.iter().map(|it| names::signal(&it.signal, language)).collect();
        let series = vec![(words.sessions, palette.accent.as_str(), values)];
        lying(Bars { names, series, is_stacked: false, unit: "" }, palette)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language::En;

    fn row(cause: &str, sessions: u64, carts: i64, lost: i64) -> HesitationRow {
        let won = |minor| vec![Amount { minor, currency: "KRW".into() }];
        HesitationRow {
            cause: cause.into(),
            sessions,
            bought: 1,
            carts: won(carts),
            lost: won(lost),
            ..HesitationRow::default()
        }
    }

    #[test]
    fn causes_are_ranked_by_what_was_lost_with_them() {
        let rows =
            vec![row("idle_cart", 90, 50_000, 9_000), row("coupon_empty", 10, 80_000, 70_000)];
        let picture = causes(&Hesitations { rows, other: None }, En);
        assert_eq!(
            picture.says,
            "Left the coupon field empty cost most: ₩70,000 in carts that were not bought (9 of 10 sessions)."
        );
        assert!(
            picture
                .sheet
                .csv()
                .lines()
                .nth(1)
                .unwrap()
                .starts_with("\"Left the coupon field empty\",10,")
        );
    }
}
