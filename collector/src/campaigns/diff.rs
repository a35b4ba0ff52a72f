//! In which visits do two packs decide differently?

use std::collections::BTreeMap;

use engine::explain;
use engine::pack::{Pack, Published};
use nunchi_api::campaigns::{Change, Diff, DiffRow, DiffSession};

use super::{Performed, Story, each_story, rehearse};
use crate::hex::hex;
use crate::store::{Span, Store, StoreError};

/// `diff`: both packs over the visits of the span, by the same rules, so that nothing but the packs
/// differs.
pub(crate) fn diff(
    store: &Store,
    span: Span,
    old: &Pack,
    new: &Pack,
    progress: impl FnMut(u64, u64),
) -> Result<Diff, StoreError> {
    let mut diff = Diff::default();
    let mut rows: BTreeMap<u16, DiffRow> = BTreeMap::new();
    let (before, after) = (old.clone().into(), new.clone().into());
    diff.over = each_story(store, span, progress, |story| {
        let changes = changes(&story, &before, &after);
        if changes.is_empty() {
            return;
        }
        diff.changed += 1;
        for change in &changes {
            let row = rows.entry(change.campaign).or_default();
            if change.is_new { row.gained += 1 } else { row.lost += 1 }
        }
        let (session, at) = (hex(&story.visit), story.began_at.0);
        diff.sessions.push(DiffSession { session, at, changes });
        if diff.sessions.len() > 2 * SESSIONS {
            keep_oldest(&mut diff.sessions);
        }
    })?;
    keep_oldest(&mut diff.sessions);
    diff.rows = rows
        .into_iter()
        .map(|(id, row)| DiffRow { id, name: name(id, &[new, old]), ..row })
        .collect();
    Ok(diff)
}

fn keep_oldest(sessions: &mut Vec<DiffSession>) {
    sessions.sort_by(|a, b| (a.at, &a.session).cmp(&(b.at, &b.session)));
    sessions.truncate(SESSIONS);
}

fn name(id: u16, packs: &[&Pack]) -> String {
    let mut campaigns = packs.iter().flat_map(|pack| &pack.campaigns);
    campaigns.find(|campaign| campaign.id == id).map(|it| it.name.clone()).unwrap_or_default()
}

/// Verdicts that only one of the packs makes: same run, moment, campaign and outcome.
fn changes(story: &Story, old: &Published, new: &Published) -> Vec<Change> {
    let (before, after) = (rehearse(story, old), rehearse(story, new));
    let began = story.began_wall();
    let is_in =
        |it: &Performed, others: &[Performed]| others.iter().any(|other| is_same(it, other));
    let lost = before.iter().filter(|it| !is_in(it, &after)).map(|it| change(it, began, false));
    let gained = after.iter().filter(|it| !is_in(it, &before)).map(|it| change(it, began, true));
    let mut changes: Vec<Change> = lost.chain(gained).collect();
    changes.sort_by_key(|change| (change.at, change.is_new));
    changes
}

fn is_same(a: &Performed, b: &Performed) -> bool {
    let (x, y) = (&a.verdict, &b.verdict);
    (a.run, a.at, x.campaign, x.outcome, x.variant)
        == (b.run, b.at, y.campaign, y.outcome, y.variant)
}

fn change(it: &Performed, began: u64, is_new: bool) -> Change {
    Change {
        at: it.wall.saturating_sub(began),
        is_new,
        campaign: it.verdict.campaign,
        outcome: explain::outcome(it.verdict.outcome).into(),
    }
}

/// Sessions that are named.
const SESSIONS: usize = 50;
