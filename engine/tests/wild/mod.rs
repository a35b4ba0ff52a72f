//! A tab to which anything may happen, watched by an [`Oracle`]. Shared by the property tests and
//! the fuzzer.

pub mod dice;
pub mod oracle;

use std::sync::LazyLock;

use beacon::item::{Body, Consent, Remembered, VerdictOutcome};
use beacon::limits::SNAPSHOT_BYTES_MAX;
use beacon::{Item, Millis, wire};
use engine::campaign::{Campaign, Show};
use engine::decide::Decider;
use engine::decide::glance::Trial;
use engine::observation::Observation;
use engine::pack::{Pack, Published};
use engine::site::Site;
use engine::{Effect, Engine, Input, Snapshot};

use dice::{Dice, Step};
use oracle::Oracle;

/// What an engine keeps between two inputs, its pack aside, bytes: the page the visitor came from
/// (snapshots of both halves), what happened in this session, and 12 products by name.
pub const STATE_BYTES_MAX: isize = 8 * 1024;

/// Timers that fire while nothing happens. An engine comes to rest.
const WAKES_MAX: usize = 64;

/// One browser tab and everything it reported.
pub struct Tab {
    pub reported: Vec<Item>,
    engine: Engine,
    /// The page before, begun anew from the same snapshot: it must go on as the next one does.
    twin: Option<Engine>,
    world: beacon::item::Began,
    at: u64,
    told_at: u64,
    wish: Option<u64>,
    consent: Consent,
    /// What the browser remembers of the visitor.
    memory: Remembered,
    oracle: Oracle,
    /// Bytes on the heap, if somebody counts them.
    heap: fn() -> isize,
    kept: isize,
}

impl Tab {
    /// Opens the tab in a world chosen by the dice.
    pub fn new(dice: &mut Dice<'_>, heap: fn() -> isize) -> Self {
        let mut tab = Self {
            engine: Engine::new(PUBLISHED[0].clone()),
            twin: None,
            reported: Vec::new(),
            world: dice.world(),
            at: 0,
            told_at: 0,
            wish: None,
            consent: Consent::Denied,
            memory: Remembered {
                visits: 3, source: "p p1 상품3".into(), ..Remembered::default()
            },
            oracle: Oracle::new(&PACKS),
            heap,
            kept: 0,
        };
        tab.begin();
        tab
    }

    /// Takes one step, after the timers that are due before it, unless the browser holds them back.
    pub fn take(&mut self, dice: &mut Dice<'_>) {
        let at = dice.time(self.at);
        let is_throttled = dice.byte() > 230;
        let before = (self.heap)();
        let input = match dice.step() {
            Step::Saw(observation) => Input::Observed(observation),
            Step::Stated(fact) => Input::Stated(fact),
            Step::Answered(answer) => Input::Answered(answer),
            Step::Consented(consent) => Input::Consented(consent),
            Step::Woke => Input::Woke,
            Step::Staffed(free) => Input::Staffed(free),
            Step::Published(index) => {
                Input::Published(PUBLISHED[usize::from(index) % PUBLISHED.len()].clone())
            }
            Step::Began => return self.begin(),
            Step::Loaded(gap_ms) => return self.load(at, gap_ms),
        };
        let input_bytes = (self.heap)() - before;
        if !is_throttled {
            self.pass_time(at);
        }
        self.kept += input_bytes;
        let is_consent = matches!(input, Input::Consented(_));
        if let Input::Consented(consent) = input {
            self.consent = consent;
        }
        self.handle(at, input);
        if is_consent {
            self.remind();
        }
    }

    /// What was reported is enough to decide again, and comes to the same.
    pub fn check_replay(&self) {
        let pack_of = |version| PACKS.iter().find(|it| it.version == version).cloned();
        let is_verdict = |it: &&Item| matches!(it.body, Body::Decided(_));
        let decided: Vec<Item> = self.reported.iter().filter(is_verdict).cloned().collect();
        if !self.reported.is_empty() {
            assert_eq!(engine::replay(pack_of, &self.reported), Ok(decided), "replay");
        }
        self.check_trials();
    }

    /// What judges much at once judges alike.
    fn check_trials(&self) {
        for (trial, published) in TRIALS.iter().zip(PUBLISHED.iter()) {
            let (mut plain, mut swift) = (Decider::default(), Decider::default());
            for item in &self.reported {
                let mut item = item.clone();
                match &mut item.body {
                    Body::Began(began) => began.pack = trial.version(),
                    Body::Published(version) => *version = trial.version(),
                    _ => {}
                }
                assert_eq!(swift.take_on(&item, trial), plain.take(&item, published), "{item:?}");
                assert_eq!(swift.due(), plain.due(), "{item:?}");
                assert_eq!(swift.snapshot(), plain.snapshot(), "{item:?}");
            }
        }
    }

