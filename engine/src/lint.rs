//! Will a campaign do what was meant? [`Pack::check`] refuses what a page could not carry; this
//! finds what may be published and still never fires, never gets its turn, or says nothing.
//!
//! A trigger is written out as alternatives, each a list of ranges and sets, one for each thing that
//! is measured. What leaves nothing in a range cannot hold. For operators: pages never call it.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use beacon::item::PageKind;
use beacon::wire;
use serde::Serialize;

use crate::campaign::{Action, Campaign, Caps, Happening, Quantity, Trigger};
use crate::config::{HESITATION_LEVEL_MAX, PACED_CAMPAIGNS_MAX, SESSION_MS_MAX};
use crate::explain;
use crate::model::{Band, Model, Reach};
use crate::pack::Pack;
use crate::site::{Audience, SITE};

/// Something an operator should know before publishing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which campaign; 0: all together.
    pub campaign: u16,
    /// How bad it is.
    pub severity: Severity,
    /// For programs: `never_fires`, `never_shown`, `after_another`, `cap_never_reached`,
    /// `says_nothing`, `unused_variant`, `missing_language`, `cooldown_forgotten`.
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

/// All findings, worst first, then by campaign.
pub fn lint(pack: &Pack) -> Vec<Finding> {
    let mut findings = Vec::new();
    let all: Vec<(&Campaign, Option<Vec<Alternative>>)> =
        pack.campaigns.iter().map(|it| (it, alternatives(&it.trigger))).collect();
    let reach = Model::decode(&pack.model).ok().map(|it| it.reach());
    for (campaign, alternatives) in &all {
        let mut find = |severity, code, message| {
            findings.push(Finding { campaign: campaign.id, severity, code, message });
        };
        trigger(campaign, alternatives.as_deref(), reach.as_ref(), &mut find);
        caps(&campaign.caps, &mut find);
        variants(campaign, &mut find);
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
    site(pack, &mut findings);
    sort(&mut findings);
    findings
}

/// What the site's own rule keeps from happening.
fn site(pack: &Pack, findings: &mut Vec<Finding>) {
    let mut find = |campaign, severity, code, message: &str| {
        findings.push(Finding { campaign, severity, code, message: message.into() });
    };
    let is_always = |it: &Alternative| it.is_always();
    if alternatives(&pack.site.quiet).is_some_and(|ways| ways.iter().any(is_always)) {
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
    if alternatives.iter().any(Alternative::is_always) {
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

/// Both are shown, and the other one has the higher rank.
fn goes_after(campaign: &Campaign, rival: &Campaign) -> bool {
    let rank = |it: &Campaign| (it.priority, u16::MAX - it.id);
    campaign.id != rival.id && !campaign.shadow && !rival.shadow && rank(rival) > rank(campaign)
}

/// One way for a trigger to hold: everything in it must.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Alternative(BTreeMap<Key, Domain>);

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
            Self::Since(_) => Domain::Range(-1, i64::from(i32::MAX)),
            Self::Number(what) => match what {
                Quantity::BuyPermille | Quantity::LeavePermille => Domain::Range(0, 1_000),
                Quantity::ScrollPercent => Domain::Range(0, 100),
                Quantity::HesitationLevel => Domain::Range(0, i64::from(HESITATION_LEVEL_MAX)),
                Quantity::DaysSincePurchase => Domain::Range(-1, i64::from(u16::MAX)),
                _ => Domain::Range(0, i64::from(i32::MAX)),
            },
            Self::Visitor | Self::Device | Self::Band => Domain::Set(0b111),
            Self::Page => Domain::Set(LOUD_PAGES),
            Self::Pattern(_) => Domain::Range(0, 1),
        }
    }

    fn name(&self) -> String {
        match self {
            Self::Count(of, u64::MAX) => explain::happening(*of).into(),
            Self::Count(of, span) => format!("{} in {} s", explain::happening(*of), span / 1_000),
            Self::Since(of) => format!("since {}", explain::happening(*of)),
            Self::Number(what) => explain::quantity(*what).into(),
            Self::Visitor => "visitor".into(),
            Self::Device => "device".into(),
            Self::Page => "page".into(),
            Self::Band => "band".into(),
            Self::Pattern(pattern) => pattern.clone(),
        }
    }
}

/// Pages on which something may be shown at all: not at the payment step or right after it.
const LOUD_PAGES: u32 = ((1 << (PageKind::Account as u32 + 1)) - 1)
    & !(1 << PageKind::Payment as u32 | 1 << PageKind::Thanks as u32);

impl Alternative {
    fn of(key: Key, domain: Domain) -> Self {
        Self(BTreeMap::from([(key, domain)]))
    }

    fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        for (key, domain) in &other.0 {
            let known = both.0.entry(key.clone()).or_insert(*domain);
            *known = known.and(*domain);
        }
        both
    }

    /// What a thing may be, when also what other things say of it is taken into account: so often in
    /// a short span is at least as often in a longer one.
    fn domain(&self, key: &Key) -> Domain {
        let mut domain = key.whole();
        if let Some(said) = self.0.get(key) {
            domain = domain.and(*said);
        }
        if let Key::Count(of, span) = key {
            for (other, said) in &self.0 {
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

    /// Nothing that can be measured breaks it.
    fn is_always(&self) -> bool {
        self.0.iter().all(|(key, said)| key.whole().is_within(*said))
    }

    /// Why it cannot hold.
    fn contradiction(&self) -> Option<String> {
        let key = self.0.keys().find(|key| self.domain(key).is_empty())?;
        let says = match (key, self.0.get(key)) {
            (Key::Pattern(patterns), _) if patterns.ends_with(' ') => {
                "has no pattern to match".into()
            }
            (Key::Pattern(_), _) => "must match and must not".into(),
            (_, Some(Domain::Range(low, high))) if low > high => {
                format!("must be at least {low} and at most {high}")
            }
            (_, Some(Domain::Range(low, i64::MAX))) => format!("cannot be {low} or more then"),
            (_, Some(Domain::Range(_, high))) => format!("cannot be {high} or less then"),
            (Key::Page, _) => {
                "is none on which something may be shown (payment and thanks are quiet)".into()
            }
            _ => String::from("can be none of what is asked for"),
        };
        Some(format!("{} {says}", key.name()))
    }

    /// What it asks of the score that the pack's model never says.
    fn beyond(&self, reach: &Reach) -> Option<String> {
        let [buy, leave] = [
            (Quantity::BuyPermille, reach.buy_permille),
            (Quantity::LeavePermille, reach.leave_permille),
        ]
        .map(|(what, [low, high])| (Key::Number(what), Domain::Range(low.into(), high.into())));
        let bands = (0..).zip(reach.bands).map(|(at, can)| u32::from(can) << at).sum();
        [buy, leave, (Key::Band, Domain::Set(bands))].into_iter().find_map(|(key, said)| {
            let asked = self.0.get(&key)?;
            let can = match said {
                Domain::Range(low, high) => format!("{low} to {high}"),
                Domain::Set(bits) => {
                    let names = [Band::Buys, Band::Undecided, Band::Leaves];
                    let names = names.into_iter().filter(|&it| bits >> it as u32 & 1 > 0);
                    names.map(explain::band).collect::<Vec<_>>().join(" or ")
                }
            };
            let message = format!("by the pack's model {} is {can}, never else", key.name());
            asked.and(said).is_empty().then_some(message)
        })
    }

    /// Whether the other one holds whenever this one does.
    fn implies(&self, other: &Self) -> bool {
        other.0.iter().all(|(key, said)| self.domain(key).is_within(key.whole().and(*said)))
    }
}

/// Whether the second holds whenever the first does.
fn implies(first: &[Alternative], second: &[Alternative]) -> bool {
    let mut possible = first.iter().filter(|it| it.contradiction().is_none()).peekable();
    possible.peek().is_some() && possible.all(|it| second.iter().any(|other| it.implies(other)))
}

/// Alternatives of a trigger; more than so many are not looked into.
const ALTERNATIVES_MAX: usize = 256;

fn alternatives(trigger: &Trigger) -> Option<Vec<Alternative>> {
    expand(trigger, true)
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
        return vec![Alternative::of(key, domain)];
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
