//! The live stream: one for the whole console, so that every view knows what the floor knows.
//!
//! News are gathered and taken once a frame (once a second while the tab is hidden), and each visitor
//! has a signal of their own: an event redraws one avatar. A broken stream is said to be broken, and
//! tried again after [`backoff`]'s pauses.

mod backoff;
mod line;

use std::collections::{BTreeMap, BTreeSet};

use gloo_timers::callback::Interval;
use leptos::prelude::*;
use nunchi_api::live::Visitor;

pub(crate) use backoff::pause_ms;
use line::Line;
pub(crate) use line::Link;

use crate::floor::aisles::Aisle;
use crate::floor::crowd::{Crowd, News, Person};
use crate::floor::help::Help;
use crate::floor::need::Need;
use crate::floor::zone::{Spot, Zone};
use crate::preferences::preferences;
use crate::session::{Session, session};

/// The floor as it stands, as signals in the context.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    /// How the stream is.
    pub(crate) link: RwSignal<Link>,
    /// Everybody that is drawn, by id. Changes only when somebody comes or goes.
    pub(crate) guests: RwSignal<Vec<Guest>>,
    /// Ids with their needs, the most urgent first; at most once a second, so that rows stand still.
    pub(crate) ranking: RwSignal<Vec<(String, Need)>>,
    /// In the shop but not drawn.
    pub(crate) undrawn: RwSignal<u64>,
    /// Where they gather who are not drawn.
    pub(crate) gathered: RwSignal<Vec<(Zone, u64)>>,
    /// What help brings, for who is to be helped first.
    pub(crate) help: RwSignal<Help>,
    /// How many stand in each part of the shop.
    pub(crate) standing: RwSignal<BTreeMap<(Zone, u8), usize>>,
    /// The aisles of the shop, the one of the rest not among them.
    pub(crate) aisles: RwSignal<Vec<Aisle>>,
    /// Whether a floor has come for this site.
    pub(crate) is_known: RwSignal<bool>,
    /// Counts what changed; for those who read more than the floor.
    pub(crate) pulse: RwSignal<u64>,
    /// The server's clock, milliseconds since 1970, told once a second.
    pub(crate) now: RwSignal<u64>,
    session: Session,
    inner: StoredValue<Inner, LocalStorage>,
}

/// One visitor, each fact a signal of its own.
#[derive(Clone)]
pub(crate) struct Guest {
    /// Stays.
    pub(crate) id: String,
    /// What is known.
    pub(crate) visitor: ArcRwSignal<Visitor>,
    /// Where they stand.
    pub(crate) spot: ArcRwSignal<Spot>,
}

#[derive(Default)]
struct Inner {
    crowd: Crowd,
    signals: BTreeMap<String, Guest>,
    queue: Vec<News>,
    /// Who came, changed, moved or left since the plan last asked.
    touched: BTreeSet<String>,
    is_flush_due: bool,
    is_order_stale: bool,
    line: Option<Line>,
    /// The server's clock minus ours, milliseconds.
    ahead_ms: i64,
}

impl Live {
    /// Opens the stream of the chosen site, and again when another is chosen.
    pub(crate) fn provide() -> Self {
        let live = Self {
            link: RwSignal::new(Link::Connecting),
            guests: RwSignal::new(Vec::new()),
            ranking: RwSignal::new(Vec::new()),
            undrawn: RwSignal::new(0),
            gathered: RwSignal::new(Vec::new()),
            help: RwSignal::new(Help::default()),
            standing: RwSignal::new(BTreeMap::new()),
            aisles: RwSignal::new(Vec::new()),
            is_known: RwSignal::new(false),
            pulse: RwSignal::new(0),
            now: RwSignal::new(browser_now()),
            session: session(),
            inner: StoredValue::new_local(Inner::default()),
        };
        provide_context(live);
        Effect::new(move || live.open(&preferences().site.get()));
        let clock = StoredValue::new_local(Interval::new(1_000, move || live.tick()));
        on_cleanup(move || {
            clock.dispose();
            live.inner.try_update_value(|inner| inner.line = None);
        });
        live
    }

    /// Tries a broken stream at once.
    pub(crate) fn retry(self) {
        self.inner.update_value(|inner| {
            if let Some(line) = &mut inner.line {
                line.connect();
            }
        });
    }

    /// One visitor by id, if they are here.
    pub(crate) fn guest(self, id: &str) -> Option<Guest> {
        self.inner.with_value(|inner| inner.signals.get(id).cloned())
    }

    /// What `tell` says of everybody, as they are now.
    pub(crate) fn crowd<T>(self, tell: impl FnOnce(&Crowd) -> T) -> T {
        self.inner.with_value(|inner| tell(&inner.crowd))
    }

    /// The largest cart on the floor, smallest unit of its currency.
    pub(crate) fn largest(self) -> i64 {
        self.inner.with_value(|inner| inner.crowd.largest())
    }

    /// Who came, changed, moved or left since it was last asked.
    pub(crate) fn touched(self) -> Vec<String> {
        let touched = self.inner.try_update_value(|inner| core::mem::take(&mut inner.touched));
        touched.unwrap_or_default().into_iter().collect()
    }

    /// Puts up these aisles.
    pub(crate) fn put_up(self, aisles: Vec<Aisle>) {
        if self.aisles.with_untracked(|before| *before == aisles) {
            return;
        }
        self.aisles.set(aisles.clone());
        self.inner.update_value(|inner| inner.crowd.put_up(aisles));
        self.flush();
    }

