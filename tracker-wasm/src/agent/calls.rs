//! `nunchi(name, …)`: what the shop may ask for. Unknown names and wrong arguments do nothing.

use beacon::item::Fact;
use engine::decide;
use wasm_bindgen::JsValue;

use super::ga4::Source;
use super::page::Heard;
use super::{Agent, border, consent};

impl Agent {
    /// Obeys one call.
    pub(super) fn call(&'static self, call: &Heard<'_>) {
        let args = call.value;
        let what = border::which(args, "0", "track identify consent page show open on off record");
        if what == 1 {
            // Whoever opens the chat before consent to anything else is signed in all the same.
            border::meet(args);
        }
        match what {
            0 | 1 if self.hold(Self::call, call) => {}
            0 => self.hear_event(args, "1", &border::get(args, "2"), Source::Call),
            1 => self.identify_customer(&border::get(args, "1")),
            2 => {
                if let Some(level) = consent::level(args) {
                    self.say_consent(level);
                }
            }
            3 => self.view_by_hand(&border::get(args, "1")),
            4 => self.show_by_hand(args),
            5 => self.open_chat(),
            6 => border::on(args),
            7 => border::stop("asked"),
            8 => self.open_record(),
            _ => {}
        }
    }

    /// `nunchi('identify', {vip, token})`: that somebody is logged in, never who. The token is for the
    /// chat alone, which sends it to the collector with what is said.
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
