//! One visitor as a picture beside words: in the list and in the panel. On the plan the same shapes walk on a canvas.

use leptos::{html, prelude::*, svg};
use nunchi_api::live::Visitor;

use super::figure::{Letters, Look, Shape};

/// A person who stands still.
pub(super) fn portrait(visitor: ArcRwSignal<Visitor>) -> impl IntoView {
    let look = ArcMemo::new(move |_| visitor.with(Look::of));
    let drawn = move || {
        look.with(|look| {
            let shapes = look.shapes().iter().map(shape).collect_view();
            let letters = look.letters().into_iter().map(letters).collect_view();
            let faint = if look.is_away() { "person is-away" } else { "person" };
            svg::svg().attr("viewBox", "0 0 48 54").attr("class", faint).child((shapes, letters))
        })
    };
    html::span().class("portrait").aria_hidden("true").child(drawn).into_any()
}

fn shape(shape: &Shape) -> impl IntoView + use<> {
    let paint = |ink: super::figure::Ink| format!("var({})", ink.token());
    let (line, width) =
        shape.line.map_or_else(|| ("none".into(), 0.0), |(ink, width)| (paint(ink), width));
    svg::path()
        .attr("class", shape.class)
        .attr("d", shape.path)
        .style(("fill", shape.fill.map_or_else(|| "none".into(), paint)))
        .style(("stroke", line))
        .attr("stroke-width", width.to_string())
}

fn letters(letters: Letters) -> impl IntoView {
    svg::text()
        .attr("x", letters.x.to_string())
        .attr("y", letters.y.to_string())
        .attr("font-size", letters.size.to_string())
        .child(letters.text)
}
