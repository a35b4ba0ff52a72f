//! A copy of the data folder at one moment, taken while the server runs, and back again.
//!
//! In a backup lie the database, the sealed files that its catalogue names, and, last of all, a
//! manifest with the size and checksum of each: where there is no manifest, there is no backup.
//! Sealed files never change, so where backup and data lie on one file system they are linked: that
//! takes no room and no time, and saves from mistakes, not from a broken disk.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use serde::{Deserialize, Serialize};

use super::segments::sum_of;
use super::{DATA_FILE, Store, StoreError, catalogue};
use crate::fault;

/// What a backup holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of the program that made it.
    pub version: String,
    /// Every file but this one.
    pub files: Vec<Listed>,
}

/// A file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// From the backup's folder on.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// CRC32C of all its bytes.
    pub crc32c: u32,
}

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something lies there already.
    #[error("{0} is not empty: name a new folder")]
    Occupied(PathBuf),
    /// There it would be taken for history, or be copied by the next one.
    #[error("{0} lies in the data folder: name a folder outside of it")]
    Inside(PathBuf),
    /// No manifest.
    #[error("{0} is no backup, or one that was broken off: it has no {MANIFEST}")]
    NoBackup(PathBuf),
    /// A file is not as it was.
    #[error("{0} is damaged: it is not what the backup was made of")]
    Damaged(PathBuf),
    /// The system says no.
    #[error("{path}: {cause}")]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
}

impl Store {
    /// Copies all that is durable now into a new folder. Beacons and questions do not wait; sealing
    /// does. The token and sessions stay where they are; people, with what their passwords are known by, come along.
    ///
    /// # Errors
    /// [`BackupError`]; what was begun is then left without a manifest.
    pub fn backup(&self, to: &Path) -> Result<Manifest, BackupError> {
        if lies_in(to, &self.shared.folder)? {
            return Err(BackupError::Inside(to.into()));
        }
        make_empty(to)?;
        // Nobody writes or removes sealed files meanwhile.
        let _alone = self.alone_with_files()?;
        may_fail("backup.database", to)?;
        let segments = self.copy_database(&to.join(DATA_FILE))?;
        let mut files = vec![listed(to, Path::new(DATA_FILE))?];
        for segment in segments {
            let path = segment.path();
            may_fail("backup.file", to)?;
            bring(&self.shared.folder.join(&path), &to.join(&path), Way::Link)?;
            let (bytes, crc32c) = (segment.bytes, segment.checksum);
            files.push(Listed { path, bytes, crc32c });
        }
        may_fail("backup.sync", to)?;
        sync_folders(to, &files)?;
        let manifest = Manifest { version: env!("CARGO_PKG_VERSION").into(), files };
        may_fail("backup.manifest", to)?;
        write_manifest(to, &manifest)?;
        Ok(manifest)
    }

    /// One moment of the database, whole; returns the sealed files that belong to it.
    fn copy_database(&self, to: &Path) -> Result<Vec<catalogue::Segment>, StoreError> {
        let mut copy = Connection::open(to)?;
        self.read(|db| {
            // All pages in one step: in several, each commit would begin it anew.
            let backup = Backup::new(db, &mut copy)?;
            while backup.step(-1)? != StepResult::Done {
                std::thread::yield_now();
            }
            Ok(())
        })?;
        // One file, without a log beside it.
        copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
        copy.pragma_update(None, "synchronous", "FULL")?;
        copy.execute("DELETE FROM session", [])?;
        Ok(catalogue::all(&copy)?)
    }
}

/// Whether a backup lies here, which is never written.
pub(super) fn is_backup(folder: &Path) -> bool {
    folder.join(MANIFEST).exists()
}

/// Makes a data folder of a backup. Each file is checked on its way; the database, without which there
/// is no data folder, comes last.
///
/// # Errors
/// [`BackupError`]; what was begun is then removed.
pub fn restore(from: &Path, to: &Path) -> Result<Manifest, BackupError> {
    let manifest = read_manifest(from)?;
    make_empty(to)?;
    copy_all(from, to, &manifest).inspect_err(|_| {
        // What cannot be removed is in the way of the next try, which says so.
        for file in fs::read_dir(to).into_iter().flatten().flatten() {
            let path = file.path();
            let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        }
    })?;
    Ok(manifest)
}

