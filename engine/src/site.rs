//! What holds for all campaigns of a site together: where and when it is quiet, how often anything is
//! shown, who goes without everything, and the audiences that campaigns call by name.
//!
//! On the wire it is a campaign with the number 0 and nothing to show: pages judge it, count its turns
//! and hold out by it with the code that they have. Audiences stay here; what is published has their
//! triggers in the places of their names.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use beacon::wire::{Bytes, Reader, Wire};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::campaign::{Campaign, Caps, TRIGGER_DEPTH_MAX, TRIGGER_NODES_MAX, Trigger};

/// The number under which the site itself is counted. No campaign has it.
pub const SITE: u16 = 0;

/// Most audiences of a site: what is not in a trigger is looked up as well.
pub const AUDIENCES_MAX: usize = 64;

/// For all campaigns together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Site {
    /// While this holds nothing is shown, as at the payment step.
    pub quiet: Trigger,
    /// How often anything is shown to one visitor.
    pub caps: Caps,
    /// Visitors that go without everything, in thousandths.
    pub holdout_permille: u16,
    /// Triggers by name, for [`Trigger::Audience`].
    pub audiences: BTreeMap<String, Trigger>,
}

/// A trigger that the site keeps under a name. In JSON the name alone; once it is published, with the
/// trigger that it stood for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    /// Such as `undecided-carts`.
    pub name: String,
    /// What it stands for, when it was looked up.
    pub trigger: Option<Box<Trigger>>,
}

/// Why an audience cannot be looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AudienceError {
    /// The site has none of this name.
    Unknown(String),
    /// It asks for itself.
    Circular(String),
    /// With it the trigger has more than [`TRIGGER_NODES_MAX`] nodes, or is deeper than
    /// [`TRIGGER_DEPTH_MAX`].
    TooLarge(String),
    /// The site has more than [`AUDIENCES_MAX`].
    TooMany,
}

/// How far a trigger has been written out.
#[derive(Default)]
struct Expansion {
    /// Audiences around the present node.
    open: Vec<String>,
    /// Nodes around it.
    depth: usize,
    /// Nodes within audiences so far.
    nodes: usize,
}

impl Default for Site {
    /// Never quiet, no caps, nobody held out.
    fn default() -> Self {
        Self {
            quiet: Trigger::Any(Vec::new()),
            caps: Caps::default(),
            holdout_permille: 0,
            audiences: BTreeMap::new(),
        }
    }
}

impl Site {
    /// As pages have it.
    pub fn as_campaign(&self) -> Campaign {
        Campaign {
            id: SITE,
            name: String::new(),
            trigger: self.quiet.clone(),
            variants: Vec::new(),
            caps: self.caps,
            priority: 0,
            holdout_permille: self.holdout_permille,
            shadow: false,
            needs_agent: false,
        }
    }

    /// Puts what it stands for beside the name of every audience in the trigger.
    ///
    /// # Errors
    /// [`AudienceError`] names the first that cannot be looked up.
    pub fn look_up(&self, trigger: &mut Trigger) -> Result<(), AudienceError> {
        if self.audiences.len() > AUDIENCES_MAX {
            return Err(AudienceError::TooMany);
        }
        self.look_up_within(trigger, &mut Expansion::default())
    }

    /// Stops at the first node too many: a few audiences that ask for each other twice would fill any
    /// memory.
    fn look_up_within(
        &self,
        trigger: &mut Trigger,
        so_far: &mut Expansion,
    ) -> Result<(), AudienceError> {
        so_far.depth += 1;
        if let Some(name) = so_far.open.last() {
            so_far.nodes += 1;
            if so_far.nodes > TRIGGER_NODES_MAX || so_far.depth > TRIGGER_DEPTH_MAX {
                return Err(AudienceError::TooLarge(name.clone()));
            }
        }
        match trigger {
            Trigger::All(parts) | Trigger::Any(parts) => {
                parts.iter_mut().try_for_each(|part| self.look_up_within(part, so_far))?;
            }
            Trigger::Not(part) => self.look_up_within(part, so_far)?,
            Trigger::Audience(audience) => {
                let name = audience.name.clone();
                if so_far.open.contains(&name) {
                    return Err(AudienceError::Circular(name));
                }
                let found = self.audiences.get(&name);
                let mut found = found.ok_or_else(|| AudienceError::Unknown(name.clone()))?.clone();
                so_far.open.push(name);
                self.look_up_within(&mut found, so_far)?;
                so_far.open.pop();
                audience.trigger = Some(Box::new(found));
            }
            _ => {}
        }
        so_far.depth -= 1;
        Ok(())
    }
}

