//! One page load in one tab: an engine, an outbox, and the collector at the other end.

use std::collections::{BTreeMap, VecDeque};

use beacon::item::{Answer, Began, Remembered};
use beacon::outbox::{self, Outbox, Policy, RESTORED_FROM};
use beacon::reply::{Command, Reply};
use beacon::{Body, Header, Millis};
use engine::campaign::Show;
use engine::{Effect, Engine, Input, Snapshot};

use super::Tally;
use super::wire::Wire;

/// What a page leaves for the next one in the same tab.
#[derive(Clone, Debug, Default)]
pub(super) struct Storage {
    /// `sessionStorage`: the engine's state.
    pub(super) snapshot: Option<Snapshot>,
    /// `localStorage`: frames that are not settled.
    frames: BTreeMap<u32, Vec<u8>>,
    /// `localStorage`: what is remembered of the visitor.
    memory: Remembered,
}

pub(super) struct Tab<'a> {
    wire: &'a Wire,
    engine: Engine,
    outbox: Outbox,
    storage: Storage,
    began_at: u64,
    engine_wakes: Option<Millis>,
    outbox_wakes: Option<Millis>,
    /// Offers that the engine wants to be shown and nobody has looked at yet.
    pub(super) shown: Vec<Show>,
    pub(super) tally: Tally,
    hears_watchers: bool,
}

impl<'a> Tab<'a> {
    /// A page begins to load. `header` is the template of its frames.
    pub(super) fn open(
        wire: &'a Wire,
        storage: Storage,
        header: Header,
        began: Began,
        hears_watchers: bool,
    ) -> Self {
        let pack = wire.pack();
        let saved = storage.snapshot.as_ref();
        let resumed = saved.and_then(|saved| Engine::resume((*pack).clone(), saved).ok());
        let engine = resumed.unwrap_or_else(|| Engine::new((*pack).clone()));
        let may_keep = header.visitor.is_some();
        let mut tab = Self {
            wire,
            engine,
            outbox: Outbox::new(Policy::default(), header, may_keep),
            storage,
            began_at: began.wall.0,
            engine_wakes: None,
            outbox_wakes: None,
            shown: Vec::new(),
            tally: Tally::default(),
            hears_watchers,
        };
        tab.restore();
        let now = began.wall.0;
        tab.feed(now, Input::Began(began));
        let memory = tab.storage.memory.clone();
        tab.feed(now, Input::Remembered(memory));
        tab
    }

    /// When it wants to be woken next, milliseconds since 1970.
    pub(super) fn due(&self) -> Option<u64> {
        let wakes = self.engine_wakes.into_iter().chain(self.outbox_wakes).min();
        wakes.map(|at| self.began_at + at.0)
    }

    /// Wakes whoever is due.
    pub(super) fn wake(&mut self, now: u64) {
        let at = self.at(now);
        if self.engine_wakes.take_if(|due| *due <= at).is_some() {
            self.feed(now, Input::Woke);
        }
        if self.outbox_wakes.take_if(|due| *due <= at).is_some() {
            self.carry(now, outbox::Input::Woke);
        }
    }

    /// Gives the engine an input and does what follows.
    pub(super) fn feed(&mut self, now: u64, input: Input) {
        let effects = self.engine.handle(self.at(now), input);
        for effect in effects {
            match effect {
                Effect::Report(item) => {
                    self.tally.views += u32::from(matches!(item.body, Body::Viewed(_)));
                    self.carry(now, outbox::Input::Push(item));
                }
                Effect::Act(act) => self.shown.extend(beacon::wire::from_bytes::<Show>(&act.bytes)),
                Effect::WakeAt(at) => self.engine_wakes = Some(at),
                Effect::Remember(campaign) => self.storage.memory.count(campaign),
                Effect::Prepare => {}
            }
        }
    }

    /// What the shopper did with an offer.
    pub(super) fn answer(&mut self, now: u64, answer: Answer) {
        self.feed(now, Input::Answered(answer));
    }

    /// The page is left: the last chance to send, and what the next page needs.
    pub(super) fn leave(mut self, now: u64) -> (Storage, Tally) {
        self.feed(now, Input::Observed(engine::observation::Observation::Hidden));
        self.carry(now, outbox::Input::Hid);
        self.storage.snapshot = Some(self.engine.snapshot()).filter(|saved| !saved.0.is_empty());
        (self.storage, self.tally)
    }

    /// Frames that the page before could not settle go on under new numbers.
    fn restore(&mut self) {
        let left = std::mem::take(&mut self.storage.frames);
        for (sequence, bytes) in (RESTORED_FROM..).zip(left.into_values()) {
            self.storage.frames.insert(sequence, bytes.clone());
            self.carry(self.began_at, outbox::Input::Restored { sequence, bytes });
        }
    }

    /// Gives the outbox an input, posts what it wants posted, and tells it what came back.
    fn carry(&mut self, now: u64, input: outbox::Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            for effect in self.outbox.handle(self.at(now), input) {
                match effect {
                    outbox::Effect::Send { sequence, .. } => {
                        inputs.extend(self.post(now, sequence));
                    }
                    outbox::Effect::Keep { sequence } => {
                        let bytes = self.outbox.frame(sequence);
                        self.storage.frames.insert(sequence, bytes);
                    }
                    outbox::Effect::Forget { sequence } => {
                        self.storage.frames.remove(&sequence);
                    }
                    outbox::Effect::WakeAt(at) => self.outbox_wakes = Some(at),
                }
            }
        }
    }

    fn post(&mut self, now: u64, sequence: u32) -> Vec<outbox::Input> {
        let Some(answer) = self.wire.post(&self.outbox.frame(sequence)) else {
            return vec![outbox::Input::Answered { sequence, status: 0, retry_after_s: 0 }];
        };
        match answer.status {
            200..=299 => self.tally.beacons += 1,
            // Kept, and sent again.
            408 | 429 | 500.. => {}
            _ => self.tally.refused += 1,
        }
        let reply = Reply::decode(&answer.body).filter(|_| answer.status == 200);
        let (status, retry_after_s) = (answer.status, answer.retry_after_s.unwrap_or(0));
        let mut inputs = vec![outbox::Input::Answered { sequence, status, retry_after_s }];
        for command in reply.unwrap_or_default().commands {
            inputs.extend(self.obey(now, &command));
        }
        inputs
    }

    fn obey(&mut self, now: u64, command: &Command) -> Option<outbox::Input> {
        match command {
            Command::Watched { every_ms, for_ms } if self.hears_watchers => {
                let until = self.at(now).plus(u64::from(*for_ms));
                Some(outbox::Input::Watched { every_ms: u64::from(*every_ms), until })
            }
            Command::TakePack(_) => {
                // The next page opens with it; if it cannot be had, with the one before.
                let _ = self.wire.take_pack();
                None
            }
            Command::Staffed(free) => {
                self.feed(now, Input::Staffed(*free));
                None
            }
            Command::Stop => {
                self.outbox.stop();
                self.storage.frames.clear();
                None
            }
            _ => None,
        }
    }

    fn at(&self, now: u64) -> Millis {
        Millis(now.saturating_sub(self.began_at))
    }
}
