//! The last view of each page load of a day, as bytes: some are looked for, seldom, so nobody reads all.

use beacon::wire::{Bytes, Reader, write_byte, write_number};

use super::draft::End;

/// The bytes of sorted ends, of so many visits.
pub(super) fn write(ends: &[End], visits: usize) -> Bytes {
    let blocks = visits.div_ceil(BLOCK);
    let (mut starts, mut data) = (Bytes::new(), Bytes::new());
    let mut rest = ends;
    for visit in 0..visits {
        if visit.is_multiple_of(BLOCK) {
            let start = u32::try_from(data.len()).expect("a day's ends are some megabytes");
            starts.extend(start.to_le_bytes());
        }
        let count = rest.iter().take_while(|end| end.visit as usize == visit).count();
        let (own, others) = rest.split_at(count);
        rest = others;
        write_number(count as u64, &mut data);
        for end in own {
            data.extend(end.run.to_le_bytes());
            write_byte(end.from, &mut data);
            write_number(end.ms.map_or(0, |ms| u64::from(ms) + 1), &mut data);
        }
    }
    debug_assert_eq!(starts.len(), 4 * blocks, "a start for each block");
    starts.append(&mut data);
    starts
}

/// The last view of a page load, if it has one: its quarter, its dwell. `visits` is how many there are.
pub(super) fn find(bytes: &[u8], visits: usize, visit: u32, run: u64) -> Option<(u8, Option<u32>)> {
    let blocks = visits.div_ceil(BLOCK);
    let (starts, data) = bytes.split_at_checked(4 * blocks)?;
    let (block, within) = (visit as usize / BLOCK, visit as usize % BLOCK);
    let start = starts.get(4 * block..)?.first_chunk()?;
    let mut from = Reader::new(data.get(u32::from_le_bytes(*start) as usize..)?);
    for place in 0..=within {
        for _ in 0..from.number(from.left() as u64) {
            let own = u64::from_le_bytes(std::array::from_fn(|_| from.byte()));
            let view = from.byte();
            let ms = from.number(1 << 32).checked_sub(1);
            if place == within && own == run && !from.is_broken() {
                return Some((view, ms.and_then(|ms| u32::try_from(ms).ok())));
            }
        }
    }
    None
}

/// Visits whose ends are read to find one of theirs.
const BLOCK: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_end_is_found_and_no_other() {
        let end = |visit: u32, run: u64| End {
            visit,
            run,
            from: u8::try_from(visit % 96).unwrap(),
            ms: (!run.is_multiple_of(3)).then_some(visit * 7),
        };
        let ends: Vec<End> = (0..200)
            .filter(|visit| visit % 5 != 0)
            .flat_map(|visit| (0..u64::from(visit % 4)).map(move |run| end(visit, run)))
            .collect();
        let bytes = write(&ends, 200);
        for visit in 0..200 {
            for run in 0..5 {
                let expected = ends.iter().find(|it| it.visit == visit && it.run == run);
                let expected = expected.map(|it| (it.from, it.ms));
                assert_eq!(find(&bytes, 200, visit, run), expected, "{visit} {run}");
            }
        }
        assert_eq!(find(&bytes[..90], 200, 199, 1), None, "cut off");
        assert_eq!(find(&[], 200, 0, 0), None);
    }
}
