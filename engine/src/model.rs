//! How likely is a purchase, how likely is leaving: a trained sum of hinges, in whole numbers.
//!
//! [`Features`] is what a model looks at, [`Model`] what was learned. Both are the same in page,
//! collector and training, and give the same bits everywhere: no float is computed. Pages do not
//! build a model: [`Score::read`] walks its bytes and adds up.
//!
//! A term is `weight · max(0, value − knot)`, times a second value where two belong together. Terms
//! that share a value are one straight line with bends, so a term's part of the sum is a reason
//! that can be told. Nothing here decides: what a score means for a campaign is `decide`'s.

mod features;
mod forest;
pub(crate) mod hex;
mod logistic;
mod reach;
pub mod schema;

use alloc::vec::Vec;

use core::fmt;

use beacon::wire::{self, Reader, Wire};
use serde::{Deserialize, Serialize};

pub use features::Features;
pub use forest::{Forest, Split, Tree};
pub use logistic::millionths;
pub use reach::Reach;
use schema::{SCHEMA, fnv};

/// The model that is shipped: `engine/model/README.md` says how it was made and of what. It is for a
/// shop of which nothing is known yet, where one session in 31 is expected to buy.
pub const PRIOR: &[u8] = include_bytes!("../model/prior.bin");

/// Layout of the bytes; another one is refused.
pub const FORMAT: u8 = 2;

/// Largest model, bytes.
pub const MODEL_BYTES_MAX: usize = 4_096;

/// Where a term has no second value.
pub const ALONE: u8 = u8::MAX;

/// A trained model with two heads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// For which numbers it was made: [`schema::SCHEMA`] for [`Features`].
    pub schema: u32,
    /// Rate of purchases it was made for, ten-thousandths.
    pub rate: u16,
    /// Weights are in `2^-shift` logits a [`schema::ONE`].
    pub shift: u8,
    /// From which probabilities on a visitor counts as one who buys anyway, or leaves.
    pub bands: Bands,
    /// Logits when all values are zero, 65,536ths: of buying, of leaving.
    pub base: [i32; 2],
    /// What is added.
    pub terms: Vec<Term>,
}

/// One summand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// Which value.
    pub feature: u8,
    /// By which other value it is multiplied; [`ALONE`]: by none.
    pub with: u8,
    /// From where on it counts.
    pub knot: i16,
    /// What it adds to the logits of buying and of leaving.
    pub weights: [i16; 2],
}

/// Two probabilities, millionths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chances {
    /// Purchase in this session.
    pub buy: u32,
    /// This view is the session's last.
    pub leave: u32,
}

/// One value's part of both logits, thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Which value; [`schema::name`] says its name.
    pub feature: u8,
    /// Part of the logit of buying.
    pub buy: i32,
    /// Part of the logit of leaving.
    pub leave: i32,
}

/// From which probabilities on, thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bands {
    /// Buys anyway: an incentive would be given away.
    pub buys: u16,
    /// Leaves: too late for all but the last word.
    pub leaves: u16,
}

/// The three sorts of visitor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// Will buy anyway.
    Buys,
    /// Neither: whom to help.
    #[default]
    Undecided,
    /// Is about to leave.
    Leaves,
}

/// What a page makes of a visitor: [`Chances`] in thousandths, and the sort they make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Purchase in this session.
    pub buy_permille: u16,
    /// This view is the session's last.
    pub leave_permille: u16,
    /// Which sort of visitor this is.
    pub band: Band,
}

impl Score {
    /// What published bytes make of a session; `None` for bytes that are no model for
    /// [`Features`]. The same as [`Model::chances`] of what [`Model::decode`] reads.
    pub fn read(bytes: &[u8], features: &Features) -> Option<Self> {
        let mut from = Reader::new(bytes);
        let head = Head::read(&mut from);
        let (terms, mut sums) = (from.bytes(), [0; 2]);
        each_term(terms, |term| term.add(&|at| features.value(at), &mut sums));
        let is_known = head.format == FORMAT && head.schema == SCHEMA && head.shift <= SHIFT_MAX;
        let is_whole = from.is_done() && terms.len() % TERM_BYTES == 0;
        let is_model = is_known && is_whole && bytes.len() <= MODEL_BYTES_MAX;
        let [buy, leave] = head.logits(sums);
        is_model.then(|| head.bands.score([millionths(buy), millionths(leave)]))
    }
}

