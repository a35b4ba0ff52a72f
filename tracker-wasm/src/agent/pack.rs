//! The published pack: fetched at the start and whenever the collector says that there is a new one.
//!
//! Without it the agent still counts: the default pack has the usual page rules and no campaigns, and
//! nothing is stored, since nobody can say whether visitors are asked first.

use beacon::item::Consent;
use engine::Input;
use engine::pack::Published;

use super::{Agent, border};

impl Agent {
    /// The collector says that this version is published.
    pub(super) fn take_pack(&self, version: u32) {
        if self.engine.with(|engine| engine.pack().version != version) {
            border::fetch_pack(true);
        }
    }

    /// The answer; without one the status is 0.
    pub(super) fn pack_answered(&'static self, status: u16, bytes: &[u8]) {
        if matches!(status, 404 | 410) {
            return border::stop("site");
        }
        match Published::decode(bytes) {
            Ok(pack) if status == 200 => self.publish(pack),
            _ => self.do_without_pack(),
        }
    }

    fn publish(&'static self, pack: Published) {
        let (consent, version) = (pack.consent, pack.version);
        let may_keep = self.identity.get().is_some();
        self.outbox.with(|outbox| outbox.identify(|header| header.pack = version, may_keep));
        self.feed(self.clock.now(), Input::Published(pack));
        self.consent_by_pack(consent);
    }

    fn do_without_pack(&'static self) {
        if self.gate.is_waiting_for_pack() {
            self.consent_by_pack(Consent::Measure);
        }
    }
}
