//! Order status from what the shop told. An order is told of to nobody who does not prove that it is
//! theirs, not even that there is one: a wrong number and a wrong proof are answered alike.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use actix_web::{HttpResponse, web};
use beacon::Millis;
use nunchi_api::chat::Link;
use nunchi_api::facts::{Facts, ORDERS_MAX, Order, OrderState, TEXT_CHARS_MAX};
use nunchi_api::knowledge::EntryLink;

use super::bot::{self, Saying};
use super::knowledge::{Knowledge, Language, check_link};
use super::{Chat, stock};
use crate::error::{ApiError, internal};
use crate::operators::{Allowed, Editor};
use crate::outcome::Outcome;
use crate::requests;
use crate::store::KnownOrder;

/// `POST /api/facts`.
///
/// # Errors
/// 404 for an unknown site, 422 for what is no order or product.
pub(crate) async fn put(
    _operator: Allowed<Editor>,
    facts: web::Json<Facts>,
    chat: web::Data<Chat>,
) -> Result<HttpResponse, ApiError> {
    let Facts { site, orders, products } = facts.into_inner();
    let site = chat.sites.find_text(&site).ok_or_else(|| ApiError::unknown_site(&site))?;
    let is_fit = check(&orders).and_then(|()| stock::check(&products));
    is_fit.map_err(|message| ApiError::refusal(Outcome::Limits, message))?;
    let (id, now) = (site.record.id, chat.clock.now());
    let orders: Vec<Order> = orders.into_iter().map(normal).collect();
    if !orders.is_empty() {
        chat.store.put_orders(id, orders, now).await?;
    }
    if !products.is_empty() {
        chat.store.put_products(id, products, now).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// What a message may hold of an order: words that could be its number, words that could prove it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Clues {
    numbers: BTreeSet<String>,
    proofs: BTreeSet<String>,
}

impl Clues {
    pub(super) fn of(text: &str) -> Self {
        let mut clues = Self::default();
        // Korean particles hang on to what they follow: whatever is not ASCII parts as well.
        let is_inside = |c: char| c.is_ascii_alphanumeric() || "-_.@+#".contains(c);
        for word in text.split(|c| !is_inside(c)).take(WORDS_MAX) {
            let word = word.trim_matches(['.', '-', '#', '_', '+']);
            if word.contains('@') {
                clues.proofs.insert(proof(word));
            } else if is_number(word) {
                clues.numbers.insert(word.to_ascii_uppercase());
                clues.proofs.insert(proof(word));
            }
        }
        clues
    }
}

/// Wrong tries at an order's proof, lately.
#[derive(Debug, Default)]
pub(super) struct Tries(Mutex<BTreeMap<(i64, String), (u32, Millis)>>);

impl Tries {
    /// Whether one more may be tried; counts it as wrong until [`right`](Self::right) is said.
    fn may(&self, site: i64, number: &str, now: Millis) -> bool {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= TRIED_MAX {
            tries.retain(|_, (_, since)| now.since(*since) < TRIES_MS);
        }
        if tries.len() >= TRIED_MAX {
            return false;
        }
        let (count, since) = tries.entry((site, number.to_owned())).or_insert((0, now));
        if now.since(*since) >= TRIES_MS {
            (*count, *since) = (0, now);
        }
        *count += 1;
        *count <= TRIES_MAX
    }

    fn right(&self, site: i64, number: &str) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.remove(&(site, number.to_owned()));
    }
}

