//! Who is signed in: nobody, or somebody with sites to look at.

use leptos::{prelude::*, task::spawn_local};
use nunchi_api::Site;

use crate::api::{self, ApiError};
use crate::preferences::preferences;

/// The state of the session, as a signal in the context.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    /// Where it stands.
    pub(crate) state: RwSignal<SessionState>,
    site: RwSignal<String>,
}

/// Where the session stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SessionState {
    /// Asking the collector.
    Checking,
    /// Nobody is signed in. With the reason when a token was refused.
    Out(Option<ApiError>),
    /// Signed in, but the sites could not be read.
    Broken(ApiError),
    /// Signed in.
    In(Vec<Site>),
}

impl Session {
    /// Takes a token from the address, if one is there, and asks who we are.
    pub(crate) fn provide() -> Self {
        let session =
            Self { state: RwSignal::new(SessionState::Checking), site: preferences().site };
        provide_context(session);
        match take_token() {
            Some(token) => session.sign_in(token),
            None => session.check(),
        }
        session
    }

    /// Trades a token for a session.
    pub(crate) fn sign_in(self, token: String) {
        self.state.set(SessionState::Checking);
        spawn_local(async move {
            match api::sign_in(token.trim()).await {
                Ok(()) => self.check(),
                Err(error) => self.state.set(SessionState::Out(Some(error))),
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

    /// Asks for the sites, and so whether there is a session.
    pub(crate) fn check(self) {
        spawn_local(async move {
            match api::sites().await {
                Ok(sites) => {
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
            SessionState::Checking | SessionState::Out(_) | SessionState::Broken(_) => Vec::new(),
        }
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

/// The token in `#token=…`, which is then removed: an address is shared, logged, remembered.
fn take_token() -> Option<String> {
    let hash = window().location().hash().ok()?;
    let token = hash.strip_prefix("#token=")?.to_owned();
    let path = window().location().pathname().ok()?;
    let history = window().history().ok()?;
    history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&path)).ok()?;
    Some(token)
}
