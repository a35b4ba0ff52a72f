//! Where everything lies in the shop, in CSS pixels of the plan. Pure.
//!
//! A wide plan has the shelves along the back wall, what people come and go by at the sides, desk and till in front. A
//! narrow one (a phone) has the same in rows.

use super::zone::{Spot, Zone};

/// A part of the plan.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) w: f64,
    pub(super) h: f64,
}

/// A point of the plan: where somebody's feet are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// How somebody stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Stance {
    /// Their feet.
    pub(super) feet: Point,
    /// How wide they are.
    pub(super) size: f64,
    /// There is room below them for what their cart is worth.
    pub(super) is_labelled: bool,
}

/// The shop as it is laid out for a size and a number of aisles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// Aisles in all, the one of the rest included.
    pub(super) aisles: u8,
}

impl Layout {
    /// Rows instead of sides.
    pub(super) fn is_narrow(&self) -> bool {
        self.width < NARROW
    }

    /// The floor of a zone; for aisles and shelves, of all of them.
    pub(super) fn zone(&self, zone: Zone) -> Rect {
        let (wall, wide, rest) = (WALL, self.width, self.height - WALL);
        let part = |x: f64, y: f64, w: f64, h: f64| Rect {
            x: wide * x,
            y: wall + rest * y,
            w: wide * w,
            h: rest * h,
        };
        match (zone, self.is_narrow()) {
            (Zone::Aisle | Zone::Shelf, false) => part(0.19, 0.0, 0.62, 0.7),
            (Zone::Lounge, false) => part(0.0, 0.0, 0.19, 0.46),
            (Zone::Entrance, false) => part(0.0, 0.46, 0.19, 0.54),
            (Zone::SearchDesk, false) => part(0.19, 0.7, 0.26, 0.3),
            (Zone::Till, false) => part(0.45, 0.7, 0.36, 0.3),
            (Zone::Fitting, false) => part(0.81, 0.0, 0.19, 0.46),
            (Zone::Exit, false) => part(0.81, 0.46, 0.19, 0.54),
            (Zone::Aisle | Zone::Shelf, true) => part(0.0, 0.0, 1.0, 0.56),
            (Zone::Fitting, true) => part(0.0, 0.56, 0.34, 0.22),
            (Zone::SearchDesk, true) => part(0.34, 0.56, 0.32, 0.22),
            (Zone::Lounge, true) => part(0.66, 0.56, 0.34, 0.22),
            (Zone::Entrance, true) => part(0.0, 0.78, 0.34, 0.22),
            (Zone::Till, true) => part(0.34, 0.78, 0.36, 0.22),
            (Zone::Exit, true) => part(0.7, 0.78, 0.3, 0.22),
        }
    }

    /// One aisle, from its shelf on the wall to its walk in front.
    pub(super) fn aisle(&self, aisle: u8) -> Rect {
        let all = self.zone(Zone::Shelf);
        let count = self.aisles.max(1);
        let columns = if self.is_narrow() { count.min(COLUMNS_NARROW) } else { count };
        let rows = count.div_ceil(columns);
        let aisle = aisle.min(count - 1);
        let (row, column) = (aisle / columns, aisle % columns);
        // The last row may have fewer, which are wider then.
        let here = if row + 1 == rows { count - row * columns } else { columns };
        let (w, h) = (all.w / f64::from(here), all.h / f64::from(rows));
        Rect { x: all.x + w * f64::from(column), y: all.y + h * f64::from(row), w, h }
    }

    /// The foot of an aisle's shelf, below which people stand.
    pub(super) fn shelf_foot(&self, aisle: u8) -> f64 {
        let is_on_wall = (self.aisle(aisle).y - WALL).abs() < 1.0;
        self.aisle(aisle).y + if is_on_wall { 20.0 } else { SHELF_HEIGHT + 14.0 }
    }

    /// The low table between an aisle's shelf and its walk.
    pub(super) fn table(&self, aisle: u8) -> Rect {
        let (it, foot) = (self.aisle(aisle), self.shelf_foot(aisle));
        let room = it.y + it.h - foot;
        Rect { x: it.x + it.w * 0.16, y: foot + room * 0.56 - 4.0, w: it.w * 0.68, h: 12.0 }
    }

