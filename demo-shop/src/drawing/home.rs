//! Light, cloth, wood.

use super::sketch::{BRASS, PAPER, SEAL, Sketch, Tone, WOOD};

pub(super) fn lamp(tone: Tone) -> Sketch {
    let glow = Tone { main: "#ffe9b8", shade: "#f3c986", deep: "#c99a55" };
    let shade = if tone.main == "#fbf8f2" { glow } else { tone };
    Sketch::on(336, 92)
        .glass("M200 30 A150 150 0 1 1 199 30 Z", "#ffdf9e", ".28")
        .line("M166 300 L146 334 M234 300 L254 334 M200 304 L200 336", WOOD.deep, 7)
        .body("M200 74 C276 74 306 132 306 190 C306 252 268 300 200 304 C132 300 94 252 94 190 C94 132 124 74 200 74 Z", shade, [94, 306])
        .glass("M200 120 A66 70 0 1 1 199 120 Z", "#fff8e2", ".65")
        .line("M200 74 L200 304 M164 78 Q112 190 164 300 M236 78 Q288 190 236 300", shade.deep, 1)
        .line("M100 156 Q200 172 300 156 M96 208 Q200 226 304 208 M116 256 Q200 272 284 256", shade.deep, 1)
        .rect([172, 64], [56, 14], 5, WOOD.main)
        .rect([160, 298], [80, 10], 4, WOOD.main)
}

pub(super) fn bojagi(tone: Tone) -> Sketch {
    let patches: [(&str, &str); 11] = [
        ("M92 92 L186 92 L186 146 L92 146 Z", tone.main),
        ("M186 92 L248 92 L248 176 L186 176 Z", PAPER.main),
        ("M248 92 L308 92 L308 150 L248 150 Z", tone.shade),
        ("M92 146 L142 146 L142 236 L92 236 Z", "#e4c978"),
        ("M142 146 L186 146 L186 236 L142 236 Z", tone.deep),
        ("M186 176 L248 176 L248 236 L186 236 Z", "#d99a8c"),
        ("M248 150 L308 150 L308 214 L248 214 Z", PAPER.shade),
        ("M92 236 L168 236 L168 308 L92 308 Z", PAPER.main),
        ("M168 236 L226 236 L226 308 L168 308 Z", tone.main),
        ("M226 236 L248 236 L248 214 L308 214 L308 262 L226 262 Z", tone.shade),
        ("M226 262 L308 262 L308 308 L226 308 Z", "#9db0c4"),
    ];
    Sketch::on(344, 104).turned(-4, [200, 200], |sketch| {
        sketch
            .each(patches, |sketch, (d, colour)| sketch.fill(d, colour).line(d, "#fffaf0", 2))
            .line("M92 92 L308 92 L308 308 L92 308 Z", tone.deep, 5)
            .line("M92 92 Q74 84 66 66 M308 92 Q326 84 334 66", tone.deep, 6)
            .ellipse([200, 207], [5, 5], SEAL)
    })
}

pub(super) fn incense(tone: Tone) -> Sketch {
    Sketch::on(318, 136)
        .line("M252 96 Q226 74 246 50 Q262 30 244 12", "#ffffff", 5)
        .line("M256 100 Q272 82 262 64", "#ffffff", 4)
        .line("M182 284 L252 104", "#7d5a3c", 5)
        .line("M246 118 L253 100", "#e0663c", 6)
        .body("M84 276 Q94 314 150 318 L250 318 Q306 314 316 276 Z", tone, [84, 316])
        .ellipse([200, 276], [116, 20], tone.deep)
        .ellipse([200, 278], [106, 15], tone.shade)
        .body("M164 282 Q166 258 184 258 Q202 258 204 282 Q184 290 164 282 Z", tone, [164, 204])
        .line("M182 262 L190 244", "#7d5a3c", 5)
        .ellipse([236, 282], [16, 4], "#efe9df")
}