impl Wire for Site {
    fn write(&self, to: &mut Bytes) {
        vec![self.as_campaign()].write(to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let campaign = Vec::<Campaign>::read(from).pop();
        campaign.map_or_else(Self::default, |it| Self {
            quiet: it.trigger,
            caps: it.caps,
            holdout_permille: it.holdout_permille,
            audiences: BTreeMap::new(),
        })
    }
}

impl Audience {
    /// One that is to be looked up.
    pub fn named(name: &str) -> Self {
        Self { name: name.into(), trigger: None }
    }
}

impl Wire for Audience {
    /// What it stands for: pages need no names.
    fn write(&self, to: &mut Bytes) {
        self.trigger.as_deref().unwrap_or(&Trigger::Any(Vec::new())).write(to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        Self { name: String::new(), trigger: Some(Box::read(from)) }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(untagged, expecting = "expected the name of an audience")]
enum Written {
    Name(String),
    LookedUp { name: String, trigger: Box<Trigger> },
}

impl Serialize for Audience {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let name = self.name.clone();
        match self.trigger.clone() {
            Some(trigger) => Written::LookedUp { name, trigger },
            None => Written::Name(name),
        }
        .serialize(to)
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match Written::deserialize(from)? {
            Written::Name(name) => Self { name, trigger: None },
            Written::LookedUp { name, trigger } => Self { name, trigger: Some(trigger) },
        })
    }
}

impl fmt::Display for AudienceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "the site has no audience `{name}`"),
            Self::Circular(name) => write!(f, "the audience `{name}` asks for itself"),
            Self::TooLarge(name) => write!(
                f,
                "with the audience `{name}` the trigger has more than {TRIGGER_NODES_MAX} parts or is \
                 deeper than {TRIGGER_DEPTH_MAX}"
            ),
            Self::TooMany => write!(f, "more than {AUDIENCES_MAX} audiences"),
        }
    }
}

impl core::error::Error for AudienceError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(audiences: &str) -> Site {
        serde_json::from_str(&format!(r#"{{"audiences": {audiences}}}"#)).unwrap()
    }

    fn looked_up(site: &Site, trigger: &str) -> Result<String, String> {
        let mut trigger: Trigger = serde_json::from_str(trigger).unwrap();
        site.look_up(&mut trigger).map_err(|error| format!("{error}"))?;
        Ok(serde_json::to_string(&trigger).unwrap())
    }

    #[test]
    fn a_name_is_looked_up_wherever_it_stands_and_each_time_anew() {
        let first = site(r#"{"a": {"not": {"audience": "b"}}, "b": {"page": ["cart"]}}"#);
        let found = looked_up(&first, r#"{"all": [{"audience": "a"}]}"#).unwrap();
        assert_eq!(
            found,
            concat!(
                r#"{"all":[{"audience":{"name":"a","trigger":"#,
                r#"{"not":{"audience":{"name":"b","trigger":{"page":["cart"]}}}}}}]}"#
            )
        );
        let second = site(r#"{"a": {"page": ["home"]}}"#);
        let found = looked_up(&second, &found).unwrap();
        assert_eq!(found, r#"{"all":[{"audience":{"name":"a","trigger":{"page":["home"]}}}]}"#);
    }

    #[test]
    fn what_is_unknown_or_asks_for_itself_is_refused() {
        let site = site(r#"{"a": {"audience": "b"}, "b": {"any": [{"audience": "a"}]}}"#);
        let refused = |name: &str| looked_up(&site, &format!(r#"{{"audience": "{name}"}}"#));
        assert_eq!(refused("c"), Err("the site has no audience `c`".into()));
        assert_eq!(refused("a"), Err("the audience `a` asks for itself".into()));
    }

    /// Audiences that each ask for the one before `times` times, the last with the highest number.
    fn chain(length: usize, times: usize) -> Site {
        let audience = |at: usize| {
            let before = Trigger::Audience(Audience::named(&format!("a{}", at.saturating_sub(1))));
            let parts = if at == 0 { Vec::new() } else { vec![before; times] };
            (format!("a{at}"), Trigger::Any(parts))
        };
        Site { audiences: (0..length).map(audience).collect(), ..Site::default() }
    }

    #[test]
    fn audiences_that_grow_without_end_are_refused_at_the_first_node_too_many() {
        // 2^30 nodes, 40 levels, and a wide one over and over.
        for (site, last) in [(chain(30, 2), "a29"), (chain(40, 1), "a39"), (chain(4, 6), "a3")] {
            let mut trigger = Trigger::Audience(Audience::named(last));
            let mut work = Expansion::default();
            let refused = site.look_up_within(&mut trigger, &mut work);
            assert!(matches!(refused, Err(AudienceError::TooLarge(_))), "{refused:?}");
            assert!(work.nodes <= TRIGGER_NODES_MAX + 1, "{} nodes", work.nodes);
        }
        let too_many = AudienceError::TooMany;
        let mut first = Trigger::Audience(Audience::named("a0"));
        assert_eq!(chain(20_000, 1).look_up(&mut first), Err(too_many.clone()));
        assert_eq!(chain(AUDIENCES_MAX + 1, 1).look_up(&mut first), Err(too_many));
        assert_eq!(chain(AUDIENCES_MAX, 1).look_up(&mut first), Ok(()));
    }
}
