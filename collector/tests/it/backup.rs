//! Backups: taken while beacons come and files are made, whole, and restored to the same answers.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::channel;

use beacon::item::PageKind;
use beacon::{Millis, RunId, frame};
use collector::store::{Arrival, BackupError, Manifest, Rule, Store, StoreError, Written, restore};
use engine::pack::Pack;

use crate::command::{fails, works};
use crate::support::{NOW, added, at, beacon, began, bought, key, seen, viewed};

fn arrival(run: u32, sequence: u32) -> Arrival {
    let wall = NOW - u64::from(run % 50) * 1_800_000;
    let mut items = vec![at(0, began(wall))];
    if sequence > 0 {
        items.clear();
    }
    let after = u64::from(sequence) * 10_000;
    items.push(at(after, viewed("/p/tea", PageKind::Product)));
    items.push(at(after + 10, seen("tea")));
    items.push(at(after + 20, added("tea", 1)));
    items.push(at(after + 30, bought(&format!("A-{run}"), 12_000)));
    let visitor = u8::try_from(run % 20).unwrap();
    let mut beacon = beacon(1, sequence, visitor, NOW, items);
    let mut id = [0; 16];
    id[..4].copy_from_slice(&run.to_be_bytes());
    beacon.header.run = RunId(id);
    Arrival { site: 1, frame: frame::encode(&beacon), beacon, now: Millis(NOW), quarantine: None }
}

fn accept(store: &Store, arrival: Arrival) -> Result<Written, StoreError> {
    let (send, receive) = channel();
    store.accept(arrival, move |result, _| send.send(result).unwrap())?;
    receive.recv().unwrap()
}

fn shop(folder: &Path) -> Store {
    let store = Store::open(folder).unwrap();
    store.put_site(&key("demo"), "Demo", &[], Pack::default(), Millis(NOW)).unwrap();
    store
}

fn ledger(store: &Store) -> BTreeSet<(RunId, u32)> {
    store.ledger().unwrap().into_iter().map(|(run, sequence, _)| (run, sequence)).collect()
}

/// Every answer of the command line, but for what depends on the time of day.
fn answers(data: &Path) -> Vec<String> {
    let questions = ["overview", "funnel", "signals", "campaigns", "pages", "parity", "health"];
    let ask = |question: &str| {
        let last = ["--last", "9999d", "--format", "json"];
        let text = works(data, &[&["stats", question, "--site", "demo"], &last[..]].concat());
        // A series is cut from now on, and now is later each time.
        let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
        for name in ["from", "to", "series"] {
            json.as_object_mut().unwrap().remove(name);
        }
        format!("{question} {json}")
    };
    questions.into_iter().map(ask).collect()
}

fn filled(folder: &Path) -> Store {
    let store = shop(folder);
    for run in 0..60 {
        assert_eq!(accept(&store, arrival(run, 0)).unwrap(), Written::Stored);
    }
    store.seal(Millis(NOW), Rule::ALL, &|| true).unwrap();
    for run in 0..30 {
        assert_eq!(accept(&store, arrival(run, 1)).unwrap(), Written::Stored);
    }
    store
}

fn listed(manifest: &Manifest) -> Vec<&PathBuf> {
    manifest.files.iter().map(|file| &file.path).collect()
}

#[test]
fn what_is_restored_answers_alike_and_knows_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let store = filled(&place("data"));
    let (backup, new) = (place("backup"), place("new"));
    let said = works(&place("data"), &["backup", backup.to_str().unwrap()]);
    assert!(said.contains(" files, "), "{said}");
    let expected = answers(&place("data"));
    assert!(expected[0].contains("\"purchases\":60"), "{expected:?}");
    assert_eq!(answers(&backup), expected, "a backup answers as it lies there");
    works(&place("data"), &["restore", backup.to_str().unwrap(), "--data", new.to_str().unwrap()]);
    assert_eq!(answers(&new), expected);
    let verified = works(&new, &["verify", new.to_str().unwrap()]);
    assert!(verified.ends_with("damaged=0\n") && verified.starts_with("beacons=90"), "{verified}");
    assert_eq!(works(&new, &["verify", backup.to_str().unwrap()]), verified);
    let restored = Store::open(&new).unwrap();
    assert_eq!(ledger(&restored), ledger(&store));
    for run in 0..60 {
        assert_eq!(accept(&restored, arrival(run, 0)).unwrap(), Written::Duplicate);
    }
    assert_eq!(accept(&restored, arrival(60, 0)).unwrap(), Written::Stored);
    restored.seal(Millis(NOW), Rule::ALL, &|| true).unwrap();
    assert_eq!(restored.check(&mut |_, _, _, _| ()).unwrap().findings, Vec::<String>::new());
}

