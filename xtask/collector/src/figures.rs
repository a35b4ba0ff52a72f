//! What was measured, beside what it should be.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// Figures in the order in which they were measured.
#[derive(Debug, Default)]
pub(crate) struct Figures(Vec<Figure>);

#[derive(Debug)]
struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    bound: Option<Bound>,
}

#[derive(Clone, Copy, Debug)]
enum Bound {
    AtMost(f64),
    AtLeast(f64),
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= most,
            Self::AtLeast(least) => value >= least,
        }
    }
}

impl Figures {
    /// A figure that stands for itself.
    pub(crate) fn tell(&mut self, name: impl Into<String>, value: f64, unit: &'static str) {
        self.0.push(Figure { name: name.into(), value, unit, bound: None });
    }

    /// One that should not be larger.
    pub(crate) fn at_most(
        &mut self,
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
        most: f64,
    ) {
        let bound = Some(Bound::AtMost(most));
        self.0.push(Figure { name: name.into(), value, unit, bound });
    }

    /// One that should not be smaller.
    pub(crate) fn at_least(
        &mut self,
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
        least: f64,
    ) {
        let bound = Some(Bound::AtLeast(least));
        self.0.push(Figure { name: name.into(), value, unit, bound });
    }

    /// As a table in Markdown.
    pub(crate) fn table(&self) -> String {
        let mut table = String::from("| what | measured | wanted | |\n|---|--:|--:|---|\n");
        for Figure { name, value, unit, bound } in &self.0 {
            let (wanted, holds) = match bound {
                None => (String::new(), ""),
                Some(bound) => {
                    let (sign, limit) = match *bound {
                        Bound::AtMost(limit) => ('≤', limit),
                        Bound::AtLeast(limit) => ('≥', limit),
                    };
                    let holds = if bound.holds(*value) { "" } else { "**falls short**" };
                    (format!("{sign} {} {unit}", number(limit)), holds)
                }
            };
            let value = format!("{} {unit}", number(*value));
            let (value, wanted) = (value.trim(), wanted.trim());
            writeln!(table, "| {name} | {value} | {wanted} | {holds} |").expect("a text grows");
        }
        table
    }

    /// For programs.
    pub(crate) fn json(&self) -> Value {
        let rows = self.0.iter().map(|Figure { name, value, unit, bound }| {
            let (at_most, at_least) = match *bound {
                None => (None, None),
                Some(Bound::AtMost(most)) => (Some(most), None),
                Some(Bound::AtLeast(least)) => (None, Some(least)),
            };
            let holds = bound.map(|bound| bound.holds(*value));
            json!({ "name": name, "value": value, "unit": unit, "at_most": at_most,
                    "at_least": at_least, "holds": holds })
        });
        rows.collect()
    }
}

/// With as many digits as mean something.
fn number(value: f64) -> String {
    let digits = match value.abs() {
        0.0..10.0 => 2,
        10.0..100.0 => 1,
        _ => 0,
    };
    let text = format!("{value:.digits$}");
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
    let grouped = group(whole);
    rest.map_or(grouped.clone(), |rest| format!("{grouped}.{rest}"))
}

/// `1234567` as `1,234,567`.
fn group(whole: &str) -> String {
    let mut text = String::new();
    for (place, digit) in whole.char_indices() {
        let left = whole.len() - place;
        if place > 0 && left.is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The middle one, or the mean of the two in the middle; 0 of nothing.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => values[half],
        _ => f64::midpoint(values[half - 1], values[half]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_tells_what_falls_short() {
        let mut figures = Figures::default();
        figures.tell("requests", 1_234_567.8, "");
        figures.at_most("resident", 41.26, "MiB", 40.0);
        figures.at_least("ratio", 0.5, "", 0.5);
        let rows: Vec<_> = figures.table().lines().skip(2).map(str::to_owned).collect();
        assert_eq!(
            rows,
            [
                "| requests | 1,234,568 |  |  |",
                "| resident | 41.3 MiB | ≤ 40.0 MiB | **falls short** |",
                "| ratio | 0.50 | ≥ 0.50 |  |",
            ]
        );
    }

    #[test]
    fn the_median_of_an_even_number_lies_between() {
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]).to_bits(), 2.5_f64.to_bits());
        assert_eq!(median(vec![9.0, 1.0, 5.0]).to_bits(), 5.0_f64.to_bits());
    }
}
