//! Which arm, which variant, which words: the same for one visitor and campaign every time.

use alloc::string::String;

use super::trigger::covers;
use crate::campaign::{Action, Campaign, Copy, Form, Happening, Show, ShowKind, Texts, Variant};
use crate::pack::Theme;

/// Keys that make the two choices independent of each other.
const HOLDOUT: u64 = 0x484f_4c44;
const VARIANT: u64 = 0x5641_5249;

/// Whether this visitor goes without this campaign.
pub(super) fn is_held_out(campaign: &Campaign, seed: u64) -> bool {
    below(bits(seed, campaign.id, HOLDOUT), 1_000) < u32::from(campaign.holdout_permille)
}

/// The variant for this visitor, by weight; `None` when none has any.
pub(super) fn variant(campaign: &Campaign, seed: u64) -> Option<(u8, &Variant)> {
    let sum: u32 = campaign.variants.iter().map(|it| u32::from(it.weight)).sum();
    let mut left = below(bits(seed, campaign.id, VARIANT), sum);
    for (index, variant) in campaign.variants.iter().enumerate() {
        let weight = u32::from(variant.weight);
        if left < weight {
            return Some((u8::try_from(index).ok()?, variant));
        }
        left -= weight;
    }
    None
}

/// The action with everything chosen; `None` when it has no words at all.
pub(super) fn show(
    campaign: u16,
    variant: u8,
    action: &Action,
    language: &str,
    why: Happening,
    theme: &Theme,
) -> Option<Show> {
    let (kind, copy) = match action {
        Action::Offer { form, link, coupon, copy } => {
            let (link, coupon) = (link.clone(), coupon.clone());
            let kind = match form {
                Form::Card => ShowKind::Card { link, coupon },
                Form::Dialog => ShowKind::Dialog { link, coupon },
            };
            (kind, copy)
        }
        Action::Invite { copy } => (ShowKind::Invite, copy),
    };
    let (language, copy) = words(copy, language)?.clone();
    let theme = theme.clone();
    Some(Show { campaign, variant, language, kind, copy, why, theme })
}

/// The visitor's language, else English, else whatever there is.
fn words<'a>(copy: &'a Texts, language: &str) -> Option<&'a (String, Copy)> {
    copy.iter()
        .find(|(tag, _)| covers(tag, language))
        .or_else(|| copy.iter().find(|(tag, _)| covers("en", tag)))
        .or_else(|| copy.iter().next())
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
