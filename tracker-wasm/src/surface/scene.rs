//! What stands on the stage, and what each event does to it.

use alloc::string::String;

use engine::campaign::{Content, Show};
use engine::pack::{Corner, Theme};

use super::chat::Panel;
use super::conversation::Conversation;
use super::dom::{document, mark};
use super::inside::{self, place_of, rated};
use super::known::Known;
use super::letter::{WISH, write};
use super::link;
use super::offer::{Offer, Phase, STANDS_MS, WAITS_MS, explain, has_coupon, leads_nowhere};
use super::page::{self, ByName, NOTHING, Thing, global, number, option, thing, window};
use super::person::Person;
use super::place::place;
use super::record::Record;
use super::slot;
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
    pub(crate) person: Person,
    pub(crate) campaign: Option<u16>,
    /// It was just told that the visitor writes.
    pub(crate) is_resting: bool,
    /// How often in a row what was said had to be asked for.
    pub(crate) polls: i32,
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
    /// What it needs is on its way.
    Fetching(Show),
    Offer(Offer),
    Chat(Panel),
    Record(Record),
}

impl Surface {
    pub(crate) const fn new() -> Self {
        Self {
            stage: None,
            scene: Scene::Empty,
            theme: None,
            talk: Conversation::new(),
            conversation: String::new(),
            person: Person::new(),
            campaign: None,
            is_resting: false,
            polls: 0,
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
            Step::Moved => return self.on_moved(),
            // The second frame begins when the first has been painted.
            Step::Painting => next_frame(Step::Painted),
            Step::Painted => return self.on_painted(),
            Step::Stood => return self.on_stood(),
            Step::GaveUp => return self.on_gave_up(),
            Step::Faded => self.clear(),
            Step::Copied => self.on_copied(),
            Step::Answered => return self.on_response(value),
            Step::Read => return self.on_thread(value),
            Step::Failed => return self.on_failed(),
            Step::Given => return self.on_given(value),
            Step::Broken => drop(value.get("target").call("remove")),
            Step::Erased => self.on_erased(true),
            Step::NotErased => self.on_erased(false),
            Step::Heard => return self.on_heard(value),
            Step::Broke => self.on_broken(value),
            Step::Polling => self.poll(),
            Step::Polled => self.on_polled(value),
            Step::Followed => return self.on_followed(value),
            Step::Missed => self.poll_later(),
            Step::Typed => self.on_typed(),
            Step::Rested => self.is_resting = false,
            Step::Stopped => self.on_stopped(),
            Step::Ignored => {}
        }
        None
    }

    /// Begins to show an offer or invitation.
    pub(crate) fn show(&mut self, show: Show) -> Said {
        let failed = Some((show.campaign, "failed"));
        // What waits below the window, seen by nobody, gives way.
        let unseen = self.unseen();
        if !matches!(self.scene, Scene::Empty) && unseen.is_none() {
            return failed;
        }
        if unseen.is_some() {
            self.clear();
        }
        if fetch(&show) {
            self.scene = Scene::Fetching(show);
            return unseen;
        }
        if self.draw_offer(show, NOTHING).is_some() {
            return unseen;
        }
        self.clear();
        failed
    }

    fn unseen(&self) -> Said {
        let Scene::Offer(offer) = &self.scene else { return None };
        let is_unseen = offer.slot().is_some() && offer.phase == Phase::Painting;
        is_unseen.then_some((offer.show.campaign, "failed"))
    }

    /// What the collector gave: a coupon, or products.
    fn on_given(&mut self, value: &Thing) -> Said {
        let Scene::Fetching(show) = &self.scene else { return None };
        let show = show.clone();
        let failed = Some((show.campaign, "failed"));
        let goods = value.get("products");
        let is_enough = value.get("code").is_true() || goods.get("length").count() >= GOODS_MIN;
        let given = if goods.is_true() { &goods } else { &value.get("code") };
        if is_enough && self.draw_offer(show, given).is_some() {
            return None;
        }
        self.clear();
        failed
    }

