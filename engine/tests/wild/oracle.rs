//! What was promised, kept count of from outside: by what was said to an engine and what it
//! reported. Knows the promises of `engine/README.md`, and nothing of how they are kept.

use std::collections::BTreeMap;

use beacon::item::{
    Answer, Began, Body, Consent, Item, PageKind, Reaction, Verdict, VerdictOutcome,
};
use engine::campaign::{Action, Campaign, Caps};
use engine::pack::Pack;
use engine::site::{SITE, Site};

const SESSION_IDLE_MS: u64 = 30 * 60_000;
const DAY_MS: u64 = 24 * 3_600_000;
const CLOCK_BACK_MS: u64 = 60_000;
const UNSHOWN_MS: u64 = 30_000;
const STAFFED_MS: u64 = 120_000;

/// A visit as its items tell it.
pub struct Oracle {
    packs: &'static [Pack],
    version: u32,
    wall: u64,
    /// The visitor's clock, never going back.
    clock: u64,
    started: u64,
    session: u32,
    view: u32,
    page: Option<PageKind>,
    on_screen: Option<Offer>,
    paces: BTreeMap<u16, Pace>,
    /// Turns of campaigns with a cap on a lifetime, whatever was forgotten meanwhile.
    lifetimes: BTreeMap<u16, u16>,
    /// So many could answer, and when that was said.
    free: (u16, u64),
    is_paced: bool,
}

struct Offer {
    campaign: u16,
    since: u64,
    is_shown: bool,
    is_invitation: bool,
}

#[derive(Default)]
struct Pace {
    turns: Vec<Turn>,
    /// The last turn or refusal.
    rests_from: u64,
    refused_in: Option<u32>,
}

struct Turn {
    at: u64,
    session: u32,
    view: u32,
}

impl Oracle {
    pub fn new(packs: &'static [Pack]) -> Self {
        Self {
            packs,
            version: 0,
            wall: 0,
            clock: 0,
            started: 0,
            session: 0,
            view: 0,
            page: None,
            on_screen: None,
            paces: BTreeMap::new(),
            lifetimes: BTreeMap::new(),
            free: (0, 0),
            is_paced: true,
        }
    }

    /// From here nobody can know which turns a campaign had, and when.
    pub fn stop_pacing(&mut self) {
        self.is_paced = false;
    }

    /// An item was reported while this was the consent.
    pub fn hear(&mut self, item: &Item, consent: Consent) {
        assert!(consent >= Consent::Measure, "reported without consent: {item:?}");
        assert!(item.body.keeps_limits(), "{item:?}");
        if let Body::Began(began) = &item.body {
            self.begin(began, item.at.0);
        }
        if let Body::Decided(verdict) = &item.body {
            assert_eq!(consent, Consent::Personalise, "judged without consent");
            return self.judge(verdict);
        }
        self.pass_time(self.wall.saturating_add(item.at.0));
        match &item.body {
            Body::Published(version) => self.version = *version,
            Body::Viewed(view) => (self.view, self.page) = (self.view + 1, Some(view.page)),
            Body::Answered(answer) => self.answer(*answer),
            Body::Staffed { free } => self.free = (*free, self.clock),
            _ => {}
        }
    }

    fn begin(&mut self, began: &Began, at: u64) {
        (self.wall, self.version) = (began.wall.0, began.pack);
        (self.page, self.on_screen, self.free) = (None, None, (0, 0));
        let now = self.wall.saturating_add(at);
        let is_set_back = self.clock > now.saturating_add(CLOCK_BACK_MS);
        if began.resumed.is_empty() || is_set_back || !self.is_paced {
            // Nothing is known of what was before, not even what its clock said.
            (self.clock, self.started) = (now, now);
            self.paces.clear();
        }
    }

    fn pass_time(&mut self, now: u64) {
        let now = now.max(self.clock);
        if now - self.clock > SESSION_IDLE_MS || now - self.started > DAY_MS {
            (self.session, self.started) = (self.session + 1, now);
        }
        self.clock = now;
    }

    fn answer(&mut self, answer: Answer) {
        let session = self.session;
        let is_talk = answer.reaction == Reaction::Accepted
            && self
                .on_screen
                .as_ref()
                .is_some_and(|it| it.campaign == answer.campaign && it.is_invitation);
        if matches!(answer.reaction, Reaction::Accepted | Reaction::Dismissed) {
            let site = self.paces.entry(SITE).or_default();
            site.rests_from = self.clock;
            if is_talk {
                site.refused_in = Some(session);
            }
        }
        if matches!(answer.reaction, Reaction::Accepted | Reaction::Dismissed)
            && let Some(pace) = self.paces.get_mut(&answer.campaign)
        {
            (pace.refused_in, pace.rests_from) = (Some(session), self.clock);
        }
        if let Some(offer) = self.on_screen.as_mut().filter(|it| it.campaign == answer.campaign) {
            offer.is_shown = true;
            if answer.reaction != Reaction::Shown {
                self.on_screen = None;
            }
        }
    }

