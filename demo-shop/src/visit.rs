//! Who asks and under which conditions: everything a page needs that is not in its address.
//!
//! All of it lives in cookies. A switch (`?csp=strict`) holds for the browser's session, a consent
//! choice for half a year. One visit is read per request, and writes back what the request changed.

use std::collections::BTreeMap;
use std::future::{Ready, ready};

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::Payload;
use actix_web::http::header::{ACCEPT_LANGUAGE, CONTENT_LANGUAGE, LOCATION};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, web};

use crate::cart::Cart;
use crate::language::Language;
use crate::server::Settings;
use crate::switches::Switches;

/// One request, understood.
pub(crate) struct Visit {
    pub(crate) settings: web::Data<Settings>,
    pub(crate) language: Language,
    pub(crate) switches: Switches,
    /// What was chosen in the consent banner: `all`, `statistics`, `refuse`.
    pub(crate) consent: Option<&'static str>,
    pub(crate) cart: Cart,
    pub(crate) customer: Option<Customer>,
    /// The order just placed: its number and its lines.
    pub(crate) order: Option<(String, Cart)>,
    /// What the request before this one did, told once.
    pub(crate) news: Vec<News>,
    pub(crate) path: String,
    pub(crate) query: BTreeMap<String, String>,
    to_keep: Vec<(&'static str, String)>,
}

/// Who logged in, as far as a demo knows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Customer {
    Regular,
    Vip,
}

/// Something that just happened and must be told on the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// So many pieces more (or fewer, when negative) of this choice.
    Changed {
        choice: String,
        pieces: i64,
    },
    /// A coupon code was refused; the reason as in the address of its message.
    CouponRefused(String),
    LoggedIn,
    AddressGiven,
    Ordered {
        method: String,
    },
}

impl Visit {
    pub(crate) fn read(request: &HttpRequest) -> Self {
        let settings = request.app_data::<web::Data<Settings>>().cloned();
        let query = web::Query::<BTreeMap<String, String>>::from_query(request.query_string());
        let query = query.map(web::Query::into_inner).unwrap_or_default();
        let cookie = |name: &str| request.cookie(name).map(|it| it.value().to_owned());
        let kept = |name: &str| cookie(name).unwrap_or_default();

        let asked = query.get("lang").map(String::as_str).and_then(Language::parse);
        let browser = request.headers().get(ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
        let language = asked
            .or_else(|| cookie(LANGUAGE).as_deref().and_then(Language::parse))
            .or_else(|| browser.and_then(Language::preferred))
            .unwrap_or_default();

        let before = Switches::decode(&kept(SWITCHES));
        let switches = before.turned(&query);
        let mut visit = Self {
            settings: settings.unwrap_or_else(|| web::Data::new(Settings::default())),
            language,
            switches,
            consent: CONSENTS.into_iter().find(|choice| *choice == kept(CONSENT)),
            cart: Cart::decode(&kept(CART), &kept(COUPON)),
            customer: customer(&kept(CUSTOMER)),
            order: cookie(ORDER).and_then(|text| order(&text)),
            news: kept(NEWS).split('!').filter_map(News::decode).collect(),
            path: request.path().to_owned(),
            query,
            to_keep: Vec::new(),
        };
        if let Some(asked) = asked {
            visit.keep(LANGUAGE, asked.tag());
        }
        if switches != before {
            visit.keep(SWITCHES, &switches.encode());
        }
        visit
    }

    /// The word of a query parameter, trimmed, or empty.
    pub(crate) fn asked(&self, name: &str) -> &str {
        self.query.get(name).map_or("", |value| value.trim())
    }

    /// Remembers the cart as it is now.
    pub(crate) fn keep_cart(&mut self) {
        self.keep(CART, &self.cart.encode());
        self.keep(COUPON, self.cart.coupon.map_or("", |coupon| coupon.code()));
    }

    pub(crate) fn keep_customer(&mut self, customer: Option<Customer>) {
        self.customer = customer;
        let text = customer.map_or("", |it| if it == Customer::Vip { "vip" } else { "regular" });
        self.keep(CUSTOMER, text);
    }

    pub(crate) fn keep_consent(&mut self, choice: &str) {
        if let Some(choice) = CONSENTS.into_iter().find(|known| *known == choice) {
            self.keep(CONSENT, choice);
        }
    }

    /// Turns the cart into an order and empties it.
    pub(crate) fn keep_order(&mut self, number: &str) {
        let coupon = self.cart.coupon.map_or("", |coupon| coupon.code());
        self.keep(ORDER, &format!("{number}!{coupon}!{}", self.cart.encode()));
        self.cart = Cart::default();
        self.keep_cart();
    }

    /// Tells the next page what happened.
    pub(crate) fn tell(&mut self, news: &News) {
        self.keep(NEWS, &news.encode());
    }

    /// A page: never `no-store`, which would keep it out of the back-forward cache.
    pub(crate) fn page(mut self, status: u16, html: String) -> HttpResponse {
        if !self.news.is_empty() {
            self.keep(NEWS, "");
        }
        let mut response = self.begin(status);
        response.insert_header(("Cache-Control", "private, no-cache"));
        response.insert_header((CONTENT_LANGUAGE, self.language.tag()));
        response.insert_header(("Content-Type", "text/html; charset=utf-8"));
        response.insert_header(("Referrer-Policy", "strict-origin-when-cross-origin"));
        response.insert_header(("X-Content-Type-Options", "nosniff"));
        if let Some(policy) = self.switches.policy(&self.settings.collector) {
            response.insert_header(("Content-Security-Policy", policy));
        }
        response.body(html)
    }

    /// After a form: on to another page (303, so that a reload does not post again).
    pub(crate) fn redirect(self, to: &str) -> HttpResponse {
        self.begin(303).insert_header((LOCATION, to)).finish()
    }

    fn keep(&mut self, name: &'static str, value: &str) {
        self.to_keep.retain(|(kept, _)| *kept != name);
        self.to_keep.push((name, value.to_owned()));
    }

    fn begin(&self, status: u16) -> HttpResponseBuilder {
        let status = actix_web::http::StatusCode::from_u16(status).unwrap_or_default();
        let mut response = HttpResponse::build(status);
        for (name, value) in &self.to_keep {
            let mut cookie = Cookie::build(*name, value.clone()).path("/").same_site(SameSite::Lax);
            if *name == CONSENT {
                cookie = cookie.max_age(Duration::days(180));
            }
            if value.is_empty() {
                cookie = cookie.max_age(Duration::ZERO);
            }
            response.cookie(cookie.http_only(true).finish());
        }
        response
    }
}

impl FromRequest for Visit {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self::read(request)))
    }
}