fn copy_all(from: &Path, to: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let is_database = |file: &&Listed| file.path == Path::new(DATA_FILE);
    let (last, first): (Vec<&Listed>, Vec<&Listed>) = manifest.files.iter().partition(is_database);
    for file in &first {
        copy_checked(from, to, file)?;
    }
    sync_folders(to, &manifest.files)?;
    for file in &last {
        copy_checked(from, to, file)?;
    }
    sync(to)
}

fn copy_checked(from: &Path, to: &Path, file: &Listed) -> Result<(), BackupError> {
    if !file.path.components().all(|part| matches!(part, std::path::Component::Normal(_))) {
        return Err(BackupError::Damaged(from.join(MANIFEST)));
    }
    let (source, target) = (from.join(&file.path), to.join(&file.path));
    let unfinished = target.with_extension("unfinished");
    bring(&source, &unfinished, Way::Copy)?;
    if sum_of(&unfinished).map_err(io(&unfinished))? != (file.bytes, file.crc32c) {
        return Err(BackupError::Damaged(source));
    }
    fs::rename(&unfinished, &target).map_err(io(&target))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Where it can be, else copied.
    Link,
    Copy,
}

/// Brings a file to its place, on the disk when this returns.
fn bring(from: &Path, to: &Path, way: Way) -> Result<(), BackupError> {
    let folder = to.parent().expect("it lies in a folder");
    fs::create_dir_all(folder).map_err(io(folder))?;
    if way == Way::Link && fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to).map_err(io(from))?;
    File::open(to).and_then(|file| file.sync_all()).map_err(io(to))
}

fn listed(folder: &Path, path: &Path) -> Result<Listed, BackupError> {
    let file = folder.join(path);
    let (bytes, crc32c) = sum_of(&file).map_err(io(&file))?;
    Ok(Listed { path: path.into(), bytes, crc32c })
}

/// Whether a folder, which need not be there yet, is another one or lies in it.
fn lies_in(folder: &Path, other: &Path) -> Result<bool, BackupError> {
    let whole = |path: &Path| path.canonicalize().map_err(io(path));
    let path = std::path::absolute(folder).map_err(io(folder))?;
    // As far as it is there; what is not yet is no link to elsewhere.
    let there = path.ancestors().find(|it| it.exists()).unwrap_or(&path);
    Ok(whole(there)?.starts_with(whole(other)?))
}

/// A folder for its keeper's eyes only, with nothing in it.
fn make_empty(folder: &Path) -> Result<(), BackupError> {
    let mut maker = fs::DirBuilder::new();
    maker.recursive(true).mode(0o700).create(folder).map_err(io(folder))?;
    match fs::read_dir(folder).map_err(io(folder))?.next() {
        None => Ok(()),
        Some(_) => Err(BackupError::Occupied(folder.into())),
    }
}

/// Brings the names of all files to the disk.
fn sync_folders(folder: &Path, files: &[Listed]) -> Result<(), BackupError> {
    let mut folders: Vec<&Path> =
        files.iter().flat_map(|file| file.path.ancestors().skip(1)).collect();
    folders.sort_unstable();
    folders.dedup();
    folders.into_iter().rev().try_for_each(|below| sync(&folder.join(below)))
}

fn sync(folder: &Path) -> Result<(), BackupError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(io(folder))
}

fn write_manifest(folder: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let (path, unfinished) = (folder.join(MANIFEST), folder.join(UNFINISHED));
    let json = serde_json::to_vec_pretty(manifest).expect("paths are text: keys, days and numbers");
    let mut file = File::create(&unfinished).map_err(io(&unfinished))?;
    file.write_all(&json).and_then(|()| file.sync_all()).map_err(io(&unfinished))?;
    fs::rename(&unfinished, &path).map_err(io(&path))?;
    sync(folder)
}

fn read_manifest(folder: &Path) -> Result<Manifest, BackupError> {
    let path = folder.join(MANIFEST);
    let json = fs::read(&path).map_err(|cause| match cause.kind() {
        ErrorKind::NotFound => BackupError::NoBackup(folder.into()),
        _ => BackupError::Io { path: path.clone(), cause },
    })?;
    serde_json::from_slice(&json).map_err(|_| BackupError::Damaged(path))
}

/// Where a check may let it fail, or end the process.
fn may_fail(point: &'static str, path: &Path) -> Result<(), BackupError> {
    fault::at(point).map_err(io(path))
}

fn io(path: &Path) -> impl FnOnce(std::io::Error) -> BackupError {
    let path = path.to_owned();
    move |cause| BackupError::Io { path, cause }
}

const MANIFEST: &str = "manifest.json";

const UNFINISHED: &str = "manifest.unfinished";
