//! Items in, verdicts out. Runs in the page and in the collector, bit for bit the same, because
//! [`Decider::take`] is the only door and what goes through it is what was reported.

mod choose;
pub(crate) mod pacing;
mod session;
pub(crate) mod trigger;

use alloc::vec::Vec;

use beacon::item::{
    Answer, Began, Body, Consent, PageKind, Reaction, Signal, Verdict, VerdictOutcome,
};
use beacon::{Item, Millis};

use crate::SnapshotError;
use crate::campaign::{Campaign, Happening, Show};
use crate::config::{CLOCK_BACK_MS_MAX, DWELL_STEPS_MS, NEVER, PREPARE_DWELL_MS, UNSHOWN_MS_MAX};
use crate::pack::Pack;
use crate::score::{self, Score};
pub(crate) use session::{Session, View};
use trigger::Findings;

/// The deciding half: what is known of the visit, and what was decided before.
///
/// Pacing reaches as far as the snapshot does: one tab. Caps across tabs, and over a visitor's
/// lifetime, need state that tabs share; there is none yet.
#[derive(Debug)]
pub struct Decider {
    world: Option<Began>,
    consent: Option<Consent>,
    pack: u32,
    /// The visitor's clock, milliseconds since 1970, never going back.
    now: u64,
    session: Session,
    view: Option<View>,
    on_screen: Option<OnScreen>,
    /// When time alone could make a campaign fire, on the visitor's clock.
    pub(crate) due: u64,
}

/// A conclusion: what is reported, and what is shown when it fired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// To be reported as [`Body::Decided`].
    pub verdict: Verdict,
    /// To be shown.
    pub show: Option<Show>,
}

/// What a trigger and a score can ask for.
pub(crate) struct Scene<'a> {
    pub(crate) world: &'a Began,
    pub(crate) session: &'a Session,
    pub(crate) view: &'a View,
    pub(crate) score: Score,
    /// Milliseconds since the session began.
    pub(crate) now: u32,
}

#[derive(Clone, Copy, Debug)]
struct OnScreen {
    campaign: u16,
    since: u64,
    is_shown: bool,
}

impl Default for Decider {
    #[inline(never)]
    fn default() -> Self {
        Self {
            world: None,
            consent: None,
            pack: 0,
            now: 0,
            session: Session::default(),
            view: None,
            on_screen: None,
            due: NEVER,
        }
    }
}

impl Decider {
    /// Takes one reported item and concludes what follows. `pack` must be of the version that was
    /// last reported as begun with or published; with another one nothing is judged. Conclusions
    /// among the items are passed over: they are made again.
    pub fn take(&mut self, item: &Item, pack: &Pack) -> Vec<Decision> {
        match &item.body {
            Body::Began(began) => self.begin(item.at, began),
            Body::Decided(_) => return Vec::new(),
            _ => {}
        }
        let Some(world) = &self.world else { return Vec::new() };
        self.now = self.now.max(world.wall.plus(item.at.0).0);
        self.session.reach(self.now);
        let is_last_word = self.view.as_ref().is_some_and(|view| view.is_last_word(&item.body));
        self.learn(&item.body);
        self.judge(pack, is_last_word)
    }

    /// When time alone could make a campaign fire, since the run began.
    pub fn due(&self) -> Option<Millis> {
        let began = self.world.as_ref()?.wall;
        (self.due != NEVER).then(|| Millis(self.due.saturating_sub(began.0)))
    }

    /// The state to go on with on the next page; bounded by
    /// [`SNAPSHOT_BYTES_MAX`](beacon::limits::SNAPSHOT_BYTES_MAX).
    pub fn snapshot(&self) -> Vec<u8> {
        self.session.encode()
    }

    /// Whether these bytes can be resumed from.
    pub(crate) fn check(saved: &[u8]) -> Result<(), SnapshotError> {
        Session::default().load(saved)
    }

    /// Something may be shown soon: there is a cart to lose, or a product held the visitor's eye.
    pub(crate) fn is_warm(&self) -> bool {
        let has_dwelt = self.view.as_ref().is_some_and(|it| it.product_ms >= PREPARE_DWELL_MS);
        self.consent == Some(Consent::Personalise) && (has_dwelt || self.session.cart.is_filled())
    }

    fn begin(&mut self, at: Millis, began: &Began) {
        let now = began.wall.plus(at.0).0;
        let is_read = self.session.load(&began.resumed).is_ok();
        // A clock that was set back would freeze every span: better to know nothing.
        if !is_read || self.session.last > now.saturating_add(CLOCK_BACK_MS_MAX) {
            self.session = Session::new(now);
        }
        self.now = self.session.last.max(now);
        self.world = Some(began.clone());
        self.consent = Some(began.consent);
        self.pack = began.pack;
        (self.view, self.on_screen, self.due) = (None, None, NEVER);
    }

    fn learn(&mut self, body: &Body) {
        match body {
            Body::Viewed(view) => self.view = Some(View::new(view)),
            Body::Noticed(signal) => {
                if let Some(view) = &mut self.view {
                    view.notice(signal);
                }
            }
            Body::Stated(fact) => {
                if let Some(view) = &mut self.view {
                    view.state(fact);
                }
            }
            Body::Consented(consent) => self.consent = Some(*consent),
            Body::Published(version) => self.pack = *version,
            Body::Answered(answer) => self.hear(*answer),
            _ => {}
        }
        self.session.learn(self.now, body);
    }

