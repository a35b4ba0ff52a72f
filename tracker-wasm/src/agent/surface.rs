//! The way to the second module, which draws: fetched on first need, given bytes, heard by `emit`.

use std::cell::RefCell;

use beacon::item::{Answer, Reaction};
use engine::Input;
use engine::campaign::Show;
use js_sys::{Function, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};

use super::identity::hex;
use super::{Agent, Task, page, read};

#[wasm_bindgen]
extern "C" {
    /// Exports of the surface (ARCHITECTURE.md, "The page").
    #[derive(Clone)]
    type Exports;
    #[wasm_bindgen(method, catch)]
    fn start(this: &Exports, options: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn show(this: &Exports, bytes: &Uint8Array) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn open_chat(this: &Exports, campaign: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn close(this: &Exports) -> Result<(), JsValue>;
}

/// The module that draws, as far as it is there.
#[derive(Default)]
pub(super) struct Surface {
    state: RefCell<State>,
}

#[derive(Default)]
enum State {
    #[default]
    Absent,
    /// Being fetched; what it is to do then.
    Coming(Vec<Wish>),
    Ready(Exports),
    Failed,
}

/// What the surface is to do.
enum Wish {
    Show(Box<Show>),
    OpenChat,
}

impl Surface {
    /// Takes away what is drawn.
    pub(super) fn close(&self) {
        if let Some(exports) = self.ready() {
            // It is gone or it never was there: both are what was wished.
            let _ = exports.close();
        }
    }

    fn ready(&self) -> Option<Exports> {
        match &*self.state.borrow() {
            State::Ready(exports) => Some(exports.clone()),
            State::Absent | State::Coming(_) | State::Failed => None,
        }
    }
}

impl Agent {
    /// An action is likely: have the module at hand.
    pub(super) fn prepare_surface(&'static self) {
        if !matches!(*self.surface.state.borrow(), State::Absent) {
            return;
        }
        self.surface.state.replace(State::Coming(Vec::new()));
        let module = self.page.hooks.surface();
        self.page.settle(&module, |exports| self.surface_came(exports), |_| self.surface_failed());
    }

    /// Shows an offer or invitation.
    pub(super) fn show(&'static self, show: Show) {
        self.announce_action(&show);
        self.wish(Wish::Show(Box::new(show)));
    }

    /// Opens the chat.
    pub(super) fn open_chat(&'static self) {
        self.wish(Wish::OpenChat);
    }

    fn wish(&'static self, wish: Wish) {
        self.prepare_surface();
        if let Some(exports) = self.surface.ready() {
            return self.fulfil(&exports, &wish);
        }
        match &mut *self.surface.state.borrow_mut() {
            State::Coming(wishes) => return wishes.push(wish),
            State::Absent | State::Ready(_) | State::Failed => {}
        }
        self.refuse(&wish);
    }

    fn surface_came(&'static self, exports: JsValue) {
        let exports: Exports = exports.unchecked_into();
        if exports.start(&self.surface_options()).is_err() {
            return self.surface_failed();
        }
        let before = self.surface.state.replace(State::Ready(exports.clone()));
        if let State::Coming(wishes) = before {
            for wish in &wishes {
                self.fulfil(&exports, wish);
            }
        }
    }

    fn surface_failed(&'static self) {
        if let State::Coming(wishes) = self.surface.state.replace(State::Failed) {
            for wish in &wishes {
                self.refuse(wish);
            }
        }
    }

    fn fulfil(&'static self, exports: &Exports, wish: &Wish) {
        let done = match wish {
            Wish::Show(show) => {
                let bytes = postcard::to_allocvec(&**show).unwrap_or_default();
                exports.show(&Uint8Array::from(bytes.as_slice()))
            }
            Wish::OpenChat => exports.open_chat(&JsValue::UNDEFINED),
        };
        if done.is_err() {
            self.refuse(wish);
        }
    }

    fn refuse(&'static self, wish: &Wish) {
        if let Wish::Show(show) = wish {
            self.react(show.campaign, Reaction::Failed);
        }
    }

    fn react(&'static self, campaign: u16, reaction: Reaction) {
        self.tell(Task::Feed(Input::Answered(Answer { campaign, reaction })));
    }

    fn surface_options(&'static self) -> JsValue {
        let hooks = &self.page.hooks;
        let text = |text: &str| JsValue::from_str(text);
        let session = self.run.borrow().as_ref().and_then(|run| run.identity);
        let session = session.map_or(JsValue::UNDEFINED, |who| text(&hex(&who.session.0)));
        let emit: Box<dyn Fn(JsValue, JsValue)> = Box::new(|campaign, reaction| {
            if let Some((campaign, reaction)) = read_reaction(&campaign, &reaction) {
                self.react(campaign, reaction);
            }
        });
        let path: Box<dyn Fn() -> JsValue> =
            Box::new(|| JsValue::from_str(&self.pack.borrow().clean_path(&self.page.address())));
        let theme = postcard::to_allocvec(&self.pack.borrow().theme).unwrap_or_default();
        page::object(&[
            ("host", &text(&hooks.host())),
            ("site", &text(&hooks.site())),
            ("language", &text(&self.page.language())),
            ("session", &session),
            ("theme", &Uint8Array::from(theme.as_slice())),
            ("signal", &hooks.signal()),
            ("guard", &guard(hooks)),
            ("path", &Closure::wrap(path).into_js_value()),
            ("emit", &Closure::wrap(emit).into_js_value()),
        ])
        .into()
    }
}

/// The loader's guard as it is: the surface wraps its own callbacks.
fn guard(hooks: &page::Hooks) -> Function {
    Reflect::get(hooks, &JsValue::from_str("guard")).unwrap_or_default().unchecked_into()
}

fn read_reaction(campaign: &JsValue, reaction: &JsValue) -> Option<(u16, Reaction)> {
    let campaign = read::small(campaign)?;
    let reaction = match reaction.as_string()?.as_str() {
        "shown" => Reaction::Shown,
        "accepted" => Reaction::Accepted,
        "dismissed" => Reaction::Dismissed,
        "expired" => Reaction::Expired,
        "failed" => Reaction::Failed,
        _ => return None,
    };
    Some((campaign, reaction))
}
