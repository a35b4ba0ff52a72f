//! What is asked stands in the address: it can be shared, kept, gone back to.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

/// The query of the address.
#[derive(Clone, Copy)]
pub(crate) struct Address {
    query: Memo<ParamsMap>,
    path: Memo<String>,
    go: StoredValue<Go, LocalStorage>,
}

type Go = Box<dyn Fn(&str, NavigateOptions)>;

impl Address {
    /// Of the view that asks.
    pub(crate) fn here() -> Self {
        let (query, path, go) = (use_query_map(), use_location().pathname, use_navigate());
        Self { query, path, go: StoredValue::new_local(Box::new(go)) }
    }

    /// One value, tracked; empty where there is none.
    pub(crate) fn get(self, name: &str) -> String {
        self.query.with(|query| query.get(name)).unwrap_or_default()
    }

    /// All of them, tracked, as they stand behind the path: empty, or with `?`.
    pub(crate) fn all(self) -> String {
        self.query.with(ParamsMap::to_query_string)
    }

    /// Changes one value; the empty one is left out. In place: what is tried out is no way back.
    pub(crate) fn set(self, name: &'static str, value: &str) {
        let mut query = self.query.get_untracked();
        query.remove(name);
        if !value.is_empty() {
            query.insert(name, value.to_owned());
        }
        let address = format!("{}{}", self.path.get_untracked(), query.to_query_string());
        let options = NavigateOptions { replace: true, scroll: false, ..whole() };
        self.go.with_value(|go| go(&address, options));
    }
}

/// How one goes to an address as it stands in links: with `/console`, which the router would put before
/// it once more.
pub(crate) fn whole() -> NavigateOptions {
    NavigateOptions { resolve: false, ..NavigateOptions::default() }
}