    /// It did not come in time, or found no room.
    fn on_gave_up(&mut self) -> Said {
        match &self.scene {
            Scene::Offer(offer) if offer.phase == Phase::Waiting => self.end("failed"),
            Scene::Fetching(_) => self.end("failed"),
            Scene::Offer(_) | Scene::Chat(_) | Scene::Record(_) | Scene::Empty => None,
        }
    }

    /// The page was scrolled, or the window changed.
    fn on_moved(&mut self) -> Said {
        if self.unseen().is_some() {
            return self.on_painted();
        }
        self.make_room();
        None
    }

    /// The shop stated one more thing.
    pub(crate) fn on_told(&mut self, item: &Thing) -> Said {
        if let Scene::Offer(offer) = &mut self.scene {
            offer.known.take(item);
            inside::follow(offer);
        }
        None
    }

    /// Takes everything away and forgets the conversation.
    pub(crate) fn reset(&mut self) -> Said {
        // Who has just refused reads what came of it.
        if !matches!(self.scene, Scene::Record(_)) {
            self.clear();
        }
        self.talk = Conversation::new();
        self.conversation.clear();
        None
    }

    /// The stage, dressed and on the page.
    pub(crate) fn set_stage(&mut self, language: &str, slot: Option<&Thing>) -> Option<&Stage> {
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
        stage.open(theme, language, slot);
        Some(stage)
    }

    /// `given` is a coupon's code, or products, where it needs some.
    fn draw_offer(&mut self, show: Show, given: &Thing) -> Option<()> {
        self.theme = Some(show.theme.clone());
        let mut known = Known::of(&show);
        if has_coupon(&show) {
            known.coupon = given.text();
        }
        let slot = slot::of(&show).map(slot::find);
        if slot.as_ref().is_some_and(|it| !it.is_true()) {
            return None;
        }
        let stage = self.set_stage(&show.language, slot.as_ref())?;
        let offer = Offer::draw(&stage.set, show, known, given)?;
        self.scene = Scene::Offer(offer);
        Timer::Standing.set(WAITS_MS, Step::GaveUp);
        self.make_room()
    }

