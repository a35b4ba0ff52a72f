//! What stands on the stage, and what each event does to it.

use engine::campaign::{Show, ShowKind};
use engine::pack::{Corner, Theme};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use super::chat::Panel;
use super::conversation::Conversation;
use super::dom::{Drawn, deed_at};
use super::link;
use super::offer::{Offer, Phase, STANDS_MS, WAITS_MS, explain};
use super::stage::Stage;
use super::wire::{Said, Timer, callback, next_frame, options, then};
use super::words::Words;

/// The state of the surface.
pub(crate) struct Surface {
    pub(crate) stage: Option<Stage>,
    pub(crate) scene: Scene,
    pub(crate) theme: Option<Theme>,
    pub(crate) talk: Conversation,
    pub(crate) conversation: String,
    pub(crate) campaign: Option<u16>,
    timer: Timer,
    leaving: Timer,
}

/// The one thing that stands.
#[derive(Default)]
#[expect(clippy::large_enum_variant, reason = "there is one")]
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
            timer: Timer::new(),
            leaving: Timer::new(),
        }
    }

    /// Begins to show an offer or invitation.
    pub(crate) fn show(&mut self, show: Show) -> Said {
        let campaign = show.campaign;
        if !matches!(self.scene, Scene::Empty) {
            return Some((campaign, "failed"));
        }
        if self.draw_offer(show).is_ok() {
            return None;
        }
        self.clear();
        Some((campaign, "failed"))
    }

    /// Takes everything away and forgets the conversation.
    pub(crate) fn reset(&mut self) -> Said {
        self.clear();
        self.talk = Conversation::new();
        self.conversation.clear();
        None
    }

    /// The stage, dressed and on the page.
    pub(crate) fn set_stage(&mut self, language: &str) -> Drawn<&Stage> {
        self.leaving.clear();
        let options = options().ok_or(JsValue::NULL)?;
        let stage = if let Some(stage) = self.stage.take() {
            stage
        } else {
            let heard = callback(&options, Self::on_event);
            let moved = callback(&options, Self::on_focus_moved);
            Stage::new(&options, &heard, &moved)?
        };
        let stage = self.stage.insert(stage);
        let theme = self.theme.get_or_insert_with(|| {
            let own = options.theme().and_then(|bytes| postcard::from_bytes(&bytes).ok());
            own.unwrap_or_else(plain_theme)
        });
        stage.open(theme, language);
        Ok(stage)
    }

    fn draw_offer(&mut self, show: Show) -> Drawn<()> {
        self.theme = Some(show.theme.clone());
        let stage = self.set_stage(&show.language)?;
        let offer = Offer::draw(&stage.pen, show);
        stage.put(&offer.frame);
        self.scene = Scene::Offer(offer);
        self.timer.set(WAITS_MS, |surface, _| surface.end("failed"));
        self.make_room()
    }

    /// Shows the offer if the visitor does not type where it stands, or lets it step aside.
    fn make_room(&mut self) -> Drawn<()> {
        let (Scene::Offer(offer), Some(stage)) = (&mut self.scene, &self.stage) else {
            return Ok(());
        };
        let is_in_the_way = stage
            .focused_outside()
            .is_some_and(|focused| offer.is_in_the_way(&focused, is_phone()));
        match offer.phase {
            Phase::Waiting if !is_in_the_way => {
                offer.phase = Phase::Painting;
                self.timer.clear();
                offer.rise(&stage.pen);
                // The second frame begins when the first has been painted.
                next_frame(|_, _| {
                    let _ = next_frame(Self::on_painted);
                    None
                })?;
            }
            Phase::Standing => offer.step_aside(&stage.pen, is_in_the_way),
            Phase::Waiting | Phase::Painting => {}
        }
        if stage.pen.is_broken() { Err(JsValue::NULL) } else { Ok(()) }
    }

    fn on_painted(&mut self, _: JsValue) -> Said {
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
        let campaign = offer.show.campaign;
        if offer.dialog().is_none() {
            let mut heard = offer.show.copy.title.clone();
            heard.push(' ');
            heard.push_str(&offer.show.copy.body);
            stage.say(&heard);
            self.timer.set(STANDS_MS, Self::on_stood);
        }
        Some((campaign, "shown"))
    }

    /// A card stood its time; unseen time (hidden tab, stepped aside) does not count.
    fn on_stood(&mut self, _: JsValue) -> Said {
        let is_unseen = match (&self.scene, &self.stage) {
            (Scene::Offer(offer), Some(stage)) => {
                stage.pen.document().hidden() || offer.frame.has_attribute("aside")
            }
            _ => return None,
        };
        if is_unseen {
            self.timer.set(STANDS_MS, Self::on_stood);
            return None;
        }
        self.end("expired")
    }

    fn on_focus_moved(&mut self, _: JsValue) -> Said {
        let _ = self.make_room();
        None
    }

    fn on_event(&mut self, event: JsValue) -> Said {
        let event: Event = event.unchecked_into();
        let target: Element = event.target()?.dyn_into().ok()?;
        match event.type_().as_str() {
            "click" => self.on_click(&target),
            "keydown" => self.on_key(event.unchecked_ref(), &target),
            "pointerover" | "focusin" => self.hold(true),
            "pointerout" | "focusout" => self.hold(false),
            "cancel" => self.end("dismissed"),
            // The shop's shortcuts must not fire while somebody writes here.
            "keyup" | "keypress" => {
                event.stop_propagation();
                None
            }
            _ => None,
        }
    }

    fn on_key(&mut self, event: &KeyboardEvent, target: &Element) -> Said {
        event.stop_propagation();
        // Enter and Escape within an input method belong to it: they choose or drop a syllable.
        if event.is_composing() {
            return None;
        }
        match event.key().as_str() {
            "Escape" => {
                event.prevent_default();
                self.end("dismissed")
            }
            "Enter" if target.local_name() == "textarea" && !event.shift_key() => {
                event.prevent_default();
                self.send()
            }
            _ => None,
        }
    }

    /// A card that is pointed at or focused does not go; its time begins anew afterwards.
    fn hold(&mut self, is_held: bool) -> Said {
        if let Scene::Offer(offer) = &self.scene
            && offer.phase == Phase::Standing
            && offer.dialog().is_none()
        {
            if is_held { self.timer.clear() } else { self.timer.set(STANDS_MS, Self::on_stood) }
        }
        None
    }

    fn on_click(&mut self, target: &Element) -> Said {
        // Only its backdrop belongs to the dialog element itself: its content fills it.
        if target.local_name() == "dialog" {
            return self.end("dismissed");
        }
        let (deed, button) = deed_at(target)?;
        match deed.as_str() {
            "accept" => self.accept(),
            "close" | "decline" => self.end("dismissed"),
            "why" => {
                if let Some(stage) = &self.stage {
                    explain(&stage.pen, &button);
                }
                None
            }
            "copy" => self.copy(&button),
            "send" => self.send(),
            // These two go with what is drawn next; the focus must not go with them.
            "again" | "suggest" => {
                let text = button.text_content()?;
                if let Scene::Chat(panel) = &self.scene {
                    let _ = panel.frame.focus();
                }
                if deed == "again" { self.again() } else { self.ask(&text) }
            }
            // On a phone the panel would hide the page it leads to.
            "follow" if is_phone() => self.end(""),
            _ => None,
        }
    }

    fn accept(&mut self) -> Said {
        let Scene::Offer(offer) = &self.scene else { return None };
        let campaign = offer.show.campaign;
        if offer.show.kind == ShowKind::Invite {
            return self.open_chat(Some(campaign));
        }
        let link = offer.link().to_owned();
        let said = self.end("accepted");
        if link::is_safe(&link)
            && let Some(window) = web_sys::window()
        {
            let _ = window.location().assign(&link);
        }
        said
    }

    /// Copies the coupon; where the page may not copy, the code stands selected.
    fn copy(&mut self, button: &Element) -> Said {
        let Scene::Offer(offer) = &mut self.scene else { return None };
        let words = Words::of(&offer.show.language);
        let code = offer.select_code()?;
        offer.is_taken = true;
        button.set_text_content(Some(words.selected));
        // Absent where the page came without TLS.
        let clipboard = web_sys::window()?.navigator().clipboard();
        if !clipboard.is_undefined() {
            let _ = then(&clipboard.write_text(&code), Self::on_copied, |_, _| None);
        }
        None
    }

    fn on_copied(&mut self, _: JsValue) -> Said {
        if let (Scene::Offer(offer), Some(stage)) = (&self.scene, &self.stage) {
            let words = Words::of(&offer.show.language);
            if let Ok(Some(button)) = offer.frame.query_selector(".copy") {
                button.set_text_content(Some(words.copied));
            }
            stage.say(words.copied);
        }
        None
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
        self.timer.clear();
        match core::mem::take(&mut self.scene) {
            Scene::Empty => {}
            Scene::Offer(offer) => match offer.dialog() {
                // Closing gives the focus back.
                Some(dialog) => dialog.close(),
                None => fade_out(&offer.frame),
            },
            Scene::Chat(panel) => {
                let is_focused = self.stage.as_ref().is_some_and(|stage| stage.focused().is_some());
                fade_out(&panel.frame);
                if let Some(before) = panel.before.filter(|_| is_focused) {
                    let _ = before.focus();
                }
            }
        }
        self.leaving.set(FADE_MS, |surface, _| {
            surface.clear();
            None
        });
    }

    /// Takes away what stands, at once.
    pub(crate) fn clear(&mut self) {
        self.timer.clear();
        self.leaving.clear();
        self.scene = Scene::Empty;
        if let Some(stage) = &self.stage {
            stage.leave();
        }
    }
}

fn fade_out(frame: &HtmlElement) {
    let _ = frame.set_attribute("leaving", "");
}

/// For a chat that is opened before anything was shown, by an agent that hands over no theme. A
/// colour that is none stands for the stage's own.
fn plain_theme() -> Theme {
    Theme { accent: String::new(), corner: Corner::End, shop: String::new() }
}

/// As wide as a phone: what stands is a sheet at the lower edge then. The style sheet's number.
pub(crate) fn is_phone() -> bool {
    let phone = web_sys::window().and_then(|window| window.match_media(PHONE).ok().flatten());
    phone.is_some_and(|query| query.matches())
}

const PHONE: &str = "(max-width:480px)";

/// How long fading takes, milliseconds; the style sheet's number.
const FADE_MS: i32 = 160;
