//! The model in a site's pack: one that pages can use, at the rate at which this shop sells.

use beacon::Millis;
use engine::model::{Model, PRIOR};
use engine::pack::Pack;

use crate::learn::prior::at_rate;
use crate::store::{SiteRecord, Span, Store, StoreError};

/// The pack to be published next: its model, or the shipped one where it is for other numbers than
/// pages have, at the rate of purchases of the last 30 days.
///
/// # Errors
/// What the store says.
pub fn with_rate(
    store: &Store,
    site: &SiteRecord,
    pack: Pack,
    now: Millis,
) -> Result<Pack, StoreError> {
    let span = Span { site: site.id, from: now.0.saturating_sub(RATE_MS), to: now.0 + 1 };
    let rate = store.rate(span)?;
    let model = Model::decode(&pack.model).or_else(|_| Model::decode(PRIOR));
    let model = model.map(|it| at_rate(&it, rate.purchases, rate.sessions).encode());
    Ok(Pack { model: model.unwrap_or_else(|_| PRIOR.into()), ..pack })
}

/// Publishes anew what a program before this one published with a model for other numbers: pages
/// would refuse it.
///
/// # Errors
/// What the store says.
pub fn renew_models(store: &Store, now: Millis) -> Result<(), StoreError> {
    for site in store.sites()? {
        if let Err(error) = Model::decode(&site.pack.model) {
            let pack = with_rate(store, &site, site.pack.clone(), now)?;
            let version = store.publish(&site.key, pack, now)?;
            tracing::warn!(
                "{}: the model of pack {} cannot be used ({error}); pack {version} has the shipped one",
                site.key,
                site.pack.version
            );
        }
    }
    Ok(())
}

/// Of so much time sessions and purchases count, milliseconds: 30 days.
const RATE_MS: u64 = 30 * 24 * 3_600_000;

#[cfg(test)]
mod tests {
    use beacon::SiteKey;

    use super::*;

    #[test]
    fn a_model_for_other_numbers_is_replaced_by_the_shipped_one() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let key = SiteKey::parse("shop").unwrap();
        let shipped = Model::decode(PRIOR).unwrap();
        let foreign = Model { schema: shipped.schema ^ 1, ..shipped.clone() };
        let pack = Pack { model: foreign.encode(), ..Pack::default() };
        store.put_site(&key, "Shop", &[], pack, Millis(1)).unwrap();
        renew_models(&store, Millis(2)).unwrap();
        renew_models(&store, Millis(3)).unwrap();
        let site = store.sites().unwrap().remove(0);
        assert_eq!((site.pack.version, site.pack.model), (2, PRIOR.into()));
    }
}
