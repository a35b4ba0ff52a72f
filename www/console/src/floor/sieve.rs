//! Whom the operator looks for on the floor. Those who do not fit stay where they are, pale; the list
//! leaves them out.

use leptos::prelude::*;
use nunchi_api::live::Visitor;

use super::list::{name, whereabouts};
use crate::text::Language;

/// What is looked for; empty is everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sieve {
    /// Name of a zone, as the collector has it.
    pub(crate) zone: String,
    /// Name of a mood.
    pub(crate) mood: String,
    /// `cart`: something in it; `large`: at least half of the largest cart on the floor.
    pub(crate) cart: String,
    /// `new`, `returning`, `known`, `vip`, `phone`, `tablet`, `desktop`.
    pub(crate) segment: String,
    /// What stands in their page, product, id, kind or device.
    pub(crate) text: String,
}

impl Sieve {
    /// Whether somebody fits. `largest` is the largest cart on the floor in any currency, smallest unit.
    pub(crate) fn admits(&self, visitor: &Visitor, largest: i64, language: Language) -> bool {
        let is = |asked: &str, found: &str| asked.is_empty() || asked == found;
        let value = visitor.cart_value.as_ref().map_or(0, |cart| cart.minor);
        let has_cart = match self.cart.as_str() {
            "cart" => visitor.cart_items > 0,
            "large" => value > 0 && value >= largest / 2,
            _ => true,
        };
        let is_segment = match self.segment.as_str() {
            "" => true,
            "vip" => visitor.is_vip,
            asked => asked == visitor.kind || asked == visitor.device,
        };
        is_segment
            && is(&self.zone, &visitor.zone)
            && is(&self.mood, &visitor.mood)
            && has_cart
            && self.has_text(visitor, language)
    }

    fn has_text(&self, visitor: &Visitor, language: Language) -> bool {
        let wanted = self.text.trim().to_lowercase();
        let places = || {
            [
                name(visitor, language),
                whereabouts(visitor, language),
                visitor.path.clone(),
                visitor.id.clone(),
                visitor.language.clone(),
            ]
        };
        let wanted = wanted.trim_start_matches('#');
        wanted.is_empty() || places().iter().any(|it| it.to_lowercase().contains(wanted))
    }

    /// Nobody is left out.
    pub(crate) fn is_open(&self) -> bool {
        *self == Self::default()
    }
}

/// The sieve of the floor that is seen.
#[derive(Clone, Copy)]
pub(super) struct Wanted(pub(super) RwSignal<Sieve>);

#[cfg(test)]
mod tests {
    use nunchi_api::stats::Amount;

    use super::*;

    fn visitor() -> Visitor {
        Visitor {
            id: "ab12".into(),
            zone: "shelf".into(),
            mood: "happy".into(),
            product: "Green tea".into(),
            cart_items: 1,
            cart_value: Some(Amount { minor: 9_000, currency: "KRW".into() }),
            ..Visitor::default()
        }
    }

    #[test]
    fn all_that_is_asked_must_fit() {
        let fits = |zone: &str, mood: &str, cart: &str, text: &str| {
            let [zone, mood, cart, text] = [zone, mood, cart, text].map(String::from);
            Sieve { zone, mood, cart, text, ..Sieve::default() }.admits(
                &visitor(),
                20_000,
                Language::En,
            )
        };
        assert!(fits("", "", "", ""));
        assert!(fits("shelf", "happy", "cart", "TEA"));
        assert!(fits("", "", "", "#ab1") && fits("", "", "", "desktop"));
        assert!(
            !fits("till", "", "", "") && !fits("", "annoyed", "", "") && !fits("", "", "", "jar")
        );
        assert!(!fits("", "", "large", ""), "9,000 of 20,000 is less than half");
        let among = |segment: &str| {
            let visitor = Visitor { kind: "known".into(), device: "phone".into(), ..visitor() };
            Sieve { segment: segment.into(), ..Sieve::default() }.admits(&visitor, 0, Language::En)
        };
        assert!(among("known") && among("phone") && !among("new") && !among("vip"));
    }
}
