//! A stored visit moment by moment: what happened, and how every campaign stood.

use std::collections::{BTreeMap, BTreeSet};

use beacon::{Body, Item};
use engine::decide::Decider;
use engine::decide::examine::{self, Examination};
use engine::decide::glance::Trial;
use engine::explain::{self, Language};
use engine::pack::{Pack, Published};
use nunchi_api::campaigns::{Condition, Moment, Standing, Why};

use super::{Run, Story, rehearsed};
use crate::hex::hex;
use crate::store::{Store, StoreError};

/// What is asked of a visit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wish {
    /// Only this campaign.
    pub(crate) campaign: Option<u16>,
    /// Only this moment, milliseconds since the visit began.
    pub(crate) at: Option<u64>,
}

/// By which campaigns a visit is judged.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Judge<'a> {
    /// Those that its pages had; these are all the packs that the site ever published.
    Then(&'a [Pack]),
    /// Those of this pack, in a rehearsal.
    By(&'a Pack),
}

/// Why a visit is not told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WhyError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no such visit is stored")]
    NoVisit,
    #[error("campaign {asked} is not in the pack that judges this visit, which has {known}")]
    NoCampaign { asked: u16, known: String },
}

/// `why`: what happened in the visit, and how campaigns stood.
pub(crate) fn why(
    store: &Store,
    site: i64,
    visit: &[u8],
    judge: Judge<'_>,
    wish: Wish,
) -> Result<Why, WhyError> {
    let stored = store.visit(site, visit)?;
    if stored.is_empty() {
        return Err(WhyError::NoVisit);
    }
    let story = Story::read(&stored);
    let (story, packs) = match judge {
        Judge::Then(packs) => (story, packs),
        Judge::By(pack) => {
            (rehearsed(&story, &Trial::from(pack.clone())), std::slice::from_ref(pack))
        }
    };
    if let Some(asked) = wish.campaign {
        let known = campaigns(&story, packs);
        if !known.contains(&asked) {
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            let known = if known.is_empty() { "none".into() } else { known.join(", ") };
            return Err(WhyError::NoCampaign { asked, known });
        }
    }
    Ok(tell(&story, packs, wish))
}

/// Those of all packs that the visit's pages had.
fn campaigns(story: &Story, packs: &[Pack]) -> BTreeSet<u16> {
    let items = story.runs.iter().flat_map(|run| &run.items);
    let versions: BTreeSet<u32> = items.filter_map(|item| pack_of(&item.body)).collect();
    let had = packs.iter().filter(|pack| versions.contains(&pack.version));
    had.flat_map(|pack| pack.campaigns.iter().map(|campaign| campaign.id)).collect()
}

/// The version that the page has from here on.
fn pack_of(body: &Body) -> Option<u32> {
    match body {
        Body::Began(began) => Some(began.pack),
        Body::Published(version) => Some(*version),
        _ => None,
    }
}

/// The story with the standings that were asked for.
fn tell(story: &Story, packs: &[Pack], wish: Wish) -> Why {
    let began_at = story.began_wall();
    let mut telling = Telling { began_at, packs, wish, ..Telling::default() };
    for (index, run) in (0_u32..).zip(&story.runs) {
        telling.follow(index, run);
    }
    telling.moments.sort_by_key(|moment| moment.at);
    let mut standings = telling.turns;
    standings.extend(telling.closest.into_values().map(|(_, standing)| standing));
    standings.sort_by_key(|it| (it.at, it.campaign));
    let session = hex(&story.visit);
    Why { session, began_at, moments: telling.moments, standings, incomplete: story.incomplete }
}

#[derive(Default)]
struct Telling<'a> {
    began_at: u64,
    packs: &'a [Pack],
    wish: Wish,
    moments: Vec<Moment>,
    /// Campaigns that had their turn; at the moment asked for, all.
    turns: Vec<Standing>,
    /// Of those that had none, when the fewest conditions were missing, and how many.
    closest: BTreeMap<u16, (usize, Standing)>,
}

