//! How alike are a question and the phrasings we know? Cosine of weighted features.
//!
//! Features: Korean words give their pairs of syllables, so that endings and particles (배송비가,
//! 배송비는) cost little; other words give their stem, and with less weight their triples of letters,
//! so that a slip of the pen costs little. Each feature weighs by how few entries have it (idf), and
//! features nobody has weigh on the question, so that a strange question is like nothing.

use std::collections::{BTreeMap, BTreeSet};

/// Phrasings of entries, ready to be compared with a question.
#[derive(Debug)]
pub(super) struct Ranking {
    /// How much a feature weighs.
    idf: BTreeMap<String, f64>,
    idf_of_strangers: f64,
    phrasings: Vec<Phrasing>,
}

#[derive(Debug)]
struct Phrasing {
    entry: usize,
    weights: BTreeMap<String, f64>,
    norm: f64,
}

impl Ranking {
    /// Takes entries by their place, each with its phrasings.
    pub(super) fn new<'a>(entries: impl Iterator<Item = (usize, &'a [String])>) -> Self {
        let entries: Vec<_> = entries.collect();
        let mut having = BTreeMap::<String, f64>::new();
        for (_, phrasings) in &entries {
            let features = phrasings.iter().flat_map(|text| features(text).into_keys());
            for feature in features.collect::<BTreeSet<_>>() {
                *having.entry(feature).or_default() += 1.0;
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a few hundred entries")]
        let count = entries.len() as f64;
        let idf: BTreeMap<String, f64> = having
            .into_iter()
            .map(|(feature, having)| (feature, (1.0 + count / having).ln()))
            .collect();
        let idf_of_strangers = (1.0 + count).ln() * STRANGER;
        let mut ranking = Self { idf, idf_of_strangers, phrasings: Vec::new() };
        for (entry, phrasings) in entries {
            for text in phrasings {
                let (weights, norm) = ranking.weigh(text);
                ranking.phrasings.push(Phrasing { entry, weights, norm });
            }
        }
        ranking
    }

    /// Entries and their likeness to `text`, from 0 to 1, the most alike first; an entry is as alike
    /// as the nearest of its phrasings. Entries with nothing in common are left out.
    pub(super) fn rank(&self, text: &str) -> Vec<(usize, f64)> {
        let (weights, norm) = self.weigh(text);
        let mut best = BTreeMap::<usize, f64>::new();
        for phrasing in &self.phrasings {
            let common = weights.iter().filter_map(|(feature, weight)| {
                phrasing.weights.get(feature).map(|other| weight * other)
            });
            let product: f64 = common.sum();
            if product > 0.0 {
                let likeness = product / (norm * phrasing.norm);
                let best = best.entry(phrasing.entry).or_default();
                *best = best.max(likeness);
            }
        }
        let mut ranked: Vec<_> = best.into_iter().collect();
        ranked.sort_by(|one, other| other.1.total_cmp(&one.1));
        ranked
    }

    fn weigh(&self, text: &str) -> (BTreeMap<String, f64>, f64) {
        let mut weights = features(text);
        for (feature, weight) in &mut weights {
            *weight *= self.idf.get(feature).copied().unwrap_or(self.idf_of_strangers);
        }
        let norm = weights.values().map(|weight| weight * weight).sum::<f64>().sqrt();
        (weights, norm)
    }
}

/// The features of a text and how much each counts before its idf.
fn features(text: &str) -> BTreeMap<String, f64> {
    let mut features = BTreeMap::new();
    let mut add = |feature: String, weight: f64| {
        let known = features.entry(feature).or_insert(0.0_f64);
        *known = known.max(weight);
    };
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    for word in words.take(WORDS_MAX) {
        if FILLERS.contains(&word) {
            continue;
        }
        let letters: Vec<char> = word.chars().take(LETTERS_MAX).collect();
        if letters.iter().any(|c| !c.is_ascii()) {
            add_syllables(&letters, &mut add);
        } else {
            add(stem(word), 1.0);
            let framed: Vec<char> = [&['^'][..], &letters, &['$']].concat();
            for triple in framed.windows(3) {
                add(triple.iter().collect(), TRIPLE);
            }
        }
    }
    features
}

/// Pairs of syllables; the first pair is where the meaning of a Korean word mostly lies.
fn add_syllables(letters: &[char], add: &mut impl FnMut(String, f64)) {
    if let [only] = letters {
        add(only.to_string(), 0.7);
    }
    for (place, pair) in letters.windows(2).enumerate() {
        add(pair.iter().collect(), if place == 0 { 1.0 } else { 0.6 });
    }
}

/// Cuts what English hangs on to words. Crude, and enough for a few hundred entries.
fn stem(word: &str) -> String {
    let endings = ["ally", "al", "ly", "ings", "ing", "ies", "ied", "es", "ed", "s", "y", "e"];
    let cut =
        endings.iter().find_map(|ending| word.strip_suffix(ending).filter(|rest| rest.len() >= 3));
    cut.unwrap_or(word).into()
}

/// Words that say nothing of what is asked for.
const FILLERS: [&str; 66] = [
    "a",
    "an",
    "the",
    "is",
    "are",
    "am",
    "was",
    "be",
    "do",
    "does",
    "did",
    "i",
    "you",
    "we",
    "it",
    "me",
    "my",
    "your",
    "to",
    "of",
    "for",
    "and",
    "or",
    "in",
    "on",
    "at",
    "with",
    "can",
    "could",
    "would",
    "will",
    "please",
    "there",
    "this",
    "that",
    "if",
    "have",
    "has",
    "so",
    "just",
    "any",
    "some",
    "about",
    "what",
    "who",
    "which",
    "today",
    "좀",
    "저",
    "제",
    "혹시",
    "그",
    "이",
    "것",
    "수",
    "있나요",
    "있어요",
    "있을까요",
    "되나요",
    "돼요",
    "될까요",
    "가능한가요",
    "가능해요",
    "알려",
    "주세요",
    "싶어요",
];

/// What a stranger's feature weighs against the rarest we know: polite words around a question
/// should not drown it.
const STRANGER: f64 = 0.55;

/// A triple of letters against a whole word.
const TRIPLE: f64 = 0.28;

/// Words and letters looked at: a question is a sentence, not a book.
const WORDS_MAX: usize = 60;
const LETTERS_MAX: usize = 24;