#[test]
fn a_backup_is_not_made_in_the_data_folder_itself() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    drop(filled(&data));
    let link = folder.path().join("link");
    std::os::unix::fs::symlink(&data, &link).unwrap();
    for inside in [data.clone(), data.join("backup"), data.join("segments/b"), link.join("b")] {
        let refused = fails(&data, &["backup", inside.to_str().unwrap()]);
        assert!(refused.contains("lies in the data folder"), "{refused}");
        assert!(inside == data || !inside.exists(), "nothing was made");
    }
    works(&data, &["backup", data.join("../beside").to_str().unwrap()]);
}

#[test]
fn a_backup_is_one_moment_of_a_store_that_takes_beacons_seals_and_merges() {
    let folder = tempfile::tempdir().unwrap();
    let store = shop(&folder.path().join("data"));
    let (is_over, acknowledged) = (AtomicBool::new(false), AtomicU32::new(0));
    // How many may be sent: some before each backup, as many while it is made.
    let allowed = AtomicU32::new(0);
    std::thread::scope(|scope| {
        // Also when an assertion fails: else the others would go on for ever.
        let over = Over(&is_over);
        let load = scope.spawn(|| {
            let mut run = 0;
            while !is_over.load(Ordering::SeqCst) {
                if run >= allowed.load(Ordering::SeqCst) {
                    std::thread::yield_now();
                    continue;
                }
                assert_eq!(accept(&store, arrival(run, 0)).unwrap(), Written::Stored);
                run += 1;
                acknowledged.store(run, Ordering::SeqCst);
            }
        });
        let sealing = scope.spawn(|| {
            while !is_over.load(Ordering::SeqCst) {
                let rule = Rule { after_ms: u64::MAX, beacons: 20 };
                store.seal(Millis(NOW), rule, &|| true).unwrap();
                store.compact(Millis(NOW), &|| true).unwrap();
            }
        });
        for turn in 1..=3 {
            allowed.store(turn * 200, Ordering::SeqCst);
            while acknowledged.load(Ordering::SeqCst) < turn * 200 - 100 {
                assert!(!load.is_finished() && !sealing.is_finished(), "both go on");
                std::thread::yield_now();
            }
            let before = acknowledged.load(Ordering::SeqCst);
            let (backup, new) = (
                folder.path().join(format!("backup-{turn}")),
                folder.path().join(format!("{turn}")),
            );
            store.backup(&backup).unwrap();
            // One more may have been stored and not yet counted.
            let after = acknowledged.load(Ordering::SeqCst) + 1;
            restore(&backup, &new).unwrap();
            let restored = Store::open(&new).unwrap();
            let check = restored.check(&mut |_, _, _, _| ()).unwrap();
            assert_eq!(check.findings, Vec::<String>::new());
            let kept = u32::try_from(check.beacons).unwrap();
            assert!((before..=after).contains(&kept), "{before} <= {kept} <= {after}");
            let runs: BTreeSet<u32> = ledger(&restored)
                .into_iter()
                .map(|(run, _)| u32::from_be_bytes(*run.0.first_chunk().unwrap()))
                .collect();
            assert_eq!(runs, (0..kept).collect(), "one moment: no gap, nothing later");
        }
        drop(over);
        load.join().unwrap();
        sealing.join().unwrap();
    });
}

/// Tells threads to end when it goes.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

#[test]
fn sealed_files_are_linked_where_they_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(&folder.path().join("data"));
    let backup = folder.path().join("backup");
    let manifest = store.backup(&backup).unwrap();
    assert!(manifest.files.len() > 2, "{:?}", listed(&manifest));
    for file in &manifest.files {
        let links = fs::metadata(backup.join(&file.path)).unwrap().nlink();
        assert_eq!(links, if file.path.starts_with("segments") { 2 } else { 1 }, "{file:?}");
    }
}

