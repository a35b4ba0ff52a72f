//! A pencil: appends shapes to SVG text.

use std::fmt::Write as _;

/// A colour in three depths.
#[derive(Clone, Copy)]
pub(crate) struct Tone {
    /// Where light falls.
    pub(crate) main: &'static str,
    /// Where it does not.
    pub(crate) shade: &'static str,
    /// Lines and openings.
    pub(crate) deep: &'static str,
}

pub(super) const BRASS: Tone = Tone { main: "#cfa862", shade: "#ab8546", deep: "#7a5c2b" };
pub(super) const WOOD: Tone = Tone { main: "#8a5a3b", shade: "#6c432a", deep: "#472a19" };
pub(super) const LEAF: Tone = Tone { main: "#7d9a63", shade: "#5f7c4a", deep: "#435a33" };
pub(super) const PAPER: Tone = Tone { main: "#faf4e6", shade: "#e6dcc6", deep: "#b9a985" };
pub(super) const SEAL: &str = "#b5432f";

/// A drawing being made. Later shapes lie over earlier ones.
pub(super) struct Sketch {
    svg: String,
    clips: u32,
}

impl Sketch {
    /// Begins with the shadow of something this wide, standing at this height.
    pub(super) fn on(y: u32, half_width: u32) -> Self {
        let svg = format!(
            "<ellipse cx=\"200\" cy=\"{y}\" rx=\"{half_width}\" ry=\"11\" fill=\"#000\" opacity=\".13\"/>"
        );
        Self { svg, clips: 0 }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.svg
    }

    /// A filled path.
    pub(super) fn fill(mut self, d: &str, colour: &str) -> Self {
        _ = write!(self.svg, "<path d=\"{d}\" fill=\"{colour}\"/>");
        self
    }

    /// A filled path through which one sees.
    pub(super) fn glass(mut self, d: &str, colour: &str, opacity: &str) -> Self {
        _ = write!(self.svg, "<path d=\"{d}\" fill=\"{colour}\" opacity=\"{opacity}\"/>");
        self
    }

    /// A round body between two edges: lit from the left, so that a crescent of shade stays right.
    pub(super) fn body(mut self, d: &str, tone: Tone, [left, right]: [i32; 2]) -> Self {
        self.clips += 1;
        let id = self.clips;
        let Tone { main, shade, .. } = tone;
        let width = right - left;
        let (lit, reach) = (left + width * 36 / 100, width * 51 / 100);
        let (bright, slim) = (left + width / 4, width / 15);
        _ = write!(
            self.svg,
            "<clipPath id=\"c{id}\"><path d=\"{d}\"/></clipPath><path d=\"{d}\" fill=\"{shade}\"/>\
             <g clip-path=\"url(#c{id})\"><ellipse cx=\"{lit}\" cy=\"205\" rx=\"{reach}\" ry=\"235\" \
             fill=\"{main}\"/><ellipse cx=\"{bright}\" cy=\"200\" rx=\"{slim}\" ry=\"58\" \
             fill=\"#fff\" opacity=\".3\"/></g>"
        );
        self
    }

    /// An open line with round ends.
    pub(super) fn line(mut self, d: &str, colour: &str, width: u32) -> Self {
        _ = write!(
            self.svg,
            "<path d=\"{d}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" \
             stroke-linecap=\"round\" stroke-linejoin=\"round\"/>"
        );
        self
    }

    pub(super) fn ellipse(mut self, at: [i32; 2], radii: [i32; 2], colour: &str) -> Self {
        let ([x, y], [rx, ry]) = (at, radii);
        _ = write!(
            self.svg,
            "<ellipse cx=\"{x}\" cy=\"{y}\" rx=\"{rx}\" ry=\"{ry}\" fill=\"{colour}\"/>"
        );
        self
    }

    /// An ellipse turned about its own lower end: petals, leaves, grains.
    pub(super) fn petal(
        mut self,
        root: [i32; 2],
        size: [i32; 2],
        degrees: i32,
        colour: &str,
    ) -> Self {
        let ([x, y], [rx, ry]) = (root, size);
        let cy = y - ry;
        _ = write!(
            self.svg,
            "<ellipse cx=\"{x}\" cy=\"{cy}\" rx=\"{rx}\" ry=\"{ry}\" fill=\"{colour}\" \
             transform=\"rotate({degrees} {x} {y})\"/>"
        );
        self
    }

    /// A rectangle with round corners.
    pub(super) fn rect(mut self, at: [i32; 2], size: [i32; 2], round: u32, colour: &str) -> Self {
        let ([x, y], [width, height]) = (at, size);
        _ = write!(
            self.svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\" fill=\"{colour}\"/>"
        );
        self
    }

    /// What `draw` adds, turned about a point.
    pub(super) fn turned(
        mut self,
        degrees: i32,
        about: [i32; 2],
        draw: impl FnOnce(Self) -> Self,
    ) -> Self {
        let [x, y] = about;
        _ = write!(self.svg, "<g transform=\"rotate({degrees} {x} {y})\">");
        self = draw(self);
        self.svg.push_str("</g>");
        self
    }

    /// The same addition for every element.
    pub(super) fn each<T>(
        self,
        all: impl IntoIterator<Item = T>,
        draw: impl Fn(Self, T) -> Self,
    ) -> Self {
        all.into_iter().fold(self, draw)
    }
}
