//! People on the canvas over the plan: where each one is at a moment, and the drawing of it.
//!
//! A frame is drawn only while somebody walks or breathes. It costs one copied picture a person, and neither style nor
//! layout of the page: that is what lets five hundred walk at once.

use std::collections::BTreeMap;
use std::f64::consts::TAU;
use std::rc::Rc;

use nunchi_api::live::Visitor;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::figure::{Ink, Look};
use super::layout::{Layout, Point, Stance, along, length};
use super::need::Mood;
use super::sprite::{Sprite, Sprites, Wanted};
use super::zone::{Spot, Zone};

/// Everybody who is drawn.
pub(super) struct Stage {
    canvas: HtmlCanvasElement,
    ink: CanvasRenderingContext2d,
    sprites: Sprites,
    layout: Layout,
    figures: BTreeMap<String, Figure>,
    gathered: Vec<(Zone, u64)>,
    chosen: Option<String>,
    /// The operator wants nothing to move.
    is_still: bool,
}

/// One of them.
struct Figure {
    spot: Spot,
    stance: Stance,
    at: Point,
    walk: Option<Walk>,
    sprite: Option<Rc<Sprite>>,
    mood: Mood,
    /// Since when they wait for an answer, on the server's clock; 0: they do not.
    waits_since: u64,
    is_pale: bool,
    is_leaving: bool,
}

/// On the way from one place to another.
struct Walk {
    way: Vec<Point>,
    length: f64,
    began: f64,
    lasts: f64,
}

impl Stage {
    /// `None` where the browser has no canvas; the list says the same.
    pub(super) fn new(
        canvas: HtmlCanvasElement,
        layout: Layout,
        density: f64,
        is_still: bool,
    ) -> Option<Self> {
        let ink = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let sprites = Sprites::new(density);
        let (figures, gathered, chosen) = (BTreeMap::new(), Vec::new(), None);
        Some(Self { canvas, ink, sprites, layout, figures, gathered, chosen, is_still })
    }

    /// Lays everything out anew: another size, another number of aisles, other colours. Nobody walks for it.
    pub(super) fn lay_out(&mut self, layout: Layout, density: f64) {
        self.layout = layout;
        self.sprites = Sprites::new(density);
        let whole = |px: f64| format!("{:.0}", (px * density).round());
        // Drawing on what could not be resized is still drawing.
        let _ = self.canvas.set_attribute("width", &whole(layout.width));
        let _ = self.canvas.set_attribute("height", &whole(layout.height));
        for figure in self.figures.values_mut() {
            figure.stance = layout.stance(figure.spot);
            figure.at = figure.stance.feet;
            figure.walk = None;
            figure.sprite = None;
        }
    }

    /// Somebody is here, or changed. `label` is what stands below them where there is room.
    pub(super) fn put(
        &mut self,
        visitor: &Visitor,
        spot: Spot,
        label: String,
        is_pale: bool,
        now: f64,
    ) {
        let stance = self.layout.stance(spot);
        let is_first = self.figures.is_empty();
        let door = self.layout.door_in();
        let figure = self.figures.entry(visitor.id.clone()).or_insert_with(|| Figure {
            spot,
            stance,
            at: if is_first { stance.feet } else { door },
            walk: None,
            sprite: None,
            mood: Mood::Neutral,
            waits_since: 0,
            is_pale,
            is_leaving: false,
        });
        figure.spot = spot;
        figure.stance = stance;
        figure.mood = Mood::of(&visitor.mood);
        figure.waits_since =
            if visitor.zone_reason == "waiting" { visitor.waiting_since } else { 0 };
        figure.is_pale = is_pale;
        figure.is_leaving = false;
        let label = if stance.is_labelled { label } else { String::new() };
        figure.sprite =
            self.sprites.get(Wanted { look: Look::of(visitor), size: whole(stance.size), label });
        figure.go(&self.layout, stance.feet, now, self.is_still);
    }

    /// Somebody left: they walk out of the door.
    pub(super) fn let_go(&mut self, id: &str, now: f64) {
        if self.is_still {
            self.figures.remove(id);
        } else if let Some(figure) = self.figures.get_mut(id) {
            figure.is_leaving = true;
            figure.go(&self.layout, self.layout.door_out(), now, false);
        }
    }

    /// Those who are not drawn, by zone.
    pub(super) fn gather(&mut self, gathered: Vec<(Zone, u64)>) {
        self.gathered = gathered;
    }

    /// Whom the operator looks at.
    pub(super) fn choose(&mut self, chosen: Option<String>) {
        self.chosen = chosen;
    }

