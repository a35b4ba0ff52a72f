//! What a pack would have decided over a stored visit.
//!
//! The deciding half is fed with what happened, as far as it would have happened too:
//! - facts, signals, views and consent as they were;
//! - no verdict and no timer of the published pack: the pack under trial makes its own;
//! - an answer to an offer only where the pack under trial made that offer as well. Whatever else it
//!   shows is taken to stay until the next view, unanswered.
//!
//! State goes from page to page as it did: a run that resumed what an earlier one left resumes what
//! that one leaves in the rehearsal, caps of the pack under trial included. What another version of the
//! agent had saved says not what it goes on from: there, the page load that ended last is taken.

use std::collections::BTreeSet;

use beacon::item::{Answer, Began, Reaction, Remembered, Verdict, VerdictOutcome};
use beacon::{Body, Item, Millis};
use engine::decide::Decider;
use engine::decide::glance::Trial;
use engine::site::SITE;

use super::{Run, Story};

/// One verdict of a rehearsal, or one that was reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Performed {
    /// Index of the run in its story.
    pub(crate) run: usize,
    /// Since that run began.
    pub(crate) at: Millis,
    /// On the visitor's clock, milliseconds since 1970.
    pub(crate) wall: u64,
    pub(crate) verdict: Verdict,
}

/// Lets `pack` judge the whole visit; its verdicts in the order of time.
pub(crate) fn rehearse(story: &Story, pack: &Trial) -> Vec<Performed> {
    let mut stage = Stage::default();
    for index in 0..story.runs.len() {
        stage.play(index, &story.runs, pack);
    }
    stage.performed.sort_by_key(|it| it.wall);
    stage.performed
}

/// The visit as it would have been: what the page loads take in the rehearsal, and its verdicts.
pub(crate) fn rehearsed(story: &Story, pack: &Trial) -> Story {
    let mut stage = Stage { scripts: Some(Vec::new()), ..Stage::default() };
    for index in 0..story.runs.len() {
        stage.play(index, &story.runs, pack);
    }
    let runs = story.runs.iter().zip(stage.scripts.into_iter().flatten());
    let runs = runs.map(|(run, items)| Run { items, ..run.clone() });
    Story { runs: runs.collect(), visit: story.visit.clone(), ..*story }
}

#[derive(Default)]
struct Stage {
    /// What each run took, where somebody wants to know.
    scripts: Option<Vec<Vec<Item>>>,
    /// Each run's state after each of its items that might have been resumed from.
    left: Vec<Left>,
    /// What the browser would remember: turns as they came in this rehearsal, from what was recorded
    /// when the visit began.
    memory: Option<Remembered>,
    performed: Vec<Performed>,
}

/// What a run left for the next page.
struct Left {
    /// When it last took an item, on the visitor's clock: what a snapshot is recognised by.
    at: u64,
    snapshot: Vec<u8>,
}

/// One run being played.
struct Play<'a> {
    index: usize,
    run: &'a Run,
    pack: &'a Trial,
    decider: Decider,
    /// Campaigns that this rehearsal showed in this run.
    shown: BTreeSet<u16>,
    /// What stands on screen without an answer.
    open: Option<u16>,
    memory: Remembered,
    script: Option<Vec<Item>>,
}

impl Stage {
    fn play(&mut self, index: usize, runs: &[Run], pack: &Trial) {
        let run = &runs[index];
        let decider = Decider::default();
        let recorded = run.items.iter().find_map(|item| match &item.body {
            Body::Remembered(it) => Some(it),
            _ => None,
        });
        let mut memory = recorded.cloned().unwrap_or_default();
        if let Some(before) = self.memory.take() {
            memory.turns = before.turns;
        }
        let shown = BTreeSet::new();
        let script = self.scripts.as_ref().map(|_| Vec::new());
        let mut play = Play { index, run, pack, decider, shown, open: None, memory, script };
        let began = Began {
            pack: pack.version(),
            resumed: self.resumed(&run.began),
            language: run.began.language.clone(),
            referrer: run.began.referrer.clone(),
            ..run.began
        };
        play.take(&Item { at: Millis(0), body: Body::Began(began) }, &mut self.performed);
        // Agents of before told nothing of it; most visitors of theirs had no turns either.
        if recorded.is_none() {
            play.remind(Millis(0), &mut self.performed);
        }
        for item in run.items.iter().skip(1) {
            play.wake_until(item.at, &mut self.performed);
            play.follow(item, &mut self.performed);
        }
        self.memory = Some(play.memory.clone());
        if index + 1 < runs.len() {
            let last = run.items.last().map_or(Millis(0), |item| item.at);
            self.left.push(Left { at: run.wall(last), snapshot: play.decider.snapshot() });
        }
        if let Some(scripts) = &mut self.scripts {
            scripts.push(play.script.unwrap_or_default());
        }
    }

