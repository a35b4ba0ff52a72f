//! The shop itself: floor, wall, shelves with goods, counter and doors. Drawn once for a layout, seen a little from
//! above: every piece has a top and a front.

use leptos::{prelude::*, svg};

use super::layout::{Layout, Rect, SHELF_HEIGHT, TABLE_HEIGHT, WALL};
use super::zone::Zone;

/// Everything that stands in it, the hindmost first.
pub(super) fn shop(layout: Layout) -> impl IntoView {
    let zones = Zone::ALL.into_iter().filter(|zone| *zone != Zone::Shelf);
    let aisles = (0..layout.aisles).map(move |aisle| shelf(layout, aisle).into_any());
    svg::svg()
        .attr("class", "shop")
        .attr("width", layout.width.to_string())
        .attr("height", layout.height.to_string())
        .child((
            rect("shop-floor", Rect { w: layout.width, h: layout.height, ..Rect::default() }, 0.0),
            tiles(layout),
            zones.map(|zone| ground(layout, zone)).collect_view(),
            wall(layout),
            aisles.collect_view(),
            lounge(layout),
            fitting(layout),
            desk(layout),
            till(layout),
            door(layout.zone(Zone::Entrance), "M-9 4h12m-5-5l5 5-5 5"),
            door(layout.zone(Zone::Exit), "M-6 4h12m-5-5l5 5-5 5"),
        ))
}

/// A rectangle with a class for the style sheet.
fn rect(class: &'static str, it: Rect, round: f64) -> AnyView {
    svg::rect()
        .attr("class", class)
        .attr("x", text(it.x))
        .attr("y", text(it.y))
        .attr("width", text(it.w.max(0.0)))
        .attr("height", text(it.h.max(0.0)))
        .attr("rx", text(round))
        .into_any()
}

fn path(class: &'static str, d: String) -> AnyView {
    svg::path().attr("class", class).attr("d", d).into_any()
}