    /// Who stands there, the foremost first.
    pub(super) fn at(&self, x: f64, y: f64) -> Option<&str> {
        let is_hit = |it: &Figure| {
            let reach = it.stance.size.max(20.0);
            !it.is_leaving
                && (it.at.x - x).abs() < reach * 0.55
                && (-8.0..reach * 1.15).contains(&(it.at.y - y))
        };
        let hit = self.figures.iter().filter(|(_, it)| is_hit(it));
        hit.max_by(|a, b| a.1.at.y.total_cmp(&b.1.at.y)).map(|(id, _)| &**id)
    }

    /// How many are drawn, and how many of them walk.
    pub(super) fn count(&self) -> (usize, usize) {
        (self.figures.len(), self.figures.values().filter(|it| it.walk.is_some()).count())
    }

    /// Whether somebody shows a mood that moves: few enough do that it may.
    pub(super) fn is_lively(&self) -> bool {
        !self.is_still
            && self.figures.len() <= LIVELY_MAX
            && self.figures.values().any(|it| !matches!(it.mood, Mood::Neutral | Mood::Suspicious))
    }

    /// Whether somebody waits, whose seconds are counted.
    pub(super) fn is_waited_for(&self) -> bool {
        self.figures.values().any(|it| it.waits_since > 0)
    }

    /// Draws the moment `now` (the page's clock, milliseconds); `clock` is the server's. True while somebody walks.
    pub(super) fn frame(&mut self, now: f64, clock: u64) -> bool {
        let mut is_moving = false;
        self.figures.retain(|_, figure| {
            is_moving |= figure.step(now);
            !(figure.is_leaving && figure.walk.is_none())
        });
        let density = self.sprites.density;
        let _ = self.ink.set_transform(density, 0.0, 0.0, density, 0.0, 0.0);
        self.ink.clear_rect(0.0, 0.0, self.layout.width, self.layout.height);
        let mut order: Vec<_> = self.figures.iter().collect();
        order.sort_by(|a, b| a.1.at.y.total_cmp(&b.1.at.y));
        let breath = if self.is_lively() { now } else { 0.0 };
        for (id, figure) in &order {
            self.draw(figure, self.chosen.as_ref() == Some(*id), breath);
        }
        for (_, figure) in order.iter().filter(|(_, it)| it.waits_since > 0) {
            self.bubble(figure, clock.saturating_sub(figure.waits_since) / 1_000);
        }
        for (zone, count) in &self.gathered {
            self.crowd(*zone, *count);
        }
        is_moving
    }

    fn draw(&self, figure: &Figure, is_chosen: bool, breath: f64) {
        let Some(sprite) = &figure.sprite else { return };
        let (feet, size) = (figure.at, figure.stance.size);
        if is_chosen {
            self.ring(feet, size);
        }
        self.ink.set_global_alpha(if figure.is_pale { 0.2 } else { 1.0 });
        let density = self.sprites.density;
        // On whole pixels: a picture between them is blurred, and slower.
        let whole = |at: f64| (at * density).round() / density;
        let top = feet.y - size * FEET - figure.hop();
        let x = whole(feet.x - sprite.width / 2.0);
        let _ = self.ink.draw_image_with_image_bitmap_and_dw_and_dh(
            &sprite.image,
            x,
            whole(top),
            f64::from(sprite.image.width()) / density,
            f64::from(sprite.image.height()) / density,
        );
        match figure.mood {
            Mood::Annoyed => self.smoke(feet.x, top, size, breath),
            Mood::Happy => self.hearts(feet.x, top, size, breath),
            Mood::Neutral | Mood::Struggling | Mood::Suspicious => {}
        }
        self.ink.set_global_alpha(1.0);
    }

    fn ring(&self, feet: Point, size: f64) {
        self.ink.set_stroke_style_str(self.sprites.ink(Ink::Accent));
        self.ink.set_line_width(3.0);
        self.ink.begin_path();
        let _ = self.ink.ellipse(feet.x, feet.y - 1.0, size * 0.52, size * 0.2, 0.0, 0.0, TAU);
        self.ink.stroke();
    }

    /// Three puffs that rise one after the other.
    fn smoke(&self, x: f64, top: f64, size: f64, breath: f64) {
        self.ink.set_fill_style_str(self.sprites.ink(Ink::Faint));
        for puff in 0..3 {
            let lag = f64::from(puff) / 3.0;
            let rise = if breath > 0.0 { (breath / 2_400.0 + lag).fract() } else { 0.3 };
            self.ink.set_global_alpha(0.7 * (1.0 - rise));
            self.ink.begin_path();
            let across = x + (f64::from(puff) - 1.0) * size * 0.2;
            let _ = self.ink.arc(across, top + size * (0.12 - rise * 0.3), size * 0.07, 0.0, TAU);
            self.ink.fill();
        }
    }

