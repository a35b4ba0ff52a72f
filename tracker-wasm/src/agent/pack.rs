//! The published pack: fetched at the start and whenever the collector says that there is a new one.
//!
//! Without it the agent still counts: the default pack has the usual page rules and no campaigns, and
//! nothing is stored, since nobody can say whether visitors are asked first.

use beacon::item::Consent;
use engine::Input;
use engine::pack::Pack;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Response;

use super::identity::decimal;
use super::transport::fetch;
use super::{Agent, Task, page};

impl Agent {
    /// Fetches the pack for the first time.
    pub(super) fn fetch_pack(&'static self) {
        self.fetch_from("");
    }

    /// The collector says that this version is published.
    pub(super) fn take_pack(&'static self, version: u32) {
        if self.pack.borrow().version != version {
            // Its own address, so that no cache answers with the old one.
            self.fetch_from(&["?v=", &decimal(version.into())].concat());
        }
    }

    fn fetch_from(&'static self, query: &str) {
        let url = [&self.page.hooks.host(), "/v1/pack/", &self.page.hooks.site(), query].concat();
        let options = page::object(&[("credentials", &JsValue::from_str("omit"))]);
        match fetch(&url, &options) {
            Ok(answer) => {
                let answered = |response: JsValue| self.pack_answered(&response.unchecked_into());
                self.page.settle(&answer, answered, |_| self.do_without_pack());
            }
            Err(_) => self.do_without_pack(),
        }
    }

    fn pack_answered(&'static self, response: &Response) {
        match response.status() {
            200 => self.read_body(response, |bytes| match Pack::decode(&bytes) {
                Ok(pack) => self.publish(pack, bytes),
                Err(_) => self.do_without_pack(),
            }),
            404 | 410 => self.page.hooks.stop("site"),
            _ => self.do_without_pack(),
        }
    }

    /// The engine's copy. Decoded once more: code that clones a pack would be loaded by every page.
    pub(super) fn published(&self) -> Pack {
        Pack::decode(&self.pack_bytes.borrow()).unwrap_or_default()
    }

    fn publish(&'static self, pack: Pack, bytes: Vec<u8>) {
        let (consent, version) = (pack.consent, pack.version);
        self.pack.replace(pack);
        self.pack_bytes.replace(bytes);
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
