//! Small pieces that views are put together from: heading, card, badge, field, tabs, button with a sign.

use leptos::{ev, html, prelude::*};

use super::icon::{self, Icon};
use crate::preferences::say;
use crate::text::Words;

/// What a view is called, a line on what it is for, and what stands to the right of it.
pub(crate) fn heading(
    title: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    lead: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    side: impl IntoView + 'static,
) -> impl IntoView {
    html::div().class("heading").child((
        html::div().child((html::h1().child(say(title)), html::p().class("lead").child(say(lead)))),
        html::div().class("heading-side").child(side.into_view()),
    ))
}

/// A card with a title.
pub(crate) fn card(
    class: &'static str,
    title: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    content: impl IntoView + 'static,
) -> impl IntoView {
    html::section()
        .class(format!("card {class}"))
        .child((html::h2().child(say(title)), content.into_view()))
        .into_any()
}

/// How a badge looks: never by colour alone, its word says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Neither good nor bad.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// To be looked at.
    Warn,
    /// Broken, lost.
    Bad,
    /// Ours.
    Accent,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Accent => "accent",
        }
    }
}

/// A word on a coloured ground.
pub(crate) fn badge(tone: Tone, text: impl IntoView + 'static) -> impl IntoView {
    html::span().class(format!("badge badge-{}", tone.class())).child(text.into_view())
}

/// A labelled form field with a line of help below. `control` is the input; it stands inside of the label.
pub(crate) fn field(
    label: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    control: impl IntoView + 'static,
    help: impl IntoView + 'static,
) -> impl IntoView {
    html::label().class("field").child((
        html::span().class("field-label").child(say(label)),
        control.into_view(),
        html::span().class("field-help").child(help.into_view()),
    ))
}

/// Parts of a view with addresses of their own: links, so that each can be opened, shared, gone back to.
/// `here` is the address of the part that is seen, as it stands in `tabs`.
pub(crate) fn tabs(
    label: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    tabs: Vec<(String, &'static str)>,
    here: &str,
) -> AnyView {
    let tab = |(address, name): (String, &'static str)| {
        let current = (address == here).then_some("page");
        html::a().href(address).attr("aria-current", current).child(name)
    };
    // Of more tabs than there is room for, the one that is seen must be among those seen.
    request_animation_frame(|| {
        let current = document().query_selector(".tabs [aria-current]").ok().flatten();
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        options.set_inline(web_sys::ScrollLogicalPosition::Center);
        if let Some(tab) = current {
            tab.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    html::nav()
        .class("tabs")
        .aria_label(say(label))
        .child(tabs.into_iter().map(tab).collect_view())
        .into_any()
}

/// A quiet button with a sign and a word.
pub(crate) fn tool(
    shape: Icon,
    name: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    act: impl Fn() + 'static,
) -> impl IntoView {
    html::button()
        .r#type("button")
        .class("quiet tool")
        .on(ev::click, move |_| act())
        .child((icon::icon(shape), html::span().child(say(name))))
}
