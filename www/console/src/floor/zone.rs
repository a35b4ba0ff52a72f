//! Where in the shop somebody stands, and who stands where within it.

use crate::text::Words;

/// A part of the shop plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Zone {
    /// Front page, account and everything that is none of the others.
    Entrance,
    /// Lists of products.
    Aisle,
    /// One product.
    Shelf,
    /// Search results.
    Search,
    /// Cart, checkout and payment.
    Till,
    /// The thank-you page.
    Exit,
}

impl Zone {
    /// Every zone, in the order of a visit; the discriminant is the index.
    pub(crate) const ALL: [Self; 6] =
        [Self::Entrance, Self::Aisle, Self::Shelf, Self::Search, Self::Till, Self::Exit];

    /// The zone of a sort of page; unknown sorts stand at the entrance.
    pub(crate) fn of(page: &str) -> Self {
        match page {
            "category" => Self::Aisle,
            "product" => Self::Shelf,
            "search" => Self::Search,
            "cart" | "checkout" | "payment" => Self::Till,
            "thanks" => Self::Exit,
            _ => Self::Entrance,
        }
    }

    /// For style sheets.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Entrance => "entrance",
            Self::Aisle => "aisle",
            Self::Shelf => "shelf",
            Self::Search => "search",
            Self::Till => "till",
            Self::Exit => "exit",
        }
    }

    /// For people.
    pub(crate) fn name(self, words: &Words) -> &'static str {
        match self {
            Self::Entrance => words.zone_entrance,
            Self::Aisle => words.zone_aisle,
            Self::Shelf => words.zone_shelf,
            Self::Search => words.zone_search,
            Self::Till => words.zone_till,
            Self::Exit => words.zone_exit,
        }
    }
}

/// A place to stand: which of the zone's places, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The zone.
    pub(crate) zone: Zone,
    /// The place in it. People keep theirs while they stay in the zone.
    pub(crate) place: u16,
}

impl Spot {
    /// Where in the zone, as thousandths of its width and height.
    ///
    /// Roberts' R2 sequence: however many there are, they stand apart, nobody moves when one more
    /// comes, and it looks like people rather than a grid.
    pub(crate) fn position(self) -> (u32, u32) {
        let step = u64::from(self.place) + 1;
        let along = |fraction: u64| {
            // The fractional part of 0.5 + step · α, in 2⁻³² units.
            let unit = (0x8000_0000 + step * fraction) & 0xffff_ffff;
            u32::try_from((unit * 1_000) >> 32).unwrap_or_default()
        };
        (along(R2_X), along(R2_Y))
    }
}

/// 1/φ₂ and 1/φ₂² in 2⁻³² units, φ₂ = 1.3247179572… (the plastic number).
const R2_X: u64 = 3_242_174_889;
const R2_Y: u64 = 2_447_445_414;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sort_of_page_has_its_zone() {
        use Zone::{Aisle, Entrance, Exit, Search, Shelf, Till};
        let zones =
            ["home", "category", "product", "search", "payment", "thanks", "account", "new"];
        assert_eq!(
            zones.map(Zone::of),
            [Entrance, Aisle, Shelf, Search, Till, Exit, Entrance, Entrance]
        );
    }

    #[test]
    fn people_in_one_zone_stand_apart_however_many_they_are() {
        let spots: Vec<_> =
            (0..60).map(|place| Spot { zone: Zone::Shelf, place }.position()).collect();
        for (index, a) in spots.iter().enumerate() {
            for b in &spots[..index] {
                let squared = a.0.abs_diff(b.0).pow(2) + a.1.abs_diff(b.1).pow(2);
                assert!(squared > 60 * 60, "{a:?} and {b:?} stand on each other's feet");
            }
        }
    }

    #[test]
    fn every_place_is_inside_the_zone() {
        for place in [0, 1, 499, u16::MAX] {
            let (x, y) = Spot { zone: Zone::Till, place }.position();
            assert!(x < 1_000 && y < 1_000);
        }
    }
}
