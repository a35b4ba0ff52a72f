//! `nunchi backup` and `nunchi restore`.

use std::path::{Path, PathBuf};

use clap::Args;

use super::Failure;
use super::site::Folder;
use crate::store::{Manifest, Store, restore as restored};

#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    /// New folder for the backup
    dir: PathBuf,
    #[command(flatten)]
    folder: Folder,
}

/// `nunchi backup DIR`.
pub(super) fn backup(args: &BackupArgs, file: Option<&Path>) -> Result<(), Failure> {
    let store = Store::open_beside(&args.folder.settle(file)?)?;
    tell(&args.dir, &store.backup(&args.dir)?);
    Ok(())
}

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// Folder of the backup
    dir: PathBuf,
    /// New folder for the data
    #[arg(long, value_name = "NEW")]
    data: PathBuf,
}

/// `nunchi restore DIR --data NEW`.
pub(super) fn restore(args: &RestoreArgs) -> Result<(), Failure> {
    tell(&args.data, &restored(&args.dir, &args.data)?);
    Ok(())
}

fn tell(folder: &Path, manifest: &Manifest) {
    let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    println!("{}: {} files, {bytes} bytes", folder.display(), manifest.files.len());
}
