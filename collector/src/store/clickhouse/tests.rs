//! Against a real server: Debian's `clickhouse-server` in a folder of its own, on free ports.

mod delivery;
mod retain;
mod scans;
mod server;
mod spool;

use crate::store::rows::{Kind, Record, VisitKey};

/// A day of rows of so many visits, from a seed: all kinds, every column filled now and then, spread
/// over midnight.
fn made_up(visits: u64, seed: u64) -> Vec<Record> {
    let mut random = Random(seed);
    let mut rows = Vec::new();
    for visit in 0..visits {
        let session = random.below(u64::MAX).to_be_bytes();
        let is_known = random.below(3) > 0;
        let (run, mut at) = (random.below(u64::MAX), NOON + random.below(20 * 3_600_000));
        for ordinal in 0..=i64::try_from(random.below(12)).unwrap() {
            at += random.below(60_000);
            let run = run ^ u64::from(random.below(4) == 0);
            let mut row = Record { run, ordinal, at, ..random.row() };
            row.visit = VisitKey::new(&session[..]);
            row.visitor = (is_known && ordinal > 0).then(|| [u8::try_from(visit % 7).unwrap(); 16]);
            rows.push(row);
        }
    }
    rows
}

/// 2026-11-30 12:00 UTC.
const NOON: u64 = 1_796_040_000_000;

/// xorshift64*.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % limit
    }

    fn row(&mut self) -> Record {
        let place = usize::try_from(self.below(Kind::ALL.len() as u64)).unwrap();
        let mut row = Record::of(Kind::ALL[place]);
        row.quarantine = u8::from(self.below(9) == 0);
        for text in [
            &mut row.path,
            &mut row.page,
            &mut row.subject,
            &mut row.name,
            &mut row.currency,
            &mut row.evidence,
            &mut row.device,
            &mut row.audience,
            &mut row.language,
            &mut row.source,
        ] {
            let number = self.below(40);
            *text = (number > 20).then(|| format!("눈치 '{number}\\"));
        }
        for number in [&mut row.number, &mut row.detail, &mut row.value] {
            let any = self.below(1_000).cast_signed() - 500;
            *number = (any % 3 != 0).then_some(any);
        }
        row.campaign = (self.below(2) == 0).then_some(7);
        row.pack = (self.below(2) == 0).then_some(70_000);
        // Orders of their own: those that several collectors saw have a test of their own.
        row.subject = row.subject.map(|it| format!("{it} {}", self.below(u64::MAX)));
        row
    }
}
