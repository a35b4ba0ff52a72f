//! The way to the second module, which draws: fetched on first need, given bytes, heard by `emit`.

use beacon::item::{Answer, Consent, Reaction};
use beacon::wire;
use engine::Input;
use engine::campaign::Act;
use engine::observation::Observation;
use engine::site::SITE;

use super::{Agent, border};

impl Agent {
    /// An action is likely: have the module at hand.
    pub(super) fn prepare_surface(&self) {
        let session = self.identity.get().map(|it| u64::from_be_bytes(it.session.0));
        let theme = self.engine.with(|engine| wire::to_bytes(&engine.pack().theme));
        border::prepare(&border::language(), session.unwrap_or_default(), &theme);
    }

    /// Shows an offer or invitation.
    pub(super) fn show(&self, act: &Act) {
        border::announce_action(act.campaign, act.variant, act.kind as u8);
        self.prepare_surface();
        border::draw(act.campaign, &act.bytes);
    }

    /// Opens the chat.
    pub(super) fn open_chat(&self) {
        self.prepare_surface();
        border::open_chat();
    }

    /// Opens what is recorded about the visitor.
    pub(super) fn open_record(&self) {
        self.prepare_surface();
        border::open_record();
    }

    /// The visitor met what is shown, or the chat went on.
    pub(super) fn react(&'static self, campaign: u16, reaction: i32) {
        let reaction = match reaction {
            0 => Reaction::Shown,
            1 => Reaction::Accepted,
            2 => Reaction::Dismissed,
            3 => Reaction::Expired,
            4 => Reaction::Failed,
            5 => {
                // Who talks is spoken to by nothing else, whoever began.
                let reaction = Reaction::Accepted;
                self.feed(self.clock.now(), Input::Answered(Answer { campaign: SITE, reaction }));
                return self.observe(Observation::Asked);
            }
            6 => return self.observe(Observation::Replied),
            7 => return self.say_consent(Consent::Denied),
            100.. => Reaction::Rated { score: digit(reaction / 10), choice: digit(reaction) },
            _ => return,
        };
        self.feed(self.clock.now(), Input::Answered(Answer { campaign, reaction }));
    }
}

/// The last digit.
#[expect(clippy::cast_sign_loss, reason = "below 10")]
fn digit(number: i32) -> u8 {
    (number % 10) as u8
}