impl<'a> Telling<'a> {
    fn follow(&mut self, index: u32, run: &Run) {
        let mut decider = Decider::default();
        let mut packs: Option<(&Pack, Published)> = None;
        for (place, item) in run.items.iter().enumerate() {
            let at = run.wall(item.at).saturating_sub(self.began_at);
            self.moments.push(Moment { at, run: index, text: explain::describe(&item.body) });
            if let Some(version) = pack_of(&item.body) {
                packs = self.pack(version);
            }
            let Some((pack, published)) = &packs else { continue };
            if self.is_asked_for(run, place) && !matches!(item.body, Body::Decided(_)) {
                self.look(at, &decider.examine(item, pack, published), pack);
            }
            decider.take(item, published);
        }
    }

    /// The pack of this version, as written and as pages had it.
    fn pack(&self, version: u32) -> Option<(&'a Pack, Published)> {
        let pack = self.packs.iter().find(|pack| pack.version == version)?;
        Some((pack, pack.clone().into()))
    }

    /// Everything, or the last item of the page load that is not after the moment asked for.
    fn is_asked_for(&self, run: &Run, place: usize) -> bool {
        let Some(asked) = self.wish.at else { return true };
        let at = |item: &Item| run.wall(item.at).saturating_sub(self.began_at);
        let is_input = |item: &&Item| !matches!(item.body, Body::Decided(_));
        let mut later = run.items[place + 1..].iter().filter(is_input);
        at(&run.items[place]) <= asked && later.next().is_none_or(|next| at(next) > asked)
    }

    fn look(&mut self, at: u64, examinations: &[Examination], pack: &Pack) {
        let wished = self.wish.campaign;
        for it in examinations.iter().filter(|it| wished.is_none_or(|id| id == it.campaign)) {
            let Some(campaign) = pack.campaigns.iter().find(|known| known.id == it.campaign) else {
                continue;
            };
            let standing = Standing {
                at,
                campaign: it.campaign,
                standing: name(&it.standing).into(),
                buy_permille: it.buy_permille,
                en: explain::why(campaign, it, Language::En),
                ko: explain::why(campaign, it, Language::Ko),
                condition: it.condition.as_ref().map(condition),
            };
            let has_turn = matches!(
                it.standing,
                examine::Standing::Fires
                    | examine::Standing::HeldOut
                    | examine::Standing::HeldOutOfAll
                    | examine::Standing::Shadowed
            );
            if has_turn || self.wish.at.is_some() {
                self.closest.remove(&it.campaign);
                self.turns.push(standing);
            } else if self.turns.iter().all(|turn| turn.campaign != it.campaign) {
                self.note_closest(it, standing);
            }
        }
    }

    fn note_closest(&mut self, it: &Examination, standing: Standing) {
        let missing = it.condition.as_ref().map_or(usize::MAX, missing);
        let is_closer = self.closest.get(&it.campaign).is_none_or(|(known, _)| missing <= *known);
        if is_closer {
            self.closest.insert(it.campaign, (missing, standing));
        }
    }
}

/// How many leaves would have to change for the part to hold.
fn missing(condition: &examine::Condition) -> usize {
    match (condition.holds, condition.name.as_str()) {
        (true, _) => 0,
        (false, "all") => condition.parts.iter().map(missing).sum(),
        (false, "any") => condition.parts.iter().map(missing).min().unwrap_or(1),
        _ => 1,
    }
}

fn condition(of: &examine::Condition) -> Condition {
    Condition {
        name: of.name.clone(),
        value: of.value,
        holds: of.holds,
        missed_by: of.missed_by,
        words: of.words.clone(),
        parts: of.parts.iter().map(condition).collect(),
    }
}

fn name(standing: &examine::Standing) -> &'static str {
    use examine::Standing as Is;
    match standing {
        Is::Fires => "fires",
        Is::HeldOut => "held_out",
        Is::HeldOutOfAll => "held_out_of_all",
        Is::Shadowed => "shadowed",
        Is::Missed => "missed",
        Is::Paced(_) => "paced",
        Is::SitePaced(_) => "site_paced",
        Is::Unstaffed => "unstaffed",
        Is::Hushed => "hushed",
        Is::Occupied(_) => "occupied",
        Is::Outranked(_) => "outranked",
        Is::Quiet => "quiet",
        Is::Unconsented => "unconsented",
        Is::NoView => "no_view",
        Is::OtherPack(_) => "other_pack",
        Is::Wordless => "wordless",
    }
}
