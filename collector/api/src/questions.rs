//! What can be asked of a site's history, and what is answered: the same over HTTP
//! (`POST /api/ask`), on the command line (`nunchi stats`) and on every engine that keeps the data.
//!
//! These words are the definition; engines are written from them and must give equal answers.
//!
//! - A *span* includes its beginning and excludes its end; a row belongs to it by `at`, the
//!   collector's clock. Each question reads the rows of its site in the span with `quarantine` 0 and
//!   of the kinds that it names under *Reads*; a filter reads `began`, `remembered` and `viewed`
//!   besides. Nothing outside of the span is known, unless a question says so.
//! - A *visit* is all of these rows with the same `visit`: a session, or a page load where consent
//!   gave none. Its rows are in the order of `at`, then `run` (unsigned), then `ordinal`; *first*,
//!   *last*, *before* and *after* mean this order.
//! - Its *visitor*, a browser that consented to be known again, is the one that the first of its rows
//!   with a `visitor` names; it may have none. The *person* of a visit is its visitor, or the visit
//!   itself where there is none. People are counted by distinct persons.
//! - A *view* is a `viewed` row. A *purchase* is a `purchased` row: later reports of an order are
//!   `purchased_again` and count nowhere. A visit *has something in the cart* by a row `added` or
//!   `cart_stands` with `number` > 0. It *begins checkout* by a row `checkout_began`, or by a view with
//!   `page` `checkout` or `payment`.
//! - *Revenue* is the sum of `value` of purchases by `currency`, one amount for each currency that
//!   occurs, in the order of their codes. Carts are summed up likewise.
//! - A *median* of an even number of values is the lower of the two in the middle; of none, 0.
//!   Quotients are rounded down. Texts are ordered by their bytes; a text that a row does not have is
//!   the empty text.

mod answer;
mod step;

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

pub use answer::{
    Answer, Answered, Audiences, Before, EndRow, HesitationRow, Hesitations, HourRow, Hours,
    JourneyRow, Journeys, Losses, ProductRow, Products, Series, SeriesSlice, ShareRow, Shares,
};
pub use step::{Happening, Step, StepError};

#[cfg(doc)]
use crate::stats::Health;

/// A question about a site. The body of `POST /api/ask`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// Whom it is about, and when.
    pub scope: Scope,
    /// What is asked.
    pub question: Question,
}

/// Where a span up to now ends: with this quarter of an hour, for which nothing is stored that lies in the
/// future. Sums are kept by quarters, so that such spans are answered from them.
pub const fn until_now(now: u64) -> u64 {
    (now / QUARTER_MS + 1) * QUARTER_MS
}

/// Milliseconds; all time zones of our days differ from UTC by a number of them.
pub const QUARTER_MS: u64 = 15 * 60_000;

/// Which site, which span, which visits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// Site key.
    pub site: String,
    /// Milliseconds since 1970; absent: 24 hours before `to`.
    pub from: Option<u64>,
    /// Milliseconds since 1970, after `from`; absent: now ([`until_now`]).
    pub to: Option<u64>,
    /// Time zone that hours, days, weeks and months are of (`Asia/Seoul`); absent: the shop's.
    pub zone: Option<String>,
    /// Answer for the span of the same length right before as well. Refused for `live` and `health`,
    /// which tell of now.
    pub compare: bool,
    /// Only these visits.
    pub filter: Filter,
}

/// Which visits count: those of which everything holds that is said. Rows of other visits are as if
/// they were not there. Refused for `live`, `losses`, `parity` and `health`, which are not about visits.
///
/// What a visit *is* says its first `began` row in the span: `device`, `audience`, `language`; where
/// that is empty, and where there is no such row, it is `unknown`. Where it *came from* says its first
/// `remembered` row in the span, or its first `began` row when there is none: `source`; where that is
/// empty, and where there is neither, it is `direct`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// `desktop`, `phone`, `tablet`, `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// `new`, `returning`, `known`, `unknown`: the column `audience`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visitor: Option<String>,
    /// Language tag, as pages say it: `ko`; `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Where they came from: `source=naver medium=cpc`, or the referrer's host; `direct`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// They viewed a page of this sort in the span: `product`, `cart`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// They viewed this path in the span, letter for letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

