//! A campaign as pages judge it: read from its bytes, again and again, and never built. What a
//! campaign is made of is told by [`Campaign`].

use alloc::vec;
use alloc::vec::Vec;

use beacon::limits::EVIDENCE_MAX;
use beacon::wire::{self, Bytes, Reader, Wire};

use super::trigger::Findings;
use super::{Scene, choose};
use crate::campaign::{Campaign, Caps};
use crate::pack::{CAMPAIGNS_MAX, PATTERN_BYTES_MAX};

/// The campaigns of a published pack, a list on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules(Bytes);

/// A campaign, and what came of looking at the scene by it.
pub(crate) struct Rule<'a> {
    pub(crate) id: u16,
    pub(crate) holds: bool,
    pub(crate) findings: Findings,
    /// A list of [`choose::Drawing`].
    pub(crate) variants: Reader<'a>,
    pub(crate) caps: Caps,
    priority: u8,
    pub(crate) holdout_permille: u16,
    pub(crate) shadow: bool,
    pub(crate) needs_agent: bool,
}

impl Rules {
    /// Judges every campaign by the scene.
    pub(crate) fn judge<'a>(&'a self, scene: &Scene<'_>, visit: &mut dyn FnMut(Rule<'a>)) {
        Reader::new(&self.0).each(&mut |from| visit(Rule::read(from, scene)));
    }

    /// Whether there is a campaign that is not only judged.
    pub(crate) fn can_show(&self) -> bool {
        let mut can_show = false;
        self.judge(&Scene::EMPTY, &mut |rule| can_show |= !rule.shadow);
        can_show
    }
}

impl Default for Rules {
    /// An empty list.
    fn default() -> Self {
        Self(vec![0])
    }
}

impl From<Vec<Campaign>> for Rules {
    fn from(campaigns: Vec<Campaign>) -> Self {
        Self(wire::to_bytes(&campaigns))
    }
}

impl Wire for Rules {
    fn write(&self, to: &mut Bytes) {
        to.extend_from_slice(&self.0);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let (mut campaigns, mut pattern_bytes) = (0, 0);
        let bytes = from.taken(&mut |from| {
            from.each(&mut |from| {
                let findings = Rule::read(from, &Scene::EMPTY).findings;
                campaigns += 1;
                pattern_bytes += findings.pattern_bytes;
                // Made by hand to hurt: nobody could have published it.
                if campaigns > CAMPAIGNS_MAX
                    || pattern_bytes > PATTERN_BYTES_MAX
                    || findings.leaves > EVIDENCE_MAX
                {
                    from.refuse();
                }
            });
        });
        Self(bytes.into())
    }
}

impl<'a> Rule<'a> {
    fn read(from: &mut Reader<'a>, scene: &Scene<'_>) -> Self {
        let id = u16::read(from);
        // The name is for operators.
        from.bytes();
        let mut findings = Findings::new();
        let holds = findings.examine(from, scene);
        let variants = from.clone();
        choose::each_drawing(from, &mut |_| {});
        Self {
            id,
            holds,
            findings,
            variants,
            caps: Caps::read(from),
            priority: from.byte(),
            holdout_permille: u16::read(from),
            shadow: bool::read(from),
            needs_agent: bool::read(from),
        }
    }

    /// Higher goes first; among equals the older campaign.
    pub(crate) fn rank(&self) -> u32 {
        u32::from(self.priority) << 16 | u32::from(!self.id)
    }
}
