//! The same verdicts, sooner: for who lets a pack judge millions of stored items. Pages never call
//! it, so their module does not carry it.
//!
//! Most items change nothing that any campaign waits for. A glance sees that: it stops at the first
//! condition that fails, scores only when all others hold, and looks at no words. What it cannot
//! tell is judged as pages judge it.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use beacon::Item;
use beacon::wire::{self, Bytes, Reader};

use super::session::Key;
use super::trigger::Findings;
use super::{Decider, Decision, Scene};
use crate::campaign::{Campaign, Caps, Happening, Quantity, Trigger};
use crate::config::NEVER;
use crate::glob;
use crate::pack::{Pack, Published};
use crate::site::{Audience, SITE};

/// A pack made ready to judge much.
#[derive(Clone, Debug)]
pub struct Trial {
    pack: Published,
    /// When it is quiet, and the caps of all together.
    site: Watch,
    watches: Vec<Watch>,
}

impl Trial {
    /// Of the pack that the trial is of.
    pub fn version(&self) -> u32 {
        self.pack.version
    }
}

impl From<Pack> for Trial {
    fn from(pack: Pack) -> Self {
        let watches = pack.campaigns.iter().map(Watch::of).collect();
        Self { site: Watch::of(&pack.site.as_campaign()), pack: pack.into(), watches }
    }
}

impl Decider {
    /// As [`Self::take`] by the pack of the trial, to the bit.
    pub fn take_on(&mut self, item: &Item, trial: &Trial) -> Vec<Decision> {
        if self.listen(item).unwrap_or(true) {
            return Vec::new();
        }
        match self.glance(trial) {
            Some(due) => {
                self.due = due;
                Vec::new()
            }
            None => self.judge(&trial.pack),
        }
    }

    /// When time alone could make a campaign fire, if none does now; `None` when one might.
    fn glance(&self, trial: &Trial) -> Option<u64> {
        if !self.may_judge(&trial.pack) {
            return Some(NEVER);
        }
        let mut due = NEVER;
        let Some(mut scene) = self.sight(&trial.pack.zone) else { return Some(NEVER) };
        if trial.site.test.holds(&scene, false) != Some(false) {
            return None;
        }
        for wait in &trial.site.waits {
            due = due.min(self.now.saturating_add(wait.ms(&scene)));
        }
        let is_occupied = self.is_occupied() || !self.allows(SITE, &trial.site.caps);
        let mut is_scored = false;
        for watch in &trial.watches {
            if !self.allows(watch.id, &watch.caps) {
                continue;
            }
            if watch.is_shadow || !is_occupied {
                let mut holds = watch.test.holds(&scene, is_scored);
                if holds.is_none() && !is_scored {
                    (scene, is_scored) = (self.scene(&trial.pack)?, true);
                    holds = watch.test.holds(&scene, is_scored);
                }
                if holds != Some(false) {
                    return None;
                }
            }
            for wait in &watch.waits {
                due = due.min(self.now.saturating_add(wait.ms(&scene)));
            }
        }
        Some(due)
    }
}

/// What can be told of a campaign without its words.
#[derive(Clone, Debug)]
struct Watch {
    id: u16,
    caps: Caps,
    is_shadow: bool,
    test: Test,
    waits: Vec<Wait>,
}

impl Watch {
    fn of(campaign: &Campaign) -> Self {
        let mut waits = Vec::new();
        let test = Test::of(&campaign.trigger, &mut waits);
        Self { id: campaign.id, caps: campaign.caps, is_shadow: campaign.shadow, test, waits }
    }
}

/// A trigger, what costs least first.
#[derive(Clone, Debug)]
enum Test {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    /// Something happened so often within so many milliseconds.
    Count(Key, u16, u64),
    Since(Happening, u32),
    /// A number that is known without scoring.
    Is(Quantity, Option<i32>, Option<i32>),
    /// Visitor, device or page, by their place in [`Scene::kinds`], are one of these.
    Kind(usize, Vec<u8>),
    Path(Vec<String>),
    /// A leaf that asks for neither score nor time, as pages have it.
    Plain(Bytes),
    /// Any other leaf, as pages have it.
    Scored(Bytes),
}