impl Filter {
    /// Whether it lets every visit in.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds one condition as people write it: `device=phone`.
    ///
    /// # Errors
    /// Says what is expected instead.
    pub fn add(&mut self, condition: &str) -> Result<(), String> {
        let expected = || {
            alloc::format!(
                "`{condition}` is no filter: expected device=, visitor=, language=, source=, page= or path="
            )
        };
        let (name, value) = condition.split_once('=').ok_or_else(expected)?;
        let place = match name {
            "device" => &mut self.device,
            "visitor" => &mut self.visitor,
            "language" => &mut self.language,
            "source" => &mut self.source,
            "page" => &mut self.page,
            "path" => &mut self.path,
            _ => return Err(expected()),
        };
        if value.is_empty() {
            return Err(expected());
        }
        *place = Some(value.into());
        Ok(())
    }
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "name", rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    /// How much of everything.
    Overview {},
    /// How it went, by hours, days, weeks or months of the zone.
    Series {
        /// Absent: the shortest that makes at most 62 slices, else months. More than 9000 slices are
        /// refused.
        #[serde(default)]
        unit: Option<Unit>,
    },
    /// How many visits went through these steps, in this order.
    Funnel {
        /// At most 12 of them; none: view, product, cart, checkout, purchase.
        #[serde(default)]
        #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
        steps: Vec<Step>,
    },
    /// Which ways visits took, and where they ended.
    Journeys {
        /// What a step is.
        #[serde(default)]
        by: By,
        /// Steps looked at from the beginning, 1 to 8.
        #[serde(default = "depth")]
        depth: u8,
    },
    /// Pages by the time spent on them, and how much of them was seen.
    Pages {},
    /// What was noticed.
    Signals {},
    /// Why carts were hesitated over, and what they were worth.
    Hesitations {},
    /// Products: viewed, carted, abandoned, bought.
    Products {},
    /// What campaigns did, and what they brought.
    Campaigns {},
    /// Who they were: new or not, by device, by language.
    Audiences {},
    /// Where they came from.
    Sources {},
    /// When the week is busy, and when carts are hesitated over.
    Hours {},
    /// Who is in the shop now.
    Live {},
    /// What was lost on the way.
    Losses {},
    /// Whether collector and pages decide alike.
    Parity {},
    /// What arrived, what was refused, what is kept apart.
    Health {},
}

impl Question {
    /// Every question, with its defaults.
    pub const ALL: [Self; 16] = [
        Self::Overview {},
        Self::Series { unit: None },
        Self::Funnel { steps: Vec::new() },
        Self::Journeys { by: By::Page, depth: DEPTH },
        Self::Pages {},
        Self::Signals {},
        Self::Hesitations {},
        Self::Products {},
        Self::Campaigns {},
        Self::Audiences {},
        Self::Sources {},
        Self::Hours {},
        Self::Live {},
        Self::Losses {},
        Self::Parity {},
        Self::Health {},
    ];

    /// As it stands in addresses and commands.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Overview {} => "overview",
            Self::Series { .. } => "series",
            Self::Funnel { .. } => "funnel",
            Self::Journeys { .. } => "journeys",
            Self::Pages {} => "pages",
            Self::Signals {} => "signals",
            Self::Hesitations {} => "hesitations",
            Self::Products {} => "products",
            Self::Campaigns {} => "campaigns",
            Self::Audiences {} => "audiences",
            Self::Sources {} => "sources",
            Self::Hours {} => "hours",
            Self::Live {} => "live",
            Self::Losses {} => "losses",
            Self::Parity {} => "parity",
            Self::Health {} => "health",
        }
    }

    /// The question with this name, with its defaults.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|question| question.name() == name)
    }
}

/// How long a slice of a [`Question::Series`] is. Of the zone: a day may have 23 or 25 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// As long as the zone's clock shows the same date and hour at the same offset from UTC: an hour
    /// that a change of the clock repeats is two slices.
    Hour,
    /// As long as the zone's clock shows the same date.
    Day,
    /// From Monday to Monday.
    Week,
    /// From the first to the first.
    Month,
}

/// What a step of a [`Question::Journeys`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The sort of the page: `home`, `product`.
    #[default]
    Page,
    /// Its path.
    Path,
}

fn depth() -> u8 {
    DEPTH
}

/// Steps of a journey unless asked otherwise.
const DEPTH: u8 = 5;
