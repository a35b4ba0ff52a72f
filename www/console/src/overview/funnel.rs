//! The funnel: how far sessions came, and where most were lost.

use leptos::{html, prelude::*};
use nunchi_api::stats::{Funnel, FunnelStep};

use crate::preferences::language;
use crate::text::{Words, fill, format};
use crate::ui;

/// The bars and the sentence.
pub(super) fn picture(funnel: &Funnel) -> AnyView {
    let words = language().words();
    let first = funnel.steps.first().map_or(0, |step| step.sessions);
    let bar = |step: &FunnelStep| {
        html::li().child((
            html::span().class("bar-name").child(step_name(&step.name, words)),
            ui::bar(step.sessions, first),
            html::span().class("bar-value").child(format::count(step.sessions)),
            html::span().class("bar-note").child(format::share(step.sessions, first)),
        ))
    };
    (
        html::p().class("says").child(sentence(&funnel.steps, words)),
        html::ol()
            .class("bars")
            .aria_hidden("true")
            .child(funnel.steps.iter().map(bar).collect_view()),
    )
        .into_any()
}

/// The same as a table.
pub(super) fn table(answer: &Funnel) -> AnyView {
    let (steps, words) = (&answer.steps, language().words());
    let first = steps.first().map_or(0, |step| step.sessions);
    let before = core::iter::once(first).chain(steps.iter().map(|step| step.sessions));
    let line = |(row, before): (&FunnelStep, u64)| {
        html::tr().child((
            html::th().scope("row").child(step_name(&row.name, words)),
            ui::number(format::count(row.sessions)),
            ui::number(format::share(row.sessions, first)),
            ui::number(format::share(row.sessions, before)),
        ))
    };
    html::table()
        .child((
            ui::head(vec![
                (words.step, false),
                (words.sessions, true),
                (words.of_first, true),
                (words.of_before, true),
            ]),
            html::tbody().child(steps.iter().zip(before).map(line).collect_view()),
        ))
        .into_any()
}

fn sentence(steps: &[FunnelStep], words: &'static Words) -> String {
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
        return words.funnel_none.into();
    };
    let dropped = |pair: &&[FunnelStep]| pair[0].sessions.saturating_sub(pair[1].sessions);
    let Some(worst) = steps.windows(2).max_by_key(dropped).filter(|_| first.sessions > 0) else {
        return words.funnel_none.into();
    };
    let between = fill(
        words.funnel_between,
        &[&step_name(&worst[0].name, words), &step_name(&worst[1].name, words)],
    );
    let bought = format::count(last.sessions);
    fill(
        words.funnel_says,
        &[&format::count(first.sessions), &bought, &between, &format::count(dropped(&worst))],
    )
}

fn step_name(name: &str, words: &Words) -> String {
    match name {
        "view" => words.step_view.into(),
        "product" => words.step_product.into(),
        "cart" => words.step_cart.into(),
        "checkout" => words.step_checkout.into(),
        "purchase" => words.step_purchase.into(),
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    fn steps(sessions: &[(&str, u64)]) -> Vec<FunnelStep> {
        let step = |&(name, sessions): &(&str, u64)| FunnelStep { name: name.into(), sessions };
        sessions.iter().map(step).collect()
    }

    #[test]
    fn the_sentence_names_where_most_were_lost() {
        let steps = steps(&[("view", 100), ("product", 80), ("cart", 20), ("purchase", 5)]);
        assert_eq!(
            sentence(&steps, Language::En.words()),
            "Of 100 sessions 5 bought; most were lost between product and cart: 60."
        );
    }

    #[test]
    fn without_sessions_nothing_is_claimed() {
        let words = Language::En.words();
        assert_eq!(sentence(&[], words), words.funnel_none);
        assert_eq!(sentence(&steps(&[("view", 0), ("product", 0)]), words), words.funnel_none);
    }
}
