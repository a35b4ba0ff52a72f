//! Every attack, in the order in which `--all` runs them: cheap ones first.

mod abuse;
mod bitrot;
mod cardinality;
mod controls;
mod diskfull;
mod flips;
mod http_abuse;
mod iofault;
mod kill;
mod lock;
mod memory;
mod mutate;
mod origins;
mod powercut;
mod replay;
mod skew;
mod slow;
mod soak;
mod stop;
mod tenants;
mod versions;

use anyhow::{Context, Result};

use crate::figures::Figures;
use crate::options::{Setting, Size};

/// One way to make the server break a promise.
#[derive(Debug)]
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    /// What is done and what must hold, in a line.
    pub(crate) what: &'static str,
    pub(crate) sizes: &'static [Size],
    /// Broken promises that turn it red ([`controls`] sees to it).
    pub(crate) notices: &'static [&'static str],
    pub(crate) run: fn(&Setting) -> Result<Figures>,
}

pub(crate) const ATTACKS: &[Attack] = &[
    flips::ATTACK,
    mutate::ATTACK,
    versions::ATTACK,
    lock::ATTACK,
    origins::ATTACK,
    http_abuse::ATTACK,
    slow::ATTACK,
    replay::ATTACK,
    tenants::ATTACK,
    skew::ATTACK,
    abuse::ATTACK,
    cardinality::ATTACK,
    kill::ATTACK,
    stop::ATTACK,
    diskfull::ATTACK,
    iofault::ATTACK,
    bitrot::ATTACK,
    memory::ATTACK,
    powercut::ATTACK,
    soak::ATTACK,
    controls::ATTACK,
];

pub(crate) fn find(name: &str) -> Result<&'static Attack> {
    let names: Vec<_> = ATTACKS.iter().map(|attack| attack.name).collect();
    let attack = ATTACKS.iter().find(|attack| attack.name == name);
    attack.with_context(|| format!("no attack `{name}`; there are: {}", names.join(" ")))
}