impl Test {
    fn of(trigger: &Trigger, waits: &mut Vec<Wait>) -> Self {
        let kinds = |place, kinds| Self::Kind(place, kinds);
        match trigger {
            Trigger::All(parts) => Self::All(Self::each(parts, waits)),
            Trigger::Any(parts) => Self::Any(Self::each(parts, waits)),
            Trigger::Not(part) => Self::Not(Box::new(Self::of(part, waits))),
            Trigger::Count { of, at_least, within_s } => {
                Self::Count((*of).into(), *at_least, u64::from(*within_s) * 1_000)
            }
            Trigger::Goal { name, at_least, within_s } => {
                Self::Count(Key::goal(name.as_bytes()), *at_least, u64::from(*within_s) * 1_000)
            }
            Trigger::Since { of, at_least_s } => {
                waits.push(Wait::Since(*of, *at_least_s));
                Self::Since(*of, *at_least_s)
            }
            Trigger::Is { what, min, max } if is_told(*what) => Self::Is(*what, *min, *max),
            Trigger::Visitor(list) => kinds(0, list.iter().map(|it| *it as u8).collect()),
            Trigger::Device(list) => kinds(1, list.iter().map(|it| *it as u8).collect()),
            Trigger::Page(list) => kinds(2, list.iter().map(|it| *it as u8).collect()),
            Trigger::Path(globs) => Self::Path(globs.clone()),
            Trigger::Audience(Audience { trigger: Some(trigger), .. }) => Self::of(trigger, waits),
            leaf @ (Trigger::Language(_)
            | Trigger::Source(_)
            | Trigger::Sequence { .. }
            | Trigger::CartHas { .. }) => Self::Plain(wire::to_bytes(leaf)),
            leaf => {
                let bytes = wire::to_bytes(leaf);
                if !matches!(leaf, Trigger::Band(_)) {
                    waits.push(Wait::Plain(bytes.clone()));
                }
                Self::Scored(bytes)
            }
        }
    }

    fn each(parts: &[Trigger], waits: &mut Vec<Wait>) -> Vec<Self> {
        let mut tests: Vec<Self> = parts.iter().map(|part| Self::of(part, waits)).collect();
        tests.sort_by_key(Self::cost);
        tests
    }

    fn cost(&self) -> u8 {
        match self {
            Self::Count(..) | Self::Since(..) | Self::Is(..) | Self::Kind(..) => 0,
            Self::All(_) | Self::Any(_) | Self::Not(_) => 1,
            Self::Path(_) | Self::Plain(_) => 2,
            Self::Scored(_) => 3,
        }
    }

    /// `None` where it depends on what is not known before the score is.
    fn holds(&self, scene: &Scene<'_>, is_scored: bool) -> Option<bool> {
        Some(match self {
            Self::All(parts) => return until(false, parts, scene, is_scored),
            Self::Any(parts) => return until(true, parts, scene, is_scored),
            Self::Not(part) => !part.holds(scene, is_scored)?,
            Self::Count(key, at_least, span_ms) => {
                scene.met(*key).count(scene.now, *span_ms) >= *at_least
            }
            Self::Since(of, at_least_s) => {
                let last = scene.met((*of).into()).times.last();
                last.is_some_and(|last| scene.now.saturating_sub(*last) / 1_000 >= *at_least_s)
            }
            Self::Is(what, min, max) => {
                let value = scene.quantity(*what);
                min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max)
            }
            Self::Kind(place, kinds) => kinds.contains(&scene.kinds[*place]),
            Self::Path(globs) => {
                globs.iter().any(|glob| glob::matches(glob.as_bytes(), scene.texts[0].as_bytes()))
            }
            Self::Plain(bytes) => plainly(bytes, scene).0,
            Self::Scored(bytes) if is_scored => plainly(bytes, scene).0,
            Self::Scored(_) => return None,
        })
    }
}

