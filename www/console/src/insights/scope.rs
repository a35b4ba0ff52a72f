//! What is asked, as it stands in the address: topic, span, comparison, filter. Pure.

use nunchi_api::questions::{Ask, By, Filter, Question, Scope, Step, until_now};

use super::topics::Topic;

/// Values of the address, by their names; empty where there is none.
pub(super) type Value<'a> = &'a dyn Fn(&str) -> String;

/// Days that can be looked back.
pub(super) const DAYS: [u64; 4] = [1, 7, 30, 90];

/// Every question of a topic, for one and the same span.
pub(super) fn asks(topic: Topic, site: &str, now: u64, value: Value<'_>) -> Vec<Ask> {
    let to = until_now(now);
    let has_visits = |question: &Question| {
        !matches!(question, Question::Losses {} | Question::Parity {} | Question::Health {})
    };
    let ask = |question: Question| {
        let is_about_visits = has_visits(&question);
        let scope = Scope {
            site: site.into(),
            from: Some(to.saturating_sub(days(value) * DAY_MS)),
            to: Some(to),
            zone: None,
            compare: is_compared(value) && is_about_visits,
            filter: if is_about_visits { filter(value) } else { Filter::default() },
        };
        Ask { scope, question }
    };
    questions(topic, value).into_iter().map(ask).collect()
}

fn questions(topic: Topic, value: Value<'_>) -> Vec<Question> {
    match topic {
        Topic::Overview => vec![Question::Overview {}, Question::Series { unit: None }],
        Topic::Funnel => vec![Question::Funnel { steps: steps(&value("steps")) }],
        Topic::Journeys => vec![Question::Journeys { by: by(value), depth: depth(value) }],
        Topic::Pages => vec![Question::Pages {}],
        Topic::Carts => vec![Question::Hesitations {}, Question::Hours {}, Question::Signals {}],
        Topic::Products => vec![Question::Products {}],
        Topic::Sources => vec![Question::Sources {}, Question::Audiences {}],
        Topic::Campaigns => vec![Question::Campaigns {}],
        Topic::Trust => vec![Question::Losses {}, Question::Parity {}, Question::Health {}],
    }
}

/// How far back; a day where nothing that is known is said.
pub(super) fn days(value: Value<'_>) -> u64 {
    value("days").parse().ok().filter(|days| DAYS.contains(days)).unwrap_or(1)
}

/// Whether the span before is asked for as well; it is, unless it is said that it is not.
pub(super) fn is_compared(value: Value<'_>) -> bool {
    value("compare") != "0"
}

pub(super) fn by(value: Value<'_>) -> By {
    if value("by") == "path" { By::Path } else { By::Page }
}

fn depth(value: Value<'_>) -> u8 {
    value("depth").parse().ok().filter(|depth| (1..=8).contains(depth)).unwrap_or(5)
}

fn filter(value: Value<'_>) -> Filter {
    let is = |name: &str| Some(value(name)).filter(|it| !it.is_empty());
    Filter {
        device: is("device").filter(|it| ["desktop", "phone", "tablet"].contains(&&**it)),
        visitor: is("kind").filter(|it| ["new", "returning", "known"].contains(&&**it)),
        language: is("language"),
        source: is("source"),
        page: is("page"),
        path: is("path"),
    }
}

/// Steps as `view,product,cart`; those that cannot be read are left out. None is the usual funnel.
pub(super) fn steps(text: &str) -> Vec<Step> {
    text.split(',').filter_map(|step| step.trim().parse().ok()).take(STEPS_MAX).collect()
}

/// Of a funnel, as the collector has it.
pub(super) const STEPS_MAX: usize = 12;

const DAY_MS: u64 = 86_400_000;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_763_800_000_000;

    fn asked(topic: Topic, query: &[(&str, &str)]) -> String {
        let value = |name: &str| {
            query.iter().find(|(known, _)| *known == name).map_or(String::new(), |it| it.1.into())
        };
        serde_json::to_string(&asks(topic, "demo", NOW, &value)).unwrap()
    }

    #[test]
    fn an_address_without_a_query_asks_for_a_day_and_the_day_before() {
        assert_eq!(
            asked(Topic::Pages, &[]),
            "[{\"scope\":{\"site\":\"demo\",\"from\":1763713800000,\"to\":1763800200000,\
             \"zone\":null,\"compare\":true,\"filter\":{}},\"question\":{\"name\":\"pages\"}}]"
        );
    }

    #[test]
    fn the_query_says_how_long_of_whom_and_which_steps() {
        let query = [
            ("days", "7"),
            ("compare", "0"),
            ("device", "phone"),
            ("steps", "view,nonsense,shown:3"),
        ];
        let asked = asked(Topic::Funnel, &query);
        assert!(asked.contains("\"from\":1763195400000"), "{asked}");
        assert!(asked.contains("\"compare\":false,\"filter\":{\"device\":\"phone\"}"), "{asked}");
        assert!(asked.ends_with("\"steps\":[\"view\",\"shown:3\"]}}]"), "{asked}");
    }

    #[test]
    fn what_cannot_be_is_not_asked() {
        let query = [("days", "8000"), ("device", "fridge"), ("depth", "99")];
        let asked = asked(Topic::Journeys, &query);
        assert!(asked.contains("\"filter\":{}") && asked.contains("\"depth\":5"), "{asked}");
    }

    #[test]
    fn what_is_not_about_visits_is_neither_filtered_nor_compared() {
        let asked = asked(Topic::Trust, &[("device", "phone")]);
        assert!(!asked.contains("phone") && !asked.contains("\"compare\":true"), "{asked}");
    }
}
