//! Who a visitor is, as the shop's server signs it: a JSON Web Token (RFC 7519), HS256 alone.
//!
//! A typed e-mail opens nobody's history, and neither does what a page says of its visitor. What the
//! shop's server signs with the site's secret does: conversations of one customer are one thread on each
//! of their devices, and who answers sees whose it is.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use beacon::Millis;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::hex::hex;

/// What a site signs with, as it is kept: it has to be read again, so it is no hash.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Secret {
    /// 64 hexadecimal digits; the key is this text, as shops' libraries take it.
    pub(crate) secret: String,
    /// When it was made, milliseconds since 1970.
    pub(crate) made_at: u64,
}

impl Secret {
    /// 256 random bits.
    ///
    /// # Errors
    /// Without randomness.
    pub(crate) fn new(now: Millis) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self { secret: hex(&bytes), made_at: now.0 })
    }
}

/// Under which it is kept.
pub(crate) const SECRET: &str = "identity";

/// Why a token says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum IdentityError {
    /// Not three parts of base64url with JSON in the first two, or too long.
    #[error("not a token: three parts of base64url, at most {TOKEN_BYTES_MAX} bytes")]
    Malformed,
    /// Another algorithm, `none` among them, or one that asks for more than is understood here.
    #[error("`alg` must be HS256, without `crit`")]
    Algorithm,
    /// Not signed with this secret.
    #[error("not signed with the secret of this site")]
    Signature,
    /// For somebody else.
    #[error("`aud` must be the key of this site")]
    Audience,
    /// Its time is over.
    #[error("`exp` has passed")]
    Expired,
    /// It would hold for longer than a page is looked at.
    #[error("`exp` must be within an hour, `nbf` not ahead")]
    Span,
    /// Of nobody.
    #[error(
        "`sub` must be the shop's id of the customer, 1 to {CUSTOMER_BYTES_MAX} bytes, nothing unprintable"
    )]
    Subject,
}

/// The customer whom a token names, if it is the site's own and holds at `now`.
///
/// # Errors
/// The first thing that is wrong. Nothing in the token is believed before its signature was.
pub(crate) fn customer(
    token: &str,
    (secret, site): (&str, &str),
    now: Millis,
) -> Result<String, IdentityError> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(IdentityError::Malformed);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(IdentityError::Malformed)?;
    let (head, claims) = signed.split_once('.').ok_or(IdentityError::Malformed)?;
    let head: Head = read(head)?;
    if head.alg != "HS256" || head.crit.is_some() {
        return Err(IdentityError::Algorithm);
    }
    let signature =
        BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| IdentityError::Malformed)?;
    // Compares without telling by its time where the two differ.
    let is_ours = mac(secret, signed).is_some_and(|mac| mac.verify_slice(&signature).is_ok());
    if !is_ours {
        return Err(IdentityError::Signature);
    }
    holds(read(claims)?, site, now)
}

fn holds(claims: Claims, site: &str, now: Millis) -> Result<String, IdentityError> {
    let is_for_us = match &claims.aud {
        Audience::One(aud) => aud == site,
        Audience::Many(auds) => auds.iter().any(|aud| aud == site),
    };
    if !is_for_us {
        return Err(IdentityError::Audience);
    }
    let now_s = now.0 / 1_000;
    if claims.exp.saturating_add(LEEWAY_S) <= now_s {
        return Err(IdentityError::Expired);
    }
    let latest = now_s + LEEWAY_S;
    if claims.exp > latest + SPAN_MAX_S || claims.nbf.is_some_and(|nbf| nbf > latest) {
        return Err(IdentityError::Span);
    }
    let is_name = !claims.sub.trim().is_empty() && !claims.sub.chars().any(char::is_control);
    if !is_name || claims.sub.len() > CUSTOMER_BYTES_MAX {
        return Err(IdentityError::Subject);
    }
    Ok(claims.sub)
}

fn mac(secret: &str, signed: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(signed.as_bytes());
    Some(mac)
}

fn read<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, IdentityError> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| IdentityError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| IdentityError::Malformed)
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    crit: Option<serde_json::Value>,
}

/// Seconds since 1970, whole or not: RFC 7519 allows both, libraries write whole ones.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    aud: Audience,
    exp: u64,
    nbf: Option<u64>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Longest token: that of a talkative shop has some 300 bytes.
