//! What is in an offer besides its text: how far the cart is, what was asked, what goes with a product.

use alloc::string::String;

use beacon::{Currency, Money};
use engine::campaign::{Content, Show, ShowKind};

use super::dom::{attribute, cut, draw, find};
use super::known::Known;
use super::link;
use super::offer::Offer;
use super::page::{ByName, Thing, number};
use super::words::{Text, Words};

/// Title and body as they are said now; `None` where a slot can be filled by nothing.
pub(crate) fn headline(show: &Show, known: &Known) -> Option<(String, String)> {
    let (title, body) = (&show.copy.title, &show.copy.body);
    let content = match show.kind {
        ShowKind::Offer { content, .. } => content,
        ShowKind::Invite => Content::Text,
    };
    match content {
        Content::Progress { .. } if known.missing() == Some(0) => {
            Some((known.fill(body)?, String::new()))
        }
        // The lines of a survey's body are choices.
        Content::Progress { .. } | Content::Survey => Some((known.fill(title)?, String::new())),
        Content::Text | Content::Callback | Content::Products => {
            Some((known.fill(title)?, known.fill(body)?))
        }
    }
}

/// Brings a progress up to the cart.
pub(crate) fn follow(offer: &Offer) {
    if !matches!(offer.content(), Content::Progress { .. }) {
        return;
    }
    let Some((title, _)) = headline(&offer.show, &offer.known) else { return };
    let heading = find(&offer.frame, ".title");
    if heading.get("textContent").text() != title {
        heading.set("textContent", &title);
    }
    let percent = number(offer.known.percent()).text();
    attribute(&find(&offer.frame, ".meter"), "aria-valuenow", &percent);
    let width = [percent.as_str(), "%"].concat();
    find(&offer.frame, ".done").get("style").call_texts("setProperty", "inline-size", &width);
}

/// The visitor pressed one of 1 to 5: asks for the reason, where there are some to choose from.
pub(crate) fn ask_why(offer: &Offer) {
    let words = Words::of(&offer.show.language);
    let scores = find(&offer.frame, ".scores");
    let ends = find(&offer.frame, ".ends");
    if ends.is_true() {
        ends.call("remove");
    }
    if choices(&offer.show).next().is_none() {
        return thank(offer);
    }
    let heading = find(&offer.frame, ".title");
    heading.set("textContent", words.say(Text::Reason));
    scores.set("textContent", "");
    scores.set("className", "chips");
    for line in choices(&offer.show) {
        draw(&scores, "button|choice|=$a", words, &[line]);
    }
    // The button that had it is gone.
    heading.call("focus");
}

/// What a survey offers to choose from.
pub(crate) fn choices(show: &Show) -> impl Iterator<Item = &str> {
    let mut rest = show.copy.body.as_str();
    let next = move || (!rest.is_empty()).then(|| cut(&mut rest, b'\n'));
    core::iter::from_fn(next).filter(|it| !it.is_empty()).take(engine::form::CHOICES_MAX)
}

/// The survey is over.
pub(crate) fn thank(offer: &Offer) {
    let words = Words::of(&offer.show.language);
    let heading = find(&offer.frame, ".title");
    heading.set("textContent", words.say(Text::Thanks));
    for rest in [".scores", ".chips", ".row"] {
        let rest = find(&offer.frame, rest);
        if rest.is_true() {
            rest.call("remove");
        }
    }
    heading.call("focus");
}

/// Puts the products on their shelf: `[{name, path, minor, currency}]` of the collector.
pub(crate) fn shelve(offer: &Offer, goods: &Thing) {
    let shelf = find(&offer.frame, ".goods");
    if !shelf.is_true() {
        return;
    }
    let words = Words::of(&offer.show.language);
    for at in 0..goods.get("length").count().min(GOODS_MAX) {
        let product = goods.at(at.cast_signed());
        let (name, path) = (product.get("name").text(), product.get("path").text());
        if link::is_path(&path) && link::is_safe(&path) && !name.is_empty() {
            let price = price(&product).map(|it| offer.known.money(it.minor, it.currency));
            draw(&shelf, GOOD, words, &[&path, &name, &price.unwrap_or_default()]);
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "`as` is total")]
fn price(product: &Thing) -> Option<Money> {
    let currency = Currency::parse(&product.get("currency").text()).ok()?;
    Some(Money { minor: product.get("minor").number() as i64, currency })
}

/// Most products on a shelf: a card holds no more without scrolling.
const GOODS_MAX: u32 = 4;

const GOOD: &str = "\
li
 a|good|href=$a
  span|what|=$b
  ?cspan|price|=$c
  @M9 6l6 6-6 6";

/// Where an element stands among its like, from 1.
pub(crate) fn place_of(button: &Thing) -> u8 {
    let mut place = 1;
    let mut before = button.get("previousElementSibling");
    while before.is_true() && place < 9 {
        place += 1;
        before = before.get("previousElementSibling");
    }
    place
}

/// The number of a rating for the agent: 100, ten times the score, and the choice.
pub(crate) fn rated(score: u8, choice: u8) -> &'static str {
    let at = 3 * (6 * usize::from(score.saturating_sub(1)) + usize::from(choice));
    RATINGS.get(at..at + 3).unwrap_or("110")
}

const RATINGS: &str = "110111112113114115120121122123124125130131132133134135\
140141142143144145150151152153154155";

#[cfg(test)]
mod tests {
    use super::rated;

    #[test]
    fn a_rating_is_told_as_a_number() {
        for score in 1..=5_u8 {
            for choice in 0..=5_u8 {
                let number = 100 + u16::from(10 * score) + u16::from(choice);
                assert_eq!(rated(score, choice), number.to_string());
            }
        }
        assert_eq!((rated(0, 0), rated(9, 9)), ("110", "110"));
    }
}
