//! What a text is made of, for comparing: weighted features under 64-bit numbers.
//!
//! Latin words give their stem, the pair with the stem before, and their pieces of 2 to 5 letters, so
//! that a slip of the pen costs little. Other words give runs of 1 to 3 syllables, also across spaces,
//! for Korean is spaced as people like; where the meaning of a Korean word seldom lies, in its end and
//! in what only makes a request polite, syllables weigh less. No dictionary: a shop's words are its own.

use std::collections::BTreeMap;

use super::words::{ENDINGS, FILLERS, KOREAN_FILLERS};

/// Number and weight of each feature of `text`, by number; weights know nothing of other texts.
pub(super) fn features(text: &str) -> Vec<(u64, f32)> {
    let mut bag = Bag::default();
    let mut syllables = Vec::new();
    let mut before = None;
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    for word in words.take(WORDS_MAX) {
        let letters: Vec<char> = word.chars().take(LETTERS_MAX).collect();
        if letters.iter().all(char::is_ascii) {
            before = Some(add_latin(&mut bag, word, &letters, before.as_deref()));
        } else {
            before = None;
            add_syllables(&mut syllables, word, &letters);
            if let [first, second, ..] = letters[..] {
                bag.add(Family::Head, &[first, second], HEAD);
            }
        }
    }
    for (length, weight) in RUNS {
        for run in syllables.windows(length) {
            let letters: Vec<char> = run.iter().map(|(letter, _)| *letter).collect();
            let standing: f32 = run.iter().map(|(_, weight)| weight).product();
            bag.add(Family::Run, &letters, weight * standing);
        }
    }
    bag.weighed()
}

/// Returns the word's stem.
fn add_latin(bag: &mut Bag, word: &str, letters: &[char], before: Option<&str>) -> String {
    let importance = if FILLERS.binary_search(&word).is_ok() { FILLER } else { 1.0 };
    let stem = stem(word);
    let of_stem: Vec<char> = stem.chars().take(LETTERS_MAX).collect();
    bag.add(Family::Stem, &of_stem, importance);
    if let Some(before) = before {
        let pair: Vec<char> = before.chars().chain([' ']).chain(of_stem).collect();
        bag.add(Family::Pair, &pair, PAIR);
    }
    let framed: Vec<char> = [&['^'][..], letters, &['$']].concat();
    for (length, weight) in PIECES {
        for piece in framed.windows(length) {
            bag.add(Family::Piece, piece, weight * importance);
        }
    }
    stem
}

/// Syllables of a word with what they weigh by where they stand in it.
fn add_syllables(to: &mut Vec<(char, f32)>, word: &str, letters: &[char]) {
    let is_filler = KOREAN_FILLERS.binary_search(&word).is_ok();
    let ending = ending_length(letters);
    to.extend(letters.iter().enumerate().map(|(place, letter)| {
        let weight = match place {
            _ if is_filler => FILLER_SYLLABLE,
            0 | 1 => 1.0,
            2 => TAIL.sqrt(),
            _ => TAIL,
        };
        let is_ending = place >= letters.len() - ending;
        (*letter, if is_ending { weight * ENDING } else { weight })
    }));
}

/// How many of a word's last syllables are a particle or an ending; never the whole word.
fn ending_length(letters: &[char]) -> usize {
    let longest = letters.len().saturating_sub(1).min(ENDING_SYLLABLES_MAX);
    let is_known = |length: &usize| {
        let last: String = letters[letters.len() - length..].iter().collect();
        ENDINGS.binary_search(&last.as_str()).is_ok()
    };
    (1..=longest).rev().find(is_known).unwrap_or(0)
}

/// Cuts what English hangs on to words: cancelling, cancellation and cancels become `cancel`.
fn stem(word: &str) -> String {
    let endings = [
        "ations", "ation", "ally", "ings", "ing", "ies", "ied", "al", "ly", "es", "ed", "s", "y",
        "e",
    ];
    let cut =
        endings.iter().find_map(|ending| word.strip_suffix(ending).filter(|rest| rest.len() >= 3));
    let stem = cut.unwrap_or(word);
    let is_doubled = match *stem.as_bytes() {
        [_, .., one, other] => one == other && !b"aeious".contains(&one) && stem.len() > 3,
        _ => false,
    };
    stem[..stem.len() - usize::from(is_doubled)].into()
}