    fn judge(&mut self, verdict: &Verdict) {
        let page = self.page.expect("judged on a page");
        assert!(!matches!(page, PageKind::Payment | PageKind::Thanks), "judged in a quiet zone");
        let pack = self.pack();
        let is_hushed = pack.site != Site::default() && page == PageKind::Search;
        assert!(!is_hushed, "judged where the site wants quiet");
        let site = (pack.site != Site::default()).then_some(&pack.site);
        let (of_all, caps_of_all) =
            site.map_or((0, None), |it| (it.holdout_permille, Some(it.caps)));
        let campaign = self.campaign(verdict.campaign).clone();
        // Of several at one moment only one is shown, and takes the agent.
        if campaign.needs_agent && verdict.outcome != VerdictOutcome::Shadowed {
            let (free, at) = self.free;
            assert!(free > 0 && self.clock - at < STAFFED_MS, "nobody can answer: {verdict:?}");
            self.free.0 -= u16::from(verdict.outcome == VerdictOutcome::Fired);
        }
        let is_invitation = matches!(campaign.variants[0].action, Action::Invite { .. });
        assert!(usize::from(verdict.variant) < campaign.variants.len(), "{verdict:?}");
        let caps = campaign.caps;
        match verdict.outcome {
            VerdictOutcome::Shadowed => assert!(campaign.shadow, "{verdict:?}"),
            VerdictOutcome::HeldOut => {
                assert!(campaign.holdout_permille + of_all > 0, "{verdict:?}");
            }
            VerdictOutcome::Fired => {
                assert!(!campaign.shadow && campaign.holdout_permille < 1_000, "{verdict:?}");
                if let Some(offer) = &self.on_screen {
                    let is_lost = !offer.is_shown && self.clock - offer.since >= UNSHOWN_MS;
                    assert!(is_lost, "{verdict:?} over {}", offer.campaign);
                }
                let (campaign, since) = (verdict.campaign, self.clock);
                self.on_screen = Some(Offer { campaign, since, is_shown: false, is_invitation });
            }
        }
        if caps.lifetime > 0 {
            let had = self.lifetimes.entry(verdict.campaign).or_default();
            *had += 1;
            assert!(*had <= caps.lifetime, "campaign {}: lifetime", verdict.campaign);
        }
        if self.is_paced {
            self.pace(verdict.campaign, caps);
            if let Some(caps) = caps_of_all.filter(|_| !campaign.shadow) {
                self.pace(SITE, caps);
            } else if !campaign.shadow {
                self.pace(SITE, Caps::default());
            }
        }
    }

    /// Caps and cool-down as the campaign states them.
    fn pace(&mut self, campaign: u16, caps: Caps) {
        let (now, session, view) = (self.clock, self.session, self.view);
        let pace = self.paces.entry(campaign).or_default();
        // Times are kept in whole seconds.
        let seconds = |then: u64| now / 1_000 - then / 1_000;
        let keeps = |cap: u16, is_counted: &dyn Fn(&&Turn) -> bool| {
            cap == 0 || pace.turns.iter().filter(is_counted).count() < usize::from(cap)
        };
        let which = format!("campaign {campaign} at {now}");
        assert!(
            keeps(caps.per_view, &|it| (it.session, it.view) == (session, view)),
            "{which}: view"
        );
        assert!(keeps(caps.per_session, &|it| it.session == session), "{which}: session");
        assert!(keeps(caps.per_day, &|it| seconds(it.at) < DAY_MS / 1_000), "{which}: day");
        assert!(pace.refused_in != Some(session), "{which}: refused in this session");
        let has_rested = seconds(pace.rests_from) >= caps.cooldown_s.into();
        assert!(pace.turns.is_empty() || has_rested, "{which}: cool-down");
        pace.turns.push(Turn { at: now, session, view });
        pace.rests_from = now;
    }

    fn pack(&self) -> &'static Pack {
        self.packs.iter().find(|it| it.version == self.version).expect("a known pack")
    }

    fn campaign(&self, id: u16) -> &Campaign {
        self.pack().campaigns.iter().find(|it| it.id == id).expect("a campaign of the pack in use")
    }
}
