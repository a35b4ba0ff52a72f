//! Will a campaign do what was meant? [`Pack::check`] refuses what a page could not carry; this
//! finds what may be published and still never fires, never gets its turn, or says nothing.
//!
//! What triggers ask for is worked out in `ranges`, what is said in `texts`. For operators: pages never
//! call it.

mod colours;
mod ranges;
mod said;
mod slots;
mod texts;

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
use said::both;

pub use said::Said;
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
    /// The same in Korean.
    pub korean: String,
}

impl Finding {
    /// What was found in a campaign; 0: all together.
    pub fn new(campaign: u16, severity: Severity, code: &'static str, said: Said) -> Self {
        Self { campaign, severity, code, message: said.en, korean: said.ko }
    }
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
        let mut find = |severity, code, said| {
            findings.push(Finding::new(campaign.id, severity, code, said));
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
            let said = both!(
                "whenever it holds, the site's `quiet` does as well",
                "이 조건이 맞을 때는 늘 사이트의 조용한 시간(`quiet`)에도 해당해요"
            );
            find(Severity::Error, "never_shown", said);
        }
        for (rival, rivals) in &all {
            if let (Some(mine), Some(theirs)) = (alternatives, rivals)
                && goes_after(campaign, rival)
                && implies(mine, theirs)
            {
                let rival = rival.id;
                let said = both!(
                    "campaign {rival} goes before it and holds whenever it does: it gets its turn only \
                     when that one had all of its own",
                    "우선순위가 높은 캠페인 {rival}도 같은 때에 조건이 맞아요. 그쪽 횟수를 다 쓴 뒤에야 차례가 와요"
                );
                find(Severity::Warning, "after_another", said);
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
    let mut find = |campaign, severity, code, said| {
        findings.push(Finding::new(campaign, severity, code, said));
    };
    if quiet.is_some_and(is_always) {
        let said = both!(
            "it is always quiet: nothing is ever shown",
            "사이트가 늘 조용한 시간이라 아무것도 보이지 않아요"
        );
        find(SITE, Severity::Error, "never_shown", said);
    }
    if pack.site.holdout_permille == 1_000 {
        let said = both!(
            "everybody is in the holdout of the site: nothing is ever shown",
            "모든 방문자가 사이트 대조군이라 아무것도 보이지 않아요"
        );
        find(SITE, Severity::Error, "never_shown", said);
    }
    let is_crowded = pack.campaigns.len() > PACED_CAMPAIGNS_MAX;
    for campaign in pack.campaigns.iter().filter(|it| is_crowded && it.caps.cooldown_s > DAY_S) {
        let said = both!(
            "its cool-down is longer than a day, which is forgotten once 16 other campaigns had their \
             turns: set a cap on a lifetime",
            "쉬는 시간이 하루를 넘으면 다른 캠페인 16개가 나온 뒤에는 잊혀요. 평생 횟수를 정하세요"
        );
        find(campaign.id, Severity::Warning, "cooldown_forgotten", said);
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

type Find<'a> = dyn FnMut(Severity, &'static str, Said) + 'a;

fn trigger(
    campaign: &Campaign,
    alternatives: Option<&[Alternative]>,
    reach: Option<&Reach>,
    find: &mut Find<'_>,
) {
    let Some(alternatives) = alternatives else { return };
    let beyond = |it: &Alternative| reach.and_then(|reach| it.beyond(reach));
    let reasons = alternatives.iter().filter_map(|it| it.contradiction().or_else(|| beyond(it)));
    let reasons: Vec<Said> = reasons.collect();
    if reasons.len() == alternatives.len() {
        let nothing = || both!("no part of `any`", "‘하나라도 만족’에 조건이 없어요");
        let Said { en, ko } = reasons.first().cloned().unwrap_or_else(nothing);
        find(
            Severity::Error,
            "never_fires",
            both!("it can never fire: {en}", "절대 나올 수 없어요: {ko}"),
        );
    }
    if is_always(alternatives) {
        let said = both!(
            "it holds whatever happens: its caps alone decide",
            "무슨 일이 있어도 조건이 맞아요. 횟수 제한만이 정하게 돼요"
        );
        find(Severity::Warning, "says_nothing", said);
    }
    if campaign.holdout_permille == 1_000 && !campaign.shadow {
        let said = both!(
            "everybody is in the holdout: nobody will ever see it",
            "모든 방문자가 대조군이라 아무도 보지 못해요"
        );
        find(Severity::Error, "never_shown", said);
    }
}

fn caps(caps: &Caps, find: &mut Find<'_>) {
    let mut never = |name: &str, cap: u16, by: &str, limit: u16| {
        if cap > limit && limit > 0 {
            let said = both!(
                "{name} is {cap}, but {by} stops it at {limit}",
                "{name}은(는) {cap}인데 {by}이(가) {limit}에서 막아요"
            );
            find(Severity::Warning, "cap_never_reached", said);
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
            let said = both!(
                "{name} is {cap}, but the cool-down is longer than a session",
                "{name}은(는) {cap}인데 쉬는 시간이 한 방문보다 길어요"
            );
            find(Severity::Warning, "cap_never_reached", said);
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
            let said = both!(
                "variant {place} has weight 0: it is never chosen",
                "변형 {place}의 비중이 0이라 뽑히지 않아요"
            );
            find(Severity::Hint, "unused_variant", said);
        }
        let missing = copies.iter().flatten().filter(|tag| !copies[place].contains(tag));
        let mut missing: Vec<&str> = missing.copied().collect();
        missing.sort_unstable();
        missing.dedup();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            let said = both!(
                "variant {place} has no text in {missing}",
                "변형 {place}에 {missing} 문구가 없어요"
            );
            find(Severity::Warning, "missing_language", said);
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
