//! Who is signed in: nobody, or somebody with sites to look at.

use leptos::{prelude::*, task::spawn_local};
use nunchi_api::Site;
use nunchi_api::people::{AcceptInvite, Login, Me, Role};

use crate::api::{self, ApiError};
use crate::live::browser_now;
use crate::preferences::preferences;

/// The state of the session, as a signal in the context.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    /// Where it stands.
    pub(crate) state: RwSignal<SessionState>,
    /// Who it is, once they are in.
    pub(crate) me: RwSignal<Me>,
    /// The set-up is gone through, and not at its end.
    pub(crate) is_setting_up: RwSignal<bool>,
    site: RwSignal<String>,
}

/// Where the session stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SessionState {
    /// Asking the collector.
    Checking,
    /// Nobody is signed in. With the reason when what they said was refused.
    Out(Option<ApiError>),
    /// Somebody comes by this invitation.
    Invited(String),
    /// Signed in, but the sites could not be read.
    Broken(ApiError),
    /// Signed in.
    In(Vec<Site>),
}

impl Session {
    /// Takes a token from the address, if one is there, and asks who we are.
    pub(crate) fn provide() -> Self {
        let session = Self {
            state: RwSignal::new(SessionState::Checking),
            me: RwSignal::new(Me::default()),
            is_setting_up: RwSignal::new(false),
            site: preferences().site,
        };
        provide_context(session);
        match (take("#token="), take("#invite=")) {
            (Some(token), _) => session.sign_in(Login::Token { token }),
            (None, Some(invite)) => session.state.set(SessionState::Invited(invite)),
            (None, None) => session.check(),
        }
        session
    }

    /// Trades a token, or address and password, for a session.
    pub(crate) fn sign_in(self, login: Login) {
        spawn_local(async move {
            match api::sign_in(&login).await {
                Ok(()) => self.check(),
                Err(error) => self.state.set(SessionState::Out(Some(error))),
            }
        });
    }

    /// Chooses a password by an invitation.
    pub(crate) fn accept(
        self,
        invite: String,
        password: String,
        refused: RwSignal<Option<ApiError>>,
    ) {
        spawn_local(async move {
            match api::tell("/api/session/invite", &AcceptInvite { invite, password }).await {
                Ok(()) => self.check(),
                Err(error) => refused.set(Some(error)),
            }
        });
    }

    /// Ends the session.
    pub(crate) fn sign_out(self) {
        spawn_local(async move {
            // Without an answer the cookie stays; the page must still close for whoever left it.
            let _ = api::sign_out().await;
            self.ended();
        });
    }

    /// Asks who we are and for the sites, and so whether there is a session.
    pub(crate) fn check(self) {
        spawn_local(async move {
            let found = match api::me().await {
                Ok(me) => api::sites().await.map(|sites| (me, sites)),
                Err(error) => Err(error),
            };
            match found {
                Ok((me, sites)) => {
                    self.me.set(me);
                    choose(self.site, &sites);
                    self.state.set(SessionState::In(sites));
                }
                Err(ApiError::SignedOut) => self.ended(),
                Err(error) => self.state.set(SessionState::Broken(error)),
            }
        });
    }

    /// The collector no longer knows us.
    pub(crate) fn ended(self) {
        self.state.set(SessionState::Out(None));
    }

    /// The sites, tracked.
    pub(crate) fn sites(self) -> Vec<Site> {
        match self.state.get() {
            SessionState::In(sites) => sites,
            SessionState::Checking
            | SessionState::Out(_)
            | SessionState::Invited(_)
            | SessionState::Broken(_) => Vec::new(),
        }
    }

    /// Whether they have at least this role, tracked.
    pub(crate) fn may(self, least: Role) -> bool {
        self.me.with(|me| me.role >= least)
    }

    /// Tells the server now and then that somebody sits here: a session ends when nobody asks for half an
    /// hour, and the floor is looked at without asking.
    pub(crate) fn stay_awake(self) {
        let told_at = StoredValue::new(browser_now());
        let stir = move || {
            if browser_now().saturating_sub(told_at.get_value()) < AWAKE_MS {
                return;
            }
            told_at.set_value(browser_now());
            spawn_local(async move {
                if api::me().await == Err(ApiError::SignedOut) {
                    self.ended();
                }
            });
        };
        let pressed = window_event_listener(leptos::ev::pointerdown, move |_| stir());
        let typed = window_event_listener(leptos::ev::keydown, move |_| stir());
        on_cleanup(move || {
            pressed.remove();
            typed.remove();
        });
    }
}

/// The session, from any view.
pub(crate) fn session() -> Session {
    expect_context()
}

/// Shows the door when a question was refused because the session ended.
pub(crate) fn leave_when_signed_out(error: RwSignal<Option<ApiError>>) {
    let session = session();
    Effect::new(move || {
        if error.with(|error| *error == Some(ApiError::SignedOut)) {
            session.ended();
        }
    });
}

/// Keeps the remembered site if it is still there, else takes the first.
fn choose(chosen: RwSignal<String>, sites: &[Site]) {
    let is_there = chosen.with_untracked(|key| sites.iter().any(|site| site.key == *key));
    if let (false, Some(first)) = (is_there, sites.first()) {
        chosen.set(first.key.clone());
    }
}

/// What stands behind `name` in the address, which is then removed: an address is shared, logged,
/// remembered.
fn take(name: &str) -> Option<String> {
    let hash = window().location().hash().ok()?;
    let secret = hash.strip_prefix(name)?.to_owned();
    let path = window().location().pathname().ok()?;
    let history = window().history().ok()?;
    history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path)).ok()?;
    Some(secret)
}

/// Between two signs that somebody sits here, milliseconds.
const AWAKE_MS: u64 = 5 * 60_000;
