//! The overview: how much of everything, and how it went over the span.

use nunchi_api::stats::{Overview, OverviewSlice};

use super::median;
use crate::store::{Span, Store, StoreError};

/// `overview`.
pub(crate) fn overview(store: &Store, span: Span) -> Result<Overview, StoreError> {
    let totals = store.totals(span)?;
    let dwells = store.views(span)?.into_iter().filter_map(|view| view.dwell_ms).collect();
    Ok(Overview {
        from: span.from,
        to: span.to,
        sessions: totals.sessions,
        visitors: totals.visitors,
        views: totals.views,
        loader_views: totals.loader_views,
        dwell_ms_median: median(dwells),
        carts: totals.carts,
        checkouts: totals.checkouts,
        purchases: totals.purchases,
        revenue: totals.revenue,
        conversations: totals.conversations,
        series: series(store, span)?,
    })
}

/// All slices, also those in which nothing happened.
fn series(store: &Store, span: Span) -> Result<Vec<OverviewSlice>, StoreError> {
    let width = slice_width_ms(span.to - span.from);
    let begins = (span.from..span.to).step_by(usize::try_from(width).unwrap_or(usize::MAX));
    let mut slices: Vec<OverviewSlice> =
        begins.map(|from| OverviewSlice { from, ..OverviewSlice::default() }).collect();
    for row in store.slices(span, width)? {
        let place = usize::try_from(row.slice).unwrap_or(usize::MAX);
        if let Some(slice) = slices.get_mut(place) {
            slice.sessions = row.sessions;
            slice.views = row.views;
            slice.purchases = row.purchases;
        }
    }
    Ok(slices)
}

/// The shortest width people would choose that makes at most 48 slices.
fn slice_width_ms(span_ms: u64) -> u64 {
    const MINUTE: u64 = 60_000;
    const DAY: u64 = 24 * 60 * MINUTE;
    let widths = [
        MINUTE,
        2 * MINUTE,
        5 * MINUTE,
        10 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        60 * MINUTE,
        2 * 60 * MINUTE,
        3 * 60 * MINUTE,
        6 * 60 * MINUTE,
        12 * 60 * MINUTE,
        DAY,
        2 * DAY,
        7 * DAY,
        30 * DAY,
    ];
    let chosen = widths.into_iter().find(|width| span_ms.div_ceil(*width) <= SLICES_MAX);
    chosen.unwrap_or_else(|| span_ms.div_ceil(SLICES_MAX))
}

const SLICES_MAX: u64 = 48;

#[cfg(test)]
mod tests {
    use super::slice_width_ms;

    #[test]
    fn slices_are_of_a_width_people_would_choose_and_at_most_48() {
        const HOUR: u64 = 3_600_000;
        let check = |span: u64, width: u64| assert_eq!(slice_width_ms(span), width, "{span} ms");
        check(1, 60_000);
        check(HOUR, 2 * 60_000);
        check(24 * HOUR, HOUR / 2);
        check(7 * 24 * HOUR, 6 * HOUR);
        check(30 * 24 * HOUR, 24 * HOUR);
        check(48 * 1_000 * 24 * HOUR, 1_000 * 24 * HOUR);
    }
}
