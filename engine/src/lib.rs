//! What does this behaviour mean, and what should happen now?
//!
//! [`Engine::handle`] takes one [`Input`] and returns every [`Effect`] that follows. Inside, `sense`
//! turns observations into signals (in the page only) and `decide` turns signals and facts into
//! scores, verdicts and actions (in the page and in the collector). What `decide` consumes is
//! reported item by item, so that [`replay()`] of a stored run gives the same verdicts, bit for bit.
//!
//! Time and randomness come in; integers only; ordered maps only; every buffer has a maximum.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), no_std)]

extern crate alloc;

pub mod campaign;
pub mod cart;
pub mod check;
pub mod config;
pub mod decide;
pub mod explain;
pub mod form;
pub mod glob;
pub mod lint;
pub mod look;
pub mod model;
pub mod observation;
pub mod pack;
pub mod presence;
mod replay;
mod report;
pub mod schedule;
mod sense;
pub mod site;
pub mod slots;
mod times;

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::mem;

use beacon::item::{Answer, Began, Body, Consent, Device, Fact, Remembered};
use beacon::limits::{
    CART_LINES_MAX, HOST_BYTES_MAX, LANGUAGE_BYTES_MAX, LIFETIMES_MAX, NAME_BYTES_MAX,
    PATH_BYTES_MAX, PRODUCT_ID_BYTES_MAX, SNAPSHOT_BYTES_MAX, SOURCE_BYTES_MAX,
};
use beacon::wire::{Reader, write_bytes};
use beacon::{Item, Millis};

use campaign::Act;
use config::{NEVER, STAFFED_AGAIN_MS};
use decide::Decider;
use observation::Observation;
use pack::Published;
pub use replay::{ReplayError, replay};
use report::Report;
use sense::Sense;

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// The run began in this world. Comes first, once. The engine fills in `resumed` and `pack`.
    /// Without consent to personalise, `seed` must be random for this run alone; keep it as the
    /// visitor's when that consent is given.
    Began(Began),
    /// The page saw something.
    Observed(Observation),
    /// The shop stated a fact.
    Stated(Fact),
    /// Consent changed. When it is given, observe the view that is open once more: of what was before
    /// nothing was kept.
    Consented(Consent),
    /// The visitor met an offer or invitation.
    Answered(Answer),
    /// What is remembered with the visitor. Once after `Began`, and once consent to personalise is
    /// given; without that consent it is passed over.
    Remembered(Remembered),
    /// So many people could answer now, as the collector says.
    Staffed(u16),
    /// A pack was fetched.
    Published(Published),
    /// The timer asked for by [`Effect::WakeAt`] fired.
    Woke,
}

/// One thing the shell must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Carry this item to the collector.
    Report(Item),
    /// An action is likely soon: fetch what draws it. Once a run, when a product held the visitor's
    /// eye for 3 s or something lies in the cart, and the pack has campaigns that can be shown.
    Prepare,
    /// Remember with the visitor that this campaign had a turn: see [`Remembered::count`].
    Remember(u16),
    /// Show this offer or invitation.
    Act(Act),
    /// Call back with [`Input::Woke`] at this time since the run began; replaces an earlier wish.
    WakeAt(Millis),
}

/// The engine: a state machine over one run.
///
/// Consent is kept here. *Denied* and *Unknown*: nothing is watched, kept, reported or judged; who
/// waits for an answer holds outside what it wants to state then. *Measure*: items are reported,
/// nothing is judged. *Personalise*: everything.
#[derive(Debug)]
pub struct Engine {
    sense: Sense,
    report: Report,
    /// What the page before left for the deciding half.
    resumed: Vec<u8>,
    /// When it asked to be woken, since the run began; [`NEVER`] when it did not.
    wish: u64,
}

/// The state of an engine, to survive a page load. Versioned bytes; foreign ones are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot(pub Vec<u8>);

/// Why a snapshot cannot be resumed: start fresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotError {
    /// Made by another version.
    Version,
    /// Not a snapshot.
    Malformed,
}

/// Version of the snapshot as a whole. The deciding half has its own, and is read when the run
/// begins: what it cannot read it does without.
const SNAPSHOT_VERSION: u8 = 2;

