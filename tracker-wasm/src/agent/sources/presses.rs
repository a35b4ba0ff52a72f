//! Presses: where, and on what sort of thing. Never which key, never the page's text.

use core::cell::Cell;

use beacon::item::Target;
use engine::config::{FORM_LOOK_MS, RAGE_PX_MAX};
use engine::observation::Observation;

use crate::agent::page::{At, Heard, Listened};
use crate::agent::{Agent, border};

/// Where the last press was.
#[derive(Default)]
pub(in crate::agent) struct Presses {
    last: Cell<(i32, i32)>,
}

/// Controls that are meant to be pressed again and again.
macro_rules! stepper {
    () => {
        "[type=number],[data-nunchi=stepper],[class*=stepper i],[class*=quantity i],[class*=qty i],\
         [class*=carousel i],[class*=slider i],[class*=swiper i],[aria-label*=next i],\
         [aria-label*=prev i],video,audio"
    };
}

/// Anything that is more than plain page; then our own surface, which is none of it, steppers and
/// what stands in them, links, fields and pictures; buttons that send a form.
const CONTROL: &str = concat!(
    "nunchi-surface,a[href],button,input,select,textarea,label,summary,img,picture,svg,canvas,\
     [role=button],[role=link],[role=tab],[contenteditable]\nnunchi-surface\n:is(",
    stepper!(),
    "),:is(",
    stepper!(),
    ") *\na\ninput,select,textarea,label\nimg,picture,svg,canvas\n\
     form :is(button:not([type=button],[type=reset]),[type=submit],[type=image])"
);

/// What is heard of presses.
pub(super) const HEARD: &[Listened] = &[
    Listened(At::Document, "click", CONTROL, Agent::pressed),
    Listened(At::Document, "keydown", "", |agent, _| agent.observe(Observation::KeyPressed)),
];

impl Agent {
    fn pressed(&'static self, press: &Heard<'_>) {
        // Scripts press too; only the visitor's own presses mean something, and only on the page.
        if !press.is_trusted() || press.sort == OURS || !self.is_running() {
            return;
        }
        let &Heard { x, y, .. } = press;
        let is_again = is_near(self.sources.presses.last.replace((x, y)), (x, y));
        let target = target(press, is_again);
        self.observe(Observation::Pressed { x, y, target });
        // On a control a selection is a by-product of quick presses, not an answer.
        if press.is_repeated() && target == Target::Plain && border::is_selecting() {
            self.observe(Observation::PageReacted);
        }
        self.await_reaction();
        if target == Target::Stepper {
            self.after_with(STEPPER_MS, Self::look_at_stepper, press.value);
        }
        if press.sort == SENDER {
            self.after_with(FORM_MS, Self::look_at_form, press.value);
        }
    }
}

/// What was pressed. A single press says little: how it looks is asked for from the second one in
/// place, since the browser may have to compute the styles of the page for it.
fn target(press: &Heard<'_>, is_again: bool) -> Target {
    let looks_clickable = || is_again && border::looks_clickable(press.element());
    match press.sort {
        3 => Target::Stepper,
        4 => Target::Link,
        5 => Target::Field,
        6 if !looks_clickable() => Target::Image,
        0 if !looks_clickable() => Target::Plain,
        _ => Target::Button,
    }
}

/// As the detector of vain presses has it.
fn is_near(before: (i32, i32), now: (i32, i32)) -> bool {
    before.0.abs_diff(now.0).saturating_add(before.1.abs_diff(now.1)) <= RAGE_PX_MAX
}

/// Sort of the element that the surface draws in.
const OURS: u32 = 2;

/// Sort of what sends a form.
const SENDER: u32 = 7;

#[expect(clippy::cast_precision_loss, reason = "half a second")]
const FORM_MS: f64 = FORM_LOOK_MS as f64;

/// From a press on a stepper to the look at its number, milliseconds: the page's script comes first.
const STEPPER_MS: f64 = 100.0;
