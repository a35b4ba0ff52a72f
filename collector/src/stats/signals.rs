//! Signals, and why carts were hesitated over.

use std::collections::BTreeSet;

use beacon::item::HesitationCause;
use nunchi_api::stats::{CauseRow, Signals};

use crate::store::{Span, Store, StoreError};

/// `signals`.
pub(crate) fn signals(store: &Store, span: Span) -> Result<Signals, StoreError> {
    let hesitations = store.hesitations(span)?;
    let mut causes: Vec<CauseRow> = HesitationCause::ALL
        .into_iter()
        .map(|cause| {
            let with = hesitations.iter().filter(|(_, bits)| bits & cause.bit() != 0);
            let visits: BTreeSet<&[u8]> = with.map(|(visit, _)| visit.as_slice()).collect();
            CauseRow { cause: cause_name(cause).into(), sessions: visits.len() as u64 }
        })
        .filter(|row| row.sessions > 0)
        .collect();
    // Stable: causes of equal weight stay in the order of the wire.
    causes.sort_by_key(|row| std::cmp::Reverse(row.sessions));
    Ok(Signals { rows: store.signal_counts(span)?, causes, ..Signals::default() })
}

fn cause_name(cause: HesitationCause) -> &'static str {
    match cause {
        HesitationCause::PricePause => "price_pause",
        HesitationCause::IdleCart => "idle_cart",
        HesitationCause::ToAndFro => "to_and_fro",
        HesitationCause::StepBack => "step_back",
        HesitationCause::CouponEmpty => "coupon_empty",
        HesitationCause::ShippingShock => "shipping_shock",
        HesitationCause::TabSwitch => "tab_switch",
        HesitationCause::AddRemoveAdd => "add_remove_add",
    }
}
