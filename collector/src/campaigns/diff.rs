//! In which visits do two packs decide differently?

use std::collections::BTreeMap;

use engine::decide::glance::Trial;
use engine::explain;
use engine::pack::Pack;
use nunchi_api::campaigns::{Change, Diff, DiffRow, DiffSession};

use super::each::{Over, Took, each_story};
use super::{Performed, Story, rehearse};
use crate::hex::hex;
use crate::store::StoreError;

/// `diff`: both packs over the visits of the span, by the same rules, so that nothing but the packs
/// differs.
pub(crate) fn diff(over: &Over<'_>, old: &Pack, new: &Pack) -> Result<(Diff, Took), StoreError> {
    let (before, after) = (Trial::from(old.clone()), Trial::from(new.clone()));
    let take = |sum: &mut Sum, story: &Story| sum.add(story, changes(story, &before, &after));
    let (over, took, sum) = each_story(over, take, Sum::join)?;
    let named = |(id, row)| DiffRow { id, name: name(id, &[new, old]), ..row };
    let rows = sum.rows.into_iter().map(named).collect();
    let sessions = sum.sessions;
    Ok((Diff { over, changed: sum.changed, rows, sessions }, took))
}

/// What changes, as far as a thread has seen it.
#[derive(Default)]
struct Sum {
    changed: u64,
    rows: BTreeMap<u16, DiffRow>,
    sessions: Vec<DiffSession>,
}

impl Sum {
    fn add(&mut self, story: &Story, changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        self.changed += 1;
        for change in &changes {
            let row = self.rows.entry(change.campaign).or_default();
            if change.is_new { row.gained += 1 } else { row.lost += 1 }
        }
        let (session, at) = (hex(&story.visit), story.began_at.0);
        self.sessions.push(DiffSession { session, at, changes });
        if self.sessions.len() > 2 * SESSIONS {
            keep_oldest(&mut self.sessions);
        }
    }

    fn join(&mut self, other: Self) {
        self.changed += other.changed;
        for (id, row) in other.rows {
            let sum = self.rows.entry(id).or_default();
            sum.gained += row.gained;
            sum.lost += row.lost;
        }
        self.sessions.extend(other.sessions);
        keep_oldest(&mut self.sessions);
    }
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
fn changes(story: &Story, old: &Trial, new: &Trial) -> Vec<Change> {
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
