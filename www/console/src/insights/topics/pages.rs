//! Pages by the time that visitors really spent on them, and how much of them they saw.

use nunchi_api::stats::{PageRow, Pages};

use super::super::picture::Picture;
use super::parts::{Bars, count, float, lying};
use crate::text::{Language, fill, format, names};
use crate::ui::sheet::{Cell, Sheet};

pub(super) fn picture(pages: &Pages, language: Language) -> Picture {
    let words = language.words();
    let mut sheet = Sheet::new(&[
        words.path,
        words.page,
        &format!("#{}", words.views),
        &format!("#{}", words.dwell),
        &format!("#{}", words.dwell_total),
        &format!("#{}", words.reach),
    ]);
    for row in &pages.rows {
        sheet.push(cells(row.path.clone(), row, language));
    }
    if let Some(other) = &pages.other {
        sheet.push(cells(words.other_rows.into(), other, language));
    }
    let says = pages.rows.first().map_or_else(
        || words.pages_none.into(),
        |first| {
            let total = format::span(first.dwell_ms_total, language);
            fill(words.pages_says, &[&first.path, &total])
        },
    );
    let top: Vec<PageRow> = pages.rows.iter().take(DRAWN_MAX).cloned().collect();
    Picture::new("pages", words.pages, says, sheet).drawn(move |palette| {
        let minutes = top.iter().map(|it| float(it.dwell_ms_total / 6_000) / 10.0).collect();
        let names = top.iter().map(|it| it.path.clone()).collect();
        let series = vec![(words.dwell_total, palette.accent.as_str(), minutes)];
        lying(Bars { names, series, is_stacked: false, unit: "min" }, palette)
    })
}

fn cells(path: String, row: &PageRow, language: Language) -> Vec<Cell> {
    let is_other = row.path.is_empty();
    let of_views = |cell: Cell| if is_other { Cell::text("–") } else { cell };
    vec![
        Cell::text(path),
        Cell::text(if is_other { String::new() } else { names::page(&row.page, language) }),
        count(row.views),
        of_views(Cell::number(row.dwell_ms_median, format::span(row.dwell_ms_median, language))),
        Cell::number(row.dwell_ms_total, format::span(row.dwell_ms_total, language)),
        of_views(Cell::number(row.reach_percent, format!("{}%", row.reach_percent))),
    ]
}

const DRAWN_MAX: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_pages_stand_last_without_what_they_do_not_have() {
        let row =
            PageRow { path: "/a".into(), page: "home".into(), views: 3, ..PageRow::default() };
        let other = Some(PageRow { views: 9, dwell_ms_total: 4_000, ..PageRow::default() });
        let csv = picture(&Pages { rows: vec![row], other }, Language::En).sheet.csv();
        assert_eq!(csv.lines().nth(1), Some("\"/a\",\"Home\",3,0,0,0"));
        assert_eq!(csv.lines().nth(2), Some("\"Others, too few to name\",\"\",9,\"–\",4000,\"–\""));
    }
}
