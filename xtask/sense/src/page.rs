//! A page with the engine in it, told what the agent would tell.

use beacon::Millis;
use beacon::item::{Began, Body, Consent, Device, PageKind, Signal, View, VisitorKind};
use engine::config::{EXIT_EDGE_PX, POINTER_SAMPLE_MS};
use engine::observation::Observation;
use engine::pack::Pack;
use engine::{Effect, Engine, Input};

/// One run: engine, its timer, and what it noticed.
pub(crate) struct Page {
    engine: Engine,
    wish: Option<u64>,
    sampled_at: Option<u64>,
    look_at: Option<u64>,
    scrolled: (u32, u32, u32),
    noticed: Vec<(u64, Signal)>,
}

/// From the first scroll event to the agent's look at the page, milliseconds.
const LOOK_MS: u64 = 250;

impl Page {
    /// The agent starts and sees the view.
    pub(crate) fn open(device: Device) -> Self {
        let mut page = Self {
            engine: Engine::new(Pack::default()),
            wish: None,
            sampled_at: None,
            look_at: None,
            scrolled: (0, 0, 0),
            noticed: Vec::new(),
        };
        page.handle(0, Input::Began(world(device)));
        page.see(0, Observation::Viewed(View { path: "/".into(), page: PageKind::Other }));
        page
    }

    /// Time passes until `at`, then the page sees something.
    pub(crate) fn see(&mut self, at: u64, observation: Observation) {
        self.wait(at);
        self.handle(at, Input::Observed(observation));
    }

    /// The pointer moved: the agent hears it every [`POINTER_SAMPLE_MS`], at the edge always.
    pub(crate) fn moved(&mut self, at: u64, x: i32, y: i32, is_held: bool) {
        let is_due =
            self.sampled_at.is_none_or(|then| at.saturating_sub(then) >= POINTER_SAMPLE_MS);
        if is_due || y <= EXIT_EDGE_PX {
            self.sampled_at = Some(at);
            self.see(at, Observation::Moved { x, y, is_held });
        }
    }

    /// The page was scrolled: the agent looks how far when the scrolling had time to go on.
    pub(crate) fn scrolled(&mut self, at: u64, top: u32, height: u32, full: u32) {
        self.wait(at);
        self.look_at.get_or_insert(at + LOOK_MS);
        self.scrolled = (top, height, full);
    }

    /// Fires what is due until `at`: the engine's timer and the look at the scrolling.
    pub(crate) fn wait(&mut self, at: u64) {
        loop {
            let wish = self.wish.filter(|&due| due <= at);
            let look = self.look_at.filter(|&due| due <= at);
            match (wish, look) {
                (Some(wish), look) if look.is_none_or(|look| wish <= look) => {
                    self.wish = None;
                    self.handle(wish, Input::Woke);
                }
                (_, Some(look)) => {
                    self.look_at = None;
                    let (top, height, full) = self.scrolled;
                    self.handle(look, Input::Observed(Observation::Scrolled { top, height, full }));
                }
                _ => return,
            }
        }
    }

    /// The recording ends: all that was noticed, with its time.
    pub(crate) fn close(mut self, at: u64) -> Vec<(u64, Signal)> {
        self.wait(at);
        self.noticed
    }

    fn handle(&mut self, at: u64, input: Input) {
        for effect in self.engine.handle(Millis(at), input) {
            match effect {
                Effect::WakeAt(due) => self.wish = Some(due.0),
                Effect::Report(item) => {
                    if let Body::Noticed(signal) = item.body {
                        self.noticed.push((item.at.0, signal));
                    }
                }
                Effect::Prepare | Effect::Remember(_) | Effect::Act(_) => {}
            }
        }
    }
}

fn world(device: Device) -> Began {
    Began {
        wall: Millis(1_800_000_000_000),
        utc_offset_min: 0,
        seed: 1,
        visitor: VisitorKind::New,
        device,
        language: "en".into(),
        referrer: String::new(),
        pack: 0,
        consent: Consent::Personalise,
        resumed: Vec::new(),
    }
}
