//! What an attack comes to: `lost=0 duplicated=0 acked=200000`, and which of it falls short.

use std::fmt::{self, Display};

/// Figures in the order in which they are told.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    told: Vec<(&'static str, String)>,
    short: Vec<String>,
}

impl Figures {
    /// A figure that stands for itself.
    pub(crate) fn tell(&mut self, key: &'static str, value: impl Display) {
        self.told.push((key, value.to_string()));
    }

    /// A figure that must be 0.
    pub(crate) fn zero(&mut self, key: &'static str, value: usize) {
        self.at_most(key, value, 0);
    }

    /// A figure that must not be larger.
    pub(crate) fn at_most<T: PartialOrd + Display + Copy>(
        &mut self,
        key: &'static str,
        value: T,
        most: T,
    ) {
        self.must(key, value, value <= most, &format!("at most {most}"));
    }

    /// A figure that must not be smaller.
    pub(crate) fn at_least<T: PartialOrd + Display + Copy>(
        &mut self,
        key: &'static str,
        value: T,
        least: T,
    ) {
        self.must(key, value, value >= least, &format!("at least {least}"));
    }

    /// A figure that must be this.
    pub(crate) fn equal<T: PartialEq + Display + Copy>(
        &mut self,
        key: &'static str,
        value: T,
        right: T,
    ) {
        self.must(key, value, value == right, &right.to_string());
    }

    fn must(&mut self, key: &'static str, value: impl Display + Copy, holds: bool, right: &str) {
        if !holds {
            self.short.push(format!("{key} is {value}, expected {right}"));
        }
        self.tell(key, value);
    }

    /// Something that has no figure went wrong.
    pub(crate) fn wrong(&mut self, what: impl Into<String>) {
        self.short.push(what.into());
    }

    /// Each figure that is not what it must be, in words.
    pub(crate) fn falls_short(&self) -> &[String] {
        &self.short
    }
}

impl Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.told.iter().map(|(key, value)| format!("{key}={value}")).collect();
        f.write_str(&words.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_in_order_and_those_that_fall_short_named() {
        let mut figures = Figures::default();
        figures.zero("lost", 1);
        figures.at_least("acked", 5, 5);
        figures.at_most("gap_ms", 2_100, 2_000);
        figures.equal("kinds", 60, 60);
        assert_eq!(figures.to_string(), "lost=1 acked=5 gap_ms=2100 kinds=60");
        let short = ["lost is 1, expected at most 0", "gap_ms is 2100, expected at most 2000"];
        assert_eq!(figures.falls_short(), short);
    }
}
