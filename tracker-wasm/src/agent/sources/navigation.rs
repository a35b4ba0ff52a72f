//! Pages and routes: which one is open, when another one is.
//!
//! A route counts once its address has stood still for [`SETTLE_MS`]: routers often replace an
//! address and push another one in one go. A page that comes back from the back-forward cache is a
//! new view of the same run.

use alloc::string::String;
use core::cell::{Cell, RefCell};

use beacon::Millis;
use beacon::item::{Fact, PageKind, View};
use engine::Input;
use engine::observation::Observation;
use wasm_bindgen::JsValue;

use super::json_ld::product_of_page;
use crate::agent::{Agent, Task, border};

/// A page or route as it was found.
#[derive(Clone, Debug, Default)]
pub(in crate::agent) struct Opened {
    /// Path and query as in the address bar.
    address: String,
    /// What the page itself says it is.
    said: Option<PageKind>,
}

/// The route in front.
#[derive(Default)]
pub(in crate::agent) struct Navigation {
    current: RefCell<Opened>,
    kind: Cell<Option<PageKind>>,
    /// What the shop's events since the last change of route say.
    pub(super) kind_by_event: Cell<Option<PageKind>>,
    is_settling: Cell<bool>,
    /// The product stated on this view, so that markup and events state it once.
    product: RefCell<String>,
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
                != self.clean(&self.sources.navigation.current.borrow().address)
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
        let said = kind_named(&border::text(details, "page"));
        self.open_here(said.or_else(declared_kind));
    }

    fn open_here(&'static self, said: Option<PageKind>) {
        let opened = Opened { address: border::address(), said };
        self.sources.navigation.current.replace(opened.clone());
        self.sources.navigation.product.take();
        self.find_data_layer();
        self.tell(Task::Open(opened));
    }

    /// The view that a new run begins with.
    pub(in crate::agent) fn reopen(&'static self) {
        let current = self.sources.navigation.current.borrow().clone();
        self.tell(Task::Open(current));
    }

    /// Hands a view to the engine, as the pack wants it.
    pub(in crate::agent) fn open(&'static self, at: Millis, opened: &Opened) {
        let path = self.clean(&opened.address);
        let page = opened.said.unwrap_or_else(|| self.pack.borrow().page_kind(&path));
        self.sources.navigation.kind.set(Some(page));
        self.feed(at, Input::Observed(Observation::Viewed(View { path, page })));
    }

    /// A product is in view; once a view.
    pub(super) fn see(&'static self, product: beacon::item::Product) {
        let before = self.sources.navigation.product.replace(product.id.clone());
        if before != product.id {
            self.state(Fact::ProductSeen(product));
        }
    }

    /// Whether the page in front is of this sort.
    pub(super) fn is_on(&self, kind: PageKind) -> bool {
        self.sources.navigation.kind.get() == Some(kind)
    }

    /// What of an address may leave the page.
    pub(in crate::agent) fn clean(&self, address: &str) -> String {
        self.pack.borrow().clean_path(address)
    }
}

/// What the page's markup says it is: `data-nunchi-page`.
fn declared_kind() -> Option<PageKind> {
    let element = border::find("[data-nunchi-page]")?;
    kind_named(&border::attribute(&element, "data-nunchi-page"))
}

fn kind_named(name: &str) -> Option<PageKind> {
    Some(match name {
        "other" => PageKind::Other,
        "home" => PageKind::Home,
        "category" => PageKind::Category,
        "product" => PageKind::Product,
        "search" => PageKind::Search,
        "cart" => PageKind::Cart,
        "checkout" => PageKind::Checkout,
        "payment" => PageKind::Payment,
        "thanks" => PageKind::Thanks,
        "account" => PageKind::Account,
        _ => return None,
    })
}
