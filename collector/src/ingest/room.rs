//! Room for beacons that wait for the store: so many of them, and so many bytes, whatever they are like. A forged beacon
//! of two thousand tiny items takes a hundred times the memory of an honest one once it is read.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use beacon::{Beacon, Item};

/// What all of them may take together: four times what so many ordinary ones need.
const BYTES_MAX: usize = 16 << 20;

/// Less than half a second's work. There may be more connections than that, so that who is too much is put off and not
/// turned away.
const BEACONS_MAX: usize = 2_048;

/// How much is taken. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Room(Arc<Held>);

#[derive(Debug, Default)]
struct Held {
    bytes: AtomicUsize,
    beacons: AtomicUsize,
}

impl Room {
    /// Takes what the beacon needs, if that is left.
    pub(super) fn take(&self, beacon: &Beacon, frame: &[u8]) -> Option<Taken> {
        // Texts of the items are at most as long as the frame.
        let bytes = 2 * frame.len() + beacon.items.len() * size_of::<Item>();
        let taken = Taken { room: self.clone(), bytes };
        let bytes = self.0.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let beacons = self.0.beacons.fetch_add(1, Ordering::Relaxed) + 1;
        (bytes <= BYTES_MAX && beacons <= BEACONS_MAX).then_some(taken)
    }
}

/// Given back when dropped.
#[derive(Debug)]
pub(super) struct Taken {
    room: Room,
    bytes: usize,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.room.0.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
        self.room.0.beacons.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use beacon::{Header, Millis, RunId, SiteKey};

    use super::*;

    #[test]
    fn what_does_not_fit_waits_until_something_is_given_back() {
        let header = Header {
            site: SiteKey::parse("demo").unwrap(),
            run: RunId([1; 16]),
            sequence: 0,
            visitor: None,
            session: None,
            sent_at: Millis(0),
            agent: 1,
            pack: 1,
        };
        let (beacon, frame) = (Beacon { header, items: vec![] }, vec![0; BYTES_MAX / 4]);
        let room = Room::default();
        let many: Vec<_> = (0..=BEACONS_MAX).map(|_| room.take(&beacon, b"")).collect();
        assert_eq!(many.iter().flatten().count(), BEACONS_MAX);
        drop(many);
        let (first, second) = (room.take(&beacon, &frame), room.take(&beacon, &frame));
        assert!(first.is_some() && second.is_some() && room.take(&beacon, &frame).is_none());
        drop(first);
        assert!(room.take(&beacon, &frame).is_some());
        drop(second);
        let left = (room.0.bytes.load(Ordering::Relaxed), room.0.beacons.load(Ordering::Relaxed));
        assert_eq!(left, (0, 0));
    }
}