#[test]
fn what_is_no_whole_backup_is_not_restored() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(&folder.path().join("data"));
    let (backup, new) = (folder.path().join("backup"), folder.path().join("new"));
    let manifest = store.backup(&backup).unwrap();
    for file in &manifest.files {
        // A file of its own: what is linked is the data's too.
        let path = backup.join(&file.path);
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        for (broken, what) in [
            (
                [
                    &bytes[..bytes.len() / 2],
                    &[bytes[bytes.len() / 2] ^ 1],
                    &bytes[bytes.len() / 2 + 1..],
                ]
                .concat(),
                "a bit",
            ),
            (bytes[..bytes.len() - 1].to_vec(), "a byte less"),
        ] {
            fs::write(&path, broken).unwrap();
            let error = restore(&backup, &new).unwrap_err();
            assert!(matches!(error, BackupError::Damaged(_)), "{what} of {file:?}: {error}");
            assert_eq!(fs::read_dir(&new).unwrap().count(), 0, "nothing is left of it");
        }
        fs::remove_file(&path).unwrap();
        assert!(matches!(restore(&backup, &new), Err(BackupError::Io { .. })), "{file:?} is gone");
        fs::write(&path, bytes).unwrap();
    }
    restore(&backup, &new).unwrap();
    assert!(matches!(restore(&backup, &new), Err(BackupError::Occupied(_))));
    assert!(matches!(store.backup(&backup), Err(BackupError::Occupied(_))));
    fs::remove_file(backup.join("manifest.json")).unwrap();
    let other = folder.path().join("other");
    assert!(matches!(restore(&backup, &other), Err(BackupError::NoBackup(_))));
}

#[test]
fn a_backup_is_read_and_never_served_or_changed() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(&folder.path().join("data"));
    let backup = folder.path().join("backup");
    store.backup(&backup).unwrap();
    let message = fails(&backup, &["serve", "--port", "0"]);
    assert!(message.contains("is a backup: `nunchi restore"), "{message}");
    let message = fails(&backup, &["site", "off", "demo"]);
    assert!(message.contains("read-only"), "{message}");
    answers(&backup);
    restore(&backup, &folder.path().join("new")).unwrap();
}

#[test]
fn damage_is_named_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let store = filled(&data);
    let findings = || store.check(&mut |_, _, _, _| ()).unwrap().findings;
    assert_eq!(findings(), Vec::<String>::new());
    let backup = folder.path().join("backup");
    let manifest = store.backup(&backup).unwrap();
    let file = manifest.files.iter().find(|it| it.path.starts_with("segments")).unwrap();
    let path = data.join(&file.path);
    let name = file.path.display().to_string();
    let bytes = fs::read(&path).unwrap();
    let mut broken = bytes.clone();
    broken[bytes.len() / 2] ^= 1;
    fs::remove_file(&path).unwrap();
    for (content, expected) in [
        (Some(&broken[..]), format!("{name} has another checksum than when it was written")),
        (
            Some(&bytes[1..]),
            format!("{name} has {} bytes, {} were written", bytes.len() - 1, bytes.len()),
        ),
        (None, format!("{name} cannot be read: No such file")),
    ] {
        if let Some(content) = content {
            fs::write(&path, content).unwrap();
        } else {
            fs::remove_file(&path).unwrap();
        }
        let found = findings();
        assert!(found[0].starts_with(&expected), "{found:?}");
        let message = fails(&data, &["verify", data.to_str().unwrap()]);
        assert!(message.contains(&name), "{message}");
    }
    fs::write(&path, &bytes).unwrap();
    let stray = path.with_file_name("0.items.parquet");
    fs::write(&stray, &bytes).unwrap();
    // What a crash leaves is no damage.
    let check = store.check(&mut |_, _, _, _| ()).unwrap();
    assert_eq!((check.findings.len(), check.strays), (0, vec![stray]));
}

#[test]
fn what_stands_twice_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(folder.path());
    drop(store);
    // The border of what is sealed is lost: the journal and the files have the same beacons.
    let db = rusqlite::Connection::open(folder.path().join("nunchi.sqlite")).unwrap();
    let copy = "INSERT INTO segment (site, day, number, purpose, rows, bytes, checksum, from_at, to_at, made_at)
                SELECT site, day, number + 1000, purpose, rows, bytes, checksum, from_at, to_at, made_at FROM segment";
    db.execute(copy, []).unwrap();
    let files: Vec<(String, u32, String)> = db
        .prepare("SELECT day, number, purpose FROM segment WHERE number < 1000")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    drop(db);
    for (day, number, purpose) in files {
        let below = folder.path().join("segments/demo").join(day);
        let to = below.join(format!("{}.{purpose}.parquet", number + 1_000));
        fs::copy(below.join(format!("{number}.{purpose}.parquet")), to).unwrap();
    }
    let check = Store::open(folder.path()).unwrap().check(&mut |_, _, _, _| ()).unwrap();
    assert!(
        check.findings.iter().any(|it| it.contains("rows of history stand twice")),
        "{check:?}"
    );
    assert!(
        check
            .findings
            .iter()
            .any(|it| it.contains("beacon 0 of run") && it.ends_with("stands twice"))
    );
}
