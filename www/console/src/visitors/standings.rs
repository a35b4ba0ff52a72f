//! How campaigns stood in a visit: shown, withheld, and why not, down to the condition that was missed.

use leptos::{html, prelude::*};
use nunchi_api::campaigns::{Condition, Standing};
use nunchi_api::visit::Visit;

use super::visit::since;
use crate::text::{Language, fill, names};
use crate::ui::pieces::{Tone, badge};

/// One entry a campaign and turn; those that had a turn first.
pub(super) fn view(visit: &Visit, language: Language) -> AnyView {
    let words = language.words();
    if visit.standings.is_empty() {
        return html::p().class("lead").child(words.standings_none).into_any();
    }
    let mut standings: Vec<&Standing> = visit.standings.iter().collect();
    standings.sort_by_key(|it| (tone(&it.standing) == Tone::Plain, it.at));
    let entry = |it: &&Standing| {
        let named = visit.campaigns.iter().find(|campaign| campaign.id == it.campaign);
        let name = named.map_or_else(|| format!("#{}", it.campaign), |it| it.name.clone());
        html::li().child(standing(it, name, language))
    };
    let ways = standings.iter().filter(|it| tone(&it.standing) != Tone::Plain).count();
    let says = fill(words.standings_says, &[&ways.to_string(), &standings.len().to_string()]);
    (
        html::p().class("says").child(says),
        html::ul().class("standings").child(standings.iter().map(entry).collect_view()),
    )
        .into_any()
}

fn standing(it: &Standing, name: String, language: Language) -> impl IntoView + use<> {
    let sentence = if language == Language::Ko { &it.ko } else { &it.en };
    let tree = it.condition.as_ref().map(|whole| {
        html::details().class("folded").child((
            html::summary().child(language.words().conditions),
            html::ul().class("conditions").child(condition(whole, language)),
        ))
    });
    (
        html::p().class("standing-head").child((
            html::strong().child(name),
            badge(tone(&it.standing), names::standing(&it.standing, language)),
            html::span().class("moment-at").child(since(it.at)),
        )),
        html::p().class("lead").child(sentence.clone()),
        tree,
    )
}

fn tone(standing: &str) -> Tone {
    match standing {
        "fires" => Tone::Good,
        "held_out" | "held_out_of_all" | "shadowed" => Tone::Warn,
        _ => Tone::Plain,
    }
}

/// A part of the trigger with whether it held, and its own parts below.
fn condition(of: &Condition, language: Language) -> AnyView {
    let words = language.words();
    let name = match of.name.as_str() {
        "all" => words.condition_all.into(),
        "any" => words.condition_any.into(),
        "not" => words.condition_not.into(),
        _ if of.words.is_empty() => of.name.clone(),
        _ => of.words.clone(),
    };
    let missed =
        of.missed_by.filter(|_| !of.holds).map(|by| fill(words.missed_by, &[&by.to_string()]));
    let parts = of.parts.iter().map(|part| condition(part, language)).collect_view();
    html::li()
        .class(if of.holds { "is-held" } else { "is-missed" })
        .child((
            html::span().class("sr").child(if of.holds { words.holds } else { words.holds_not }),
            html::span().class("condition").child(name),
            missed.map(|text| html::span().class("condition-missed").child(text)),
            (!of.parts.is_empty()).then(|| html::ul().child(parts)),
        ))
        .into_any()
}
