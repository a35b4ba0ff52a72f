//! Items in, verdicts out. Runs in the page and in the collector, bit for bit the same, because
//! [`Decider::take`] is the only door and what goes through it is what was reported.

#[cfg(test)]
mod agreement;
mod choose;
mod contents;
pub mod examine;
pub mod glance;
pub(crate) mod pacing;
pub(crate) mod rule;
mod session;
pub mod sketch;
pub(crate) mod trigger;

use alloc::vec::Vec;

use beacon::item::{
    Answer, Began, Body, Consent, Fact, PageKind, Reaction, Remembered, Signal, Verdict,
    VerdictOutcome,
};
use beacon::{Item, Millis};

use crate::campaign::{Act, ActKind, Caps, Happening, Quantity};
use crate::cart::Cart;
use crate::config::{
    CLOCK_BACK_MS_MAX, DWELL_STEPS_MS, NEVER, PREPARE_DWELL_MS, STAFFED_MS, UNSHOWN_MS_MAX,
};
use crate::model::schema::Slot;
use crate::model::{Features, Score};
use crate::pack::{PackWith, Published, Theme};
use crate::schedule::{Clock, Zone};
use crate::site::SITE;
use contents::Held;
use rule::Rule;
use session::{History, Key, Met};
pub(crate) use session::{Session, View};
use trigger::{NOT_ONCE, clamp};

/// The deciding half: what is known of the visit, and what was decided before.
///
/// Pacing reaches as far as the snapshot does: one tab. Caps on a lifetime are counted on from what
/// the shell remembers with the visitor.
#[derive(Clone, Debug)]
pub struct Decider {
    pub(crate) world: Option<Began>,
    pub(crate) consent: Consent,
    pack: u32,
    /// The visitor's clock, milliseconds since 1970, never going back.
    now: u64,
    session: Session,
    view: Option<View>,
    on_screen: Option<OnScreen>,
    /// What outlives the tab, as it was told and counted since; until then no cap on a lifetime can be
    /// kept.
    pub(crate) remembered: Option<Remembered>,
    /// So many people could answer, by what was said then.
    pub(crate) free: u16,
    pub(crate) free_at: u64,
    /// When time alone could make a campaign fire, on the visitor's clock.
    pub(crate) due: u64,
}

/// A conclusion: what is reported, and what is shown when it fired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// To be reported as [`Body::Decided`].
    pub verdict: Verdict,
    /// To be shown.
    pub act: Option<Act>,
    /// To be remembered with the visitor: the campaign has a cap on a lifetime.
    pub is_lasting: bool,
}

/// What a trigger can ask for, in plain numbers.
pub(crate) struct Scene<'a> {
    pub(crate) history: Option<&'a History>,
    /// Lines of the cart.
    pub(crate) cart: &'a [Held],
    /// Visitor, device, page and band.
    pub(crate) kinds: [u8; 4],
    /// Path and language.
    pub(crate) texts: [&'a str; 2],
    /// Where the visit came from, words parted by spaces.
    pub(crate) source: &'a str,
    /// By [`Quantity`].
    quantities: [i64; Quantity::COUNT],
    /// Milliseconds since the session began.
    pub(crate) now: u32,
    pub(crate) clock: Clock,
}

impl<'a> Scene<'a> {
    /// Where nothing is, for who reads a trigger without judging it.
    pub(crate) const EMPTY: Self = Scene {
        history: None,
        cart: &[],
        kinds: [0; 4],
        texts: [""; 2],
        source: "",
        quantities: [0; Quantity::COUNT],
        now: 0,
        clock: Clock::STOPPED,
    };

    /// How often something happened, and when.
    pub(crate) fn met(&self, what: Key) -> Met<'a> {
        self.history.map_or_else(Met::default, |it| it.met(what))
    }

    pub(crate) fn quantity(&self, what: Quantity) -> i32 {
        self.quantities.get(what as usize).map_or(0, |&it| clamp(it))
    }
}

