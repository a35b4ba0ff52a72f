//! How much room the data folder's disk has.

use super::Store;

/// Of the disk that the data folder lies on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Bytes that may still be written.
    pub free: u64,
    /// Bytes in all.
    pub total: u64,
}

impl Room {
    /// So little that writing may soon fail: below a twentieth of the disk, or [`ENOUGH_BYTES`] where
    /// that is less.
    pub fn is_short(self) -> bool {
        self.free < ENOUGH_BYTES.min(self.total / 20)
    }
}

impl Store {
    /// Room on the disk now.
    ///
    /// # Errors
    /// What the system says.
    pub fn room(&self) -> std::io::Result<Room> {
        let disk = rustix::fs::statvfs(&self.shared.folder)?;
        let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
        Ok(Room { free: bytes(disk.f_bavail), total: bytes(disk.f_blocks) })
    }
}

/// A busy hour of a large shop.
const ENOUGH_BYTES: u64 = 256 << 20;

#[cfg(test)]
mod tests {
    use super::Room;

    #[test]
    fn a_small_disk_may_be_fuller_than_a_large_one() {
        let short =
            |free: u64, total: u64| Room { free: free << 20, total: total << 20 }.is_short();
        assert!(!short(1, 8), "a tmpfs of a test");
        assert!(short(0, 8));
        assert!(short(200, 1_000_000) && !short(256, 1_000_000));
    }
}
