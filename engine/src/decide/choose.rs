//! Which arm, which variant, which words: the same for one visitor and campaign every time.

use alloc::vec::Vec;

use beacon::wire::{Reader, Wire, write_bytes};

use super::rule::Rule;
use super::trigger::covers;
use crate::campaign::{Act, ActKind, Happening};
use crate::cart::Cart;
use crate::pack::Theme;

/// Keys that make the two choices independent of each other.
const HOLDOUT: u64 = 0x484f_4c44;
const VARIANT: u64 = 0x5641_5249;

/// One of a campaign's variants, on the wire.
#[derive(Clone)]
pub(super) struct Drawing<'a> {
    weight: u16,
    /// The bytes of a [`ShowKind`](crate::campaign::ShowKind).
    kind: &'a [u8],
    /// The bytes of [`Texts`](crate::campaign::Texts).
    texts: Reader<'a>,
}

/// Tag and bytes of a [`Copy`](crate::campaign::Copy).
type Words<'a> = (&'a [u8], &'a [u8]);

/// Reads a list of variants.
pub(super) fn each_drawing<'a>(from: &mut Reader<'a>, visit: &mut dyn FnMut(Drawing<'a>)) {
    from.each(&mut |from| {
        let weight = u16::read(from);
        let kind = match from.number(1) {
            // Link and coupon, or all in one.
            0 => from.taken(&mut |from| {
                if from.number(ActKind::Placed as u64) < ActKind::Invite as u64 {
                    from.bytes();
                }
                from.bytes();
            }),
            _ => &[ActKind::Invite as u8],
        };
        visit(Drawing { weight, kind, texts: from.clone() });
        each_words(from, &mut |_| {});
    });
}

fn each_words<'a>(from: &mut Reader<'a>, visit: &mut dyn FnMut(Words<'a>)) {
    from.each(&mut |from| {
        let tag = from.bytes();
        let copy = from.taken(&mut |from| {
            for _ in 0..4 {
                from.bytes();
            }
        });
        visit((tag, copy));
    });
}

/// Whether this visitor goes without this campaign, or by the site's rule without all.
pub(super) fn is_held_out(rule: &Rule<'_>, seed: u64) -> bool {
    below(bits(seed, rule.id, HOLDOUT), 1_000) < u32::from(rule.holdout_permille)
}

/// The variant for this visitor, by weight; `None` when none has any.
pub(super) fn variant<'a>(rule: &Rule<'a>, seed: u64) -> Option<(u8, Drawing<'a>)> {
    let mut sum = 0;
    each_drawing(&mut rule.variants.clone(), &mut |it| sum += u32::from(it.weight));
    let mut left = below(bits(seed, rule.id, VARIANT), sum);
    let (mut index, mut chosen) = (0_usize, None);
    each_drawing(&mut rule.variants.clone(), &mut |it| {
        let weight = u32::from(it.weight);
        if left < weight && chosen.is_none() {
            chosen = Some((index, it));
        }
        left = left.saturating_sub(weight);
        index += 1;
    });
    let (index, drawing) = chosen?;
    Some((u8::try_from(index).ok()?, drawing))
}

impl<'a> Drawing<'a> {
    /// In the visitor's language, else in English, else in whatever there is.
    pub(super) fn words(&self, language: &[u8]) -> Option<Words<'a>> {
        let mut best = None;
        let mut reached = 0;
        each_words(&mut self.texts.clone(), &mut |words| {
            let fit =
                if covers(words.0, language) { 3 } else { 1 + u8::from(covers(b"en", words.0)) };
            if fit > reached {
                (best, reached) = (Some(words), fit);
            }
        });
        best
    }

    /// What is handed to the surface, everything chosen.
    pub(super) fn act(
        &self,
        (campaign, variant): (u16, u8),
        (language, copy): Words<'_>,
        why: Happening,
        theme: &Theme,
        (cart, decided_s): (Cart, u32),
    ) -> Act {
        let mut bytes = Vec::new();
        campaign.write(&mut bytes);
        variant.write(&mut bytes);
        write_bytes(language, &mut bytes);
        bytes.extend_from_slice(self.kind);
        bytes.extend_from_slice(copy);
        why.write(&mut bytes);
        theme.write(&mut bytes);
        cart.write(&mut bytes);
        decided_s.write(&mut bytes);
        let kind = match self.kind.first() {
            Some(0) => ActKind::Card,
            Some(1) => ActKind::Dialog,
            Some(2) => ActKind::Invite,
            _ => ActKind::Placed,
        };
        Act { campaign, variant, kind, bytes }
    }
}

/// 32 well-mixed bits of seed, campaign and key (the finaliser of `SplitMix64`).
fn bits(seed: u64, campaign: u16, key: u64) -> u32 {
    let mut z = seed ^ (key << 16 | u64::from(campaign)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    u32::try_from((z ^ (z >> 31)) >> 32).unwrap_or(u32::MAX)
}

/// `bits` as a number below `limit`, evenly.
fn below(bits: u32, limit: u32) -> u32 {
    u32::try_from((u64::from(bits) * u64::from(limit)) >> 32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{HOLDOUT, VARIANT, below, bits};

    #[test]
    fn buckets_are_even_and_independent_of_each_other() {
        let seeds = || (0..100_000).map(|seed: u64| seed.wrapping_mul(0x1234_5678_9abc_def1));
        let share = |of: &dyn Fn(u64) -> bool| seeds().filter(|&seed| of(seed)).count();
        let holdout = |seed| below(bits(seed, 1, HOLDOUT), 1_000) < 100;
        let other = |seed| below(bits(seed, 2, HOLDOUT), 1_000) < 100;
        let variant = |seed| below(bits(seed, 1, VARIANT), 2) == 0;
        assert!((9_700..10_300).contains(&share(&holdout)), "a tenth is held out");
        assert!((49_400..50_600).contains(&share(&variant)), "half get the first variant");
        let both = share(&|seed| holdout(seed) && other(seed));
        assert!((880..1_120).contains(&both), "campaigns hold out independently: {both}");
        let both = share(&|seed| holdout(seed) && variant(seed));
        assert!((4_700..5_300).contains(&both), "variant does not depend on the arm: {both}");
    }
}
