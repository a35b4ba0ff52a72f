//! What the deciding half knows of a visit, and what of it survives a page load.

use alloc::string::String;
use alloc::vec::Vec;

use beacon::item::{Body, Fact, PageKind, Reaction, Signal, VisitorKind};
use beacon::wire::{self, Reader, Wire};

use super::contents::Contents;
use super::pacing::Pacing;
use crate::campaign::Happening;
use crate::cart::Cart;
use crate::config::{GOALS_MAX, RECENT_MAX, SESSION_IDLE_MS, SESSION_MS_MAX};
use crate::model::Features;
use crate::model::schema::{ONE, Slot, log};
use crate::times::{self, Times};

/// Version of the saved bytes; other versions are refused.
pub(super) const VERSION: u8 = 2;

/// Everything that is known of the session; saved as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    /// When it began and when something last happened, milliseconds since 1970.
    pub(crate) started: u64,
    pub(crate) last: u64,
    pub(crate) cart: Cart,
    /// What the model looks at.
    pub(crate) features: Features,
    pub(crate) history: History,
    pub(crate) pacing: Pacing,
    pub(crate) contents: Contents,
}

/// What is known of the view; gone with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) path: String,
    pub(crate) page: PageKind,
    pub(crate) dwell_ms: u32,
    pub(crate) scroll_percent: u8,
    pub(crate) product: Option<String>,
    pub(crate) product_ms: u32,
}

/// How often and when things happened in this session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct History(Vec<Happened>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Happened {
    what: Key,
    total: u16,
    /// The last times, oldest first, milliseconds since the session began.
    recent: Times,
}

/// How often something happened in this session.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Met<'a> {
    total: u16,
    /// The last times, oldest first, milliseconds since the session began.
    pub(crate) times: &'a [u32],
}

/// What is counted: a [`Happening`] by its number, or a goal by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(u32);

impl From<Happening> for Key {
    fn from(what: Happening) -> Self {
        Self(what as u32)
    }
}

impl Key {
    /// A goal's (FNV-1a of its name).
    pub(crate) fn goal(name: &[u8]) -> Self {
        let mix = |sum: u32, &byte: &u8| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        Self(name.iter().fold(0x811c_9dc5, mix) | GOAL)
    }

    fn is_goal(self) -> bool {
        self.0 >= GOAL
    }
}

/// Numbers from here on are goals.
const GOAL: u32 = 1 << 31;

impl Session {
    /// Nothing known yet.
    pub(super) const NEW: Self = Self {
        started: 0,
        last: 0,
        cart: Cart { items: 0, value: 0 },
        features: Features::NEW,
        history: History(Vec::new()),
        pacing: Pacing::NEW,
        contents: Contents::NEW,
    };

    pub(crate) fn new(now: u64) -> Self {
        Self { started: now, last: now, ..Self::NEW }
    }

    /// Milliseconds since the session began; a session lasts a day at most.
    pub(crate) fn time(&self, now: u64) -> u32 {
        u32::try_from(now.saturating_sub(self.started)).unwrap_or(u32::MAX)
    }

    /// Time passed. After the idle time another session begins: the cart stays, and so do the caps
    /// of the day.
    pub(super) fn reach(&mut self, now: u64) {
        let is_over = now.saturating_sub(self.last) > SESSION_IDLE_MS
            || now.saturating_sub(self.started) > SESSION_MS_MAX;
        if is_over {
            // Cart and who it is stay. Field by field: less code than a whole session.
            self.started = now;
            self.features.open_session();
            self.history = History(Vec::new());
            self.pacing.open_session();
        }
        self.last = now;
    }

    pub(super) fn learn(&mut self, now: u64, body: &Body) {
        let second = self.time(now) / 1_000;
        self.features.pass(second);
        if let Some(what) = happening(body) {
            self.note(now, what);
        }
        match body {
            Body::Began(began) => self.features.begin(began),
            Body::Viewed(view) => {
                self.features.step(view.page as u8, second);
                self.pacing.open_view();
            }
            Body::Noticed(Signal::CartHesitation { level, .. }) => {
                // Only a rise is something that happens; decay is not.
                if *level > self.hesitation_level() {
                    self.note(now, Happening::CartHesitation);
                }
                self.features.set(Slot::Hesitation, u32::from(*level) << ONE.ilog2());
            }
            Body::Noticed(signal) => self.features.notice(second, signal),
            Body::Stated(fact) => self.state(now, fact),
            Body::Answered(answer) => match answer.reaction {
                Reaction::Accepted | Reaction::Dismissed | Reaction::Rated { .. } => {
                    self.pacing.stop(answer.campaign, now);
                }
                Reaction::Shown | Reaction::Expired | Reaction::Failed => {}
            },
            _ => {}
        }
    }

    fn state(&mut self, now: u64, fact: &Fact) {
        self.cart.take(fact);
        self.contents.take(fact);
        self.features.set(Slot::CartItems, self.cart.items.into());
        let value = u32::try_from(self.cart.value).unwrap_or(u32::MAX);
        self.features.set(Slot::CartValue, log(value));
        match fact {
            Fact::Goal { name, .. } => self.note(now, Key::goal(name.as_bytes())),
            Fact::LoggedIn { vip } => {
                self.features.set(Slot::Returning, 1);
                self.features.set(Slot::Known, 1);
                self.features.set(Slot::Vip, (*vip).into());
            }
            Fact::Searched { results: Some(0) } => self.note(now, Happening::SearchMissed),
            _ => {}
        }
    }

