//! Who may do what: people, their sessions, tokens for programs, and the record of who did what.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

/// What somebody may do. Each may do what those before may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Looks: figures, floor, campaigns.
    #[default]
    Viewer,
    /// Talks with visitors.
    Agent,
    /// Changes what visitors meet: campaigns, what the bot knows.
    Editor,
    /// Changes who may do what: sites, people, tokens; reads the record.
    Owner,
}

impl Role {
    /// All, the least first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Agent, Self::Editor, Self::Owner];

    /// As it stands in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Agent => "agent",
            Self::Editor => "editor",
            Self::Owner => "owner",
        }
    }

    /// The role of this name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// `POST /api/session`: who comes in, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Login {
    /// By the token that the server printed at its first start.
    Token {
        /// The token.
        token: String,
    },
    /// As a person.
    Password {
        /// Their address.
        email: String,
        /// Their password.
        password: String,
    },
}

/// `GET /api/session`: who is signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// Name for people.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Which person; none by the server's own token or a program's.
    pub person: Option<i64>,
    /// Which session; none where a token came along.
    pub session: Option<i64>,
    /// Nobody has a name here yet: the console leads through the set-up.
    pub needs_setup: bool,
}

/// `POST /api/setup`: the first owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetUp {
    /// Name for people, also for visitors that they talk with.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
    /// 10 to 200 characters.
    pub password: String,
}

/// Somebody of the team.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// Number.
    pub id: i64,
    /// Name for people.
    pub name: String,
    /// Address to sign in with.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Has no password yet.
    pub is_invited: bool,
    /// When they were last here, milliseconds since 1970, if they are signed in.
    pub seen_at: Option<u64>,
}

/// `POST /api/people` and `POST /api/people/{id}`: what a person is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PutPerson {
    /// Name for people, 1 to 60 characters.
    pub name: String,
    /// Address to sign in with, at most 200 characters.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// A person and what they come in by the first time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invited {
    /// Who.
    pub person: i64,
    /// To be handed over, as `/console/#invite=…`; shown this once, good once.
    pub invite: String,
    /// Until when it is good, milliseconds since 1970.
    pub until: u64,
}

/// `POST /api/session/invite`: who was invited chooses a password and is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AcceptInvite {
    /// The invitation.
    pub invite: String,
    /// 10 to 200 characters.
    pub password: String,
}

/// `POST /api/session/password`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangePassword {
    /// The one in force.
    pub old: String,
    /// 10 to 200 characters.
    pub new: String,
}

/// Somebody who is signed in somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Number.
    pub id: i64,
    /// Who.
    pub name: String,
    /// What their browser says that it is.
    pub browser: String,
    /// Since when, milliseconds since 1970.
    pub began_at: u64,
    /// Last request.
    pub seen_at: u64,
    /// When it ends, whatever happens.
    pub ends_at: u64,
    /// The one that asks.
    pub is_this: bool,
}

/// A token for a program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiToken {
    /// Number.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// What its holder may do.
    pub role: Role,
    /// Who made it.
    pub made_by: String,
    /// When, milliseconds since 1970.
    pub made_at: u64,
}

/// `POST /api/tokens`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewToken {
    /// What it is for, 1 to 60 characters.
    pub name: String,
    /// What its holder may do.
    pub role: Role,
}

/// A token that was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MadeToken {
    /// Number.
    pub id: i64,
    /// For `Authorization: Bearer`; shown this once.
    pub secret: String,
}

/// `GET /api/audit`: who did what, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Audit {
    /// At most 100.
    pub entries: Vec<AuditEntry>,
    /// How many there are in all.
    pub total: u64,
    /// Whether all of it is whole; with the newest entries only.
    #[serde(default)]
    pub chain: Option<Chain>,
}

/// What came of going through the record from its beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Chain {
    /// Where it ends, `NUMBER:HASH`: noted elsewhere, it tells also of an end that was cut off.
    pub end: String,
    /// What was changed, taken out or cut off; empty where it is whole.
    pub findings: Vec<String>,
}

/// One line of the record. Each is chained to the one before: `nunchi audit verify` finds what was
/// changed, taken out or cut off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// From 1, without gaps.
    pub number: u64,
    /// When, milliseconds since 1970.
    pub at: u64,
    /// Who did it.
    pub who: String,
    /// What they did, as `add_person`.
    pub what: String,
    /// To what, as `person 3`.
    pub about: String,
    /// SHA-256 of it and of all before, hexadecimal.
    pub hash: String,
}
