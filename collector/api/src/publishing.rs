//! Campaigns written, tried and published over HTTP. A campaign is JSON text as its schema has it
//! (`nunchi campaign schema`), the same that the command line takes.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::people::AuditEntry;

/// `GET /api/campaigns`: what is in force, and what is being written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CampaignList {
    /// Version of the pack in force.
    pub pack: u32,
    /// By id.
    pub campaigns: Vec<CampaignState>,
}

/// One campaign: in force, being written, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CampaignState {
    /// Its id.
    pub id: u16,
    /// Its name, of the draft if there is one.
    pub name: String,
    /// As pages have it; none where it was never published.
    pub published: Option<String>,
    /// As it was written last; none where nobody wrote it here. Its holdout is the one that is meant,
    /// whatever share of visitors it is published to.
    pub draft: Option<String>,
    /// The draft says something else than pages have.
    pub is_changed: bool,
    /// Judged and reported, never shown.
    pub is_shadow: bool,
    /// The share of visitors that it was published to, thousandths; 1000 for all.
    pub share_permille: u16,
    /// Visitors that go without, of those in force, thousandths.
    pub holdout_permille: u16,
    /// Higher goes first.
    pub priority: u8,
    /// Who wrote it last.
    pub written_by: String,
    /// When, milliseconds since 1970.
    pub written_at: Option<u64>,
    /// What is planned for it.
    #[serde(default)]
    pub plan: Option<Planned>,
}

/// What is planned for a campaign.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Planned {
    /// When it is published, by the shop's clock, as `2026-12-24T09:00`; else empty.
    pub publish_at: String,
    /// When it is taken down, likewise.
    pub stop_at: String,
    /// The share of visitors that it is published to, thousandths.
    pub share_permille: u16,
    /// Who planned it.
    pub who: String,
    /// Why it could not be done; empty as long as nothing went wrong.
    pub failed: String,
}

/// `POST /api/campaigns/plan`: publishes a campaign at a time, takes it down at another. In place of what
/// was planned for it before; without times, nothing is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Plan {
    /// Key of the site.
    pub site: String,
    /// One campaign, as it is published then.
    pub json: String,
    /// To which share of visitors, thousandths, 1 to 1000.
    #[serde(default = "all")]
    pub share_permille: u16,
    /// By the shop's clock, as `2026-12-24T09:00`; at most a year ahead.
    #[serde(default)]
    pub publish_at: Option<String>,
    /// Likewise, and later.
    #[serde(default)]
    pub stop_at: Option<String>,
}

/// `POST /api/campaigns/draft`, `POST /api/campaigns/lint`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Written {
    /// Key of the site.
    pub site: String,
    /// One campaign; at most 16 KiB.
    pub json: String,
}

/// What is found in a campaign beside those in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Linted {
    /// Why it cannot be read at all, or not be carried.
    pub error: Option<String>,
    /// The worst first.
    pub findings: Vec<Finding>,
    /// What it costs every page, bytes before compression.
    pub bytes: u64,
    /// What all campaigns and settings cost every page together.
    pub pack_bytes: u64,
}

/// Something an editor should know before publishing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Finding {
    /// Which campaign; 0: all together.
    pub campaign: u16,
    /// `error`, `warning`, `hint`.
    pub severity: String,
    /// For programs: `never_fires`, `text_too_long`, …
    pub code: String,
    /// For people.
    pub message: String,
    /// The same in Korean.
    #[serde(default)]
    pub korean: String,
}

/// `POST /api/campaigns/preview`: a campaign as a page would draw it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preview {
    /// Key of the site.
    pub site: String,
    /// One campaign; at most 16 KiB.
    pub json: String,
    /// What the visitor reads, as `ko`.
    pub language: String,
    /// As a browser draws it that is set to dark; a theme that chose for itself stays as it is.
    pub is_dark: bool,
}

/// What is handed to the surface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Previewed {
    /// By variant; none where a variant has no words.
    pub variants: Vec<Option<Sketch>>,
    /// What the page of the picture states, as the agent tells the surface: a product, and a cart.
    pub facts: Vec<Vec<u8>>,
}

/// One variant, drawn nowhere yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Sketch {
    /// What the surface's `show` takes. Its button leads nowhere.
    pub bytes: Vec<u8>,
    /// Name of the page's slot that it stands in, if it stands in one.
    pub slot: Option<String>,
}

/// `POST /api/campaigns/backtest`, `POST /api/campaigns/diff`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Try {
    /// Key of the site.
    pub site: String,
    /// One campaign; those in force go along.
    pub json: String,
    /// How far back from now: 1 to 90.
    pub days: u16,
}

/// `POST /api/campaigns/publish`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Publish {
    /// Key of the site.
    pub site: String,
    /// Version of the pack that the editor looked at.
    pub base: u32,
    /// One campaign, new or in place of the one with its id.
    pub json: String,
    /// To which share of visitors, thousandths, 1 to 1000: always the same ones, and more of the same when
    /// it is raised. The others go without, and are counted with the holdout.
    #[serde(default = "all")]
    pub share_permille: u16,
    /// Also with findings that must be mended.
    #[serde(default)]
    pub force: bool,
}

fn all() -> u16 {
    1_000
}

/// `POST /api/campaigns/withdraw`: takes a campaign out of the pack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Withdraw {
    /// Key of the site.
    pub site: String,
    /// Version of the pack that the editor looked at.
    pub base: u32,
    /// Which campaign.
    pub id: u16,
}

/// `POST /api/campaigns/revert`: an earlier pack becomes the next one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Revert {
    /// Key of the site.
    pub site: String,
    /// Version of the pack that the editor looked at.
    pub base: u32,
    /// Which one comes back.
    pub version: u32,
    /// Also with findings that must be mended.
    #[serde(default)]
    pub force: bool,
}

/// What was published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Published {
    /// Version of the pack in force by now.
    pub pack: u32,
    /// What was found and did not keep it from being published.
    pub findings: Vec<Finding>,
}

/// `GET /api/campaigns/history`: what was in force, and who did it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct History {
    /// Newest first, at most 50.
    pub versions: Vec<PackVersion>,
    /// The record of the site, newest first, at most 100.
    pub entries: Vec<AuditEntry>,
}

/// A pack that was in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PackVersion {
    /// Its version.
    pub version: u32,
    /// When it was published, milliseconds since 1970.
    pub published_at: u64,
    /// Names of its campaigns.
    pub campaigns: Vec<String>,
}
