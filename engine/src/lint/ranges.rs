//! What a trigger asks for, in ranges.
//!
//! It is written out as alternatives, each a list of ranges and sets, one for each thing that is
//! measured. What leaves nothing in a range cannot hold.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use beacon::item::{PageKind, VisitorKind};

use super::said::{Said, both};
use crate::campaign::{Happening, Quantity, Trigger};
use crate::config::{HESITATION_LEVEL_MAX, SESSION_MS_MAX};
use crate::explain::{self, Language};
use crate::model::{Band, Reach};
use crate::schedule::Hours;
use crate::site::Audience;

/// One way for a trigger to hold: everything in it must.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Alternative {
    measures: BTreeMap<Key, Domain>,
    /// Schedules that must hold, all at once.
    hours: Vec<Hours>,
    /// What the shop's clock shows now.
    clock: i32,
}

/// What is measured.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// Times within a span, milliseconds; the whole session is the longest.
    Count(Happening, u64),
    /// Seconds since the last time.
    Since(Happening),
    Number(Quantity),
    Visitor,
    Device,
    Page,
    Band,
    /// Patterns are not taken apart: they hold or do not.
    Pattern(String),
}

/// What a measure may be. Kinds are sets of bits; whether a pattern holds is 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Domain {
    Range(i64, i64),
    Set(u32),
}

impl Domain {
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Range(a, b), Self::Range(c, d)) => Self::Range(a.max(c), b.min(d)),
            (Self::Set(a), Self::Set(b)) => Self::Set(a & b),
            // One key has one sort of domain.
            _ => self,
        }
    }

    fn is_empty(self) -> bool {
        match self {
            Self::Range(low, high) => low > high,
            Self::Set(bits) => bits == 0,
        }
    }

    fn is_within(self, other: Self) -> bool {
        self.and(other) == self
    }
}

impl Key {
    /// All that can be measured.
    fn whole(&self) -> Domain {
        match self {
            Self::Count(..) => Domain::Range(0, i64::from(u16::MAX)),
            Self::Since(_) => Domain::Range(-1, SESSION_S_MAX),
            Self::Number(what) => match what {
                Quantity::BuyPermille | Quantity::LeavePermille => Domain::Range(0, 1_000),
                Quantity::ScrollPercent => Domain::Range(0, 100),
                Quantity::HesitationLevel => Domain::Range(0, i64::from(HESITATION_LEVEL_MAX)),
                Quantity::DaysSincePurchase => Domain::Range(-1, i64::from(u16::MAX)),
                Quantity::Vip => Domain::Range(0, 1),
                Quantity::SessionSeconds => Domain::Range(0, SESSION_S_MAX),
                _ => Domain::Range(0, i64::from(i32::MAX)),
            },
            Self::Visitor | Self::Device | Self::Band => Domain::Set(0b111),
            Self::Page => Domain::Set(LOUD_PAGES),
            Self::Pattern(_) => Domain::Range(0, 1),
        }
    }

    /// As campaign files have it; in Korean as people say it.
    fn name(&self) -> Said {
        let said = |en: &str, ko: &str| Said { en: en.into(), ko: ko.into() };
        let happens = |of: Happening| (explain::happening(of), explain::happens(of, Language::Ko));
        match self {
            Self::Count(of, span) => {
                let (en, ko) = happens(*of);
                let seconds = span / 1_000;
                let is_always = *span == u64::MAX;
                if is_always {
                    said(en, ko)
                } else {
                    both!("{en} in {seconds} s", "{seconds}초 안의 {ko}")
                }
            }
            Self::Since(of) => {
                let (en, ko) = happens(*of);
                both!("since {en}", "{ko} 뒤 지난 시간")
            }
            Self::Number(what) => {
                said(explain::quantity(*what), explain::measure(*what, Language::Ko))
            }
            Self::Visitor => said("visitor", "방문자 종류"),
            Self::Device => said("device", "기기"),
            Self::Page => said("page", "페이지 종류"),
            Self::Band => said("band", "예측"),
            Self::Pattern(pattern) => Said::alike(pattern),
        }
    }
}

/// Pages on which something may be shown at all: not at the payment step or right after it.
const LOUD_PAGES: u32 = ((1 << (PageKind::Account as u32 + 1)) - 1)
    & !(1 << PageKind::Payment as u32 | 1 << PageKind::Thanks as u32);

/// What counts in a session is forgotten with it, seconds.
const SESSION_S_MAX: i64 = SESSION_MS_MAX.cast_signed() / 1_000;

impl Alternative {
    fn of(key: Key, domain: Domain) -> Self {
        Self { measures: BTreeMap::from([(key, domain)]), ..Self::default() }
    }

    fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for (key, domain) in &other.measures {
            let known = both.measures.entry(key.clone()).or_insert(*domain);
            *known = known.and(*domain);
        }
        both.hours.extend(&other.hours);
        both
    }

    /// What a thing may be, when also what other things say of it is taken into account: so often in
    /// a short span is at least as often in a longer one; who is new is here for the first time.
    fn domain(&self, key: &Key) -> Domain {
        let mut domain = key.whole();
        if *key == Key::Number(Quantity::Visits) && self.is_new() {
            domain = domain.and(Domain::Range(0, 1));
        }
        if let Some(said) = self.measures.get(key) {
            domain = domain.and(*said);
        }
        if let Key::Count(of, span) = key {
            for (other, said) in &self.measures {
                match (other, said) {
                    (Key::Count(it, shorter), Domain::Range(low, _))
                        if it == of && shorter < span =>
                    {
                        domain = domain.and(Domain::Range(*low, i64::MAX));
                    }
                    _ => {}
                }
            }
        }
        domain
    }

    fn is_new(&self) -> bool {
        let new = bits([VisitorKind::New as u32].into_iter());
        self.domain(&Key::Visitor).is_within(new)
    }

    /// Nothing that can be measured breaks it.
    pub(super) fn is_always(&self) -> bool {
        self.measures.iter().all(|(key, said)| key.whole().is_within(*said))
    }

    /// Why it cannot hold.
    pub(super) fn contradiction(&self) -> Option<Said> {
        let Some(key) = self.measures.keys().find(|key| self.domain(key).is_empty()) else {
            return self.never_comes();
        };
        let says = match (key, self.measures.get(key)) {
            (Key::Pattern(patterns), _) if patterns.ends_with(' ') => {
                both!("has no pattern to match", "맞춰 볼 패턴이 없어요")
            }
            (Key::Pattern(_), _) => {
                both!("must match and must not", "맞아야 하면서 맞지 않아야 해요")
            }
            (_, Some(Domain::Range(low, high))) if low > high => {
                both!(
                    "must be at least {low} and at most {high}",
                    "{low} 이상이면서 {high} 이하여야 해요"
                )
            }
            (_, Some(Domain::Range(low, i64::MAX))) => {
                both!("cannot be {low} or more then", "그때는 {low} 이상일 수 없어요")
            }
            (_, Some(Domain::Range(_, high))) => {
                both!("cannot be {high} or less then", "그때는 {high} 이하일 수 없어요")
            }
            (Key::Page, _) => both!(
                "is none on which something may be shown (payment and thanks are quiet)",
                "무언가를 보여 줄 수 있는 곳이 없어요(결제와 주문 완료 페이지는 조용히 둬요)"
            ),
            _ => both!("can be none of what is asked for", "원하는 값이 될 수 없어요"),
        };
        Some(key.name().and(&says))
    }

    /// That the times it asks for are over, or have no minute in common.
    fn never_comes(&self) -> Option<Said> {
        let is_over = !self.hours.is_empty() && !Hours::meet(&self.hours, self.clock);
        is_over.then(|| {
            let asked = self.measures.keys().filter_map(|key| match key {
                Key::Pattern(text) if text.starts_with("schedule") => Some(text.as_str()),
                _ => None,
            });
            let asked = asked.collect::<Vec<_>>().join(" and ");
            both!("{asked} does not come any more", "{asked}: 이 시각은 다시 오지 않아요")
        })
    }

    /// What it asks of the score that the pack's model never says.
    pub(super) fn beyond(&self, reach: &Reach) -> Option<Said> {
        let [buy, leave] = [
            (Quantity::BuyPermille, reach.buy_permille),
            (Quantity::LeavePermille, reach.leave_permille),
        ]
        .map(|(what, [low, high])| (Key::Number(what), Domain::Range(low.into(), high.into())));
        let bands = (0..).zip(reach.bands).map(|(at, can)| u32::from(can) << at).sum();
        [buy, leave, (Key::Band, Domain::Set(bands))].into_iter().find_map(|(key, said)| {
            let asked = self.measures.get(&key)?;
            let can = match said {
                Domain::Range(low, high) => format!("{low} to {high}"),
                Domain::Set(bits) => {
                    let names = [Band::Buys, Band::Undecided, Band::Leaves];
                    let names = names.into_iter().filter(|&it| bits >> it as u32 & 1 > 0);
                    names.map(explain::band).collect::<Vec<_>>().join(" or ")
                }
            };
            let Said { en, ko } = key.name();
            let told = both!(
                "by the pack's model {en} is {can}, never else",
                "지금 모델에서 {ko}은(는) {can}뿐이에요"
            );
            asked.and(said).is_empty().then_some(told)
        })
    }

    /// Whether the other one holds whenever this one does.
    fn implies(&self, other: &Self) -> bool {
        other.measures.iter().all(|(key, said)| self.domain(key).is_within(key.whole().and(*said)))
    }
}