    fn open(self, site: &str) {
        let gone = self.inner.with_value(|inner| inner.signals.keys().cloned().collect());
        self.inner.set_value(Inner { touched: gone, ..Inner::default() });
        self.aisles.set(Vec::new());
        self.gathered.set(Vec::new());
        self.is_known.set(false);
        self.guests.set(Vec::new());
        self.ranking.set(Vec::new());
        self.undrawn.set(0);
        if !site.is_empty() {
            let line = Line::open(self, site);
            self.inner.update_value(|inner| inner.line = Some(line));
        }
    }

    /// Takes an event from the line. What comes within [`GATHER`] is drawn together: words and counts that change with
    /// each frame nobody could read, and those who walk need the time.
    fn hear(self, news: News) {
        let is_due = self.inner.try_update_value(|inner| {
            inner.queue.push(news);
            let was_due = core::mem::replace(&mut inner.is_flush_due, true);
            // A hidden tab's clock is slow: its queue must not grow for ever.
            !was_due || inner.queue.len() >= QUEUE_MAX
        });
        if is_due != Some(true) {
            return;
        }
        let is_flooded = self.inner.with_value(|inner| inner.queue.len() >= QUEUE_MAX);
        if is_flooded {
            self.flush();
        } else {
            set_timeout(move || self.flush(), GATHER);
        }
    }

    /// Draws what was gathered.
    fn flush(self) {
        let Some(queue) = self.inner.try_update_value(|inner| {
            inner.is_flush_due = false;
            core::mem::take(&mut inner.queue)
        }) else {
            return;
        };
        let mut touched = Vec::new();
        let mut is_new_floor = false;
        self.inner.update_value(|inner| {
            for news in queue {
                match &news {
                    News::Floor(floor) => {
                        is_new_floor = true;
                        inner.ahead_ms = signed(floor.now) - signed(browser_now());
                    }
                    News::Visitor(visitor) => touched.push(visitor.id.clone()),
                    News::Left(id) => touched.push(id.clone()),
                    News::Crowd(_) => {}
                }
                inner.crowd.take(news);
            }
            touched.extend(inner.crowd.rearranged());
            inner.is_order_stale = true;
            if is_new_floor {
                let ids = inner.crowd.people().keys().chain(inner.signals.keys());
                touched = ids.cloned().collect();
            }
            if inner.touched.len() < TOUCHED_MAX {
                inner.touched.extend(touched.iter().cloned());
            }
        });
        let has_come_or_gone = touched.iter().fold(false, |any, id| self.draw(id) | any);
        if has_come_or_gone || is_new_floor {
            let guests = self.inner.with_value(|inner| inner.signals.values().cloned().collect());
            self.guests.set(guests);
        }
        self.crowd(|crowd| {
            set_if_other(self.undrawn, crowd.undrawn());
            set_if_other(self.gathered, crowd.gathered());
            set_if_other(self.standing, crowd.standing());
        });
        if is_new_floor {
            self.is_known.set(true);
            self.tick();
        }
        self.pulse.update(|pulse| *pulse += 1);
    }

    /// Brings one visitor's signals in step with the crowd; true when they came or went.
    fn draw(self, id: &str) -> bool {
        let (person, guest) = self.inner.with_value(|inner| {
            (inner.crowd.people().get(id).cloned(), inner.signals.get(id).cloned())
        });
        match (person, guest) {
            (Some(person), Some(guest)) => {
                set_if_new(&guest.visitor, person.visitor);
                set_if_new(&guest.spot, person.spot);
                false
            }
            (Some(person), None) => {
                let guest = Guest::new(id, person);
                self.inner.update_value(|inner| {
                    inner.signals.insert(id.to_owned(), guest);
                });
                true
            }
            (None, Some(_)) => {
                self.inner.update_value(|inner| {
                    inner.signals.remove(id);
                });
                true
            }
            (None, None) => false,
        }
    }

    /// Once a second: the clock, the order, the countdown.
    fn tick(self) {
        let Some((ahead_ms, is_stale)) = self.inner.try_update_value(|inner| {
            (inner.ahead_ms, core::mem::replace(&mut inner.is_order_stale, false))
        }) else {
            return;
        };
        let now = signed(browser_now()) + ahead_ms;
        let now = u64::try_from(now).unwrap_or_default();
        self.now.set(now);
        if is_stale {
            let ranking =
                self.inner.with_value(|inner| inner.crowd.ranked(self.help.get_untracked()));
            if self.ranking.with_untracked(|before| *before != ranking) {
                self.ranking.set(ranking);
            }
        }
    }
}

impl Guest {
    fn new(id: &str, person: Person) -> Self {
        Self {
            id: id.to_owned(),
            visitor: ArcRwSignal::new(person.visitor),
            spot: ArcRwSignal::new(person.spot),
        }
    }
}

/// The live floor, from any view.
pub(crate) fn live() -> Live {
    expect_context()
}

/// This browser's clock, milliseconds since 1970.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time since 1970")]
pub(crate) fn browser_now() -> u64 {
    js_sys::Date::now() as u64
}

fn set_if_other<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.with_untracked(|before| *before != value) {
        signal.set(value);
    }
}

fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: &ArcRwSignal<T>, value: T) {
    if signal.with_untracked(|before| *before != value) {
        signal.set(value);
    }
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// Events gathered before they are taken without waiting.
const QUEUE_MAX: usize = 2_000;

/// Who is remembered for a plan that nobody looks at; the plan begins with everybody anyway.
const TOUCHED_MAX: usize = 4_000;

/// Much less than the second within which the floor shows what happened.
const GATHER: std::time::Duration = std::time::Duration::from_millis(120);
