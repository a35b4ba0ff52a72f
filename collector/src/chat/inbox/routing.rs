//! To whom a conversation that waits is offered: by language, by skill, by load. Pure.
//!
//! An offer keeps nobody else from accepting; it only says whose turn it is. Offers are made anew when
//! somebody comes or goes, for all that wait, in the order in which they wait.

use std::collections::BTreeMap;

use nunchi_api::inbox::{Agent, Row};

/// Names by number of the conversation. Those for whom nobody has room are not in it; those that wait
/// for somebody by name are theirs.
pub(super) fn offers(queue: &[Row], agents: &[Agent]) -> BTreeMap<u64, String> {
    let is_here = |it: &&Agent| it.is_there && it.is_available;
    let mut loads: Vec<(&Agent, u16)> =
        agents.iter().filter(is_here).map(|it| (it, it.talks)).collect();
    let mut offered = BTreeMap::new();
    for row in queue {
        if !row.agent.is_empty() {
            offered.insert(row.id, row.agent.clone());
            continue;
        }
        let able =
            loads.iter_mut().filter(|(agent, talks)| *talks < agent.capacity && can(agent, row));
        // Who has least to do for what they take; with as much, who knows fewer things otherwise.
        let best = able.min_by_key(|(agent, talks)| {
            let load = u32::from(*talks) * 1_000 / u32::from(agent.capacity.max(1));
            (load, agent.skills.len(), agent.name.clone())
        });
        if let Some((agent, talks)) = best {
            *talks += 1;
            offered.insert(row.id, agent.name.clone());
        }
    }
    offered
}

fn can(agent: &Agent, row: &Row) -> bool {
    let speaks = agent.languages.is_empty()
        || agent.languages.iter().any(|it| it.eq_ignore_ascii_case(&row.language));
    speaks && (row.skill.is_empty() || agent.skills.contains(&row.skill))
}

#[cfg(test)]
mod tests {
    use nunchi_api::inbox::State;

    use super::*;

    fn agent(name: &str, talks: u16, capacity: u16, languages: &[&str], skills: &[&str]) -> Agent {
        let texts = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect();
        let (languages, skills) = (texts(languages), texts(skills));
        Agent {
            name: name.into(),
            public_name: String::new(),
            is_available: true,
            is_there: true,
            capacity,
            languages,
            skills,
            talks,
        }
    }

    fn row(id: u64, language: &str, skill: &str) -> Row {
        let (language, skill) = (language.into(), skill.into());
        Row { id, state: State::Waiting, language, skill, ..Row::default() }
    }

    fn told(queue: &[Row], agents: &[Agent]) -> String {
        let lines = offers(queue, agents).into_iter().map(|(id, name)| format!("{id} {name}"));
        lines.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn each_goes_to_who_speaks_the_language_knows_about_it_and_has_least_to_do() {
        let agents = [
            agent("kim", 1, 4, &["ko"], &[]),
            agent("lee", 0, 4, &["ko", "en"], &["returns"]),
            agent("park", 0, 1, &[], &[]),
        ];
        assert_eq!(told(&[row(1, "ko", "returns")], &agents), "1 lee");
        assert_eq!(told(&[row(1, "fr", "")], &agents), "1 park");
        assert_eq!(
            told(&[row(1, "ko", "")], &agents),
            "1 park",
            "idle, and not needed for returns"
        );
        assert_eq!(told(&[row(1, "ko", ""), row(2, "ko", "")], &agents), "1 park, 2 lee");
        assert_eq!(
            told(&[row(1, "fr", ""), row(2, "fr", "")], &agents),
            "1 park",
            "no room for the second"
        );
    }

    #[test]
    fn who_is_away_or_gone_gets_none_and_who_is_waited_for_by_name_keeps_it() {
        let away = Agent { is_available: false, ..agent("kim", 0, 4, &[], &[]) };
        let gone = Agent { is_there: false, ..agent("lee", 0, 4, &[], &[]) };
        let queue = [row(1, "ko", ""), Row { agent: "kim".into(), ..row(2, "ko", "") }];
        assert_eq!(told(&queue, &[away, gone]), "2 kim");
    }
}
