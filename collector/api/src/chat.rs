//! Chat between page and collector. Bodies are JSON sent as `text/plain` (CORS-simple).
//!
//! `POST /v1/chat` with an [`Ask`] answers a [`Thread`]; `POST /v1/chat/thread` with a [`Reopen`]
//! answers the whole [`Thread`]. The conversation id is 128 random bits made in the page and is the
//! only key to it: whoever began it holds it.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

/// Longest question, characters.
pub const TEXT_CHARS_MAX: usize = 2_000;

/// A visitor says something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = chat::Ask))]
pub struct Ask {
    /// Site key.
    pub site: String,
    /// 32 hexadecimal digits, made in the page.
    pub conversation: String,
    /// Counts this visitor's messages in the conversation from 0, so that a retry is not a second
    /// message.
    pub number: u32,
    /// Session id, with consent; else absent.
    #[serde(default)]
    pub session: Option<String>,
    /// Path of the page.
    pub path: String,
    /// Language of the page.
    pub language: String,
    /// Campaign whose invitation was accepted, if one was.
    #[serde(default)]
    pub campaign: Option<u16>,
    /// At most [`TEXT_CHARS_MAX`] characters.
    pub text: String,
}

/// A visitor comes back to a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reopen {
    /// Site key.
    pub site: String,
    /// The conversation.
    pub conversation: String,
}

/// What was said that the page does not have yet (all of it, for a [`Reopen`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Thread {
    /// Oldest first.
    pub messages: Vec<Message>,
}

/// One message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Counts the messages of a conversation from 0.
    pub number: u32,
    /// `visitor`, `bot`, `agent`.
    pub from: String,
    /// Plain text.
    pub text: String,
    /// Milliseconds since 1970.
    pub at: u64,
    /// Pages that say more.
    #[serde(default)]
    pub links: Vec<Link>,
    /// Questions that may be asked next.
    #[serde(default)]
    pub suggestions: Vec<String>,
}

/// A page that says more: a path of the shop or an https address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Link {
    /// For people.
    pub title: String,
    /// Where.
    pub url: String,
}
