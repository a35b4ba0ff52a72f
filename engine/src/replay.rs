//! A stored run is a list of inputs: fed again, it gives the same verdicts.

use alloc::vec::Vec;
use core::fmt;

use beacon::Item;
use beacon::item::Body;

use crate::decide::Decider;
use crate::pack::{Pack, Published};

/// Why items cannot be replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplayError {
    /// The first item does not say in which world the run began: the beginning is missing.
    NoBeginning,
    /// The pack of this version is not known any more.
    PackMissing(u32),
}

/// The verdicts for these items, as [`Body::Decided`] items; compare them with those among `items`,
/// which are passed over.
///
/// `items` is one run, or the runs of one tab one after the other: each begins with
/// [`Body::Began`], which carries what the deciding half brought along. `pack_of` finds a pack by
/// its version.
///
/// # Errors
/// [`ReplayError`] when the beginning or a pack is missing.
pub fn replay(
    pack_of: impl Fn(u32) -> Option<Pack>,
    items: &[Item],
) -> Result<Vec<Item>, ReplayError> {
    let mut decider = Decider::default();
    let mut pack: Option<Published> = None;
    let mut verdicts = Vec::new();
    for item in items {
        if let Body::Began(_) | Body::Published(_) = &item.body {
            let version = match &item.body {
                Body::Began(began) => began.pack,
                Body::Published(version) => *version,
                _ => continue,
            };
            if pack.as_ref().is_none_or(|it| it.version != version) {
                pack = Some(pack_of(version).ok_or(ReplayError::PackMissing(version))?.into());
            }
        }
        let pack = pack.as_ref().ok_or(ReplayError::NoBeginning)?;
        verdicts.extend(
            decider
                .take(item, pack)
                .into_iter()
                .map(|it| Item { at: item.at, body: Body::Decided(it.verdict) }),
        );
    }
    Ok(verdicts)
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBeginning => f.write_str("the run's beginning is missing"),
            Self::PackMissing(version) => write!(f, "pack {version} is not known any more"),
        }
    }
}

impl core::error::Error for ReplayError {}
