//! The shop's own categories, as the aisles of the plan: those that were seen most in the last week.

use leptos::{html, prelude::*};
use nunchi_api::questions::{Answer, Answered, Ask, Filter, Question, Scope};

use crate::api;
use crate::live::live;
use crate::preferences::preferences;
use crate::ui::question::Question as Asked;

/// A category: the path of its page, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Aisle {
    path: String,
    name: String,
}

/// Names along the aisles, each with how many look at it now. Nothing where no category is known.
pub(super) fn aisles() -> impl IntoView {
    let told = Asked::<Answered>::new();
    let site = preferences().site;
    Effect::new(move || {
        let site = site.get();
        if !site.is_empty() {
            let ask = last_week(site);
            told.ask(async move { api::ask(&ask).await });
        }
    });
    let aisles =
        Memo::new(move |_| told.answer.with(|told| told.as_ref().map(found)).unwrap_or_default());
    let sign = |(place, aisle): (usize, Aisle)| {
        let count = Memo::new(move |_| {
            live().guests.with(|guests| {
                guests.iter().filter(|it| it.visitor.with(|it| it.path == aisle.path)).count()
            })
        });
        html::li()
            .class(format!("aisle-{place}"))
            .child((html::span().child(aisle.name), move || {
                (count.get() > 0).then(|| html::strong().child(count.get()))
            }))
    };
    html::ul()
        .class("aisles")
        .child(move || aisles.get().into_iter().enumerate().map(sign).collect_view())
}

fn last_week(site: String) -> Ask {
    let to = nunchi_api::questions::until_now(live().now.get_untracked());
    let scope = Scope {
        site,
        from: Some(to.saturating_sub(WEEK_MS)),
        to: Some(to),
        filter: Filter::default(),
        ..Scope::default()
    };
    Ask { scope, question: Question::Pages {} }
}

/// The pages of categories that were seen most.
fn found(answered: &Answered) -> Vec<Aisle> {
    let Answer::Pages(pages) = &answered.answer else { return Vec::new() };
    let mut rows: Vec<_> = pages.rows.iter().filter(|row| row.page == "category").collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.views));
    let aisle = |path: &String| Aisle { path: path.clone(), name: name(path) };
    rows.into_iter().map(|row| aisle(&row.path)).take(AISLES).collect()
}

/// The last part of a path, as a word: `/c/home-deco/` is `home deco`.
fn name(path: &str) -> String {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    last.replace(['-', '_'], " ")
}

/// As many as the plan has.
const AISLES: usize = 3;

const WEEK_MS: u64 = 7 * 86_400_000;

#[cfg(test)]
mod tests {
    use nunchi_api::stats::{PageRow, Pages};

    use super::*;

    #[test]
    fn aisles_are_the_categories_that_were_seen_most() {
        let row = |path: &str, page: &str, views| PageRow {
            path: path.into(),
            page: page.into(),
            views,
            ..PageRow::default()
        };
        let rows = vec![
            row("/", "home", 99),
            row("/c/tea", "category", 5),
            row("/c/home-deco/", "category", 9),
            row("/c/a", "category", 1),
            row("/c/b", "category", 2),
        ];
        let answered = Answered {
            site: "demo".into(),
            from: 0,
            to: 1,
            zone: "UTC".into(),
            fold_below: 0,
            answer: Answer::Pages(Pages { rows, other: None }),
            before: None,
        };
        let names: Vec<String> = found(&answered).into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["home deco", "tea", "b"]);
    }
}
