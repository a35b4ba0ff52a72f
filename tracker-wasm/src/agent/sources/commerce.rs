//! What the shop tells its other tools: GA4 ecommerce events and Consent Mode in `window.dataLayer`,
//! as objects (`{event, ecommerce}`) and as `gtag`'s argument lists (`['event', name, {…}]`).

use alloc::string::String;
use core::cell::Cell;

use beacon::Currency;
use beacon::item::Fact;
use wasm_bindgen::{JsCast, JsValue};

use crate::agent::Agent;
use crate::agent::border::{List, flag, get, list, number, text, which};
use crate::agent::ga4::{self, Event, Said, Source};
use crate::agent::page::Heard;

/// What is remembered of the shop's events.
#[derive(Default)]
pub(in crate::agent) struct Commerce {
    is_tapped: Cell<bool>,
    /// The currency that the shop last named.
    currency: Cell<Option<Currency>>,
}

/// Entries said at once, most of them before we came, that are read: the latest.
const ENTRIES_MAX: u32 = 200;

impl Agent {
    /// Hears what was said so far, and taps what will be, as soon as the shop has a `dataLayer`.
    /// Consent and the sort of the page are read at once, facts when a run has begun.
    pub(super) fn find_data_layer(&'static self) {
        let commerce = &self.sources.commerce;
        let layer = get(&self.page.window, "dataLayer");
        if get(&layer, "push").is_undefined() || commerce.is_tapped.replace(true) {
            return;
        }
        let entries: &List = layer.unchecked_ref();
        self.hear_entries(entries);
        self.tap(&layer, "push", |agent, call| agent.hear_entries(call.value.unchecked_ref()));
    }

    fn hear_entries(&'static self, entries: &List) {
        for index in entries.length().saturating_sub(ENTRIES_MAX)..entries.length() {
            let entry = entries.at(index);
            self.hear_mode(&entry);
            self.hear_entry(&Heard::of(&entry));
        }
    }

    /// Consent Mode, and the sort of page that an event gives away.
    fn hear_mode(&'static self, entry: &JsValue) {
        match Entry::read(entry) {
            Some(Entry::Consent { is_update, settings }) => {
                self.hear_consent_mode(is_update, &settings);
            }
            Some(Entry::Event { key, .. }) => {
                if let Some(kind) = ga4::page_kind(which(entry, key, ga4::NAMES)) {
                    self.sources.navigation.kind_by_event.set(Some(kind));
                }
            }
            None => {}
        }
    }

    fn hear_entry(&'static self, entry: &Heard<'_>) {
        if let Some(Entry::Event { key, params }) = Entry::read(entry.value)
            && !self.hold(Self::hear_entry, entry)
        {
            self.hear_event(entry.value, key, &params, Source::DataLayer);
        }
    }

    /// States what an event says, whose name `entry` has under this key.
    pub(in crate::agent) fn hear_event(
        &'static self,
        entry: &JsValue,
        key: &str,
        params: &JsValue,
        source: Source,
    ) {
        let commerce = &self.sources.commerce;
        let named = Currency::parse(&text(params, "currency")).ok();
        commerce.currency.set(named.or(commerce.currency.get()));
        let event = Event { entry, key, said: params, currency: commerce.currency.get() };
        ga4::facts(&event, source, &mut |fact| match fact {
            Fact::ProductSeen(product) => self.see(product),
            fact => self.state(fact),
        });
    }
}

/// An entry of `dataLayer` that means something to us.
enum Entry {
    Consent { is_update: bool, settings: JsValue },
    Event { key: &'static str, params: JsValue },
}

impl Entry {
    fn read(entry: &JsValue) -> Option<Self> {
        if !text(entry, "event").is_empty() {
            // GA4 nests under `ecommerce`; many shops push the fields beside the name.
            let nested = get(entry, "ecommerce");
            let params = if nested.is_undefined() { entry.clone() } else { nested };
            return Some(Self::Event { key: "event", params });
        }
        // `gtag` pushes its `arguments`: an object with "0", "1", "2".
        let params = get(entry, "2");
        match which(entry, "0", "event consent") {
            0 => Some(Self::Event { key: "1", params }),
            1 => Some(Self::Consent {
                is_update: which(entry, "1", "update") == 0,
                settings: params,
            }),
            _ => None,
        }
    }
}

impl Said for JsValue {
    fn text(&self, names: &str) -> String {
        text(self, names)
    }

    fn which(&self, names: &str, words: &str) -> i32 {
        which(self, names, words)
    }

    fn number(&self, names: &str) -> Option<f64> {
        number(self, names)
    }

    fn flag(&self, name: &str) -> bool {
        flag(self, name)
    }

    fn item(&self, index: u32) -> Option<Self> {
        Some(list(self, "items").at(index)).filter(|item| !item.is_undefined())
    }
}
