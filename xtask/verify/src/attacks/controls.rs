//! Servers that break a promise on purpose: the attack that guards the promise must go red.

use anyhow::Result;

use super::{ATTACKS, Attack};
use crate::figures::Figures;
use crate::options::Setting;

pub(super) const ATTACK: Attack = Attack {
    name: "controls",
    what: "every broken promise is noticed by the attack that guards it",
    sizes: &[],
    notices: &[],
    run,
};

#[expect(clippy::unnecessary_wraps, reason = "the shape of all attacks")]
fn run(setting: &Setting) -> Result<Figures> {
    let mut figures = Figures::default();
    let (mut noticed, mut all) = (0, 0);
    for attack in ATTACKS {
        for promise in attack.notices {
            all += 1;
            // Small is enough: what a few thousand beacons do not show is no guard.
            let outcome = (attack.run)(&setting.small(attack, promise));
            match outcome {
                Ok(result) if result.falls_short().is_empty() => {
                    figures.wrong(format!("{} does not notice {promise}: {result}", attack.name));
                }
                Ok(_) => noticed += 1,
                Err(error) => figures.wrong(format!("{} under {promise}: {error:#}", attack.name)),
            }
        }
    }
    figures.equal("noticed", noticed, all);
    Ok(figures)
}
