//! What the shop tells its other tools: GA4 ecommerce events and Consent Mode in `window.dataLayer`,
//! as objects (`{event, ecommerce}`) and as `gtag`'s argument lists (`['event', name, {…}]`).

use std::cell::{Cell, RefCell};

use beacon::Currency;
use beacon::item::Fact;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use crate::agent::ga4::{self, Event, EventLine, LINES_MAX, Source};
use crate::agent::{Agent, read};

/// What is remembered of the shop's events.
#[derive(Default)]
pub(in crate::agent) struct Commerce {
    is_tapped: Cell<bool>,
    /// The currency that the shop last named.
    currency: Cell<Option<Currency>>,
    replayed: RefCell<Vec<JsValue>>,
}

/// Entries said before we came that are read.
const ENTRIES_MAX: u32 = 200;

impl Agent {
    /// Takes what was said so far, and taps what will be. Consent and the sort of the page are read at
    /// once, facts when the view they belong to is open.
    pub(super) fn read_data_layer(&'static self) -> Vec<JsValue> {
        self.find_data_layer();
        self.sources.commerce.replayed.take()
    }

    /// Taps `dataLayer` as soon as the shop has one.
    pub(super) fn find_data_layer(&'static self) {
        let commerce = &self.sources.commerce;
        let layer = read::get(&self.page.window, "dataLayer").filter(Array::is_array);
        let Some(layer) = layer.filter(|_| !commerce.is_tapped.get()) else { return };
        commerce.is_tapped.set(true);
        let entries: &Array = layer.unchecked_ref();
        let from = entries.length().saturating_sub(ENTRIES_MAX);
        for entry in entries.slice(from, entries.length()).iter() {
            self.hear_mode(&entry);
            commerce.replayed.borrow_mut().push(entry);
        }
        self.tap(&layer, "push", |agent, entries| {
            for entry in read::list(entries).iter() {
                agent.hear_mode(&entry);
                agent.hear_entry(&entry);
            }
        });
    }

    /// States the facts among what was said before we came.
    pub(super) fn replay_data_layer(&'static self, entries: &[JsValue]) {
        for entry in entries {
            self.hear_entry(entry);
        }
    }

    /// Consent Mode, and the sort of page that an event gives away.
    fn hear_mode(&'static self, entry: &JsValue) {
        match Entry::read(entry) {
            Some(Entry::Consent { command, settings }) => {
                self.hear_consent_mode(&command, &settings);
            }
            Some(Entry::Event { name, .. }) => {
                if let Some(kind) = ga4::page_kind(&name) {
                    self.sources.navigation.kind_by_event.set(Some(kind));
                }
            }
            None => {}
        }
    }

    fn hear_entry(&'static self, entry: &JsValue) {
        if let Some(Entry::Event { name, params }) = Entry::read(entry) {
            self.hear_event(&name, &params, Source::DataLayer);
        }
    }

    /// States what an event says.
    pub(in crate::agent) fn hear_event(
        &'static self,
        name: &str,
        params: &JsValue,
        source: Source,
    ) {
        for fact in ga4::facts(self.read_event(name, params), source) {
            match fact {
                Fact::ProductSeen(product) => self.see(product),
                fact => self.state(fact),
            }
        }
    }

    fn read_event(&self, name: &str, params: &JsValue) -> Event {
        let number = |names: &[&str]| read::number(&read::first(params, names)?);
        let lines = read::get(params, "items").map(read::list).unwrap_or_default();
        let named = read::get(params, "currency")
            .and_then(|currency| Currency::parse(&currency.as_string()?).ok());
        let currency = named.or_else(|| self.sources.commerce.currency.get());
        self.sources.commerce.currency.set(currency);
        Event {
            name: name.into(),
            lines: lines.iter().take(LINES_MAX).map(|line| read_line(&line)).collect(),
            value: number(&["value"]),
            currency,
            order: text(params, &["transaction_id", "order_id", "id"]),
            results: number(&["results", "search_results", "results_count", "number_of_results"]),
            is_vip: read::get(params, "vip").is_some_and(|vip| vip.is_truthy()),
        }
    }
}

/// An entry of `dataLayer` that means something to us.
enum Entry {
    Consent { command: String, settings: JsValue },
    Event { name: String, params: JsValue },
}

impl Entry {
    fn read(entry: &JsValue) -> Option<Self> {
        if let Some(name) = read::get(entry, "event").and_then(|name| name.as_string()) {
            // GA4 nests under `ecommerce`; many shops push the fields beside the name.
            let params = read::get(entry, "ecommerce").unwrap_or_else(|| entry.clone());
            return Some(Self::Event { name, params });
        }
        // `gtag` pushes its `arguments`: an object with "0", "1", "2".
        let word = |name| read::get(entry, name).and_then(|word| word.as_string());
        let params = || read::get(entry, "2").unwrap_or_default();
        match word("0")?.as_str() {
            "event" => Some(Self::Event { name: word("1")?, params: params() }),
            "consent" => Some(Self::Consent { command: word("1")?, settings: params() }),
            _ => None,
        }
    }
}

fn read_line(line: &JsValue) -> EventLine {
    let number = |name| read::number(&read::get(line, name)?);
    EventLine {
        id: text(line, &["item_id", "id", "sku"]),
        name: text(line, &["item_name", "name"]),
        category: text(line, &["item_category", "category"]),
        price: number("price"),
        quantity: number("quantity"),
    }
}

pub(super) fn text(value: &JsValue, names: &[&str]) -> String {
    read::first(value, names).and_then(|value| read::text(&value)).unwrap_or_default()
}
