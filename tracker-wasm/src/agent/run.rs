//! A run: the agent's work between the moment consent allows it and the end of the page, of the
//! session, or of the consent. Its id is random and lives in memory only.
//!
//! A page restored from the back-forward cache goes on in its run and counts one more view.

use alloc::vec::Vec;

use beacon::item::{Began, Consent, Device, VisitorKind};
use beacon::outbox::{Outbox, Policy, RESTORED_FROM};
use beacon::{Header, Millis, RunId, SiteKey, outbox};
use engine::Input;

use super::Agent;
use super::border::{self, TAB, random, random_id};
use super::clock::Clock;
use super::identity::Identity;
use super::memory::Memory;

impl Agent {
    /// Brings the run in line with what consent now allows.
    pub(super) fn settle(&'static self) {
        let allowed = self.gate.consent();
        let current = self.consent.get();
        if allowed < Consent::Measure {
            if self.is_running() {
                self.end();
            }
        } else if current < Consent::Measure {
            self.begin(self.opened_at());
        } else if allowed < current {
            self.stop_knowing();
        } else if allowed > current {
            // Who was only counted is now known: another seed, another visitor, another run.
            self.begin_again();
        }
        if allowed == Consent::Denied {
            border::release(false);
            border::erase();
        }
    }

    /// Begins a run, at this moment, with the view that is open and what waits for it.
    fn begin(&'static self, moment: f64) {
        let Ok(site) = SiteKey::parse(&border::text(&self.page.hooks, "site")) else {
            return border::stop("site key");
        };
        self.clock.begin(moment);
        let consent = self.gate.consent();
        let identity = (consent == Consent::Personalise).then(Identity::recall);
        self.consent.set(consent);
        self.identity.set(identity);
        self.runs.set(self.runs.get() + 1);
        self.address(site, identity);
        self.engine.with(|engine| engine.restart(&saved(identity)));
        border::find_frames(FRAMES_MAX);
        self.feed(Millis(0), Input::Began(self.world(identity)));
        if let Some(identity) = identity {
            self.feed(Millis(0), Input::Remembered(Memory::recall(&identity)));
        }
        self.reopen();
        border::release(true);
        self.watch();
        if identity.is_some() {
            // Not at once: most of it is just being answered, behind the back of the page that sent it.
            self.is_restoring.set(true);
            self.after(RESTORE_MS, |agent, _| agent.restore_frames());
        }
    }

    /// Makes the outbox of a new run.
    fn address(&self, site: SiteKey, identity: Option<Identity>) {
        let header = Header {
            site,
            run: RunId(random_id()),
            sequence: 0,
            visitor: identity.map(|identity| identity.visitor),
            session: identity.map(|identity| identity.session),
            sent_at: self.began_at(),
            agent: VERSION,
            pack: self.engine.with(|engine| engine.pack().version),
        };
        self.outbox.set(Outbox::new(Policy::default(), header, identity.is_some()));
    }

    /// Keeps the engine's state for the next page in this tab.
    pub(super) fn save(&self) {
        if let Some(identity) = self.identity.get() {
            let snapshot = self.engine.with(|engine| engine.snapshot().0);
            border::keep(TAB, SNAPSHOT, &[&identity.session.0, snapshot.as_slice()].concat());
            identity.touch();
        }
    }

    /// A session that was left alone for too long is over: a new run begins in a new one. Says
    /// whether it did.
    pub(super) fn renew(&'static self) -> bool {
        let is_over = self.identity.get().is_some_and(|identity| !identity.touch());
        if is_over {
            self.begin_again();
        }
        is_over
    }

    fn begin_again(&'static self) {
        self.carry(self.clock.now(), outbox::Input::Hid);
        self.begin(Clock::moment());
    }

    /// From here on the visitor is only counted.
    fn stop_knowing(&'static self) {
        self.consent.set(Consent::Measure);
        self.identity.set(None);
        self.outbox.with(|outbox| {
            outbox.identify(|header| (header.visitor, header.session) = (None, None), false);
        });
        self.feed(self.clock.now(), Input::Consented(Consent::Measure));
        border::erase();
        border::close();
    }

    /// Consent is gone: nothing more is sent, what was gathered is forgotten.
    fn end(&self) {
        self.consent.set(Consent::Unknown);
        self.identity.set(None);
        self.engine.with(|engine| engine.restart(&[]));
        self.outbox.clear();
        border::release(false);
        border::erase();
        border::close();
        self.wake.clear();
    }

    /// What an earlier page could not settle is sent again, once in a run.
    fn restore_frames(&'static self) {
        if !self.is_restoring.replace(false) {
            return;
        }
        for sequence in RESTORED_FROM..RESTORED_FROM + FRAMES_MAX {
            if let Some(bytes) = border::kept_frame(sequence) {
                self.carry(self.clock.now(), outbox::Input::Restored { sequence, bytes });
            }
        }
    }

    fn began_at(&self) -> Millis {
        Millis(Clock::wall().since(self.clock.now()))
    }

    /// The world the run begins in.
    fn world(&self, identity: Option<Identity>) -> Began {
        // One browser, one seed: holdouts and variants stay while storage lasts.
        let seed = identity.map_or_else(random, |identity| {
            let [lot @ .., _, _, _, _, _, _, _, _] = identity.visitor.0;
            u64::from_le_bytes(lot)
        });
        Began {
            wall: self.began_at(),
            utc_offset_min: border::east(),
            seed,
            visitor: identity.map_or(VisitorKind::New, |identity| identity.kind()),
            device: device(),
            language: border::language(),
            referrer: border::referrer(),
            pack: 0,
            consent: self.consent.get(),
            resumed: Vec::new(),
        }
    }
}

/// The engine's state that this session's last page in this tab kept; else nothing.
fn saved(identity: Option<Identity>) -> Vec<u8> {
    let saved = identity
        .and_then(|it| Some(border::kept(TAB, SNAPSHOT)?.strip_prefix(&it.session.0)?.to_vec()));
    saved.unwrap_or_default()
}

fn device() -> Device {
    let is_large = border::fits("(min-width: 600px) and (min-height: 600px)");
    match (border::fits("(pointer: coarse)"), is_large) {
        (false, _) => Device::Desktop,
        (true, false) => Device::Phone,
        (true, true) => Device::Tablet,
    }
}

/// Version of the agent in frames: major · 1000 + minor.
const VERSION: u16 =
    number(env!("CARGO_PKG_VERSION_MAJOR")) * 1_000 + number(env!("CARGO_PKG_VERSION_MINOR"));

const fn number(digits: &str) -> u16 {
    let digits = digits.as_bytes();
    let mut number = 0;
    let mut index = 0;
    while index < digits.len() {
        number = number * 10 + (digits[index] - b'0') as u16;
        index += 1;
    }
    number
}

const SNAPSHOT: &str = "engine";

/// Most frames kept in storage: beyond it the page adds none (the outbox holds them in memory).
const FRAMES_MAX: u32 = 16;

/// How long the frames of an earlier page may still be on their way, milliseconds: longer than
/// almost any answer takes, shorter than most views.
const RESTORE_MS: f64 = 5_000.0;