/// Features as they are found: the greatest weight of each, and how often it came.
#[derive(Default)]
struct Bag(BTreeMap<u64, (f32, f32)>);

impl Bag {
    fn add(&mut self, family: Family, letters: &[char], weight: f32) {
        let known = self.0.entry(number(family, letters)).or_default();
        *known = (known.0.max(weight), known.1 + 1.0);
    }

    /// What comes again counts, but less and less.
    fn weighed(self) -> Vec<(u64, f32)> {
        self.0
            .into_iter()
            .map(|(number, (weight, times))| (number, weight * (1.0 + times.ln())))
            .collect()
    }
}

/// FNV-1a over family and letters. Two features that share a number would count as one: with 64 bits
/// that does not happen by itself, and who makes it happen only confuses the bot about himself.
fn number(family: Family, letters: &[char]) -> u64 {
    let step = |number: u64, it: u32| (number ^ u64::from(it)).wrapping_mul(0x0100_0000_01b3);
    letters.iter().fold(step(0xcbf2_9ce4_8422_2325, family as u32), |number, letter| {
        let number = step(number, u32::from(*letter));
        number ^ (number >> 29)
    })
}

#[derive(Clone, Copy, Debug)]
enum Family {
    Stem,
    Pair,
    Piece,
    Run,
    Head,
}

// The weights below were chosen by cross-validation on the parts of Banking77, Bitext and paraKQC that
// lie in the shared data folder, in steps of about a fifth; near them the figures hardly change.

/// A pair of stems against a stem.
const PAIR: f32 = 0.4;

/// Pieces of words by their length in letters, the marks of a word's begin and end included.
const PIECES: [(usize, f32); 4] = [(2, 0.2), (3, 0.4), (4, 0.4), (5, 0.2)];

/// English words that say nothing of what is asked for.
const FILLER: f32 = 0.6;

/// Runs of syllables by their length.
const RUNS: [(usize, f32); 3] = [(1, 1.0), (2, 0.6), (3, 0.2)];

/// How a Korean word begins.
const HEAD: f32 = 0.2;

/// Syllables after the third; the third lies between.
const TAIL: f32 = 0.75;

/// Particles and endings.
const ENDING: f32 = 0.5;

/// Syllables of words that only make a request of it.
const FILLER_SYLLABLE: f32 = 0.7;

const ENDING_SYLLABLES_MAX: usize = 4;

/// Words and letters looked at: a question is a sentence, not a book.
const WORDS_MAX: usize = 60;
const LETTERS_MAX: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_english_hangs_on_to_words_is_cut() {
        for (words, expected) in [
            ("cancel cancels cancelled cancelling cancellation", "cancel"),
            ("order orders ordered ordering", "order"),
            ("pay pays paying", "pay"),
            ("delivery deliveries", "deliver"),
        ] {
            for word in words.split(' ') {
                assert_eq!(stem(word), expected, "{word}");
            }
        }
        for word in ["", "a", "ss", "s", "ing", "address", "bill"] {
            assert!(stem(word).len() <= word.len(), "{word}");
        }
    }

    #[test]
    fn particles_and_endings_are_found_but_are_never_the_whole_word() {
        let length = |word: &str| ending_length(&word.chars().collect::<Vec<_>>());
        assert_eq!([length("배송비는"), length("반품하세요"), length("쿠폰")], [1, 3, 0]);
        assert_eq!([length("는"), length("주세요"), length("")], [0, 2, 0]);
    }

    proptest! {
        #[test]
        fn any_text_gives_ordered_features_of_sound_weight(text in "\\PC{0,300}") {
            let features = features(&text);
            prop_assert!(features.windows(2).all(|pair| pair[0].0 < pair[1].0));
            prop_assert!(features.iter().all(|(_, weight)| weight.is_finite() && *weight > 0.0));
        }
    }

    #[test]
    fn a_book_is_looked_at_no_longer_than_a_sentence() {
        let book = "반품교환배송쿠폰 returnable ".repeat(50_000);
        assert!(features(&book).len() < 400);
        assert!(features(&"가".repeat(1_000_000)).len() < 100);
    }
}
