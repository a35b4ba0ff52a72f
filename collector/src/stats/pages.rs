//! Pages by the time spent on them.

use std::collections::BTreeMap;

use nunchi_api::stats::{PageRow, Pages};

use super::median;
use crate::store::{Span, Store, StoreError, ViewRow};

/// `pages`. Views that reported no dwell count as views only.
pub(crate) fn pages(store: &Store, span: Span) -> Result<Pages, StoreError> {
    let mut by_path = BTreeMap::<String, Vec<ViewRow>>::new();
    for view in store.views(span)? {
        by_path.entry(view.path.clone()).or_default().push(view);
    }
    let mut rows: Vec<PageRow> =
        by_path.into_iter().map(|(path, views)| summarise(path, &views)).collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.dwell_ms_total, row.views)));
    rows.truncate(ROWS_MAX);
    Ok(Pages { rows, other: None })
}

fn summarise(path: String, views: &[ViewRow]) -> PageRow {
    let dwells: Vec<u64> = views.iter().filter_map(|view| view.dwell_ms).collect();
    let reaches: Vec<u64> =
        views.iter().filter_map(|view| view.reach_percent.map(u64::from)).collect();
    let reach = reaches.iter().sum::<u64>().checked_div(reaches.len() as u64).unwrap_or_default();
    PageRow {
        path,
        page: views.last().map(|view| view.page.clone()).unwrap_or_default(),
        views: views.len() as u64,
        dwell_ms_total: dwells.iter().sum(),
        dwell_ms_median: median(dwells),
        reach_percent: u8::try_from(reach).unwrap_or(100),
    }
}

const ROWS_MAX: usize = 100;