    pub(crate) fn hesitation_level(&self) -> u8 {
        u8::try_from(self.features.get(Slot::Hesitation) >> ONE.ilog2()).unwrap_or(u8::MAX)
    }

    fn note(&mut self, now: u64, what: impl Into<Key>) {
        let (time, what) = (self.time(now), what.into());
        self.history.note(what, time);
        self.features.count(what.0);
    }

    pub(crate) fn visitor(&self, at_first: VisitorKind) -> VisitorKind {
        if self.features.get(Slot::Known) > 0 { VisitorKind::Known } else { at_first }
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        wire::to_versioned(VERSION, self)
    }

    /// Becomes what was saved, and says whether it did. If not it is nothing that makes sense.
    pub(super) fn load(&mut self, saved: &[u8]) -> bool {
        let mut from = Reader::new(saved);
        let version = from.byte();
        *self = Self::read(&mut from);
        version == VERSION
            && from.is_done()
            && self.history.is_sound()
            && self.pacing.is_sound()
            && self.contents.is_sound()
    }
}

impl Met<'_> {
    /// How often it happened within `span_ms` before `now`; 0: in the whole session. Of the last
    /// [`RECENT_MAX`] times only, when a span is asked for.
    pub(crate) fn count(&self, now: u32, span_ms: u64) -> u16 {
        if span_ms == 0 { self.total } else { times::count(self.times, now, span_ms) }
    }
}

impl History {
    /// How often something happened, and when.
    pub(crate) fn met(&self, what: Key) -> Met<'_> {
        self.find(what)
            .map_or_else(Met::default, |it| Met { total: it.total, times: it.recent.all() })
    }

    fn find(&self, what: Key) -> Option<&Happened> {
        self.0.iter().find(|it| it.what == what)
    }

    /// It happened once more.
    fn note(&mut self, what: Key, time: u32) {
        let mut known = self.0.iter().position(|it| it.what == what);
        if known.is_none() {
            if what.is_goal() {
                self.make_room();
            }
            known = Some(self.0.len());
            self.0.push(Happened { what, total: 0, recent: Times::default() });
        }
        let Some(it) = known.and_then(|at| self.0.get_mut(at)) else { return };
        it.total = it.total.saturating_add(1);
        it.recent.note(time, RECENT_MAX);
    }

    /// For one more goal, the one that was reached first is forgotten.
    fn make_room(&mut self) {
        let mut goals = 0;
        for at in (0..self.0.len()).rev() {
            goals += usize::from(self.0[at].what.is_goal());
            if goals == GOALS_MAX {
                self.0.remove(at);
                break;
            }
        }
    }

    fn is_sound(&self) -> bool {
        self.0.len() <= Happening::COUNT + GOALS_MAX
            && self.0.iter().all(|it| it.recent.all().len() <= RECENT_MAX)
    }
}

impl View {
    pub(super) fn new(view: &beacon::item::View) -> Self {
        Self {
            path: view.path.clone(),
            page: view.page,
            dwell_ms: 0,
            scroll_percent: 0,
            product: None,
            product_ms: 0,
        }
    }

    /// Another product on this view starts from nothing until its dwell is reported.
    pub(super) fn state(&mut self, fact: &Fact) {
        if let Fact::ProductSeen(product) = fact
            && self.product.as_ref() != Some(&product.id)
        {
            self.product = Some(product.id.clone());
            self.product_ms = 0;
        }
    }
}

/// What an item counts as, one to one.
fn happening(body: &Body) -> Option<Happening> {
    Some(match body {
        Body::Viewed(_) => Happening::View,
        Body::Noticed(signal) => match signal {
            Signal::ExitIntent { .. } | Signal::ScrollExit { .. } => Happening::ExitIntent,
            Signal::RageClick { .. } => Happening::RageClick,
            Signal::TabHidden => Happening::TabHidden,
            Signal::TabReturned { .. } => Happening::TabReturned,
            Signal::DeadClick { .. } => Happening::DeadClick,
            Signal::Thrash { .. } => Happening::Thrash,
            Signal::Comparing { .. } => Happening::Comparing,
            Signal::FormTrouble { .. } => Happening::FormTrouble,
            Signal::SearchMiss { .. } => Happening::SearchMiss,
            Signal::Fading { .. } => Happening::Fading,
            Signal::Waiting { .. } => Happening::Waiting,
            Signal::BotEvidence { .. } => Happening::BotEvidence,
            _ => return None,
        },
        Body::Stated(fact) => match fact {
            Fact::ProductSeen(_) => Happening::ProductView,
            Fact::Added(_) => Happening::Added,
            Fact::Removed(_) => Happening::Removed,
            Fact::CheckoutBegan { .. } => Happening::CheckoutBegan,
            Fact::Purchased { .. } => Happening::Purchased,
            Fact::Searched { .. } => Happening::Searched,
            _ => return None,
        },
        Body::Answered(answer) if answer.reaction == Reaction::Dismissed => Happening::Dismissed,
        _ => return None,
    })
}

beacon::wire!(struct Session {
    started, last, cart, features, history, pacing, contents
});
beacon::wire!(struct History(happened));
beacon::wire!(struct Happened { what, total, recent });
beacon::wire!(struct Key(number));
