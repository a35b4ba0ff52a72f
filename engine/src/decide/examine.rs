//! How does every campaign stand at this moment? The same evaluation as in [`Decider::take`], kept
//! whole. For operators: pages never call it, so their module does not carry it.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use beacon::Item;
use beacon::item::Consent;
use beacon::wire::{Reader, Wire as _};
use serde::Serialize;

use super::rule::Rule;
use super::session::VERSION;
use super::{Decider, Scene, choose, is_quiet};
use crate::campaign::{Campaign, Caps, Quantity, Trigger};
use crate::explain;
use crate::model::{Model, Reason};
use crate::pack::{Pack, Published};
use crate::site::{Audience, SITE};

/// A campaign at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// Which campaign.
    pub campaign: u16,
    /// What becomes of it.
    pub standing: Standing,
    /// Predicted probability of purchase, thousandths.
    pub buy_permille: u16,
    /// What the score is made of, largest parts first.
    pub reasons: Vec<Reason>,
    /// Its trigger, part by part; `None` while no page is open.
    pub condition: Option<Condition>,
}

/// What becomes of a campaign, and what stands in its way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It is shown.
    Fires,
    /// It would be shown, but the visitor goes without.
    HeldOut,
    /// It would be shown, but the visitor goes without everything: the site's own holdout.
    HeldOutOfAll,
    /// It holds and is only noted.
    Shadowed,
    /// Its conditions do not hold.
    Missed,
    /// Its conditions hold, but it had its turns.
    Paced(Pause),
    /// Its conditions hold, but all campaigns together had their turns.
    SitePaced(Pause),
    /// Its conditions hold, but nobody is free to answer.
    Unstaffed,
    /// Its conditions hold, but another one stands on screen.
    Occupied(u16),
    /// Its conditions hold, but one that goes before it took the turn.
    Outranked(u16),
    /// Nothing may be shown on this page: payment, or right after it.
    Quiet,
    /// Nothing may be shown here and now, by the site's own rule.
    Hushed,
    /// Nothing may be shown without consent to personalise.
    Unconsented,
    /// No page is open.
    NoView,
    /// The page has another version of the pack.
    OtherPack(u32),
    /// No variant of it can be chosen, or none has words.
    Wordless,
}

/// Why a campaign gets no further turn now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pause {
    /// Had its turns in this view.
    View,
    /// Had its turns in this session.
    Session,
    /// Had its turns in 24 hours.
    Day,
    /// Cools down, for so many seconds more.
    Cooldown(u32),
    /// Had its turns with this visitor, ever.
    Lifetime,
    /// Nobody remembers how often this visitor had it.
    Unremembered,
    /// Was taken or refused in this session.
    Stopped,
    /// More campaigns had a turn than are kept count of.
    Full,
}

/// A part of a trigger and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// `all`, `any`, `not`, or what a leaf asks for.
    pub name: String,
    /// What was measured, for a leaf.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<i32>,
    /// Whether it holds.
    pub holds: bool,
    /// A leaf that does not hold: by how much it was missed, where it asks for a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed_by: Option<i64>,
    /// A leaf in words: `cart_value = 8000 (min 10000)`.
    pub words: String,
    /// Parts of `all`, `any` and `not`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Self>,
}

