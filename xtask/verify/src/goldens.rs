//! Frames that were released, as bytes, and frames made of their parts.

use std::fs;
use std::path::Path;

use anyhow::Result;
use beacon::frame::{decode, encode};
use beacon::{Item, Millis};

use crate::random::Random;

/// A released frame.
#[derive(Debug)]
pub(crate) struct Golden {
    /// `v1/visit`.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// Every frame of every released version, by name.
pub(crate) fn all() -> Result<Vec<Golden>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../beacon/tests/golden");
    let mut goldens = Vec::new();
    for version in fs::read_dir(folder)? {
        for file in fs::read_dir(version?.path())? {
            let path = file?.path();
            if path.extension().is_some_and(|it| it == "bin") {
                let name = path.with_extension("");
                let name: Vec<_> =
                    name.iter().rev().take(2).map(|it| it.to_string_lossy()).collect();
                let (name, bytes) = (format!("{}/{}", name[1], name[0]), fs::read(&path)?);
                goldens.push(Golden { name, bytes });
            }
        }
    }
    goldens.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(goldens)
}

/// So many different frames: the released ones first, then items of theirs mixed anew.
pub(crate) fn many(count: usize, random: &mut Random) -> Result<Vec<Vec<u8>>> {
    let mut frames: Vec<_> = all()?.into_iter().map(|golden| golden.bytes).collect();
    let beacons: Vec<_> = frames.iter().filter_map(|bytes| decode(bytes).ok()).collect();
    let items: Vec<&Item> = beacons.iter().flat_map(|beacon| &beacon.items).collect();
    while frames.len() < count {
        let mut beacon = random.pick(&beacons).clone();
        beacon.header.sequence = u32::try_from(frames.len())?;
        let mixed = (0..random.below(24)).map(|_| (*random.pick(&items)).clone());
        beacon.items = mixed.collect();
        beacon.items.iter_mut().for_each(|item| item.at = Millis(item.at.0 % 1_800_000));
        beacon.items.sort_by_key(|item| item.at);
        frames.push(encode(&beacon));
    }
    frames.truncate(count);
    Ok(frames)
}
