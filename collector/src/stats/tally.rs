//! Small counters that questions share.

use std::collections::BTreeMap;

use nunchi_api::stats::Amount;

use crate::store::scan::{MISSING, Name, Names};

/// One row of counters for each name that was met, numbered as they came.
#[derive(Debug)]
pub(super) struct ByName<T> {
    /// By [`Name::index`]: number of the row and one; 0 is none.
    places: Vec<u32>,
    rows: Vec<(Name, T)>,
}

impl<T> Default for ByName<T> {
    fn default() -> Self {
        Self { places: Vec::new(), rows: Vec::new() }
    }
}

impl<T: Default> ByName<T> {
    /// The row of a name, and its number.
    pub(super) fn row(&mut self, name: Name) -> (usize, &mut T) {
        if name.index() >= self.places.len() {
            self.places.resize(name.index() + 1, 0);
        }
        let place = &mut self.places[name.index()];
        if *place == 0 {
            self.rows.push((name, T::default()));
            *place = u32::try_from(self.rows.len()).expect("fewer rows than names");
        }
        let number = *place as usize - 1;
        (number, &mut self.rows[number].1)
    }

    /// All rows by their numbers.
    pub(super) fn rows(&self) -> &[(Name, T)] {
        &self.rows
    }
}

/// Money summed up by currency.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums(BTreeMap<Name, i64>);

impl Sums {
    /// Adds an amount, if it is one.
    pub(super) fn add(&mut self, currency: Name, minor: i64) {
        if currency.is_some() && minor != MISSING {
            let sum = self.0.entry(currency).or_default();
            *sum = sum.saturating_add(minor);
        }
    }

    /// Adds another sum.
    pub(super) fn add_all(&mut self, other: &Self) {
        other.0.iter().for_each(|(currency, minor)| self.add(*currency, *minor));
    }

    /// In the order of the currencies' codes.
    pub(super) fn amounts(&self, names: &Names) -> Vec<Amount> {
        let amount = |(&currency, &minor): (&Name, &i64)| Amount {
            minor,
            currency: names.text(currency).into(),
        };
        let mut amounts: Vec<Amount> = self.0.iter().map(amount).collect();
        amounts.sort_by(|one, next| one.currency.cmp(&next.currency));
        amounts
    }
}

/// The lower median; 0 of nothing.
pub(super) fn median(values: &mut [u64]) -> u64 {
    if values.is_empty() {
        return 0;
    }
    let middle = (values.len() - 1) / 2;
    *values.select_nth_unstable(middle).1
}

/// A number that cannot be below zero, as a count.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn the_median_of_an_even_number_is_the_lower_one() {
        assert_eq!(median(&mut []), 0);
        assert_eq!(median(&mut [9, 1, 5]), 5);
        assert_eq!(median(&mut [9, 1, 5, 7]), 5);
    }
}
