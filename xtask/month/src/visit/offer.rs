//! Campaigns: judged, shown, answered.

use beacon::Body;
use beacon::item::{Answer, Reaction, Verdict, VerdictOutcome};

use super::Visit;
use crate::random::mix;

impl Visit<'_> {
    /// A campaign's trigger holds; once a visit, with consent to personalise.
    pub(super) fn judge(&mut self, campaign: u16) {
        if self.visitor.id.is_none() || self.judged >> campaign & 1 == 1 {
            return;
        }
        self.judged |= 1 << campaign;
        let is_held_out = mix(self.visitor.seed ^ u64::from(campaign)).is_multiple_of(10);
        let outcome = match campaign {
            5 => VerdictOutcome::Shadowed,
            _ if is_held_out => VerdictOutcome::HeldOut,
            _ => VerdictOutcome::Fired,
        };
        let value = i32::try_from(self.worth().minor).unwrap_or(i32::MAX);
        let buy_permille =
            u16::try_from(self.random.along(&[3, 12, 30, 60, 140, 400])).expect("small");
        let evidence = match campaign {
            1 | 5 => vec![1, i32::from(self.visitor.visits)],
            _ => vec![value, i32::try_from(self.random.below(5)).expect("small"), 1],
        };
        let variant = u8::from(campaign == 2 && self.visitor.seed & 1 == 1);
        let verdict = Verdict { campaign, outcome, variant, buy_permille, evidence };
        self.say(0, Body::Decided(verdict));
        if outcome == VerdictOutcome::Fired {
            self.answer(campaign);
        }
        self.post(false);
    }

    fn answer(&mut self, campaign: u16) {
        if self.random.chance(15) {
            return self.say(5, Body::Answered(Answer { campaign, reaction: Reaction::Failed }));
        }
        self.say(40, Body::Answered(Answer { campaign, reaction: Reaction::Shown }));
        if campaign == 4 {
            return self.rate(campaign);
        }
        let reaction = self.random.weighted(&[
            (195, Reaction::Accepted),
            (450, Reaction::Dismissed),
            (355, Reaction::Expired),
        ]);
        let after = self.random.between(900, 14_000);
        self.say(after, Body::Answered(Answer { campaign, reaction }));
    }

    /// A survey: some say how it was, some of those say why.
    fn rate(&mut self, campaign: u16) {
        if !self.random.chance(280) {
            return;
        }
        let score = self.random.weighted(&[(60, 1), (70, 2), (190, 3), (390, 4), (290, 5)]);
        let after = self.random.between(1_500, 12_000);
        let rated = |choice| Answer { campaign, reaction: Reaction::Rated { score, choice } };
        self.say(after, Body::Answered(rated(0)));
        if self.random.chance(450) {
            let choice = u8::try_from(self.random.between(1, 5)).expect("small");
            self.say(2_500, Body::Answered(rated(choice)));
        }
    }
}
