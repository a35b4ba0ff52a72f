//! Observations in, signals out. Runs in the page only; every detector is one small struct with
//! constant memory. What leaves here is an item, and items are all that `decide` ever sees.

mod bot_evidence;
mod cart_hesitation;
mod comparing;
mod dead_click;
mod dwell;
mod exit_intent;
mod fading;
mod form_trouble;
mod marks;
mod rage_click;
mod scroll_exit;
mod scroll_reach;
mod search_miss;
mod tab;
mod thrash;
mod waiting;

use beacon::item::{Body, BotTrait, Fact, Signal, Target, View};
use beacon::wire::{Bytes, Reader, Wire};

use crate::config::DWELL_IDLE_MS;
use crate::observation::Observation;
use crate::report::Report;
use bot_evidence::BotEvidence;
use cart_hesitation::CartHesitation;
use comparing::Comparing;
use dead_click::DeadClick;
use dwell::Dwell;
use exit_intent::ExitIntent;
use fading::Fading;
use form_trouble::FormTrouble;
use rage_click::RageClick;
use scroll_exit::ScrollExit;
use scroll_reach::ScrollReach;
use search_miss::SearchMiss;
use tab::Tab;
use thrash::Thrash;
use waiting::Waiting;

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
    comparing: Comparing,
    search_miss: SearchMiss,
    form_trouble: FormTrouble,
    fading: Fading,
    waiting: Waiting,
    bot_evidence: BotEvidence,
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
        comparing: Comparing::NEW,
        search_miss: SearchMiss::NEW,
        form_trouble: FormTrouble::NEW,
        fading: Fading::NEW,
        waiting: Waiting::NEW,
        bot_evidence: BotEvidence::NEW,
        tab: Tab::NEW,
    };

    /// What the detectors keep across page loads.
    pub(crate) fn save(&self, to: &mut Bytes) {
        self.dwell.save(to);
        self.cart_hesitation.write(to);
        self.comparing.write(to);
        self.search_miss.write(to);
        self.fading.write(to);
        self.scroll_exit.landing.write(to);
        self.bot_evidence.views.write(to);
    }

    /// Goes on where the page before stopped.
    pub(crate) fn load(&mut self, from: &mut Reader<'_>) {
        self.dwell.load(from);
        self.cart_hesitation = CartHesitation::read(from);
        self.comparing = Comparing::read(from);
        self.search_miss = SearchMiss::read(from);
        self.fading = Fading::read(from);
        self.scroll_exit.landing = Wire::read(from);
        self.bot_evidence.views = from.byte();
        if !self.fading.is_sound() {
            from.refuse();
        }
    }

    /// The run begins: the page is visible and the visitor has just come.
    pub(crate) fn begin(&mut self, now: u64, is_touch: bool) {
        self.scroll_exit.is_touch = is_touch;
        self.presence.active_at = now;
        self.dwell.begin(now);
    }

    /// What the page saw.
    pub(crate) fn observe(&mut self, now: u64, observation: Observation, out: &mut Report) {
        self.wake(now, out);
        self.note_activity(now, &observation);
        match observation {
            Observation::Viewed(view) => self.open(now, view, out),
            // Where a finger taps, browsers move a pointer that has no way.
            Observation::Moved { .. } if self.scroll_exit.is_touch => {}
            Observation::Moved { x, y, is_held } => {
                self.exit_intent.moved(now, y, is_held);
                if !is_held {
                    self.bot_evidence.moved(x, y);
                    tell(out, self.thrash.moved(now, x));
                }
            }
            Observation::PointerEntered => self.exit_intent.entered(now),
            Observation::PointerLeft { y } => self.exit_intent.left(now, y),
            Observation::Pressed { x, y, target } => {
                self.exit_intent.pressed(now, y);
                self.rage_click.pressed(now, x, y, target);
                self.dead_click.pressed(now, target);
                self.scroll_exit.stop();
                self.comparing.asked();
                self.fading.pressed(target == Target::Stepper);
            }
            Observation::PageReacted => self.answered(),
            Observation::FieldFocused { control, .. } => {
                self.answered();
                self.scroll_exit.type_in(true);
                self.form_trouble.entered(now, control);
            }
            Observation::Scrolled { top, height, full } => {
                self.answered();
                self.scroll_exit.scrolled(now, top, height);
                if self.fading.scrolled(top) {
                    self.bot_evidence.acted();
                }
                tell(out, self.scroll_reach.scrolled(top, height, full));
            }
            Observation::Hidden => {
                self.presence.is_visible = false;
                self.dwell.flush(out);
                self.search_miss.hidden(now);
                self.step_away(now, out);
            }
            Observation::Blurred => {
                self.presence.is_focused = false;
                self.step_away(now, out);
            }
            Observation::Shown => {
                self.presence.is_visible = true;
                self.search_miss.shown();
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
                self.scroll_exit.type_in(false);
                tell(out, self.form_trouble.left(now));
            }
            Observation::Refused { control } => {
                self.answered();
                tell(out, self.form_trouble.refused(now, control));
            }
            Observation::Copied => {
                self.answered();
                self.exit_intent.copied(now);
            }
            Observation::Asked => self.waiting.asked(now),
            Observation::Replied => self.waiting.answered(),
            Observation::Driven => self.bot_evidence.find(BotTrait::Driven),
            Observation::RestedOn(landmark) => self.cart_hesitation.rested_on(now, landmark),
            Observation::Chose { control, value } => {
                self.cart_hesitation.chose(now, control, value);
            }
            Observation::KeyPressed => {
                self.scroll_exit.stop();
                self.comparing.asked();
            }
        }
        self.conclude(now, out);
    }

    /// What the shop stated: passed on, and considered.
    pub(crate) fn state(&mut self, now: u64, fact: Fact, out: &mut Report) {
        self.wake(now, out);
        self.cart_hesitation.state(now, &fact);
        self.search_miss.state(now, &fact);
        let (dwell, comparing) = match &fact {
            Fact::ProductSeen(product) => {
                (self.dwell.see(&product.id), self.comparing.see(now, &product.id))
            }
            _ => (None, None),
        };
        out.carry(Body::Stated(fact));
        tell(out, dwell);
        tell(out, comparing);
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
        tell(out, self.search_miss.settle());
        let is_goal_open = self.cart_hesitation.is_filled() || self.dwell.is_interested();
        tell(out, self.fading.settle(is_goal_open));
        tell(out, self.waiting.settle(now));
        tell(out, self.bot_evidence.settle());
    }

    /// When [`Self::wake`] will have something to say, if nothing else happens.
    pub(crate) fn due(&self, now: u64) -> u64 {
        let dwell = self.dwell.due(&self.presence);
        let cart_hesitation = self.cart_hesitation.due(now, &self.presence);
        let presses = self.rage_click.due().min(self.dead_click.due);
        let exits = self.exit_intent.due().min(self.scroll_exit.due);
        dwell.min(cart_hesitation).min(presses).min(exits).min(self.waiting.due())
    }

    fn open(&mut self, now: u64, view: View, out: &mut Report) {
        self.dwell.flush(out);
        self.dwell.open();
        self.exit_intent.open(now);
        self.scroll_reach = ScrollReach::NEW;
        self.answered();
        self.scroll_exit.open(&view.path);
        self.cart_hesitation.open(now, view.page);
        self.comparing.asked();
        self.search_miss.open(now, view.page);
        self.form_trouble = FormTrouble::NEW;
        self.fading.open();
        self.bot_evidence.opened();
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
        self.fading.renew();
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

    /// A sign of life; resting, reacting and leaving are none. Pages and windows come and go without
    /// a hand as well, and every page is looked at once, how far it is scrolled.
    fn note_activity(&mut self, now: u64, observation: &Observation) {
        let is_input = match observation {
            Observation::Moved { .. }
            | Observation::PointerEntered
            | Observation::Pressed { .. }
            | Observation::KeyPressed
            | Observation::FieldFocused { .. }
            | Observation::Chose { .. }
            | Observation::Copied
            | Observation::Asked => true,
            Observation::Viewed(_)
            | Observation::Shown
            | Observation::Focused
            | Observation::Scrolled { .. } => false,
            Observation::PointerLeft { .. }
            | Observation::PageReacted
            | Observation::Hidden
            | Observation::Blurred
            | Observation::FieldLeft { .. }
            | Observation::PopupOpened
            | Observation::PopupClosed
            | Observation::RestedOn(_)
            | Observation::Refused { .. }
            | Observation::Replied
            | Observation::Driven => return,
        };
        self.presence.active_at = now;
        self.fading.acted(now);
        if is_input {
            self.bot_evidence.acted();
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