impl Decider {
    /// How every campaign of the pack would stand once `item` is taken; nothing is changed. In the
    /// order of the pack, which comes as it was written and as pages have it.
    pub fn examine(&self, item: &Item, pack: &Pack, published: &Published) -> Vec<Examination> {
        let mut then = self.clone();
        let is_last_word = then.listen(item).unwrap_or(true);
        let obstacle = then.obstacle(pack.version);
        let mut rules = Vec::new();
        let scene = then.scene(pack);
        published
            .campaigns
            .judge(scene.as_ref().unwrap_or(&Scene::EMPTY), &mut |rule| rules.push(rule));
        let mut site = None;
        let sight = scene.as_ref().unwrap_or(&Scene::EMPTY);
        published.site.judge(sight, &mut |rule| site = Some(rule));
        let decided = then.clone().judge(published);
        let buy = scene.as_ref().map_or(0, |scene| scene.quantity(Quantity::BuyPermille));
        let reasons = then.reasons(&pack.model);
        let stand = |(place, campaign): (usize, &Campaign)| {
            let values = &rules.get(place)?.findings.evidence();
            let standing = match &obstacle {
                Some(obstacle) => obstacle.clone(),
                None if site.as_ref().is_some_and(|it| it.holds) => Standing::Hushed,
                None if is_last_word => Standing::Missed,
                None => then.turn(place, &rules, site.as_ref()),
            };
            let is_decided = decided.iter().any(|it| it.verdict.campaign == campaign.id);
            // A turn that nobody could keep count of did not come about.
            let standing = if is_turn(&standing) && !is_decided {
                Standing::Paced(Pause::Full)
            } else {
                standing
            };
            Some(Examination {
                campaign: campaign.id,
                standing,
                buy_permille: u16::try_from(buy).unwrap_or_default(),
                reasons: reasons.clone(),
                condition: scene
                    .is_some()
                    .then(|| condition(&campaign.trigger, &mut values.iter())),
            })
        };
        pack.campaigns.iter().enumerate().filter_map(stand).collect()
    }

    /// Why the score is what it is: the values whose parts are largest, largest first.
    pub fn reasons(&self, model: &[u8]) -> Vec<Reason> {
        let Ok(model) = Model::decode(model) else { return Vec::new() };
        let all = model.reasons::<REASONS>(&self.session.features.values());
        all.into_iter().filter(|it| *it != Reason::default()).collect()
    }

    /// Whether this version wrote the snapshot, or there is none. What another one wrote is not read:
    /// the session starts fresh.
    pub fn wrote(snapshot: &[u8]) -> bool {
        snapshot.first().is_none_or(|version| *version == VERSION)
    }

    /// When the state in a snapshot last took an item, on the visitor's clock, milliseconds since
    /// 1970; `None` for bytes that this version did not write. Reads no further than that.
    pub fn last_of(snapshot: &[u8]) -> Option<u64> {
        let mut from = Reader::new(snapshot);
        let version = from.byte();
        let (_started, last) = <(u64, u64)>::read(&mut from);
        (version == VERSION && !from.is_broken()).then_some(last)
    }

    /// What stands in the way of every campaign.
    fn obstacle(&self, version: u32) -> Option<Standing> {
        let view = self.view.as_ref();
        if self.consent != Consent::Personalise {
            Some(Standing::Unconsented)
        } else if view.is_none() {
            Some(Standing::NoView)
        } else if self.pack != version {
            Some(Standing::OtherPack(self.pack))
        } else if view.is_some_and(|view| is_quiet(view.page)) {
            Some(Standing::Quiet)
        } else {
            None
        }
    }

    /// What becomes of the rule at this place, as [`Self::judge`] has it.
    fn turn(&self, place: usize, rules: &[Rule<'_>], site: Option<&Rule<'_>>) -> Standing {
        let (Some(world), Some(rule)) = (&self.world, rules.get(place)) else {
            return Standing::NoView;
        };
        if !rule.holds {
            return Standing::Missed;
        }
        if let Some(pause) = self.pause(rule.id, &rule.caps) {
            return Standing::Paced(pause);
        }
        if rule.needs_agent && !self.has_agent() {
            return Standing::Unstaffed;
        }
        if !self.has_words(rule) {
            return Standing::Wordless;
        }
        if rule.shadow {
            return Standing::Shadowed;
        }
        if let Some(screen) = self.on_screen.filter(|_| self.is_occupied()) {
            return Standing::Occupied(screen.campaign);
        }
        if let Some(pause) = site.and_then(|it| self.pause(SITE, &it.caps)) {
            return Standing::SitePaced(pause);
        }
        let takes_turn = |it: &&Rule<'_>| {
            it.holds
                && !it.shadow
                && it.rank() > rule.rank()
                && self.allows(it.id, &it.caps)
                && (!it.needs_agent || self.has_agent())
                && self.has_words(it)
        };
        if let Some(rival) = rules.iter().filter(takes_turn).max_by_key(|it| it.rank()) {
            return Standing::Outranked(rival.id);
        }
        if site.is_some_and(|it| choose::is_held_out(it, world.seed)) {
            Standing::HeldOutOfAll
        } else if choose::is_held_out(rule, world.seed) {
            Standing::HeldOut
        } else {
            Standing::Fires
        }
    }

