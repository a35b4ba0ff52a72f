//! The whole: preferences, session, and behind the sign-in the frame with its views.

use leptos::{html, prelude::*};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use crate::api::ApiError;
use crate::frame::frame;
use crate::frame::sign_in::sign_in;
use crate::live::Live;
use crate::preferences::{Preferences, say};
use crate::session::{Session, SessionState};
use crate::{floor, inbox, insights, ui, visitors};

/// The console.
pub(crate) fn app() -> impl IntoView {
    Preferences::provide();
    let session = Session::provide();
    let step = Memo::new(move |_| Step::of(&session.state.get()));
    move || match step.get() {
        Step::Checking => ui::loading().into_any(),
        Step::Out => sign_in().into_any(),
        Step::Broken(error) => ui::failed(error, move || session.check()).into_any(),
        Step::NoSites => no_sites().into_any(),
        Step::In => inside().into_any(),
    }
}

/// What is drawn; so that new sites do not draw everything anew.
#[derive(Clone, PartialEq)]
enum Step {
    Checking,
    Out,
    Broken(ApiError),
    NoSites,
    In,
}

impl Step {
    fn of(state: &SessionState) -> Self {
        match state {
            SessionState::Checking => Self::Checking,
            SessionState::Out(_) => Self::Out,
            SessionState::Broken(error) => Self::Broken(error.clone()),
            SessionState::In(sites) if sites.is_empty() => Self::NoSites,
            SessionState::In(_) => Self::In,
        }
    }
}

/// Everything behind the sign-in. A new view is a new [`Route`] here and a line in
/// [`places`](crate::frame::places).
fn inside() -> impl IntoView {
    Live::provide();
    crate::frame::provide();
    // After the toasts, in which it says what was refused.
    inbox::desk::Desk::provide();
    view! {
        <Router base="/console">
            {frame(view! {
                <Routes fallback=not_found>
                    <Route path=path!("") view=floor::view />
                    <Route path=path!("inbox/*part") view=inbox::view />
                    <Route path=path!("insights") view=insights::view />
                    <Route path=path!("insights/:topic") view=insights::view />
                    <Route path=path!("visitors") view=visitors::view />
                    <Route path=path!("visitors/:id") view=visitors::visit::view />
                </Routes>
            }
            .into_any())}
        </Router>
    }
}

fn not_found() -> impl IntoView {
    let back = html::a().href("/console/").child(say(|words| words.to_floor));
    ui::empty(say(|words| words.not_found), back)
}

fn no_sites() -> impl IntoView {
    ui::empty(say(|words| words.sites_none), say(|words| words.sites_none_lead))
}
