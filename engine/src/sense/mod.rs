//! Observations in, signals out. Runs in the page only; every detector is one small struct with
//! constant memory. What leaves here is an item, and items are all that `decide` ever sees.

mod cart_hesitation;
mod dead_click;
mod dwell;
mod exit_intent;
mod rage_click;
mod scroll_exit;
mod scroll_reach;
mod tab;
mod thrash;

use beacon::item::{Body, Fact, Signal, View};
use beacon::wire::{Bytes, Reader, Wire};

use crate::config::DWELL_IDLE_MS;
use crate::observation::Observation;
use crate::report::Report;
use cart_hesitation::CartHesitation;
use dead_click::DeadClick;
use dwell::Dwell;
use exit_intent::ExitIntent;
use rage_click::RageClick;
use scroll_exit::ScrollExit;
use scroll_reach::ScrollReach;
use tab::Tab;
use thrash::Thrash;

/// All detectors. `now` is the visitor's clock, milliseconds since 1970, never going back.
#[derive(Debug)]
pub(crate) struct Sense {
    presence: Presence,
    exit_intent: ExitIntent,
    dwell: Dwell,
    scroll_reach: ScrollReach,
    cart_hesitation: CartHesitation,
    rage_click: RageClick,
    dead_click: DeadClick,
    thrash: Thrash,
    scroll_exit: ScrollExit,
    tab: Tab,
}

/// Is the visitor there?
#[derive(Debug)]
struct Presence {
    is_visible: bool,
    is_focused: bool,
    active_at: u64,
}

impl Sense {
    /// Nothing seen yet. A constant, also where it is made of others: to copy it takes a tenth of the
    /// code that would make it.
    pub(crate) const NEW: Self = Self {
        presence: Presence { is_visible: true, is_focused: true, active_at: 0 },
        exit_intent: ExitIntent::NEW,
        dwell: Dwell::NEW,
        scroll_reach: ScrollReach::NEW,
        cart_hesitation: CartHesitation::NEW,
        rage_click: RageClick::NEW,
        dead_click: DeadClick::NEW,
        thrash: Thrash::NEW,
        scroll_exit: ScrollExit::NEW,
        tab: Tab::NEW,
    };

    /// What the detectors keep across page loads.
    pub(crate) fn save(&self, to: &mut Bytes) {
        self.dwell.save(to);
        self.cart_hesitation.write(to);
    }

    /// Goes on where the page before stopped.
    pub(crate) fn load(&mut self, from: &mut Reader<'_>) {
        self.dwell.load(from);
        self.cart_hesitation = CartHesitation::read(from);
    }

    /// The run begins: the page is visible and the visitor has just come.
    pub(crate) fn begin(&mut self, now: u64, is_touch: bool) {
        self.scroll_exit.begin(is_touch);
        self.presence.active_at = now;
        self.dwell.begin(now);
    }

    /// What the page saw.
    pub(crate) fn observe(&mut self, now: u64, observation: Observation, out: &mut Report) {
        self.wake(now, out);
        self.note_activity(now, &observation);
        match observation {
            Observation::Viewed(view) => self.open(now, view, out),
            Observation::Moved { x, y, is_held } => {
                self.exit_intent.moved(now, y, is_held);
                tell(out, self.thrash.moved(now, x));
            }
            Observation::PointerEntered => self.exit_intent.entered(now),
            Observation::PointerLeft { y } => self.exit_intent.left(now, y),
            Observation::Pressed { x, y, target } => {
                self.rage_click.pressed(now, x, y, target);
                self.dead_click.pressed(now, target);
                self.scroll_exit.stop();
            }
            Observation::PageReacted => self.answered(),
            Observation::FieldFocused(_) => {
                self.answered();
                self.scroll_exit.stop();
            }
            Observation::Scrolled { top, height, full } => {
                self.answered();
                self.scroll_exit.scrolled(now, top, height);
                tell(out, self.scroll_reach.scrolled(top, height, full));
            }
            Observation::Hidden => {
                self.presence.is_visible = false;
                self.dwell.flush(out);
                self.step_away(now, out);
            }
            Observation::Blurred => {
                self.presence.is_focused = false;
                self.step_away(now, out);
            }
            Observation::Shown => {
                self.presence.is_visible = true;
                self.come_back(now, out);
            }
            Observation::Focused => {
                self.presence.is_focused = true;
                self.come_back(now, out);
            }
            Observation::PopupOpened => {
                self.exit_intent.popup(true);
                self.answered();
            }
            Observation::PopupClosed => self.exit_intent.popup(false),
            Observation::FieldLeft { field, is_empty } => {
                self.cart_hesitation.field_left(now, field, is_empty);
            }
            Observation::RestedOn(landmark) => self.cart_hesitation.rested_on(now, landmark),
            Observation::Chose { control, value } => {
                self.cart_hesitation.chose(now, control, value);
            }
            Observation::KeyPressed => self.scroll_exit.stop(),
        }
        self.conclude(now, out);
    }

