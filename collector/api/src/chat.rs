//! Chat between page and collector. Bodies are JSON sent as `text/plain` (CORS-simple).
//!
//! `POST /v1/chat` with an [`Ask`] answers a [`Thread`]; `POST /v1/chat/thread` with a [`Reopen`]
//! answers the whole [`Thread`], both with a ticket for `GET /v1/chat/events`: server-sent events `message` with a
//! [`Message`] (its number as id, so that a stream goes on where it broke off), `standing` with a
//! [`Standing`], `typing`. `POST /v1/chat/sign` takes a [`Sign`]. The conversation id is 128 random bits made in the page and is the
//! only key to it: whoever began it holds it.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::inbox::State;

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
    /// Who the visitor is, signed by the shop's server: a JSON Web Token (HS256) with `sub`, `aud` (the
    /// site key) and `exp` (within an hour).
    #[serde(default)]
    pub token: Option<String>,
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
    /// As in an [`Ask`].
    #[serde(default)]
    pub token: Option<String>,
}

/// What was said that the page does not have yet (all of it, for a [`Reopen`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Thread {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// Where the conversation stands; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// Opens the stream of the conversation (`GET /v1/chat/events?ticket=…`), for ten minutes;
    /// where no page of it listens yet. So the key of the conversation is in no address, which proxies write down.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub ticket: String,
    /// The conversation, where it is another than the page asked for: that of the customer whom the shop
    /// signed for. All of it is told then.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub conversation: String,
}

/// Where a conversation stands, for its visitor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = chat::Standing))]
pub struct Standing {
    /// Orders what is told of one conversation: by the stream and by answers, which overtake each other.
    /// Milliseconds since 1970, or a little later.
    pub at: u64,
    /// Who answers.
    pub state: State,
    /// Public name of the person who has it, or had it; empty where they gave none.
    pub agent: String,
    /// The visitor's place among those that wait for a person, from 1; 0: does not wait.
    pub place: u32,
    /// How long those waited who were accepted last, half of them less, seconds; 0: too few to tell.
    pub wait_s: u32,
    /// How many of the messages (by number: those below) a person has read.
    pub read: u32,
    /// It is the shop's hours, and somebody is there who answers.
    pub is_staffed: bool,
    /// Stars that the visitor gave, 1 to 5; 0: none.
    pub rating: u8,
}

/// A small sign of the visitor's (`POST /v1/chat/sign`). Never anything that is being typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = chat::Sign))]
pub struct Sign {
    /// Site key.
    pub site: String,
    /// The conversation.
    pub conversation: String,
    /// What.
    pub what: SignKind,
    /// How many messages were read, or how many stars are given, 1 to 5; else 0.
    #[serde(default)]
    pub number: u32,
}

/// What a visitor lets know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SignKind {
    /// Is writing.
    Typing,
    /// Has read so many messages.
    Read,
    /// Gives stars.
    Rated,
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
    /// Name of the person who says it; empty for others. Visitors are told the public one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
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
