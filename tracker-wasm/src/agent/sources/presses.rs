//! Presses: where, and on what sort of thing. Never which key, never the page's text.

use beacon::item::Target;
use engine::observation::Observation;
use wasm_bindgen::{JsCast, JsValue};

use crate::agent::border::{self, Element, MouseEvent};
use crate::agent::{Agent, SURFACE};

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
        self.listen_to(document, "click", Self::pressed);
        self.listen_to(document, "keydown", |agent, _| agent.observe(Observation::KeyPressed));
    }

    fn pressed(&'static self, event: &JsValue) {
        // Scripts press too; only the visitor's own presses mean something, and only on the page.
        if !border::flag(event, "isTrusted") || !self.is_running() {
            return;
        }
        let element = border::hit(event).filter(|it| !border::matches(it, SURFACE));
        let Some(element) = element else { return };
        let target = target(&element);
        let event: &MouseEvent = event.unchecked_ref();
        self.observe(Observation::Pressed { x: event.client_x(), y: event.client_y(), target });
        self.await_reaction(target);
        if target == Target::Stepper {
            self.after_with(STEPPER_MS, Self::look_at_stepper, &element);
        }
    }
}

fn target(element: &Element) -> Target {
    let control = border::closest(element, CONTROL);
    if control.is_some() && border::closest(element, STEPPER).is_some() {
        return Target::Stepper;
    }
    let Some(control) = control else {
        return if looks_clickable(element) { Target::Button } else { Target::Plain };
    };
    let is = |selector| border::matches(&control, selector);
    if is("a") {
        Target::Link
    } else if is("input,select,textarea,label") {
        Target::Field
    } else if is("img,picture,svg,canvas") && !looks_clickable(element) {
        Target::Image
    } else {
        Target::Button
    }
}

fn looks_clickable(element: &Element) -> bool {
    border::cursor(element) == "pointer"
}

/// From a press on a stepper to the look at its number, milliseconds: the page's script comes first.
const STEPPER_MS: f64 = 100.0;