    /// Why the campaign, or the site, gets no turn now.
    fn pause(&self, campaign: u16, caps: &Caps) -> Option<Pause> {
        if caps.lifetime > 0 {
            match self.remembered.as_ref().map(|it| it.times(campaign)) {
                None => return Some(Pause::Unremembered),
                Some(u16::MAX) => return Some(Pause::Full),
                Some(had) if had >= caps.lifetime => return Some(Pause::Lifetime),
                Some(_) => {}
            }
        }
        self.session.pacing.pause(campaign, caps, self.now)
    }

    fn has_words(&self, rule: &Rule<'_>) -> bool {
        let Some(world) = &self.world else { return false };
        choose::variant(rule, world.seed)
            .is_some_and(|(_, it)| it.words(world.language.as_bytes()).is_some())
    }
}

/// So many parts of a score are told; more would not be read.
const REASONS: usize = 3;

/// Whether a verdict comes of it.
fn is_turn(standing: &Standing) -> bool {
    use Standing::{Fires, HeldOut, HeldOutOfAll, Shadowed};
    matches!(standing, Fires | HeldOut | HeldOutOfAll | Shadowed)
}

/// The tree with what was measured of its leaves, depth first.
fn condition(trigger: &Trigger, values: &mut core::slice::Iter<'_, i32>) -> Condition {
    let group = |name: &str, parts: Vec<Condition>, holds| Condition {
        name: name.into(),
        value: None,
        holds,
        missed_by: None,
        words: String::new(),
        parts,
    };
    let mut each = |parts: &[Trigger]| -> Vec<Condition> {
        parts.iter().map(|it| condition(it, values)).collect()
    };
    match trigger {
        Trigger::All(parts) => {
            let parts = each(parts);
            let holds = parts.iter().all(|it| it.holds);
            group("all", parts, holds)
        }
        Trigger::Any(parts) => {
            let parts = each(parts);
            let holds = parts.iter().any(|it| it.holds);
            group("any", parts, holds)
        }
        Trigger::Not(part) => {
            let parts = each(core::slice::from_ref(Box::as_ref(part)));
            let holds = parts.iter().all(|it| !it.holds);
            group("not", parts, holds)
        }
        Trigger::Audience(Audience { name, trigger: Some(part) }) => {
            let parts = each(core::slice::from_ref(Box::as_ref(part)));
            let holds = parts.iter().all(|it| it.holds);
            group(&format!("audience {name}"), parts, holds)
        }
        leaf => leaf_condition(leaf, values.next().copied().unwrap_or_default()),
    }
}

fn leaf_condition(leaf: &Trigger, value: i32) -> Condition {
    let holds = explain::passes(leaf, value);
    Condition {
        name: explain::leaf_name(leaf).into(),
        value: Some(value),
        holds,
        missed_by: (!holds).then(|| missed_by(leaf, value)).flatten(),
        words: explain::sentence(leaf, value),
        parts: Vec::new(),
    }
}

/// By how much a number was missed: what is short of the least, or beyond the most.
fn missed_by(leaf: &Trigger, measure: i32) -> Option<i64> {
    let value = i64::from(measure);
    match leaf {
        Trigger::Count { at_least, .. } => Some(i64::from(*at_least) - value),
        Trigger::Since { .. } if value < 0 => None,
        Trigger::Since { at_least_s, .. } => Some(i64::from(*at_least_s) - value),
        Trigger::Is { min, max, .. } => {
            let short = min.map(|min| i64::from(min) - value).filter(|short| *short > 0);
            short.or(max.map(|max| value - i64::from(max)))
        }
        leaf => explain::leaves::missed_by(leaf, measure),
    }
}
