//! How often a campaign had its turn, and whether it may have another.
//!
//! Firing, being held out and being judged in shadow count alike, so that the arms stay comparable.

use alloc::vec::Vec;

use super::examine::Pause;
use crate::campaign::Caps;
use crate::config::{PACED_CAMPAIGNS_MAX, PACED_TIMES_MAX};
use crate::site::SITE;
use crate::times::Times;

const DAY_S: u32 = 24 * 3_600;

/// The pace of every campaign that had a turn in this tab.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pacing(Vec<Pace>);

/// Times are seconds since 1970: they must outlast sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Pace {
    campaign: u16,
    in_view: u16,
    in_session: u16,
    /// The last turns, oldest first.
    turns: Times,
    /// The last turn or refusal: the cool-down runs from here.
    rests_from: u32,
    /// Accepted or dismissed in this session: not again.
    is_stopped: bool,
}

impl Pacing {
    /// No campaign had a turn yet.
    pub(super) const NEW: Self = Self(Vec::new());

    /// Whether the campaign's caps allow a turn now.
    pub(crate) fn allows(&self, campaign: u16, caps: &Caps, now: u64) -> bool {
        let now = seconds(now);
        let Some(pace) = self.0.iter().find(|it| it.campaign == campaign) else {
            return self.0.len() <= PACED_CAMPAIGNS_MAX || self.0.iter().any(|it| it.is_spent(now));
        };
        let is_below = |count: u16, cap: u16| cap == 0 || count < cap;
        !pace.is_stopped
            && is_below(pace.in_view, caps.per_view)
            && is_below(pace.in_session, caps.per_session)
            && is_below(pace.in_day(now), caps.per_day)
            && now.saturating_sub(pace.rests_from) >= caps.cooldown_s
    }

    /// Why the campaign gets no turn now, as [`allows`](Self::allows) has it; for operators.
    pub(super) fn pause(&self, campaign: u16, caps: &Caps, now: u64) -> Option<Pause> {
        if self.allows(campaign, caps, now) {
            return None;
        }
        let now = seconds(now);
        let Some(pace) = self.0.iter().find(|it| it.campaign == campaign) else {
            return Some(Pause::Full);
        };
        let is_reached = |count: u16, cap: u16| cap > 0 && count >= cap;
        Some(if pace.is_stopped {
            Pause::Stopped
        } else if is_reached(pace.in_view, caps.per_view) {
            Pause::View
        } else if is_reached(pace.in_session, caps.per_session) {
            Pause::Session
        } else if is_reached(pace.in_day(now), caps.per_day) {
            Pause::Day
        } else {
            let rested = now.saturating_sub(pace.rests_from);
            Pause::Cooldown(caps.cooldown_s.saturating_sub(rested))
        })
    }

    /// The campaign has a turn, if there is room to keep count of it.
    pub(super) fn count(&mut self, campaign: u16, now: u64) -> bool {
        let now = seconds(now);
        let Some(pace) = self.pace(campaign, now) else { return false };
        pace.in_view = pace.in_view.saturating_add(1);
        pace.in_session = pace.in_session.saturating_add(1);
        pace.turns.note(now, PACED_TIMES_MAX);
        pace.rests_from = now;
        true
    }

    /// The visitor took it or refused it: enough for this session. The site rests with it.
    pub(super) fn stop(&mut self, campaign: u16, now: u64) {
        let now = seconds(now);
        for (which, is_stopped) in [(campaign, true), (SITE, false)] {
            if let Some(pace) = self.pace(which, now) {
                pace.is_stopped |= is_stopped;
                pace.rests_from = now;
            }
        }
    }

    pub(super) fn open_view(&mut self) {
        self.0.iter_mut().for_each(|it| it.in_view = 0);
    }

    pub(super) fn open_session(&mut self) {
        for pace in &mut self.0 {
            (pace.in_view, pace.in_session, pace.is_stopped) = (0, 0, false);
        }
    }

    pub(super) fn is_sound(&self) -> bool {
        self.0.len() <= PACED_CAMPAIGNS_MAX + 1
            && self.0.iter().all(|it| it.turns.all().len() <= PACED_TIMES_MAX)
    }

    /// The pace of a campaign, making room for it if that is possible. The site's own comes first and
    /// always has room.
    fn pace(&mut self, campaign: u16, now: u32) -> Option<&mut Pace> {
        if self.0.is_empty() {
            self.0.push(Pace::default());
        }
        let known = self.0.iter().position(|it| it.campaign == campaign);
        if known.is_none() {
            if self.0.len() > PACED_CAMPAIGNS_MAX {
                let spent = self.0.iter().position(|it| it.is_spent(now))?;
                self.0.remove(spent);
            }
            self.0.push(Pace { campaign, ..Pace::default() });
        }
        let at = known.unwrap_or(self.0.len() - 1);
        self.0.get_mut(at)
    }
}

impl Pace {
    fn in_day(&self, now: u32) -> u16 {
        self.turns.count(now, u64::from(DAY_S) - 1)
    }

    /// Nothing in it can hold anything back any more.
    fn is_spent(&self, now: u32) -> bool {
        let has_rested = now.saturating_sub(self.rests_from) >= DAY_S;
        self.campaign != SITE && self.in_session == 0 && !self.is_stopped && has_rested
    }
}

/// As turns are counted.
pub(super) fn seconds(now: u64) -> u32 {
    u32::try_from(now / 1_000).unwrap_or(u32::MAX)
}

beacon::wire!(struct Pacing(paces));
beacon::wire!(struct Pace { campaign, in_view, in_session, turns, rests_from, is_stopped });
