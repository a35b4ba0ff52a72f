//! The operators' side of conversations: who waits, what was said, what is known of the visitor.
//!
//! `GET /api/conversations?site=KEY` answers an [`Inbox`]; `GET /api/conversations/{id}?site=KEY` a
//! [`Conversation`]; `POST /api/conversations/{id}/…` with an [`Act`], [`Say`] or [`Transfer`] changes
//! one. `GET /api/conversations/events?site=KEY` sends `event: inbox` with an [`Inbox`], then `row` with
//! a [`Row`] at each change, `message` with a [`Said`], `note` with a [`Noted`], `typing` with an id,
//! `agents` with all [`Agent`]s, `gone` with a [`Gone`].

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::chat::Message;
use crate::live::Visitor;
use crate::stats::Amount;

/// Conversations of a site that need somebody, or did lately.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Inbox))]
pub struct Inbox {
    /// The server's clock, milliseconds since 1970.
    pub now: u64,
    /// The name of who asks.
    pub me: String,
    /// Who answers, by name.
    pub agents: Vec<Agent>,
    /// Who needs help first stands first; at most [`ROWS_MAX`].
    pub rows: Vec<Row>,
    /// Conversations that wait for a person, those that are not told too.
    pub waiting: u64,
}

/// Who answers visitors.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Agent))]
pub struct Agent {
    /// Name for colleagues.
    pub name: String,
    /// Name for visitors; empty: they are told of a person of the shop.
    #[serde(default)]
    pub public_name: String,
    /// Has said to be available. Only those whose console listens are sent anything.
    pub is_available: bool,
    /// A console of theirs listens.
    #[serde(default)]
    pub is_there: bool,
    /// Conversations at once, 1 to [`CAPACITY_MAX`].
    pub capacity: u16,
    /// Language tags they answer in; none: all.
    #[serde(default)]
    pub languages: Vec<String>,
    /// What they know about, in the shop's own words: `returns`.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Conversations they have now.
    #[serde(default)]
    pub talks: u16,
}

/// Where a conversation stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::State))]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The bot answers.
    #[default]
    Bot,
    /// A person is wanted. The bot goes on with what it is sure of.
    Waiting,
    /// A person has it; the bot is silent.
    Open,
    /// It was ended. The next message of the visitor begins with the bot again.
    Closed,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Bot, Self::Waiting, Self::Open, Self::Closed];

    /// As JSON and tables have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::Waiting => "waiting",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// The one with this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// A conversation in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Row))]
pub struct Row {
    /// Its number.
    pub id: u64,
    /// Where it stands.
    pub state: State,
    /// Who has it, or for whom it waits; empty: anybody.
    pub agent: String,
    /// What who takes it should know about; empty: nothing in particular.
    pub skill: String,
    /// Whose turn it is, while it waits: who speaks the language, knows about it, and has least to do.
    /// Others may accept it all the same.
    #[serde(default)]
    pub offered: String,
    /// Visitor on the floor (session id), or empty where consent gave none.
    pub visitor: String,
    /// Language that was spoken last: `ko`, `en`.
    pub language: String,
    /// Page on which something was said last.
    pub path: String,
    /// When it began, milliseconds since 1970.
    pub began_at: u64,
    /// When something was said last.
    pub last_at: u64,
    /// Since when the visitor waits for a person's word; 0: they do not.
    pub waiting_since: u64,
    /// Who spoke last: `visitor`, `bot`, `agent`.
    pub last_from: String,
    /// How it begins what was said last, at most [`PREVIEW_CHARS`] characters.
    pub last_text: String,
    /// Questions that the bot could not answer.
    pub unanswered: u32,
    /// Messages of the visitor that no person has read.
    pub unread: u32,
    /// How much they need a person, without how long they wait ([`urgency`]).
    pub points: u32,
    /// What the points come from, largest first: `mood_annoyed`, `vip`, `cart`.
    pub reasons: Vec<String>,
    /// Stars that the visitor gave, 1 to 5; 0: none.
    #[serde(default)]
    pub rating: u8,
    /// When the visitor wants to be called, milliseconds since 1970; 0: does not.
    #[serde(default)]
    pub callback_at: u64,
    /// Whose it is, as the shop's server signed it: its own id of the customer; else empty.
    #[serde(default)]
    pub customer: String,
}

/// Who comes first: larger is more urgent. Waiting weighs by steps that people feel: 30, 80 and 180
/// seconds, at which visitors begin to leave; beyond, a point more every ten seconds, so that nobody
/// waits for ever behind those who count for more.
pub fn urgency(row: &Row, now: u64) -> u32 {
    let waited_s = match row.waiting_since {
        0 => return row.points,
        since => u32::try_from(now.saturating_sub(since) / 1_000).unwrap_or(u32::MAX),
    };
    let steps = [(30, 20), (80, 30), (180, 40)];
    let felt: u32 = steps.iter().filter(|(from, _)| waited_s >= *from).map(|(_, it)| it).sum();
    let long = waited_s.saturating_sub(180) / 10;
    row.points.saturating_add(100).saturating_add(felt).saturating_add(long)
}

