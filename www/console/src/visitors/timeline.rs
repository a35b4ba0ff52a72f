//! A visit as pages one after another, each with what happened on it. Pure.

use std::collections::BTreeMap;

use nunchi_api::visit::{Named, Step};

use crate::text::{Language, fill, format, names};

/// A page that was open, with what happened until the next one of the same page load.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Leg {
    /// Milliseconds since the visit began.
    pub(super) at: u64,
    pub(super) path: String,
    pub(super) page: String,
    /// Time spent on it, milliseconds; 0 where nothing was told.
    pub(super) dwell_ms: u64,
    /// How much of it was seen, percent; 0 where nothing was told.
    pub(super) reach: u64,
    pub(super) moments: Vec<Moment>,
}

/// One thing that happened on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Milliseconds since the visit began.
    pub(super) at: u64,
    pub(super) sort: Sort,
    pub(super) text: String,
}

/// What sort of thing it is, for its colour and its sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// Cart, checkout, purchase, goal.
    Commerce,
    /// What a detector noticed.
    Signal,
    /// A campaign was judged.
    Verdict,
    /// The visitor met an offer.
    Offer,
    /// Product seen, search, login, consent.
    Fact,
}

impl Sort {
    /// For style sheets.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Commerce => "commerce",
            Self::Signal => "signal",
            Self::Verdict => "verdict",
            Self::Offer => "offer",
            Self::Fact => "fact",
        }
    }
}

/// Puts the steps of a visit in order by pages. What is of the machine alone (timers, packs, how many
/// operators are free) is left out: the recorded session has it.
pub(super) fn legs(steps: &[Step], campaigns: &[Named], language: Language) -> Vec<Leg> {
    let mut legs: Vec<Leg> = Vec::new();
    // The page that a page load shows now.
    let mut shown = BTreeMap::<u32, usize>::new();
    let mut known = Known { campaigns, products: BTreeMap::new() };
    for step in steps {
        if step.kind == "product_seen" && !step.name.is_empty() {
            known.products.insert(&step.subject, &step.name);
        }
        if step.kind == "viewed" {
            shown.insert(step.run, legs.len());
            legs.push(Leg {
                at: step.at,
                path: step.path.clone(),
                page: step.page.clone(),
                ..Leg::default()
            });
            continue;
        }
        let Some(leg) = shown.get(&step.run).and_then(|place| legs.get_mut(*place)) else {
            continue;
        };
        let number = step.number.and_then(|it| u64::try_from(it).ok()).unwrap_or_default();
        match step.kind.as_str() {
            "dwell" => leg.dwell_ms = leg.dwell_ms.max(number),
            "scroll_reach" => leg.reach = leg.reach.max(number),
            _ => leg.moments.extend(moment(step, &known, language)),
        }
    }
    legs
}

/// What ids are called.
struct Known<'a> {
    campaigns: &'a [Named],
    products: BTreeMap<&'a str, &'a str>,
}

fn moment(step: &Step, known: &Known<'_>, language: Language) -> Option<Moment> {
    let sort = match step.kind.as_str() {
        "added" | "removed" | "checkout_began" | "purchased" | "purchased_again" | "goal" => {
            Sort::Commerce
        }
        "fired" | "held_out" | "shadowed" => Sort::Verdict,
        "shown" | "accepted" | "dismissed" | "expired" | "failed" | "talked" => Sort::Offer,
        "product_seen" | "searched" | "logged_in" | "consented" | "shipping_seen"
        | "variant_chosen" => Sort::Fact,
        "began" | "remembered" | "published" | "woke" | "staffed" | "cart_stands"
        | "cart_holds" | "other" => return None,
        // What detectors notice, also those that came after this console.
        _ => Sort::Signal,
    };
    let mut parts = vec![names::step(&step.kind, language)];
    parts.extend(details(step, known, language));
    Some(Moment { at: step.at, sort, text: parts.join(" · ") })
}