impl Chat {
    /// What the bot says of an order; `None` where nobody asks for one, or the shop told of none.
    pub(super) async fn say_order(
        &self,
        site: i64,
        knowledge: &Knowledge,
        (text, page_language): (&str, &str),
    ) -> Result<Option<Saying>, ApiError> {
        let language = Language::of(text, page_language);
        let is_asked = bot::is_about(knowledge, text, language, ORDER_STATUS);
        let clues = Clues::of(text);
        let has_proof = clues.proofs.iter().any(|it| it.contains('@'));
        if !(is_asked || has_proof && !clues.numbers.is_empty()) {
            return Ok(None);
        }
        let (store, numbers) = (self.store.clone(), clues.numbers.clone());
        let read = move || store.orders(site, &numbers);
        let known = requests::block(read).await.map_err(|error| internal(&error))??;
        let Some(known) = known else { return Ok(None) };
        if clues.numbers.is_empty() {
            return Ok(Some(plain(asks(language))));
        }
        let now = self.clock.now();
        for order in known {
            if !self.tries.may(site, &order.number, now) {
                continue;
            }
            if clues.proofs.iter().any(|it| *it != proof(&order.number) && order.proves(site, it)) {
                self.tries.right(site, &order.number);
                return Ok(Some(told(&order, language)));
            }
        }
        Ok(Some(plain(refuses(language))))
    }
}

fn plain(text: &str) -> Saying {
    let (links, suggestions) = (Vec::new(), Vec::new());
    Saying { text: text.into(), links, suggestions, is_answered: true, wants_person: false }
}

fn told(order: &KnownOrder, language: Language) -> Saying {
    let own = order.text.get(language.tag()).filter(|it| !it.trim().is_empty());
    let text = own.cloned().unwrap_or_else(|| {
        let state = words(order.state, language);
        match language {
            Language::Ko => format!("주문 {}: {state}", order.number),
            Language::En => format!("Order {}: {state}", order.number),
        }
    });
    let title = match language {
        Language::Ko => "배송 조회",
        Language::En => "Follow the parcel",
    };
    let mut saying = plain(&text);
    if !order.link.is_empty() {
        saying.links.push(Link { title: title.into(), url: order.link.clone() });
    }
    saying
}

fn words(state: OrderState, language: Language) -> &'static str {
    let (en, ko) = match state {
        OrderState::Received => {
            ("it came in and waits for payment.", "주문이 접수되어 결제를 기다리고 있어요.")
        }
        OrderState::Paid => {
            ("it is paid, and will be packed next.", "결제가 완료되었고, 곧 포장해요.")
        }
        OrderState::Packed => ("it is being packed.", "포장하고 있어요."),
        OrderState::Shipped => ("it is on its way.", "배송 중이에요."),
        OrderState::Delivered => ("it was delivered.", "배송이 완료되었어요."),
        OrderState::Cancelled => ("it was cancelled.", "주문이 취소되었어요."),
        OrderState::Returned => ("the goods came back to us.", "반품이 도착했어요."),
        OrderState::Refunded => ("the money was sent back.", "환불이 완료되었어요."),
    };
    if language == Language::Ko { ko } else { en }
}

fn asks(language: Language) -> &'static str {
    match language {
        Language::Ko => {
            "주문 번호와 주문할 때 쓰신 이메일을 함께 적어 주시면 바로 확인해 드릴게요."
        }
        Language::En => {
            "Write your order number together with the e-mail address of the order, and I will look."
        }
    }
}

fn refuses(language: Language) -> &'static str {
    match language {
        Language::Ko => "그 주문 번호와 이메일로는 찾을 수 없어요. 둘 다 맞는지 확인해 주세요.",
        Language::En => "I find no order with this number and address. Please check both.",
    }
}

/// As it is kept: numbers in capitals, proofs in small letters.
fn normal(order: Order) -> Order {
    let proofs = order.proofs.iter().map(|it| proof(it.trim())).collect();
    Order { number: order.number.to_ascii_uppercase(), proofs, ..order }
}

/// Addresses in small letters, telephones without what parts their digits.
fn proof(word: &str) -> String {
    let is_phone = word.chars().all(|c| c.is_ascii_digit() || c == '-');
    let word = if is_phone { word.replace('-', "") } else { word.into() };
    word.to_ascii_lowercase()
}

fn is_number(word: &str) -> bool {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || "-_.#".contains(c);
    (4..=40).contains(&word.len())
        && word.chars().all(is_inside)
        && word.contains(|c: char| c.is_ascii_digit())
}

