//! The published pack: fetched at the start and whenever the collector says that there is a new one.
//!
//! Without it the agent still counts: the default pack has the usual page rules and no campaigns, and
//! nothing is stored, since nobody can say whether visitors are asked first.

use beacon::item::Consent;
use engine::Input;
use engine::pack::Pack;

use super::{Agent, Task, border};

impl Agent {
    /// Fetches the pack; the newest there is, or, for the first time, the one a cache may have.
    pub(super) fn fetch_pack(&self, is_newest: bool) {
        border::fetch_pack(&["/v1/pack/", &self.page.hooks.site()].concat(), is_newest);
    }

    /// The collector says that this version is published.
    pub(super) fn take_pack(&self, version: u32) {
        if self.pack.borrow().version != version {
            self.fetch_pack(true);
        }
    }

    /// The answer; without one the status is 0.
    pub(super) fn pack_answered(&'static self, status: u16, bytes: &[u8]) {
        if matches!(status, 404 | 410) {
            return self.page.hooks.stop("site");
        }
        match Pack::decode(bytes) {
            Ok(pack) if status == 200 => self.publish(pack, bytes),
            _ => self.do_without_pack(),
        }
    }

    /// The engine's copy. Decoded once more: code that clones a pack would be loaded by every page.
    pub(super) fn published(&self) -> Pack {
        Pack::decode(&self.pack_bytes.borrow()).unwrap_or_default()
    }

    fn publish(&'static self, pack: Pack, bytes: &[u8]) {
        let (consent, version) = (pack.consent, pack.version);
        self.pack.replace(pack);
        self.pack_bytes.replace(bytes.into());
        if let Some(run) = self.run.borrow_mut().as_mut() {
            let may_keep = run.identity.is_some();
            run.outbox.identify(|header| header.pack = version, may_keep);
        }
        if self.is_running() {
            self.tell(Task::Feed(Input::Published(self.published())));
        }
        self.consent_by_pack(consent);
    }

    fn do_without_pack(&'static self) {
        if self.gate.is_waiting_for_pack() {
            self.consent_by_pack(Consent::Measure);
        }
    }
}