    /// Two hearts that beat.
    fn hearts(&self, x: f64, top: f64, size: f64, breath: f64) {
        self.ink.set_fill_style_str(self.sprites.ink(Ink::Heart));
        let beat = 1.0 + 0.16 * (breath / 290.0).sin();
        for side in [-0.34, 0.34] {
            let (x, y, r) = (x + side * size, top + size * 0.14, size * 0.085 * beat);
            self.ink.begin_path();
            self.ink.move_to(x, y + r * 1.5);
            self.ink.bezier_curve_to(
                x - r * 2.6,
                y - r * 0.4,
                x - r * 0.9,
                y - r * 2.0,
                x,
                y - r * 0.5,
            );
            self.ink.bezier_curve_to(
                x + r * 0.9,
                y - r * 2.0,
                x + r * 2.6,
                y - r * 0.4,
                x,
                y + r * 1.5,
            );
            self.ink.fill();
        }
    }

    /// How long somebody waits, in a bubble over them.
    fn bubble(&self, figure: &Figure, seconds: u64) {
        let text = format!("{}:{:02}", seconds / 60, seconds % 60);
        let (x, y) = (figure.at.x + 6.0, figure.at.y - figure.stance.size * FEET - 4.0);
        self.ink.set_fill_style_str(self.sprites.ink(Ink::Warn));
        self.ink.begin_path();
        let _ = self.ink.round_rect_with_f64(x - 4.0, y - 13.0, 38.0, 17.0, 8.0);
        self.ink.fill();
        self.ink.set_fill_style_str(self.sprites.ink(Ink::Surface));
        self.ink.set_font(&self.sprites.font(11.0));
        self.ink.set_text_align("center");
        let _ = self.ink.fill_text(&text, x + 15.0, y);
    }

    /// Those for whom there is no room, at the back of their zone: heads, and how many they are.
    fn crowd(&self, zone: Zone, count: u64) {
        let stand = self.layout.stand(zone, self.layout.aisles.saturating_sub(1));
        let (x, y) = (stand.x + stand.w - 58.0, stand.y + 6.0);
        self.ink.set_fill_style_str(self.sprites.ink(Ink::Faint));
        self.ink.set_stroke_style_str(self.sprites.ink(Ink::Surface));
        self.ink.set_line_width(1.5);
        for (dx, dy) in [(8.0, 4.0), (20.0, 1.0), (32.0, 3.0), (14.0, 12.0), (26.0, 12.0)] {
            self.ink.begin_path();
            let _ = self.ink.arc(x + dx, y + dy, 6.5, 0.0, TAU);
            self.ink.fill();
            self.ink.stroke();
        }
        self.ink.set_fill_style_str(self.sprites.ink(Ink::Accent));
        self.ink.begin_path();
        let _ = self.ink.round_rect_with_f64(x, y + 17.0, 52.0, 17.0, 8.0);
        self.ink.fill();
        self.ink.set_fill_style_str(self.sprites.ink(Ink::OnAccent));
        self.ink.set_font(&self.sprites.font(11.0));
        self.ink.set_text_align("center");
        let _ = self.ink.fill_text(&format!("+{count}"), x + 26.0, y + 30.0);
    }
}

impl Figure {
    fn go(&mut self, layout: &Layout, to: Point, now: f64, is_still: bool) {
        let heads_for = self.walk.as_ref().and_then(|walk| walk.way.last()).unwrap_or(&self.at);
        if *heads_for == to {
            return;
        }
        if is_still {
            self.at = to;
            return;
        }
        let way = layout.way(self.at, to);
        let length = length(&way);
        // Far is faster, or the shop would lag behind its visitors.
        let lasts = (length * 2.4).clamp(350.0, 1_500.0);
        self.walk = Some(Walk { way, length, began: now, lasts });
    }

    /// Moves to where they are at `now`; true while they walk.
    fn step(&mut self, now: f64) -> bool {
        let Some(walk) = &self.walk else { return false };
        let part = ((now - walk.began) / walk.lasts).clamp(0.0, 1.0);
        let eased = part * part * (3.0 - 2.0 * part);
        self.at = along(&walk.way, walk.length * eased);
        if part >= 1.0 {
            self.walk = None;
        }
        self.walk.is_some()
    }

    /// How high they are off the ground in the middle of a step.
    fn hop(&self) -> f64 {
        if self.walk.is_none() {
            return 0.0;
        }
        (((self.at.x + self.at.y) / 9.0).sin() * 2.0).abs()
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "tens of pixels")]
fn whole(px: f64) -> u16 {
    px.round() as u16
}

/// From the top of somebody down to their feet, by their width.
const FEET: f64 = 1.04;

/// More people than this do not breathe: what moves for ever would cost the frames of those who walk.
const LIVELY_MAX: usize = 120;
