//! Pages by the time that visitors really spent on them.

use leptos::{html, prelude::*};
use nunchi_api::stats::{PageRow, Pages};

use crate::preferences::language;
use crate::text::{fill, format, names};
use crate::ui;

/// The table, with the share of the longest drawn in it.
pub(super) fn pages(pages: &Pages) -> AnyView {
    let (language, words) = (language(), language().words());
    let Some(longest) = pages.rows.first() else {
        return html::p().class("says").child(words.pages_none).into_any();
    };
    let total = format::span(longest.dwell_ms_total, language);
    let most = longest.dwell_ms_total;
    let row = |row: &PageRow| {
        html::tr().child((
            html::th().scope("row").class("path").child(row.path.clone()),
            html::td().child(names::page(&row.page, language)),
            ui::number(format::count(row.views)),
            ui::number(format::span(row.dwell_ms_median, language)),
            ui::number((
                ui::bar(row.dwell_ms_total, most),
                html::span().child(format::span(row.dwell_ms_total, language)),
            )),
            ui::number(format!("{}%", row.reach_percent)),
        ))
    };
    (
        html::p().class("says").child(fill(words.pages_says, &[&longest.path, &total])),
        ui::scroll(html::table().class("pages").child((
            ui::head(vec![
                (words.path, false),
                (words.page, false),
                (words.views, true),
                (words.dwell, true),
                (words.dwell_total, true),
                (words.reach, true),
            ]),
            html::tbody().child(pages.rows.iter().map(row).collect_view()),
        ))),
    )
        .into_any()
}
