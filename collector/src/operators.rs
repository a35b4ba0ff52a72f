//! Who may ask, and for what: people with a role, tokens of programs, and the server's own token.
//!
//! The server's token stands in the data folder, readable by its owner only, and opens as an owner:
//! for the first start, and for whoever locked themselves out. People sign in by address and password
//! ([`login`]); a session is a cookie that counts for pages of one origin only. Handlers take an
//! [`Operator`], whoever it is, or an [`Allowed`] with the least role that may. What changes goes on
//! record ([`trail`]).

mod doors;
mod guard;
mod login;
mod origin;
mod pace;
mod password;
mod people;
mod secret;
mod sessions;
mod tokens;
mod trail;

pub use doors::Doors;
pub use guard::{Agent, Allowed, Editor, Operator, Owner, Rank};
pub use secret::token_of;

pub(crate) use login::{accept_invite, change_password, log_in, log_out, me, set_up};
pub(crate) use origin::is_own_page;
pub(crate) use people::{add, change, invite, list, read_name, remove};
pub(crate) use sessions::{end as end_session, list as list_sessions};
pub(crate) use tokens::{list as list_tokens, make as make_token, revoke as revoke_token};
pub(crate) use trail::audit;
