//! A table as data: drawn for people, saved as CSV for programs. Pure but for [`Sheet::view`].

use std::fmt::Display;

use leptos::{html, prelude::*};

/// A table. What is not asked for by name stands in the order of its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sheet {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    name: String,
    is_number: bool,
}

/// What stands in a cell, for people and for programs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    shown: String,
    saved: String,
    link: Option<String>,
}

impl Cell {
    /// The same for both.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        let shown = text.into();
        Self { saved: shown.clone(), shown, link: None }
    }

    /// A number: written as a language writes it, saved as it is.
    pub(crate) fn number(number: impl Display + Copy, shown: String) -> Self {
        Self { shown, saved: number.to_string(), link: None }
    }

    /// The same with an address of the console that it leads to.
    pub(crate) fn to(self, address: String) -> Self {
        Self { link: Some(address), ..self }
    }
}

impl Sheet {
    /// Columns by their names; those that begin with `#` hold numbers.
    pub(crate) fn new(columns: &[&str]) -> Self {
        let column = |name: &&str| Column {
            name: name.trim_start_matches('#').into(),
            is_number: name.starts_with('#'),
        };
        Self { columns: columns.iter().map(column).collect(), rows: Vec::new() }
    }

    /// One row more.
    pub(crate) fn push(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a cell a column");
        self.rows.push(cells);
    }

    /// Nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// As RFC 4180 has it. Cells that a spreadsheet would take for a formula get an apostrophe in front
    /// (OWASP, *CSV Injection*): names come from visitors.
    pub(crate) fn csv(&self) -> String {
        let heading = self.columns.iter().map(|it| quoted(&it.name)).collect::<Vec<_>>();
        let line = |cells: &Vec<Cell>| {
            let pairs = cells.iter().zip(&self.columns);
            pairs.map(|(cell, column)| saved(cell, column)).collect::<Vec<_>>()
        };
        let lines = std::iter::once(heading).chain(self.rows.iter().map(line));
        lines.map(|cells| cells.join(",") + "\r\n").collect()
    }

    /// For people.
    pub(crate) fn view(&self) -> AnyView {
        let head = |it: &Column| {
            html::th().scope("col").class(("number", it.is_number)).child(it.name.clone())
        };
        let row = |cells: &Vec<Cell>| {
            let cell = |(place, cell): (usize, &Cell)| {
                let is_number = self.columns.get(place).is_some_and(|it| it.is_number);
                let content = content(cell);
                if place == 0 {
                    html::th().scope("row").child(content).into_any()
                } else {
                    html::td().class(("number", is_number)).child(content).into_any()
                }
            };
            html::tr().child(cells.iter().enumerate().map(cell).collect_view())
        };
        html::table()
            .class("sheet")
            .child((
                html::thead().child(html::tr().child(self.columns.iter().map(head).collect_view())),
                html::tbody().child(self.rows.iter().map(row).collect_view()),
            ))
            .into_any()
    }
}

fn content(cell: &Cell) -> AnyView {
    match &cell.link {
        Some(address) => html::a().href(address.clone()).child(cell.shown.clone()).into_any(),
        None => cell.shown.clone().into_any(),
    }
}

fn saved(cell: &Cell, column: &Column) -> String {
    let is_number = column.is_number && cell.saved.parse::<f64>().is_ok();
    if is_number { cell.saved.clone() } else { quoted(&cell.saved) }
}

fn quoted(text: &str) -> String {
    let is_formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let guard = if is_formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sheet_is_saved_with_plain_numbers_and_without_formulas() {
        let mut sheet = Sheet::new(&["path", "#views"]);
        sheet.push(vec![Cell::text("/a,\"b\""), Cell::number(1_234, "1,234".into())]);
        sheet.push(vec![Cell::text("=HYPERLINK(1)"), Cell::number(-5, "−5".into())]);
        assert_eq!(
            sheet.csv(),
            "\"path\",\"views\"\r\n\"/a,\"\"b\"\"\",1234\r\n\"'=HYPERLINK(1)\",-5\r\n"
        );
    }

    #[test]
    fn what_is_no_number_in_a_column_of_numbers_is_guarded_as_well() {
        let mut sheet = Sheet::new(&["name", "#share"]);
        sheet.push(vec![Cell::text("a"), Cell::text("+cmd|'/c calc'!A0")]);
        assert_eq!(sheet.csv().lines().nth(1), Some("\"a\",\"'+cmd|'/c calc'!A0\""));
    }
}
