//! The funnel: how far sessions came, and where most were lost.

use nunchi_api::questions::Answer;
use nunchi_api::stats::{Funnel, FunnelStep};

use super::super::picture::Picture;
use super::parts::{Bars, count, float, lying, share};
use crate::text::{Language, Words, fill, format};
use crate::ui::sheet::{Cell, Sheet};

pub(super) fn picture(funnel: &Funnel, before: Option<&Answer>, language: Language) -> Picture {
    let (steps, words) = (funnel.steps.clone(), language.words());
    let before = match before {
        Some(Answer::Funnel(before)) => Some(before.steps.clone()),
        _ => None,
    };
    let says = sentence(&steps, words);
    let sheet = sheet(&steps, before.as_deref(), words);
    Picture::new("funnel", words.funnel, says, sheet).drawn(move |palette| {
        let values = |steps: &[FunnelStep]| steps.iter().map(|it| float(it.sessions)).collect();
        let mut series = vec![(words.sessions, palette.accent.as_str(), values(&steps))];
        if let Some(before) = &before {
            series.push((words.sessions_before, palette.views.as_str(), values(before)));
        }
        let names = steps.iter().map(|step| step_name(&step.name, words)).collect();
        lying(Bars { names, series, is_stacked: false, unit: "" }, palette)
    })
}

fn sheet(steps: &[FunnelStep], before: Option<&[FunnelStep]>, words: &Words) -> Sheet {
    let number = |name: &str| format!("#{name}");
    let mut columns = vec![
        words.step.to_owned(),
        number(words.sessions),
        number(words.of_first),
        number(words.of_before),
    ];
    columns.extend(before.map(|_| number(words.sessions_before)));
    let mut sheet = Sheet::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    let first = steps.first().map_or(0, |step| step.sessions);
    let mut last = first;
    for (place, step) in steps.iter().enumerate() {
        let mut cells = vec![
            Cell::text(step_name(&step.name, words)),
            count(step.sessions),
            share(step.sessions, first),
            share(step.sessions, last),
        ];
        let was = |before: &[FunnelStep]| before.get(place).map_or(0, |it| it.sessions);
        cells.extend(before.map(|before| count(was(before))));
        sheet.push(cells);
        last = step.sessions;
    }
    sheet
}

fn sentence(steps: &[FunnelStep], words: &Words) -> String {
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
        return words.funnel_none.into();
    };
    let dropped = |pair: &&[FunnelStep]| pair[0].sessions.saturating_sub(pair[1].sessions);
    let Some(worst) = steps.windows(2).max_by_key(dropped).filter(|_| first.sessions > 0) else {
        return words.funnel_none.into();
    };
    let name = |step: &FunnelStep| step_name(&step.name, words);
    let between = fill(words.funnel_between, &[&name(&worst[0]), &name(&worst[1])]);
    fill(
        words.funnel_says,
        &[
            &format::count(first.sessions),
            &format::count(last.sessions),
            &name(last),
            &between,
            &format::count(dropped(&worst)),
        ],
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

    fn steps(sessions: &[(&str, u64)]) -> Vec<FunnelStep> {
        let step = |&(name, sessions): &(&str, u64)| FunnelStep { name: name.into(), sessions };
        sessions.iter().map(step).collect()
    }

    #[test]
    fn the_sentence_names_where_most_were_lost() {
        let steps = steps(&[("view", 100), ("product", 80), ("cart", 20), ("purchase", 5)]);
        assert_eq!(
            sentence(&steps, Language::En.words()),
            "Of 100 sessions 5 came to purchase; most were lost between product and cart: 60."
        );
    }

    #[test]
    fn without_sessions_nothing_is_claimed() {
        let words = Language::En.words();
        assert_eq!(sentence(&[], words), words.funnel_none);
        assert_eq!(sentence(&steps(&[("view", 0), ("product", 0)]), words), words.funnel_none);
    }

    #[test]
    fn the_table_has_shares_of_the_first_and_of_the_step_before() {
        let now = steps(&[("view", 200), ("cart", 50)]);
        let csv = sheet(&now, Some(&now), Language::En.words()).csv();
        assert_eq!(csv.lines().nth(2), Some("\"cart\",50,25.0,25.0,50"));
    }
}
