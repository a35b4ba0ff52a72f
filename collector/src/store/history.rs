//! Goes through a site's history, wherever it lies.

use super::journal;
use super::scan::{Names, Visit, Want, scan_records};
use super::{Store, StoreError};

impl Store {
    /// Hands each visit of a site that has wanted rows in the span to `each`, once and whole, in the
    /// order of the visits' keys. The span includes `from`, excludes `to`: milliseconds since 1970
    /// on the collector's clock.
    ///
    /// # Errors
    /// What SQLite or ClickHouse says; `each` may have been called by then.
    pub fn scan(
        &self,
        site: i64,
        from: u64,
        to: u64,
        want: Want,
        names: &mut Names,
        each: &mut dyn FnMut(&Visit<'_>, &Names),
    ) -> Result<(), StoreError> {
        if let Some(clickhouse) = &self.clickhouse {
            let site = self.key_of(site)?;
            return clickhouse.scan(&site, from, to, want, names, each);
        }
        let records = self.read(|db| {
            let mut records = Vec::new();
            for held in journal::tail(db, site, usize::MAX)? {
                records.extend(held.records(db)?);
            }
            Ok(records)
        })?;
        scan_records(&records, from, to, want, names, each);
        Ok(())
    }
}