/// Whether the second holds whenever the first does.
pub(super) fn implies(first: &[Alternative], second: &[Alternative]) -> bool {
    let mut possible = first.iter().filter(|it| it.contradiction().is_none()).peekable();
    possible.peek().is_some() && possible.all(|it| second.iter().any(|other| it.implies(other)))
}

/// Alternatives of a trigger; more than so many are not looked into.
const ALTERNATIVES_MAX: usize = 256;

/// The ways in which the trigger may hold when the shop's clock shows this; `None` where there are
/// too many of them.
pub(super) fn alternatives(trigger: &Trigger, clock: i32) -> Option<Vec<Alternative>> {
    let mut ways = expand(trigger, true)?;
    for way in &mut ways {
        way.clock = clock;
    }
    Some(ways)
}

/// The ways in which the trigger holds, or in which it does not.
fn expand(trigger: &Trigger, holds: bool) -> Option<Vec<Alternative>> {
    match (trigger, holds) {
        (Trigger::Not(part), _) => expand(part, !holds),
        (Trigger::Audience(Audience { trigger: Some(part), .. }), _) => expand(part, holds),
        (Trigger::All(parts), true) | (Trigger::Any(parts), false) => {
            let mut all = vec![Alternative::default()];
            for part in parts {
                let ways = expand(part, holds)?;
                all = all.iter().flat_map(|it| ways.iter().map(|way| it.and(way))).collect();
                if all.len() > ALTERNATIVES_MAX {
                    return None;
                }
            }
            Some(all)
        }
        (Trigger::Any(parts), true) | (Trigger::All(parts), false) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(expand(part, holds)?);
            }
            (all.len() <= ALTERNATIVES_MAX).then_some(all)
        }
        (leaf, _) => Some(leaf_ways(leaf, holds)),
    }
}

fn leaf_ways(leaf: &Trigger, holds: bool) -> Vec<Alternative> {
    let (key, domain) = match leaf {
        Trigger::Count { of, at_least, within_s } => {
            let span = if *within_s == 0 { u64::MAX } else { u64::from(*within_s) * 1_000 };
            (Key::Count(*of, span), Domain::Range(i64::from(*at_least), i64::MAX))
        }
        Trigger::Since { of, at_least_s } => {
            (Key::Since(*of), Domain::Range(i64::from(*at_least_s), i64::MAX))
        }
        Trigger::Is { what, min, max } => {
            // Who never bought is in no range of days.
            let least = if *what == Quantity::DaysSincePurchase { 0 } else { i64::MIN };
            let (low, high) = (min.map_or(least, i64::from), max.map_or(i64::MAX, i64::from));
            let low = low.max(least);
            (Key::Number(*what), Domain::Range(low, high))
        }
        Trigger::Visitor(kinds) => (Key::Visitor, bits(kinds.iter().map(|&it| it as u32))),
        Trigger::Device(devices) => (Key::Device, bits(devices.iter().map(|&it| it as u32))),
        Trigger::Page(pages) => (Key::Page, bits(pages.iter().map(|&it| it as u32))),
        Trigger::Band(bands) => (Key::Band, bits(bands.iter().map(|&it| it as u32))),
        Trigger::Path(globs) => pattern("path", globs),
        Trigger::Language(tags) => pattern("language", tags),
        Trigger::Source(globs) => pattern("source", globs),
        Trigger::Sequence { .. }
        | Trigger::CartHas { .. }
        | Trigger::Goal { .. }
        | Trigger::Schedule(_) => (Key::Pattern(explain::asked(leaf)), Domain::Range(1, 1)),
        Trigger::All(_) | Trigger::Any(_) | Trigger::Not(_) | Trigger::Audience(_) => {
            return Vec::new();
        }
    };
    if holds {
        let hours = match leaf {
            Trigger::Schedule(schedule) => vec![Hours::from(schedule)],
            _ => Vec::new(),
        };
        return vec![Alternative { hours, ..Alternative::of(key, domain) }];
    }
    match domain {
        Domain::Set(bits) => vec![Alternative::of(key, Domain::Set(!bits))],
        Domain::Range(low, high) => {
            let below = low.checked_sub(1).map(|top| Domain::Range(i64::MIN, top));
            let above = high.checked_add(1).map(|bottom| Domain::Range(bottom, i64::MAX));
            let ways = below.into_iter().chain(above);
            ways.map(|domain| Alternative::of(key.clone(), domain)).collect()
        }
    }
}

fn bits(numbers: impl Iterator<Item = u32>) -> Domain {
    Domain::Set(numbers.fold(0, |bits, number| bits | 1 << number))
}

/// No pattern at all matches nothing.
fn pattern(name: &str, patterns: &[String]) -> (Key, Domain) {
    let key = Key::Pattern(format!("{name} {}", patterns.join(" or ")));
    (key, if patterns.is_empty() { Domain::Range(1, 0) } else { Domain::Range(1, 1) })
}
