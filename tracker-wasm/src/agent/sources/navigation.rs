//! Pages and routes: which one is open, when another one is.
//!
//! A route counts once its address has stood still for [`SETTLE_MS`]: routers often replace an
//! address and push another one in one go. A page that comes back from the back-forward cache is a
//! new view of the same run.

use alloc::string::String;
use core::cell::Cell;

use beacon::item::{Fact, PageKind, View};
use engine::Input;
use engine::observation::Observation;
use wasm_bindgen::JsValue;

use super::json_ld::product_of_page;
use crate::agent::clock::Clock;
use crate::agent::consent::HELD_MS;
use crate::agent::own::Own;
use crate::agent::{Agent, border};

/// The route in front.
#[derive(Default)]
pub(in crate::agent) struct Navigation {
    /// Path and query as in the address bar.
    address: Own<String>,
    /// What the page itself says it is.
    said: Cell<Option<PageKind>>,
    /// When it was opened, on the scale of [`Clock::moment`].
    opened_at: Cell<f64>,
    kind: Cell<Option<PageKind>>,
    /// What the shop's events since the last change of route say.
    pub(super) kind_by_event: Cell<Option<PageKind>>,
    is_settling: Cell<bool>,
    /// The product stated on this view, so that markup and events state it once.
    product: Own<String>,
}

/// How long an address must stand still, milliseconds.
const SETTLE_MS: f64 = 250.0;

impl Agent {
    pub(super) fn listen_to_navigation(&'static self) {
        let window = &self.page.window;
        let navigation = border::get(window, "navigation");
        if !navigation.is_undefined() {
            return self.listen_to(&navigation, "currententrychange", |agent, _| {
                agent.route_changed();
            });
        }
        let history = border::get(window, "history");
        for name in ["pushState", "replaceState"] {
            self.tap(&history, name, |agent, _| agent.route_changed());
        }
        self.listen_to(window, "popstate", |agent, _| agent.route_changed());
    }

    fn route_changed(&'static self) {
        self.page_reacted();
        let navigation = &self.sources.navigation;
        if !navigation.is_settling.replace(true) {
            navigation.kind_by_event.set(None);
            self.after(SETTLE_MS, |agent, _| agent.settle_route());
        }
    }

    /// Counts the route in front, if it is another one; also called early when the page hides.
    pub(super) fn settle_route(&'static self) {
        if self.sources.navigation.is_settling.replace(false)
            && self.clean(&border::address())
                != self.sources.navigation.address.with(|address| self.clean(address))
        {
            self.view();
        }
    }

    /// A page or route is open now.
    pub(in crate::agent) fn view(&'static self) {
        let product = product_of_page();
        let said = declared_kind().or_else(|| self.sources.navigation.kind_by_event.get());
        let said = said.or_else(|| product.as_ref().map(|_| PageKind::Product));
        self.open_here(said);
        if let Some(product) = product {
            self.see(product);
        }
        self.look_at_scroll();
    }

    /// `nunchi('page', {page})`: a view that no address tells of.
    pub(in crate::agent) fn view_by_hand(&'static self, details: &JsValue) {
        let said = kind_named(details, "page");
        self.open_here(said.or_else(declared_kind));
    }

    fn open_here(&'static self, said: Option<PageKind>) {
        let navigation = &self.sources.navigation;
        navigation.address.set(border::address());
        navigation.said.set(said);
        navigation.opened_at.set(Clock::moment());
        self.open();
        self.find_data_layer();
    }

    /// The view that a new run begins with.
    pub(in crate::agent) fn reopen(&'static self) {
        self.open();
        if let Some(product) = product_of_page() {
            self.see(product);
        }
    }

    /// When the view in front was opened, if that is not too long ago to be remembered; else now.
    pub(in crate::agent) fn opened_at(&self) -> f64 {
        let now = Clock::moment();
        let moment = self.sources.navigation.opened_at.get();
        if now - moment > HELD_MS { now } else { moment }
    }

    /// Hands the view in front to the engine, as the pack wants it.
    fn open(&'static self) {
        let navigation = &self.sources.navigation;
        navigation.product.clear();
        let path = navigation.address.with(|address| self.clean(address));
        let by_path = self.engine.with(|engine| Some(engine.pack().page_kind(&path)));
        let by_path = by_path.unwrap_or(PageKind::Other);
        // Shops tell of the checkout on the payment step as well: where it is quiet it stays quiet.
        let is_quiet = matches!(by_path, PageKind::Payment | PageKind::Thanks);
        let page = navigation.said.get().filter(|_| !is_quiet).unwrap_or(by_path);
        navigation.kind.set(Some(page));
        let at = self.clock.at(navigation.opened_at.get());
        self.feed(at, Input::Observed(Observation::Viewed(View { path, page })));
    }

    /// A product is in view; once a view.
    pub(super) fn see(&'static self, product: beacon::item::Product) {
        let seen = &self.sources.navigation.product;
        if !seen.with(|id| *id == product.id) {
            seen.set(product.id.clone());
            self.state(Fact::ProductSeen(product));
        }
    }

    /// Whether the page in front is of this sort.
    pub(super) fn is_on(&self, kind: PageKind) -> bool {
        self.sources.navigation.kind.get() == Some(kind)
    }

    /// What of an address may leave the page.
    pub(in crate::agent) fn clean(&self, address: &str) -> String {
        self.engine.with(|engine| engine.pack().clean_path(address))
    }
}

/// What the page's markup says it is: `data-nunchi-page`.
fn declared_kind() -> Option<PageKind> {
    let element = border::find("[data-nunchi-page]");
    kind_named(&border::get(&element, "dataset"), "nunchiPage")
}

/// The sort of page that this property names.
fn kind_named(value: &JsValue, name: &str) -> Option<PageKind> {
    let words = "other home category product search cart checkout payment thanks account";
    Some(match border::which(value, name, words) {
        0 => PageKind::Other,
        1 => PageKind::Home,
        2 => PageKind::Category,
        3 => PageKind::Product,
        4 => PageKind::Search,
        5 => PageKind::Cart,
        6 => PageKind::Checkout,
        7 => PageKind::Payment,
        8 => PageKind::Thanks,
        9 => PageKind::Account,
        _ => return None,
    })
}