/// One conversation, with what whoever takes it over must know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Conversation))]
pub struct Conversation {
    /// As in the list.
    pub row: Row,
    /// All that was said, oldest first.
    pub messages: Vec<Message>,
    /// What colleagues wrote for each other, oldest first. Never shown to the visitor.
    pub notes: Vec<Note>,
    /// Up to which message the visitor has read, by number.
    pub read_to: Option<u32>,
    /// What is known of the visitor.
    pub context: Context,
}

/// What a colleague wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Note))]
pub struct Note {
    /// Who.
    pub by: String,
    /// When, milliseconds since 1970.
    pub at: u64,
    /// Plain text.
    pub text: String,
}

/// What is known of the visitor of a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Context))]
pub struct Context {
    /// As they stand on the floor, while they are there.
    pub visitor: Option<Visitor>,
    /// Campaign whose invitation they accepted.
    pub campaign: Option<Campaign>,
    /// What the bot was asked, and whether it knew.
    pub tried: Vec<Tried>,
    /// From what their pages reported; nothing without consent to it.
    pub visit: Visit,
}

/// A campaign by its number, with its name where the published pack still has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Campaign))]
pub struct Campaign {
    /// Its number.
    pub id: u16,
    /// Its name, or empty.
    pub name: String,
}

/// What the bot was asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Tried))]
pub struct Tried {
    /// The visitor's words.
    pub question: String,
    /// It was understood.
    pub is_answered: bool,
}

/// A visit as stored beacons tell it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Visit))]
pub struct Visit {
    /// Pages and deeds, oldest first, the last [`JOURNEY_MAX`].
    pub journey: Vec<Step>,
    /// What lies in the cart, as far as it was said.
    pub cart: Vec<CartLine>,
    /// What was decided to be shown, oldest first, the last [`SHOWN_MAX`].
    pub shown: Vec<Shown>,
    /// How likely a purchase is, and why.
    pub score: Option<Score>,
}

/// One thing that happened in a visit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Step))]
pub struct Step {
    /// When, milliseconds since 1970 on the collector's clock.
    pub at: u64,
    /// `viewed`, `added`, `removed`, `searched`, `checkout_began`, `purchased`, or a signal such as
    /// `rage_click`.
    pub what: String,
    /// Path, product or number of results, where it has one.
    pub of: String,
}

/// A line of the cart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::CartLine))]
pub struct CartLine {
    /// Name of the product, or its id.
    pub product: String,
    /// Pieces.
    pub quantity: u32,
    /// Price of one, where the page said it.
    pub price: Option<Amount>,
}

/// A campaign's turn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Shown))]
pub struct Shown {
    /// When, milliseconds since 1970.
    pub at: u64,
    /// Which.
    pub campaign: Campaign,
    /// `fired`, `held_out`, `shadowed`.
    pub outcome: String,
    /// What the visitor did last with it: `shown`, `accepted`, `dismissed`; empty: nothing.
    pub reaction: String,
    /// What was measured, a sentence for each condition.
    pub why: Vec<String>,
}

/// How likely a purchase is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Score))]
pub struct Score {
    /// Purchase in this visit, thousandths.
    pub buy_permille: u16,
    /// This view is the last, thousandths.
    pub leave_permille: u16,
    /// What weighs most for or against a purchase, largest first.
    pub terms: Vec<Term>,
}

/// One part of a score.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Term))]
pub struct Term {
    /// In English.
    pub en: String,
    /// In Korean.
    pub ko: String,
    /// What it adds to the logit of a purchase, thousandths.
    pub points: i32,
}

/// Something is done with a conversation: accept, close, typing, read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Act))]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Site key.
    pub site: String,
}

/// An operator says something, or notes it for colleagues.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Say))]
#[serde(deny_unknown_fields)]
pub struct Say {
    /// Site key.
    pub site: String,
    /// Chosen by the console, so that a retry is not a second message: any number that was not used
    /// in this conversation.
    pub number: u32,
    /// At most [`TEXT_CHARS_MAX`](crate::chat::TEXT_CHARS_MAX) characters.
    pub text: String,
}

/// A conversation is handed on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Transfer))]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// Site key.
    pub site: String,
    /// To whom; empty: to whoever accepts it first.
    #[serde(default)]
    pub agent: String,
    /// To somebody who knows about this.
    #[serde(default)]
    pub skill: String,
}

/// How the operator who asks wants to be found (`POST /api/conversations/presence`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Presence))]
#[serde(deny_unknown_fields)]
pub struct Presence {
    /// Takes conversations.
    pub is_available: bool,
    /// Conversations at once, 1 to [`CAPACITY_MAX`].
    pub capacity: u16,
    /// Language tags; none: all.
    #[serde(default)]
    pub languages: Vec<String>,
    /// At most [`SKILLS_MAX`].
    #[serde(default)]
    pub skills: Vec<String>,
    /// Name for visitors, at most [`NAME_BYTES_MAX`] bytes; empty: they are told of a person of the shop.
    #[serde(default)]
    pub public_name: String,
}

