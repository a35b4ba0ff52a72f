//! Where one can go. A view of yours is one line in [`PLACES`] and one `Route` in `app.rs`; navigation,
//! command palette, shortcuts and help sheet follow from it. Nothing stands here that is not there.

use crate::text::Words;
use crate::ui::icon::{self, Icon};

/// A view with a link in the navigation.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// Below `/console/`; addresses below it count as the same place.
    pub(crate) path: &'static str,
    /// What it is called.
    pub(crate) name: fn(&Words) -> &'static str,
    /// Its sign.
    pub(crate) icon: Icon,
    /// `g`, then this key, goes there.
    pub(crate) key: char,
}

/// In the order of the navigation; a phone has room for six.
pub(crate) const PLACES: &[Place] = &[
    Place { path: "", name: |words| words.floor, icon: icon::FLOOR, key: 'f' },
    Place { path: "inbox", name: |words| words.inbox, icon: icon::INBOX, key: 'i' },
    Place { path: "visitors", name: |words| words.visitors_view, icon: icon::PEOPLE, key: 'v' },
    Place { path: "insights", name: |words| words.insights, icon: icon::CHART, key: 'n' },
    Place { path: "campaigns", name: |words| words.campaigns, icon: icon::CAMPAIGN, key: 'c' },
    Place { path: "settings", name: |words| words.settings, icon: icon::SETTINGS, key: 's' },
];

impl Place {
    /// Its address.
    pub(crate) fn address(&self) -> String {
        format!("/console/{}", self.path)
    }

    /// Whether the address is of this place.
    pub(crate) fn is_at(&self, address: &str) -> bool {
        let rest = address.strip_prefix("/console").unwrap_or(address).trim_matches('/');
        rest.split('/').next() == Some(self.path)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::text::Language;

    #[test]
    fn every_place_has_an_address_a_key_and_a_name_of_its_own() {
        let of = |what: &dyn Fn(&Place) -> String| {
            PLACES.iter().map(what).collect::<BTreeSet<_>>().len()
        };
        assert_eq!(of(&Place::address), PLACES.len());
        assert_eq!(of(&|it| it.key.to_string()), PLACES.len());
        for language in Language::ALL {
            assert_eq!(of(&|it| (it.name)(language.words()).into()), PLACES.len());
        }
    }

    #[test]
    fn what_lies_below_a_place_belongs_to_it() {
        let floor = PLACES[0];
        let visitors = Place { path: "visitors", ..floor };
        assert!(floor.is_at("/console/") && floor.is_at("/console"));
        assert!(!floor.is_at("/console/visitors"));
        assert!(visitors.is_at("/console/visitors/ab12") && visitors.is_at("/console/visitors"));
        assert!(!visitors.is_at("/console/visitors-of-old"));
    }
}
