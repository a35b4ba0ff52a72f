//! Does a trigger hold, by what measure, and when could time alone make it hold?
//!
//! One number a leaf. [`measure`] takes it, [`passes`] judges it, evidence stores it, and
//! `explain` prints it, so that what is explained is what was decided.

use alloc::vec::Vec;

use super::Scene;
use crate::campaign::{Happening, Quantity, Trigger};
use crate::config::NEVER;
use crate::glob;

/// [`Trigger::Since`] of something that never happened.
pub(crate) const NOT_ONCE: i32 = -1;

/// Whether the trigger holds.
pub(crate) fn holds(trigger: &Trigger, scene: &Scene<'_>) -> bool {
    match trigger {
        Trigger::All(parts) => parts.iter().all(|part| holds(part, scene)),
        Trigger::Any(parts) => parts.iter().any(|part| holds(part, scene)),
        Trigger::Not(part) => !holds(part, scene),
        leaf => passes(leaf, measure(leaf, scene)),
    }
}

/// The measure of every leaf, depth first.
pub(crate) fn evidence(trigger: &Trigger, scene: &Scene<'_>) -> Vec<i32> {
    let mut values = Vec::new();
    each_leaf(trigger, false, &mut |leaf, _| values.push(measure(leaf, scene)));
    values
}

/// What decided: of the happenings the trigger asks for, the one that happened last.
pub(crate) fn reason(trigger: &Trigger, scene: &Scene<'_>) -> Happening {
    let mut latest = (0, Happening::View);
    each_leaf(trigger, false, &mut |leaf, is_negated| {
        let of = match leaf {
            Trigger::Count { of, .. } | Trigger::Since { of, .. } => *of,
            Trigger::Is { what: Quantity::HesitationLevel, .. } => Happening::CartHesitation,
            _ => return,
        };
        if let Some(at) = scene.session.history.last(of).filter(|&at| !is_negated && at >= latest.0)
        {
            latest = (at, of);
        }
    });
    latest.1
}

/// Milliseconds until the first leaf that depends on time alone changes.
pub(crate) fn wait_ms(trigger: &Trigger, scene: &Scene<'_>) -> u64 {
    let mut soonest = NEVER;
    each_leaf(trigger, false, &mut |leaf, _| {
        let (from, after_s) = match leaf {
            Trigger::Since { of, at_least_s } => (scene.session.history.last(*of), *at_least_s),
            Trigger::Is { what: Quantity::SessionSeconds, min: Some(min), .. } => {
                (Some(0), u32::try_from(*min).unwrap_or(0))
            }
            _ => return,
        };
        let Some(from) = from else { return };
        let due = u64::from(from) + u64::from(after_s) * 1_000;
        if due > u64::from(scene.now) {
            soonest = soonest.min(due - u64::from(scene.now));
        }
    });
    soonest
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

/// What a leaf measures. Times and counts are themselves; kinds are their number; lists of patterns
/// are the number of the first that matches, counted from 1.
fn measure(leaf: &Trigger, scene: &Scene<'_>) -> i32 {
    let history = &scene.session.history;
    match leaf {
        Trigger::Count { of, within_s, .. } => {
            i32::from(history.count(*of, scene.now, u64::from(*within_s) * 1_000))
        }
        Trigger::Since { of, .. } => history
            .last(*of)
            .map_or(NOT_ONCE, |last| clamp(i64::from(scene.now.saturating_sub(last) / 1_000))),
        Trigger::Is { what, .. } => quantity(*what, scene),
        Trigger::Visitor(_) => scene.session.visitor(scene.world.visitor) as i32,
        Trigger::Device(_) => scene.world.device as i32,
        Trigger::Page(_) => scene.view.page as i32,
        Trigger::Path(globs) => {
            first(globs.iter().position(|glob| glob::matches(glob, &scene.view.path)))
        }
        Trigger::Language(tags) => {
            first(tags.iter().position(|tag| covers(tag, &scene.world.language)))
        }
        Trigger::All(_) | Trigger::Any(_) | Trigger::Not(_) => 0,
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

fn first(position: Option<usize>) -> i32 {
    position.map_or(0, |at| i32::try_from(at).unwrap_or(i32::MAX).saturating_add(1))
}

fn clamp(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX })
}
