//! Dialogs. The browser's own element keeps the focus inside, closes on Escape and gives the focus back.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use crate::preferences::say;
use crate::text::Words;
use crate::ui::icon;

/// A dialog that stands open as long as `open` says so. Its content is made anew each time.
pub(crate) fn dialog(
    class: &'static str,
    label: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    open: RwSignal<bool>,
    content: impl Fn() -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        let is_wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if is_wanted && !dialog.open() {
            // Refused only for an element that is not in the page.
            let _ = dialog.show_modal();
        } else if !is_wanted && dialog.open() {
            dialog.close();
        }
    });
    let is_backdrop = |event: &web_sys::MouseEvent| {
        // What lies around the box belongs to the element, too.
        event.target().is_some_and(|it| it.dyn_ref::<web_sys::HtmlDialogElement>().is_some())
    };
    html::dialog()
        .class(format!("dialog {class}"))
        .node_ref(node)
        .aria_label(say(label))
        .on(ev::close, move |_| open.set(false))
        .on(ev::click, move |event| {
            if is_backdrop(&event) {
                open.set(false);
            }
        })
        .child(html::div().class("dialog-box").child(move || open.get().then(&content)))
}

/// The head of a dialog: its name, and the cross.
pub(crate) fn head(
    title: impl Fn(&'static Words) -> &'static str + Copy + Send + Sync + 'static,
    open: RwSignal<bool>,
) -> impl IntoView {
    html::div().class("dialog-head").child((
        html::h2().child(say(title)),
        html::button()
            .r#type("button")
            .class("quiet")
            .aria_label(say(|words| words.close))
            .on(ev::click, move |_| open.set(false))
            .child(icon::icon(icon::CLOSE)),
    ))
}

/// What must be asked before it is done.
#[derive(Clone, Copy)]
pub(crate) struct Confirm {
    open: RwSignal<bool>,
    asked: RwSignal<Option<Asked>, LocalStorage>,
}

#[derive(Clone)]
struct Asked {
    question: String,
    yes: String,
    then: std::rc::Rc<dyn Fn()>,
}

impl Confirm {
    /// Makes it known to all views.
    pub(crate) fn provide() -> Self {
        let confirm = Self { open: RwSignal::new(false), asked: RwSignal::new_local(None) };
        provide_context(confirm);
        confirm
    }

    /// Asks; `then` is done if the answer is yes. `yes` says what happens: "Erase", never "OK".
    pub(crate) fn ask(self, question: String, yes: String, then: impl Fn() + 'static) {
        self.asked.set(Some(Asked { question, yes, then: std::rc::Rc::new(then) }));
        self.open.set(true);
    }

    /// The dialog.
    pub(crate) fn view(self) -> impl IntoView {
        dialog(
            "confirm",
            |words| words.confirm,
            self.open,
            move || {
                let Some(asked) = self.asked.get_untracked() else { return ().into_any() };
                let (then, open) = (send_wrapper::SendWrapper::new(asked.then), self.open);
                let answer = move |_| {
                    open.set(false);
                    then();
                };
                (
                    html::p().child(asked.question),
                    html::div().class("dialog-foot").child((
                        html::button()
                            .r#type("button")
                            .class("button button-plain")
                            .autofocus(true)
                            .on(ev::click, move |_| open.set(false))
                            .child(say(|words| words.cancel)),
                        html::button()
                            .r#type("button")
                            .class("button button-danger")
                            .on(ev::click, answer)
                            .child(asked.yes),
                    )),
                )
                    .into_any()
            },
        )
    }
}

/// Asks before something is done, from any view.
pub(crate) fn confirm() -> Confirm {
    expect_context()
}

/// The foot of a dialog that ends by saving.
pub(crate) fn save(on_press: impl FnMut(ev::MouseEvent) + 'static) -> impl IntoView {
    html::div().class("dialog-foot").child(
        html::button()
            .r#type("button")
            .class("button")
            .on(ev::click, on_press)
            .child(say(|words| words.save)),
    )
}
