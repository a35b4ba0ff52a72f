//! The one door between what happens and what follows: what goes through it is reported, and what is
//! reported is decided upon.

use alloc::vec::Vec;

use beacon::item::Body;
use beacon::{Item, Millis};

use crate::Effect;
use crate::decide::Decider;
use crate::pack::Published;

/// What is decided by, and what must be done.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) pack: Published,
    pub(crate) decider: Decider,
    pub(crate) at: Millis,
    pub(crate) is_prepared: bool,
    pub(crate) effects: Vec<Effect>,
}

impl Report {
    /// What happened now. The only place where an item is reported and the only place where one is
    /// decided upon.
    pub(crate) fn carry(&mut self, body: Body) {
        let at = self.at;
        let item = Item { at, body };
        let decisions = self.decider.take(&item, &self.pack);
        self.effects.push(Effect::Report(item));
        if !self.is_prepared && self.decider.is_warm() && self.pack.campaigns.can_show() {
            self.is_prepared = true;
            self.effects.push(Effect::Prepare);
        }
        for decision in decisions {
            if decision.is_lasting {
                self.effects.push(Effect::Remember(decision.verdict.campaign));
            }
            let body = Body::Decided(decision.verdict);
            self.effects.push(Effect::Report(Item { at, body }));
            if let Some(act) = decision.act {
                self.effects.push(Effect::Act(act));
            }
        }
    }
}