/// Replies that are often given (`/api/conversations/replies`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Replies))]
#[serde(deny_unknown_fields)]
pub struct Replies {
    /// Site key.
    pub site: String,
    /// In the order in which they are shown; at most [`REPLIES_MAX`].
    pub replies: Vec<Reply>,
}

/// A reply that is often given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Reply))]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// What it is found by; at most [`NAME_BYTES_MAX`] bytes.
    pub title: String,
    /// With places that the console fills, such as `{cart.total}`; at most
    /// [`TEXT_CHARS_MAX`](crate::chat::TEXT_CHARS_MAX) characters.
    pub text: String,
}

/// When people answer, and which pages are about what (`/api/conversations/office`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Office))]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// Site key.
    pub site: String,
    /// Hours by the shop's clock; none: whenever somebody is there. At most [`OPENINGS_MAX`].
    #[serde(default)]
    pub openings: Vec<Opening>,
    /// Days on which nobody answers, such as `2026-12-25`.
    #[serde(default)]
    pub closed: Vec<String>,
    /// What is said to who wants a person out of hours, by language; else the program's own words.
    #[serde(default)]
    pub offline: BTreeMap<String, String>,
    /// What is asked on a page is mostly about this; the first that matches counts.
    #[serde(default)]
    pub pages: Vec<PageSkill>,
    /// How long a call back takes, minutes: one of [`CALL_MINUTES`]; 0: 30. Calls begin at whole ones.
    #[serde(default)]
    pub call_min: u16,
    /// Calls at the same time, at most [`CALLS_AT_ONCE_MAX`]; 0: 2.
    #[serde(default)]
    pub calls_at_once: u16,
    /// For how many days ahead calls are promised, at most [`CALL_DAYS_MAX`]; 0: 7.
    #[serde(default)]
    pub call_days: u16,
}

/// Hours of one day of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Opening))]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// 0 is Monday.
    pub day: u8,
    /// From this minute of the day on.
    pub from_min: u16,
    /// Until just before this one, 1440 at most.
    pub to_min: u16,
}

/// What a page is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::PageSkill))]
#[serde(deny_unknown_fields)]
pub struct PageSkill {
    /// How its path begins: `/returns`.
    pub path: String,
    /// A skill: `returns`.
    pub skill: String,
}

/// A message of a conversation, as the stream tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Said))]
pub struct Said {
    /// Of which conversation.
    pub id: u64,
    /// What.
    pub message: Message,
}

/// A conversation is no more: its visitor turned out to be a customer who has one already, and what was
/// said stands there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Gone))]
pub struct Gone {
    /// Which.
    pub id: u64,
    /// Where it went.
    pub into: u64,
}

/// A note, as the stream tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = inbox::Noted))]
pub struct Noted {
    /// Of which conversation.
    pub id: u64,
    /// What.
    pub note: Note,
}

/// Rows in an inbox.
pub const ROWS_MAX: usize = 200;

/// Of what was said last, in a row.
pub const PREVIEW_CHARS: usize = 120;

/// Notes of one conversation.
pub const NOTES_MAX: usize = 100;

/// Conversations that one operator may have at once.
pub const CAPACITY_MAX: u16 = 20;

/// Languages, and skills, of one operator.
pub const SKILLS_MAX: usize = 16;

/// Longest name of an operator, language or skill, bytes.
pub const NAME_BYTES_MAX: usize = 64;

/// Hours of one site: three stretches a day.
pub const OPENINGS_MAX: usize = 21;

/// How long calls back may take, minutes: what an hour is made of.
pub const CALL_MINUTES: [u16; 5] = [10, 15, 20, 30, 60];

/// Calls back at the same time.
pub const CALLS_AT_ONCE_MAX: u16 = 50;

/// Days ahead for which calls back are promised.
pub const CALL_DAYS_MAX: u16 = 31;

/// Replies of one site.
pub const REPLIES_MAX: usize = 100;

/// Steps of a journey.
pub const JOURNEY_MAX: usize = 100;

/// Turns of campaigns.
pub const SHOWN_MAX: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_longer_comes_first_and_who_counts_for_more_before_those_who_wait_as_long() {
        let row = |points, waiting_since| Row { waiting_since, points, ..Row::default() };
        let now = 1_000_000;
        let at = |points, waited_s: u64| urgency(&row(points, now - waited_s * 1_000), now);
        assert_eq!(urgency(&row(70, 0), now), 70, "nobody waits");
        let steps = [at(0, 5), at(0, 30), at(0, 80), at(0, 180), at(0, 240)];
        assert_eq!(steps, [100, 120, 150, 190, 196]);
        assert!(at(30, 10) > at(0, 31), "an annoyed visitor before a calm one of half a minute");
        assert!(at(0, 200) > at(40, 80), "but not before those who wait for minutes");
        assert_eq!(urgency(&row(0, now + 5), now), 100, "a clock that was set back");
    }

    #[test]
    fn states_are_named_as_json_names_them() {
        for state in State::ALL {
            assert_eq!(State::of(state.name()), Some(state));
        }
        assert_eq!(State::of("gone"), None);
    }
}
