//! Recorded sessions as text: what happened, line by line, and what the engine made of it.
//! The words are listed in `engine/README.md`.

mod print;
pub(crate) mod read;

use beacon::item::{Began, Body, Consent, Device, Remembered, VisitorKind};
use beacon::{Item, Millis};
use engine::campaign::Campaign;
use engine::explain;
use engine::pack::Pack;
use engine::{Effect, Engine, Input};

/// Runs the lines of a session and writes down every effect; panics when a reported item breaks a
/// limit or the replay of what was reported gives other verdicts.
pub(crate) fn run(lines: &str) -> String {
    run_and_report(lines).0
}

/// The same, with the items that were reported.
pub(crate) fn run_and_report(lines: &str) -> (String, Vec<Item>) {
    let mut tab = Tab::new();
    for line in lines.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        tab.take(line);
    }
    tab.check_replay();
    (tab.out.join("\n"), tab.reported)
}

/// One browser tab: an engine, its timer, and all it has reported.
pub(crate) struct Tab {
    pub(crate) packs: Vec<Pack>,
    pub(crate) world: Began,
    pub(crate) engine: Engine,
    pub(crate) reported: Vec<Item>,
    /// What the browser remembers of the visitor, if it does.
    pub(crate) memory: Option<Remembered>,
    wish: Option<Millis>,
    at: Millis,
    out: Vec<String>,
}

impl Tab {
    pub(crate) fn new() -> Self {
        let pack = Pack { version: 1, ..Pack::default() };
        let world = Began {
            wall: Millis(1_800_000_000_000),
            utc_offset_min: 540,
            seed: 0,
            visitor: VisitorKind::New,
            device: Device::Desktop,
            language: "ko".into(),
            referrer: String::new(),
            pack: 0,
            consent: Consent::Personalise,
            resumed: Vec::new(),
        };
        Self {
            engine: Engine::new(pack.clone()),
            packs: vec![pack],
            world,
            reported: Vec::new(),
            memory: None,
            wish: None,
            at: Millis(0),
            out: Vec::new(),
        }
    }

    pub(crate) fn add_campaign(&mut self, campaign: Campaign) {
        self.settle(|pack| pack.campaigns.push(campaign));
    }

    /// Changes the pack that the tab begins with.
    pub(crate) fn settle(&mut self, change: impl FnOnce(&mut Pack)) {
        change(&mut self.packs[0]);
        assert_eq!(self.packs[0].check(), [], "the pack is fit to be published");
        self.engine = Engine::new(self.packs[0].clone());
    }

    /// Gives the engine an input, after the timers that are due before it.
    pub(crate) fn handle(&mut self, at: Millis, input: Input) -> Vec<Effect> {
        self.pass_time(at);
        self.at = self.at.max(at);
        let effects = self.engine.handle(at, input);
        self.obey(&effects);
        effects
    }

    /// Fires the timers that are due until `at`.
    pub(crate) fn pass_time(&mut self, at: Millis) {
        while let Some(due) = self.wish.filter(|&due| due <= at) {
            self.wish = None;
            self.at = due;
            let effects = self.engine.handle(due, Input::Woke);
            self.obey(&effects);
        }
    }

    /// No timer fires until then, and those that were due fire late.
    pub(crate) fn sleep(&mut self, until: Millis) {
        self.at = until;
        if self.wish.take_if(|due| *due <= until).is_some() {
            let effects = self.engine.handle(until, Input::Woke);
            self.obey(&effects);
        }
    }

    /// The next page of the shop opens in this tab: the engine goes on from its snapshot.
    pub(crate) fn load_page(&mut self, gap_ms: i64) {
        let saved = self.engine.snapshot();
        assert!(saved.0.len() <= 2 * beacon::limits::SNAPSHOT_BYTES_MAX, "the snapshot is bounded");
        let pack = self.packs.last().unwrap().clone();
        self.engine = Engine::resume(pack.clone(), &saved).unwrap_or_else(|_| Engine::new(pack));
        let left_at = self.world.wall.plus(self.at.0).0;
        self.world.wall = Millis(left_at.saturating_add_signed(gap_ms));
        (self.at, self.wish) = (Millis(0), None);
        self.out.push(format!("page loads after {gap_ms}ms"));
        self.begin(Millis(0));
    }

    /// The run begins; what is remembered is told.
    pub(crate) fn begin(&mut self, at: Millis) {
        self.handle(at, Input::Began(self.world.clone()));
        if let Some(memory) = self.memory.clone() {
            self.handle(at, Input::Remembered(memory));
        }
    }

    pub(crate) fn decided(&self) -> Vec<Item> {
        self.reported.iter().filter(|it| matches!(it.body, Body::Decided(_))).cloned().collect()
    }

    pub(crate) fn check_replay(&self) {
        let pack_of = |version| self.packs.iter().find(|it| it.version == version).cloned();
        if !self.reported.is_empty() {
            assert_eq!(engine::replay(pack_of, &self.reported), Ok(self.decided()), "replay");
        }
    }

    fn obey(&mut self, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::WakeAt(at) => {
                    assert!(*at > self.at, "a timer lies ahead");
                    self.wish = Some(*at);
                }
                Effect::Report(item) => {
                    assert!(item.body.keeps_limits(), "{item:?}");
                    assert!(item.at <= self.at, "{item:?}");
                    self.out.push(format!("{}ms {}", item.at.0, explain::describe(&item.body)));
                    self.reported.push(item.clone());
                }
                Effect::Remember(campaign) => {
                    self.memory.get_or_insert_default().count(*campaign);
                }
                Effect::Prepare => self.out.push(format!("{}ms prepare", self.at.0)),
                Effect::Act(act) => {
                    self.out.push(format!("{}ms act {}", self.at.0, print::act(act)));
                }
            }
        }
    }
}