    /// What the run resumes: what an earlier one of the visit leaves in this rehearsal, else what
    /// was recorded (the earlier page is not stored).
    fn resumed(&self, began: &Began) -> Vec<u8> {
        let parent = match Decider::last_of(&began.resumed) {
            // Items after the snapshot was taken belong to the same page: the closest one left it.
            Some(last) => self.left.iter().filter(|it| it.at >= last).min_by_key(|it| it.at),
            None if Decider::wrote(&began.resumed) => None,
            None => {
                let before = self.left.iter().filter(|it| it.at <= began.wall.0);
                before.max_by_key(|it| it.at)
            }
        };
        parent.map_or_else(|| began.resumed.clone(), |it| it.snapshot.clone())
    }
}

/// Page loads that begin without the memory they had: another version of the agent saved it, and no
/// earlier page load of the visit is stored to go on from.
pub(crate) fn forgetful(story: &Story) -> u64 {
    let is_forgetful = |(index, run): (usize, &Run)| {
        let ended = |it: &Run| it.items.last().map_or(it.began.wall.0, |item| it.wall(item.at));
        !Decider::wrote(&run.began.resumed)
            && story.runs[..index].iter().all(|before| ended(before) > run.began.wall.0)
    };
    story.runs.iter().enumerate().filter(|it| is_forgetful(*it)).count() as u64
}

impl Play<'_> {
    /// What happened, as far as it happens in the rehearsal.
    fn follow(&mut self, item: &Item, to: &mut Vec<Performed>) {
        match &item.body {
            Body::Began(_) | Body::Published(_) | Body::Woke | Body::Decided(_) => {}
            Body::Remembered(_) => self.remind(item.at, to),
            // What was not shown is not answered; a conversation needs no campaign.
            Body::Answered(Answer { campaign, .. })
                if *campaign != SITE && !self.shown.contains(campaign) => {}
            Body::Answered(answer) => {
                if answer.reaction != Reaction::Shown {
                    self.open = None;
                }
                self.take(item, to);
            }
            Body::Viewed(_) => {
                self.close(item.at, to);
                self.take(item, to);
            }
            _ => self.take(item, to),
        }
    }

    /// What the browser remembers is told.
    fn remind(&mut self, at: Millis, to: &mut Vec<Performed>) {
        let body = Body::Remembered(self.memory.clone());
        self.take(&Item { at, body }, to);
    }

    /// The timers that the pack under trial asks for, up to the next thing that happened.
    fn wake_until(&mut self, at: Millis, to: &mut Vec<Performed>) {
        while let Some(due) = self.decider.due().filter(|due| *due <= at) {
            self.take(&Item { at: due, body: Body::Woke }, to);
            if self.decider.due() == Some(due) {
                return;
            }
        }
    }

    /// Nobody answered what stood there: it goes with its view.
    fn close(&mut self, at: Millis, to: &mut Vec<Performed>) {
        if let Some(campaign) = self.open.take() {
            let answer = Answer { campaign, reaction: Reaction::Expired };
            self.take(&Item { at, body: Body::Answered(answer) }, to);
        }
    }

    fn take(&mut self, item: &Item, to: &mut Vec<Performed>) {
        self.note(item);
        for decision in self.decider.take_on(item, self.pack) {
            let campaign = decision.verdict.campaign;
            if decision.is_lasting {
                self.memory.count(campaign);
            }
            let is_shown = decision.verdict.outcome == VerdictOutcome::Fired;
            let wall = self.run.wall(item.at);
            let verdict = decision.verdict;
            if self.script.is_some() {
                self.note(&Item { at: item.at, body: Body::Decided(verdict.clone()) });
            }
            to.push(Performed { run: self.index, at: item.at, wall, verdict });
            if is_shown {
                self.shown.insert(campaign);
                self.open = Some(campaign);
                let shown = Answer { campaign, reaction: Reaction::Shown };
                self.take(&Item { at: item.at, body: Body::Answered(shown) }, to);
            }
        }
    }
    fn note(&mut self, item: &Item) {
        if let Some(script) = &mut self.script {
            script.push(item.clone());
        }
    }
}