fn details(step: &Step, known: &Known<'_>, language: Language) -> Vec<String> {
    let words = language.words();
    let mut parts = Vec::new();
    if let Some(id) = step.campaign {
        let named = known.campaigns.iter().find(|it| it.id == id);
        parts.push(named.map_or_else(|| format!("#{id}"), |it| it.name.clone()));
    }
    let what = known.products.get(step.subject.as_str()).copied().unwrap_or(&step.subject);
    if !what.is_empty() {
        parts.push(what.into());
    }
    let count = step.number.and_then(|it| u64::try_from(it).ok());
    match (step.kind.as_str(), count) {
        ("cart_hesitation", Some(level)) => {
            parts.push(fill(words.level, &[&level.to_string()]));
            parts.extend(step.causes.iter().map(|cause| names::cause(cause, language)));
        }
        ("added" | "removed" | "purchased", Some(pieces)) => {
            parts.push(fill(words.pieces, &[&format::count(pieces)]));
        }
        ("product_dwell" | "tab_returned", Some(ms)) => parts.push(format::span(ms, language)),
        ("waiting", Some(seconds)) => parts.push(format::span(seconds * 1_000, language)),
        ("searched", Some(found)) => parts.push(fill(words.found, &[&format::count(found)])),
        ("fired" | "held_out" | "shadowed", Some(permille)) => {
            parts.push(fill(words.evidence_buy, &[&format::share(permille, 1_000)]));
        }
        _ => {}
    }
    parts.extend(step.value.as_ref().map(|value| format::money(value, language)));
    parts
}

#[cfg(test)]
mod tests {
    use nunchi_api::stats::Amount;

    use super::*;

    fn step(at: u64, run: u32, kind: &str) -> Step {
        Step { at, run, kind: kind.into(), ..Step::default() }
    }

    fn told(steps: &[Step]) -> Vec<String> {
        let campaigns = [Named { id: 3, name: "Stay".into() }];
        let line = |leg: &Leg| {
            let moments: Vec<_> = leg.moments.iter().map(|it| it.text.clone()).collect();
            format!("{} {} {}% [{}]", leg.path, leg.dwell_ms, leg.reach, moments.join("; "))
        };
        legs(steps, &campaigns, Language::En).iter().map(line).collect()
    }

    #[test]
    fn what_happens_belongs_to_the_page_that_its_page_load_shows() {
        let view = |at, run, path: &str| Step { path: path.into(), ..step(at, run, "viewed") };
        let number = |number, step| Step { number: Some(number), ..step };
        let steps = [
            step(0, 0, "began"),
            view(0, 0, "/a"),
            number(3_000, step(3_000, 0, "dwell")),
            view(4_000, 1, "/b"),
            number(10_000, step(10_000, 0, "dwell")),
            number(60, step(11_000, 1, "scroll_reach")),
            step(12_000, 1, "rage_click"),
            step(13_000, 0, "woke"),
        ];
        assert_eq!(told(&steps), ["/a 10000 0% []", "/b 0 60% [Rage click]"]);
    }

    #[test]
    fn moments_say_what_it_was_about() {
        let won = Some(Amount { minor: 12_000, currency: "KRW".into() });
        let steps = [
            Step { path: "/a".into(), ..step(0, 0, "viewed") },
            Step { subject: "jar".into(), number: Some(2), value: won, ..step(1, 0, "added") },
            Step { campaign: Some(3), number: Some(410), ..step(2, 0, "fired") },
            Step { campaign: Some(9), ..step(3, 0, "shown") },
            Step {
                number: Some(2),
                causes: vec!["step_back".into()],
                ..step(4, 0, "cart_hesitation")
            },
        ];
        assert_eq!(
            told(&steps),
            ["/a 0 0% [Put into the cart · jar · 2 pcs · ₩12,000; Fired · Stay · purchase 41.0%; \
              Offer shown · #9; Cart hesitation · level 2 of 3 · Stepped back from checkout]"]
        );
    }
}