    /// Where people stand: a zone without its furniture.
    pub(super) fn stand(&self, zone: Zone, aisle: u8) -> Rect {
        let inner = |it: Rect, top: f64| Rect {
            x: it.x + 8.0,
            y: it.y + top,
            w: (it.w - 16.0).max(1.0),
            h: (it.h - top - 4.0).max(1.0),
        };
        let (it, foot, table) = (self.aisle(aisle), self.shelf_foot(aisle), self.table(aisle));
        match zone {
            Zone::Shelf => Rect {
                x: it.x + 6.0,
                y: foot,
                w: it.w - 12.0,
                h: table.y - TABLE_HEIGHT - foot - 8.0,
            },
            Zone::Aisle => {
                let top = table.y + table.h;
                Rect { x: it.x + 6.0, y: top, w: it.w - 12.0, h: it.y + it.h - top - 2.0 }
            }
            Zone::Entrance | Zone::Exit => inner(self.zone(zone), 26.0),
            Zone::Lounge | Zone::Fitting | Zone::SearchDesk | Zone::Till => {
                inner(self.zone(zone), furniture_foot(zone))
            }
        }
    }

    /// How somebody stands at a spot. Nobody is larger than a cell: however many come, none stands on another's feet.
    pub(super) fn stance(&self, spot: Spot) -> Stance {
        let stand = self.stand(spot.zone, spot.aisle);
        let Grid { columns, rows, size, label } = grid(stand, spot.room.max(1), self.person());
        let (across, down) = spot.lean();
        let (column, row) = (spot.cell() % columns, (spot.cell() / columns).min(rows - 1));
        let (w, h) = (stand.w / f64::from(columns), stand.h / f64::from(rows));
        let wide = w.min(size.max(label * 3.2));
        let tall = size * TALL;
        // Within the cell they lean, so that it looks like people rather than a parade.
        let lean = |part: u16, room: f64| f64::from(part) / 1_000.0 * room.max(0.0);
        let feet = Point {
            x: stand.x + w * f64::from(column) + wide / 2.0 + lean(across, w - wide),
            y: stand.y + h * f64::from(row) + tall + lean(down, h - tall - label),
        };
        Stance { feet, size, is_labelled: label > 0.0 }
    }

    /// The way from one place to another, along the walks and not through shelves.
    pub(super) fn way(&self, from: Point, to: Point) -> Vec<Point> {
        let walk = self.walk();
        let is_near = (from.x - to.x).abs() < NEAR && (from.y - to.y).abs() < NEAR;
        let is_in_front = from.y > walk && to.y > walk;
        if is_near || is_in_front || self.is_narrow() {
            return vec![from, to];
        }
        vec![from, Point { x: from.x, y: walk }, Point { x: to.x, y: walk }, to]
    }

    /// Where newcomers come from.
    pub(super) fn door_in(&self) -> Point {
        let it = self.zone(Zone::Entrance);
        Point { x: it.x + it.w / 2.0, y: it.y + it.h + 30.0 }
    }

    /// Where people leave.
    pub(super) fn door_out(&self) -> Point {
        let it = self.zone(Zone::Exit);
        Point { x: it.x + it.w / 2.0, y: it.y + it.h + 30.0 }
    }

    /// The walk between the aisles and what is in front of them.
    fn walk(&self) -> f64 {
        let it = self.zone(Zone::Aisle);
        it.y + it.h - 4.0
    }

    /// How wide people are where there is room.
    fn person(&self) -> f64 {
        if self.is_narrow() { 30.0 } else { 36.0 }
    }
}

/// How much of a zone its furniture takes, from the zone's back.
fn furniture_foot(zone: Zone) -> f64 {
    match zone {
        Zone::Fitting | Zone::Lounge => 80.0,
        Zone::SearchDesk => 68.0,
        Zone::Till => 58.0,
        Zone::Entrance | Zone::Aisle | Zone::Shelf | Zone::Exit => 0.0,
    }
}

/// How a place is divided among people.
struct Grid {
    columns: u16,
    rows: u16,
    size: f64,
    label: f64,
}

/// The division in which people are largest.
fn grid(stand: Rect, room: u16, most: f64) -> Grid {
    let divided = |columns: u16| {
        let rows = room.div_ceil(columns);
        let (w, h) = (stand.w / f64::from(columns), stand.h / f64::from(rows));
        let label = if h >= LABEL + TALL * LABELLED && w >= LABELLED * 1.3 { LABEL } else { 0.0 };
        let size = most.min(w * 0.86).min((h - label) / TALL).max(SIZE_MIN);
        Grid { columns, rows, size, label }
    };
    let larger = |a: Grid, b: Grid| if b.size > a.size { b } else { a };
    (1..=room.min(COLUMNS_MAX)).map(divided).reduce(larger).unwrap_or_else(|| divided(1))
}

/// A point after `gone` pixels of a way; its end beyond it.
pub(super) fn along(way: &[Point], mut gone: f64) -> Point {
    for (from, to) in way.iter().zip(way.iter().skip(1)) {
        let length = distance(*from, *to);
        if gone < length {
            let part = gone / length;
            let between = |a: f64, b: f64| a + (b - a) * part;
            return Point { x: between(from.x, to.x), y: between(from.y, to.y) };
        }
        gone -= length;
    }
    way.last().copied().unwrap_or_default()
}

