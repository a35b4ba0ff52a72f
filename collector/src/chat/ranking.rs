//! How alike are a question and what we know? Cosines of weighted features, over an inverted index.
//!
//! A feature weighs by how few phrasings have it; features nobody has weigh on the question, so that a
//! strange question is like nothing. An entry is as alike as the nearest of its phrasings and all of
//! them together are, the latter counting twice: many phrasings say better what is meant than one.

use super::features::features;

/// Phrasings of entries, ready to be compared with a question.
#[derive(Debug, Default)]
pub(super) struct Ranking {
    /// Numbers of the features we know, in order; a feature's place here is its place below.
    known: Vec<u64>,
    idf: Vec<f32>,
    idf_of_strangers: f32,
    /// By feature: phrasings that have it, and its part in them.
    in_phrasings: Vec<Vec<(u32, f32)>>,
    /// By feature: entries of several phrasings that have it, and the sum of its parts in those.
    in_entries: Vec<Vec<(u32, f32)>>,
    /// By phrasing: whose it is.
    owners: Vec<u32>,
    /// By entry.
    wholes: Vec<Whole>,
    sure: f32,
}

/// All phrasings of an entry as one.
#[derive(Clone, Copy, Debug)]
struct Whole {
    /// Length of their sum.
    length: f32,
    /// Else it is the phrasing itself.
    is_of_several: bool,
}

/// An entry and how alike it is to what was asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ranked {
    /// Its place among the entries.
    pub(super) entry: usize,
    /// 0 to 1.
    pub(super) likeness: f32,
}

