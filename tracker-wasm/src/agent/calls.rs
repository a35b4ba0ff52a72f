//! `nunchi(name, …)`: what the shop may ask for. Unknown names and wrong arguments do nothing.

use beacon::item::{Fact, Signal};
use engine::campaign::{Act, ActKind};
use engine::decide;
use wasm_bindgen::JsValue;

use super::ga4::Source;
use super::page::Heard;
use super::{Agent, border, consent};

impl Agent {
    /// Obeys one call.
    pub(super) fn call(&'static self, call: &Heard<'_>) {
        let args = call.value;
        let (first, second) = (border::get(args, "1"), border::get(args, "2"));
        let word = border::text(args, "1");
        match border::text(args, "0").as_str() {
            "track" | "identify" if self.hold(Self::call, call) => {}
            "track" => self.hear_event(&word, &second, Source::Call),
            "identify" => self.identify_customer(&first),
            "consent" => {
                if let Some(level) = consent::level(&word) {
                    self.say_consent(level);
                }
            }
            "page" => self.view_by_hand(&first),
            "show" => self.show_by_hand(args),
            "open" => self.open_chat(),
            "on" => border::on(&word, &second),
            "off" => border::stop("asked"),
            _ => {}
        }
    }

    /// `nunchi('identify', {vip})`: that somebody is logged in, never who.
    fn identify_customer(&'static self, who: &JsValue) {
        let vip = border::flag(who, "vip");
        self.state(Fact::LoggedIn { vip });
        if let Some(identity) = self.identity.get() {
            identity.become_known();
        }
    }

    /// `nunchi('show', CAMPAIGN)`: a look at a campaign, judged by nobody.
    fn show_by_hand(&'static self, args: &JsValue) {
        let Some(campaign) = border::number(args, "1") else { return };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let campaign = campaign as u16;
        let language = border::language();
        let act = self.engine.with(|engine| decide::preview(engine.pack(), campaign, &language));
        if let Some(act) = act {
            self.show(&act);
        }
    }
}

/// Tells the shop what is about to be shown.
pub(super) fn announce_action(act: &Act) {
    let kind = match act.kind {
        ActKind::Card => "card",
        ActKind::Dialog => "dialog",
        ActKind::Invite => "invite",
    };
    border::announce_action(act.campaign, act.variant, kind);
}

/// What the shop is told of a signal: its name, and its level if it has one.
pub(super) fn describe(signal: &Signal) -> (&'static str, Option<u8>) {
    let level = match signal {
        Signal::CartHesitation { level, .. } => Some(*level),
        _ => None,
    };
    (name(signal), level)
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
        Signal::ScrollExit { .. } => "scroll_exit",
        Signal::DeadClick { .. } => "dead_click",
        Signal::Thrash { .. } => "thrash",
        // Signals of later versions.
        _ => "other",
    }
}
