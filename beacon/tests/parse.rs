//! What is parsed once is valid ever after; what is not valid is not parsed.

use beacon::item::HesitationCause;
use beacon::reply::{Command, Reply};
use beacon::{Currency, Millis, RunId, SiteKey};

#[test]
fn a_site_key_is_1_to_32_of_small_letters_digits_and_hyphens() {
    for key in ["a", "demo", "my-shop-2", "a-shop-with-a-key-of-32-bytes-00"] {
        assert_eq!(SiteKey::parse(key).map(|it| it.to_string()).as_deref(), Ok(key));
    }
    for text in ["", "Demo", "a b", "shöp", "a_b", "a-shop-with-a-key-of-33-bytes-000"] {
        assert!(SiteKey::parse(text).is_err(), "{text}");
    }
}

#[test]
fn an_id_is_read_as_it_is_written() {
    let id = RunId(*b"0123456789abcdef");
    assert_eq!(RunId::parse(&id.to_string()), Some(id));
    let short = "30".repeat(15);
    for text in ["", &short, &"30".repeat(17), &format!("{short}AB"), &format!("{short}zz")] {
        assert_eq!(RunId::parse(text), None, "{text}");
    }
}

#[test]
fn a_currency_is_three_letters() {
    assert_eq!(Currency::parse("krw").map(|it| it.to_string()).as_deref(), Ok("KRW"));
    for text in ["", "KR", "KRWN", "K1W", "원"] {
        assert!(Currency::parse(text).is_err(), "{text}");
    }
    let digits = |code| Currency::parse(code).map(Currency::minor_digits);
    assert_eq!([digits("KRW"), digits("USD"), digits("KWD")], [Ok(0), Ok(2), Ok(3)]);
}

#[test]
fn a_reply_is_read_as_it_is_written_and_anything_else_is_none() {
    let watched = Command::Watched { every_ms: 5_000, for_ms: 60_000 };
    let commands = vec![Command::TakePack(8), watched, Command::Stop, Command::Staffed(3)];
    let reply = Reply { commands };
    let bytes = reply.encode();
    assert_eq!(Reply::decode(&bytes), Some(reply));
    assert_eq!(Reply::decode(&bytes[..bytes.len() - 1]), None);
    assert_eq!(Reply::decode(b"\x01\x63 a command of a later version"), None);
}

#[test]
fn every_cause_of_hesitation_has_a_bit_of_its_own() {
    let bits = HesitationCause::ALL.map(HesitationCause::bit);
    assert_eq!(bits, [1, 2, 4, 8, 16, 32, 64, 128]);
}

#[test]
fn time_that_runs_backwards_counts_as_none_and_never_overflows() {
    assert_eq!(Millis(5).since(Millis(3)), 2);
    assert_eq!(Millis(3).since(Millis(5)), 0);
    assert_eq!(Millis(u64::MAX).plus(1), Millis(u64::MAX));
}
