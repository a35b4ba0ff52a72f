//! The canvas with everybody on it: tells the [`super::stage`] what changed, and draws while something moves.

use std::time::Duration;

use leptos::{ev, html, prelude::*};
use nunchi_api::live::Visitor;

use super::Chosen;
use super::layout::Layout;
use super::sieve::{Sieve, Wanted};
use super::stage::Stage;
use crate::live::{Guest, Live, live};
use crate::preferences::{language, preferences};
use crate::text::format;
use crate::ui::chart::Charts;

/// The stage, once there is one, and whether its next frame is due.
#[derive(Clone, Copy)]
struct Scene {
    live: Live,
    stage: StoredValue<Option<Stage>, LocalStorage>,
    is_due: StoredValue<bool>,
    canvas: NodeRef<html::Canvas>,
    wanted: RwSignal<Sieve>,
}

/// Everybody on a plan of this layout.
pub(super) fn people(layout: Memo<Option<Layout>>) -> impl IntoView {
    let (Chosen(chosen), Wanted(wanted)): (Chosen, Wanted) = (expect_context(), expect_context());
    let scene = Scene {
        live: live(),
        stage: StoredValue::new_local(None),
        is_due: StoredValue::new(false),
        canvas: NodeRef::new(),
        wanted,
    };
    scene.follow(layout, chosen);
    let title = RwSignal::new(String::new());
    let hit = move |event: &web_sys::MouseEvent| {
        let (x, y) = (event.offset_x().into(), event.offset_y().into());
        scene.stage.with_value(|it| it.as_ref().and_then(|it| it.at(x, y)).map(str::to_owned))
    };
    html::canvas()
        .class("people-canvas")
        .class(("is-over", move || title.with(|title| !title.is_empty())))
        .node_ref(scene.canvas)
        .title(move || title.get())
        .on(ev::click, move |event| {
            if let Some(id) = hit(&event) {
                chosen.set(Some(id));
            }
        })
        .on(ev::mousemove, move |event| {
            let found = hit(&event).and_then(|id| scene.live.guest(&id));
            let told =
                found.map(|guest| guest.visitor.with_untracked(describe)).unwrap_or_default();
            if title.with_untracked(|title| *title != told) {
                title.set(told);
            }
        })
}

impl Scene {
    fn follow(self, layout: Memo<Option<Layout>>, chosen: RwSignal<Option<String>>) {
        let palette = expect_context::<Charts>().palette();
        Effect::new(move || {
            palette.track();
            if let (Some(layout), Some(canvas)) = (layout.get(), self.canvas.get()) {
                self.lay_out(canvas, layout, palette.with_untracked(|it| it.is_still));
            }
        });
        Effect::new(move || {
            self.live.pulse.track();
            let touched = self.live.touched();
            self.bring(&touched);
        });
        // The filter and the language change what everybody looks like.
        Effect::new(move || {
            self.wanted.track();
            language();
            self.bring_all();
        });
        Effect::new(move || {
            let chosen = chosen.get();
            self.stage.update_value(|it| it.iter_mut().for_each(|it| it.choose(chosen.clone())));
            self.wake();
        });
        let gathered = self.live.gathered;
        Effect::new(move || {
            let gathered = gathered.get();
            self.stage.update_value(|it| it.iter_mut().for_each(|it| it.gather(gathered.clone())));
            self.wake();
        });
        Effect::new(move || {
            self.live.now.track();
            if self.ask(Stage::is_waited_for) {
                self.wake();
            }
        });
        let breath = move || {
            if self.ask(Stage::is_lively) {
                self.wake();
            }
        };
        if let Ok(handle) = set_interval_with_handle(breath, BREATH) {
            on_cleanup(move || handle.clear());
        }
    }

    fn lay_out(self, canvas: web_sys::HtmlCanvasElement, layout: Layout, is_still: bool) {
        let density = window().device_pixel_ratio().clamp(1.0, 3.0);
        self.stage.update_value(|stage| {
            if stage.is_none() {
                *stage = Stage::new(canvas, layout, density, is_still);
            }
            if let Some(stage) = stage {
                stage.lay_out(layout, density);
            }
        });
        self.bring_all();
        let gathered = self.live.gathered.get_untracked();
        self.stage.update_value(|it| it.iter_mut().for_each(|it| it.gather(gathered.clone())));
        self.wake();
    }

    fn bring_all(self) {
        let ids: Vec<_> = self
            .live
            .guests
            .with_untracked(|guests| guests.iter().map(|guest| guest.id.clone()).collect());
        self.bring(&ids);
    }

    /// Brings the figures of these visitors in step with what is known of them.
    fn bring(self, ids: &[String]) {
        let now = clock();
        let largest =
            if self.wanted.with_untracked(Sieve::is_open) { 0 } else { self.live.largest() };
        let is_there = self.stage.try_update_value(|stage| {
            let Some(stage) = stage else { return false };
            for id in ids {
                match self.live.guest(id) {
                    Some(guest) => self.put(stage, &guest, largest, now),
                    None => stage.let_go(id, now),
                }
            }
            true
        });
        if is_there == Some(true) && !ids.is_empty() {
            self.wake();
        }
    }

    fn put(self, stage: &mut Stage, guest: &Guest, largest: i64, now: f64) {
        let language = preferences().language.get_untracked();
        guest.visitor.with_untracked(|visitor| {
            let is_pale = self.wanted.with_untracked(|sieve| {
                !sieve.is_open() && !sieve.admits(visitor, largest, language)
            });
            let cart = visitor.cart_value.as_ref().filter(|cart| cart.minor > 0);
            let label = cart.map(|cart| format::money_short(cart, language)).unwrap_or_default();
            stage.put(visitor, guest.spot.get_untracked(), label, is_pale, now);
        });
    }

    fn ask(self, question: impl FnOnce(&Stage) -> bool) -> bool {
        self.stage.with_value(|stage| stage.as_ref().is_some_and(question))
    }

    /// Draws with the next frame.
    fn wake(self) {
        if self.is_due.try_update_value(|due| core::mem::replace(due, true)) == Some(false) {
            request_animation_frame(move || self.frame());
        }
    }

    fn frame(self) {
        if self.is_due.try_set_value(false).is_some() {
            return;
        }
        let now = self.live.now.get_untracked();
        let moves = self.stage.try_update_value(|stage| {
            let stage = stage.as_mut()?;
            let is_moving = stage.frame(clock(), now);
            Some((is_moving, stage.count()))
        });
        if let Some((is_moving, (drawn, walking))) = moves.flatten() {
            self.tell(drawn, walking);
            if is_moving {
                self.wake();
            }
        }
    }

    /// For who measures: how many are drawn and how many walk.
    fn tell(self, drawn: usize, walking: usize) {
        let Some(canvas) = self.canvas.get_untracked() else { return };
        for (name, count) in [("data-drawn", drawn), ("data-walking", walking)] {
            let count = count.to_string();
            if canvas.get_attribute(name).as_deref() != Some(&count) {
                // A name of letters is always legal.
                let _ = canvas.set_attribute(name, &count);
            }
        }
    }
}

fn describe(visitor: &Visitor) -> String {
    if visitor.product.is_empty() {
        visitor.path.clone()
    } else {
        format!("{} · {}", visitor.product, visitor.path)
    }
}

/// The page's own clock, milliseconds.
fn clock() -> f64 {
    window().performance().map_or(0.0, |it| it.now())
}

/// Between two frames of what breathes while nobody walks.
const BREATH: Duration = Duration::from_millis(120);
