//! `nunchi(name, …)`: what the shop may ask for. Unknown names and wrong arguments do nothing.

use std::cell::RefCell;

use beacon::item::{Fact, Signal};
use engine::campaign::{Show, ShowKind};
use engine::decide;
use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, JsValue};

use super::ga4::Source;
use super::identity::Identity;
use super::{Agent, consent, page, read};

/// Functions of the shop that want to know.
#[derive(Default)]
pub(super) struct Listeners {
    action: RefCell<Vec<Function>>,
    signal: RefCell<Vec<Function>>,
}

/// Functions of one kind; more are not taken.
const LISTENERS_MAX: usize = 16;

impl Agent {
    /// Obeys one call.
    pub(super) fn call(&'static self, args: &Array) {
        let (name, first, second) = (args.get(0), args.get(1), args.get(2));
        let word = first.as_string().unwrap_or_default();
        match name.as_string().unwrap_or_default().as_str() {
            "track" => self.hear_event(&word, &second, Source::Call),
            "identify" => self.identify_customer(&first),
            "consent" => {
                if let Some(level) = consent::level(&word) {
                    self.say_consent(level);
                }
            }
            "page" => self.view_by_hand(&first),
            "show" => self.show_by_hand(&first),
            "open" => self.open_chat(),
            "on" => self.listeners.add(&word, second),
            "off" => self.page.hooks.stop("asked"),
            _ => {}
        }
    }

    /// `nunchi('identify', {vip})`: that somebody is logged in, never who.
    fn identify_customer(&'static self, who: &JsValue) {
        let vip = read::get(who, "vip").is_some_and(|vip| vip.is_truthy());
        self.state(Fact::LoggedIn { vip });
        if self.run.borrow().as_ref().is_some_and(|run| run.identity.is_some()) {
            Identity::become_known(&self.storage);
        }
    }

    /// `nunchi('show', CAMPAIGN)`: a look at a campaign, judged by nobody.
    fn show_by_hand(&'static self, campaign: &JsValue) {
        let Some(campaign) = read::small(campaign) else { return };
        let show = decide::preview(&self.pack.borrow(), campaign, &self.page.language());
        if let Some(show) = show {
            self.show(show);
        }
    }

    /// Tells the shop what is about to be shown.
    pub(super) fn announce_action(&self, show: &Show) {
        let kind = match show.kind {
            ShowKind::Card { .. } => "card",
            ShowKind::Dialog { .. } => "dialog",
            ShowKind::Invite => "invite",
        };
        announce(&self.listeners.action, || {
            page::object(&[
                ("campaign", &show.campaign.into()),
                ("variant", &show.variant.into()),
                ("kind", &JsValue::from_str(kind)),
            ])
            .into()
        });
    }

    /// Tells the shop what was noticed.
    pub(super) fn announce_signal(&self, signal: &Signal) {
        announce(&self.listeners.signal, || {
            let name = JsValue::from_str(name(signal));
            let level = match signal {
                Signal::CartHesitation { level, .. } => JsValue::from(*level),
                _ => JsValue::UNDEFINED,
            };
            page::object(&[("name", &name), ("level", &level)]).into()
        });
    }
}

impl Listeners {
    fn add(&self, kind: &str, f: JsValue) {
        let functions = match kind {
            "action" => &self.action,
            "signal" => &self.signal,
            _ => return,
        };
        let Ok(f) = f.dyn_into() else { return };
        let mut functions = functions.borrow_mut();
        if functions.len() < LISTENERS_MAX {
            functions.push(f);
        }
    }
}

fn announce(functions: &RefCell<Vec<Function>>, detail: impl Fn() -> JsValue) {
    // A copy: the page may add another one while it is told.
    let functions = functions.borrow().clone();
    for f in functions {
        // What the shop's function throws is the shop's own affair; the agent goes on.
        let _ = f.call1(&JsValue::UNDEFINED, &detail());
    }
}

fn name(signal: &Signal) -> &'static str {
    match signal {
        Signal::ExitIntent { .. } => "exit_intent",
        Signal::Dwell { .. } => "dwell",
        Signal::ProductDwell { .. } => "product_dwell",
        Signal::ScrollReach { .. } => "scroll_reach",
        Signal::CartHesitation { .. } => "cart_hesitation",
        Signal::RageClick { .. } => "rage_click",
        Signal::TabHidden => "tab_hidden",
        Signal::TabReturned { .. } => "tab_returned",
        // Signals of later versions.
        _ => "other",
    }
}