impl News {
    fn encode(&self) -> String {
        match self {
            Self::Changed { choice, pieces } => format!("changed~{choice}~{pieces}"),
            Self::CouponRefused(reason) => format!("coupon~{reason}"),
            Self::LoggedIn => "login".into(),
            Self::AddressGiven => "address".into(),
            Self::Ordered { method } => format!("ordered~{method}"),
        }
    }

    fn decode(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('~').collect();
        match parts.as_slice() {
            ["changed", choice, pieces] => {
                Some(Self::Changed { choice: (*choice).into(), pieces: pieces.parse().ok()? })
            }
            ["coupon", reason] => Some(Self::CouponRefused((*reason).into())),
            ["login"] => Some(Self::LoggedIn),
            ["address"] => Some(Self::AddressGiven),
            ["ordered", method] => Some(Self::Ordered { method: (*method).into() }),
            _ => None,
        }
    }
}

fn customer(text: &str) -> Option<Customer> {
    match text {
        "vip" => Some(Customer::Vip),
        "regular" => Some(Customer::Regular),
        _ => None,
    }
}

fn order(text: &str) -> Option<(String, Cart)> {
    let (number, rest) = text.split_once('!')?;
    let (coupon, lines) = rest.split_once('!')?;
    Some((number.to_owned(), Cart::decode(lines, coupon)))
}

/// What the consent banner offers.
const CONSENTS: [&str; 3] = ["all", "statistics", "refuse"];

// Cookies know no ports: the prefix keeps them apart from others on the same host.
const LANGUAGE: &str = "ondal_lang";
const SWITCHES: &str = "ondal_try";
const CONSENT: &str = "ondal_consent";
const CART: &str = "ondal_cart";
const COUPON: &str = "ondal_coupon";
const CUSTOMER: &str = "ondal_customer";
const ORDER: &str = "ondal_order";
const NEWS: &str = "ondal_news";
