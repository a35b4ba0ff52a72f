//! Counting in merged days. Spans are quarters since 1970, the last one excluded.

use std::collections::BTreeMap;

use super::day::{Day, Times};
use super::draft::{QUARTERS, Sum};
use super::merged::{Again, Merged};

/// What visits are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    View,
    Cart,
    Checkout,
}

impl Merged {
    /// Visits of which the span has one of these.
    pub(crate) fn visits(&self, by: By, span: (u32, u32)) -> u64 {
        match by {
            By::View => self.distinct(|day| &day.viewed, &self.viewed, span),
            By::Cart => self.distinct(|day| &day.carted, &self.carted, span),
            By::Checkout => self.distinct(|day| &day.checked_out, &self.checked_out, span),
        }
    }

    /// Distinct visitors of visits with a view in a part of the span, as the rows of the span name them.
    /// `by_view`: those of views and purchases, other rows unread.
    pub(crate) fn visitors(&self, part: (u32, u32), span: (u32, u32), by_view: bool) -> u64 {
        let odd = self.odd.iter().filter(|odd| odd.is_told(part, span, by_view)).count() as u64;
        self.distinct(|day| &day.known, &self.known, part) + odd
    }

    /// Each day counts its own; of those who came before in the span that is once too often.
    fn distinct(&self, times: fn(&Day) -> &Times, again: &Again, span: (u32, u32)) -> u64 {
        let days = self.days.iter();
        let total: u64 = days.filter_map(|day| Some(times(day).count(day.part(span)?))).sum();
        let first = again.partition_point(|(quarter, _)| *quarter < span.0);
        let last = again.partition_point(|(quarter, _)| *quarter < span.1);
        let twice = again[first..last].iter().filter(|(_, before)| *before >= span.0).count();
        total - twice as u64
    }

    /// Views and purchases.
    pub(crate) fn sum(&self, span: (u32, u32)) -> Sum {
        let mut total = Sum::default();
        for day in &self.days {
            let Some((from, to)) = day.part(span) else { continue };
            for sum in &day.sums[from.into()..to.into()] {
                total.views += sum.views;
                total.loader_views += sum.loader_views;
                total.purchases += sum.purchases;
            }
        }
        total
    }

    /// Worth of purchases, by currency.
    pub(crate) fn revenue(&self, span: (u32, u32)) -> BTreeMap<&str, i64> {
        let mut total = BTreeMap::<&str, i64>::new();
        for day in &self.days {
            let Some((from, to)) = day.part(span) else { continue };
            for revenue in day.revenue.iter().filter(|it| (from..to).contains(&it.quarter)) {
                let code = &day.currencies[revenue.currency as usize];
                let sum = total.entry(code).or_default();
                *sum = sum.saturating_add(revenue.minor);
            }
        }
        total
    }

    /// The lower median of dwell on views in the span, as far as the span tells of it; 0 of none.
    pub(crate) fn median_dwell(&self, span: (u32, u32)) -> u64 {
        let parts: Vec<(&Day, (u8, u8))> =
            self.days.iter().filter_map(|day| Some((&**day, day.part(span)?))).collect();
        let is_whole = |part: &&(&Day, (u8, u8))| part.1 == (0, QUARTERS);
        let cut: Vec<Vec<u32>> = { parts.iter() }
            .filter(|it| !is_whole(it))
            .map(|(day, part)| day.dwells_in(*part))
            .collect();
        let whole = parts.iter().filter(is_whole).map(|(day, _)| &*day.dwells_ms);
        let raised = self.raised.iter().filter(|it| it.from >= span.0 && it.at < span.1);
        let (mut new, mut old): (Vec<u32>, Vec<u32>) = <_>::default();
        for it in raised {
            new.push(it.new);
            old.extend(it.old);
        }
        new.sort_unstable();
        old.sort_unstable();
        let mut lists: Vec<&[u32]> = whole.chain(cut.iter().map(|list| &**list)).collect();
        lists.push(&new);
        let up_to = |ms: u32| {
            let within = |list: &[u32]| list.partition_point(|it| *it <= ms);
            lists.iter().map(|list| within(list)).sum::<usize>() - within(&old)
        };
        let Some(middle) = up_to(u32::MAX).checked_sub(1).map(|last| last / 2) else { return 0 };
        // The least that more than `middle` are not above.
        let (mut least, mut most) = (0, u32::MAX);
        while least < most {
            let half = least + (most - least) / 2;
            if up_to(half) > middle { most = half } else { least = half + 1 }
        }
        least.into()
    }
}
