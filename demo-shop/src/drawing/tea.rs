//! Tins, jars and leaves.

use super::sketch::{BRASS, LEAF, PAPER, SEAL, Sketch, Tone, WOOD};

const JAR: &str = "M132 152 Q132 140 146 138 L254 138 Q268 140 268 152 L268 300 Q268 318 250 318 L150 318 Q132 318 132 300 Z";

pub(super) fn tin() -> Sketch {
    let green = Tone { main: "#5f7d63", shade: "#46614b", deep: "#2f4434" };
    Sketch::on(320, 120)
        .body(
            "M136 142 L264 142 L264 306 Q264 320 250 320 L150 320 Q136 320 136 306 Z",
            green,
            [136, 264],
        )
        .body(
            "M130 112 Q130 100 142 100 L258 100 Q270 100 270 112 L270 150 L130 150 Z",
            BRASS,
            [130, 270],
        )
        .rect([164, 182], [72, 104], 2, PAPER.main)
        .petal([200, 262], [12, 34], -24, LEAF.main)
        .petal([200, 262], [12, 34], 24, LEAF.shade)
        .petal([200, 262], [10, 28], 0, LEAF.deep)
        .rect([193, 268], [14, 12], 1, SEAL)
        .petal([288, 322], [10, 26], 62, LEAF.main)
        .petal([286, 322], [9, 22], 20, LEAF.shade)
        .petal([112, 322], [9, 24], -66, LEAF.shade)
}

pub(super) fn pouch() -> Sketch {
    let kraft = Tone { main: "#d8b98c", shade: "#bb9866", deep: "#8f6f43" };
    Sketch::on(322, 120)
        .body("M140 118 L260 118 Q286 220 284 322 L116 322 Q114 220 140 118 Z", kraft, [116, 284])
        .fill("M140 84 L260 84 L260 124 L140 124 Z", kraft.shade)
        .line("M140 104 L260 104", kraft.deep, 2)
        .line("M134 132 Q200 142 266 132", PAPER.main, 4)
        .line("M200 138 Q180 160 188 178 M200 138 Q224 156 214 182", PAPER.main, 4)
        .rect([160, 196], [80, 96], 2, PAPER.main)
        .line("M186 214 L186 262 M202 214 L202 270 M218 214 L218 250", "#6b5b45", 3)
        .rect([210, 262], [16, 16], 1, SEAL)
}

pub(super) fn grains() -> Sketch {
    let heap: Vec<[i32; 2]> =
        (0..9).flat_map(|row| (0..9).map(move |column| [row, column])).collect();
    Sketch::on(320, 116)
        .glass(JAR, "#ffffff", ".55")
        .fill(
            "M140 208 Q200 192 260 208 L260 298 Q260 310 248 310 L152 310 Q140 310 140 298 Z",
            "#b98d55",
        )
        .each(heap, |sketch, [row, column]| {
            let x = 147 + column * 13 + (row % 2) * 6;
            let y = 214 + row * 11;
            let colour = ["#d5aa6d", "#9c7140", "#e3c08a"]
                [((row * 5 + column * 3) % 3).unsigned_abs() as usize];
            sketch.petal([x, y], [4, 6], (row * 47 + column * 31) % 90, colour)
        })
        .line("M150 160 L150 290", "#ffffff", 5)
        .body(
            "M146 104 L254 104 L250 142 L150 142 Z",
            Tone { main: "#cda47a", shade: "#ab8157", deep: "" },
            [146, 254],
        )
        .petal([300, 322], [6, 9], 70, "#b98d55")
        .petal([318, 320], [6, 9], 20, "#9c7140")
}

pub(super) fn bags() -> Sketch {
    let sage = Tone { main: "#c5d0b0", shade: "#a5b38d", deep: "#6b7c54" };
    Sketch::on(322, 140)
        .rect([92, 150], [150, 172], 4, sage.main)
        .fill("M242 150 L276 172 L276 322 L242 322 Z", sage.shade)
        .fill("M92 150 L126 132 L276 132 L276 172 L242 150 Z", "#dbe3ca")
        .rect([116, 186], [102, 100], 2, PAPER.main)
        .petal([167, 270], [22, 34], 0, LEAF.main)
        .line("M167 272 L167 214 M167 250 L154 238 M167 250 L180 238 M167 234 L158 226 M167 234 L176 226", LEAF.deep, 2)
        .line("M300 236 Q316 176 286 150 Q266 132 282 104", "#fdfaf2", 3)
        .rect([266, 84], [32, 28], 2, SEAL)
        .fill("M276 244 L324 244 L336 316 Q300 326 264 316 Z", "#fdfaf2")
        .fill("M270 280 L330 280 L335 314 Q300 323 265 314 Z", "#a8b58c")
}

pub(super) fn flowers() -> Sketch {
    let blooms = [[168, 282], [214, 290], [240, 252], [186, 240], [158, 218], [222, 210]];
    let sketch = Sketch::on(320, 116).glass(JAR, "#ffffff", ".55");
    let sketch = sketch.each(blooms, |sketch, at| flower(sketch, at, 25));
    let sketch = sketch.line("M150 160 L150 290", "#ffffff", 5).body(
        "M144 100 L256 100 Q260 100 260 106 L260 142 L140 142 L140 106 Q140 100 144 100 Z",
        BRASS,
        [140, 260],
    );
    flower(flower(sketch, [304, 306], 30), [98, 312], 22)
}

fn flower(sketch: Sketch, at: [i32; 2], size: i32) -> Sketch {
    sketch
        .each(0..12, |sketch, turn| {
            let colour = if turn % 2 == 0 { "#f3cf5c" } else { "#e7b93b" };
            sketch.petal(at, [size / 5, size / 2], turn * 30, colour)
        })
        .ellipse(at, [size / 4, size / 4], "#b97f22")
}

pub(super) fn syrup() -> Sketch {
    let amber = Tone { main: "#e0a63c", shade: "#c2842a", deep: "#8d5b17" };
    let slices = [[172, 284], [228, 270], [186, 232]];
    Sketch::on(322, 140)
        .glass("M112 160 Q112 146 126 144 L234 144 Q248 146 248 160 L248 302 Q248 320 230 320 L130 320 Q112 320 112 302 Z", "#ffffff", ".55")
        .body("M120 186 L240 186 L240 300 Q240 312 228 312 L132 312 Q120 312 120 300 Z", amber, [120, 240])
        .each(slices, |sketch, [x, y]| {
            sketch
                .ellipse([x - 20, y], [26, 15], "#f3cf7a")
                .ellipse([x - 20, y], [8, 5], amber.deep)
        })
        .line("M130 166 L130 296", "#ffffff", 5)
        .body("M122 108 L238 108 L234 148 L126 148 Z", PAPER, [122, 238])
        .line("M124 144 Q180 156 236 144", WOOD.main, 4)
        .body("M262 286 Q256 236 296 234 Q342 234 336 284 Q332 322 298 322 Q266 322 262 286 Z", Tone { main: "#ecca58", shade: "#d3a93a", deep: "" }, [258, 338])
        .line("M298 236 Q296 222 302 212", WOOD.deep, 4)
        .petal([302, 222], [9, 22], 70, LEAF.main)
}
