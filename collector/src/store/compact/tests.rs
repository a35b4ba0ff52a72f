//! Compaction changes how many files there are and nothing else, wherever it ends.

use std::collections::BTreeSet;

use beacon::Millis;

use super::super::seal::tests::{NOW, SMALL, catalogued, filled, on_disk, told};
use super::super::segments::sum_of;
use super::*;

#[test]
fn what_is_merged_answers_as_before() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    let before = told(&store);
    store.seal(Millis(NOW), SMALL, &|| true).unwrap();
    let files = catalogued(&store).len();
    let compacted = store.compact_with(Millis(NOW), 2, &|| true, &mut |_| Ok(())).unwrap();
    let segments = store.read(catalogue::all).unwrap();
    assert!(compacted.files > compacted.made && compacted.rows > 0, "{compacted:?}");
    assert_eq!(segments.len(), files - compacted.files + compacted.made);
    assert_eq!(told(&store), before);
    assert_eq!(on_disk(folder.path()), catalogued(&store));
    for segment in &segments {
        let sum = sum_of(&folder.path().join(segment.path())).unwrap();
        assert_eq!(sum, (segment.bytes, segment.checksum), "{segment:?}");
    }
    let again = store.compact_with(Millis(NOW), 2, &|| true, &mut |_| Ok(())).unwrap();
    assert_eq!(again, Compacted::default(), "there is nothing left to merge");
    drop(store);
    assert_eq!(told(&Store::open(folder.path()).unwrap()), before, "after a restart");
}

#[test]
fn wherever_compaction_ends_each_item_is_in_one_place() {
    let counted = tempfile::tempdir().unwrap();
    let store = filled(counted.path());
    let expected = told(&store);
    store.seal(Millis(NOW), SMALL, &|| true).unwrap();
    let mut steps = Vec::new();
    let note = &mut |step| {
        steps.push(step);
        Ok(())
    };
    store.compact_with(Millis(NOW), 2, &|| true, note).unwrap();
    let kinds: BTreeSet<String> = steps.iter().map(|step| format!("{step:?}")).collect();
    assert_eq!(kinds.len(), 6, "{kinds:?}");
    for (end, step) in steps.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let store = filled(folder.path());
        store.seal(Millis(NOW), SMALL, &|| true).unwrap();
        let mut left = end;
        let break_off = &mut |_| {
            left = left.checked_sub(1).ok_or(StoreError::Busy)?;
            Ok(())
        };
        store.compact_with(Millis(NOW), 2, &|| true, break_off).unwrap_err();
        let at = format!("broken off at {step:?}, step {end}");
        assert_eq!(told(&store), expected, "{at}, in the same process");
        drop(store);
        let store = Store::open(folder.path()).unwrap();
        assert_eq!(told(&store), expected, "{at}");
        assert_eq!(on_disk(folder.path()), catalogued(&store), "{at}");
        store.compact_with(Millis(NOW), 2, &|| true, &mut |_| Ok(())).unwrap();
        assert_eq!(told(&store), expected, "{at}, merged afterwards");
    }
}

#[test]
fn a_damaged_file_is_not_merged_into_a_sound_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    store.seal(Millis(NOW), SMALL, &|| true).unwrap();
    let files = catalogued(&store);
    for file in &files {
        let mut bytes = fs::read(file).unwrap();
        // Within the first column's values: Parquet itself might not notice.
        bytes[40] ^= 1;
        fs::write(file, bytes).unwrap();
    }
    let error = store.compact(Millis(NOW), &|| true).err().or_else(|| {
        // Fewer than are merged in daily work.
        store.compact_with(Millis(NOW), 2, &|| true, &mut |_| Ok(())).err()
    });
    let error = error.unwrap().to_string();
    assert!(error.contains(".parquet is damaged"), "{error}");
    assert_eq!(catalogued(&store), files);
    assert_eq!(on_disk(folder.path()), files);
}

#[test]
fn who_is_told_to_stop_leaves_everything_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    store.seal(Millis(NOW), SMALL, &|| true).unwrap();
    let files = catalogued(&store);
    let stopped = store.compact_with(Millis(NOW), 2, &|| false, &mut |_| Ok(()));
    assert!(matches!(stopped, Err(StoreError::Stopped)));
    assert_eq!((catalogued(&store), on_disk(folder.path())), (files.clone(), files));
}

#[test]
fn files_are_merged_by_site_day_purpose_and_size() {
    let segment = |id, day: &str, purpose, bytes| Segment {
        id,
        site: (1, "demo".into()),
        day: day.into(),
        number: 1,
        purpose,
        rows: 10,
        bytes,
        checksum: 0,
        span: (0, 1),
        made_at: Millis(5),
    };
    let (items, frames) = (Purpose::Items, Purpose::Frames);
    let segments = vec![
        segment(1, "2026-11-30", items, 1_100),
        segment(2, "2026-11-30", items, 1_900),
        segment(3, "2026-11-30", items, 3_000),
        segment(4, "2026-11-30", items, 9_000),
        segment(5, "2026-11-30", frames, 1_100),
        segment(6, "2026-11-29", items, 1_100),
        segment(7, "2026-11-28", items, BYTES_MAX),
        segment(8, "2026-11-28", items, BYTES_MAX),
        segment(9, "2026-11-28", items, BYTES_MAX),
    ];
    let ids = |min| -> Vec<Vec<i64>> {
        let groups = due(segments.clone(), min);
        groups.iter().map(|group| group.iter().map(|it| it.id).collect()).collect()
    };
    assert_eq!(ids(3), [[1, 2, 3]]);
    assert_eq!(ids(4), Vec::<Vec<i64>>::new());
}