/// Something that stands on `foot` and is so high.
fn block(kind: [&'static str; 2], foot: Rect, height: f64) -> AnyView {
    let shadow = Rect { x: foot.x - 3.0, y: foot.y + foot.h - 4.0, w: foot.w + 6.0, h: 9.0 };
    let top = Rect { y: foot.y - height, ..foot };
    let front = Rect { y: foot.y + foot.h - height, h: height, ..foot };
    (rect("shadow", shadow, 4.0), rect(kind[1], front, 2.0), rect(kind[0], top, 2.0)).into_any()
}

const WOOD: [&str; 2] = ["wood", "wood-front"];
const STEEL: [&str; 2] = ["steel", "steel-front"];
const CLOTH: [&str; 2] = ["cloth", "cloth-front"];

/// Joints between the tiles, quiet enough to be overlooked.
fn tiles(layout: Layout) -> AnyView {
    let at = |number: u32| f64::from(number) * TILE;
    let rows = (1..=counted((layout.height - WALL) / TILE))
        .map(|row| format!("M0 {}H{}", text(WALL + at(row)), text(layout.width)));
    let columns = (1..=counted(layout.width / TILE))
        .map(|column| format!("M{} {}V{}", text(at(column)), text(WALL), text(layout.height)));
    path("tile-lines", rows.chain(columns).collect())
}

/// The carpet of a zone that has one, so that it is seen where it ends.
fn ground(layout: Layout, zone: Zone) -> AnyView {
    let it = layout.zone(zone);
    let inner = Rect { x: it.x + 4.0, y: it.y + 4.0, w: it.w - 8.0, h: it.h - 8.0 };
    match zone {
        Zone::Lounge | Zone::Fitting | Zone::Till | Zone::SearchDesk => rect("carpet", inner, 9.0),
        Zone::Entrance | Zone::Exit => {
            let mat =
                Rect { x: it.x + it.w * 0.26, y: it.y + it.h - 24.0, w: it.w * 0.48, h: 16.0 };
            rect("mat", mat, 3.0)
        }
        Zone::Aisle | Zone::Shelf => ().into_any(),
    }
}

fn wall(layout: Layout) -> AnyView {
    let high = WALL;
    let window = |x: f64, w: f64| {
        let pane = Rect { x, y: 9.0, w, h: high - 22.0 };
        let bar = format!("M{} {}V{}", text(x + w / 2.0), text(pane.y), text(pane.y + pane.h));
        (rect("pane", pane, 2.0), path("pane-bar", bar))
    };
    let sides = (!layout.is_narrow()).then(|| {
        let (left, right) = (layout.zone(Zone::Lounge), layout.zone(Zone::Fitting));
        (window(left.w * 0.56, left.w * 0.34), window(right.x + right.w * 0.56, right.w * 0.34))
    });
    (
        rect("wall", Rect { w: layout.width, h: high, ..Rect::default() }, 0.0),
        rect("wall-low", Rect { y: high - 5.0, w: layout.width, h: 5.0, ..Rect::default() }, 0.0),
        sides,
    )
        .into_any()
}

/// An aisle: a tall shelf full of goods with its sign, and a low table in front.
fn shelf(layout: Layout, aisle: u8) -> impl IntoView {
    let (it, foot) = (layout.aisle(aisle), layout.shelf_foot(aisle));
    let body = Rect { x: it.x + 7.0, y: foot - SHELF_HEIGHT, w: it.w - 14.0, h: SHELF_HEIGHT };
    let shadow = Rect { x: body.x - 2.0, y: foot - 5.0, w: body.w + 4.0, h: 9.0 };
    let inner = Rect { x: body.x + 3.0, y: body.y + 17.0, w: body.w - 6.0, h: body.h - 19.0 };
    let boards = [1.0, 2.0].map(|row| {
        let board = Rect { y: inner.y + inner.h / 2.0 * row - 2.0, h: 2.0, ..inner };
        (goods(board, aisle, counted(row)), rect("wood-front", board, 0.0))
    });
    let table = layout.table(aisle);
    let heap =
        Rect { x: table.x + 5.0, y: table.y - TABLE_HEIGHT + 8.0, w: table.w - 10.0, h: 0.0 };
    let (near, far) = boards.into();
    (
        rect("shadow", shadow, 4.0),
        rect("wood-front", body, 3.0),
        rect("board", inner, 1.0),
        near,
        far,
        rect("wood", Rect { h: 16.0, ..body }, 3.0),
        block(WOOD, table, TABLE_HEIGHT),
        goods(heap, aisle, 7),
    )
}

/// Goods that stand on a board: one path a colour. The same board has the same goods each time.
fn goods(board: Rect, aisle: u8, row: u32) -> AnyView {
    let mut paths: [String; 5] = Default::default();
    let (mut x, mut seed) = (board.x + 2.0, u32::from(aisle) * 977 + row * 331 + 7);
    while x < board.x + board.w - 9.0 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (w, h) = (f64::from(4 + (seed >> 9) % 4), f64::from(6 + (seed >> 13) % 6));
        let piece = format!("M{} {}v-{h}h{w}v{h}z", text(x), text(board.y));
        paths[(seed >> 20) as usize % 5] += &piece;
        x += w + f64::from(1 + (seed >> 17) % 3);
    }
    let classes = ["goods-0", "goods-1", "goods-2", "goods-3", "goods-4"];
    classes.into_iter().zip(paths).map(|(class, d)| path(class, d)).collect_view().into_any()
}

/// A sofa, a small table and something green.
fn lounge(layout: Layout) -> AnyView {
    let it = layout.zone(Zone::Lounge);
    let (x, w, y) = (it.x + it.w * 0.1, it.w * 0.56, it.y + 54.0);
    let back = Rect { x, y: y - 2.0, w, h: 8.0 };
    let seat = Rect { x: x + 2.0, y: y + 6.0, w: w - 4.0, h: 12.0 };
    let arm = |x: f64| block(CLOTH, Rect { x, y, w: 9.0, h: 18.0 }, 11.0);
    (
        block(CLOTH, back, 18.0),
        block(CLOTH, seat, 6.0),
        path("seam", format!("M{} {}v12", text(x + w / 2.0), text(y))),
        arm(x - 4.0),
        arm(x + w - 5.0),
        plant(it.x + it.w * 0.86, y + 20.0),
    )
        .into_any()
}

