//! The shop's own categories, as the aisles of the plan: those that were seen most in the last week. The shop says by
//! its page rules which pages are categories.

use leptos::prelude::*;
use nunchi_api::live::Visitor;
use nunchi_api::questions::{Answer, Answered, Ask, Filter, Question, Scope};

use crate::api;
use crate::live::live;
use crate::preferences::preferences;
use crate::ui::question::Question as Asked;

/// A category: the path of its page, and what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Aisle {
    path: String,
    pub(super) name: String,
}

impl Aisle {
    /// The category whose page this is.
    pub(super) fn of(path: &str) -> Self {
        // The last part of a path, as a word: `/c/home-deco/` is `home deco`.
        let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
        Self { path: path.trim_end_matches('/').into(), name: last.replace(['-', '_'], " ") }
    }

    /// How surely somebody belongs here: what they look at before where they came by; 0: they do not.
    fn fit(&self, visitor: &Visitor) -> u8 {
        let is_below = |path: &str| {
            path.strip_prefix(&*self.path)
                .is_some_and(|rest| matches!(rest, "" | "/") || rest.starts_with('/'))
        };
        let category = visitor.category.replace(['-', '_'], " ").to_lowercase();
        if is_below(&visitor.path) {
            3
        } else if !category.is_empty() && category == self.name.to_lowercase() {
            2
        } else {
            u8::from(is_below(&visitor.aisle))
        }
    }
}

/// The aisle somebody belongs to; one past the last for who belongs to none.
pub(super) fn aisle_of(visitor: &Visitor, aisles: &[Aisle]) -> u8 {
    let fits = aisles.iter().enumerate().map(|(place, aisle)| (aisle.fit(visitor), place));
    // Of equals the first, which is seen most.
    let best =
        fits.filter(|(fit, _)| *fit > 0).max_by_key(|(fit, place)| (*fit, aisles.len() - place));
    u8::try_from(best.map_or(aisles.len(), |(_, place)| place)).unwrap_or(u8::MAX)
}

/// Asks which they are, whenever another site is looked at; the floor is arranged by the answer.
pub(super) fn ask() {
    let told = Asked::<Answered>::new();
    let (site, live) = (preferences().site, live());
    Effect::new(move || {
        let site = site.get();
        if !site.is_empty() {
            let ask = last_week(site);
            told.ask(async move { api::ask(&ask).await });
        }
    });
    Effect::new(move || {
        if let Some(aisles) = told.answer.with(|told| told.as_ref().map(found)) {
            live.put_up(aisles);
        }
    });
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
    rows.into_iter().map(|row| Aisle::of(&row.path)).take(AISLES_MAX).collect()
}

/// Aisles with a name of their own; the rest of the shop has one together.
const AISLES_MAX: usize = 5;

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
            row("/c/d", "category", 2),
            row("/c/e", "category", 2),
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
        assert_eq!(names, ["home deco", "tea", "b", "d", "e"]);
    }

    #[test]
    fn people_belong_to_what_they_look_at_before_what_they_came_by() {
        let aisles = ["/c/tea", "/c/tea-bowls", "/c/paper"].map(Aisle::of);
        let belongs = |path: &str, category: &str, aisle: &str| {
            let [path, category, aisle] = [path, category, aisle].map(String::from);
            aisle_of(&Visitor { path, category, aisle, ..Visitor::default() }, &aisles)
        };
        assert_eq!(belongs("/c/tea-bowls", "", "/c/tea"), 1);
        assert_eq!(belongs("/c/tea/green/", "", ""), 0);
        assert_eq!(belongs("/p/jar", "Tea_Bowls", "/c/tea"), 1, "the shop says so itself");
        assert_eq!(belongs("/p/jar", "", "/c/paper"), 2);
        assert_eq!(belongs("/p/jar", "", ""), 3, "all others");
        assert_eq!(aisle_of(&Visitor::default(), &[]), 0);
    }
}
