//! Why carts were hesitated over, and what they were worth.

use std::cmp::Reverse;

use beacon::item::HesitationCause;
use nunchi_api::questions::{HesitationRow, Hesitations};
use nunchi_api::stats::CauseRow;

use super::Fold;
use super::folded::fold;
use super::people::{Crowd, People};
use super::tally::{Sums, count};
use crate::store::rows::Kind;
use crate::store::scan::{Column, MISSING, Name, Names, Row, Visit, Want};

/// Keeps each visit that hesitated.
#[derive(Debug, Default)]
pub(super) struct Counting {
    people: People,
    hesitated: Vec<Hesitated>,
}

/// A visit that hesitated.
#[derive(Clone, Copy, Debug)]
struct Hesitated {
    person: u32,
    /// Bits of the causes that held.
    causes: u16,
    /// Of these, those after which it bought.
    bought: u16,
    cart: i64,
    currency: Name,
}

impl Fold for Counting {
    type Answer = Hesitations;

    fn want(&self) -> Want {
        let columns = [Column::Detail, Column::Number, Column::Value, Column::Currency];
        Want::NONE
            .kinds(&[Kind::CartHesitation, Kind::CartStands, Kind::Purchased])
            .columns(&columns)
    }

    fn visit(&mut self, visit: &Visit<'_>, _: &Names) {
        let mut it =
            Hesitated { person: 0, causes: 0, bought: 0, cart: MISSING, currency: Name::NONE };
        for row in visit.rows {
            match row.kind {
                Kind::CartHesitation => it.causes |= causes_of(row),
                Kind::Purchased => it.bought = it.causes,
                Kind::CartStands if row.number > 0 => {
                    (it.cart, it.currency) = (row.value, row.currency);
                }
                _ => {}
            }
        }
        if it.causes != 0 {
            it.person = self.people.of(visit);
            self.hesitated.push(it);
        }
    }

    fn answer(self, names: &Names, below: u64) -> Hesitations {
        let counts: [u64; CAUSES] = std::array::from_fn(|cause| {
            self.hesitated.iter().filter(|it| it.causes & bit(cause) != 0).count() as u64
        });
        let mut crowd = Crowd::default();
        for it in &self.hesitated {
            causes_in(it.causes).for_each(|cause| crowd.add(cause, it.person));
        }
        let folded = fold(&mut crowd, order(&counts), CAUSES, below);
        let row = |cause: &str, bits, people| {
            let with = self.hesitated.iter().filter(|it| it.causes & bits != 0);
            hesitation_row(cause, with, bits, people, names)
        };
        let rows = folded.shown.iter();
        let rows = rows.map(|cause| row(name(*cause), bit(*cause), folded.people[*cause]));
        let other = folded.other(|causes| row("", bits(causes), folded.other_people));
        Hesitations { rows: rows.collect(), other }
    }
}

/// Why carts were hesitated over, in short: causes of visits (bits) by person.
pub(super) fn causes(hesitated: &[(u32, u16)], below: u64) -> (Vec<CauseRow>, Option<CauseRow>) {
    let sessions = |bits| hesitated.iter().filter(|(_, causes)| causes & bits != 0).count() as u64;
    let mut crowd = Crowd::default();
    for (person, causes) in hesitated {
        causes_in(*causes).for_each(|cause| crowd.add(cause, *person));
    }
    let counts = std::array::from_fn(|cause| sessions(bit(cause)));
    let folded = fold(&mut crowd, order(&counts), CAUSES, below);
    let row = |name: &str, bits| CauseRow { cause: name.into(), sessions: sessions(bits) };
    let rows = folded.shown.iter().map(|cause| row(name(*cause), bit(*cause)));
    (rows.collect(), folded.other(|causes| row("", bits(causes))))
}

/// Bits of the causes that a `cart_hesitation` row tells of.
pub(super) fn causes_of(row: &Row) -> u16 {
    let known = u64::from(u16::MAX >> (16 - CAUSES));
    u16::try_from(count(row.detail) & known).unwrap_or_default()
}

fn hesitation_row<'a>(
    cause: &str,
    visits: impl Iterator<Item = &'a Hesitated>,
    bits: u16,
    people: u64,
    names: &Names,
) -> HesitationRow {
    let mut row = HesitationRow { cause: cause.into(), people, ..HesitationRow::default() };
    let (mut carts, mut lost) = (Sums::default(), Sums::default());
    for visit in visits {
        let has_bought = visit.bought & bits != 0;
        row.sessions += 1;
        row.bought += u64::from(has_bought);
        carts.add(visit.currency, visit.cart);
        if !has_bought {
            lost.add(visit.currency, visit.cart);
        }
    }
    HesitationRow { carts: carts.amounts(names), lost: lost.amounts(names), ..row }
}

/// Causes that held, most sessions first, of equal ones the smaller bit.
fn order(sessions: &[u64; CAUSES]) -> Vec<usize> {
    let mut causes: Vec<usize> = (0..CAUSES).filter(|cause| sessions[*cause] > 0).collect();
    // Stable: equal ones stay in the order of their bits.
    causes.sort_by_key(|cause| Reverse(sessions[*cause]));
    causes
}

fn causes_in(bits: u16) -> impl Iterator<Item = usize> {
    (0..CAUSES).filter(move |cause| bits & bit(*cause) != 0)
}

fn bits(causes: &[usize]) -> u16 {
    causes.iter().fold(0, |bits, cause| bits | bit(*cause))
}

/// Names of the causes whose bits are set.
pub(crate) fn cause_names(bits: u16) -> Vec<&'static str> {
    causes_in(bits).map(name).collect()
}

fn bit(cause: usize) -> u16 {
    HesitationCause::ALL[cause].bit()
}

fn name(cause: usize) -> &'static str {
    match HesitationCause::ALL[cause] {
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

const CAUSES: usize = HesitationCause::ALL.len();