    fn begin(&mut self) {
        self.consent = self.world.consent;
        let before = (self.heap)();
        let began = Input::Began(self.world.clone());
        self.kept += (self.heap)() - before;
        self.handle(self.at, began);
        self.remind();
    }

    /// The shell tells what it remembers; without consent it is passed over.
    fn remind(&mut self) {
        let before = (self.heap)();
        let memory = Input::Remembered(self.memory.clone());
        self.kept += (self.heap)() - before;
        self.handle(self.at, memory);
    }

    /// The page is left; the next one goes on from the snapshot. With the browser's back button the
    /// page itself comes back.
    fn load(&mut self, at: u64, gap_ms: i64) {
        self.handle(at, Input::Observed(Observation::Hidden));
        let saved = self.engine.snapshot();
        assert_eq!(saved.0.is_empty(), self.consent != Consent::Personalise, "kept by consent");
        assert!(saved.0.len() <= 2 * SNAPSHOT_BYTES_MAX, "{} bytes saved", saved.0.len());
        let left_at = self.world.wall.0.saturating_add(self.at);
        self.world.wall = Millis(left_at.saturating_add_signed(gap_ms));
        self.world.consent = self.consent;
        self.resume(&saved);
        self.begin();
    }

    /// What the next page would go on with.
    pub fn snapshot(&self) -> Snapshot {
        self.engine.snapshot()
    }

    /// The next page opens with bytes that no page left: nobody can say what they knew of turns.
    pub fn resume_damaged(&mut self, saved: &Snapshot) {
        self.oracle.stop_pacing();
        self.resume(saved);
        self.begin();
    }

    fn resume(&mut self, saved: &Snapshot) {
        let pack = self.engine.pack().clone();
        let before = (self.heap)();
        let next =
            Engine::resume(pack, saved).unwrap_or_else(|_| Engine::new(self.engine.pack().clone()));
        self.kept = (self.heap)() - before;
        let mut last = std::mem::replace(&mut self.engine, next);
        last.restart(&saved.0);
        self.twin = Some(last);
        (self.at, self.told_at, self.wish) = (0, 0, None);
    }

    fn pass_time(&mut self, at: u64) {
        let mut wakes = 0;
        while let Some(due) = self.wish.take_if(|due| *due <= at) {
            self.handle(due, Input::Woke);
            wakes += 1;
            assert!(wakes <= WAKES_MAX, "it does not come to rest");
        }
    }

    fn handle(&mut self, at: u64, input: Input) {
        self.at = self.at.max(at);
        let twin = self.twin.as_mut().map(|it| it.handle(Millis(at), input.clone()));
        let before = (self.heap)();
        let effects = self.engine.handle(Millis(at), input);
        self.kept += (self.heap)() - before;
        if let Some(twin) = twin {
            assert_eq!(effects, twin, "begun anew and resumed");
        }
        let mut fired = None;
        for effect in &effects {
            assert!(fired.is_none() || matches!(effect, Effect::Act(_)), "{effect:?} for an act");
            match effect {
                Effect::Report(item) => {
                    assert!((self.told_at..=self.at).contains(&item.at.0), "{item:?}");
                    self.told_at = item.at.0;
                    self.oracle.hear(item, self.consent);
                    if let Body::Decided(verdict) = &item.body {
                        let is_fired = verdict.outcome == VerdictOutcome::Fired;
                        fired = is_fired.then_some((verdict.campaign, verdict.variant));
                    }
                    self.reported.push(item.clone());
                }
                Effect::Act(act) => {
                    let show: Show = wire::from_bytes(&act.bytes).expect("the surface reads it");
                    assert_eq!(fired.take(), Some((act.campaign, act.variant)));
                    assert_eq!((show.campaign, show.variant), (act.campaign, act.variant));
                }
                Effect::Remember(campaign) => {
                    let before = (self.heap)();
                    self.memory.count(*campaign);
                    assert!((self.heap)() - before < 1_024, "memory is bounded");
                }
                Effect::WakeAt(at) => {
                    assert!(at.0 > self.at, "a timer lies ahead");
                    self.wish = Some(at.0);
                }
                Effect::Prepare => assert_eq!(self.consent, Consent::Personalise),
            }
        }
        assert_eq!(fired, None, "fired and not shown");
        let before = (self.heap)();
        drop(effects);
        self.kept += (self.heap)() - before;
        assert!(self.kept <= STATE_BYTES_MAX, "{} bytes kept", self.kept);
    }
}

/// [`PACKS`] as pages come by them.
static PUBLISHED: LazyLock<Vec<Published>> = LazyLock::new(|| {
    let read = |pack: &Pack| Published::decode(&pack.encode()).expect("a pack");
    PACKS.iter().map(read).collect()
});

/// [`PACKS`] as a collector tries them.
static TRIALS: LazyLock<Vec<Trial>> =
    LazyLock::new(|| PACKS.iter().cloned().map(Trial::from).collect());

