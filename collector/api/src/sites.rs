//! Sites: who may send, what holds for them, and whether the tag works.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::stats::RefusedRow;

/// `POST /api/sites`: a new site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewSite {
    /// Public key for the tag's `data-site`: 1 to 32 of a-z, 0-9 and -.
    pub key: String,
    /// Name for people, 1 to 60 characters.
    pub name: String,
    /// Origins whose pages may send: scheme, host and port as browsers write them; 1 to 20.
    pub origins: Vec<String>,
    /// What may be done before the visitor was asked: `unknown`, `measure`, `personalise`.
    pub consent: String,
    /// The shop's time zone, as IANA names it.
    pub zone: String,
}

/// `POST /api/sites/{key}`: what is given changes, the rest stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeSite {
    /// Name for people, 1 to 60 characters.
    pub name: Option<String>,
    /// Origins whose pages may send; all of them.
    pub origins: Option<Vec<String>>,
    /// What may be done before the visitor was asked: `unknown`, `measure`, `personalise`.
    pub consent: Option<String>,
    /// The shop's time zone, as IANA names it.
    pub zone: Option<String>,
    /// Takes beacons.
    pub is_on: Option<bool>,
}

/// `GET /api/sites/{key}/install`: whether the tag works, by what arrived.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Install {
    /// For the `<head>` of every page.
    pub tag: String,
    /// What a strict Content-Security-Policy has to allow, one directive a line.
    pub csp: Vec<String>,
    /// When the last beacon was accepted, milliseconds since 1970; also before this start.
    pub last_beacon_at: Option<u64>,
    /// Since when the rest is counted: when the server started.
    pub since: u64,
    /// Beacons that were stored and believed.
    pub beacons: u64,
    /// Beacons that were stored and are kept apart: robots, or what cannot have happened so.
    #[serde(default)]
    pub apart: u64,
    /// Times that pages asked for the site's pack: the tag is there and the agent runs.
    pub packs: u64,
    /// Views that only the loader counted: WebAssembly was refused, or is not there.
    pub bare_views: u64,
    /// Versions of the agent, newest first; at most 8.
    pub agents: Vec<AgentSeen>,
    /// Origins that the site does not list, most refusals first; at most 20.
    pub refused_origins: Vec<RefusedOrigin>,
    /// What page loads said of consent when they began: `measure`, `personalise`.
    pub consents: Vec<RefusedRow>,
    /// What to look at, the worst first.
    pub findings: Vec<InstallFinding>,
}

/// With what a shop's server signs who its visitors are; shown this once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IdentitySecret {
    /// 64 hexadecimal digits. This text is the key for HS256.
    pub secret: String,
}

/// A version of the agent that pages run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgentSeen {
    /// Major and minor, as `0.1`.
    pub version: String,
    /// Beacons from it.
    pub beacons: u64,
    /// The last of them, milliseconds since 1970.
    pub last_at: u64,
}

/// An origin whose beacons were refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefusedOrigin {
    /// As the browser wrote it; empty where it wrote none.
    pub origin: String,
    /// How often.
    pub count: u64,
}

/// Something about the tag that an owner should know.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstallFinding {
    /// For programs: `site_off`, `nothing_arrives`, `only_packs`, `kept_apart`, `refused_origins`, `no_wasm`, `silent`.
    pub code: String,
    /// It does not work like this; else it works, but not for all.
    pub is_error: bool,
    /// For people.
    pub message: String,
}