    /// Shows the offer if the visitor does not type where it stands and there is room for it, or lets it
    /// step aside.
    fn make_room(&mut self) -> Option<()> {
        let (Scene::Offer(offer), Some(stage)) = (&mut self.scene, &self.stage) else {
            return None;
        };
        let is_in_the_way = stage
            .focused_outside()
            .is_some_and(|focused| offer.is_in_the_way(&focused, is_phone()))
            || !offer.step_off(&stage.set);
        let has_room = || offer.slot().is_none_or(|it| slot::has_room(it, &offer.frame));
        match offer.phase {
            Phase::Waiting if !is_in_the_way && has_room() && has_arrived() => {
                if offer.slot().is_some() {
                    slot::enter(&stage.host, &stage.set);
                }
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
        if !offer.is_painted(&stage.host) {
            return self.end("failed");
        }
        // In the page it is seen once it is scrolled to.
        let height = window().get("innerHeight").number();
        if offer.slot().is_some() && place(&offer.frame)[2] >= height {
            return None;
        }
        offer.phase = Phase::Standing;
        let shown = Some((offer.show.campaign, "shown"));
        if !offer.is_dialog() {
            if let Some((title, body)) = inside::headline(&offer.show, &offer.known) {
                stage.say(&[title.as_str(), " ", &body].concat());
            }
            self.hold(false);
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
            && offer.slot().is_none()
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
            "score" => return self.rate(place_of(&button), 0),
            "choice" => return self.rate(0, place_of(&button)),
            "good" => return self.end("accepted"),
            "record" => return self.open_record(),
            "plain refuse" => return self.refuse(false),
            "primary erase" => return self.refuse(true),
            "plain allow" => self.allow(),
            "dialog" if button == *target => return self.end("dismissed"),
            "primary" => return self.accept(),
            "round" | "plain" => return self.end("dismissed"),
            "why" => {
                if let Scene::Offer(offer) = &self.scene {
                    explain(&offer.frame, &button);
                }
            }
            "copy" => self.copy(),
            "send" => return self.send(),
            "save" => self.save(),
            "star" => self.give_stars(&button),
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
        if offer.leads_to_chat() {
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

    /// A survey was answered: by a score, or after it by a choice.
    fn rate(&mut self, score: u8, choice: u8) -> Said {
        let Scene::Offer(offer) = &mut self.scene else { return None };
        offer.is_taken = true;
        if choice > 0 {
            inside::thank(offer);
        } else {
            offer.score = score;
            inside::ask_why(offer);
        }
        let is_over = choice > 0 || inside::choices(&offer.show).next().is_none();
        if is_over && offer.slot().is_none() {
            Timer::Standing.set(THANKS_MS, Step::Stood);
        }
        Some((offer.show.campaign, rated(offer.score, choice)))
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
            Scene::Fetching(show) => Some((show.campaign, reaction)),
            Scene::Chat(_) | Scene::Record(_) | Scene::Empty => None,
        };
        self.fade();
        said
    }

    /// Lets what stands fade, then leaves the page as it was.
    fn fade(&mut self) {
        Timer::Standing.clear();
        match core::mem::take(&mut self.scene) {
            Scene::Empty | Scene::Fetching(_) => {}
            Scene::Record(record) => drop(record.frame.call("close")),
            // Closing gives the focus back.
            Scene::Offer(offer) if offer.is_dialog() => drop(offer.frame.call("close")),
            Scene::Offer(offer) => mark(&offer.frame, "leaving", true),
            Scene::Chat(panel) => {
                page::hush();
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
        Timer::Arriving.clear();
        page::hush();
        self.scene = Scene::Empty;
        if let Some(stage) = &self.stage {
            stage.leave();
        }
    }
}

/// Asks the collector for what the offer cannot be shown without; says whether there is something.
fn fetch(show: &Show) -> bool {
    let site = option("site");
    let is_shelf =
        matches!(show.kind, engine::campaign::ShowKind::Offer { content: Content::Products, .. });
    let asked = if is_shelf {
        let product = thing(Known::of(show).product());
        let product = window().call_with("encodeURIComponent", &product, NOTHING).text();
        let path = ["/v1/also/", site.text().as_str(), "?product=", &product].concat();
        page::ask(&path, NOTHING, FETCH_MS)
    } else if has_coupon(show) {
        let [campaign, variant, decided_s] =
            [show.campaign.into(), show.variant.into(), show.decided_s].map(number);
        let values = [site, option("session"), campaign, variant, decided_s];
        page::ask("/v1/coupon", &write(WISH, &values), FETCH_MS)
    } else {
        return false;
    };
    Timer::Standing.set(FETCH_MS, Step::GaveUp);
    Step::Given.after(&asked, Step::GaveUp);
    true
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

/// Whether the visitor had time to see the page: on a phone a sheet over it would be all there is.
fn has_arrived() -> bool {
    let now = global("performance").call("now").number();
    let left = f64::from(PHONE_MS) - now;
    // Not a number where the page took the clock away.
    let is_early = is_phone() && left > 0.0;
    if is_early {
        Timer::Arriving.set(PHONE_MS, Step::FocusMoved);
    }
    !is_early
}

/// How long a page on a phone stands before something may stand on it, milliseconds: a page is read for
/// about 5 s before it is left or scrolled.
const PHONE_MS: i32 = 5_000;

/// How long the collector may take for a coupon or products, milliseconds: later the moment is gone.
const FETCH_MS: i32 = 3_000;

/// How long the thanks for an answer stand, milliseconds.
const THANKS_MS: i32 = 4_000;

/// Fewest products worth showing.
const GOODS_MIN: u32 = 2;

const PHONE: &str = "(max-width:480px)";

/// How long fading takes, milliseconds; the style sheet's number.
const FADE_MS: i32 = 160;
