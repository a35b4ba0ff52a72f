//! The overview: how much of everything, and how it went over the span.

use std::collections::{HashMap, HashSet};

use nunchi_api::stats::{Overview, OverviewSlice};

use super::Fold;
use super::milestones::{Milestones, fills_cart};
use super::slices::Slices;
use super::tally::{Sums, median};
use super::views::Views;
use crate::store::rows::{Kind, VisitKey};
use crate::store::scan::{Column, Names, Row, Visit, Want};

/// Counts visit by visit.
#[derive(Debug)]
pub(super) struct Counting {
    answer: Overview,
    slices: Slices,
    visitors: HashSet<[u8; 16]>,
    dwells: Vec<u64>,
    revenue: Sums,
    views: Views,
    milestones: Milestones,
    conversations: HashMap<VisitKey, u64>,
}

impl Counting {
    /// `conversations` begun in the span, by visit: those of visits that come are counted.
    pub(super) fn new(
        from: u64,
        to: u64,
        conversations: HashMap<VisitKey, u64>,
        names: &mut Names,
    ) -> Self {
        let slices = Slices::equal(from, to);
        let series = slices.starts().iter();
        let series = series.map(|from| OverviewSlice { from: *from, ..OverviewSlice::default() });
        Self {
            answer: Overview { from, to, series: series.collect(), ..Overview::default() },
            slices,
            visitors: HashSet::new(),
            dwells: Vec::new(),
            revenue: Sums::default(),
            views: Views::default(),
            milestones: Milestones::new(names),
            conversations,
        }
    }

    fn slice(&mut self, row: &Row, place: &mut usize) -> &mut OverviewSlice {
        *place = self.slices.place(row.at, *place);
        &mut self.answer.series[*place]
    }
}

impl Fold for Counting {
    type Answer = Overview;

    fn want(&self) -> Want {
        Views::WANT
            .and(Milestones::CART)
            .and(Milestones::CHECKOUT)
            .kinds(&[Kind::Purchased])
            .columns(&[Column::Detail, Column::Value, Column::Currency])
    }

    fn visit(&mut self, visit: &Visit<'_>, _: &Names) {
        let (mut place, mut seen_in) = (0, None);
        let (mut has_cart, mut has_checkout) = (false, false);
        for row in visit.rows {
            has_cart |= fills_cart(row);
            has_checkout |= self.milestones.begins_checkout(row);
            match row.kind {
                Kind::Viewed => {
                    let slice = self.slice(row, &mut place);
                    slice.views += 1;
                    // Rows are in the order of time: a slice that was left does not come again.
                    slice.sessions += u64::from(seen_in.replace(place) != Some(place));
                    self.answer.views += 1;
                    self.answer.loader_views += u64::from(row.detail == 1);
                }
                Kind::Purchased => {
                    self.slice(row, &mut place).purchases += 1;
                    self.answer.purchases += 1;
                    self.revenue.add(row.currency, row.value);
                }
                _ => {}
            }
        }
        if seen_in.is_some() {
            self.answer.sessions += 1;
            self.visitors.extend(visit.visitor);
        }
        self.answer.carts += u64::from(has_cart);
        self.answer.checkouts += u64::from(has_checkout);
        self.answer.conversations +=
            self.conversations.get(&visit.key).copied().unwrap_or_default();
        self.views.of(visit.rows, |view| self.dwells.extend(view.dwell_ms));
    }

    fn answer(mut self, names: &Names, _: u64) -> Overview {
        Overview {
            visitors: self.visitors.len() as u64,
            dwell_ms_median: median(&mut self.dwells),
            revenue: self.revenue.amounts(names),
            ..self.answer
        }
    }
}
