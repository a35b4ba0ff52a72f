//! The same floor as a table: everybody by how much they need help, with the reasons in words.

use leptos::{ev, html, prelude::*};
use nunchi_api::live::Visitor;

use super::Chosen;
use super::avatar::portrait;
use super::filters::Shown;
use super::need::Need;
use super::sieve::{Sieve, Wanted};
use super::zone::Zone;
use crate::live::{Guest, live};
use crate::preferences::{language, say};
use crate::text::{Language, Words, fill, format};
use crate::ui;

/// The list.
pub(super) fn list(shown: RwSignal<Shown>) -> impl IntoView {
    let live = live();
    let Wanted(wanted) = expect_context();
    let found = Memo::new(move |_| {
        let (sieve, language, largest) = (wanted.get(), language(), live.largest());
        let is_wanted = |id: &String| {
            sieve.is_open()
                || live.guest(id).is_some_and(|guest| {
                    guest.visitor.with_untracked(|it| sieve.admits(it, largest, language))
                })
        };
        live.ranking.with(|ranking| {
            ranking.iter().map(|(id, _)| id).filter(|id| is_wanted(id)).cloned().collect::<Vec<_>>()
        })
    });
    // Beside the plan the first ones are enough; each row is brought up to date at every change.
    let most = move || if shown.get() == Shown::Plan { ROWS_BESIDE } else { ROWS_MAX };
    let rows = move || {
        let ids = found.get().into_iter().take(most());
        ids.filter_map(|id| live.guest(&id)).collect::<Vec<_>>()
    };
    html::section().class("card help").aria_labelledby("help").child((
        html::h2().id("help").child(say(|words| words.help_first)),
        html::p().class("lead").child(lead),
        html::table().class("people").child((
            move || head(language().words()),
            html::tbody().child(view! {
                <For each=rows key=|guest| guest.id.clone() children=row />
            }),
        )),
        move || {
            let more = found.with(Vec::len).saturating_sub(most());
            (more > 0).then(|| {
                html::p().class("hint").child(fill(language().words().more, &[&more.to_string()]))
            })
        },
        move || {
            let is_nobody = found.with(Vec::is_empty) && !wanted.with(Sieve::is_open);
            is_nobody.then(|| html::p().class("hint").child(say(|words| words.nobody_fits)))
        },
    ))
}

/// What orders the list, and what help is taken to bring.
fn lead() -> String {
    let (words, help) = (language().words(), live().help.get());
    let source = if help.is_measured { words.help_measured } else { words.help_assumed };
    let percent = format!("{}.{}%", help.permille / 10, help.permille % 10);
    format!("{} {}", words.help_lead, fill(source, &[&percent]))
}

fn head(words: &'static Words) -> impl IntoView {
    ui::head(vec![
        (words.who, false),
        (words.where_, false),
        (words.cart, true),
        (words.why, false),
        (words.seen, true),
    ])
}

fn row(guest: Guest) -> impl IntoView {
    let live = live();
    let Chosen(chosen) = expect_context();
    let visitor = guest.visitor.clone();
    let need = need(&visitor);
    let (who, place, cart, seen) =
        (visitor.clone(), visitor.clone(), visitor.clone(), visitor.clone());
    let (id, pressed) = (guest.id.clone(), guest.id);
    html::tr()
        .class(("is-chosen", move || chosen.with(|chosen| chosen.as_deref() == Some(&*id))))
        .child((
            html::th().scope("row").child(
                html::button()
                    .r#type("button")
                    .class("who")
                    .on(ev::click, move |_| chosen.set(Some(pressed.clone())))
                    .child((
                        portrait(visitor),
                        html::span().child(move || who.with(|visitor| name(visitor, language()))),
                    )),
            ),
            html::td()
                .class("where")
                .child(move || place.with(|visitor| whereabouts(visitor, language()))),
            ui::number(move || cart.with(|visitor| cart_line(visitor, language()))),
            html::td().class("why").child(move || need.with(reasons)),
            ui::number(move || {
                let ms = live.now.get().saturating_sub(seen.with(|visitor| visitor.last_seen));
                format::ago(ms, language())
            }),
        ))
        .into_any()
}

