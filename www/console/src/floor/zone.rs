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
    SearchDesk,
    /// To and fro between products.
    Fitting,
    /// Cart, checkout and payment.
    Till,
    /// Talks to somebody, or waits for an answer.
    Lounge,
    /// The thank-you page, or about to leave.
    Exit,
}

impl Zone {
    /// Every zone, in the order of a visit; the discriminant is the index.
    pub(crate) const ALL: [Self; 8] = [
        Self::Entrance,
        Self::Aisle,
        Self::Shelf,
        Self::SearchDesk,
        Self::Fitting,
        Self::Till,
        Self::Lounge,
        Self::Exit,
    ];

    /// The zone by the collector's name; who stands in one that came after this console is at the entrance.
    pub(crate) fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|zone| zone.class() == name).unwrap_or(Self::Entrance)
    }

    /// The collector's name, also for style sheets.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Entrance => "entrance",
            Self::Aisle => "aisle",
            Self::Shelf => "shelf",
            Self::SearchDesk => "search_desk",
            Self::Fitting => "fitting",
            Self::Till => "till",
            Self::Lounge => "lounge",
            Self::Exit => "exit",
        }
    }

    /// There is a part of it for each category of the shop.
    pub(crate) fn has_aisles(self) -> bool {
        matches!(self, Self::Aisle | Self::Shelf)
    }

    /// For people.
    pub(crate) fn name(self, words: &Words) -> &'static str {
        match self {
            Self::Entrance => words.zone_entrance,
            Self::Aisle => words.zone_aisle,
            Self::Shelf => words.zone_shelf,
            Self::SearchDesk => words.zone_search,
            Self::Fitting => words.zone_fitting,
            Self::Till => words.zone_till,
            Self::Lounge => words.zone_lounge,
            Self::Exit => words.zone_exit,
        }
    }
}

/// A place to stand: a cell of a grid, which [`super::layout`] lays out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The zone.
    pub(crate) zone: Zone,
    /// Which aisle, among the aisles and at the shelves; 0 elsewhere.
    pub(crate) aisle: u8,
    /// The place in it, counted from 0. People keep theirs while they stay there.
    pub(crate) place: u16,
    /// How many places there are now; all of them are below it.
    pub(crate) room: u16,
}

impl Spot {
    /// Which cell of the grid: neighbours in number stand apart while there is room, so that few people are all over
    /// the zone and look like people rather than a queue.
    pub(crate) fn cell(self) -> u16 {
        // Odd and a power of two have no factor in common: each place has a cell of its own.
        let stride = (u32::from(self.room) * 5 / 8) | 1;
        let cell = u32::from(self.place) * stride % u32::from(self.room.max(1));
        u16::try_from(cell).unwrap_or_default()
    }

    /// Where in the room that the cell leaves, thousandths of its width and height.
    pub(crate) fn lean(self) -> (u16, u16) {
        let place = u32::from(self.place) + 1;
        let part = |factor: u32| u16::try_from(place * factor % 1_000).unwrap_or_default();
        (part(618), part(755))
    }
}

/// The room where the highest place is taken: the power of two above, so that people make room seldom.
pub(crate) fn room_for(zone: Zone, highest: u16) -> u16 {
    // Fewer than these have as much room as they like; an aisle is narrow.
    let least = if zone.has_aisles() { 4 } else { 8 };
    (highest.saturating_add(1)).next_power_of_two().max(least)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn zones_are_known_by_the_collectors_names() {
        let zones = ["lounge", "search_desk", "a zone of tomorrow", ""].map(Zone::of);
        assert_eq!(zones, [Zone::Lounge, Zone::SearchDesk, Zone::Entrance, Zone::Entrance]);
        for (index, zone) in Zone::ALL.into_iter().enumerate() {
            assert_eq!((zone as usize, Zone::of(zone.class())), (index, zone));
        }
    }

    #[test]
    fn no_two_people_stand_in_one_cell_however_many_they_are() {
        for highest in [0, 3, 7, 8, 30, 31, 32, 499] {
            let room = room_for(Zone::Shelf, highest);
            let cell = |place| Spot { zone: Zone::Shelf, aisle: 0, place, room }.cell();
            let cells: BTreeSet<_> = (0..=highest).map(cell).collect();
            assert_eq!(cells.len(), usize::from(highest) + 1, "{room} places");
            assert!(cells.iter().all(|cell| *cell < room));
        }
    }

    #[test]
    fn few_people_are_not_a_queue() {
        let spot = |place| Spot { zone: Zone::Till, aisle: 0, place, room: 8 };
        let cells = [0, 1, 2].map(|place| spot(place).cell());
        assert_eq!(cells, [0, 5, 2]);
    }
}
