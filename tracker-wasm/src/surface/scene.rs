//! What stands on the stage, and what each event does to it.

use alloc::string::String;

use engine::campaign::{Show, ShowKind};
use engine::pack::{Corner, Theme};

use super::chat::Panel;
use super::conversation::Conversation;
use super::dom::{document, mark};
use super::link;
use super::offer::{Offer, Phase, STANDS_MS, WAITS_MS, explain, leads_nowhere};
use super::page::{self, ByName, NOTHING, Thing, global, option, window};
use super::stage::Stage;
use super::wire::{Said, Step, Timer, next_frame};
use super::words::{Text, Words};

/// The state of the surface.
pub(crate) struct Surface {
    pub(crate) stage: Option<Stage>,
    pub(crate) scene: Scene,
    pub(crate) theme: Option<Theme>,
    pub(crate) talk: Conversation,
    pub(crate) conversation: String,
    pub(crate) campaign: Option<u16>,
}

/// The one thing that stands.
#[derive(Default)]
#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(clippy::large_enum_variant, reason = "there is one")
)]
pub(crate) enum Scene {
    #[default]
    Empty,
    Offer(Offer),
    Chat(Panel),
}

impl Surface {
    pub(crate) const fn new() -> Self {
        Self {
            stage: None,
            scene: Scene::Empty,
            theme: None,
            talk: Conversation::new(),
            conversation: String::new(),
            campaign: None,
        }
    }

    /// Takes a step the page called back for. `value` is an event, or what a promise gave.
    pub(crate) fn take(&mut self, step: Step, value: &Thing) -> Said {
        match step {
            Step::Clicked => return self.on_click(&value.get("target")),
            Step::Pressed => return self.on_key(value),
            Step::Hushed => drop(value.call("stopPropagation")),
            Step::Held => self.hold(true),
            Step::Released => self.hold(false),
            Step::Cancelled => return self.end("dismissed"),
            Step::FocusMoved => drop(self.make_room()),
            // The second frame begins when the first has been painted.
            Step::Painting => next_frame(Step::Painted),
            Step::Painted => return self.on_painted(),
            Step::Stood => return self.on_stood(),
            Step::GaveUp => return self.end("failed"),
            Step::Faded => self.clear(),
            Step::Copied => self.on_copied(),
            Step::Answered => return self.on_response(value),
            Step::Read => return self.on_thread(value),
            Step::Failed => return self.on_failed(),
            Step::Ignored => {}
        }
        None
    }

    /// Begins to show an offer or invitation.
    pub(crate) fn show(&mut self, show: Show) -> Said {
        let failed = Some((show.campaign, "failed"));
        if !matches!(self.scene, Scene::Empty) {
            return failed;
        }
        if self.draw_offer(show).is_some() {
            return None;
        }
        self.clear();
        failed
    }

    /// Takes everything away and forgets the conversation.
    pub(crate) fn reset(&mut self) -> Said {
        self.clear();
        self.talk = Conversation::new();
        self.conversation.clear();
        None
    }

    /// The stage, dressed and on the page.
    pub(crate) fn set_stage(&mut self, language: &str) -> Option<&Stage> {
        Timer::Leaving.clear();
        // What failed before is no concern of what is drawn now.
        page::is_broken();
        if self.stage.is_none() {
            self.stage = Stage::new();
        }
        let stage = self.stage.as_ref()?;
        let theme = self.theme.get_or_insert_with(|| {
            let own = beacon::wire::from_bytes(&option("theme").bytes());
            own.unwrap_or_else(plain_theme)
        });
        stage.open(theme, language);
        Some(stage)
    }

    fn draw_offer(&mut self, show: Show) -> Option<()> {
        self.theme = Some(show.theme.clone());
        let stage = self.set_stage(&show.language)?;
        let offer = Offer::draw(&stage.set, show);
        self.scene = Scene::Offer(offer);
        Timer::Standing.set(WAITS_MS, Step::GaveUp);
        self.make_room()
    }

    /// Shows the offer if the visitor does not type where it stands, or lets it step aside.
    fn make_room(&mut self) -> Option<()> {
        let (Scene::Offer(offer), Some(stage)) = (&mut self.scene, &self.stage) else {
            return None;
        };
        let is_in_the_way = stage
            .focused_outside()
            .is_some_and(|focused| offer.is_in_the_way(&focused, is_phone()));
        match offer.phase {
            Phase::Waiting if !is_in_the_way => {
                offer.phase = Phase::Painting;
                Timer::Standing.clear();
                offer.rise();
                next_frame(Step::Painting);
            }
            Phase::Standing => offer.step_aside(is_in_the_way),
            Phase::Waiting | Phase::Painting => {}
        }
        (!page::is_broken()).then_some(())
    }

    fn on_painted(&mut self) -> Said {
        let (Scene::Offer(offer), Some(stage)) = (&mut self.scene, &self.stage) else {
            return None;
        };
        if offer.phase != Phase::Painting {
            return None;
        }
        if !offer.is_painted() {
            return self.end("failed");
        }
        offer.phase = Phase::Standing;
        let shown = Some((offer.show.campaign, "shown"));
        if !offer.is_dialog() {
            let copy = &offer.show.copy;
            let mut heard = copy.title.clone();
            heard.push(' ');
            heard.push_str(&copy.body);
            stage.say(&heard);
            Timer::Standing.set(STANDS_MS, Step::Stood);
        }
        shown
    }

    /// A card stood its time; unseen time (hidden tab, stepped aside) does not count.
    fn on_stood(&mut self) -> Said {
        let Scene::Offer(offer) = &self.scene else { return None };
        let is_aside = offer.frame.call_text("hasAttribute", "aside", NOTHING);
        if is_aside.is_true() || document().get("hidden").is_true() {
            Timer::Standing.set(STANDS_MS, Step::Stood);
            return None;
        }
        self.end("expired")
    }

