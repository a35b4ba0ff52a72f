//! How somebody in the shop seems to feel and where they stand, each with its reasons: for the
//! people who run the shop. Decides nothing; pages never call it, so their module does not carry it.
//!
//! Fed with reported items. Every sign of a mood has points that fade; the mood with the most points
//! is shown, once it has enough. So the same items give the same mood at the same moment, and each
//! mood can say what it comes from.

mod sign;

use alloc::vec::Vec;

use beacon::Body;
use beacon::item::PageKind;

pub use sign::Sign;

/// What somebody seems to feel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mood {
    /// Nothing to see.
    #[default]
    Neutral,
    /// Found or bought something.
    Happy,
    /// Wants something and does not get there.
    Struggling,
    /// Something does not work.
    Annoyed,
    /// May be a program.
    Suspicious,
}

/// A part of the shop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Zone {
    /// Front page, account, and everything that is none of the others.
    #[default]
    Entrance,
    /// Lists of products.
    Aisle,
    /// One product.
    Shelf,
    /// Results of a search.
    SearchDesk,
    /// To and fro between products.
    Fitting,
    /// Cart, checkout and payment.
    Till,
    /// Talks to somebody, or waits for an answer.
    Lounge,
    /// The thank-you page, or about to leave.
    Exit,
}

/// Why somebody seems to feel something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What was noticed.
    pub sign: Sign,
    /// When it was noticed last, on the clock of [`Presence::take`].
    pub at: u64,
    /// What is left of it, of [`MOST`].
    pub points: u16,
}

/// Where somebody stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Which zone.
    pub zone: Zone,
    /// The sign that put them there; `None`: the page that they look at.
    pub because: Option<Sign>,
}

/// What is known of one visitor, in a few hundred bytes however long they stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    page: Option<PageKind>,
    traces: [Option<Trace>; Sign::ALL.len()],
}

/// What a sign left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Trace {
    at: u64,
    points: u16,
}

/// Points a mood takes to be shown: one clear sign, or two small ones at once.
pub const MOOD_POINTS: u16 = 20;

/// Most points of a sign, however often it comes.
pub const MOST: u16 = 100;

/// What puts somebody into a zone has at least so many points left: of 60 half, after one half-life.
const ZONE_POINTS: u16 = 30;

impl Presence {
    /// Takes a reported item; `at` is in milliseconds on one clock for the whole visit.
    pub fn take(&mut self, at: u64, body: &Body) {
        match body {
            Body::Viewed(view) => {
                self.page = Some(view.page);
                self.forget(Sign::ExitIntent);
            }
            // Who does something in the shop is not about to leave it.
            Body::Stated(_) => self.forget(Sign::ExitIntent),
            _ => {}
        }
        match Sign::of(body) {
            Some((sign, 0)) => self.forget(sign),
            // Levels replace each other, the rest adds up.
            Some((sign @ (Sign::CartHesitation | Sign::Waiting | Sign::BotEvidence), points)) => {
                self.set(sign, at, points);
            }
            Some((sign, points)) => self.set(sign, at, self.points(sign, at) + points),
            None => {}
        }
        if let Some((Sign::Purchased, _)) = Sign::of(body) {
            self.forget(Sign::CartHesitation);
            self.forget(Sign::Fading);
        }
    }

    /// The visitor said something, or was told something, in a conversation.
    pub fn talk(&mut self, at: u64) {
        self.forget(Sign::Waiting);
        self.set(Sign::Chatting, at, 60);
    }

    /// What the visitor seems to feel at `now`, and why: what counts most first.
    pub fn mood(&self, now: u64) -> (Mood, Vec<Reason>) {
        use Mood::{Annoyed, Happy, Struggling, Suspicious};
        let felt = |mood| {
            let mut reasons = self.reasons(mood, now);
            reasons.sort_by_key(|it| core::cmp::Reverse((it.points, it.at)));
            (reasons.iter().map(|it| it.points).sum::<u16>(), mood, reasons)
        };
        // Of equals the graver one.
        let all = [Happy, Struggling, Annoyed, Suspicious].map(felt).into_iter();
        let most = all.max_by_key(|(points, mood, _)| (*points, *mood));
        most.filter(|(points, ..)| *points >= MOOD_POINTS)
            .map_or((Mood::Neutral, Vec::new()), |(_, mood, reasons)| (mood, reasons))
    }

    /// Where the visitor stands at `now`.
    pub fn place(&self, now: u64) -> Place {
        let because = |sign| self.points(sign, now) >= ZONE_POINTS;
        let by = |zone, sign| Place { zone, because: Some(sign) };
        let at_page = zone(self.page.unwrap_or(PageKind::Other));
        if because(Sign::Chatting) {
            by(Zone::Lounge, Sign::Chatting)
        } else if self.points(Sign::Waiting, now) > 0 && self.age(Sign::Waiting, now) <= WAITING_MS
        {
            by(Zone::Lounge, Sign::Waiting)
        } else if at_page != Zone::Exit && because(Sign::ExitIntent) {
            by(Zone::Exit, Sign::ExitIntent)
        } else if matches!(at_page, Zone::Aisle | Zone::Shelf) && because(Sign::Comparing) {
            by(Zone::Fitting, Sign::Comparing)
        } else {
            Place { zone: at_page, because: None }
        }
    }

