//! The row above the plan: whom to look for, and how the floor is shown.

use leptos::{ev, html, prelude::*};

use super::list::{device_name, kind_name};
use super::need::Mood;
use super::sieve::{Sieve, Wanted};
use super::zone::Zone;
use crate::preferences::{language, say};
use crate::text::Words;
use crate::ui::switch::{choice, segments};

/// How the floor is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Plan and list.
    Plan,
    /// The list alone: all of it at once on a phone, and for who cannot see the plan.
    List,
}

/// The filters.
pub(super) fn filters(shown: RwSignal<Shown>) -> impl IntoView {
    let Wanted(wanted) = expect_context();
    html::div().class("filters card").child((
        html::input()
            .r#type("search")
            .class("input filter-text")
            .aria_label(say(|words| words.floor_search))
            .placeholder(say(|words| words.floor_search))
            .prop("value", move || wanted.with(|sieve| sieve.text.clone()))
            .on(ev::input, move |event| {
                wanted.update(|sieve| sieve.text = event_target_value(&event));
            }),
        pick(|words| words.where_, zones, |sieve| &mut sieve.zone),
        pick(|words| words.mood, moods, |sieve| &mut sieve.mood),
        pick(|words| words.cart, carts, |sieve| &mut sieve.cart),
        pick(|words| words.segment, segments_of, |sieve| &mut sieve.segment),
        segments(
            say(|words| words.shown_as),
            &[Shown::Plan, Shown::List],
            |shown| match shown {
                Shown::Plan => language().words().as_plan,
                Shown::List => language().words().as_list,
            },
            shown,
        ),
    ))
}

fn pick(
    label: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    options: fn(&Words) -> Vec<(String, String)>,
    place: fn(&mut Sieve) -> &mut String,
) -> impl IntoView {
    let Wanted(wanted) = expect_context();
    let chosen = move || {
        let mut sieve = wanted.get();
        std::mem::take(place(&mut sieve))
    };
    let options = move || options(language().words());
    choice("", say(label), options, chosen, move |it| wanted.update(|sieve| *place(sieve) = it))
}

fn zones(words: &Words) -> Vec<(String, String)> {
    let zone = |zone: Zone| (zone.class().into(), zone.name(words).into());
    let all = std::iter::once((String::new(), words.all_zones.into()));
    all.chain(Zone::ALL.map(zone)).collect()
}

fn moods(words: &Words) -> Vec<(String, String)> {
    let mood = |mood: Mood| (mood.class().into(), mood.name(words).into());
    let all = std::iter::once((String::new(), words.all_moods.into()));
    all.chain(Mood::ALL.map(mood)).collect()
}

fn segments_of(words: &Words) -> Vec<(String, String)> {
    let kinds = ["new", "returning", "known"].map(|kind| (kind, kind_name(kind, words)));
    let devices = ["desktop", "phone", "tablet"].map(|device| (device, device_name(device, words)));
    let all = [("", words.all_segments)].into_iter().chain(kinds).chain([("vip", words.vip)]);
    all.chain(devices).map(|(value, name)| (value.into(), name.into())).collect()
}

fn carts(words: &Words) -> Vec<(String, String)> {
    [("", words.all_carts), ("cart", words.with_something), ("large", words.large_carts)]
        .map(|(value, name)| (value.into(), name.into()))
        .to_vec()
}
