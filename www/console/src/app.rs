//! The whole: preferences, session, and behind the sign-in the frame with its views.

use leptos::{html, prelude::*};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;
use nunchi_api::people::Role;

use crate::api::ApiError;
use crate::frame::frame;
use crate::frame::sign_in::{invited, sign_in};
use crate::live::Live;
use crate::preferences::{Preferences, say};
use crate::session::{Session, SessionState, session};
use crate::{campaigns, floor, inbox, insights, settings, setup, ui, visitors};

/// The console.
pub(crate) fn app() -> impl IntoView {
    Preferences::provide();
    let session = Session::provide();
    let step = Memo::new(move |_| Step::of(session));
    move || match step.get() {
        Step::Checking => ui::loading().into_any(),
        Step::Out => sign_in().into_any(),
        Step::Invited(invite) => invited(invite).into_any(),
        Step::SetUp => setup::view().into_any(),
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
    Invited(String),
    SetUp,
    Broken(ApiError),
    NoSites,
    In,
}

impl Step {
    fn of(session: Session) -> Self {
        match &session.state.get() {
            SessionState::Checking => Self::Checking,
            SessionState::Out(_) => Self::Out,
            SessionState::Invited(invite) => Self::Invited(invite.clone()),
            SessionState::In(_) if session.is_setting_up.get() => Self::SetUp,
            SessionState::Broken(error) => Self::Broken(error.clone()),
            SessionState::In(sites) if sites.is_empty() && session.may(Role::Owner) => Self::SetUp,
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
    session().stay_awake();
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
                    <Route path=path!("campaigns") view=campaigns::list::view />
                    <Route path=path!("campaigns/history") view=campaigns::history::view />
                    <Route path=path!("campaigns/:id") view=campaigns::editor::view />
                    <Route path=path!("settings") view=settings::view />
                    <Route path=path!("settings/:part") view=settings::view />
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
