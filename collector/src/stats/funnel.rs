//! The funnel: view → product → cart → checkout → purchase, in that order.

use nunchi_api::stats::{Funnel, FunnelStep};

use crate::store::{MilestoneRow, Span, Store, StoreError};

/// `funnel`. A session counts for a step when it came there after the step before.
pub(crate) fn funnel(store: &Store, span: Span) -> Result<Funnel, StoreError> {
    let milestones = store.milestones(span)?;
    let visits = milestones.chunk_by(|one, next| one.visit == next.visit);
    let mut sessions = [0; STEPS.len()];
    for visit in visits {
        for step in &mut sessions[..steps_reached(visit)] {
            *step += 1;
        }
    }
    let steps = STEPS.iter().zip(sessions);
    let steps = steps.map(|(name, sessions)| FunnelStep { name: (*name).into(), sessions });
    Ok(Funnel { steps: steps.collect() })
}

/// How many of the steps the milestones of one visit, in their order, went through.
fn steps_reached(visit: &[MilestoneRow]) -> usize {
    let mut reached = 0;
    for milestone in visit {
        // One milestone may stand for two steps: a product page is a view first.
        for step in steps_of(milestone) {
            if step == reached {
                reached += 1;
            }
        }
    }
    reached
}

fn steps_of(milestone: &MilestoneRow) -> impl Iterator<Item = usize> {
    let (first, second) = match (milestone.kind.as_str(), milestone.page.as_deref()) {
        ("viewed", Some("product")) => (Some(VIEW), Some(PRODUCT)),
        ("viewed", Some("checkout" | "payment")) => (Some(VIEW), Some(CHECKOUT)),
        ("viewed", _) => (Some(VIEW), None),
        ("product_seen", _) => (Some(PRODUCT), None),
        ("added" | "cart_stands", _) => (Some(CART), None),
        ("checkout_began", _) => (Some(CHECKOUT), None),
        ("purchased", _) => (Some(PURCHASE), None),
        _ => (None, None),
    };
    first.into_iter().chain(second)
}

const STEPS: [&str; 5] = ["view", "product", "cart", "checkout", "purchase"];
const VIEW: usize = 0;
const PRODUCT: usize = 1;
const CART: usize = 2;
const CHECKOUT: usize = 3;
const PURCHASE: usize = 4;