#[derive(Clone, Copy, Debug)]
struct OnScreen {
    campaign: u16,
    since: u64,
    is_shown: bool,
    is_invitation: bool,
}

impl Default for Decider {
    fn default() -> Self {
        Self::NEW
    }
}

impl Decider {
    /// Nothing known yet.
    pub(crate) const NEW: Self = Self {
        world: None,
        consent: Consent::Denied,
        pack: 0,
        now: 0,
        session: Session::NEW,
        view: None,
        on_screen: None,
        remembered: None,
        free: 0,
        free_at: 0,
        due: NEVER,
    };

    /// Takes one reported item and concludes what follows. `pack` must be of the version that was
    /// last reported as begun with or published; with another one nothing is judged. Conclusions
    /// among the items are passed over: they are made again.
    pub fn take(&mut self, item: &Item, pack: &Published) -> Vec<Decision> {
        // Of a last word nobody would see what came; nor does it change when time alone would.
        if self.listen(item).unwrap_or(true) {
            return Vec::new();
        }
        self.judge(pack)
    }

    /// Learns from an item; whether it is the last word on its view, `None` when nothing is to be
    /// concluded from it at all.
    fn listen(&mut self, item: &Item) -> Option<bool> {
        match &item.body {
            Body::Began(began) => self.begin(item.at, began),
            Body::Decided(_) => return None,
            _ => {}
        }
        let world = self.world.as_ref()?;
        self.now = self.now.max(world.wall.plus(item.at.0).0);
        self.session.reach(self.now);
        let is_last_word = self.view.as_ref().is_some_and(|view| view.is_last_word(&item.body));
        self.learn(&item.body);
        Some(is_last_word)
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

    /// What a model looks at, as it stands now: a stored run that was replayed so far is what it
    /// learns from.
    pub fn features(&self) -> &Features {
        &self.session.features
    }

    /// Something may be shown soon: there is a cart to lose, or a product held the visitor's eye.
    pub(crate) fn is_warm(&self) -> bool {
        let has_dwelt = self.view.as_ref().is_some_and(|it| it.product_ms >= PREPARE_DWELL_MS);
        self.consent == Consent::Personalise && (has_dwelt || self.session.cart.is_filled())
    }

    fn begin(&mut self, at: Millis, began: &Began) {
        let now = began.wall.plus(at.0).0;
        let is_read = self.session.load(&began.resumed);
        // A clock that was set back would freeze every span: better to know nothing.
        if !is_read || self.session.last > now.saturating_add(CLOCK_BACK_MS_MAX) {
            self.session = Session::new(now);
        }
        self.now = self.session.last.max(now);
        self.world = Some(began.clone());
        self.consent = began.consent;
        self.pack = began.pack;
        (self.view, self.on_screen, self.due) = (None, None, NEVER);
        (self.remembered, self.free) = (None, 0);
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
                if let (Fact::Purchased { .. }, Some(it)) = (fact, &mut self.remembered) {
                    it.bought_days = Some(0);
                }
            }
            Body::Consented(consent) => self.consent = *consent,
            Body::Published(version) => self.pack = *version,
            Body::Answered(answer) => self.hear(*answer),
            Body::Remembered(it) => self.remembered = Some(it.clone()),
            Body::Staffed { free } => (self.free, self.free_at) = (*free, self.now),
            _ => {}
        }
        self.session.learn(self.now, body);
    }

    fn hear(&mut self, answer: Answer) {
        if let Some(it) = self.on_screen.as_mut().filter(|it| it.campaign == answer.campaign) {
            it.is_shown = true;
            // Who talks is not to be spoken to by anything else.
            if it.is_invitation && answer.reaction == Reaction::Accepted {
                self.session.pacing.stop(SITE, self.now);
            }
            if answer.reaction != Reaction::Shown {
                self.on_screen = None;
            }
        }
    }

    /// Judges every campaign on what is known now. The first in order of priority takes the turn,
    /// whether it fires or is held out, so that both arms of a campaign meet the same rivals.
    fn judge(&mut self, pack: &Published) -> Vec<Decision> {
        let mut decisions = Vec::new();
        self.due = NEVER;
        if !self.may_judge(pack) {
            return decisions;
        }
        let Some(scene) = self.scene(pack) else { return decisions };
        let mut site = None;
        pack.site.judge(&scene, &mut |rule| site = Some(rule));
        if let Some(site) = site.as_ref().filter(|it| it.holds) {
            self.due = self.now.saturating_add(site.findings.wait_ms);
            return decisions;
        }
        // Highest rank first; those of which nothing may come are passed over.
        let mut rules: Vec<Rule<'_>> = Vec::new();
        pack.campaigns.judge(&scene, &mut |rule| {
            let is_hopeful = rule.holds || rule.findings.wait_ms != NEVER;
            if is_hopeful && self.allows(rule.id, &rule.caps) {
                let at = rules.iter().take_while(|it| it.rank() > rule.rank()).count();
                rules.insert(at, rule);
            }
        });
        let is_allowed = site.as_ref().is_none_or(|it| self.allows(SITE, &it.caps));
        let mut is_turn_taken = self.is_occupied() || !is_allowed;
        let mut takes_agent = false;
        for rule in &rules {
            if !rule.holds || is_turn_taken && !rule.shadow || rule.needs_agent && !self.has_agent()
            {
                continue;
            }
            if let Some(decision) = self.conclude(rule, site.as_ref(), &scene, &pack.theme) {
                is_turn_taken |= !rule.shadow;
                takes_agent |= rule.needs_agent && decision.act.is_some();
                decisions.push(decision);
            }
        }
        // What nobody could keep count of does not come about.
        let pacing = &mut self.session.pacing;
        let is_counted = |it: &&Decision| pacing.count(it.verdict.campaign, self.now);
        let counted = decisions.iter().take_while(is_counted).count();
        decisions.truncate(counted);
        for Decision { verdict, act, is_lasting } in &decisions {
            if let Some(it) = self.remembered.as_mut().filter(|_| *is_lasting) {
                it.count(verdict.campaign);
            }
            if verdict.outcome != VerdictOutcome::Shadowed {
                pacing.count(SITE, self.now);
            }
            if let Some(act) = act {
                let (campaign, since) = (act.campaign, self.now);
                let is_invitation = act.kind == ActKind::Invite;
                self.on_screen = Some(OnScreen { campaign, since, is_shown: false, is_invitation });
                self.free -= u16::from(takes_agent);
            }
        }
        if let Some(site) = &site {
            self.due = self.now.saturating_add(site.findings.wait_ms);
        }
        for rule in &rules {
            if self.allows(rule.id, &rule.caps) {
                self.due = self.due.min(self.now.saturating_add(rule.findings.wait_ms));
            }
        }
        decisions
    }

    /// The verdict on a campaign whose trigger holds; `None` when it has nothing to show.
    fn conclude(
        &self,
        rule: &Rule<'_>,
        site: Option<&Rule<'_>>,
        scene: &Scene<'_>,
        theme: &Theme,
    ) -> Option<Decision> {
        let world = self.world.as_ref()?;
        let (variant, drawing) = choose::variant(rule, world.seed)?;
        let words = drawing.words(world.language.as_bytes())?;
        let outcome = if rule.shadow {
            VerdictOutcome::Shadowed
        } else if choose::is_held_out(rule, world.seed)
            || site.is_some_and(|it| choose::is_held_out(it, world.seed))
        {
            VerdictOutcome::HeldOut
        } else {
            VerdictOutcome::Fired
        };
        let verdict = Verdict {
            campaign: rule.id,
            outcome,
            variant,
            buy_permille: u16::try_from(scene.quantity(Quantity::BuyPermille)).unwrap_or(0),
            evidence: rule.findings.evidence().into(),
        };
        let act = (outcome == VerdictOutcome::Fired).then(|| {
            let now = (self.session.cart, pacing::seconds(self.now));
            drawing.act((rule.id, variant), words, rule.findings.why, theme, now)
        });
        Some(Decision { verdict, act, is_lasting: rule.caps.lifetime > 0 })
    }

    /// Whether a campaign's caps, or the site's, allow one more turn now.
    fn allows(&self, campaign: u16, caps: &Caps) -> bool {
        let is_below = |it: &Remembered| it.times(campaign) < caps.lifetime;
        (caps.lifetime == 0 || self.remembered.as_ref().is_some_and(is_below))
            && self.session.pacing.allows(campaign, caps, self.now)
    }

    /// Whether somebody is free to answer, as far as is known.
    fn has_agent(&self) -> bool {
        self.free > 0 && self.now.saturating_sub(self.free_at) < STAFFED_MS
    }

    fn scene<C, S>(&self, pack: &PackWith<C, S>) -> Option<Scene<'_>> {
        let mut scene = self.sight(&pack.zone)?;
        let score = Score::read(&pack.model, &self.session.features).unwrap_or_default();
        scene.kinds[3] = score.band as u8;
        scene.quantities[Quantity::BuyPermille as usize] = score.buy_permille.into();
        scene.quantities[Quantity::LeavePermille as usize] = score.leave_permille.into();
        Some(scene)
    }

    /// The scene without its score.
    fn sight(&self, zone: &Zone) -> Option<Scene<'_>> {
        let (world, view) = (self.world.as_ref()?, self.view.as_ref()?);
        let (session, now) = (&self.session, self.session.time(self.now));
        let (history, remembered) = (&session.history, self.remembered.as_ref());
        Some(Scene {
            history: Some(history),
            cart: &session.contents.0,
            kinds: [session.visitor(world.visitor) as u8, world.device as u8, view.page as u8, 0],
            texts: [&view.path, &world.language],
            source: remembered.map_or("", |it| &it.source),
            quantities: [
                session.cart.value,
                session.cart.items.into(),
                0,
                0,
                session.hesitation_level().into(),
                (view.dwell_ms / 1_000).into(),
                (view.product_ms / 1_000).into(),
                view.scroll_percent.into(),
                history.met(Happening::View.into()).count(now, 0).into(),
                (now / 1_000).into(),
                remembered.map_or(0, |it| it.visits.into()),
                remembered.and_then(|it| it.bought_days).map_or(NOT_ONCE.into(), i64::from),
                (session.features.get(Slot::Vip) > 0).into(),
            ],
            now,
            clock: zone.at(self.now),
        })
    }

    /// Nothing is ever decided without consent, without the right pack, or in a quiet zone: at the
    /// payment step and right after it.
    fn may_judge(&self, pack: &Published) -> bool {
        self.consent == Consent::Personalise
            && self.pack == pack.version
            && self.view.as_ref().is_some_and(|view| !is_quiet(view.page))
    }

    fn is_occupied(&self) -> bool {
        self.on_screen
            .is_some_and(|it| it.is_shown || self.now.saturating_sub(it.since) < UNSHOWN_MS_MAX)
    }
}

/// Where nothing is ever shown.
fn is_quiet(page: PageKind) -> bool {
    matches!(page, PageKind::Payment | PageKind::Thanks)
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
pub fn preview(pack: &Published, campaign: u16, language: &str) -> Option<Act> {
    let mut act = None;
    pack.campaigns.judge(&Scene::EMPTY, &mut |mut rule| {
        if rule.id == campaign {
            choose::each_drawing(&mut rule.variants, &mut |drawing| {
                if let (None, Some(words)) = (&act, drawing.words(language.as_bytes())) {
                    let (why, now) = (Happening::View, (Cart::default(), 0));
                    act = Some(drawing.act((campaign, 0), words, why, &pack.theme, now));
                }
            });
        }
    });
    act
}