pub(super) fn soban() -> Sketch {
    let lacquer = Tone { main: "#8c4630", shade: "#6a301f", deep: "#431b10" };
    Sketch::on(322, 142)
        .line("M118 196 Q98 256 122 318 M282 196 Q302 256 278 318", lacquer.shade, 15)
        .line("M152 200 Q140 256 156 308 M248 200 Q260 256 244 308", lacquer.deep, 11)
        .line("M122 264 L278 264", lacquer.deep, 8)
        .fill("M120 200 L280 200 Q272 230 246 224 Q224 218 200 234 Q176 218 154 224 Q128 230 120 200 Z", lacquer.shade)
        .fill("M66 174 L334 174 L318 206 L82 206 Z", lacquer.shade)
        .ellipse([200, 174], [136, 28], lacquer.main)
        .ellipse([200, 171], [122, 22], lacquer.shade)
        .ellipse([200, 173], [120, 20], "#9c5138")
        .body("M172 136 Q174 170 188 176 L212 176 Q226 170 228 136 Z", PAPER, [172, 228])
        .ellipse([200, 136], [28, 7], "#8cab66")
        .line("M194 116 Q188 104 196 94 Q204 84 198 72", "#ffffff", 3)
}

pub(super) fn cushion(tone: Tone) -> Sketch {
    Sketch::on(312, 140)
        .body("M78 258 Q70 226 96 224 L304 224 Q330 226 322 258 Q330 300 304 304 L96 304 Q70 300 78 258 Z", PAPER, [74, 326])
        .body("M72 204 Q66 160 98 156 L302 156 Q334 160 328 204 Q336 244 304 248 L96 248 Q64 244 72 204 Z", tone, [68, 332])
        .each([0, 1, 2, 3, 4, 5, 6], |sketch, row| {
            let y = 168 + row * 12;
            sketch.line(&format!("M80 {y} Q200 {} 320 {y}", y + 5), tone.shade, 1)
        })
        .line("M70 206 Q200 218 330 206", tone.deep, 4)
        .line("M76 262 Q200 274 324 262", PAPER.deep, 2)
        .ellipse([200, 186], [9, 6], tone.deep)
        .rect([292, 214], [18, 24], 1, PAPER.main)
        .rect([297, 219], [8, 8], 1, SEAL)
}

pub(super) fn chime() -> Sketch {
    let copper = Tone { main: "#9a6b4a", shade: "#7a5037", deep: "#523322" };
    Sketch::on(346, 54)
        .line("M200 30 L200 84", WOOD.deep, 3)
        .line("M176 42 Q200 22 224 42", WOOD.main, 6)
        .body("M160 176 Q166 92 200 82 Q234 92 240 176 Z", BRASS, [160, 240])
        .line("M156 178 Q200 190 244 178", BRASS.deep, 7)
        .line("M170 128 Q200 136 230 128 M168 138 Q200 146 232 138", BRASS.deep, 2)
        .line("M200 178 L200 244", WOOD.deep, 2)
        .ellipse([200, 198], [10, 10], BRASS.deep)
        .turned(-6, [200, 280], |sketch| {
            sketch
                .fill("M256 276 L306 246 Q296 278 308 312 Z", copper.shade)
                .body("M112 280 Q140 236 200 240 Q246 244 268 278 Q240 316 196 318 Q140 318 112 280 Z", copper, [112, 268])
                .fill("M190 242 Q204 222 228 222 L222 246 Z", copper.shade)
                .ellipse([142, 272], [6, 6], PAPER.main)
                .ellipse([142, 272], [3, 3], copper.deep)
                .line("M162 252 Q174 280 160 306", copper.deep, 3)
                .line("M184 264 Q194 274 184 286 M206 262 Q216 274 206 286 M228 268 Q236 276 228 286 M194 288 Q204 298 194 308 M216 288 Q224 296 216 306", copper.deep, 2)
        })
}
