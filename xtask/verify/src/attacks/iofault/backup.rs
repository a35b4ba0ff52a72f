//! A backup that fails half-way beside a running server is no backup, and says so.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::{Field, Pair};
use crate::stored::stored;

impl Field<'_> {
    /// A backup with the fault, which nobody may restore, and one without, which is whole.
    pub(super) fn backup_fails(&mut self, pair: &Pair) -> Result<()> {
        let room = tempfile::tempdir()?;
        let half = room.path().join("half");
        let fault = format!("{}:{}:1:1", pair.point, pair.error);
        let is_made = self.back_up(&half, Some(&fault))?;
        self.met(!is_made, pair);
        let is_restored = self.restore(&half, &room.path().join("from-half"))?;
        self.tally.half_backups += usize::from(is_made || is_restored);
        let (whole, data) = (room.path().join("whole"), room.path().join("data"));
        let is_whole = self.back_up(&whole, None)? && self.restore(&whole, &data)?;
        let is_sound = is_whole && stored(self.setting, &data)?.damage.is_none();
        self.tally.backups += usize::from(is_sound);
        self.tally.half_backups += usize::from(!is_sound);
        Ok(())
    }

    /// Whether the program says that it did it.
    fn back_up(&self, to: &Path, fault: Option<&str>) -> Result<bool> {
        let mut command = Command::new(&self.setting.sabotaged);
        command.arg("backup").arg(to).arg("--data").arg(self.data).env("NUNCHI_LOG", "error");
        if let Some(fault) = fault {
            command.env("NUNCHI_FAULT", fault);
        }
        Ok(command.output()?.status.success())
    }

    fn restore(&self, from: &Path, to: &Path) -> Result<bool> {
        let mut command = Command::new(&self.setting.nunchi);
        command.arg("restore").arg(from).arg("--data").arg(to).env("NUNCHI_LOG", "error");
        let is_restored = command.output()?.status.success();
        // Nothing that looks like data may be left where it was refused.
        let is_empty = fs::read_dir(to).map_or(true, |mut entries| entries.next().is_none());
        Ok(is_restored || !is_empty)
    }
}
