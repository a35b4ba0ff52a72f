//! Random secrets, and how they are known again.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::error::{ApiError, internal};
use crate::hex::hex;
use crate::store::Hash;

/// What is kept of a secret of 256 random bits: nobody guesses those, so a quick hash will do.
pub(super) fn hash(secret: &str) -> Hash {
    Sha256::digest(secret).into()
}

/// Compares without telling by its time where the two differ.
pub(super) fn is_same(given: &[u8], known: &[u8]) -> bool {
    let differing = given.iter().zip(known).fold(0, |sum, (a, b)| sum | (a ^ b));
    given.len() == known.len() && std::hint::black_box(differing) == 0
}

/// 256 random bits.
pub(super) fn random_hex() -> Result<String, ApiError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| internal(&error))?;
    Ok(hex(&bytes))
}

/// The access token of a data folder; makes one at the first start. Says whether it is new.
///
/// # Errors
/// When the file can be neither read nor made.
pub fn token_of(folder: &Path) -> std::io::Result<(String, bool)> {
    let file = folder.join("token");
    match std::fs::read_to_string(&file) {
        Ok(token) if !token.trim().is_empty() => return Ok((token.trim().into(), false)),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let token = random_hex().map_err(|error| std::io::Error::other(error.to_string()))?;
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&file)?;
    writeln!(file, "{token}")?;
    file.sync_all()?;
    Ok((token, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_made_once_and_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let (token, is_new) = token_of(folder.path()).unwrap();
        assert!(is_new && token.len() == 64);
        assert_eq!(token_of(folder.path()).unwrap(), (token, false));
        let mode = folder.path().join("token").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn only_equal_tokens_are_the_same() {
        assert!(is_same(b"abc", b"abc"));
        for other in ["", "ab", "abcd", "abd", "Abc"] {
            assert!(!is_same(other.as_bytes(), b"abc"), "{other}");
        }
    }
}
