//! Will a campaign do what was meant? [`Pack::check`] refuses what a page could not carry; this
//! finds what may be published and still never fires, never gets its turn, or says nothing.
//!
//! What triggers ask for is worked out in `ranges`, what is said in `texts`. For operators: pages never
//! call it.

mod colours;
mod ranges;
mod slots;
mod texts;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use beacon::{Millis, wire};
use serde::Serialize;

use crate::campaign::{Action, Campaign, Caps, Trigger};
use crate::config::{PACED_CAMPAIGNS_MAX, SESSION_MS_MAX};
use crate::model::{Model, Reach};
use crate::pack::Pack;
use crate::site::{Audience, SITE};
use ranges::{Alternative, alternatives, implies};

pub use texts::{BODY_COLUMNS_MAX, BUTTONS_COLUMNS_MAX, TITLE_COLUMNS_MAX};

/// Something an operator should know before publishing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which campaign; 0: all together.
    pub campaign: u16,
    /// How bad it is.
    pub severity: Severity,
    /// For programs: `never_fires`, `never_shown`, `after_another`, `cap_never_reached`,
    /// `says_nothing`, `unused_variant`, `missing_language`, `cooldown_forgotten`, `empty_text`,
    /// `text_too_long`, `no_language`, `unknown_slot`, `slot_never_filled`, `slot_may_be_empty`,
    /// `low_contrast`.
    pub code: &'static str,
    /// For people.
    pub message: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It cannot work as it is.
    Error,
    /// It works otherwise than most would expect.
    Warning,
    /// It could be shorter.
    Hint,
}

/// What a campaign costs every page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cost {
    /// Which campaign.
    pub campaign: u16,
    /// Bytes in the pack, before compression.
    pub bytes: usize,
    /// Conditions looked at each time something happens.
    pub conditions: usize,
}

/// All findings, worst first, then by campaign. What lies before `now` (milliseconds since 1970) comes
/// no more.
pub fn lint(pack: &Pack, now: Millis) -> Vec<Finding> {
    let mut findings = Vec::new();
    let clock = pack.zone.at(now.0).minutes;
    let ways = |trigger: &Trigger| alternatives(trigger, clock);
    let quiet = ways(&pack.site.quiet);
    let all: Vec<(&Campaign, Option<Vec<Alternative>>)> =
        pack.campaigns.iter().map(|it| (it, ways(&it.trigger))).collect();
    let reach = Model::decode(&pack.model).ok().map(|it| it.reach());
    for (campaign, alternatives) in &all {
        let mut find = |severity, code, message| {
            findings.push(Finding { campaign: campaign.id, severity, code, message });
        };
        trigger(campaign, alternatives.as_deref(), reach.as_ref(), &mut find);
        caps(&campaign.caps, &mut find);
        variants(campaign, &mut find);
        texts::texts(campaign, &mut find);
        slots::slots(campaign, &mut find);
        if let (Some(mine), Some(quiet)) = (alternatives, &quiet)
            && !is_always(quiet)
            && implies(mine, quiet)
        {
            let message = "whenever it holds, the site's `quiet` does as well";
            find(Severity::Error, "never_shown", message.into());
        }
        for (rival, rivals) in &all {
            if let (Some(mine), Some(theirs)) = (alternatives, rivals)
                && goes_after(campaign, rival)
                && implies(mine, theirs)
            {
                let message = format!(
                    "campaign {} goes before it and holds whenever it does: it gets its turn only \
                     when that one had all of its own",
                    rival.id
                );
                find(Severity::Warning, "after_another", message);
            }
        }
    }
    site(pack, quiet.as_deref(), &mut findings);
    colours::colours(&pack.theme, &mut findings);
    sort(&mut findings);
    findings
}

/// What the site's own rule keeps from happening.
fn site(pack: &Pack, quiet: Option<&[Alternative]>, findings: &mut Vec<Finding>) {
    let mut find = |campaign, severity, code, message: &str| {
        findings.push(Finding { campaign, severity, code, message: message.into() });
    };
    if quiet.is_some_and(is_always) {
        find(SITE, Severity::Error, "never_shown", "it is always quiet: nothing is ever shown");
    }
    if pack.site.holdout_permille == 1_000 {
        let message = "everybody is in the holdout of the site: nothing is ever shown";
        find(SITE, Severity::Error, "never_shown", message);
    }
    let is_crowded = pack.campaigns.len() > PACED_CAMPAIGNS_MAX;
    for campaign in pack.campaigns.iter().filter(|it| is_crowded && it.caps.cooldown_s > DAY_S) {
        let message = "its cool-down is longer than a day, which is forgotten once 16 other \
                       campaigns had their turns: set a cap on a lifetime";
        find(campaign.id, Severity::Warning, "cooldown_forgotten", message);
    }
}

