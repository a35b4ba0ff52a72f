//! What tells how somebody feels: which items, of which mood they speak, and for how long.

use beacon::Body;
use beacon::item::{BotTrait, Fact, Reaction, Signal};

use super::Mood;

/// Something that tells how somebody feels, or where they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// Presses in anger.
    RageClick,
    /// A press that nothing answered.
    DeadClick,
    /// The pointer was shaken.
    Thrash,
    /// An offer was sent away.
    Dismissed,
    /// A form resists.
    FormTrouble,
    /// Searches in vain.
    SearchMiss,
    /// Wavers over the cart.
    CartHesitation,
    /// Does less and less.
    Fading,
    /// Nobody answers.
    Waiting,
    /// Bought.
    Purchased,
    /// An offer was taken.
    Accepted,
    /// Put something into the cart.
    Added,
    /// It may be a program.
    BotEvidence,
    /// Makes for the exit.
    ExitIntent,
    /// Goes to and fro between products.
    Comparing,
    /// Talks to somebody.
    Chatting,
}

/// What a sign means.
pub(super) struct Meaning {
    pub(super) name: &'static str,
    pub(super) mood: Mood,
    /// In this time half of it is forgotten, milliseconds.
    pub(super) half_ms: u64,
}

const SECOND: u64 = 1_000;

/// Bots do not become people by waiting.
const LASTING: u64 = u64::MAX;

impl Sign {
    /// All of them; the discriminant is the index.
    pub const ALL: [Self; 16] = [
        Self::RageClick,
        Self::DeadClick,
        Self::Thrash,
        Self::Dismissed,
        Self::FormTrouble,
        Self::SearchMiss,
        Self::CartHesitation,
        Self::Fading,
        Self::Waiting,
        Self::Purchased,
        Self::Accepted,
        Self::Added,
        Self::BotEvidence,
        Self::ExitIntent,
        Self::Comparing,
        Self::Chatting,
    ];

    /// `rage_click`, `purchased` and so on: the name of what was reported, where there is one.
    pub fn name(self) -> &'static str {
        self.meaning().name
    }

    /// How long a feeling lasts. Where a signal has a span of its own it is that one: wavering is
    /// looked at over 120 s, waiting told after 30, 80 and 180 s (DESIGN, section 5). The others are
    /// set by hand: a press in vain is forgotten sooner than a form that does not take what was typed.
    pub(super) fn meaning(self) -> Meaning {
        use Mood::{Annoyed, Happy, Neutral, Struggling, Suspicious};
        let (name, mood, half_ms) = match self {
            Self::RageClick => ("rage_click", Annoyed, 60 * SECOND),
            Self::DeadClick => ("dead_click", Annoyed, 45 * SECOND),
            Self::Thrash => ("thrash", Annoyed, 30 * SECOND),
            Self::Dismissed => ("dismissed", Annoyed, 60 * SECOND),
            Self::FormTrouble => ("form_trouble", Struggling, 90 * SECOND),
            Self::SearchMiss => ("search_miss", Struggling, 90 * SECOND),
            Self::CartHesitation => ("cart_hesitation", Struggling, 120 * SECOND),
            Self::Fading => ("fading", Struggling, 60 * SECOND),
            Self::Waiting => ("waiting", Struggling, 120 * SECOND),
            Self::Purchased => ("purchased", Happy, 600 * SECOND),
            Self::Accepted => ("accepted", Happy, 120 * SECOND),
            Self::Added => ("added", Happy, 30 * SECOND),
            Self::BotEvidence => ("bot_evidence", Suspicious, LASTING),
            Self::ExitIntent => ("exit_intent", Neutral, 20 * SECOND),
            Self::Comparing => ("comparing", Neutral, 60 * SECOND),
            Self::Chatting => ("chatting", Neutral, 60 * SECOND),
        };
        Meaning { name, mood, half_ms }
    }

    /// What an item is a sign of, and how much it says, of [`MOST`](super::MOST) points. 0: not any
    /// more.
    ///
    /// A mood takes [`MOOD_POINTS`](super::MOOD_POINTS). What happens by itself now and then is worth
    /// less: something put into the cart, an offer sent away, a shaken pointer (5 times in 196 active
    /// minutes of office work) make no mood alone.
    pub(super) fn of(body: &Body) -> Option<(Self, u16)> {
        Some(match body {
            Body::Noticed(signal) => return Self::of_signal(signal),
            Body::Stated(Fact::Purchased { .. }) => (Self::Purchased, 80),
            Body::Stated(Fact::Added(_)) => (Self::Added, 15),
            Body::Answered(answer) => match answer.reaction {
                Reaction::Accepted => (Self::Accepted, 40),
                Reaction::Dismissed => (Self::Dismissed, 15),
                Reaction::Shown | Reaction::Expired | Reaction::Failed | Reaction::Rated { .. } => {
                    return None;
                }
            },
            _ => return None,
        })
    }

    fn of_signal(signal: &Signal) -> Option<(Self, u16)> {
        Some(match signal {
            Signal::RageClick { .. } => (Self::RageClick, 60),
            Signal::DeadClick { .. } => (Self::DeadClick, 25),
            Signal::Thrash { .. } => (Self::Thrash, 15),
            Signal::FormTrouble { .. } => (Self::FormTrouble, 40),
            Signal::SearchMiss { .. } => (Self::SearchMiss, 40),
            Signal::CartHesitation { level, .. } => {
                (Self::CartHesitation, 25 * u16::from(*level).min(3))
            }
            Signal::Fading { .. } => (Self::Fading, 15),
            Signal::Waiting { seconds } => (Self::Waiting, (*seconds / 2).clamp(30, 80)),
            Signal::BotEvidence { traits } => (Self::BotEvidence, programmed(*traits)),
            Signal::ExitIntent { .. } | Signal::ScrollExit { .. } => (Self::ExitIntent, 60),
            Signal::Comparing { .. } => (Self::Comparing, 60),
            _ => return None,
        })
    }
}

/// A browser that says it is driven is a program; the other traits are found in people, too.
fn programmed(traits: u8) -> u16 {
    let points = |it: BotTrait| match it {
        BotTrait::Driven => 100,
        BotTrait::Motion => 50,
        BotTrait::NoInput => 30,
    };
    BotTrait::ALL.into_iter().filter(|it| traits & it.bit() > 0).map(points).sum()
}
