//! What the palette finds.

use nunchi_api::live::Visitor;

use crate::floor::list::{name, whereabouts};
use crate::frame::places::PLACES;
use crate::live::live;
use crate::preferences::{Theme, language};
use crate::session::session;
use crate::text::{Language, fill};
use crate::ui::icon::{self, Icon};
use leptos::prelude::*;

/// One thing that can be done.
#[derive(Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) icon: Icon,
    pub(super) name: String,
    pub(super) note: String,
    /// What else it is found by.
    pub(super) words: String,
    pub(super) act: Act,
}

/// What comes of choosing it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Act {
    Go(String),
    Theme(Theme),
    Language(Language),
    Site(String),
    SignOut,
}

/// Everything that can be found now.
pub(super) fn all() -> Vec<Entry> {
    let language = language();
    let words = language.words();
    let place = |place: &crate::frame::places::Place| {
        let note = format!("g {}", place.key);
        entry(place.icon, (place.name)(words), &note, Act::Go(place.address()))
    };
    let mut entries: Vec<Entry> = PLACES.iter().map(place).collect();
    live().guests.with(|guests| {
        entries
            .extend(guests.iter().map(|guest| guest.visitor.with(|it| of_visitor(it, language))));
    });
    entries.extend(session().sites().into_iter().map(|site| {
        entry(
            icon::LINK,
            &fill(words.palette_site, &[&site.name]),
            &site.key,
            Act::Site(site.key.clone()),
        )
    }));
    entries.extend(Theme::ALL.map(|theme| {
        let name = fill(words.palette_theme, &[theme.name(words)]);
        entry(icon::SETTINGS, &name, "", Act::Theme(theme))
    }));
    entries.extend(
        Language::ALL.map(|it| entry(icon::SETTINGS, it.name(), words.language, Act::Language(it))),
    );
    entries.push(entry(icon::CLOSE, words.sign_out, "", Act::SignOut));
    entries
}

fn of_visitor(visitor: &Visitor, language: Language) -> Entry {
    let id: String = visitor.id.chars().take(8).collect();
    let address = crate::visitors::visit::address(&visitor.id);
    Entry {
        icon: icon::PEOPLE,
        name: format!("#{id} · {}", name(visitor, language)),
        note: whereabouts(visitor, language),
        words: format!("{} {} {}", visitor.id, visitor.path, visitor.product),
        act: Act::Go(address),
    }
}

fn entry(icon: Icon, name: &str, note: &str, act: Act) -> Entry {
    Entry { icon, name: name.into(), note: note.into(), words: String::new(), act }
}

/// Those in which every typed word stands, those that begin with them first; at most [`FOUND_MAX`].
pub(super) fn find(typed: &str, entries: &[Entry]) -> Vec<Entry> {
    let typed = typed.to_lowercase();
    let wanted: Vec<&str> = typed.split_whitespace().collect();
    let mut found: Vec<(bool, &Entry)> = entries
        .iter()
        .filter_map(|entry| {
            let name = entry.name.to_lowercase();
            let all =
                format!("{name} {} {}", entry.note.to_lowercase(), entry.words.to_lowercase());
            let is_found = wanted.iter().all(|word| all.contains(word));
            is_found.then(|| (!name.trim_start_matches('#').starts_with(typed.trim()), entry))
        })
        .collect();
    found.sort_by_key(|(is_inside, _)| *is_inside);
    found.into_iter().take(FOUND_MAX).map(|(_, entry)| entry.clone()).collect()
}

const FOUND_MAX: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    fn names(typed: &str) -> Vec<String> {
        let visitor = Visitor {
            id: "ab12cd34ef".into(),
            product: "Green tea".into(),
            zone: "shelf".into(),
            ..Visitor::default()
        };
        let entries = [
            entry(icon::FLOOR, "Floor", "g f", Act::Go("/console/".into())),
            entry(icon::SETTINGS, "Theme: Light", "", Act::Theme(Theme::Light)),
            of_visitor(&visitor, Language::En),
        ];
        find(typed, &entries).into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn a_visitor_is_found_by_id_and_by_what_they_look_at() {
        assert_eq!(names("ab12"), ["#ab12cd34 · New · Desktop"]);
        assert_eq!(names("TEA shelves"), ["#ab12cd34 · New · Desktop"]);
        assert_eq!(names("coffee"), [""; 0]);
    }

    #[test]
    fn what_begins_with_the_words_stands_before_what_has_them_inside() {
        assert_eq!(names("").len(), 3);
        assert_eq!(names("l")[..2], ["Floor", "Theme: Light"]);
        assert_eq!(names("th")[0], "Theme: Light");
    }
}