    fn on_key(&mut self, event: &Thing) -> Said {
        event.call("stopPropagation");
        // Enter and Escape within an input method belong to it: they choose or drop a syllable.
        if event.get("isComposing").is_true() {
            return None;
        }
        let key = event.get("key").text();
        let is_escape = key == "Escape";
        let is_field = || event.get("target").get("localName").text() == "textarea";
        let is_enter = key == "Enter" && is_field() && !event.get("shiftKey").is_true();
        if is_escape || is_enter {
            event.call("preventDefault");
            return if is_escape { self.end("dismissed") } else { self.send() };
        }
        None
    }

    /// A card that is pointed at or focused does not go; its time begins anew afterwards.
    fn hold(&mut self, is_held: bool) {
        if let Scene::Offer(offer) = &self.scene
            && offer.phase == Phase::Standing
            && !offer.is_dialog()
        {
            if is_held {
                Timer::Standing.clear();
            } else {
                Timer::Standing.set(STANDS_MS, Step::Stood);
            }
        }
    }

    /// What a button does is what it is called in the style sheet.
    fn on_click(&mut self, target: &Thing) -> Said {
        // Only its backdrop belongs to the dialog element itself: its content fills it.
        let button = target.call_text("closest", "button,a,dialog", NOTHING);
        let class = button.get("className").text();
        match class.as_str() {
            "dialog" if button == *target => return self.end("dismissed"),
            "primary" => return self.accept(),
            "round" | "plain" => return self.end("dismissed"),
            "why" => explain(&button),
            "copy" => self.copy(),
            "send" => return self.send(),
            // These two go with what is drawn next; the focus must not go with them.
            "again" | "chip" => {
                let text = button.get("textContent").text();
                if let Scene::Chat(panel) = &self.scene {
                    panel.frame.call("focus");
                }
                return if class == "again" { self.again() } else { self.ask(&text) };
            }
            // On a phone the panel would hide the page it leads to.
            "link" if is_phone() => return self.end(""),
            _ => {}
        }
        None
    }

    fn accept(&mut self) -> Said {
        let Scene::Offer(offer) = &self.scene else { return None };
        if offer.show.kind == ShowKind::Invite {
            return self.open_chat(Some(offer.show.campaign));
        }
        if leads_nowhere(&offer.show) {
            self.copy();
            return None;
        }
        let link = String::from(offer.link());
        let said = self.end("accepted");
        if link::is_safe(&link) {
            global("location").set("href", &link);
        }
        said
    }

    /// Copies the coupon; where the page may not copy, the code stands selected.
    fn copy(&mut self) {
        let Scene::Offer(offer) = &mut self.scene else { return };
        offer.is_taken = true;
        let code = offer.code();
        code.call("select");
        offer.copier().set("textContent", Words::of(&offer.show.language).say(Text::Selected));
        // Absent where the page came without TLS.
        let clipboard = global("navigator").get("clipboard");
        if clipboard.is_true() {
            let copied = clipboard.call_with("writeText", &code.get("value"), NOTHING);
            Step::Copied.after(&copied, Step::Ignored);
        }
    }

    fn on_copied(&mut self) {
        if let (Scene::Offer(offer), Some(stage)) = (&self.scene, &self.stage) {
            let copied = Words::of(&offer.show.language).say(Text::Copied);
            offer.copier().set("textContent", copied);
            stage.say(copied);
        }
    }

    /// Ends what stands, with a reaction if it is an offer that was seen or could not be.
    pub(crate) fn end(&mut self, reaction: &'static str) -> Said {
        let said = match &self.scene {
            Scene::Offer(offer) => {
                let is_taken = offer.is_taken && reaction != "failed";
                Some((offer.show.campaign, if is_taken { "accepted" } else { reaction }))
            }
            Scene::Chat(_) | Scene::Empty => None,
        };
        self.fade();
        said
    }

    /// Lets what stands fade, then leaves the page as it was.
    fn fade(&mut self) {
        Timer::Standing.clear();
        match core::mem::take(&mut self.scene) {
            Scene::Empty => {}
            // Closing gives the focus back.
            Scene::Offer(offer) if offer.is_dialog() => drop(offer.frame.call("close")),
            Scene::Offer(offer) => mark(&offer.frame, "leaving", true),
            Scene::Chat(panel) => {
                let is_focused = self.stage.as_ref().is_some_and(Stage::is_focused);
                mark(&panel.frame, "leaving", true);
                if let Some(before) = panel.before.filter(|_| is_focused) {
                    before.call("focus");
                }
            }
        }
        Timer::Leaving.set(FADE_MS, Step::Faded);
    }

    /// Takes away what stands, at once.
    pub(crate) fn clear(&mut self) {
        Timer::Standing.clear();
        Timer::Leaving.clear();
        self.scene = Scene::Empty;
        if let Some(stage) = &self.stage {
            stage.leave();
        }
    }
}

/// For a chat that is opened before anything was shown, by an agent that hands over no theme. A
/// colour that is none stands for the stage's own.
fn plain_theme() -> Theme {
    Theme { accent: String::new(), corner: Corner::End, shop: String::new() }
}

/// As wide as a phone: what stands is a sheet at the lower edge then. The style sheet's number.
pub(crate) fn is_phone() -> bool {
    window().call_text("matchMedia", PHONE, NOTHING).get("matches").is_true()
}

const PHONE: &str = "(max-width:480px)";

/// How long fading takes, milliseconds; the style sheet's number.
const FADE_MS: i32 = 160;
