//! Passwords: Argon2id with the parameters of OWASP's cheat sheet (19 MiB, two passes, one lane).

use std::sync::LazyLock;

use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::secret::is_same;
use crate::error::{ApiError, internal};
use crate::hex::{hex, unhex};
use crate::requests;

/// Hashes made at once; others wait. Each takes 19 MiB and, by design, a while of a core.
static PLACES: Semaphore = Semaphore::const_new(2);

/// A password that nobody has: it is looked at when nobody has the address, so that both take as long.
static NOBODYS: LazyLock<String> = LazyLock::new(|| written(b"nobody's", &[7; SALT_BYTES]));

/// The password, if it may be one.
///
/// # Errors
/// 422 `bad_password` says what is expected.
pub(super) fn check(password: &str, of: &[&str]) -> Result<(), ApiError> {
    let refused = |message: String| Err(ApiError::new(422, "bad_password", message));
    let chars = password.chars().count();
    if !(CHARS_MIN..=CHARS_MAX).contains(&chars) {
        let expected = format!("a password has {CHARS_MIN} to {CHARS_MAX} characters");
        return refused(format!("{expected}, this one {chars}"));
    }
    let lower = password.to_lowercase();
    let first = lower.chars().next();
    if lower.chars().all(|c| Some(c) == first) || of.iter().any(|it| it.to_lowercase() == lower) {
        return refused("anybody would guess this password".into());
    }
    Ok(())
}

/// What is kept of a password.
///
/// # Errors
/// When the system gives no randomness.
pub(super) async fn keep(password: String) -> Result<String, ApiError> {
    let mut salt = [0_u8; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|error| internal(&error))?;
    let _place = PLACES.acquire().await.map_err(|error| internal(&error))?;
    requests::block(move || written(password.as_bytes(), &salt))
        .await
        .map_err(|error| internal(&error))
}

/// Whether it is the password of which `kept` was kept; takes as long where nothing was.
///
/// # Errors
/// When the thread that looks breaks off.
pub(super) async fn is_right(password: String, kept: Option<String>) -> Result<bool, ApiError> {
    let _place = PLACES.acquire().await.map_err(|error| internal(&error))?;
    let look = move || {
        let is_there = kept.is_some();
        fits(&password, kept.as_deref().unwrap_or(&NOBODYS)) && is_there
    };
    requests::block(look).await.map_err(|error| internal(&error))
}

/// `argon2id 19456 2 1 SALT HASH`: parameters go along, so that they may change.
fn written(password: &[u8], salt: &[u8]) -> String {
    let (memory, passes, lanes) = COST;
    let hash = hashed(password, salt, COST).expect("our own parameters are in range");
    format!("argon2id {memory} {passes} {lanes} {} {}", hex(salt), hex(&hash))
}

fn fits(password: &str, kept: &str) -> bool {
    let known = (|| {
        let mut parts = kept.strip_prefix("argon2id ")?.split(' ');
        let mut number = || parts.next()?.parse::<u32>().ok();
        let cost = (number()?, number()?, number()?);
        Some((cost, unhex(parts.next()?)?, unhex(parts.next()?)?))
    })();
    let Some((cost, salt, hash)) = known else { return false };
    hashed(password.as_bytes(), &salt, cost).is_some_and(|made| is_same(&made, &hash))
}

fn hashed(password: &[u8], salt: &[u8], cost: (u32, u32, u32)) -> Option<[u8; 32]> {
    let params = Params::new(cost.0, cost.1, cost.2, None).ok()?;
    let mut hash = [0; 32];
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password_into(password, salt, &mut hash).ok()?;
    Some(hash)
}

/// Memory in KiB, passes, lanes.
const COST: (u32, u32, u32) = (19_456, 2, 1);

const SALT_BYTES: usize = 16;

/// NIST SP 800-63B asks for 8 at least, and for no rules of what must be in it.
const CHARS_MIN: usize = 10;

/// Enough for any sentence; more would only make us work.
const CHARS_MAX: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_what_was_kept_of_it_and_no_other() {
        let kept = written("열려라 참깨 열려라".as_bytes(), &[1; SALT_BYTES]);
        assert!(kept.starts_with("argon2id 19456 2 1 01010101"), "{kept}");
        assert!(fits("열려라 참깨 열려라", &kept));
        assert!(!fits("열려라 참깨", &kept));
        assert_ne!(kept, written("열려라 참깨 열려라".as_bytes(), &[2; SALT_BYTES]));
        for broken in ["", "argon2id", "argon2id 1 2 3 4 5", "argon2id 19456 2 1 01 02"] {
            assert!(!fits("x", broken), "{broken}");
        }
    }

    #[test]
    fn what_anybody_would_guess_is_refused() {
        let of = ["kim@shop.example", "Kim of the shop"];
        assert!(check("correct horse", &of).is_ok());
        assert!(check("아주 긴 비밀번호 문장", &of).is_ok());
        for wrong in ["", "123456789", "aaaaaaaaaaaa", "KIM@shop.example", &"a b".repeat(70)] {
            assert!(check(wrong, &of).is_err(), "{wrong}");
        }
    }
}