/// Whether parts come to `end`, which one of them decides, or to the opposite, which takes all.
fn until(end: bool, parts: &[Test], scene: &Scene<'_>, is_scored: bool) -> Option<bool> {
    let mut all = Some(!end);
    for part in parts {
        match part.holds(scene, is_scored) {
            Some(holds) if holds == end => return Some(end),
            Some(_) => {}
            None => all = None,
        }
    }
    all
}

/// A leaf that time alone may change.
#[derive(Clone, Debug)]
enum Wait {
    Since(Happening, u32),
    Plain(Bytes),
}

impl Wait {
    /// Milliseconds until it does.
    fn ms(&self, scene: &Scene<'_>) -> u64 {
        match self {
            Self::Since(of, after_s) => {
                scene.met((*of).into()).times.last().map_or(NEVER, |last| {
                    let due = u64::from(*last) + u64::from(*after_s) * 1_000;
                    let left = due.saturating_sub(scene.now.into());
                    if left == 0 { NEVER } else { left }
                })
            }
            Self::Plain(bytes) => plainly(bytes, scene).1,
        }
    }
}

/// Whether a leaf's bytes hold, and how long until time alone may change that.
fn plainly(bytes: &[u8], scene: &Scene<'_>) -> (bool, u64) {
    let mut findings = Findings::new();
    let holds = findings.examine(&mut Reader::new(bytes), scene);
    (holds, findings.wait_ms)
}

/// Numbers that neither the score nor time alone changes.
fn is_told(what: Quantity) -> bool {
    matches!(
        what,
        Quantity::CartValue
            | Quantity::CartItems
            | Quantity::HesitationLevel
            | Quantity::DwellSeconds
            | Quantity::ProductDwellSeconds
            | Quantity::ScrollPercent
            | Quantity::Views
    )
}

#[cfg(test)]
mod tests {
    use beacon::item::{
        Began, Body, Consent, Device, Fact, Line, PageKind, Signal, View, VisitorKind,
    };
    use beacon::{Item, Millis};

    use super::{Decider, Trial};
    use crate::pack::Pack;

    /// That both ways come to the same is asked in `tests/attack.rs`, of anything that may happen.
    #[test]
    fn what_nobody_waits_for_is_not_judged() {
        let offer = serde_json::from_str(include_str!("../../campaigns/exit-offer.json")).unwrap();
        let trial = Trial::from(Pack { version: 1, campaigns: vec![offer], ..Pack::default() });
        let mut decider = Decider::default();
        let mut take = |at, body| {
            let item = Item { at: Millis(at), body };
            decider.listen(&item);
            let is_seen = decider.glance(&trial).is_some();
            decider.judge(&trial.pack);
            is_seen
        };
        let began = Began {
            wall: Millis(1_800_000_000_000),
            utc_offset_min: 0,
            seed: 7,
            visitor: VisitorKind::New,
            device: Device::Desktop,
            language: "en".into(),
            referrer: String::new(),
            pack: 1,
            consent: Consent::Personalise,
            resumed: Vec::new(),
        };
        assert!(take(0, Body::Began(began)));
        assert!(take(9, Body::Viewed(View { path: "/p".into(), page: PageKind::Product })));
        assert!(take(3_000, Body::Noticed(Signal::ScrollReach { percent: 30 })));
        let line = Line { product: "tea".into(), quantity: 1, price: None };
        assert!(take(5_000, Body::Stated(Fact::Added(line))));
        let leaves = Signal::ExitIntent { y: 4, speed: 900, eta_ms: 4 };
        assert!(!take(9_000, Body::Noticed(leaves)), "it fires");
    }
}
