//! Products: viewed, carted, left behind, bought.

use nunchi_api::questions::{ProductRow, Products};

use super::super::picture::Picture;
use super::parts::{Bars, count, float, lying, share};
use crate::text::{Language, fill, format};
use crate::ui::sheet::{Cell, Sheet};

pub(super) fn picture(products: &Products, language: Language) -> Picture {
    let words = language.words();
    let mut sheet = Sheet::new(&[
        words.product,
        "ID",
        &format!("#{}", words.viewed),
        &format!("#{}", words.carted),
        &format!("#{}", words.abandoned),
        &format!("#{}", words.bought_count),
        &format!("#{}", words.carted_of_viewed),
        &format!("#{}", words.bought_of_carted),
    ]);
    let cells = |name: String, row: &ProductRow| {
        vec![
            Cell::text(name),
            Cell::text(row.id.clone()),
            count(row.viewed),
            count(row.carted),
            count(row.abandoned),
            count(row.bought),
            share(row.carted, row.viewed),
            share(row.bought, row.carted),
        ]
    };
    for row in &products.rows {
        sheet.push(cells(name(row), row));
    }
    if let Some(other) = &products.other {
        sheet.push(cells(words.other_rows.into(), other));
    }
    let worst =
        products.rows.iter().max_by_key(|row| row.abandoned).filter(|row| row.abandoned > 0);
    let says = worst.map_or_else(
        || words.products_none.into(),
        |row| {
            let (left, carted) = (format::count(row.abandoned), format::count(row.carted));
            fill(words.products_says, &[&name(row), &left, &carted])
        },
    );
    let top: Vec<ProductRow> = products.rows.iter().take(DRAWN_MAX).cloned().collect();
    Picture { size: "echart-tall", ..Picture::new("products", words.products, says, sheet) }.drawn(
        move |palette| {
            let values = |of: fn(&ProductRow) -> u64| top.iter().map(|it| float(of(it))).collect();
            let series = vec![
                (words.viewed, palette.views.as_str(), values(|it| it.viewed)),
                (words.carted, palette.accent.as_str(), values(|it| it.carted)),
                (words.bought_count, palette.returning.as_str(), values(|it| it.bought)),
            ];
            let names = top.iter().map(name).collect();
            lying(Bars { names, series, is_stacked: false, unit: "" }, palette)
        },
    )
}

fn name(row: &ProductRow) -> String {
    if row.name.is_empty() { row.id.clone() } else { row.name.clone() }
}

const DRAWN_MAX: usize = 10;
