//! Where visits, and the little that questions need besides them, come from.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use beacon::{SessionId, SiteKey};
use engine::pack::Pack;
use nunchi_api::campaigns::Parity;
use nunchi_api::stats::Coupons;

use super::summed;
use crate::store::rows::VisitKey;
use crate::store::scan::{Names, Visit, Want};
use crate::store::summary::Merged;
use crate::store::{Issued, SiteRecord, Span, Store, StoreError};

/// What was stored of one site.
pub(crate) trait History {
    /// Goes through the visits that have rows in `from..to`: each comes once, with all its rows that are
    /// wanted and lie in the span, in their order. Texts get their names in `names`.
    ///
    /// # Errors
    /// What the store says.
    fn visits(
        &self,
        from: u64,
        to: u64,
        want: Want,
        names: &mut Names,
        each: &mut dyn FnMut(&Visit<'_>, &Names),
    ) -> Result<(), StoreError>;

    /// The days that the span lies in, from their summaries; `None`: only the rows can tell.
    ///
    /// # Errors
    /// What the store says.
    fn days(&self, from: u64, to: u64) -> Result<Option<Arc<Merged>>, StoreError>;

    /// Conversations begun in the span.
    ///
    /// # Errors
    /// What the store says.
    fn conversations(&self, from: u64, to: u64) -> Result<Conversations, StoreError>;

    /// Coupons of pools that campaigns gave in the span.
    ///
    /// # Errors
    /// What the store says.
    fn coupons(&self, from: u64, to: u64) -> Result<BTreeMap<u16, Coupons>, StoreError>;

    /// All packs that were published, newest first.
    ///
    /// # Errors
    /// What the store says.
    fn packs(&self) -> Result<Vec<Pack>, StoreError>;

    /// Whether page and collector decided alike in page loads that began in the span.
    ///
    /// # Errors
    /// What the store says.
    fn parity(&self, from: u64, to: u64) -> Result<Parity, StoreError>;
}

/// Conversations begun in a span.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conversations {
    pub(crate) total: u64,
    /// Of visits that consent let us know.
    pub(crate) by_visit: HashMap<VisitKey, u64>,
}

/// A site in the store.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    store: Store,
    site: i64,
    key: SiteKey,
}

impl Shop {
    pub(crate) fn new(store: Store, site: &SiteRecord) -> Self {
        Self { store, site: site.id, key: site.key.clone() }
    }

    fn span(&self, from: u64, to: u64) -> Span {
        Span { site: self.site, from, to }
    }
}

impl History for Shop {
    fn visits(
        &self,
        from: u64,
        to: u64,
        want: Want,
        names: &mut Names,
        each: &mut dyn FnMut(&Visit<'_>, &Names),
    ) -> Result<(), StoreError> {
        self.store.scan(self.site, from, to, want, names, each)
    }

    fn days(&self, from: u64, to: u64) -> Result<Option<Arc<Merged>>, StoreError> {
        let draft = |site, day, rows| summed::draft(&self.store, site, day, rows);
        self.store.merged_by(self.site, (from, to), &draft)
    }

    fn conversations(&self, from: u64, to: u64) -> Result<Conversations, StoreError> {
        let mut conversations = Conversations::default();
        for session in self.store.conversations_begun(self.span(from, to))? {
            conversations.total += 1;
            if let Some(session) = session.as_deref().and_then(SessionId::parse) {
                *conversations.by_visit.entry(VisitKey::new(&session.0)).or_default() += 1;
            }
        }
        Ok(conversations)
    }

    fn coupons(&self, from: u64, to: u64) -> Result<BTreeMap<u16, Coupons>, StoreError> {
        let issued = self.store.coupons_issued(self.span(from, to))?.into_iter();
        let told = |it: Issued| Coupons { given: it.given, redeemed: it.redeemed };
        Ok(issued.map(|(campaign, it)| (campaign, told(it))).collect())
    }

    fn packs(&self) -> Result<Vec<Pack>, StoreError> {
        self.store.packs(&self.key)
    }

    fn parity(&self, from: u64, to: u64) -> Result<Parity, StoreError> {
        super::parity::parity(&self.store, self.span(from, to))
    }
}
