//! Paper, ink and brass.

use super::sketch::{BRASS, LEAF, PAPER, SEAL, Sketch, Tone, WOOD};

pub(super) fn notebook(tone: Tone) -> Sketch {
    Sketch::on(328, 120)
        .turned(9, [200, 200], |sketch| {
            sketch.rect([132, 88], [160, 226], 3, PAPER.shade).rect(
                [128, 84],
                [160, 226],
                3,
                PAPER.main,
            )
        })
        .turned(-5, [200, 200], |sketch| {
            sketch
                .rect([112, 82], [164, 234], 3, tone.main)
                .rect([112, 82], [26, 234], 3, tone.shade)
                .line("M138 84 L138 314", PAPER.main, 2)
                .each([104, 152, 199, 246, 294], |sketch, y| {
                    sketch.line(&format!("M113 {y} L138 {y}"), PAPER.main, 2)
                })
                .rect([168, 112], [46, 118], 1, PAPER.main)
                .line("M191 130 L191 200 M182 146 L200 146 M182 168 L200 168", tone.deep, 3)
                .rect([185, 208], [12, 12], 1, SEAL)
        })
}

pub(super) fn brush(tone: Tone) -> Sketch {
    Sketch::on(330, 110)
        .line("M92 292 Q140 244 176 278 Q206 306 246 286 Q284 268 312 296", tone.deep, 13)
        .line("M92 292 Q100 282 112 276", tone.main, 5)
        .turned(38, [200, 200], |sketch| {
            sketch
                .rect([187, 40], [26, 176], 8, tone.main)
                .rect([187, 40], [9, 176], 6, tone.shade)
                .rect([185, 148], [30, 8], 2, BRASS.main)
                .rect([189, 214], [22, 26], 3, tone.shade)
                .fill("M190 238 Q182 262 200 306 Q218 262 210 238 Z", "#2b2724")
                .fill("M190 238 Q188 250 191 258 L209 258 Q212 250 210 238 Z", "#d9cbb0")
                .rect([191, 34], [18, 9], 3, BRASS.shade)
        })
}

pub(super) fn letters() -> Sketch {
    let flecks = [[150, 128], [196, 112], [238, 140], [172, 160], [222, 168]];
    Sketch::on(324, 136)
        .turned(-7, [200, 180], |sketch| {
            sketch.rect([124, 82], [152, 200], 2, PAPER.main).each(flecks, |sketch, at| {
                sketch.petal(at, [3, 7], at[0] % 80, "#d98a76").petal(
                    [at[0] + 8, at[1] + 12],
                    [2, 5],
                    40,
                    LEAF.main,
                )
            })
        })
        .rect([84, 168], [232, 152], 4, "#ead9bd")
        .fill("M84 318 L178 240 L222 240 L316 318 Z", "#dcc7a3")
        .fill("M84 170 L200 262 L316 170 Q316 168 312 168 L88 168 Q84 168 84 170 Z", "#f2e5cd")
        .line("M86 170 L200 260 L314 170", "#cbb48d", 2)
        .ellipse([200, 254], [25, 24], SEAL)
        .ellipse([200, 254], [17, 16], "#973524")
        .ellipse([206, 249], [12, 12], SEAL)
}

pub(super) fn inkstone() -> Sketch {
    let stone = Tone { main: "#55565c", shade: "#3d3e44", deep: "#1c1c20" };
    Sketch::on(316, 140)
        .fill("M96 186 L304 186 L316 300 Q316 316 300 316 L100 316 Q84 316 84 300 Z", stone.shade)
        .fill("M100 176 L300 176 L312 288 Q312 300 298 300 L102 300 Q88 300 88 288 Z", stone.main)
        .fill("M122 192 L278 192 L286 282 L114 282 Z", stone.shade)
        .fill("M124 194 Q200 236 276 194 L278 206 Q200 262 122 206 Z", stone.deep)
        .line("M150 202 Q200 226 240 206", "#6d6f78", 2)
        .turned(24, [232, 170], |sketch| {
            sketch
                .rect([216, 84], [32, 150], 3, "#262428")
                .rect([216, 84], [10, 150], 3, "#3a373d")
                .rect([226, 104], [12, 62], 1, BRASS.main)
        })
        .turned(-52, [104, 150], |sketch| {
            sketch
                .rect([98, 70], [12, 120], 5, WOOD.main)
                .fill("M99 188 Q94 206 104 236 Q114 206 109 188 Z", "#e8dcc6")
        })
}

pub(super) fn bookmark(tone: Tone) -> Sketch {
    Sketch::on(346, 70)
        .turned(8, [200, 190], |sketch| {
            sketch
                .fill("M174 56 Q200 40 226 56 L226 206 Q200 222 174 206 Z", BRASS.main)
                .fill("M204 44 Q216 48 226 56 L226 206 Q216 212 204 214 Z", BRASS.shade)
                .ellipse([200, 96], [15, 15], BRASS.deep)
                .ellipse([206, 92], [14, 14], BRASS.main)
                .line("M188 138 Q200 128 212 138 Q200 148 188 138 M188 164 Q200 154 212 164 Q200 174 188 164", BRASS.deep, 2)
                .line("M200 208 L200 236", tone.main, 4)
                .each([0, 60, 120, 180, 240, 300], |sketch, turn| {
                    sketch.petal([200, 248], [7, 9], turn, tone.main)
                })
                .ellipse([200, 248], [6, 6], tone.deep)
                .rect([190, 264], [20, 12], 4, BRASS.shade)
                .fill("M190 276 L210 276 L217 346 L183 346 Z", tone.main)
                .line("M192 282 L187 344 M200 282 L200 344 M208 282 L213 344", tone.shade, 2)
        })
}

pub(super) fn calendar(tone: Tone) -> Sketch {
    let moons: Vec<[i32; 2]> =
        (0..5).flat_map(|row| (0..6).map(move |column| [row, column])).collect();
    Sketch::on(344, 108)
        .rect([98, 62], [204, 276], 1, PAPER.main)
        .rect([90, 54], [220, 14], 7, WOOD.main)
        .rect([90, 332], [220, 12], 6, WOOD.shade)
        .line("M150 54 L200 26 L250 54", WOOD.deep, 2)
        .line("M122 96 L190 96", tone.main, 6)
        .line("M122 112 L160 112", PAPER.deep, 3)
        .each(moons, |sketch, [row, column]| {
            let (x, y) = (130 + column * 28, 146 + row * 36);
            // The dark disc slides over the bright one: thirty days from new moon to new moon.
            let slide = (row * 6 + column) * 22 / 29 - 11;
            sketch.ellipse([x, y], [10, 10], tone.main).ellipse([x + slide, y], [8, 9], PAPER.main)
        })
}