impl Ranking {
    /// Takes all entries with their phrasings; an entry without any is never found. More than four
    /// thousand million phrasings are not taken.
    pub(super) fn new<'a>(entries: impl Iterator<Item = &'a [String]>) -> Self {
        let mut ranking = Self::default();
        let mut texts = Vec::new();
        for (entry, phrasings) in (0..).zip(entries) {
            ranking.wholes.push(Whole { length: 0.0, is_of_several: phrasings.len() > 1 });
            for text in phrasings {
                ranking.owners.push(entry);
                texts.push(features(text));
            }
        }
        ranking.weigh(&texts);
        for (phrasing, text) in (0..).zip(&texts) {
            ranking.file(phrasing, text);
        }
        ranking.sure = ranking.calibrated(&texts);
        ranking
    }

    /// The `most` entries that are most alike to `text`, the most alike first. Entries with nothing in
    /// common are left out.
    pub(super) fn rank(&self, text: &str, most: usize) -> Vec<Ranked> {
        let mut ranked = self.compare(&features(text), None);
        let order = |one: &Ranked, other: &Ranked| {
            other.likeness.total_cmp(&one.likeness).then(one.entry.cmp(&other.entry))
        };
        if ranked.len() > most {
            // All of ten thousand need not be put in order for the sake of three.
            ranked.select_nth_unstable_by(most, order);
            ranked.truncate(most);
        }
        ranked.sort_by(order);
        ranked
    }

    /// From this likeness on the first entry is taken for what was meant.
    ///
    /// Measured at the phrasings themselves: each is asked as if it were not known, and what all but
    /// [`REFUSED`] of them reach is enough, within bounds. So a knowledge base of many close phrasings
    /// is as strict as it can be, and one of few is not stricter than it may be.
    pub(super) fn sure(&self) -> f32 {
        self.sure
    }

    fn weigh(&mut self, texts: &[Vec<(u64, f32)>]) {
        let mut numbers: Vec<u64> = texts.iter().flatten().map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        let phrasings = float(texts.len());
        for same in numbers.chunk_by(|one, other| one == other) {
            self.known.push(same[0]);
            self.idf.push(rarity(phrasings / float(same.len())));
        }
        self.idf_of_strangers = rarity(phrasings);
        self.in_phrasings = vec![Vec::new(); self.known.len()];
        self.in_entries = vec![Vec::new(); self.known.len()];
    }

    fn file(&mut self, phrasing: u32, text: &[(u64, f32)]) {
        let (weights, length) = self.vector(text);
        let owner = self.owners[phrasing as usize];
        let whole = &mut self.wholes[owner as usize];
        let mut square = whole.length * whole.length;
        for (feature, weight) in weights {
            let part = weight / length;
            self.in_phrasings[feature].push((phrasing, part));
            if !whole.is_of_several {
                continue;
            }
            let of_entries = &mut self.in_entries[feature];
            // Entries come in order, so that the last one is this one if it has the feature already.
            if let Some((_, sum)) = of_entries.last_mut().filter(|(entry, _)| *entry == owner) {
                square += part * (part + 2.0 * *sum);
                *sum += part;
            } else {
                square += part * part;
                of_entries.push((owner, part));
            }
        }
        whole.length = square.sqrt();
    }

    /// Features we know with their weights, and the length with those that we do not know.
    fn vector(&self, text: &[(u64, f32)]) -> (Vec<(usize, f32)>, f32) {
        let mut square = 0.0;
        let mut weights = Vec::with_capacity(text.len());
        for (number, weight) in text {
            let place = self.known.binary_search(number).ok();
            let weight = weight * place.map_or(self.idf_of_strangers, |place| self.idf[place]);
            square += weight * weight;
            weights.extend(place.map(|place| (place, weight)));
        }
        (weights, square.sqrt())
    }

    /// All entries that have something in common with a text, in their own order; the phrasing
    /// `without` is left out.
    fn compare(&self, text: &[(u64, f32)], without: Option<usize>) -> Vec<Ranked> {
        let (weights, length) = self.vector(text);
        let mut products = vec![0.0_f32; self.owners.len()];
        let mut sums = vec![0.0_f32; self.wholes.len()];
        for (feature, weight) in weights {
            let part = weight / length;
            for (phrasing, other) in &self.in_phrasings[feature] {
                products[*phrasing as usize] += part * other;
            }
            for (entry, other) in &self.in_entries[feature] {
                sums[*entry as usize] += part * other;
            }
        }
        let mut nearest = vec![0.0_f32; self.wholes.len()];
        for (phrasing, (owner, product)) in self.owners.iter().zip(&products).enumerate() {
            if without != Some(phrasing) {
                let nearest = &mut nearest[*owner as usize];
                *nearest = nearest.max(*product);
            }
        }
        let left_out = without.map(|phrasing| self.owners[phrasing] as usize);
        let entries = nearest.into_iter().zip(sums).zip(&self.wholes).enumerate();
        entries
            .filter(|(_, ((nearest, _), _))| *nearest > 0.0)
            .map(|(entry, ((nearest, sum), whole))| {
                let of_whole = match whole.length {
                    _ if !whole.is_of_several => nearest,
                    // The text is the phrasing left out: what it adds to the whole is taken away.
                    length if left_out == Some(entry) => {
                        (sum - 1.0) / (length * length - 2.0 * sum + 1.0).max(1.0).sqrt()
                    }
                    length => sum / length,
                };
                let likeness = (nearest + WHOLE * of_whole) / (1.0 + WHOLE);
                Ranked { entry, likeness: likeness.clamp(0.0, 1.0) }
            })
            .collect()
    }

    fn calibrated(&self, texts: &[Vec<(u64, f32)>]) -> f32 {
        let has_others =
            |phrasing: &usize| self.wholes[self.owners[*phrasing] as usize].is_of_several;
        let asked: Vec<usize> = (0..texts.len()).filter(has_others).collect();
        if asked.len() < ASKED_MIN {
            return SURE_UNLESS_MEASURED;
        }
        let step = asked.len().div_ceil(ASKED_MAX);
        let best = |phrasing: &usize| {
            let ranked = self.compare(&texts[*phrasing], Some(*phrasing));
            ranked.iter().map(|it| it.likeness).fold(0.0, f32::max)
        };
        let mut reached: Vec<f32> = asked.iter().step_by(step).map(best).collect();
        reached.sort_by(f32::total_cmp);
        reached[reached.len() * REFUSED.0 / REFUSED.1].clamp(SURE_MIN, SURE_MAX)
    }
}

/// What a feature weighs that one in so many phrasings has.
fn rarity(one_in: f32) -> f32 {
    let idf = (1.0 + one_in).ln();
    // The power of 3/4: plain idf makes too much of rare slips where an entry has many phrasings.
    idf.sqrt() * idf.sqrt().sqrt()
}

#[expect(clippy::cast_precision_loss, reason = "a feature's weight needs no seven digits")]
fn float(count: usize) -> f32 {
    count as f32
}

/// What all phrasings together count against the nearest of them. Chosen as the weights of features
/// are: on Banking77, 1 gives .865 and 3 as much as 2.
const WHOLE: f32 = 2.0;

/// Of the phrasings that the bot is measured by, so many of so many may be refused.
const REFUSED: (usize, usize) = (3, 200);

/// Phrasings that are enough to measure by, and as many as are looked at.
const ASKED_MIN: usize = 200;
const ASKED_MAX: usize = 1_000;

/// Between the questions of `bot`'s tests that are answered right and those that nothing answers: the
/// least sure of the former reach .40, among the latter two words in common make .37.
const SURE_UNLESS_MEASURED: f32 = 0.38;
const SURE_MIN: f32 = 0.3;
const SURE_MAX: f32 = 0.55;

#[cfg(test)]
mod tests;
