//! What visitors say in a campaign's survey.

use std::collections::HashSet;

use nunchi_api::stats::Ratings;

use crate::store::scan::Row;

/// Scores and reasons of one campaign.
#[derive(Debug, Default)]
pub(super) struct Rated {
    people: HashSet<u32>,
    scores: [u64; 5],
    reasons: [u64; 5],
}

impl Rated {
    /// A `rated` row: a score, or the reason that was chosen after one.
    pub(super) fn add(&mut self, row: &Row, person: u32) {
        if row.detail > 0 {
            count(&mut self.reasons, row.detail);
        } else {
            self.people.insert(person);
            count(&mut self.scores, row.number);
        }
    }

    /// `None` where fewer than `below` people gave a score, or nobody did.
    pub(super) fn answer(&self, below: u64) -> Option<Ratings> {
        let people = self.people.len() as u64;
        let answers: u64 = self.scores.iter().sum();
        if answers == 0 || people < below {
            return None;
        }
        let sum: u64 = (1..).zip(self.scores).map(|(score, times)| score * times).sum();
        let satisfied = self.scores[3] + self.scores[4];
        Some(Ratings {
            people,
            answers,
            scores: self.scores,
            reasons: self.reasons,
            mean_hundredths: sum * 100 / answers,
            satisfied_permille: satisfied * 1_000 / answers,
        })
    }
}

/// One more at a place from 1; what is beyond the last, no page sends.
fn count(times: &mut [u64; 5], place: i64) {
    let place = usize::try_from(place).unwrap_or(0);
    if let Some(times) = times.get_mut(place.wrapping_sub(1)) {
        *times += 1;
    }
}
