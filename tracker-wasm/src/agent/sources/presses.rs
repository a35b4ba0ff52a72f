//! Presses: where, and on what sort of thing. Never which key, never the page's text.

use beacon::item::Target;
use engine::observation::Observation;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, MouseEvent};

use crate::agent::Agent;

/// Controls that are meant to be pressed again and again.
const STEPPER: &str = "[type=number],[data-nunchi=stepper],[class*=stepper i],[class*=quantity i],\
    [class*=qty i],[class*=carousel i],[class*=slider i],[class*=swiper i],[aria-label*=next i],\
    [aria-label*=prev i],video,audio";

/// Anything that is more than plain page.
const CONTROL: &str = "a[href],button,input,select,textarea,label,summary,img,picture,svg,canvas,\
    [role=button],[role=link],[role=tab],[contenteditable]";

impl Agent {
    pub(super) fn listen_to_presses(&'static self) {
        let document = &self.page.document;
        self.listen_to(document, "click", |agent, event| agent.pressed(event.unchecked_ref()));
        self.listen_to(document, "keydown", |agent, _| agent.observe(Observation::KeyPressed));
    }

    fn pressed(&'static self, event: &Event) {
        // Scripts press too; only the visitor's own presses mean something.
        if !event.is_trusted() || !self.is_running() {
            return;
        }
        let Some(element) = element(event) else { return };
        let target = self.target(&element);
        let event: &MouseEvent = event.unchecked_ref();
        self.observe(Observation::Pressed { x: event.client_x(), y: event.client_y(), target });
        self.await_reaction(target);
        if target == Target::Stepper {
            self.look_at_stepper(element);
        }
    }

    fn target(&self, element: &Element) -> Target {
        let closest = |selector| element.closest(selector).ok().flatten();
        let control = closest(CONTROL);
        if control.is_some() && closest(STEPPER).is_some() {
            return Target::Stepper;
        }
        match control.map(|control| control.tag_name()).as_deref() {
            Some("A") => Target::Link,
            Some("INPUT" | "SELECT" | "TEXTAREA" | "LABEL") => Target::Field,
            Some("IMG" | "PICTURE" | "svg" | "CANVAS") if !self.looks_clickable(element) => {
                Target::Image
            }
            Some(_) => Target::Button,
            None if self.looks_clickable(element) => Target::Button,
            None => Target::Plain,
        }
    }

    fn looks_clickable(&self, element: &Element) -> bool {
        let style = self.page.window.get_computed_style(element).ok().flatten();
        style
            .is_some_and(|style| style.get_property_value("cursor").is_ok_and(|it| it == "pointer"))
    }
}

/// The element an event hit.
pub(super) fn element(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}
