//! Who answers: how each wants to be found, and how much each has to do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nunchi_api::inbox::{Agent, CAPACITY_MAX, NAME_BYTES_MAX, Presence, SKILLS_MAX};

use crate::store::{Store, StoreError};

/// Everybody who ever answered, by name.
#[derive(Debug)]
pub(crate) struct Agents(Mutex<BTreeMap<String, Agent>>);

impl Agents {
    /// As the store has them.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) fn load(store: &Store) -> Result<Self, StoreError> {
        let known = store.agents()?.into_iter();
        Ok(Self(Mutex::new(known.map(|it| (it.name.clone(), it)).collect())))
    }

    /// How somebody wants to be found from now on.
    pub(super) fn set(&self, name: &str, presence: Presence) -> Agent {
        let Presence { is_available, capacity, languages, skills, public_name } = presence;
        let mut agents = self.lock();
        let agent = agents.entry(name.to_owned()).or_default();
        let talks = agent.talks;
        let name = name.to_owned();
        let is_there = false;
        *agent =
            Agent { name, public_name, is_available, is_there, capacity, languages, skills, talks };
        agent.clone()
    }

    /// Conversations that each has; who is not named has none.
    pub(super) fn load_with(&self, loads: &[(String, u16)]) {
        for (name, agent) in &mut *self.lock() {
            agent.talks = loads.iter().find(|(it, _)| it == name).map_or(0, |(_, talks)| *talks);
        }
    }

    /// What visitors call somebody; empty where that was not said.
    pub(in crate::chat) fn public_name(&self, name: &str) -> String {
        self.lock().get(name).map(|it| it.public_name.clone()).unwrap_or_default()
    }

    /// All of them, with those who are `there` marked, even who never said anything.
    pub(super) fn list(&self, there: &BTreeSet<String>) -> Vec<Agent> {
        let agents = self.lock();
        let mut all: BTreeMap<String, Agent> = agents.clone();
        for name in there {
            let new = || Agent { name: name.clone(), capacity: CAPACITY, ..Agent::default() };
            all.entry(name.clone()).or_insert_with(new).is_there = true;
        }
        all.into_values().collect()
    }

    /// How many conversations more those who are `there` and available would take.
    pub(super) fn free(&self, there: &BTreeSet<String>) -> u16 {
        let agents = self.lock();
        let here = there.iter().filter_map(|name| agents.get(name)).filter(|it| it.is_available);
        let free = here.map(|it| it.capacity.saturating_sub(it.talks));
        free.fold(0, u16::saturating_add)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Agent>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is wrong with a presence, if something is.
pub(super) fn check(presence: &Presence) -> Result<(), String> {
    if !(1..=CAPACITY_MAX).contains(&presence.capacity) {
        return Err(format!("`capacity` is 1 to {CAPACITY_MAX}, not {}", presence.capacity));
    }
    let is_printable = !presence.public_name.chars().any(char::is_control);
    if presence.public_name.len() > NAME_BYTES_MAX || !is_printable {
        return Err(format!("`public_name` has at most {NAME_BYTES_MAX} printable bytes"));
    }
    for (name, list) in [("languages", &presence.languages), ("skills", &presence.skills)] {
        let is_fit = |it: &String| (1..=NAME_BYTES_MAX).contains(&it.len());
        if list.len() > SKILLS_MAX || !list.iter().all(is_fit) {
            return Err(format!(
                "`{name}` has at most {SKILLS_MAX} names of 1 to {NAME_BYTES_MAX} bytes"
            ));
        }
    }
    Ok(())
}

/// Of who never said how many conversations they take.
const CAPACITY: u16 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_is_who_is_there_and_available_less_what_they_have_to_do() {
        let agents = Agents(Mutex::default());
        let there = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect();
        let presence =
            |is_available, capacity| Presence { is_available, capacity, ..Presence::default() };
        agents.set("kim", presence(true, 3));
        agents.set("lee", presence(true, 2));
        agents.set("park", presence(false, 9));
        assert_eq!(agents.free(&there(&[])), 0);
        assert_eq!(agents.free(&there(&["kim", "park", "new"])), 3);
        agents.load_with(&[("kim".into(), 2), ("lee".into(), 5)]);
        assert_eq!(agents.free(&there(&["kim", "lee"])), 1);
        agents.set("kim", presence(true, 4));
        assert_eq!(agents.free(&there(&["kim"])), 2, "what they have stays");
        agents.load_with(&[]);
        assert_eq!(agents.free(&there(&["kim", "lee"])), 6);
        let told: Vec<_> =
            agents.list(&there(&["new"])).into_iter().map(|it| (it.name, it.is_there)).collect();
        assert_eq!(told.len(), 4);
        assert!(told.contains(&("new".into(), true)) && told.contains(&("kim".into(), false)));
    }

    #[test]
    fn a_presence_keeps_to_its_limits() {
        let fit = Presence { capacity: 1, languages: vec!["ko".into()], ..Presence::default() };
        assert_eq!(check(&fit), Ok(()));
        for wrong in [
            Presence { capacity: 0, ..fit.clone() },
            Presence { capacity: CAPACITY_MAX + 1, ..fit.clone() },
            Presence { public_name: "x".repeat(NAME_BYTES_MAX + 1), ..fit.clone() },
            Presence { public_name: "a\u{7}".into(), ..fit.clone() },
            Presence { skills: vec![String::new()], ..fit.clone() },
            Presence { skills: vec!["x".into(); SKILLS_MAX + 1], ..fit.clone() },
        ] {
            assert!(check(&wrong).is_err(), "{wrong:?}");
        }
    }
}