    /// What the shop stated: passed on, and considered.
    pub(crate) fn state(&mut self, now: u64, fact: Fact, out: &mut Report) {
        self.wake(now, out);
        self.cart_hesitation.state(now, &fact);
        let dwell = match &fact {
            Fact::ProductSeen(product) => self.dwell.see(&product.id),
            _ => None,
        };
        out.carry(Body::Stated(fact));
        tell(out, dwell);
        self.conclude(now, out);
    }

    /// Time passed: whatever was due by `now` is concluded.
    pub(crate) fn wake(&mut self, now: u64, out: &mut Report) {
        self.dwell.advance(now, &self.presence, out);
        self.cart_hesitation.wait(now, &self.presence);
        self.conclude(now, out);
    }

    /// What the detectors have made up their minds about.
    fn conclude(&mut self, now: u64, out: &mut Report) {
        tell(out, self.cart_hesitation.settle(now));
        let rage = self.rage_click.settle(now);
        if rage.is_some() {
            // It says as much, and more.
            self.dead_click.answered();
        }
        tell(out, rage.or_else(|| self.dead_click.settle(now)));
        tell(out, self.exit_intent.settle(now));
        tell(out, self.scroll_exit.settle(now));
    }

    /// When [`Self::wake`] will have something to say, if nothing else happens.
    pub(crate) fn due(&self, now: u64) -> u64 {
        let dwell = self.dwell.due(&self.presence);
        let cart_hesitation = self.cart_hesitation.due(now, &self.presence);
        let presses = self.rage_click.due().min(self.dead_click.due);
        let exits = self.exit_intent.due().min(self.scroll_exit.due());
        dwell.min(cart_hesitation).min(presses).min(exits)
    }

    fn open(&mut self, now: u64, view: View, out: &mut Report) {
        self.dwell.flush(out);
        self.dwell.open();
        self.exit_intent.open(now);
        self.scroll_reach = ScrollReach::NEW;
        self.answered();
        self.scroll_exit.stop();
        self.cart_hesitation.open(now, view.page);
        out.carry(Body::Viewed(view));
    }

    /// Something came of the presses.
    #[inline(never)]
    fn answered(&mut self) {
        self.rage_click.answered();
        self.dead_click.answered();
    }

    fn step_away(&mut self, now: u64, out: &mut Report) {
        self.answered();
        self.exit_intent.stop_aiming();
        self.scroll_exit.stop();
        self.cart_hesitation.stop_resting();
        tell(out, self.tab.left(now));
    }

    fn come_back(&mut self, now: u64, out: &mut Report) {
        if !self.presence.is_here() {
            return;
        }
        if let Some(away_ms) = self.tab.returned(now) {
            self.cart_hesitation.returned(now, away_ms);
            self.scroll_exit.returned(now, away_ms);
            let away_ms = u32::try_from(away_ms).unwrap_or(u32::MAX);
            out.carry(Body::Noticed(Signal::TabReturned { away_ms }));
        }
    }

    /// A sign of life; resting, reacting and leaving are none.
    fn note_activity(&mut self, now: u64, observation: &Observation) {
        let is_activity = match observation {
            Observation::Viewed(_)
            | Observation::Moved { .. }
            | Observation::PointerEntered
            | Observation::Pressed { .. }
            | Observation::Scrolled { .. }
            | Observation::KeyPressed
            | Observation::Shown
            | Observation::Focused
            | Observation::FieldFocused(_)
            | Observation::Chose { .. } => true,
            Observation::PointerLeft { .. }
            | Observation::PageReacted
            | Observation::Hidden
            | Observation::Blurred
            | Observation::FieldLeft { .. }
            | Observation::PopupOpened
            | Observation::PopupClosed
            | Observation::RestedOn(_) => false,
        };
        if is_activity {
            self.presence.active_at = now;
        }
    }
}

impl Presence {
    fn is_here(&self) -> bool {
        self.is_visible && self.is_focused
    }

    /// When the visitor, if nothing happens, no longer counts as active.
    fn idle_from(&self) -> u64 {
        self.active_at + DWELL_IDLE_MS
    }
}

#[inline(never)]
fn tell(out: &mut Report, signal: Option<Signal>) {
    if let Some(signal) = signal {
        out.carry(Body::Noticed(signal));
    }
}
