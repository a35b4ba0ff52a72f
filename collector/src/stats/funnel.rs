//! How many visits went through some steps, in their order.

use nunchi_api::questions::{Happening, Step};
use nunchi_api::stats::{Funnel, FunnelStep};

use super::Fold;
use super::milestones::{Milestones, fills_cart};
use crate::store::rows::Kind;
use crate::store::scan::{Column, Name, Names, Row, Visit, Want};

/// Counts visit by visit.
#[derive(Debug)]
pub(super) struct Counting {
    steps: Vec<(Step, Test)>,
    milestones: Milestones,
    sessions: Vec<u64>,
}

/// A step in the names of a scan.
#[derive(Clone, Copy, Debug)]
enum Test {
    View,
    Page(Name),
    Path(Name),
    AnyProduct,
    Product(Name),
    Cart,
    Checkout,
    Purchase,
    Goal(Name),
    Signal(Kind),
    Campaign(Kind, u16),
}

impl Counting {
    /// `steps` are those that were asked for; none are the five on the way to a purchase.
    pub(super) fn new(steps: &[Step], names: &mut Names) -> Self {
        let usual = [Step::View, Step::Product(None), Step::Cart, Step::Checkout, Step::Purchase];
        let steps = if steps.is_empty() { &usual } else { steps };
        Self {
            steps: steps.iter().map(|step| (step.clone(), test(step, names))).collect(),
            milestones: Milestones::new(names),
            sessions: vec![0; steps.len()],
        }
    }

    fn holds(&self, test: Test, row: &Row) -> bool {
        let is = |kind| row.kind == kind;
        match test {
            Test::View => is(Kind::Viewed),
            Test::Page(page) => is(Kind::Viewed) && row.page == page,
            Test::Path(path) => is(Kind::Viewed) && row.path == path,
            Test::AnyProduct => self.milestones.sees_product(row),
            Test::Product(id) => is(Kind::ProductSeen) && row.subject == id,
            Test::Cart => fills_cart(row),
            Test::Checkout => self.milestones.begins_checkout(row),
            Test::Purchase => is(Kind::Purchased),
            Test::Goal(name) => is(Kind::Goal) && row.subject == name,
            Test::Signal(kind) => is(kind) && super::signals::is_noticed(row),
            Test::Campaign(kind, campaign) => is(kind) && row.campaign == campaign,
        }
    }

    /// How many of the steps a visit went through.
    fn reached(&self, rows: &[Row]) -> usize {
        let mut reached = 0;
        for row in rows {
            let Some((_, test)) = self.steps.get(reached) else { break };
            if !self.holds(*test, row) {
                continue;
            }
            reached += 1;
            // Every view of a cart is a view: it may stand for both.
            if let (Test::View, Some((_, next))) = (test, self.steps.get(reached))
                && !matches!(next, Test::View)
                && self.holds(*next, row)
            {
                reached += 1;
            }
        }
        reached
    }
}

impl Fold for Counting {
    type Answer = Funnel;

    fn want(&self) -> Want {
        self.steps.iter().fold(Want::NONE, |want, (_, test)| want.and(test.want()))
    }

    fn visit(&mut self, visit: &Visit<'_>, _: &Names) {
        let reached = self.reached(visit.rows);
        self.sessions[..reached].iter_mut().for_each(|sessions| *sessions += 1);
    }

    fn answer(self, _: &Names, _: u64) -> Funnel {
        let steps = self.steps.iter().zip(self.sessions);
        let steps =
            steps.map(|((step, _), sessions)| FunnelStep { name: step.to_string(), sessions });
        Funnel { steps: steps.collect() }
    }
}

impl Test {
    fn want(self) -> Want {
        let viewed = Want::NONE.kinds(&[Kind::Viewed]);
        match self {
            Self::View => viewed,
            Self::Page(_) => viewed.columns(&[Column::Page]),
            Self::Path(_) => viewed.columns(&[Column::Path]),
            Self::AnyProduct => viewed.kinds(&[Kind::ProductSeen]).columns(&[Column::Page]),
            Self::Product(_) => Want::NONE.kinds(&[Kind::ProductSeen]).columns(&[Column::Subject]),
            Self::Cart => Milestones::CART,
            Self::Checkout => Milestones::CHECKOUT,
            Self::Purchase => Want::NONE.kinds(&[Kind::Purchased]),
            Self::Goal(_) => Want::NONE.kinds(&[Kind::Goal]).columns(&[Column::Subject]),
            Self::Signal(kind) => Want::NONE.kinds(&[kind]).columns(&[Column::Number]),
            Self::Campaign(kind, _) => Want::NONE.kinds(&[kind]).columns(&[Column::Campaign]),
        }
    }
}

fn test(step: &Step, names: &mut Names) -> Test {
    match step {
        Step::View => Test::View,
        Step::Page(sort) => Test::Page(names.name(sort)),
        Step::Path(path) => Test::Path(names.name(path)),
        Step::Product(None) => Test::AnyProduct,
        Step::Product(Some(id)) => Test::Product(names.name(id)),
        Step::Cart => Test::Cart,
        Step::Checkout => Test::Checkout,
        Step::Purchase => Test::Purchase,
        Step::Goal(name) => Test::Goal(names.name(name)),
        // Names were looked at when the question was taken; `other` is no signal and never holds.
        Step::Signal(name) => Test::Signal(Kind::by_name(name).unwrap_or(Kind::Other)),
        Step::Campaign(happening, campaign) => Test::Campaign(happened(*happening), *campaign),
    }
}

fn happened(happening: Happening) -> Kind {
    match happening {
        Happening::Fired => Kind::Fired,
        Happening::HeldOut => Kind::HeldOut,
        Happening::Shown => Kind::Shown,
        Happening::Accepted => Kind::Accepted,
        Happening::Dismissed => Kind::Dismissed,
    }
}