/// Two packs of more campaigns than are paced, with tight caps; in the second some are missing and
/// the others may do less.
pub static PACKS: LazyLock<Vec<Pack>> = LazyLock::new(|| {
    const TRIGGERS: [&str; 14] = [
        r#"{"count": {"of": "view", "at_least": 1, "within_s": 0}}"#,
        r#"{"any": [{"count": {"of": "exit_intent", "at_least": 1, "within_s": 5}},
                    {"count": {"of": "comparing", "at_least": 2, "within_s": 90}},
                    {"count": {"of": "form_trouble", "at_least": 1, "within_s": 0}},
                    {"count": {"of": "fading", "at_least": 1, "within_s": 30}},
                    {"is": {"what": "scroll_percent", "min": 30}}]}"#,
        r#"{"all": [{"is": {"what": "cart_items", "min": 1}}, {"not": {"page": ["home"]}}]}"#,
        r#"{"any": [{"since": {"of": "searched", "at_least_s": 7}},
                    {"since": {"of": "waiting", "at_least_s": 3}},
                    {"not": {"since": {"of": "bot_evidence", "at_least_s": 1}}}]}"#,
        r#"{"is": {"what": "session_seconds", "min": 20}}"#,
        r#"{"any": [{"path": ["*상품*", "/p*a*a*a*b"]}, {"language": ["ko"]}]}"#,
        r#"{"not": {"count": {"of": "dismissed", "at_least": 2, "within_s": 60}}}"#,
        r#"{"all": [{"is": {"what": "buy_permille", "max": 600}}, {"device": ["phone"]},
                    {"is": {"what": "hesitation_level", "min": 1}}]}"#,
        r#"{"any": [{"sequence": {"within_s": 60, "steps": ["added", "view"]}},
                    {"sequence": {"within_s": 600, "steps": ["searched", "added", "searched"]}}]}"#,
        r#"{"any": [{"cart_has": {"product": ["*상품*", "👀*a"], "at_least": 2}},
                    {"cart_has": {"category": ["p*"]}}]}"#,
        r#"{"any": [{"goal": {"name": "goal 3"}},
                    {"goal": {"name": "goal 5", "at_least": 2, "within_s": 90}}]}"#,
        r#"{"any": [{"band": ["leaves"]}, {"is": {"what": "leave_permille", "min": 300}}]}"#,
        r#"{"any": [{"source": ["*품3", "x"]}, {"is": {"what": "days_since_purchase", "max": 3}},
                    {"is": {"what": "visits", "min": 9}}, {"is": {"what": "vip", "min": 1}}]}"#,
        r#"{"any": [{"schedule": {"from": "08:10", "to": "08:12"}},
                    {"schedule": {"days": ["fri"], "from": "17:40", "to": "08:15"}}]}"#,
    ];
    let like: Campaign =
        serde_json::from_str(include_str!("../../campaigns/exit-offer.json")).expect("readable");
    let invitation: Campaign =
        serde_json::from_str(include_str!("../../campaigns/cart-help.json")).expect("readable");
    let campaign = |id: u16| {
        let mut campaign = like.clone();
        campaign.id = id;
        campaign.trigger =
            serde_json::from_str(TRIGGERS[usize::from(id) % TRIGGERS.len()]).expect("readable");
        campaign.caps.per_view = id % 3;
        campaign.caps.per_session = id / 2 % 4;
        campaign.caps.per_day = 1 + id % 8;
        campaign.caps.cooldown_s = [0, 2, 60, 3_600][usize::from(id) % 4];
        campaign.caps.lifetime = [0, 0, 3][usize::from(id) % 3];
        if id.is_multiple_of(5) {
            campaign.variants.clone_from(&invitation.variants);
            campaign.needs_agent = id.is_multiple_of(10) || id == 5;
        }
        campaign.shadow = id.is_multiple_of(2) && id != 10;
        campaign.holdout_permille = [0, 0, 500, 1_000][usize::from(id / 3) % 4];
        campaign.priority = u8::try_from(id * 7 % 5).expect("small");
        campaign
    };
    let first: Vec<Campaign> = (1..=28).map(campaign).collect();
    let mut second = first.clone();
    second.retain(|it| it.id % 3 > 0);
    for campaign in &mut second {
        campaign.caps.per_day = 1;
    }
    let site: Site = serde_json::from_str(
        r#"{"quiet": {"page": ["search"]}, "holdout_permille": 300, "caps":
            {"per_view": 2, "per_session": 5, "per_day": 8, "cooldown_s": 1}}"#,
    )
    .expect("readable");
    let packs: Vec<Pack> = [(1, first), (2, second)]
        .map(|(version, campaigns)| {
            let site = if version == 1 { Site::default() } else { site.clone() };
            Pack { version, campaigns, site, ..Pack::default() }
        })
        .into();
    assert!(packs.iter().all(|it| it.check().is_empty()), "fit to be published");
    packs
});
