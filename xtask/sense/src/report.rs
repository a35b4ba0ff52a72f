//! Figures, as a table for people and as JSON for programs.

use std::fmt::Write as _;

/// What was found, set by set.
#[derive(Default)]
pub struct Report {
    pub(crate) sets: Vec<(&'static str, Vec<Entry>)>,
    pub(crate) skipped: Vec<&'static str>,
}

/// A named figure.
pub(crate) type Entry = (&'static str, Value);

/// A figure.
pub(crate) enum Value {
    Count(usize),
    /// A number and how many of its decimals mean something; none when nothing was there to divide by.
    Number(Option<f64>, usize),
    Group(Vec<Entry>),
}

impl Value {
    /// Thousandths, say .567.
    pub(crate) fn share(part: usize, whole: usize) -> Self {
        Self::quotient(part as u64, whole as u64, 3)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts and milliseconds, far below 2^52")]
    pub(crate) fn quotient(part: u64, whole: u64, decimals: usize) -> Self {
        Self::Number((whole > 0).then(|| part as f64 / whole as f64), decimals)
    }

    pub(crate) fn minutes(ms: u64) -> Self {
        Self::quotient(ms, 60_000, 2)
    }

    pub(crate) fn per_minute(count: usize, ms: u64) -> Self {
        Self::quotient(count as u64 * 60_000, ms, 3)
    }

    fn text(&self, none: &str) -> String {
        match self {
            Self::Count(count) => count.to_string(),
            Self::Number(Some(number), decimals) => format!("{number:.decimals$}"),
            Self::Number(None, _) => none.into(),
            Self::Group(entries) => {
                let pairs: Vec<_> = entries
                    .iter()
                    .map(|(name, it)| format!("\"{name}\":{}", it.text(none)))
                    .collect();
                format!("{{{}}}", pairs.join(","))
            }
        }
    }
}

impl Report {
    /// One object; its shape is in `--help`.
    pub fn json(&self) -> String {
        let set = |(name, entries): &(_, Vec<Entry>)| {
            let pairs = entries.iter().map(|(name, it)| format!(",\"{name}\":{}", it.text("null")));
            format!("{{\"set\":\"{name}\"{}}}", pairs.collect::<String>())
        };
        let sets: Vec<_> = self.sets.iter().map(set).collect();
        let skipped: Vec<_> = self.skipped.iter().map(|name| format!("\"{name}\"")).collect();
        format!("{{\"sets\":[{}],\"skipped\":[{}]}}\n", sets.join(","), skipped.join(","))
    }

    /// A block for each set, a line for each rule.
    pub fn table(&self) -> String {
        let mut text = String::new();
        for (name, entries) in &self.sets {
            writeln!(text, "{name}").expect("a string takes any text");
            for entry in entries {
                line(&mut text, entry);
            }
            text.push('\n');
        }
        for name in &self.skipped {
            writeln!(text, "{name}: not there, skipped").expect("a string takes any text");
        }
        text
    }
}

fn line(text: &mut String, (name, value): &Entry) {
    match value {
        Value::Group(entries) if entries.iter().any(|(_, it)| matches!(it, Value::Group(_))) => {
            for entry in entries {
                line(text, entry);
            }
        }
        Value::Group(entries) => {
            let words: Vec<_> =
                entries.iter().map(|(name, it)| format!("{name} {}", it.text("-"))).collect();
            writeln!(text, "  {name:<16} {}", words.join("  ")).expect("a string takes any text");
        }
        value => {
            writeln!(text, "  {name:<16} {}", value.text("-")).expect("a string takes any text");
        }
    }
}
