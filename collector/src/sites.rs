//! The registered sites, kept in memory: each beacon asks for its own.
//!
//! The store is the truth; [`Sites::refresh`] takes over what changed there, also by the command
//! line beside the server.

mod defaults;
mod evidence;
mod install;
mod model;
mod publish;
pub(crate) mod routes;
mod zone;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use beacon::item::Consent;
use beacon::{Millis, SiteKey};
use engine::campaign::Action;
use engine::form::ASKED_FOR;
use engine::pack::Pack;

use crate::store::{SiteRecord, Store, StoreError};

use evidence::Evidence;

pub use defaults::{DEFAULT_KNOWLEDGE, default_pack};
pub use model::{renew_models, with_rate};
pub use publish::{PublishError, check, read_consent, read_origin, read_pack, read_packs};
pub use zone::zone_of;

/// A site and what is worked out from it once.
#[derive(Debug)]
pub struct Site {
    /// As it is stored.
    pub record: SiteRecord,
    /// The pack in force, as it is sent.
    pub pack_bytes: Vec<u8>,
    /// Names those bytes, for `ETag`.
    pub pack_etag: String,
    /// A campaign asks whether somebody could answer.
    pub needs_agents: bool,
}

impl Site {
    fn new(record: SiteRecord) -> Self {
        let pack_bytes = for_pages(&record.pack).encode();
        let pack_etag = format!("\"{}-{:08x}\"", record.pack.version, hash(&pack_bytes));
        let needs_agents = record.pack.campaigns.iter().any(|it| it.needs_agent);
        Self { record, pack_bytes, pack_etag, needs_agents }
    }

    /// Whether pages of this origin may send for the site. Exact, as browsers write it; `null` and
    /// none at all never may.
    pub fn allows(&self, origin: Option<&str>) -> bool {
        origin.is_some_and(|origin| self.record.origins.iter().any(|own| own == origin))
    }

    /// Whether pages may be counted before the visitor was asked.
    pub fn counts_unasked(&self) -> bool {
        self.record.pack.consent >= Consent::Measure
    }
}

/// All sites, by key.
#[derive(Debug)]
pub struct Sites {
    store: Store,
    known: RwLock<Known>,
    /// What arrived since the start.
    pub(crate) evidence: Evidence,
    since: Millis,
}

#[derive(Debug, Default)]
struct Known {
    version: u64,
    by_key: BTreeMap<SiteKey, Arc<Site>>,
}

impl Sites {
    /// Reads the sites from the store; `now` is when this server started.
    ///
    /// # Errors
    /// What the store says.
    pub fn load(store: Store, now: Millis) -> Result<Self, StoreError> {
        let (known, evidence) = (RwLock::default(), Evidence::default());
        let sites = Self { store, known, evidence, since: now };
        sites.refresh()?;
        Ok(sites)
    }

    /// Takes over what changed in the store; cheap when nothing did. Returns whether something did.
    ///
    /// # Errors
    /// What the store says; what was known stays.
    pub fn refresh(&self) -> Result<bool, StoreError> {
        let version = self.store.sites_version()?;
        if self.known.read().unwrap_or_else(PoisonError::into_inner).version == version {
            return Ok(false);
        }
        let sites = self.store.sites()?.into_iter();
        let by_key = sites.map(|site| (site.key.clone(), Arc::new(Site::new(site)))).collect();
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Known { version, by_key };
        Ok(true)
    }

    /// When this server started.
    pub(crate) fn since(&self) -> Millis {
        self.since
    }

    /// The site with this key.
    pub fn find(&self, key: &SiteKey) -> Option<Arc<Site>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).by_key.get(key).cloned()
    }

    /// The same for a key that nobody checked yet.
    pub fn find_text(&self, key: &str) -> Option<Arc<Site>> {
        SiteKey::parse(key).ok().and_then(|key| self.find(&key))
    }

    /// All sites, by key.
    pub fn all(&self) -> Vec<Arc<Site>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).by_key.values().cloned().collect()
    }
}

/// The pack without what is only told to a visit whose campaign fired: the codes of coupons, and their pools.
fn for_pages(pack: &Pack) -> Pack {
    let mut pack = pack.clone();
    let variants = pack.campaigns.iter_mut().flat_map(|it| &mut it.variants);
    for variant in variants {
        if let Action::Offer { coupon, .. } = &mut variant.action
            && !coupon.is_empty()
        {
            *coupon = ASKED_FOR.into();
        }
    }
    pack
}

/// FNV-1a: tells two packs of one version apart, nothing more.
fn hash(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811c_9dc5, |hash, &byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