impl Engine {
    /// A fresh engine.
    pub fn new(pack: impl Into<Published>) -> Self {
        Self {
            sense: Sense::NEW,
            report: Report {
                pack: pack.into(),
                decider: Decider::NEW,
                at: Millis(0),
                is_prepared: false,
                effects: Vec::new(),
            },
            resumed: Vec::new(),
            wish: NEVER,
        }
    }

    /// An engine that goes on where the page before in this tab stopped.
    ///
    /// # Errors
    /// [`SnapshotError`] when the bytes are not a snapshot of this version; the caller starts fresh.
    pub fn resume(pack: impl Into<Published>, saved: &Snapshot) -> Result<Self, SnapshotError> {
        let mut engine = Self::new(pack);
        engine.load(&saved.0)?;
        Ok(engine)
    }

    /// Forgets the run and goes on with the same pack where a snapshot stopped; fresh, when these
    /// bytes are none of this version.
    pub fn restart(&mut self, saved: &[u8]) {
        self.forget();
        self.report.decider.world = None;
        (self.report.at, self.report.is_prepared) = (Millis(0), false);
        if self.load(saved).is_err() {
            self.forget();
        }
    }

    fn load(&mut self, saved: &[u8]) -> Result<(), SnapshotError> {
        let (version, rest) = saved.split_first().ok_or(SnapshotError::Malformed)?;
        if *version != SNAPSHOT_VERSION {
            return Err(SnapshotError::Version);
        }
        let mut from = Reader::new(rest);
        self.sense.load(&mut from);
        self.resumed = from.bytes().into();
        let is_sound = from.is_done() && self.resumed.len() <= SNAPSHOT_BYTES_MAX;
        if is_sound { Ok(()) } else { Err(SnapshotError::Malformed) }
    }

    /// Takes one input and returns everything that follows from it, in order. Never blocks, never
    /// panics. `at` is milliseconds since the run began; an `at` before the last one counts as the
    /// last one.
    pub fn handle(&mut self, at: Millis, input: Input) -> Vec<Effect> {
        self.report.at = self.report.at.max(at);
        self.proceed(input);
        self.ask_to_be_woken();
        mem::take(&mut self.report.effects)
    }

    /// The state to save when the page is hidden: empty without consent to personalise, which is not
    /// a snapshot. Bounded by [`SNAPSHOT_BYTES_MAX`] for each
    /// half.
    pub fn snapshot(&self) -> Snapshot {
        if self.report.decider.consent != Consent::Personalise {
            return Snapshot(Vec::new());
        }
        let mut bytes = vec![SNAPSHOT_VERSION];
        self.sense.save(&mut bytes);
        write_bytes(&self.report.decider.snapshot(), &mut bytes);
        Snapshot(bytes)
    }

    /// The pack in use.
    pub fn pack(&self) -> &Published {
        &self.report.pack
    }

    fn begin(&mut self, mut began: Began) {
        clip(&mut began.language, LANGUAGE_BYTES_MAX);
        clip(&mut began.referrer, HOST_BYTES_MAX);
        if began.consent < Consent::Measure {
            self.report.decider.consent = began.consent;
            self.report.decider.world = Some(began);
            return;
        }
        let is_touch = began.device != Device::Desktop;
        self.sense.begin(clock(&began, self.report.at), is_touch);
        began.pack = self.report.pack.version;
        began.resumed = mem::take(&mut self.resumed);
        self.report.carry(Body::Began(began));
    }

    fn proceed(&mut self, input: Input) {
        let now = self.now();
        match input {
            Input::Began(began) => self.begin(began),
            Input::Consented(consent) => self.change_consent(consent),
            Input::Published(pack) => {
                let version = pack.version;
                self.report.pack = pack;
                if self.is_allowed() {
                    self.report.carry(Body::Published(version));
                }
            }
            // Without consent nothing is carried, and the detectors do not even look.
            _ if !self.is_allowed() => {}
            Input::Observed(mut observation) => {
                if let Observation::Viewed(view) = &mut observation {
                    clip(&mut view.path, PATH_BYTES_MAX);
                }
                self.sense.observe(now, observation, &mut self.report);
            }
            Input::Stated(mut fact) => {
                clip_fact(&mut fact);
                self.sense.state(now, fact, &mut self.report);
            }
            Input::Answered(answer) => self.report.carry(Body::Answered(answer)),
            Input::Remembered(_) | Input::Staffed(_)
                if self.report.decider.consent != Consent::Personalise => {}
            Input::Remembered(mut it) => {
                clip(&mut it.source, SOURCE_BYTES_MAX);
                it.turns.truncate(LIFETIMES_MAX);
                self.report.carry(Body::Remembered(it));
            }
            Input::Staffed(free) => {
                let Decider { free: known, free_at, .. } = self.report.decider;
                if free != known || now.saturating_sub(free_at) >= STAFFED_AGAIN_MS {
                    self.report.carry(Body::Staffed { free });
                }
            }
            Input::Woke => {
                self.wish = NEVER;
                // Before what the detectors say is judged, which may put it off.
                let due = self.decider_due();
                self.sense.wake(now, &mut self.report);
                if due <= now && due != NEVER {
                    self.report.carry(Body::Woke);
                }
            }
        }
    }

