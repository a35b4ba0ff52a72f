//! A question as it was asked, looked at and with its defaults.

use jiff::tz::TimeZone;
use nunchi_api::questions::{Filter, Question, Scope, Step, Unit, until_now};

use super::DAY_MS;
use super::filter::{DEVICES, VISITORS};
use super::slices::Slices;
use crate::error::ApiError;
use crate::store::rows::Kind;

/// A question that can be answered.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) zone: TimeZone,
    pub(super) zone_name: String,
    pub(super) compare: bool,
    pub(super) filter: Filter,
    pub(super) question: Question,
}

/// Why a question cannot be answered as it was asked.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AskError {
    #[error("`from` must lie before `to`, and both before the year 9999")]
    Span,
    #[error("`{0}` is no time zone: expected such as Asia/Seoul or UTC")]
    Zone(String),
    #[error("`{0}` cannot be filtered: it is not about visits")]
    Unfiltered(&'static str),
    #[error("`{0}` tells of now: there is nothing to compare it with")]
    Uncompared(&'static str),
    #[error("`{value}` is no {name}: expected {}", .expected.join(", "))]
    Filter { name: &'static str, value: String, expected: &'static [&'static str] },
    #[error("a funnel has at most {STEPS_MAX} steps, these are {0}")]
    Steps(usize),
    #[error("`{0}` is no signal: expected such as exit_intent or rage_click")]
    Signal(String),
    #[error("journeys are looked at 1 to {DEPTH_MAX} steps deep, not {0}")]
    Depth(u8),
    #[error("these are more than {SLICES_MAX} slices: choose a longer unit or a shorter span")]
    Slices,
}

impl AskError {
    /// For programs.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Span => "bad_span",
            Self::Zone(_) => "bad_zone",
            Self::Unfiltered(_) | Self::Filter { .. } => "bad_filter",
            Self::Uncompared(_) => "bad_comparison",
            Self::Steps(_) | Self::Signal(_) => "bad_steps",
            Self::Depth(_) => "bad_depth",
            Self::Slices => "bad_unit",
        }
    }
}

impl From<AskError> for ApiError {
    fn from(error: AskError) -> Self {
        Self::new(422, error.code(), error.to_string())
    }
}

impl Asked {
    /// Looks at a question. `now` is the end, and `zone` the zone, of a scope that names none.
    ///
    /// # Errors
    /// What cannot be answered, and what is expected instead.
    pub(crate) fn new(
        scope: &Scope,
        question: Question,
        now: u64,
        zone: &str,
    ) -> Result<Self, AskError> {
        let to = scope.to.unwrap_or_else(|| until_now(now));
        let from = scope.from.unwrap_or(to.saturating_sub(DAY_MS));
        if from >= to || to > TO_MAX {
            return Err(AskError::Span);
        }
        let zone_name = scope.zone.as_deref().unwrap_or(zone);
        let zone = TimeZone::get(zone_name).map_err(|_| AskError::Zone(zone_name.into()))?;
        check_filter(&scope.filter, &question)?;
        if scope.compare && matches!(question, Question::Live {} | Question::Health {}) {
            return Err(AskError::Uncompared(question.name()));
        }
        let (compare, filter) = (scope.compare, scope.filter.clone());
        let mut asked =
            Self { from, to, zone, zone_name: zone_name.into(), compare, filter, question };
        asked.check_question()?;
        Ok(asked)
    }

    /// The same of the span of the same length right before.
    pub(super) fn before(&self) -> Self {
        let from = self.from.saturating_sub(self.to - self.from);
        Self { from, to: self.from, ..self.clone() }
    }

    /// The slices of a series of this span, by its unit.
    pub(super) fn slices(&self, unit: Unit) -> Slices {
        // The span before may have some more, by changes of the clock.
        let slices = Slices::of_zone(&self.zone, unit, self.from, self.to, 2 * SLICES_MAX);
        slices.expect("as many as were looked at when it was asked")
    }

    /// Chooses the unit of a series that has none, so that the span before is cut alike.
    fn check_question(&mut self) -> Result<(), AskError> {
        match &self.question {
            Question::Funnel { steps } if steps.len() > STEPS_MAX => {
                Err(AskError::Steps(steps.len()))
            }
            Question::Funnel { steps } => steps.iter().try_for_each(check_step),
            Question::Journeys { depth, .. } if !(1..=DEPTH_MAX).contains(depth) => {
                Err(AskError::Depth(*depth))
            }
            Question::Series { unit } => {
                let unit = unit.unwrap_or_else(|| Slices::unit_for(&self.zone, self.from, self.to));
                self.question = Question::Series { unit: Some(unit) };
                let slices = Slices::of_zone(&self.zone, unit, self.from, self.to, SLICES_MAX);
                slices.map(drop).map_err(|_| AskError::Slices)
            }
            _ => Ok(()),
        }
    }
}

fn check_filter(filter: &Filter, question: &Question) -> Result<(), AskError> {
    let is_about_visits = !matches!(
        question,
        Question::Live {} | Question::Losses {} | Question::Parity {} | Question::Health {}
    );
    if !filter.is_empty() && !is_about_visits {
        return Err(AskError::Unfiltered(question.name()));
    }
    let check = |name, value: &Option<String>, expected: &'static [&'static str]| match value {
        Some(value) if !expected.contains(&value.as_str()) => {
            Err(AskError::Filter { name, value: value.clone(), expected })
        }
        _ => Ok(()),
    };
    check("device", &filter.device, DEVICES)?;
    check("visitor", &filter.visitor, VISITORS)
}

fn check_step(step: &Step) -> Result<(), AskError> {
    match step {
        Step::Signal(name) if !Kind::by_name(name).is_some_and(Kind::is_signal) => {
            Err(AskError::Signal(name.clone()))
        }
        _ => Ok(()),
    }
}

/// 9999-01-01, milliseconds since 1970: calendars end there.
const TO_MAX: u64 = 253_370_764_800_000;

/// A year of hours, and some.
const SLICES_MAX: usize = 9_000;

const STEPS_MAX: usize = 12;

const DEPTH_MAX: u8 = 8;
