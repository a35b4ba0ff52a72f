//! What the demo site begins with.

use beacon::item::Consent;
use engine::pack::{Pack, Theme};

use super::publish::{PublishError, read_pack};

/// The knowledge base of a site that has none of its own.
pub const DEFAULT_KNOWLEDGE: &str = include_str!("../../defaults/knowledge.json");

/// What a new site begins with. The others in `engine/campaigns` are there to pick from.
const CAMPAIGNS: [(&str, &str); 2] = [
    ("cart-help.json", include_str!("../../../engine/campaigns/cart-help.json")),
    ("exit-offer.json", include_str!("../../../engine/campaigns/exit-offer.json")),
];

/// The pack of a site that has published nothing: the default campaigns and page rules.
///
/// # Errors
/// When a default campaign is not one; a test keeps that from happening.
pub fn default_pack(shop: &str, consent: Consent) -> Result<Pack, PublishError> {
    let theme = Theme { shop: shop.into(), ..Pack::default().theme };
    let empty = Pack { consent, theme, ..Pack::default() };
    CAMPAIGNS.iter().try_fold(empty, |pack, (name, json)| read_pack(pack, name, json))
}
