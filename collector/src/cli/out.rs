//! What commands print. Who reads it may stop early, as `nunchi stats … | head` does: then the command ends there,
//! without a word.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write as _, stdout};
use std::process::exit;

/// Prints, and ends the process when nobody reads it, or when it cannot be written.
pub(super) fn put(text: Arguments<'_>, end: &str) {
    let mut out = stdout().lock();
    let Err(error) = write!(out, "{text}{end}").and_then(|()| out.flush()) else { return };
    if error.kind() != ErrorKind::BrokenPipe {
        eprintln!("nunchi: cannot print: {error}");
    }
    exit(UNREAD);
}

/// As shells tell of a program that SIGPIPE ended. Not 0: what it had to say was not all said.
const UNREAD: i32 = 141;
