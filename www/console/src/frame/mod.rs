//! What stands around every view: navigation, site, stream, language, theme; shortcuts, help sheet and
//! command palette; toasts and questions.
//!
//! On a desktop all of it is a rail at the side, on a phone a line on top and a bar at the bottom: one
//! markup, laid out by `frame.css`. A new view adds itself in [`places`].

mod help;
mod keys;
mod menu;
mod palette;
pub(crate) mod places;
pub(crate) mod sign_in;
mod status;

use leptos::{ev, html, prelude::*};
use leptos_router::hooks::{use_location, use_navigate};
use wasm_bindgen::JsCast;

use crate::inbox::desk::desk;
use crate::preferences::{language, say};
use crate::text::fill;
use crate::ui::address::whole;
use crate::ui::chart::Charts;
use crate::ui::dialog::Confirm;
use crate::ui::icon;
use crate::ui::toast::Toasts;
use keys::{Deed, Key, Keys};
use places::{PLACES, Place};
pub(crate) use status::stale;

/// The frame with a view in it.
pub(crate) fn frame(content: AnyView) -> impl IntoView {
    let (palette, help) = (RwSignal::new(false), RwSignal::new(false));
    let (toasts, confirm) = (expect_context::<Toasts>(), expect_context::<Confirm>());
    listen(palette, help);
    title();
    html::div().class("frame").child((
        html::a().class("skip").href("#content").child(say(|words| words.skip)),
        html::header().class("rail").child((
            brand(),
            search(palette),
            links(),
            status::status(),
            menu::menu(help),
        )),
        html::main().id("content").tabindex("-1").child(content),
        palette::palette(palette),
        help::help(help),
        confirm.view(),
        toasts.view(),
    ))
}

/// What dialogs and toasts need, for all views.
pub(crate) fn provide() {
    Toasts::provide();
    Confirm::provide();
    Charts::provide();
}

fn brand() -> impl IntoView {
    html::div().class("brand").child((icon::eye(), html::span().child("Nunchi")))
}

fn search(open: RwSignal<bool>) -> impl IntoView {
    html::button()
        .r#type("button")
        .class("find")
        // Its name where the word has no room; a label would have to say the keys as well.
        .title(say(|words| words.palette))
        .on(ev::click, move |_| open.set(true))
        .child((
            icon::icon(icon::SEARCH),
            html::span().class("find-word").child(say(|words| words.find)),
            html::kbd().aria_hidden("true").child("Ctrl K"),
        ))
}

fn links() -> impl IntoView {
    html::nav()
        .class("links")
        .aria_label(say(|words| words.navigation))
        .child(PLACES.iter().map(link).collect_view())
}

fn link(place: &'static Place) -> impl IntoView {
    let here = use_location().pathname;
    html::a()
        .href(place.address())
        .attr("aria-current", move || here.with(|here| place.is_at(here).then_some("page")))
        .child((
            icon::icon(place.icon),
            html::span().child(move || (place.name)(language().words())),
            (place.path == "inbox").then(waiting),
        ))
}

/// How many wait for a person, while some do.
fn waiting() -> impl IntoView {
    let waiting = Memo::new(|_| desk().waiting());
    move || {
        let count = waiting.get();
        (count > 0).then(|| {
            let label = fill(language().words().inbox_waiting_count, &[&count.to_string()]);
            html::span().class("badge badge-bad").aria_label(label).child(count)
        })
    }
}

/// The title of the tab: the place, so that several tabs can be told apart.
fn title() {
    let here = use_location().pathname;
    Effect::new(move || {
        let words = language().words();
        let place = here.with(|here| PLACES.iter().find(|place| place.is_at(here)));
        let name = place.map_or(words.not_found, |place| (place.name)(words));
        document().set_title(&format!("{name} · Nunchi"));
    });
}

/// Hears keys wherever they are pressed, as long as the frame stands.
fn listen(palette: RwSignal<bool>, help: RwSignal<bool>) {
    let keys = StoredValue::new_local(Keys::default());
    let go = use_navigate();
    let handle = window_event_listener(ev::keydown, move |event| {
        let name = event.key();
        let key = Key {
            name: &name,
            has_command: event.ctrl_key() || event.meta_key(),
            has_alt: event.alt_key(),
            is_typing: is_typing(&event),
        };
        let Some(Some(deed)) = keys.try_update_value(|keys| keys.press(key)) else { return };
        // A dialog is open: what lies below it is not there now, but for closing the palette again.
        if has_dialog() && !(deed == Deed::Palette && palette.get_untracked()) {
            return;
        }
        event.prevent_default();
        match deed {
            Deed::Palette => palette.update(|open| *open = !*open),
            Deed::Help => help.set(true),
            Deed::Go(place) => go(&PLACES[place].address(), whole()),
        }
    });
    on_cleanup(move || handle.remove());
}

fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|it| ["INPUT", "TEXTAREA", "SELECT"].contains(&it.tag_name().as_str()))
}

fn has_dialog() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}
