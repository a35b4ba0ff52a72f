//! Frames to the collector, and what it answers.

use beacon::RunId;
use beacon::outbox;
use beacon::reply::{Command, Reply};
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Response;

use super::page::{self, Promised};
use super::{Agent, Task};

#[wasm_bindgen]
extern "C" {
    // Both may be replaced by the page, and then throw.
    #[wasm_bindgen(catch)]
    pub(super) fn fetch(url: &str, options: &JsValue) -> Result<Promised, JsValue>;
    #[wasm_bindgen(catch, js_namespace = navigator, js_name = sendBeacon)]
    fn send_beacon(url: &str, body: &JsValue) -> Result<bool, JsValue>;
}

impl Agent {
    /// Posts a frame. `text/plain` keeps the request simple: no preflight.
    pub(super) fn post(&'static self, sequence: u32, frame: &[u8], is_last_chance: bool) {
        let Some(run) = self.run.borrow().as_ref().map(|run| run.id) else { return };
        let url = [&self.page.hooks.host(), "/v1/b"].concat();
        let body = Uint8Array::from(frame);
        let failed = move || self.settle_frame(run, outbox::Input::Failed { sequence });
        if let Ok(answer) = fetch(&url, &post_options(&body)) {
            let answered = move |response| self.answered(run, sequence, response);
            return self.page.settle(&answer, answered, move |_| failed());
        }
        if is_last_chance {
            // Whether it arrives is not told, so it stays kept for the next page.
            let _ = send_beacon(&url, &body);
        }
        failed();
    }

    fn answered(&'static self, run: RunId, sequence: u32, response: JsValue) {
        let response: Response = response.unchecked_into();
        let status = response.status();
        let retry_after_s = || response.headers().get("retry-after").ok()??.parse().ok();
        if status == 200 {
            self.read_body(&response, move |bytes| self.obey(run, &bytes));
        }
        let retry_after_s = retry_after_s();
        self.settle_frame(run, outbox::Input::Answered { sequence, status, retry_after_s });
    }

    /// Tells the outbox, unless the run it belonged to is over.
    fn settle_frame(&'static self, run: RunId, input: outbox::Input) {
        if self.run.borrow().as_ref().is_some_and(|current| current.id == run) {
            self.tell(Task::Carry(input));
        }
    }

    /// Hands the response's body on when it has come; a broken one is no body.
    pub(super) fn read_body(&self, response: &Response, f: impl FnOnce(Vec<u8>) + 'static) {
        if let Ok(body) = response.array_buffer() {
            let read = move |buffer: JsValue| {
                f(Uint8Array::new(buffer.unchecked_ref::<ArrayBuffer>()).to_vec());
            };
            self.page.settle(body.unchecked_ref(), read, |_| {});
        }
    }

    fn obey(&'static self, run: RunId, bytes: &[u8]) {
        // A reply this agent cannot read is one from the future: go on.
        for command in Reply::decode(bytes).unwrap_or_default().commands {
            match command {
                Command::TakePack(version) => self.take_pack(version),
                Command::Watched { every_ms, for_ms } => {
                    let until = self.clock.now().plus(for_ms.into());
                    let every_ms = every_ms.into();
                    self.settle_frame(run, outbox::Input::Watched { every_ms, until });
                }
                Command::Stop => self.page.hooks.stop("collector"),
                // Commands of later versions are not for this agent.
                _ => {}
            }
        }
    }
}

fn post_options(body: &Uint8Array) -> JsValue {
    let text = JsValue::from_str;
    let headers = page::object(&[("content-type", &text("text/plain"))]);
    page::object(&[
        ("method", &text("POST")),
        ("body", body),
        ("headers", &headers),
        ("mode", &text("cors")),
        ("credentials", &text("omit")),
        ("priority", &text("low")),
        // The visitor may leave at any moment; frames are far below the 64 KiB browsers allow.
        ("keepalive", &JsValue::TRUE),
    ])
    .into()
}