pub(crate) const TOKEN_BYTES_MAX: usize = 2_048;

/// Longest id of a customer.
const CUSTOMER_BYTES_MAX: usize = 128;

/// A token holds this long at most, seconds. A page that is open for longer goes on in its conversation,
/// which its key opens.
const SPAN_MAX_S: u64 = 3_600;

/// By which the shop's clock may be wrong, seconds.
const LEEWAY_S: u64 = 60;

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    const NOW_S: u64 = 1_763_800_000;
    const KEY: &str = "a-secret-of-the-shop-that-is-long-enough";

    fn token_of(head: &str, claims: &str, key: &str) -> String {
        let part = |it: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(it);
        let signed = format!("{}.{}", part(head.as_bytes()), part(claims.as_bytes()));
        let signature = mac(key, &signed).unwrap().finalize().into_bytes();
        format!("{signed}.{}", part(&signature))
    }

    const HEAD: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

    fn claims(aud: &str, exp: u64) -> String {
        format!(r#"{{"sub":"customer-7","aud":{aud},"exp":{exp}}}"#)
    }

    fn asked(token: &str) -> String {
        match customer(token, (KEY, "demo"), Millis(NOW_S * 1_000)) {
            Ok(customer) => format!("is {customer}"),
            Err(error) => format!("{error:?}"),
        }
    }

    #[track_caller]
    fn check(tokens: &[String], expected: &Expect) {
        let told: Vec<String> = tokens.iter().map(|token| asked(token)).collect();
        expected.assert_eq(&told.join("\n"));
    }

    #[test]
    fn a_signature_is_that_of_the_standard() {
        // The example of jwt.io.
        let made = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c";
        let (signed, signature) = made.rsplit_once('.').unwrap();
        let own = mac("your-256-bit-secret", signed).unwrap().finalize().into_bytes();
        assert_eq!(BASE64_URL_SAFE_NO_PAD.encode(own), signature);
    }

    #[test]
    fn a_token_holds_for_its_site_until_it_ends_and_not_for_long() {
        let of = |aud: &str, exp| token_of(HEAD, &claims(aud, exp), KEY);
        let tokens = [
            of(r#""demo""#, NOW_S + 60),
            of(r#"["other","demo"]"#, NOW_S + 3_600),
            of(r#""demo""#, NOW_S - 59),
            of(r#""demo""#, NOW_S - 60),
            of(r#""demo""#, NOW_S + 3_661),
            of(r#""other""#, NOW_S + 60),
            of(r#"["other"]"#, NOW_S + 60),
        ];
        check(
            &tokens,
            &expect![[r"
            is customer-7
            is customer-7
            is customer-7
            Expired
            Span
            Audience
            Audience"]],
        );
    }

    #[test]
    fn what_is_not_signed_by_the_site_as_agreed_says_nothing() {
        let fit = claims(r#""demo""#, NOW_S + 60);
        let right = token_of(HEAD, &fit, KEY);
        let (signed, signature) = right.rsplit_once('.').unwrap();
        let other = BASE64_URL_SAFE_NO_PAD.encode(fit.replace("customer-7", "customer-8"));
        let (head, _) = signed.split_once('.').unwrap();
        let tokens = [
            token_of(r#"{"alg":"none"}"#, &fit, KEY),
            token_of(r#"{"alg":"RS256"}"#, &fit, KEY),
            token_of(r#"{"alg":"hs256"}"#, &fit, KEY),
            token_of(r#"{"alg":"HS256","crit":["b64"]}"#, &fit, KEY),
            token_of(HEAD, &fit, "another secret"),
            format!("{head}.{other}.{signature}"),
            format!("{signed}."),
            format!("{signed}.{}", &signature[1..]),
            signed.to_owned(),
            String::new(),
            token_of(HEAD, &fit.replace("exp", "expires"), KEY),
            token_of(HEAD, &fit.replace("customer-7", " "), KEY),
            token_of(HEAD, &fit.replace("customer-7", &"x".repeat(129)), KEY),
            token_of(HEAD, &fit.replace("customer-7", &"x".repeat(2_000)), KEY),
        ];
        check(
            &tokens,
            &expect![[r"
            Algorithm
            Algorithm
            Algorithm
            Algorithm
            Signature
            Signature
            Signature
            Malformed
            Malformed
            Malformed
            Malformed
            Subject
            Subject
            Malformed"]],
        );
    }
}
