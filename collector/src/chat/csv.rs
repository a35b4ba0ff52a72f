//! Reads CSV (RFC 4180): cells in quotes may hold commas, quotes and ends of lines.

/// One record, with the line it begins on (from 1).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

/// What keeps a text from being CSV.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    /// A quote that nothing ends.
    #[error("line {0}: a quote is opened and never closed")]
    Open(usize),
    /// Something between the end of a quoted cell and the next comma.
    #[error("line {0}: a comma is expected after a closing quote")]
    Behind(usize),
}

/// All records, the heading included; empty lines are passed over.
pub(super) fn records(text: &str) -> Result<Vec<Record>, CsvError> {
    let mut reader = Reader { rest: text.trim_start_matches('\u{feff}'), line: 1 };
    let mut records = Vec::new();
    while !reader.rest.is_empty() {
        let record = reader.record()?;
        if record.cells.iter().any(|cell| !cell.is_empty()) {
            records.push(record);
        }
    }
    Ok(records)
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl Reader<'_> {
    fn record(&mut self) -> Result<Record, CsvError> {
        let mut record = Record { line: self.line, cells: Vec::new() };
        loop {
            let cell = if self.rest.starts_with('"') { self.quoted()? } else { self.plain() };
            record.cells.push(cell);
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
                continue;
            }
            self.rest = self.rest.strip_prefix('\r').unwrap_or(self.rest);
            match self.rest.strip_prefix('\n') {
                Some(rest) => self.rest = rest,
                None if self.rest.is_empty() => {}
                None => return Err(CsvError::Behind(self.line)),
            }
            self.line += 1;
            return Ok(record);
        }
    }

    fn plain(&mut self) -> String {
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let (cell, rest) = self.rest.split_at(end);
        self.rest = rest;
        cell.strip_suffix('\r').unwrap_or(cell).into()
    }

    fn quoted(&mut self) -> Result<String, CsvError> {
        let began = self.line;
        self.rest = &self.rest[1..];
        let mut cell = String::new();
        loop {
            let end = self.rest.find('"').ok_or(CsvError::Open(began))?;
            let (part, rest) = self.rest.split_at(end);
            self.line += part.matches('\n').count();
            cell.push_str(part);
            self.rest = &rest[1..];
            match self.rest.strip_prefix('"') {
                Some(rest) => self.rest = rest,
                None => return Ok(cell),
            }
            cell.push('"');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(text: &str) -> Vec<(usize, Vec<String>)> {
        records(text).unwrap().into_iter().map(|it| (it.line, it.cells)).collect()
    }

    fn row(line: usize, cells: &[&str]) -> (usize, Vec<String>) {
        (line, cells.iter().map(|&cell| cell.into()).collect())
    }

    #[test]
    fn quotes_hold_commas_quotes_and_ends_of_lines() {
        let text = "\u{feff}a,b\r\n\"x, \"\"y\"\"\nz\",1\n\n\"\",\n,2";
        let expected = [row(1, &["a", "b"]), row(2, &["x, \"y\"\nz", "1"]), row(6, &["", "2"])];
        assert_eq!(cells(text), expected);
        assert_eq!(cells(""), []);
    }

    #[test]
    fn what_is_no_csv_is_told_by_line() {
        assert_eq!(records("a\n\"b\nc"), Err(CsvError::Open(2)));
        assert_eq!(records("a\n\"b\nc\"d\n"), Err(CsvError::Behind(3)));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a\",\r\n가]{0,60}") {
            let _ = records(&text);
        }

        #[test]
        fn quoted_cells_come_back(rows in prop::collection::vec(prop::collection::vec("[a\",\r\n가]{1,9}", 1..4), 0..5)) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n";
            let text: String = rows.iter().map(line).collect();
            let read: Vec<Vec<String>> = records(&text).unwrap().into_iter().map(|it| it.cells).collect();
            prop_assert_eq!(read, rows);
        }
    }
}
