//! Reads the recordings' CSV: no quoting, columns found by their names.

use std::fs;
use std::path::Path;
use std::str::FromStr;

use anyhow::{Context, Result, ensure};

/// A whole file.
pub(crate) struct Table {
    name: String,
    columns: Vec<String>,
    rows: Vec<String>,
}

/// One line of it.
pub(crate) struct Row<'a> {
    table: &'a Table,
    number: usize,
    cells: Vec<&'a str>,
}

impl Table {
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let name = file.display().to_string();
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
        let mut lines = text.lines().map(String::from);
        let header = lines.next().unwrap_or_default();
        ensure!(!header.is_empty(), "{name} is empty: expected a line with the columns' names");
        let columns = header.split(',').map(String::from).collect();
        Ok(Self { name, columns, rows: lines.collect() })
    }

    /// The rows; what the last column holds may have commas in it.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let rows = self.rows.iter().enumerate().filter(|(_, line)| !line.is_empty());
        rows.map(|(index, line)| Row {
            table: self,
            number: index + 2,
            cells: line.splitn(self.columns.len(), ',').collect(),
        })
    }
}

impl<'a> Row<'a> {
    pub(crate) fn text(&self, column: &str) -> Result<&'a str> {
        let at = self.table.columns.iter().position(|it| it == column);
        let cell = at.and_then(|at| self.cells.get(at));
        cell.copied().with_context(|| format!("{}: no column `{column}`", self.place()))
    }

    pub(crate) fn number<N: FromStr>(&self, column: &str) -> Result<N> {
        let text = self.text(column)?;
        let number = text.parse().ok();
        number.with_context(|| format!("{}: `{column}` is `{text}`, no number", self.place()))
    }

    /// A number with a fraction, of which nobody needs the fraction.
    #[expect(clippy::cast_possible_truncation, reason = "saturates")]
    pub(crate) fn whole(&self, column: &str, times: f64) -> Result<i64> {
        Ok((self.number::<f64>(column)? * times).round() as i64)
    }

    fn place(&self) -> String {
        format!("{}:{}", self.table.name, self.number)
    }
}
