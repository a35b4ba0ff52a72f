//! The topics, and what each makes of its answers: pictures, made from answers alone.

mod campaigns;
mod cards;
mod carts;
mod funnel;
mod hours;
mod journeys;
mod pages;
mod parts;
mod products;
mod sources;
mod traffic;
mod trust;

use leptos::prelude::*;
use nunchi_api::questions::{Answer, Answered};

use super::picture::{self, Picture};
use crate::text::{Language, Words};

/// One page of insights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    Overview,
    Funnel,
    Journeys,
    Pages,
    Carts,
    Products,
    Sources,
    Campaigns,
    Trust,
}

impl Topic {
    /// In the order of the tabs.
    pub(super) const ALL: [Self; 9] = [
        Self::Overview,
        Self::Funnel,
        Self::Journeys,
        Self::Pages,
        Self::Carts,
        Self::Products,
        Self::Sources,
        Self::Campaigns,
        Self::Trust,
    ];

    /// The topic at a path; the first for others.
    pub(super) fn of(path: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.path() == path).unwrap_or(Self::Overview)
    }

    /// In the address.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Funnel => "funnel",
            Self::Journeys => "journeys",
            Self::Pages => "pages",
            Self::Carts => "carts",
            Self::Products => "products",
            Self::Sources => "sources",
            Self::Campaigns => "campaigns",
            Self::Trust => "trust",
        }
    }

    /// For people.
    pub(super) fn name(self, words: &Words) -> &'static str {
        match self {
            Self::Overview => words.overview,
            Self::Funnel => words.funnel,
            Self::Journeys => words.journeys,
            Self::Pages => words.pages,
            Self::Carts => words.carts,
            Self::Products => words.products,
            Self::Sources => words.sources,
            Self::Campaigns => words.campaigns,
            Self::Trust => words.trust,
        }
    }
}

/// Nothing happened in the span: the first answer has nothing to draw.
pub(super) fn is_empty(answered: &Answered) -> bool {
    match &answered.answer {
        Answer::Overview(it) => it.views == 0,
        Answer::Funnel(it) => it.steps.iter().all(|step| step.sessions == 0),
        Answer::Journeys(it) => it.paths.is_empty() && it.other.is_none(),
        Answer::Pages(it) => it.rows.is_empty() && it.other.is_none(),
        Answer::Products(it) => it.rows.is_empty() && it.other.is_none(),
        Answer::Sources(it) => it.rows.is_empty() && it.other.is_none(),
        // These say themselves that there is nothing, and what that means.
        _ => false,
    }
}

/// What a topic shows.
pub(super) fn view(topic: Topic, answers: &[Answered], language: Language) -> AnyView {
    if topic == Topic::Campaigns {
        return campaigns::view(answers, language);
    }
    let cards = answers.first().and_then(|first| match (&first.answer, &first.before) {
        (Answer::Overview(now), before) => {
            let before = before.as_ref().and_then(|before| match &before.answer {
                Answer::Overview(before) => Some(&**before),
                _ => None,
            });
            Some(cards::cards(now, before, language))
        }
        _ => None,
    });
    let pictures = answers.iter().flat_map(|answered| pictures(answered, language));
    (cards, pictures.map(picture::view).collect_view()).into_any()
}

/// The pictures of one answer.
fn pictures(answered: &Answered, language: Language) -> Vec<Picture> {
    let before = answered.before.as_ref().map(|before| &before.answer);
    match &answered.answer {
        Answer::Series(it) => vec![traffic::picture(it, before, language)],
        Answer::Funnel(it) => vec![funnel::picture(it, before, language)],
        Answer::Journeys(it) => journeys::pictures(it, language),
        Answer::Pages(it) => vec![pages::picture(it, language)],
        Answer::Hesitations(it) => vec![carts::causes(it, language)],
        Answer::Signals(it) => vec![carts::signals(it, language)],
        Answer::Products(it) => vec![products::picture(it, language)],
        Answer::Sources(it) => vec![sources::sources(it, language)],
        Answer::Audiences(it) => sources::audiences(it, language),
        Answer::Hours(it) => vec![hours::picture(it, language)],
        Answer::Losses(it) => vec![trust::losses(it, language)],
        Answer::Parity(it) => vec![trust::parity(it, language)],
        Answer::Health(it) => vec![trust::health(it, language)],
        Answer::Overview(_) | Answer::Campaigns(_) | Answer::Live(_) => Vec::new(),
    }
}
