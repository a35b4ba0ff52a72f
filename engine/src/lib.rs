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
mod cart;
pub mod check;
pub mod config;
pub mod decide;
pub mod explain;
mod glob;
pub mod model;
pub mod observation;
pub mod pack;
mod replay;
pub mod score;
mod sense;

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use beacon::item::{Answer, Began, Body, Consent, Device, Fact};
use beacon::limits::{
    HOST_BYTES_MAX, LANGUAGE_BYTES_MAX, NAME_BYTES_MAX, PATH_BYTES_MAX, PRODUCT_ID_BYTES_MAX,
};
use beacon::wire::{Reader, write_bytes};
use beacon::{Item, Millis};

use campaign::Act;
use config::{HELD_MAX, HELD_MS_MAX, NEVER};
use decide::Decider;
use observation::Observation;
use pack::Published;
pub use replay::{ReplayError, replay};
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
    /// Consent changed. After it was refused or withdrawn and is given again, observe the view that
    /// is open once more: of what was before nothing was kept.
    Consented(Consent),
    /// The visitor met an offer or invitation.
    Answered(Answer),
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
    /// Show this offer or invitation.
    Act(Act),
    /// Call back with [`Input::Woke`] at this time since the run began; replaces an earlier wish.
    WakeAt(Millis),
}

