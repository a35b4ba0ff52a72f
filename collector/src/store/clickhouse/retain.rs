//! Days that are past their time.

use beacon::Millis;

use super::ClickHouse;
use super::ship::day_of;
use crate::store::StoreError;

impl ClickHouse {
    /// Drops the days of a table that ended before the one that `before` lies in; returns how many. Each
    /// is a partition: nothing is written anew. Another collector may do the same at the same time.
    ///
    /// # Errors
    /// What ClickHouse says; days that were dropped before stay so.
    pub(crate) fn drop_days(&self, table: &str, before: Millis) -> Result<usize, StoreError> {
        if before == Millis(0) {
            return Ok(0);
        }
        self.prepare()?;
        let border = day_of(before.0);
        let old =
            format!("SELECT DISTINCT toString(day) FROM {table} WHERE day < toDate({border})");
        let days = self.client.text(&old)?;
        for day in days.lines() {
            self.client.run(&format!("ALTER TABLE {table} DROP PARTITION '{day}'"))?;
        }
        Ok(days.lines().count())
    }
}
