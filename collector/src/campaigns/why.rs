//! A stored visit moment by moment: what happened, and how every campaign stood.

use std::collections::{BTreeMap, BTreeSet};

use beacon::{Body, Item, Millis};
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
    let then = Story::read(&stored);
    match judge {
        Judge::Then(packs) => judged(&then, packs, wish),
        Judge::By(pack) => {
            let rehearsed = rehearsed(&then, &Trial::from(pack.clone()));
            judged(&rehearsed, std::slice::from_ref(pack), wish)
        }
    }
}

/// The same of a story that is read already, judged by the packs that its pages had.
pub(crate) fn of_story(story: &Story, packs: &[Pack]) -> Why {
    tell(story, packs, Wish::default())
}

fn judged(story: &Story, packs: &[Pack], wish: Wish) -> Result<Why, WhyError> {
    if let Some(asked) = wish.campaign {
        let known = campaigns(story, packs);
        if !known.contains(&asked) {
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            let known = if known.is_empty() { "none".into() } else { known.join(", ") };
            return Err(WhyError::NoCampaign { asked, known });
        }
    }
    Ok(tell(story, packs, wish))
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
    let asked = wish.at.and_then(|at| Some((at, page_at(story, began_at + at)?)));
    for (index, run) in (0_usize..).zip(&story.runs) {
        let asked = asked.filter(|(_, page)| *page == index).map(|(at, _)| at);
        telling.follow(index, run, asked);
    }
    telling.moments.sort_by_key(|moment| moment.at);
    let mut standings = telling.turns;
    standings.extend(telling.closest.into_values().map(|(_, standing)| standing));
    standings.sort_by_key(|it| (it.at, it.campaign));
    let session = hex(&story.visit);
    Why { session, began_at, moments: telling.moments, standings, incomplete: story.incomplete }
}

/// The page load that went on at this time on the visitor's clock: of several the one that began
/// last, after all of them the one that went on longest.
fn page_at(story: &Story, wall: u64) -> Option<usize> {
    let begun = story.runs.iter().enumerate().filter(|(_, run)| run.began.wall.0 <= wall);
    let until = |run: &Run| run.items.last().map_or(0, |item| run.wall(item.at)).min(wall);
    begun.max_by_key(|(index, run)| (until(run), *index)).map(|(index, _)| index)
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
    /// `asked` is the only moment to look at, milliseconds since the visit began, in this page load.
    fn follow(&mut self, index: usize, run: &Run, asked: Option<u64>) {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let mut decider = Decider::default();
        let mut packs: Option<(&Pack, Published)> = None;
        let visit_at = self.began_at;
        let since = |item: &Item| run.wall(item.at).saturating_sub(visit_at);
        let is_input = |item: &Item| !matches!(item.body, Body::Decided(_));
        // The last thing that happens at that very moment, if anything does; else time just passes.
        let is_asked = |item: &Item| is_input(item) && asked == Some(since(item));
        let place_asked = run.items.iter().rposition(is_asked);
        let mut is_due = asked.is_some() && place_asked.is_none();
        let began_at = run.began.wall.0.saturating_sub(self.began_at);
        for (place, item) in run.items.iter().enumerate() {
            let at = run.wall(item.at).saturating_sub(self.began_at);
            if let (Some(asked), Some((pack, published))) =
                (asked.filter(|it| *it < at && is_due), &packs)
            {
                is_due = false;
                self.look(asked, &passed(&decider, asked - began_at, pack, published), pack);
            }
            self.moments.push(Moment { at, run: index, text: explain::describe(&item.body) });
            if let Some(version) = pack_of(&item.body) {
                packs = self.pack(version);
            }
            let Some((pack, published)) = &packs else { continue };
            let is_looked_at = match self.wish.at {
                None => is_input(item),
                Some(_) => place_asked == Some(place),
            };
            if is_looked_at {
                self.look(at, &decider.examine(item, pack, published), pack);
            }
            decider.take(item, published);
        }
        if let (Some(asked), Some((pack, published))) = (asked.filter(|_| is_due), &packs) {
            self.look(asked, &passed(&decider, asked - began_at, pack, published), pack);
        }
    }

    /// The pack of this version, as written and as pages had it.
    fn pack(&self, version: u32) -> Option<(&'a Pack, Published)> {
        let pack = self.packs.iter().find(|pack| pack.version == version)?;
        Some((pack, pack.clone().into()))
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

/// How campaigns stand so long after the page load began, when nothing happens but that time passes.
fn passed(decider: &Decider, ms: u64, pack: &Pack, published: &Published) -> Vec<Examination> {
    decider.examine(&Item { at: Millis(ms), body: Body::Woke }, pack, published)
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
