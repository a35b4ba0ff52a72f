//! Where things are. The web files have one fixed place, because the collector's build script looks there.

use std::env;
use std::path::PathBuf;

/// The workspace's folder.
pub(crate) fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies in the workspace").to_owned()
}

/// Cargo's target folder: `CARGO_TARGET_DIR` if set, else `target`.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// A binary of the workspace, as `cargo build` leaves it.
pub(crate) fn binary(name: &str) -> PathBuf {
    target().join("debug").join(format!("{name}{}", env::consts::EXE_SUFFIX))
}

/// The web files that the collector puts into its binary.
pub(crate) fn www() -> PathBuf {
    root().join("target/www")
}

/// Results of steps that need not be done again.
pub(crate) fn cache() -> PathBuf {
    target().join("xtask")
}
