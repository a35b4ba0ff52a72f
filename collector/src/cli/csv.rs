//! Answers as CSV (RFC 4180): the fields of the JSON, one line a row. The first column says which list
//! of the answer a row is of; columns that its list does not have are empty.
//!
//! Texts come from visitors and shops. Spreadsheets take some of them for formulas, so that cells which
//! look like one are given an apostrophe in front (OWASP, *CSV Injection*), and all texts are quoted.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// An answer, with its heading line.
pub(super) fn sheet(answer: &Value) -> String {
    let mut rows = Vec::new();
    if let Some(answer) = answer.as_object() {
        rows_of("", answer, &mut rows);
    }
    let columns = columns(&rows);
    let heading = columns.iter().map(|column| text(column));
    let mut lines = vec![std::iter::once(text("part")).chain(heading).collect::<Vec<_>>()];
    lines.extend(rows.iter().map(|row| {
        let cells = columns.iter().map(|column| row.cells.get(column).map_or("", |it| &it.text));
        std::iter::once(text(&row.part)).chain(cells.map(Into::into)).collect()
    }));
    // Quoted line by line: the ends of lines are part of the format.
    lines.iter().map(|line| line.join(",") + "\r\n").collect()
}

/// One line, not yet in the order of columns.
#[derive(Debug)]
struct Row {
    part: String,
    cells: BTreeMap<String, Cell>,
}

#[derive(Debug)]
struct Cell {
    text: String,
    is_number: bool,
}

/// What stands in an answer, or in a part of one, as a row; then the rows of its lists and parts.
fn rows_of(part: &str, object: &Map<String, Value>, rows: &mut Vec<Row>) {
    let mut own = BTreeMap::new();
    let mut below = Vec::new();
    for (name, value) in object {
        let within = if part.is_empty() { name.clone() } else { format!("{part}.{name}") };
        match value {
            Value::Array(list) if list.iter().any(is_row) => {
                let list = list.iter().filter_map(Value::as_object);
                below.extend(list.map(|row| Row { part: within.clone(), cells: cells_of(row) }));
            }
            Value::Object(inner) if is_row(value) => rows_of(&within, inner, &mut below),
            _ => flatten(name, value, &mut own),
        }
    }
    if !own.is_empty() {
        rows.push(Row { part: if part.is_empty() { "answer" } else { part }.into(), cells: own });
    }
    rows.append(&mut below);
}

fn cells_of(row: &Map<String, Value>) -> BTreeMap<String, Cell> {
    let mut cells = BTreeMap::new();
    row.iter().for_each(|(name, value)| flatten(name, value, &mut cells));
    cells
}

fn is_row(value: &Value) -> bool {
    value.is_object() && !is_amount(value)
}

fn is_amount(value: &Value) -> bool {
    value.as_object().is_some_and(|it| it.len() == 2 && it.contains_key("minor"))
}

fn flatten(name: &str, value: &Value, cells: &mut BTreeMap<String, Cell>) {
    let mut put = |name: String, text: String, is_number| {
        cells.insert(name, Cell { text, is_number });
    };
    match value {
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) => put(name.into(), value.to_string(), true),
        Value::String(string) => put(name.into(), text(string), false),
        Value::Array(list) if list.iter().any(Value::is_string) => {
            let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            put(name.into(), text(&texts.join(" > ")), false);
        }
        // Lists within rows are left out: a row stays one line.
        Value::Array(list) => {
            let amounts = list.iter().filter(|it| is_amount(it));
            amounts.for_each(|amount| flatten(name, amount, cells));
        }
        Value::Object(object) => match (object.get("currency"), object.get("minor")) {
            (Some(Value::String(currency)), Some(minor)) => {
                put(format!("{name}.{currency}"), minor.to_string(), true);
            }
            _ => object.iter().for_each(|(inner, value)| {
                flatten(&format!("{name}.{inner}"), value, cells);
            }),
        },
    }
}

/// What rows are called first, then their figures; each by name.
fn columns(rows: &[Row]) -> Vec<String> {
    let mut is_number = BTreeMap::<&str, bool>::new();
    for (name, cell) in rows.iter().flat_map(|row| &row.cells) {
        *is_number.entry(name).or_insert(true) &= cell.is_number;
    }
    let mut columns: Vec<(bool, &str)> =
        is_number.into_iter().map(|(name, is)| (is, name)).collect();
    columns.sort_unstable();
    columns.into_iter().map(|(_, name)| name.into()).collect()
}

/// A text as a cell: quoted, and no formula.
fn text(text: &str) -> String {
    let defused = if is_formula(text) { "'" } else { "" };
    format!("\"{defused}{}\"", text.replace('"', "\"\""))
}

/// Whether a spreadsheet may take it for a formula: also in full width, and behind blanks that some cut
/// off.
fn is_formula(text: &str) -> bool {
    const STARTS: &str = "=+-@\t\r\n\0＝＋－＠";
    for c in text.chars() {
        if STARTS.contains(c) {
            return true;
        }
        if !c.is_whitespace() {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use serde_json::{Value, json};

    use super::{sheet, text};

    #[expect(clippy::needless_pass_by_value, reason = "reads better at the place of use")]
    fn check(answer: Value, expected: Expect) {
        expected.assert_eq(&sheet(&answer).replace("\r\n", "\n"));
    }

    #[test]
    fn a_row_is_a_line_and_its_list_stands_first() {
        let won = |minor: i64| json!([{ "minor": minor, "currency": "KRW" }]);
        check(
            json!({
                "rows": [
                    { "name": "tea, green", "sessions": 12, "revenue": won(-5) },
                    { "name": "say \"hi\"", "sessions": 3, "revenue": [], "evidence": [{ "at": 1 }] },
                ],
                "other": { "name": "", "sessions": 1, "revenue": won(7) },
                "views": 4,
            }),
            expect![[r#"
                "part","name","revenue.KRW","sessions","views"
                "answer",,,,4
                "other","",7,1,
                "rows","tea, green",-5,12,
                "rows","say ""hi""",,3,
            "#]],
        );
    }

    #[test]
    fn lists_of_texts_are_one_cell_and_arms_are_columns() {
        check(
            json!({
                "paths": [{ "steps": ["home", "cart"], "ended": 2 }],
                "rows": [{ "id": 1, "treated": { "visitors": 5 }, "uplift": { "low": -2.5 } }],
            }),
            expect![[r#"
                "part","steps","ended","id","treated.visitors","uplift.low"
                "paths","home > cart",2,,,
                "rows",,,1,5,-2.5
            "#]],
        );
    }

    #[test]
    fn nothing_that_a_visitor_wrote_becomes_a_formula() {
        let starts = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"];
        let bodies =
            ["1+1", "cmd|' /C calc'!A0", "HYPERLINK(\"//x\",\"y\")", "SUM(A1:A9)", "\"\",=1", ""];
        for start in starts {
            for body in bodies {
                for blank in ["", " ", "\u{a0}", "\u{3000}"] {
                    let written = format!("{blank}{start}{body}");
                    let cell = text(&written);
                    assert!(cell.starts_with("\"'") && cell.ends_with('"'), "{written:?}: {cell}");
                    let inside = &cell[2..cell.len() - 1];
                    assert_eq!(inside.replace("\"\"", "\""), written, "the text stays readable");
                    assert_eq!(
                        inside.matches('"').count() % 2,
                        0,
                        "no quote ends the cell: {cell}"
                    );
                }
            }
        }
        for plain in ["", "tea", "/p/tea?a=1", "a=b", "1-2", "차"] {
            assert_eq!(text(plain), format!("\"{plain}\""));
        }
    }
}