/// The engine: a state machine over one run.
///
/// Consent is kept here. *Denied*: nothing is watched, kept, reported or judged. *Unknown*: items
/// wait in memory, for [`HELD_MS_MAX`] at most; with consent they are reported and judged as if they
/// happened then, with their own times, otherwise dropped. *Measure*: items are reported, nothing is
/// judged. *Personalise*: everything.
#[derive(Debug)]
pub struct Engine {
    pack: Published,
    sense: Sense,
    decider: Decider,
    /// What the page before left for the deciding half.
    resumed: Vec<u8>,
    /// The world of this run, and since when.
    world: Option<(Millis, Began)>,
    is_introduced: bool,
    consent: Option<Consent>,
    held: Vec<Item>,
    at: Millis,
    /// When it asked to be woken, since the run began; [`NEVER`] when it did not.
    wish: u64,
    is_prepared: bool,
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

/// Version of the snapshot as a whole; the deciding half has its own.
const SNAPSHOT_VERSION: u8 = 1;

impl Engine {
    /// A fresh engine.
    pub fn new(pack: impl Into<Published>) -> Self {
        Self {
            pack: pack.into(),
            sense: Sense::new(),
            decider: Decider::default(),
            resumed: Vec::new(),
            world: None,
            is_introduced: false,
            consent: None,
            held: Vec::new(),
            at: Millis(0),
            wish: NEVER,
            is_prepared: false,
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
        *self = Self::new(core::mem::take(&mut self.pack));
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
        if !from.is_done() {
            return Err(SnapshotError::Malformed);
        }
        Decider::check(&self.resumed)
    }

    /// Takes one input and returns everything that follows from it, in order. Never blocks, never
    /// panics. `at` is milliseconds since the run began; an `at` before the last one counts as the
    /// last one.
    pub fn handle(&mut self, at: Millis, input: Input) -> Vec<Effect> {
        self.at = self.at.max(at);
        let mut effects = Vec::new();
        if let Input::Began(began) = input {
            self.begin(began, &mut effects);
        } else if self.consent.is_some() {
            self.proceed(input, &mut effects);
        } else if let Input::Published(pack) = input {
            self.pack = pack;
        }
        self.ask_to_be_woken(&mut effects);
        effects
    }

    /// The state to save when the page is hidden: empty without consent to personalise, which is not
    /// a snapshot. Bounded by [`SNAPSHOT_BYTES_MAX`](beacon::limits::SNAPSHOT_BYTES_MAX) for each
    /// half.
    pub fn snapshot(&self) -> Snapshot {
        if self.consent != Some(Consent::Personalise) {
            return Snapshot(Vec::new());
        }
        let mut bytes = vec![SNAPSHOT_VERSION];
        self.sense.save(&mut bytes);
        write_bytes(&self.decider.snapshot(), &mut bytes);
        Snapshot(bytes)
    }

    /// The pack in use.
    pub fn pack(&self) -> &Published {
        &self.pack
    }

    fn begin(&mut self, mut began: Began, effects: &mut Vec<Effect>) {
        clip(&mut began.language, LANGUAGE_BYTES_MAX);
        clip(&mut began.referrer, HOST_BYTES_MAX);
        self.consent = Some(began.consent);
        let is_touch = began.device != Device::Desktop;
        self.world = Some((self.at, began));
        self.is_introduced = false;
        self.sense.begin(self.now(), is_touch);
        self.introduce(effects);
    }

    fn proceed(&mut self, input: Input, effects: &mut Vec<Effect>) {
        let now = self.now();
        let mut bodies = Vec::new();
        match input {
            Input::Consented(consent) => return self.change_consent(consent, effects),
            Input::Published(pack) => {
                bodies.push(Body::Published(pack.version));
                self.pack = pack;
            }
            // Refused: `tell` would drop it anyway, but the detectors must not even look.
            _ if self.consent == Some(Consent::Denied) => {}
            Input::Observed(mut observation) => {
                if let Observation::Viewed(view) = &mut observation {
                    clip(&mut view.path, PATH_BYTES_MAX);
                }
                self.sense.observe(now, observation, &mut bodies);
            }
            Input::Stated(mut fact) => {
                clip_fact(&mut fact);
                self.sense.state(now, fact, &mut bodies);
            }
            Input::Answered(answer) => bodies.push(Body::Answered(answer)),
            Input::Woke => {
                self.wish = NEVER;
                self.sense.wake(now, &mut bodies);
                let due = self.decider_due();
                if due <= now && due != NEVER {
                    bodies.push(Body::Woke);
                }
            }
            Input::Began(_) => {}
        }
        for body in bodies {
            self.tell(body, effects);
        }
    }

    fn change_consent(&mut self, to: Consent, effects: &mut Vec<Effect>) {
        let before = self.consent.replace(to);
        if before == Some(to) {
            return;
        }
        if to <= Consent::Unknown {
            self.forget();
        }
        if to == Consent::Unknown || before == Some(Consent::Denied) {
            self.begin_again(to, effects);
        } else if to > Consent::Unknown {
            self.introduce(effects);
            self.release(effects);
            self.tell(Body::Consented(to), effects);
        }
    }

    /// Consent was refused or withdrawn: nothing of what was learnt remains.
    fn forget(&mut self) {
        self.held.clear();
        self.resumed.clear();
        self.sense = Sense::new();
        self.decider = Decider::default();
        self.wish = NEVER;
    }

    /// From here the run begins once more, in the same world.
    fn begin_again(&mut self, consent: Consent, effects: &mut Vec<Effect>) {
        if let Some((_, mut began)) = self.world.take() {
            began.consent = consent;
            self.begin(began, effects);
        }
    }

    /// Says once in which world the run began, as soon as that may be said.
    fn introduce(&mut self, effects: &mut Vec<Effect>) {
        let Some((at, began)) = self.world.as_ref().filter(|_| !self.is_introduced) else { return };
        if self.consent < Some(Consent::Measure) {
            return;
        }
        let (at, mut began) = (*at, began.clone());
        self.is_introduced = true;
        began.pack = self.pack.version;
        began.resumed = core::mem::take(&mut self.resumed);
        self.carry(Item { at, body: Body::Began(began) }, effects);
    }

    /// What happened now: reported and fed to the deciding half, held, or dropped.
    fn tell(&mut self, body: Body, effects: &mut Vec<Effect>) {
        let item = Item { at: self.at, body };
        match self.consent {
            Some(Consent::Measure | Consent::Personalise) => self.carry(item, effects),
            Some(Consent::Unknown) => self.hold(item),
            Some(Consent::Denied) | None => {}
        }
    }

    /// The only place where an item is reported and the only place where one is decided upon.
    fn carry(&mut self, item: Item, effects: &mut Vec<Effect>) {
        let decisions = self.decider.take(&item, &self.pack);
        let at = item.at;
        effects.push(Effect::Report(item));
        if !self.is_prepared && self.decider.is_warm() && self.pack.campaigns.can_show() {
            self.is_prepared = true;
            effects.push(Effect::Prepare);
        }
        for decision in decisions {
            effects.push(Effect::Report(Item { at, body: Body::Decided(decision.verdict) }));
            if let Some(act) = decision.act {
                effects.push(Effect::Act(act));
            }
        }
    }

    /// Keeps an item while nobody has answered the banner. The view that is open is no memory of
    /// what was: it stays as long as it is open.
    fn hold(&mut self, item: Item) {
        let is_view = |it: &Item| matches!(it.body, Body::Viewed(_));
        let mut index = 0;
        while let Some(it) = self.held.get(index) {
            let is_open = is_view(it) && !self.held.iter().skip(index + 1).any(is_view);
            if is_open || item.at.since(it.at) <= HELD_MS_MAX {
                index += 1;
            } else {
                self.held.remove(index);
            }
        }
        if self.held.len() >= HELD_MAX {
            let oldest = usize::from(self.held.first().is_some_and(is_view));
            self.held.remove(oldest);
        }
        self.held.push(item);
    }

    fn release(&mut self, effects: &mut Vec<Effect>) {
        if self.consent < Some(Consent::Measure) {
            return;
        }
        for item in core::mem::take(&mut self.held) {
            self.carry(item, effects);
        }
    }

    fn ask_to_be_woken(&mut self, effects: &mut Vec<Effect>) {
        let mut due = self.decider_due();
        if self.consent > Some(Consent::Denied) {
            due = due.min(self.sense.due(self.now()));
        }
        let began = self.now().saturating_sub(self.at.0);
        let wish =
            if due == NEVER { NEVER } else { due.saturating_sub(began).max(self.at.plus(1).0) };
        if wish != self.wish && wish != NEVER {
            effects.push(Effect::WakeAt(Millis(wish)));
        }
        self.wish = wish;
    }

    /// When time alone could make a campaign fire, on the visitor's clock.
    fn decider_due(&self) -> u64 {
        if self.consent == Some(Consent::Personalise) { self.decider.due } else { NEVER }
    }

    /// The visitor's clock, milliseconds since 1970.
    fn now(&self) -> u64 {
        self.world.as_ref().map_or(0, |(_, began)| began.wall.plus(self.at.0).0)
    }
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