/// How long a way is.
pub(super) fn length(way: &[Point]) -> f64 {
    way.iter().zip(way.iter().skip(1)).map(|(from, to)| distance(*from, *to)).sum()
}

fn distance(from: Point, to: Point) -> f64 {
    (from.x - to.x).hypot(from.y - to.y)
}

/// A plan below this width is narrow.
const NARROW: f64 = 620.0;

/// Aisles beside each other in a narrow plan.
const COLUMNS_NARROW: u8 = 3;

/// How far a shelf on the wall rises above its foot.
pub(super) const SHELF_HEIGHT: f64 = 52.0;

/// How much of the plan is the back wall.
pub(super) const WALL: f64 = SHELF_HEIGHT - 6.0;

/// How far a table rises.
pub(super) const TABLE_HEIGHT: f64 = 9.0;

/// A person's height by their width, down to the feet.
const TALL: f64 = 1.1;

/// What the text below somebody takes.
const LABEL: f64 = 15.0;

/// People smaller than this have no text below them.
const LABELLED: f64 = 24.0;

/// No smaller, or nobody would see them.
const SIZE_MIN: f64 = 7.0;

const COLUMNS_MAX: u16 = 64;

/// Places nearer than this are reached straight on.
const NEAR: f64 = 90.0;

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [(f64, f64); 3] = [(1_016.0, 470.0), (690.0, 420.0), (358.0, 640.0)];

    fn layouts() -> impl Iterator<Item = Layout> {
        let with = |(width, height)| (1..=6).map(move |aisles| Layout { width, height, aisles });
        SIZES.into_iter().flat_map(with)
    }

    fn is_within(inner: Rect, outer: Rect) -> bool {
        inner.x >= outer.x - 0.1
            && inner.y >= outer.y - 0.1
            && inner.x + inner.w <= outer.x + outer.w + 0.1
            && inner.y + inner.h <= outer.y + outer.h + 0.1
    }

    #[test]
    fn zones_cover_the_plan_and_each_has_room_to_stand() {
        for layout in layouts() {
            let own = Zone::ALL.into_iter().filter(|zone| *zone != Zone::Shelf);
            let area: f64 = own.map(|zone| layout.zone(zone)).map(|it| it.w * it.h).sum();
            let floor = layout.width * (layout.height - WALL);
            assert!((area - floor).abs() < 1.0, "{area} of {floor}: {layout:?}");
            for zone in Zone::ALL {
                for aisle in 0..layout.aisles {
                    let stand = layout.stand(zone, aisle);
                    assert!(is_within(stand, layout.zone(zone)), "{zone:?} {aisle} {layout:?}");
                    assert!(stand.h > 30.0 && stand.w > 40.0, "{zone:?} {stand:?} {layout:?}");
                }
            }
        }
    }

    #[test]
    fn people_stand_within_their_zone_and_on_nobodys_feet() {
        for layout in layouts() {
            for room in [4, 8, 32, 128, 256] {
                let spot = |place| Spot { zone: Zone::Shelf, aisle: 0, place, room };
                let all: Vec<_> = (0..room).map(|place| layout.stance(spot(place))).collect();
                let stand = layout.stand(Zone::Shelf, 0);
                let is_in = |it: &Stance| it.feet.x > stand.x && it.feet.x < stand.x + stand.w;
                assert!(all.iter().all(is_in), "{layout:?}");
                let near = |a: &Stance, b: &Stance| {
                    (a.feet.x - b.feet.x).abs() < a.size * 0.2
                        && (a.feet.y - b.feet.y).abs() < a.size * 0.2
                };
                let is_alone = |at: usize| all[at + 1..].iter().all(|other| !near(&all[at], other));
                assert!((0..all.len()).all(is_alone), "{room} in {layout:?}");
            }
        }
    }

    #[test]
    fn a_way_between_aisles_goes_along_the_walk() {
        let layout = Layout { width: 1_000.0, height: 460.0, aisles: 4 };
        let (from, to) = (Point { x: 250.0, y: 120.0 }, Point { x: 700.0, y: 120.0 });
        let way = layout.way(from, to);
        assert_eq!((way.len(), way[1].x, way[2].x), (4, 250.0, 700.0));
        assert!(way[1].y > layout.table(0).y + layout.table(0).h);
        assert_eq!(along(&way, 0.0), from);
        assert_eq!(along(&way, length(&way) + 1.0), to);
        assert!((along(&way, length(&way) / 2.0).x - 475.0).abs() < 0.01);
    }
}