    /// Whether the visitor talks to somebody at `now`.
    pub fn is_talking(&self, now: u64) -> bool {
        self.points(Sign::Chatting, now) >= ZONE_POINTS
    }

    fn reasons(&self, mood: Mood, now: u64) -> Vec<Reason> {
        let reason = |sign: Sign| {
            let trace = (*self.traces.get(sign as usize)?)?;
            let points = self.points(sign, now);
            (sign.meaning().mood == mood && points > 0).then_some(Reason {
                sign,
                at: trace.at,
                points,
            })
        };
        Sign::ALL.into_iter().filter_map(reason).collect()
    }

    fn set(&mut self, sign: Sign, at: u64, points: u16) {
        self.traces[sign as usize] = Some(Trace { at, points: points.min(MOST) });
    }

    fn forget(&mut self, sign: Sign) {
        self.traces[sign as usize] = None;
    }

    fn age(&self, sign: Sign, now: u64) -> u64 {
        self.traces[sign as usize].map_or(u64::MAX, |trace| now.saturating_sub(trace.at))
    }

    /// What is left: half after each half-life, in straight lines between.
    fn points(&self, sign: Sign, now: u64) -> u16 {
        let Some(trace) = self.traces[sign as usize] else { return 0 };
        let half_ms = sign.meaning().half_ms;
        let age = now.saturating_sub(trace.at);
        let halves = u32::try_from(age / half_ms).unwrap_or(u32::MAX);
        let left = u64::from(trace.points.checked_shr(halves).unwrap_or(0));
        let part = left.saturating_mul(age % half_ms) / half_ms.saturating_mul(2);
        u16::try_from(left.saturating_sub(part)).unwrap_or(0)
    }
}

impl Mood {
    /// `neutral`, `happy` and so on.
    pub fn name(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Happy => "happy",
            Self::Struggling => "struggling",
            Self::Annoyed => "annoyed",
            Self::Suspicious => "suspicious",
        }
    }
}

impl Zone {
    /// `entrance`, `search_desk` and so on.
    pub fn name(self) -> &'static str {
        match self {
            Self::Entrance => "entrance",
            Self::Aisle => "aisle",
            Self::Shelf => "shelf",
            Self::SearchDesk => "search_desk",
            Self::Fitting => "fitting",
            Self::Till => "till",
            Self::Lounge => "lounge",
            Self::Exit => "exit",
        }
    }
}

/// The zone of a page for who does nothing else.
fn zone(page: PageKind) -> Zone {
    match page {
        PageKind::Other | PageKind::Home | PageKind::Account => Zone::Entrance,
        PageKind::Category => Zone::Aisle,
        PageKind::Product => Zone::Shelf,
        PageKind::Search => Zone::SearchDesk,
        PageKind::Cart | PageKind::Checkout | PageKind::Payment => Zone::Till,
        PageKind::Thanks => Zone::Exit,
    }
}

/// Who waits is told of after 30, 80 and 180 s: so long after the last time nobody waits any more.
const WAITING_MS: u64 = 120_000;

#[cfg(test)]
mod tests {
    use super::*;
    use beacon::item::{Signal, Target};

    #[test]
    fn signs_stand_at_their_place() {
        for (index, sign) in Sign::ALL.into_iter().enumerate() {
            assert_eq!(sign as usize, index, "{}", sign.name());
        }
    }

    #[test]
    fn half_is_left_after_each_half_life_and_it_never_grows() {
        let mut presence = Presence::default();
        presence.take(0, &Body::Noticed(Signal::RageClick { presses: 3, target: Target::Link }));
        let left = |ms| presence.points(Sign::RageClick, ms);
        assert_eq!([0, 30_000, 60_000, 120_000, 600_000].map(left), [60, 45, 30, 15, 0]);
        let all: Vec<u16> = (0..700).map(|s| left(s * 1_000)).collect();
        assert!(all.is_sorted_by(|a, b| a >= b));
        assert_eq!(left(u64::MAX), 0);
    }

    #[test]
    fn a_program_stays_one() {
        let mut presence = Presence::default();
        presence.take(0, &Body::Noticed(Signal::BotEvidence { traits: 1 }));
        assert_eq!(presence.mood(u64::MAX - 1).0, Mood::Suspicious);
    }

    #[test]
    fn who_chatted_and_left_does_not_talk_for_ever() {
        let mut presence = Presence::default();
        presence.talk(1_000);
        assert_eq!(presence.place(30_000).zone, Zone::Lounge);
        assert!(presence.is_talking(61_000));
        assert!(!presence.is_talking(70_000));
        assert_eq!(presence.place(70_000), Place::default());
    }

    #[test]
    fn anger_adds_up_to_a_most() {
        let mut presence = Presence::default();
        for at in 0..9 {
            presence.take(at, &Body::Noticed(Signal::DeadClick { target: Target::Link }));
        }
        assert_eq!(presence.mood(8).1[0].points, MOST);
    }
}
