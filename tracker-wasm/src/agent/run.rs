//! A run: the agent's work between the moment consent allows it and the end of the page, of the
//! session, or of the consent. Its id is random and lives in memory only.
//!
//! A page restored from the back-forward cache goes on in its run and counts one more view.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::Cell;

use beacon::item::{Began, Consent, Device, VisitorKind};
use beacon::outbox::{Outbox, Policy, RESTORED_FROM};
use beacon::{Header, RunId, SiteKey, VisitorId, outbox};
use engine::{Engine, Input, Snapshot};

use super::border::{self, List, random};
use super::clock::Clock;
use super::identity::Identity;
use super::page::Page;
use super::storage::Storage;
use super::{Agent, Task};

/// What lives and dies with a run.
pub(super) struct Run {
    pub(super) id: RunId,
    pub(super) consent: Consent,
    pub(super) identity: Option<Identity>,
    pub(super) engine: Engine,
    pub(super) outbox: Outbox,
    /// Keys in storage of frames that an earlier page left, by number from [`RESTORED_FROM`].
    pub(super) restored: Option<List>,
    has_restored: Cell<bool>,
}

impl Agent {
    /// Brings the run in line with what consent now allows.
    pub(super) fn settle(&'static self) {
        let allowed = self.gate.consent();
        let current = self.run.borrow().as_ref().map(|run| run.consent);
        match current {
            Some(consent) if consent == allowed => {}
            // Who was only counted is now known: another seed, another visitor, another run.
            Some(_) if allowed == Consent::Personalise => self.begin_again(),
            Some(_) if allowed == Consent::Measure => self.stop_knowing(),
            Some(_) => self.end(),
            None if allowed >= Consent::Measure => self.begin(allowed),
            None => {}
        }
        if allowed == Consent::Denied {
            drop(self.gate.take_held());
            self.storage.erase();
        }
    }

    /// Begins a run, at the moment of the oldest thing that waits for it.
    pub(super) fn begin(&'static self, consent: Consent) {
        let Ok(site) = SiteKey::parse(&self.page.hooks.site()) else {
            return self.page.hooks.stop("site key");
        };
        let held = self.gate.take_held();
        self.clock.begin(held.first().map_or_else(Clock::moment, |(moment, _)| *moment));
        let run = self.new_run(site, consent);
        let began = self.world(&run);
        self.runs.set(self.runs.get() + 1);
        self.run.replace(Some(run));
        self.feed(beacon::Millis(0), Input::Began(began));
        if !held.iter().any(|(_, task)| matches!(task, Task::Open(_))) {
            self.reopen();
        }
        for (moment, task) in held {
            self.take_held(self.clock.at(moment), task);
        }
        self.watch();
        // Not at once: most of it is just being answered, behind the back of the page that sent it.
        self.after(RESTORE_MS, |agent, _| agent.restore_frames());
    }

    fn take_held(&'static self, at: beacon::Millis, task: Task) {
        match task {
            Task::Open(opened) => self.open(at, &opened),
            Task::Feed(input) => self.feed(at, input),
            Task::Carry(_) | Task::Settle => {}
        }
    }

    fn new_run(&self, site: SiteKey, consent: Consent) -> Run {
        let identity = self.identify(consent);
        let pack = self.published();
        let header = Header {
            site,
            run: RunId(random()),
            sequence: 0,
            visitor: identity.map(|identity| identity.visitor),
            session: identity.map(|identity| identity.session),
            sent_at: self.began_at(),
            agent: VERSION,
            pack: pack.version,
        };
        Run {
            id: header.run,
            consent,
            identity,
            engine: self.resume(pack, identity),
            outbox: Outbox::new(Policy::default(), header, identity.is_some()),
            restored: identity.map(|_| self.storage.frames()),
            has_restored: Cell::new(false),
        }
    }

    fn identify(&self, consent: Consent) -> Option<Identity> {
        (consent == Consent::Personalise)
            .then(|| Identity::recall(&self.storage, VisitorId(random())))
    }

    /// The engine that goes on where this session's last page in this tab stopped, or a fresh one.
    fn resume(&self, pack: engine::pack::Pack, identity: Option<Identity>) -> Engine {
        let saved = identity.and_then(|identity| {
            let saved = self.storage.read_tab(SNAPSHOT)?;
            Some(Snapshot(saved.strip_prefix(&identity.session.0)?.to_vec()))
        });
        match saved {
            Some(saved) => {
                Engine::resume(pack, &saved).unwrap_or_else(|_| Engine::new(self.published()))
            }
            None => Engine::new(pack),
        }
    }

