//! Numbers that must not leave the page: payment cards and Korean resident registration numbers.
//!
//! The page masks before it sends, the collector masks again on arrival.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

/// The text with every card number (13 to 19 digits that pass Luhn; the last four stay readable)
/// and every resident number (its seven last digits) covered by dots.
///
/// Digits may be parted by single spaces, hyphens or points. Phone and order numbers stay: they are
/// shorter, or fail Luhn nine times in ten.
pub fn mask(text: &str) -> String {
    let mut masked = String::new();
    let mut number = Number::default();
    for c in text.chars() {
        if !number.takes(c) {
            number.end(&mut masked);
            masked.push(c);
        }
    }
    number.end(&mut masked);
    masked
}

/// A row of digits over single separators, as it is being read.
#[derive(Default)]
struct Number {
    /// Each digit, and what stands behind it before the next one.
    digits: Vec<(u8, Option<char>)>,
}

impl Number {
    /// Whether the character goes on with the row.
    fn takes(&mut self, c: char) -> bool {
        if let (true, Ok(digit)) = (c.is_ascii_digit(), u8::try_from(c)) {
            self.digits.push((digit - b'0', None));
            return true;
        }
        match self.digits.last_mut() {
            Some((_, behind @ None)) if matches!(c, ' ' | '-' | '–' | '.') => {
                *behind = Some(c);
                true
            }
            _ => false,
        }
    }

    /// Writes the row with what must be covered, and forgets it.
    fn end(&mut self, to: &mut String) {
        let mut rest = self.digits.as_slice();
        while !rest.is_empty() {
            let found = (13..=19).rev().find_map(|length| secret(rest, length));
            let (length, hidden) = found.unwrap_or_else(|| (group(rest), 0..0));
            for (at, (digit, behind)) in rest.iter().take(length).enumerate() {
                to.push(if hidden.contains(&at) { '•' } else { char::from(b'0' + digit) });
                to.extend(*behind);
            }
            rest = rest.get(length..).unwrap_or_default();
        }
        self.digits.clear();
    }
}

/// Length of the first group of digits.
fn group(digits: &[(u8, Option<char>)]) -> usize {
    digits.iter().position(|(_, behind)| behind.is_some()).map_or(digits.len(), |at| at + 1)
}

/// Whether the first `length` digits are a secret, and which of them must be covered. A number is
/// whole groups, else any long row of numbers would hold a card somewhere.
fn secret(digits: &[(u8, Option<char>)], length: usize) -> Option<(usize, Range<usize>)> {
    let number = digits.get(..length)?;
    let is_whole = digits.len() == length || number.last()?.1.is_some();
    if is_whole && is_card(number) {
        return Some((length, 0..length - 4));
    }
    (is_whole && is_resident(number)).then_some((length, 6..length))
}

/// Luhn's check (ISO/IEC 7812-1). A row of one digit repeated passes it at times and is no card.
/// First digits of payment cards are 2 to 6, and 9 for Korean domestic ones; 1, 7 and 8 are other
/// trades.
fn is_card(digits: &[(u8, Option<char>)]) -> bool {
    let mut sum = 0_u32;
    let mut is_second = false;
    let mut is_varied = false;
    let mut first = digits.last().map_or(0, |(digit, _)| *digit);
    for (digit, _) in digits.iter().rev() {
        let doubled = if *digit > 4 { digit * 2 - 9 } else { digit * 2 };
        sum += u32::from(if is_second { doubled } else { *digit });
        is_varied |= *digit != first;
        is_second = !is_second;
        first = *digit;
    }
    matches!(first, 2..=6 | 9) && sum.is_multiple_of(10) && is_varied
}

/// YYMMDD and a seventh digit of 1 to 8 (century, sex, nationality), 13 in all. Numbers given out
/// since October 2020 have no check digit, so the date is all there is to look at; a barcode that
/// reads as a date is covered too.
fn is_resident(digits: &[(u8, Option<char>)]) -> bool {
    let &[_, _, (m, _), (mm, _), (d, _), (dd, _), (seventh, _), .., _, _, _, _, _, _] = digits
    else {
        return false;
    };
    digits.len() == 13
        && (1..=12).contains(&(m * 10 + mm))
        && (1..=31).contains(&(d * 10 + dd))
        && (1..=8).contains(&seventh)
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[track_caller]
    fn check(text: &str, masked: &str) {
        assert_eq!(mask(text), masked);
        assert_eq!(mask(masked), masked, "a second time");
    }

    #[test]
    fn card_numbers_keep_their_last_four_digits() {
        check("4111 1111 1111 1111", "•••• •••• •••• 1111");
        check("카드 5555-5555-5555-4444로요", "카드 ••••-••••-••••-4444로요");
        check("amex 378282246310005.", "amex •••••••••••0005.");
        check("6304000000000000000", "•••••••••••••••0000");
    }

    #[test]
    fn cards_are_found_among_other_numbers() {
        check("12 4111111111111111", "12 ••••••••••••1111");
        check("4111111111111111 10/28 123", "••••••••••••1111 10/28 123");
        check("4111111111111111, 5500005555555559", "••••••••••••1111, ••••••••••••5559");
    }

    #[test]
    fn resident_numbers_keep_the_date_only() {
        check("900101-1234567", "900101-•••••••");
        check("제 번호는 0512314000000 이에요", "제 번호는 051231••••••• 이에요");
        check("850230 5123456", "850230 •••••••");
    }

    #[test]
    fn what_a_shop_is_asked_about_stays() {
        for text in [
            "010-1234-5678",
            "주문 20261122-00017",
            "4111111111111112",
            "EAN 4006381333931 있나요?",
            "주문 20261122-00017 010-1234-5678",
            "0000000000000000",
            "2026-11-22 14:00",
            "₩1,234,567",
            "",
            "👍 991332-1234567",
        ] {
            check(text, text);
        }
    }
}