fn plant(x: f64, foot: f64) -> AnyView {
    let leaf = |dx: f64, dy: f64, r: f64| {
        svg::circle()
            .attr("class", "leaf")
            .attr("cx", text(x + dx))
            .attr("cy", text(foot + dy))
            .attr("r", text(r))
    };
    (
        rect("shadow", Rect { x: x - 10.0, y: foot - 4.0, w: 20.0, h: 8.0 }, 4.0),
        path("wood-front", format!("M{} {}h14l-2 12h-10z", text(x - 7.0), text(foot - 12.0))),
        leaf(-6.0, -19.0, 7.0),
        leaf(6.0, -18.0, 6.5),
        leaf(0.0, -26.0, 8.0),
    )
        .into_any()
}

/// Two cabins with curtains, and a mirror between.
fn fitting(layout: Layout) -> AnyView {
    let it = layout.zone(Zone::Fitting);
    let (w, foot) = (it.w * 0.34, it.y + 76.0);
    let cabin = |x: f64| {
        let frame = Rect { x, y: foot - 50.0, w, h: 50.0 };
        let cloth = Rect { x: x + 3.0, y: frame.y + 9.0, w: w - 6.0, h: 36.0 };
        let fold = |part: f64| format!("M{} {}v36", text(cloth.x + cloth.w * part), text(cloth.y));
        (
            rect("shadow", Rect { x: x - 2.0, y: foot - 4.0, w: w + 4.0, h: 8.0 }, 4.0),
            rect("wood-front", frame, 3.0),
            rect("wood", Rect { h: 7.0, ..frame }, 3.0),
            rect("cloth", cloth, 1.0),
            path("fold", [0.2, 0.4, 0.6, 0.8].map(fold).concat()),
        )
    };
    let mirror = Rect { x: it.x + it.w * 0.46, y: foot - 46.0, w: it.w * 0.08, h: 44.0 };
    (cabin(it.x + it.w * 0.08), cabin(it.x + it.w * 0.58), rect("pane", mirror, 3.0)).into_any()
}

/// Where people ask where something is.
fn desk(layout: Layout) -> AnyView {
    let it = layout.zone(Zone::SearchDesk);
    let foot = Rect { x: it.x + it.w * 0.3, y: it.y + 46.0, w: it.w * 0.5, h: 14.0 };
    // A magnifying glass on its front.
    let lens = format!(
        "M{} {}m3.6 0a3.6 3.6 0 1 0-7.2 0a3.6 3.6 0 1 0 7.2 0m-1 2.6l3.4 3.4",
        text(foot.x + foot.w / 2.0),
        text(foot.y + 5.0)
    );
    (block(WOOD, foot, 16.0), path("desk-mark", lens)).into_any()
}

/// A counter with its register, its belt and the way past it.
fn till(layout: Layout) -> AnyView {
    let it = layout.zone(Zone::Till);
    let foot = Rect { x: it.x + it.w * 0.26, y: it.y + 36.0, w: it.w * 0.56, h: 14.0 };
    let register = Rect { x: foot.x + foot.w * 0.74, y: foot.y - 14.0, w: 20.0, h: 8.0 };
    let belt = Rect { x: foot.x + 5.0, y: foot.y - 13.0, w: foot.w * 0.6, h: 8.0 };
    let screen = Rect { x: register.x + 2.0, y: register.y - 22.0, w: 16.0, h: 12.0 };
    (
        block(STEEL, foot, 16.0),
        rect("belt", belt, 2.0),
        block(STEEL, register, 9.0),
        rect("screen", screen, 2.0),
    )
        .into_any()
}

/// An opening in the wall in front, with an arrow on its mat.
fn door(it: Rect, arrow: &'static str) -> AnyView {
    let (x, y) = (it.x + it.w / 2.0, it.y + it.h);
    let gap = Rect { x: it.x + it.w * 0.26, y: y - 5.0, w: it.w * 0.48, h: 5.0 };
    let mark = svg::path()
        .attr("class", "door-mark")
        .attr("d", arrow)
        .attr("transform", format!("translate({} {})", text(x), text(y - 20.0)));
    (rect("door", gap, 0.0), mark).into_any()
}

/// A number as it stands in an attribute; tenths of a pixel are enough.
fn text(number: f64) -> String {
    format!("{number:.1}")
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few dozen")]
fn counted(number: f64) -> u32 {
    number.max(0.0) as u32
}

/// Side of a tile, CSS pixels.
const TILE: f64 = 46.0;
