//! Which rows of a breakdown are shown, and which are folded into `other`: the rule is told in
//! `nunchi_api::questions`, under *Folding*.

use super::people::Crowd;

/// What became of the rows of a breakdown.
#[derive(Debug)]
pub(super) struct Folded {
    /// Rows that are shown, in the order of the answer.
    pub(super) shown: Vec<usize>,
    /// Distinct people behind each row, by the row's number.
    pub(super) people: Vec<u64>,
    /// Rows that `other` is made of; empty when there is no `other`.
    pub(super) other: Vec<usize>,
    /// Distinct people behind `other`.
    pub(super) other_people: u64,
}

/// Folds `rows`, which are in the order of the answer, so that at most `rows_max` are left and none
/// that tells of fewer people than `below`.
pub(super) fn fold(crowd: &mut Crowd, rows: Vec<usize>, rows_max: usize, below: u64) -> Folded {
    let people = crowd.counts(rows.iter().max().map_or(0, |row| row + 1));
    let mut shown = Vec::new();
    let mut other = Vec::new();
    for row in rows {
        let stands = people[row] >= below && shown.len() < rows_max;
        if stands { &mut shown } else { &mut other }.push(row);
    }
    let mut together = Together::default();
    for row in &other {
        together.add(crowd, *row);
    }
    while !other.is_empty() && together.count < below {
        // The last of the smallest: `min_by_key` would give the first.
        let places = (0..shown.len()).rev();
        let Some(place) = places.min_by_key(|place| people[shown[*place]]) else {
            other.clear();
            break;
        };
        let row = shown.remove(place);
        together.add(crowd, row);
        other.push(row);
    }
    Folded { shown, people, other, other_people: together.count }
}

/// Distinct people of several rows.
#[derive(Debug, Default)]
struct Together {
    is_in: Vec<bool>,
    count: u64,
}

impl Together {
    fn add(&mut self, crowd: &Crowd, row: usize) {
        crowd.of_row(row, |person| {
            if person >= self.is_in.len() {
                self.is_in.resize(person + 1, false);
            }
            self.count += u64::from(!std::mem::replace(&mut self.is_in[person], true));
        });
    }
}

impl Folded {
    /// `other` made of the folded rows; `None` when it is absent.
    pub(super) fn other<T>(&self, make: impl FnOnce(&[usize]) -> T) -> Option<T> {
        (!self.other.is_empty()).then(|| make(&self.other))
    }

    /// Whether each row is in `other`, by the row's number.
    pub(super) fn is_other(&self) -> Vec<bool> {
        let mut is_other = vec![false; self.people.len()];
        for row in &self.other {
            is_other[*row] = true;
        }
        is_other
    }
}
