//! Does a trigger hold, by what measure, and when could time alone make it hold?
//!
//! One number a leaf: it is measured, compared, kept as evidence, and told by `explain`. Triggers
//! are walked as they were published, [`Trigger`](crate::campaign::Trigger)'s bytes: trees of them
//! would take more code than their judgement.

use beacon::limits::EVIDENCE_MAX;
use beacon::wire::{Reader, Wire};

use super::Scene;
use super::session::{Key, Met};
use crate::campaign::{Happening, Quantity, TRIGGER_DEPTH_MAX};
use crate::config::{NEVER, SESSION_IDLE_MS};
use crate::glob;
use crate::schedule::Hours;

/// `since` of something that never happened.
pub(crate) const NOT_ONCE: i32 = -1;

/// What was found in one walk through a trigger, depth first.
#[derive(Debug)]
pub(crate) struct Findings {
    /// The measure of every leaf: the first so many of these. In place, because most are for
    /// nothing.
    evidence: [i32; EVIDENCE_MAX],
    pub(crate) leaves: usize,
    /// What decided: of the happenings the trigger asks for, the one that happened last.
    pub(crate) why: Happening,
    why_at: u32,
    /// Milliseconds until the first leaf that depends on time alone changes.
    pub(crate) wait_ms: u64,
    /// Length of all patterns, bytes, and of sequences, steps.
    pub(crate) pattern_bytes: usize,
    depth: usize,
    is_negated: bool,
}

impl Findings {
    pub(crate) fn new() -> Self {
        Self {
            evidence: [0; EVIDENCE_MAX],
            leaves: 0,
            why: Happening::View,
            why_at: 0,
            wait_ms: NEVER,
            pattern_bytes: 0,
            depth: 0,
            is_negated: false,
        }
    }

    /// The measure of every leaf, depth first.
    pub(crate) fn evidence(&self) -> &[i32] {
        self.evidence.get(..self.leaves).unwrap_or(&self.evidence)
    }

    /// Whether the trigger holds. Every leaf is looked at, whatever the others say.
    pub(crate) fn examine(&mut self, from: &mut Reader<'_>, scene: &Scene<'_>) -> bool {
        self.depth += 1;
        if self.depth > TRIGGER_DEPTH_MAX {
            from.refuse();
        }
        let kind = from.byte();
        let holds = match kind {
            // All and any.
            0 | 1 => {
                let mut holds = kind == 0;
                from.each(&mut |from| {
                    let part = self.examine(from, scene);
                    holds = if kind == 0 { holds & part } else { holds | part };
                });
                holds
            }
            2 => {
                self.is_negated ^= true;
                let holds = !self.examine(from, scene);
                self.is_negated ^= true;
                holds
            }
            // An audience is what it stands for.
            17 => self.examine(from, scene),
            leaf => self.measure(leaf, from, scene),
        };
        self.depth -= 1;
        holds
    }

    /// Whether a leaf holds. Times and counts are measured by themselves; kinds by their number;
    /// lists of patterns by the number of the first that matches, counted from 1.
    fn measure(&mut self, leaf: u8, from: &mut Reader<'_>, scene: &Scene<'_>) -> bool {
        let (mut value, mut holds) = (0, false);
        match leaf {
            // Count, goal.
            3 | 13 => {
                let met = if leaf == 3 {
                    self.consider(Happening::read(from), scene)
                } else {
                    scene.met(Key::goal(from.bytes()))
                };
                let at_least = u16::read(from);
                value = met.count(scene.now, span_ms(from)).into();
                holds = value >= at_least.into();
            }
            // Since.
            4 => {
                let (of, at_least_s) = (Happening::read(from), u32::read(from));
                value = NOT_ONCE;
                if let Some(&last) = self.consider(of, scene).times.last() {
                    self.wait(scene, last, at_least_s);
                    let seconds = scene.now.saturating_sub(last) / 1_000;
                    value = clamp(seconds.into());
                    holds = seconds >= at_least_s;
                }
            }
            // Is.
            5 => {
                let what = Quantity::read(from);
                let (min, max) = (Option::read(from), Option::read(from));
                value = scene.quantity(what);
                holds = is_within(what, value, min, max);
                match (what, min) {
                    (Quantity::HesitationLevel, _) => {
                        self.consider(Happening::CartHesitation, scene);
                    }
                    (Quantity::SessionSeconds, Some(min)) => {
                        self.wait(scene, 0, u32::try_from(min).unwrap_or(0));
                    }
                    _ => {}
                }
            }
            // Visitor, device, page; band.
            6..=8 | 14 => {
                let kind = scene.kinds[usize::from(leaf.min(9) - 6)];
                value = kind.into();
                from.each(&mut |from| holds |= from.byte() == kind);
            }
            // Path, language, source.
            9 | 10 | 16 => {
                let mut index = 0;
                from.each(&mut |from| {
                    index += 1;
                    let pattern = self.pattern(from);
                    let matches = match leaf {
                        9 => glob::matches(pattern, scene.texts[0].as_bytes()),
                        10 => covers(pattern, scene.texts[1].as_bytes()),
                        _ => is_among(pattern, scene.source.as_bytes()),
                    };
                    if !holds && matches {
                        (value, holds) = (index, true);
                    }
                });
            }
            11 => (value, holds) = self.follow(from, scene),
            12 => {
                value = self.pieces(from, scene);
                holds = value >= u16::read(from).into();
            }
            15 => {
                let hours = Hours::read(from);
                value = scene.clock.minutes;
                holds = hours.hold(value);
                // Who does nothing for so long is not there to see what follows.
                let wait_ms = hours.wait_ms(&scene.clock);
                if wait_ms < SESSION_IDLE_MS {
                    self.wait_ms = self.wait_ms.min(wait_ms);
                }
            }
            _ => from.refuse(),
        }
        if let Some(it) = self.evidence.get_mut(self.leaves) {
            *it = value;
        }
        self.leaves += 1;
        holds
    }

