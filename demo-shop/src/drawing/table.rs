//! Clay.

use super::sketch::{Sketch, Tone};

pub(super) fn moon_jar(tone: Tone) -> Sketch {
    Sketch::on(326, 96)
        .body("M158 112 C84 132 62 196 70 226 C80 282 128 310 152 324 L248 324 C276 308 322 278 331 222 C337 190 312 130 242 112 Z", tone, [66, 334])
        .body("M158 92 L242 92 L246 116 Q200 124 154 116 Z", tone, [154, 246])
        .ellipse([200, 92], [42, 8], tone.deep)
        .ellipse([200, 95], [36, 5], tone.shade)
        .line("M72 222 Q200 246 330 220", tone.shade, 1)
}

pub(super) fn bowl(tone: Tone) -> Sketch {
    Sketch::on(318, 78)
        .body("M162 286 L238 286 L246 316 L154 316 Z", tone, [154, 246])
        .body("M84 172 Q92 268 162 292 L238 292 Q308 268 316 172 Z", tone, [84, 316])
        .ellipse([200, 172], [116, 28], tone.deep)
        .ellipse([200, 176], [108, 22], "#6f8f4e")
        .ellipse([182, 172], [38, 6], "#8cab66")
        .line("M122 232 Q150 268 176 276", tone.deep, 1)
        .line("M262 214 Q258 246 240 262", tone.deep, 1)
}

pub(super) fn teapot(tone: Tone) -> Sketch {
    Sketch::on(314, 110)
        .fill("M254 222 L344 160 Q358 154 362 168 Q364 178 354 184 L266 254 Z", tone.shade)
        .ellipse([354, 169], [10, 13], tone.deep)
        .fill("M112 214 Q78 204 70 164 L92 158 Q102 190 136 190 Z", tone.main)
        .ellipse([81, 161], [12, 5], tone.deep)
        .body("M102 222 Q104 160 192 156 Q280 160 282 222 Q282 292 232 312 L152 312 Q102 292 102 222 Z", tone, [102, 282])
        .body("M144 166 Q148 138 192 136 Q236 138 240 166 Q192 180 144 166 Z", tone, [144, 240])
        .line("M142 167 Q192 182 242 167", tone.deep, 2)
        .ellipse([192, 130], [13, 11], tone.shade)
        .line("M118 262 Q192 288 266 262", tone.deep, 1)
}

pub(super) fn cups(tone: Tone) -> Sketch {
    Sketch::on(316, 146)
        .body("M84 204 Q88 290 116 312 L176 312 Q204 290 208 204 Z", tone, [84, 208])
        .ellipse([146, 204], [62, 15], tone.deep)
        .ellipse([146, 207], [56, 11], "#c79a4d")
        .body("M214 236 Q216 294 244 314 L304 314 Q330 294 334 236 Z", tone, [214, 334])
        .ellipse([274, 236], [60, 14], tone.deep)
        .ellipse([274, 239], [54, 10], "#c79a4d")
        .line("M136 176 Q128 160 138 146 Q148 132 140 116", "#ffffff", 4)
        .line("M160 180 Q154 168 162 156", "#ffffff", 4)
}

pub(super) fn plate(tone: Tone) -> Sketch {
    let veins = [[-1, 250], [-1, 212], [-1, 176], [1, 250], [1, 212], [1, 176]];
    Sketch::on(326, 110).turned(38, [200, 205], |sketch| {
        sketch
            .body(
                "M200 68 Q300 130 292 226 Q280 312 200 328 Q120 312 108 226 Q100 130 200 68 Z",
                tone,
                [108, 292],
            )
            .line(
                "M200 84 Q290 140 282 226 Q270 300 200 316 Q130 300 118 226 Q110 140 200 84 Z",
                tone.shade,
                3,
            )
            .line("M200 76 L200 352", tone.deep, 3)
            .each(veins, |sketch, [side, y]| {
                let (middle, end) = (200 + side * 40, 200 + side * 70);
                sketch.line(
                    &format!("M200 {y} Q{middle} {} {end} {}", y - 20, y - 52),
                    tone.deep,
                    2,
                )
            })
    })
}

pub(super) fn onggi() -> Sketch {
    let clay = Tone { main: "#7a4d35", shade: "#5a3524", deep: "#3a2015" };
    Sketch::on(322, 92)
        .body("M142 156 C92 178 82 244 112 284 Q126 310 146 320 L254 320 Q274 310 288 284 C318 244 308 178 258 156 Z", clay, [88, 312])
        .body("M136 138 L264 138 L260 162 L140 162 Z", clay, [136, 264])
        .body("M122 138 Q126 112 200 104 Q274 112 278 138 Z", clay, [122, 278])
        .body("M182 106 L186 86 L214 86 L218 106 Z", clay, [182, 218])
        .line("M98 214 Q200 234 302 214", clay.deep, 2)
        .line("M96 226 Q200 246 304 226", clay.deep, 2)
        .line("M134 262 Q160 236 178 262 Q196 288 218 262", "#a3714f", 4)
}