/// What they need at this moment, whoever else is here: the order is made once a second only.
pub(super) fn need(visitor: &ArcRwSignal<Visitor>) -> Memo<Need> {
    let visitor = visitor.clone();
    let help = live().help;
    Memo::new(move |_| visitor.with(|visitor| Need::of(visitor, 0, help.get())))
}

fn reasons(need: &Need) -> impl IntoView + use<> {
    let chip = |text: String| html::span().class("chip").child(text);
    need.reasons.iter().map(|reason| chip(reason.say(language()))).collect_view()
}

/// `Returning · Phone · VIP`.
pub(crate) fn name(visitor: &Visitor, language: Language) -> String {
    let words = language.words();
    let mut parts = vec![kind(visitor, words), device(visitor, words)];
    let marks = [
        (visitor.is_vip, words.vip),
        (visitor.is_chatting, words.chatting),
        (visitor.is_away, words.away),
        (visitor.has_bought, words.bought),
    ];
    parts.extend(marks.iter().filter(|(holds, _)| *holds).map(|(_, word)| *word));
    parts.join(" · ")
}

/// `Shelves · Linen shirt`.
pub(crate) fn whereabouts(visitor: &Visitor, language: Language) -> String {
    let zone = Zone::of(&visitor.zone).name(language.words());
    let what = if visitor.product.is_empty() { &visitor.path } else { &visitor.product };
    format!("{zone} · {what}")
}

/// `₩129,000 · 2 pcs`, or a dash.
pub(super) fn cart_line(visitor: &Visitor, language: Language) -> String {
    if visitor.cart_items == 0 {
        return "–".into();
    }
    let pieces = fill(language.words().pieces, &[&format::count(visitor.cart_items)]);
    match &visitor.cart_value {
        Some(cart) => format!("{} · {pieces}", format::money(cart, language)),
        None => pieces,
    }
}

pub(super) fn kind(visitor: &Visitor, words: &Words) -> &'static str {
    kind_name(&visitor.kind, words)
}

pub(super) fn device(visitor: &Visitor, words: &Words) -> &'static str {
    device_name(&visitor.device, words)
}

/// What somebody is called who is `new`, `returning`, `known`.
pub(crate) fn kind_name(kind: &str, words: &Words) -> &'static str {
    match kind {
        "known" => words.kind_known,
        "returning" => words.kind_returning,
        _ => words.kind_new,
    }
}

/// What a `phone` is called, a `tablet`, a `desktop`.
pub(crate) fn device_name(device: &str, words: &Words) -> &'static str {
    match device {
        "phone" => words.device_phone,
        "tablet" => words.device_tablet,
        _ => words.device_desktop,
    }
}

/// Rows of the list alone; the rest needs help least and is counted.
const ROWS_MAX: usize = 200;

/// Rows of the list below the plan.
const ROWS_BESIDE: usize = 20;

#[cfg(test)]
mod tests {
    use nunchi_api::stats::Amount;

    use super::*;

    #[test]
    fn a_visitor_is_told_in_one_line_each() {
        let visitor = Visitor {
            kind: "returning".into(),
            device: "phone".into(),
            is_vip: true,
            zone: "shelf".into(),
            path: "/p/linen-shirt".into(),
            product: "Linen shirt".into(),
            cart_items: 2,
            cart_value: Some(Amount { minor: 129_000, currency: "KRW".into() }),
            ..Visitor::default()
        };
        assert_eq!(name(&visitor, Language::En), "Returning · Phone · VIP");
        assert_eq!(whereabouts(&visitor, Language::Ko), "진열대 · Linen shirt");
        assert_eq!(cart_line(&visitor, Language::Ko), "129,000원 · 2개");
    }

    #[test]
    fn an_empty_cart_is_a_dash_and_a_page_without_product_is_its_path() {
        let visitor = Visitor { path: "/about".into(), ..Visitor::default() };
        assert_eq!(cart_line(&visitor, Language::En), "–");
        assert_eq!(whereabouts(&visitor, Language::En), "Entrance · /about");
    }
}
