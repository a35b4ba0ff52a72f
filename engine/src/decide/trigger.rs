//! Does a trigger hold, by what measure, and when could time alone make it hold?
//!
//! One number a leaf. [`Findings::examine`] takes it, [`passes`] judges it, evidence stores it, and
//! `explain` prints it, so that what is explained is what was decided.

use alloc::string::String;
use alloc::vec::Vec;

use super::Scene;
use crate::campaign::{Happening, Quantity, Trigger};
use crate::config::NEVER;
use crate::glob;

/// [`Trigger::Since`] of something that never happened.
pub(crate) const NOT_ONCE: i32 = -1;

/// What was found in one walk through a trigger, depth first.
pub(crate) struct Findings {
    /// The measure of every leaf.
    pub(crate) evidence: Vec<i32>,
    /// What decided: of the happenings the trigger asks for, the one that happened last.
    pub(crate) why: Happening,
    why_at: u32,
    /// Milliseconds until the first leaf that depends on time alone changes.
    pub(crate) wait_ms: u64,
}

impl Findings {
    pub(crate) fn new() -> Self {
        Self { evidence: Vec::new(), why: Happening::View, why_at: 0, wait_ms: NEVER }
    }

    /// Whether the trigger holds. Every leaf is looked at, whatever the others say.
    pub(crate) fn examine(
        &mut self,
        trigger: &Trigger,
        is_negated: bool,
        scene: &Scene<'_>,
    ) -> bool {
        match trigger {
            Trigger::All(parts) => {
                parts.iter().fold(true, |all, part| self.examine(part, is_negated, scene) & all)
            }
            Trigger::Any(parts) => {
                parts.iter().fold(false, |any, part| self.examine(part, is_negated, scene) | any)
            }
            Trigger::Not(part) => !self.examine(part, !is_negated, scene),
            leaf => {
                if !is_negated {
                    self.consider(leaf, scene);
                }
                let value = self.measure(leaf, scene);
                self.evidence.push(value);
                passes(leaf, value)
            }
        }
    }

    /// Whether it is this leaf's happening that decided.
    fn consider(&mut self, leaf: &Trigger, scene: &Scene<'_>) {
        let of = match leaf {
            Trigger::Count { of, .. } | Trigger::Since { of, .. } => *of,
            Trigger::Is { what: Quantity::HesitationLevel, .. } => Happening::CartHesitation,
            _ => return,
        };
        if let Some(at) = scene.session.history.last(of).filter(|&at| at >= self.why_at) {
            (self.why, self.why_at) = (of, at);
        }
    }

    /// What a leaf measures. Times and counts are themselves; kinds are their number; lists of
    /// patterns are the number of the first that matches, counted from 1.
    fn measure(&mut self, leaf: &Trigger, scene: &Scene<'_>) -> i32 {
        let history = &scene.session.history;
        match leaf {
            Trigger::Count { of, within_s, .. } => {
                history.count(*of, scene.now, u64::from(*within_s) * 1_000).into()
            }
            Trigger::Since { of, at_least_s } => {
                let Some(last) = history.last(*of) else { return NOT_ONCE };
                self.wait(scene, last, *at_least_s);
                clamp((scene.now.saturating_sub(last) / 1_000).into())
            }
            Trigger::Is { what, min, .. } => {
                if let (Quantity::SessionSeconds, Some(min)) = (what, min) {
                    self.wait(scene, 0, u32::try_from(*min).unwrap_or(0));
                }
                quantity(*what, scene)
            }
            Trigger::Visitor(_) => scene.session.visitor(scene.world.visitor) as i32,
            Trigger::Device(_) => scene.world.device as i32,
            Trigger::Page(_) => scene.view.page as i32,
            Trigger::Path(globs) => first(globs, &|glob| glob::matches(glob, &scene.view.path)),
            Trigger::Language(tags) => first(tags, &|tag| covers(tag, &scene.world.language)),
            Trigger::All(_) | Trigger::Any(_) | Trigger::Not(_) => 0,
        }
    }

    /// So many seconds after `from` a leaf changes.
    fn wait(&mut self, scene: &Scene<'_>, from: u32, after_s: u32) {
        let due = u64::from(from) + u64::from(after_s) * 1_000;
        if due > scene.now.into() {
            self.wait_ms = self.wait_ms.min(due - u64::from(scene.now));
        }
    }
}

/// Whether a leaf holds at this measure; groups never do.
pub(crate) fn passes(leaf: &Trigger, value: i32) -> bool {
    match leaf {
        Trigger::Count { at_least, .. } => value >= i32::from(*at_least),
        Trigger::Since { at_least_s, .. } => {
            u32::try_from(value).is_ok_and(|seconds| seconds >= *at_least_s)
        }
        Trigger::Is { min, max, .. } => {
            min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max)
        }
        Trigger::Visitor(kinds) => kinds.iter().any(|&kind| kind as i32 == value),
        Trigger::Device(devices) => devices.iter().any(|&device| device as i32 == value),
        Trigger::Page(pages) => pages.iter().any(|&page| page as i32 == value),
        Trigger::Path(_) | Trigger::Language(_) => value > 0,
        Trigger::All(_) | Trigger::Any(_) | Trigger::Not(_) => false,
    }
}

/// Calls `visit` for each leaf, depth first, with whether it stands under an odd number of nots.
pub(crate) fn each_leaf<'a>(
    trigger: &'a Trigger,
    is_negated: bool,
    visit: &mut dyn FnMut(&'a Trigger, bool),
) {
    match trigger {
        Trigger::All(parts) | Trigger::Any(parts) => {
            for part in parts {
                each_leaf(part, is_negated, visit);
            }
        }
        Trigger::Not(part) => each_leaf(part, !is_negated, visit),
        leaf => visit(leaf, is_negated),
    }
}

fn quantity(what: Quantity, scene: &Scene<'_>) -> i32 {
    let (session, view) = (scene.session, scene.view);
    clamp(match what {
        Quantity::CartValue => session.cart.value,
        Quantity::CartItems => i64::from(session.cart.items),
        Quantity::BuyPermille => i64::from(scene.score.buy_permille),
        Quantity::LeavePermille => i64::from(scene.score.leave_permille),
        Quantity::HesitationLevel => i64::from(session.hesitation_level),
        Quantity::DwellSeconds => i64::from(view.dwell_ms / 1_000),
        Quantity::ProductDwellSeconds => i64::from(view.product_ms / 1_000),
        Quantity::ScrollPercent => i64::from(view.scroll_percent),
        Quantity::Views => i64::from(session.history.count(Happening::View, scene.now, 0)),
        Quantity::SessionSeconds => i64::from(scene.now / 1_000),
    })
}

/// `ko` covers `ko` and `ko-KR`, in any case.
pub(crate) fn covers(tag: &str, language: &str) -> bool {
    let (tag, language) = (tag.as_bytes(), language.as_bytes());
    language.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
        && matches!(language.get(tag.len()), None | Some(b'-' | b'_'))
}

fn first(patterns: &[String], matches: &dyn Fn(&str) -> bool) -> i32 {
    let at = patterns.iter().position(|pattern| matches(pattern));
    at.map_or(0, |at| i32::try_from(at + 1).unwrap_or(i32::MAX))
}

fn clamp(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX })
}
