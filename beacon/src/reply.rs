//! What a collector may say back: an empty 204, or a 200 whose body is a [`Reply`].

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::wire;

/// Commands for one visitor, in postcard. An agent that cannot read it goes on as if it were a 204.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// In the order in which they are to be obeyed.
    pub commands: Vec<Command>,
}

/// One thing the collector asks of the agent.
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// A pack of this version is published; fetch it.
    TakePack(u32),
    /// Somebody watches the floor: send views and signals within `every_ms` for the next
    /// `for_ms` milliseconds.
    Watched {
        /// Longest time from item to beacon, milliseconds.
        every_ms: u32,
        /// How long this holds, milliseconds.
        for_ms: u32,
    },
    /// Stop: this site is switched off. Nothing more is sent in this page.
    Stop,
    /// So many people could answer a visitor now. Said where a campaign of the site asks for it.
    Staffed(u16),
}

impl Reply {
    /// The body of a 200 answer.
    pub fn encode(&self) -> Vec<u8> {
        wire::to_bytes(self)
    }

    /// Reads the body of a 200 answer; `None` when it is not one.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        wire::from_bytes(bytes)
    }
}

crate::wire!(struct Reply { commands });
crate::wire!(enum Command {
    0 => TakePack(version),
    1 => Watched { every_ms, for_ms },
    2 => Stop,
    3 => Staffed(free),
});