    fn hear(&mut self, answer: Answer) {
        if let Some(it) = self.on_screen.as_mut().filter(|it| it.campaign == answer.campaign) {
            it.is_shown = true;
            if answer.reaction != Reaction::Shown {
                self.on_screen = None;
            }
        }
    }

    /// Judges every campaign on what is known now. The first in order of priority takes the turn,
    /// whether it fires or is held out, so that both arms of a campaign meet the same rivals.
    fn judge(&mut self, pack: &Pack, is_last_word: bool) -> Vec<Decision> {
        let mut decisions = Vec::new();
        self.due = NEVER;
        let Some(scene) = self.scene().filter(|_| self.may_judge(pack)) else { return decisions };
        // Highest rank first.
        let mut holding: Vec<(&Campaign, Findings)> = Vec::new();
        let mut waiting = Vec::new();
        for it in &pack.campaigns {
            if !self.session.pacing.allows(it, self.now) {
                continue;
            }
            let mut findings = Findings::new();
            let holds = findings.examine(&it.trigger, false, &scene);
            waiting.push((it, findings.wait_ms));
            if holds && !is_last_word {
                let at = holding.iter().take_while(|(before, _)| rank(before) > rank(it)).count();
                holding.insert(at, (it, findings));
            }
        }
        let mut is_turn_taken = self.is_occupied();
        let mut shown = None;
        for (campaign, findings) in holding {
            if is_turn_taken && !campaign.shadow {
                continue;
            }
            if let Some(decision) = conclude(campaign, &scene, findings, pack) {
                is_turn_taken |= !campaign.shadow;
                shown = shown.or(decision.show.as_ref().map(|it| it.campaign));
                decisions.push(decision);
            }
        }
        for decision in &decisions {
            self.session.pacing.count(decision.verdict.campaign, self.now);
        }
        if let Some(campaign) = shown {
            self.on_screen = Some(OnScreen { campaign, since: self.now, is_shown: false });
        }
        for (campaign, wait_ms) in waiting {
            if self.session.pacing.allows(campaign, self.now) {
                self.due = self.due.min(self.now.saturating_add(wait_ms));
            }
        }
        decisions
    }

    fn scene(&self) -> Option<Scene<'_>> {
        let (world, view) = (self.world.as_ref()?, self.view.as_ref()?);
        let now = self.session.time(self.now);
        let score = score::of(&score::Look::new(world, &self.session, view, now));
        Some(Scene { world, session: &self.session, view, score, now })
    }

    /// Nothing is ever decided without consent, without the right pack, or in a quiet zone: at the
    /// payment step and right after it.
    fn may_judge(&self, pack: &Pack) -> bool {
        let is_quiet = |page| matches!(page, PageKind::Payment | PageKind::Thanks);
        self.consent == Some(Consent::Personalise)
            && self.pack == pack.version
            && self.view.as_ref().is_some_and(|view| !is_quiet(view.page))
    }

    fn is_occupied(&self) -> bool {
        self.on_screen
            .is_some_and(|it| it.is_shown || self.now.saturating_sub(it.since) < UNSHOWN_MS_MAX)
    }
}

/// The verdict on a campaign whose trigger holds; `None` when it has nothing to show.
fn conclude(
    campaign: &Campaign,
    scene: &Scene<'_>,
    findings: Findings,
    pack: &Pack,
) -> Option<Decision> {
    let seed = scene.world.seed;
    let (index, variant) = choose::variant(campaign, seed)?;
    let (action, language) = (&variant.action, &scene.world.language);
    let show = choose::show(campaign.id, index, action, language, findings.why, &pack.theme)?;
    let outcome = if campaign.shadow {
        VerdictOutcome::Shadowed
    } else if choose::is_held_out(campaign, seed) {
        VerdictOutcome::HeldOut
    } else {
        VerdictOutcome::Fired
    };
    let verdict = Verdict {
        campaign: campaign.id,
        outcome,
        variant: index,
        buy_permille: scene.score.buy_permille,
        evidence: findings.evidence,
    };
    Some(Decision { verdict, show: (outcome == VerdictOutcome::Fired).then_some(show) })
}

/// Higher goes first; among equals the older campaign.
fn rank(campaign: &Campaign) -> u32 {
    u32::from(campaign.priority) << 16 | u32::from(!campaign.id)
}

impl View {
    /// Dwell that reaches no further step was reported because the view closes or the tab hides:
    /// nobody would see what came of it.
    fn is_last_word(&self, body: &Body) -> bool {
        let (known_ms, ms) = match body {
            Body::Noticed(Signal::Dwell { ms }) => (self.dwell_ms, *ms),
            Body::Noticed(Signal::ProductDwell { ms, .. }) => (self.product_ms, *ms),
            _ => return false,
        };
        !DWELL_STEPS_MS.iter().any(|&step| known_ms < step && step <= ms)
    }

    fn notice(&mut self, signal: &Signal) {
        match signal {
            Signal::Dwell { ms } => self.dwell_ms = *ms,
            Signal::ProductDwell { product, ms } if self.product.as_ref() == Some(product) => {
                self.product_ms = *ms;
            }
            Signal::ScrollReach { percent } => self.scroll_percent = *percent,
            _ => {}
        }
    }
}

/// What a campaign's first variant looks like in this language, judged by nobody: for operators who
/// try it on their own page.
pub fn preview(pack: &Pack, campaign: u16, language: &str) -> Option<Show> {
    let campaign = pack.campaigns.iter().find(|it| it.id == campaign)?;
    let action = &campaign.variants.first()?.action;
    choose::show(campaign.id, 0, action, language, Happening::View, &pack.theme)
}
