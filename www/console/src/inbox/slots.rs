//! Canned replies: places such as `{cart.total}` are filled from what is known of the visitor. Pure.

use nunchi_api::inbox::Conversation;
use nunchi_api::stats::Amount;

use crate::text::{Language, format};

/// The text with its places filled; what is not known becomes nothing, what is no place stays.
pub(crate) fn filled(text: &str, conversation: &Conversation, me: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = behind.split_once('}') else {
            filled.push('{');
            rest = behind;
            continue;
        };
        if let Some(value) = value(name, conversation, me) {
            filled.push_str(&value);
            rest = after;
        } else {
            filled.push('{');
            rest = behind;
        }
    }
    filled.push_str(rest);
    filled
}

/// Places that can be filled, for the help line.
pub(crate) const SLOTS: &str =
    "{visitor.language} {visitor.page} {cart.total} {cart.items} {cart.first} {agent.name}";

/// What stands for a name; `None` for a name that is none.
fn value(name: &str, conversation: &Conversation, me: &str) -> Option<String> {
    let language = Language::of(&conversation.row.language);
    let visitor = conversation.context.visitor.as_ref();
    Some(match name {
        "visitor.language" => conversation.row.language.clone(),
        "visitor.page" => conversation.row.path.clone(),
        "cart.total" => {
            let total =
                visitor.and_then(|it| it.cart_value.clone()).or_else(|| total(conversation));
            total.map(|it| format::money(&it, language)).unwrap_or_default()
        }
        "cart.items" => visitor.map_or(0, |it| it.cart_items).to_string(),
        "cart.first" => {
            conversation.context.visit.cart.first().map(|it| it.product.clone()).unwrap_or_default()
        }
        "agent.name" => me.into(),
        _ => return None,
    })
}

/// What the lines of the cart come to, where all have a price in one currency.
fn total(conversation: &Conversation) -> Option<Amount> {
    let mut sum: Option<Amount> = None;
    for line in &conversation.context.visit.cart {
        let price = line.price.as_ref()?;
        let sum = sum.get_or_insert_with(|| Amount { minor: 0, currency: price.currency.clone() });
        if sum.currency != price.currency {
            return None;
        }
        sum.minor = sum.minor.saturating_add(price.minor.saturating_mul(line.quantity.into()));
    }
    sum
}

#[cfg(test)]
mod tests {
    use nunchi_api::inbox::{CartLine, Context, Row, Visit};

    use super::*;

    fn conversation() -> Conversation {
        let price = Some(Amount { minor: 12_900, currency: "KRW".into() });
        let cart = vec![CartLine { product: "Green tea".into(), quantity: 2, price }];
        Conversation {
            row: Row { language: "ko".into(), path: "/cart".into(), ..Row::default() },
            context: Context { visit: Visit { cart, ..Visit::default() }, ..Context::default() },
            ..Conversation::default()
        }
    }

    #[test]
    fn places_are_filled_in_the_visitors_language() {
        let text = "{cart.first}: {cart.total} ({visitor.language}, {visitor.page}) - {agent.name}";
        assert_eq!(filled(text, &conversation(), "Kim"), "Green tea: 25,800원 (ko, /cart) - Kim");
    }

    #[test]
    fn what_is_not_known_is_empty_and_what_is_no_place_stays() {
        let nobody = Conversation::default();
        assert_eq!(filled("[{cart.total}] {cart.items}", &nobody, ""), "[] 0");
        assert_eq!(filled("a {b} {c {cart.items} {", &nobody, ""), "a {b} {c 0 {");
    }

    #[test]
    fn every_place_that_is_offered_can_be_filled() {
        for slot in SLOTS.split(' ') {
            let name = slot.trim_matches(['{', '}']);
            assert!(value(name, &conversation(), "Kim").is_some(), "{slot}");
        }
    }
}