    /// Keeps the engine's state for the next page in this tab.
    pub(super) fn save(&self) {
        let run = self.run.borrow();
        let Some((run, identity)) = run.as_ref().and_then(|run| Some((run, run.identity?))) else {
            return;
        };
        let snapshot = [&identity.session.0, run.engine.snapshot().0.as_slice()].concat();
        self.storage.write_tab(SNAPSHOT, &snapshot);
        identity.touch(&self.storage);
    }

    /// A session that was left alone for too long is over: a new run begins in a new one. Says
    /// whether it did.
    pub(super) fn renew(&'static self) -> bool {
        let identity = self.run.borrow().as_ref().and_then(|run| run.identity);
        let Some(identity) = identity else { return false };
        if identity.is_still(&self.storage) {
            identity.touch(&self.storage);
            return false;
        }
        self.begin_again();
        true
    }

    fn begin_again(&'static self) {
        self.carry(self.clock.now(), outbox::Input::Hid);
        self.begin(self.gate.consent());
    }

    /// From here on the visitor is only counted.
    fn stop_knowing(&'static self) {
        if let Some(run) = self.run.borrow_mut().as_mut() {
            run.consent = Consent::Measure;
            run.identity = None;
            run.outbox.identify(|header| (header.visitor, header.session) = (None, None), false);
        }
        self.feed(self.clock.now(), Input::Consented(Consent::Measure));
        self.storage.erase();
        border::close();
    }

    /// Consent is gone: nothing more is sent, what was gathered is forgotten.
    fn end(&self) {
        self.run.replace(None);
        self.storage.erase();
        border::close();
        self.engine_timer.clear();
        self.outbox_timer.clear();
    }

    /// What an earlier page could not settle is sent again, once in a run.
    fn restore_frames(&'static self) {
        if self.run.borrow().as_ref().is_none_or(|run| run.has_restored.replace(true)) {
            return;
        }
        for sequence in RESTORED_FROM.. {
            let Some(key) = self.restored_key(sequence) else { return };
            if let Some(bytes) = Storage::frame(&key) {
                self.tell(Task::Carry(outbox::Input::Restored { sequence, bytes }));
            }
        }
    }

    /// Under which key a frame is kept that an earlier page left.
    pub(super) fn restored_key(&self, sequence: u32) -> Option<String> {
        let run = self.run.borrow();
        run.as_ref()?.restored.as_ref()?.at(sequence.checked_sub(RESTORED_FROM)?).as_string()
    }

    fn began_at(&self) -> beacon::Millis {
        beacon::Millis(Clock::wall().since(self.clock.now()))
    }

    /// The world the run begins in.
    fn world(&self, run: &Run) -> Began {
        // One browser, one seed: holdouts and variants stay while storage lasts.
        let lot = run.identity.map_or_else(random, |identity| {
            let [lot @ .., _, _, _, _, _, _, _, _] = identity.visitor.0;
            lot
        });
        Began {
            wall: self.began_at(),
            utc_offset_min: utc_offset_min(),
            seed: u64::from_le_bytes(lot),
            visitor: run.identity.map_or(VisitorKind::New, |identity| identity.kind),
            device: device(),
            language: border::language(),
            referrer: referrer(&self.page),
            pack: self.pack.borrow().version,
            consent: run.consent,
            resumed: Vec::new(),
        }
    }
}

fn utc_offset_min() -> i16 {
    i16::try_from(-border::west()).unwrap_or_default()
}

fn device() -> Device {
    let is_large = border::fits("(min-width: 600px) and (min-height: 600px)");
    match (border::fits("(pointer: coarse)"), is_large) {
        (false, _) => Device::Desktop,
        (true, false) => Device::Phone,
        (true, true) => Device::Tablet,
    }
}

/// Host of the page that led here when it is another site, else empty.
fn referrer(page: &Page) -> String {
    let referrer = border::text(&page.document, "referrer");
    let host = host(&referrer);
    let own = border::text(&border::get(&page.window, "location"), "hostname");
    if own == host { String::new() } else { host.to_owned() }
}

/// The host in an address, without port.
fn host(address: &str) -> &str {
    // `scheme:`, nothing, host and port, the rest.
    address.split('/').nth(2).and_then(|it| it.split(':').next()).unwrap_or_default()
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

/// How long the frames of an earlier page may still be on their way, milliseconds: longer than
/// almost any answer takes, shorter than most views.
const RESTORE_MS: f64 = 5_000.0;

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn the_referrer_is_its_host_alone() {
        assert_eq!(host("https://www.naver.com/search?q=mug"), "www.naver.com");
        assert_eq!(host("http://127.0.0.1:8090"), "127.0.0.1");
        assert_eq!(host(""), "");
    }
}
