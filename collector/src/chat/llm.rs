//! A language model that helps where the bot is not sure. Off unless settings name one.
//!
//! It is shown the visitor's masked question and the entries that may have been meant, nothing else, and
//! all that ever comes of it is a text: [`check`] throws away what does not stand on those entries. Whatever
//! goes wrong, the bot says what it would have said.

mod check;
mod wire;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use beacon::Millis;
use nunchi_api::chat::Link;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::bot::Saying;
use super::knowledge::{Found, Language};
use crate::requests;

use wire::Wire;

/// Which model, and how much it may be asked. The key is not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LlmSettings {
    /// `http://HOST:PORT/v1`, without a slash at its end. Plain HTTP: a service on this machine, or a
    /// proxy that speaks TLS.
    pub url: String,
    /// Its name there.
    pub model: String,
    /// Where the key stands.
    pub key_file: Option<PathBuf>,
    /// Questions a day (UTC), of all sites together, counted from the start of the process.
    pub budget: u32,
    /// For the whole of an answer.
    pub timeout: Duration,
}

impl std::fmt::Display for LlmSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { url, model, key_file, budget, .. } = self;
        let key_file = key_file.as_ref().map_or("(none)".into(), |it| it.display().to_string());
        write!(f, "{url} model={model} key_file={key_file} budget={budget}")
    }
}

/// Why no model can be asked.
#[derive(Debug, thiserror::Error)]
pub enum LlmError {
    /// The key cannot be read.
    #[error("cannot read the key of the language model from {file}: {cause}")]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// What stands in the file cannot be a key.
    #[error("{0}: expected one line of visible ASCII characters, the key of the language model")]
    NoKey(PathBuf),
}

/// A model that may be asked.
pub struct Llm {
    wire: Wire,
    budget: u32,
    spent: Mutex<Spent>,
    places: Arc<Semaphore>,
    counts: [AtomicU64; Ending::ALL.len()],
}

/// Questions of one day.
#[derive(Default)]
struct Spent {
    day: u64,
    questions: u32,
}

/// What the model is shown.
pub(super) struct Question {
    text: String,
    language: Language,
    entries: Vec<Source>,
}

/// An entry, as it is shown.
struct Source {
    id: String,
    question: String,
    answer: String,
    links: Vec<Link>,
}

impl Question {
    /// Of a text that is masked already, and the entries that may have been meant.
    pub(super) fn new(text: &str, language: Language, near: Vec<Found<'_>>) -> Self {
        let source = |found: Found<'_>| Source {
            id: found.id.into(),
            question: found.question.into(),
            answer: found.answer.into(),
            links: found.links,
        };
        Self { text: text.into(), language, entries: near.into_iter().map(source).collect() }
    }
}

/// An answer that stands on entries.
#[derive(Debug, PartialEq, Eq)]
struct Grounded {
    text: String,
    links: Vec<Link>,
}

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The visitor got the model's answer.
    Answered,
    /// It said that the entries do not answer the question.
    Declined,
    /// It said what the entries do not.
    Ungrounded,
    /// It did not speak as it was asked to.
    Malformed,
    /// It took too long.
    Timeout,
    /// Another status than 200.
    Status,
    /// No connection, or one that broke.
    Unreachable,
    /// Not asked: the day's budget is used up.
    Budget,
    /// Not asked: as many questions are under way as may be.
    Busy,
}

impl Ending {
    const ALL: [Self; 9] = [
        Self::Answered,
        Self::Declined,
        Self::Ungrounded,
        Self::Malformed,
        Self::Timeout,
        Self::Status,
        Self::Unreachable,
        Self::Budget,
        Self::Busy,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Declined => "declined",
            Self::Ungrounded => "ungrounded",
            Self::Malformed => "malformed",
            Self::Timeout => "timeout",
            Self::Status => "status",
            Self::Unreachable => "unreachable",
            Self::Budget => "budget",
            Self::Busy => "busy",
        }
    }
}

impl Llm {
    /// Reads the key, asks nothing yet.
    ///
    /// # Errors
    /// [`LlmError`]: a key that is wanted and cannot be had.
    pub fn new(settings: &LlmSettings) -> Result<Self, LlmError> {
        Ok(Self {
            wire: Wire::new(settings)?,
            budget: settings.budget,
            spent: Mutex::default(),
            places: Arc::new(Semaphore::new(AT_ONCE_MAX)),
            counts: std::array::from_fn(|_| AtomicU64::new(0)),
        })
    }

    /// What is said instead of `saying`, where the model has an answer. It stays a question that the bot
    /// could not answer, so that the shop finds it among its gaps, and the visitor is still offered a person.
    pub(super) async fn improve(
        self: &Arc<Self>,
        question: Question,
        saying: Saying,
        now: Millis,
    ) -> Saying {
        let result = match self.admit(now) {
            Ok(place) => {
                let llm = Arc::clone(self);
                let work = move || {
                    let _place = place;
                    check::check(&question, &llm.wire.ask(&question)?)
                };
                requests::block(work).await.unwrap_or(Err(Ending::Unreachable))
            }
            Err(ending) => Err(ending),
        };
        let ending = result.as_ref().err().copied().unwrap_or(Ending::Answered);
        self.counts[ending as usize].fetch_add(1, Ordering::Relaxed);
        tracing::debug!(outcome = ending.name(), "language model");
        match result {
            Ok(Grounded { text, links }) => Saying { text, links, ..saying },
            Err(_) => saying,
        }
    }

    /// How often questions ended in which way.
    pub(crate) fn counted(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Ending::ALL
            .into_iter()
            .zip(&self.counts)
            .map(|(ending, count)| (ending.name(), count.load(Ordering::Relaxed)))
    }

    /// A place among those that ask now, paid for.
    fn admit(&self, now: Millis) -> Result<OwnedSemaphorePermit, Ending> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Ending::Busy)?;
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let day = now.0 / DAY_MS;
        if spent.day != day {
            *spent = Spent { day, questions: 0 };
        }
        if spent.questions >= self.budget {
            return Err(Ending::Budget);
        }
        spent.questions += 1;
        Ok(place)
    }
}

/// Each holds one of the threads that reads of the store need too.
const AT_ONCE_MAX: usize = 4;

const DAY_MS: u64 = 86_400_000;
