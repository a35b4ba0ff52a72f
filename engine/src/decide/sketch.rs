//! What the surface would be handed, whoever the visitor: for a look at a campaign before it is published.
//! Words are chosen as pages choose them. For operators: pages never call it.

use alloc::vec::Vec;

use beacon::wire::{self, Reader};

use super::choose::each_drawing;
use crate::campaign::{Act, Campaign, Happening, Trigger};
use crate::cart::Cart;
use crate::check::each_leaf;
use crate::pack::Theme;

/// What each variant shows to who reads this language, in their order; `None` where it has no words.
pub fn sketches(
    campaign: &Campaign,
    language: &str,
    theme: &Theme,
    cart: Cart,
) -> Vec<Option<Act>> {
    let bytes = wire::to_bytes(&campaign.variants);
    let why = reason(&campaign.trigger);
    let mut acts = Vec::new();
    each_drawing(&mut Reader::new(&bytes), &mut |drawing| {
        let variant = u8::try_from(acts.len()).unwrap_or(u8::MAX);
        let words = drawing.words(language.as_bytes());
        acts.push(words.map(|it| drawing.act((campaign.id, variant), it, why, theme, (cart, 0))));
    });
    acts
}

/// The first thing that it waits for; a view, which every visit has, where it waits for none.
fn reason(trigger: &Trigger) -> Happening {
    let mut found = None;
    each_leaf(trigger, &mut |leaf| match leaf {
        Trigger::Count { of, .. } | Trigger::Since { of, .. } => found = found.or(Some(*of)),
        Trigger::Sequence { steps, .. } => found = found.or(steps.last().copied()),
        _ => {}
    });
    found.unwrap_or(Happening::View)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::{Show, ShowKind};
    use crate::pack::Pack;

    const CAMPAIGN: &str = include_str!("../../campaigns/exit-offer.json");

    #[test]
    fn each_variant_is_drawn_as_a_page_would_draw_it_in_the_language_asked_for() {
        let mut campaign: Campaign = serde_json::from_str(CAMPAIGN).unwrap();
        campaign.variants.push(campaign.variants[0].clone());
        let theme = Pack::default().theme;
        for (language, expected) in [("ko-KR", "ko"), ("en", "en"), ("fr", "en")] {
            let acts = sketches(&campaign, language, &theme, Cart { items: 2, value: 48_000 });
            let shows: Vec<Show> = acts
                .iter()
                .map(|it| wire::from_bytes(&it.as_ref().unwrap().bytes).unwrap())
                .collect();
            let told: Vec<_> = shows.iter().map(|it| (it.variant, it.language.as_str())).collect();
            assert_eq!(told, [(0, expected), (1, expected)]);
            assert!(shows.iter().all(|it| it.cart.items == 2 && it.why == Happening::ExitIntent));
            assert!(matches!(shows[0].kind, ShowKind::Offer { .. }));
        }
    }
}