/// What is wrong with them, if something is.
fn check(orders: &[Order]) -> Result<(), String> {
    if orders.len() > ORDERS_MAX {
        return Err(format!("at most {ORDERS_MAX} orders at once, not {}", orders.len()));
    }
    for order in orders {
        let is_proof = |it: &String| (4..=100).contains(&it.trim().len());
        let number = &order.number;
        if !is_number(number) {
            return Err(format!(
                "`{number}` is no number of an order: 4 to 40 of A-Z, 0-9, - _ . #, with a digit"
            ));
        }
        if !(1..=4).contains(&order.proofs.len()) || !order.proofs.iter().all(is_proof) {
            return Err(format!("order `{number}` needs 1 to 4 proofs of 4 to 100 characters"));
        }
        if order.text.values().any(|it| it.chars().count() > TEXT_CHARS_MAX) {
            return Err(format!(
                "order `{number}`: a text has at most {TEXT_CHARS_MAX} characters"
            ));
        }
        let link = EntryLink { url: order.link.clone(), ..EntryLink::default() };
        if !order.link.is_empty()
            && let Err(problem) = check_link(&link)
        {
            return Err(format!("order `{number}` {problem}"));
        }
    }
    Ok(())
}

/// The entry of the knowledge base that stands for asking how an order stands.
const ORDER_STATUS: &str = "order_status";

/// Words of a message that are looked at.
const WORDS_MAX: usize = 60;

/// Wrong tries at one order within [`TRIES_MS`].
const TRIES_MAX: u32 = 10;
const TRIES_MS: u64 = 3_600_000;

/// Orders whose tries are remembered; beyond, nobody is told anything.
const TRIED_MAX: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn clues(text: &str) -> (String, String) {
        let Clues { numbers, proofs } = Clues::of(text);
        let joined = |of: BTreeSet<String>| of.into_iter().collect::<Vec<_>>().join(" ");
        (joined(numbers), joined(proofs))
    }

    #[test]
    fn numbers_and_proofs_are_found_whatever_hangs_on_to_them() {
        let (numbers, proofs) = clues("주문번호는 od-1001-7이고 메일은 Kim@Shop.example이에요.");
        assert_eq!(
            (numbers.as_str(), proofs.as_str()),
            ("OD-1001-7", "kim@shop.example od-1001-7")
        );
        let (numbers, proofs) = clues("Where is #20261122-00017? Phone 010-1234-5678.");
        assert_eq!(numbers, "010-1234-5678 20261122-00017");
        assert_eq!(proofs, "01012345678 2026112200017");
        assert_eq!(clues("how long does delivery take?"), (String::new(), String::new()));
    }

    #[test]
    fn after_ten_wrong_tries_an_order_is_closed_for_an_hour() {
        let tries = Tries::default();
        assert!((0..TRIES_MAX).all(|_| tries.may(1, "A-1", Millis(0))));
        assert!(!tries.may(1, "A-1", Millis(TRIES_MS - 1)));
        assert!(tries.may(1, "A-2", Millis(0)), "others are not");
        assert!(tries.may(1, "A-1", Millis(TRIES_MS)));
        tries.right(1, "A-1");
        assert!((0..TRIES_MAX).all(|_| tries.may(1, "A-1", Millis(TRIES_MS))));
    }

    #[test]
    fn what_is_no_order_is_refused() {
        let fit = Order {
            number: "A-1001".into(),
            proofs: vec!["kim@shop.example".into()],
            ..Order::default()
        };
        assert_eq!(check(std::slice::from_ref(&fit)), Ok(()));
        for wrong in [
            Order { number: "x".into(), ..fit.clone() },
            Order { number: "abc".into(), ..fit.clone() },
            Order { proofs: vec![], ..fit.clone() },
            Order { proofs: vec!["123".into()], ..fit.clone() },
            Order { link: "javascript:alert(1)".into(), ..fit.clone() },
        ] {
            assert!(check(std::slice::from_ref(&wrong)).is_err(), "{wrong:?}");
        }
        assert!(check(&vec![fit; ORDERS_MAX + 1]).is_err());
    }
}