/// Why bytes are not a model that can be used: keep the one that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelError {
    /// More than [`MODEL_BYTES_MAX`].
    TooLarge,
    /// Another layout than [`FORMAT`].
    Format,
    /// Not a model.
    Malformed,
    /// Made for other numbers than these.
    Schema,
}

impl Model {
    /// Reads a model for [`Features`].
    ///
    /// # Errors
    /// [`ModelError`] names the first thing that is wrong.
    pub fn decode(bytes: &[u8]) -> Result<Self, ModelError> {
        Self::decode_for(SCHEMA, bytes)
    }

    /// Reads a model for other numbers, such as a data set's columns.
    ///
    /// # Errors
    /// As [`Self::decode`].
    pub fn decode_for(schema: u32, bytes: &[u8]) -> Result<Self, ModelError> {
        let mut from = open(bytes)?;
        let Head { schema: made_for, rate, shift, bands, base, .. } = Head::read(&mut from);
        let terms_bytes = from.bytes();
        let mut terms = Vec::new();
        each_term(terms_bytes, |term| terms.push(term));
        let model = Self { schema: made_for, rate, shift, bands, base, terms };
        if !from.is_done() || shift > SHIFT_MAX || terms_bytes.len() % TERM_BYTES > 0 {
            return Err(ModelError::Malformed);
        }
        if made_for == schema { Ok(model) } else { Err(ModelError::Schema) }
    }

    /// Its bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = wire::to_bytes(&self.head());
        let terms: Vec<u8> = self.terms.iter().flat_map(|it| it.bytes()).collect();
        wire::write_bytes(&terms, &mut bytes);
        bytes
    }

    /// Its name: the hash of its bytes.
    pub fn id(&self) -> u32 {
        fnv(0x811c_9dc5, &self.encode())
    }

    /// The probabilities for these values.
    pub fn chances(&self, values: &[i16]) -> Chances {
        let [buy, leave] = self.logits(values).map(millionths);
        Chances { buy, leave }
    }

    /// The sums, 65,536ths of a logit.
    pub fn logits(&self, values: &[i16]) -> [i32; 2] {
        let mut sums = [0; 2];
        for term in &self.terms {
            term.add(&value_of(values), &mut sums);
        }
        self.head().logits(sums)
    }

    fn head(&self) -> Head {
        let Self { schema, rate, shift, bands, base, .. } = *self;
        Head { format: FORMAT, schema, rate, shift, bands, base }
    }

    /// The values whose parts of the logits are largest, largest first: why the chances are what
    /// they are. A value's part is what it adds to a session in which nothing was seen.
    pub fn reasons<const N: usize>(&self, values: &[i16]) -> [Reason; N] {
        let mut top = [Reason::default(); N];
        let mut at = 0;
        // Terms of one value stand together.
        while let Some(first) = self.terms.get(at) {
            let mut reason = Reason { feature: first.feature, ..Reason::default() };
            while let Some(term) = self.terms.get(at).filter(|it| it.feature == first.feature) {
                let part = term.part(&value_of(values)) * 1_000;
                let [buy, leave] =
                    term.weights.map(|it| clamp((part * i64::from(it)) >> (self.shift + ONE_BITS)));
                (reason.buy, reason.leave) = (reason.buy + buy, reason.leave + leave);
                at += 1;
            }
            let place = top.iter().take_while(|it| it.size() >= reason.size()).count();
            if let Some(rest) = top.get_mut(place..) {
                rest.rotate_right(usize::from(!rest.is_empty()));
                if let Some(it) = rest.first_mut() {
                    *it = reason;
                }
            }
        }
        top
    }

    /// Which sort of visitor this is.
    pub fn band(&self, chances: Chances) -> Band {
        self.bands.score([chances.buy, chances.leave]).band
    }
}

/// What stands before a model's terms.
struct Head {
    format: u8,
    schema: u32,
    rate: u16,
    shift: u8,
    bands: Bands,
    base: [i32; 2],
}