    /// Whether anything may be watched and reported.
    fn is_allowed(&self) -> bool {
        self.report.decider.consent >= Consent::Measure
    }

    fn change_consent(&mut self, to: Consent) {
        let before = self.report.decider.consent;
        if to < Consent::Measure {
            self.forget();
        } else if before < Consent::Measure {
            self.begin_again(to);
        } else if before != to {
            self.report.carry(Body::Consented(to));
        }
    }

    /// Consent was refused or withdrawn: nothing of what was learnt remains but the world, which is
    /// there whatever happened in it.
    fn forget(&mut self) {
        self.resumed.clear();
        self.sense = Sense::NEW;
        let world = self.report.decider.world.take();
        self.report.decider = Decider::NEW;
        self.report.decider.world = world;
        self.wish = NEVER;
    }

    /// From here the run begins once more, in the same world.
    fn begin_again(&mut self, consent: Consent) {
        if let Some(mut began) = self.report.decider.world.take() {
            began.consent = consent;
            self.begin(began);
        }
    }

    fn ask_to_be_woken(&mut self) {
        let mut due = self.decider_due();
        if self.is_allowed() {
            due = due.min(self.sense.due(self.now()));
        }
        let began = self.now().saturating_sub(self.report.at.0);
        // What lies beyond the clock's end never comes.
        let wish = if due > CLOCK_MAX {
            NEVER
        } else {
            due.saturating_sub(began).max(self.report.at.plus(1).0)
        };
        if wish != self.wish && wish != NEVER {
            self.report.effects.push(Effect::WakeAt(Millis(wish)));
        }
        self.wish = wish;
    }

    /// When time alone could make a campaign fire, on the visitor's clock.
    fn decider_due(&self) -> u64 {
        if self.report.decider.consent == Consent::Personalise {
            self.report.decider.due
        } else {
            NEVER
        }
    }

    /// The visitor's clock, milliseconds since 1970.
    fn now(&self) -> u64 {
        self.report.decider.world.as_ref().map_or(0, |began| clock(began, self.report.at))
    }
}

/// Where the visitor's clock stops, so that every deadline after it is a number, and not [`NEVER`].
const CLOCK_MAX: u64 = NEVER / 2;

fn clock(began: &Began, at: Millis) -> u64 {
    began.wall.plus(at.0).0.min(CLOCK_MAX)
}

/// Shops send what they like; names are cut, so that no item breaks a limit.
fn clip_fact(fact: &mut Fact) {
    match fact {
        Fact::ProductSeen(product) => {
            clip(&mut product.id, PRODUCT_ID_BYTES_MAX);
            clip(&mut product.name, NAME_BYTES_MAX);
            clip(&mut product.category, NAME_BYTES_MAX);
        }
        Fact::Added(line) | Fact::Removed(line) => clip(&mut line.product, PRODUCT_ID_BYTES_MAX),
        Fact::Purchased { order, .. } => clip(order, PRODUCT_ID_BYTES_MAX),
        Fact::Goal { name, .. } => clip(name, NAME_BYTES_MAX),
        Fact::CartHolds { lines } => {
            lines.truncate(CART_LINES_MAX);
            for line in lines {
                clip(&mut line.product, PRODUCT_ID_BYTES_MAX);
            }
        }
        _ => {}
    }
}

/// Cuts at the last whole character within `bytes`.
fn clip(text: &mut String, bytes: usize) {
    if text.len() > bytes {
        text.truncate(text.floor_char_boundary(bytes));
    }
}

impl core::fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Version => "the snapshot was made by another version",
            Self::Malformed => "the bytes are not a snapshot",
        })
    }
}

impl core::error::Error for SnapshotError {}
