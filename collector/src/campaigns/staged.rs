//! A campaign for a share of visitors first: the others are put into its holdout.
//!
//! Whether somebody is in the holdout hangs on the page's seed and the campaign's id, against a border
//! in thousandths (`engine::decide::choose`); so a share costs pages no byte, the same visitors stay in when it
//! is raised, and those outside are the group that its worth is measured against.

/// The holdout to publish, so that `share` of visitors may see it and of those `holdout` go without;
/// all in thousandths.
pub(super) fn holdout_of(share: u16, holdout: u16) -> u16 {
    let (share, holdout) = (u32::from(share.min(1_000)), u32::from(holdout.min(1_000)));
    let shown = (share * (1_000 - holdout) + 500) / 1_000;
    // At least somebody, where somebody is meant.
    let shown = if share > 0 && holdout < 1_000 { shown.max(1) } else { shown };
    u16::try_from(1_000 - shown).expect("at most a thousand")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::holdout_of;

    #[test]
    fn a_share_is_what_the_holdout_leaves() {
        assert_eq!(holdout_of(1_000, 100), 100);
        assert_eq!(holdout_of(100, 100), 910);
        assert_eq!(holdout_of(10, 100), 991);
        assert_eq!(holdout_of(10, 0), 990);
        assert_eq!(holdout_of(1, 999), 999, "somebody sees it");
        assert_eq!(holdout_of(500, 1_000), 1_000, "nobody is meant to");
    }

    proptest! {
        #[test]
        fn a_larger_share_takes_nobody_out(a in 1_u16..=1_000, b in 1_u16..=1_000, holdout in 0_u16..=1_000) {
            let (less, more) = (a.min(b), a.max(b));
            prop_assert!(holdout_of(more, holdout) <= holdout_of(less, holdout));
            prop_assert!(holdout_of(less, holdout) >= holdout);
        }
    }
}