const DAY_S: u32 = 24 * 3_600;

/// Puts the worst first, then by campaign.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by_key(|it| (it.severity, it.campaign, it.code));
}

/// What every campaign costs, in the order of the pack.
pub fn costs(pack: &Pack) -> Vec<Cost> {
    let cost = |it: &Campaign| Cost {
        campaign: it.id,
        bytes: wire::to_bytes(it).len(),
        conditions: leaves(&it.trigger),
    };
    pack.campaigns.iter().map(cost).collect()
}

fn leaves(trigger: &Trigger) -> usize {
    match trigger {
        Trigger::All(parts) | Trigger::Any(parts) => parts.iter().map(leaves).sum(),
        Trigger::Not(part) | Trigger::Audience(Audience { trigger: Some(part), .. }) => {
            leaves(part)
        }
        _ => 1,
    }
}

type Find<'a> = dyn FnMut(Severity, &'static str, String) + 'a;

fn trigger(
    campaign: &Campaign,
    alternatives: Option<&[Alternative]>,
    reach: Option<&Reach>,
    find: &mut Find<'_>,
) {
    let Some(alternatives) = alternatives else { return };
    let beyond = |it: &Alternative| reach.and_then(|reach| it.beyond(reach));
    let reasons = alternatives.iter().filter_map(|it| it.contradiction().or_else(|| beyond(it)));
    let reasons: Vec<String> = reasons.collect();
    if reasons.len() == alternatives.len() {
        let because = reasons.first().cloned().unwrap_or_else(|| "no part of `any`".into());
        find(Severity::Error, "never_fires", format!("it can never fire: {because}"));
    }
    if is_always(alternatives) {
        let message = "it holds whatever happens: its caps alone decide";
        find(Severity::Warning, "says_nothing", message.into());
    }
    if campaign.holdout_permille == 1_000 && !campaign.shadow {
        let message = "everybody is in the holdout: nobody will ever see it";
        find(Severity::Error, "never_shown", message.into());
    }
}

fn caps(caps: &Caps, find: &mut Find<'_>) {
    let mut never = |name: &str, cap: u16, by: &str, limit: u16| {
        if cap > limit && limit > 0 {
            let message = format!("{name} is {cap}, but {by} stops it at {limit}");
            find(Severity::Warning, "cap_never_reached", message);
        }
    };
    never("per_view", caps.per_view, "per_session", caps.per_session);
    never("per_view", caps.per_view, "per_day", caps.per_day);
    never("per_session", caps.per_session, "per_day", caps.per_day);
    never("per_view", caps.per_view, "lifetime", caps.lifetime);
    never("per_session", caps.per_session, "lifetime", caps.lifetime);
    never("per_day", caps.per_day, "lifetime", caps.lifetime);
    let once_a_session = u64::from(caps.cooldown_s) * 1_000 >= SESSION_MS_MAX;
    for (name, cap) in
        [("per_view", caps.per_view), ("per_session", caps.per_session), ("per_day", caps.per_day)]
    {
        if once_a_session && cap > 1 {
            let message = format!("{name} is {cap}, but the cool-down is longer than a session");
            find(Severity::Warning, "cap_never_reached", message);
        }
    }
}

fn variants(campaign: &Campaign, find: &mut Find<'_>) {
    let copies: Vec<Vec<&str>> = campaign
        .variants
        .iter()
        .map(|it| {
            let (Action::Offer { copy, .. } | Action::Invite { copy }) = &it.action;
            copy.keys().map(String::as_str).collect()
        })
        .collect();
    for (place, variant) in campaign.variants.iter().enumerate() {
        if variant.weight == 0 {
            let message = format!("variant {place} has weight 0: it is never chosen");
            find(Severity::Hint, "unused_variant", message);
        }
        let missing = copies.iter().flatten().filter(|tag| !copies[place].contains(tag));
        let mut missing: Vec<&str> = missing.copied().collect();
        missing.sort_unstable();
        missing.dedup();
        if !missing.is_empty() {
            let message = format!("variant {place} has no text in {}", missing.join(", "));
            find(Severity::Warning, "missing_language", message);
        }
    }
}

fn is_always(ways: &[Alternative]) -> bool {
    ways.iter().any(Alternative::is_always)
}

/// Both are shown, and the other one has the higher rank.
fn goes_after(campaign: &Campaign, rival: &Campaign) -> bool {
    let rank = |it: &Campaign| (it.priority, u16::MAX - it.id);
    campaign.id != rival.id && !campaign.shadow && !rival.shadow && rank(rival) > rank(campaign)
}