    /// How many steps of a sequence were reached, and whether that is all of them. Of each step all
    /// times are followed that some time of the step before leads to: the latest alone might lead
    /// nowhere where an earlier one leads on.
    fn follow(&mut self, from: &mut Reader<'_>, scene: &Scene<'_>) -> (i32, bool) {
        let (span_ms, mut steps, mut reached) = (span_ms(from), 0_u16, 0_u16);
        let (mut before, mut led_to): (&[u32], u32) = (&[], 0);
        from.each(&mut |from| {
            let (times, mut leads_to) = (self.consider(Happening::read(from), scene).times, 0);
            for (at, &time) in times.iter().enumerate() {
                let mut is_next = steps == 0;
                for (at, &then) in before.iter().enumerate() {
                    let is_near = then < time && u64::from(time - then) <= span_ms;
                    is_next |= led_to >> at & 1 > 0 && is_near;
                }
                leads_to |= u32::from(is_next) << at;
            }
            (before, led_to) = (times, leads_to);
            steps += 1;
            reached += u16::from(led_to > 0);
        });
        // What a step may cost is as much as some bytes of a pattern.
        self.pattern_bytes += usize::from(steps);
        (i32::from(reached), reached == steps)
    }

    /// Pieces in the cart of products that match by id or by category.
    fn pieces(&mut self, from: &mut Reader<'_>, scene: &Scene<'_>) -> i32 {
        let mut matching = 0_u32;
        for is_by_id in [true, false] {
            from.each(&mut |from| {
                let glob = self.pattern(from);
                for (at, it) in scene.cart.iter().enumerate() {
                    let text = if is_by_id { &it.product } else { &it.category };
                    matching |= u32::from(glob::matches(glob, text.as_bytes())) << at;
                }
            });
        }
        let mut pieces = 0;
        for (at, it) in scene.cart.iter().enumerate() {
            if matching >> at & 1 > 0 {
                pieces += i32::from(it.pieces);
            }
        }
        pieces
    }

    fn pattern<'a>(&mut self, from: &mut Reader<'a>) -> &'a [u8] {
        let pattern = from.bytes();
        self.pattern_bytes += pattern.len();
        pattern
    }

    /// How often it happened; and whether it is this happening that decided.
    fn consider<'a>(&mut self, of: Happening, scene: &Scene<'a>) -> Met<'a> {
        let met = scene.met(of.into());
        if let Some(&at) = met.times.last().filter(|&&at| !self.is_negated && at >= self.why_at) {
            (self.why, self.why_at) = (of, at);
        }
        met
    }

    /// So many seconds after `from` a leaf changes.
    fn wait(&mut self, scene: &Scene<'_>, from: u32, after_s: u32) {
        let due = u64::from(from) + u64::from(after_s) * 1_000;
        if due > scene.now.into() {
            self.wait_ms = self.wait_ms.min(due - u64::from(scene.now));
        }
    }
}

/// Whether a number lies within its bounds. Who never bought did so no number of days ago.
pub(crate) fn is_within(what: Quantity, value: i32, min: Option<i32>, max: Option<i32>) -> bool {
    let is_known = what != Quantity::DaysSincePurchase || value != NOT_ONCE;
    is_known && min.is_none_or(|min| value >= min) && max.is_none_or(|max| value <= max)
}

/// Whether one of the words of `text` matches; of none, `direct`.
fn is_among(glob: &[u8], text: &[u8]) -> bool {
    let text = if text.is_empty() { b"direct" } else { text };
    text.split(|&byte| byte == b' ').any(|word| glob::matches(glob, word))
}

/// A span in seconds, as milliseconds.
fn span_ms(from: &mut Reader<'_>) -> u64 {
    u64::from(u32::read(from)) * 1_000
}

/// `ko` covers `ko` and `ko-KR`, in any case.
pub(crate) fn covers(tag: &[u8], language: &[u8]) -> bool {
    language.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
        && matches!(language.get(tag.len()), None | Some(b'-' | b'_'))
}

pub(crate) fn clamp(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX })
}