impl Head {
    /// Logits from the terms' sum, in 65,536ths.
    fn logits(&self, sums: [i64; 2]) -> [i32; 2] {
        // From 2^-(8 + shift) logits to 2^-16.
        let logit = |at: usize| i64::from(self.base[at]) + ((sums[at] << 8) >> (self.shift & 15));
        [clamp(logit(0)), clamp(logit(1))]
    }
}

impl Bands {
    /// From millionths.
    fn score(self, [buy, leave]: [u32; 2]) -> Score {
        let permille = |millionths: u32| u16::try_from(millionths / 1_000).unwrap_or(u16::MAX);
        let (buy_permille, leave_permille) = (permille(buy), permille(leave));
        let band = if buy_permille >= self.buys {
            Band::Buys
        } else if leave_permille >= self.leaves {
            Band::Leaves
        } else {
            Band::Undecided
        };
        Score { buy_permille, leave_permille, band }
    }
}

/// Terms have eight bytes each: faster to read than numbers of any length, and no longer.
#[expect(clippy::cast_possible_truncation, reason = "a word is taken apart")]
fn each_term(bytes: &[u8], mut visit: impl FnMut(Term)) {
    for bytes in bytes.chunks_exact(TERM_BYTES) {
        let word = bytes.try_into().map_or(0, u64::from_le_bytes);
        visit(Term {
            feature: word as u8,
            with: (word >> 8) as u8,
            knot: (word >> 16) as i16,
            weights: [(word >> 32) as i16, (word >> 48) as i16],
        });
    }
}

const TERM_BYTES: usize = 8;

impl Term {
    fn bytes(self) -> impl Iterator<Item = u8> {
        let [buy, leave] = self.weights;
        let numbers = [self.knot, buy, leave].into_iter().flat_map(i16::to_le_bytes);
        [self.feature, self.with].into_iter().chain(numbers)
    }

    /// What the weights are multiplied by, in units of [`schema::ONE`].
    pub fn part(&self, value: &impl Fn(u8) -> i16) -> i64 {
        let over = (i64::from(value(self.feature)) - i64::from(self.knot)).max(0);
        if self.with == ALONE { over } else { (over * i64::from(value(self.with))) >> ONE_BITS }
    }

    fn add(self, value: &impl Fn(u8) -> i16, sums: &mut [i64; 2]) {
        let part = self.part(value);
        let [buy, leave] = self.weights;
        sums[0] += part * i64::from(buy);
        sums[1] += part * i64::from(leave);
    }
}

/// For [`Term::part`]: values that are there.
pub fn value_of(values: &[i16]) -> impl Fn(u8) -> i16 {
    |at| values.get(usize::from(at)).copied().unwrap_or(0)
}

impl Reason {
    fn size(self) -> u32 {
        self.buy.unsigned_abs() + self.leave.unsigned_abs()
    }
}

/// A reader for either kind of model; the format's number is looked at and left.
fn open(bytes: &[u8]) -> Result<Reader<'_>, ModelError> {
    match bytes.first() {
        _ if bytes.len() > MODEL_BYTES_MAX => Err(ModelError::TooLarge),
        None => Err(ModelError::Malformed),
        Some(&FORMAT) => Ok(Reader::new(bytes)),
        Some(_) => Err(ModelError::Format),
    }
}

/// Finest unit of weights.
const SHIFT_MAX: u8 = 14;
const ONE_BITS: u8 = 8;

#[expect(clippy::cast_possible_truncation, reason = "clamped")]
fn clamp(value: i64) -> i32 {
    value.clamp(i64::from(-LOGIT_MAX), i64::from(LOGIT_MAX)) as i32
}

/// A sum never counts as more: 2^28, which is 4,096 logits.
const LOGIT_MAX: i32 = 1 << 28;

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "it has more than {MODEL_BYTES_MAX} bytes"),
            Self::Format => f.write_str("its format is not known"),
            Self::Malformed => f.write_str("the bytes are not a model"),
            Self::Schema => f.write_str("it was made for other numbers than pages have"),
        }
    }
}

impl core::error::Error for ModelError {}

beacon::wire!(struct Head { format, schema, rate, shift, bands, base });
beacon::wire!(enum Band { 0 => Buys, 1 => Undecided, 2 => Leaves });
beacon::wire!(struct Bands { buys, leaves });

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "small numbers of tests")]
mod tests;
