//! Numbers that must not leave the page: payment cards and Korean resident registration numbers.
//!
//! The page masks before it sends, the collector masks again on arrival.

/// The text with every card number (13 to 19 digits that pass Luhn; the last four stay readable)
/// and every resident number (its seven last digits) covered by dots.
///
/// Digits may be parted by single spaces, hyphens or points. Phone and order numbers stay: they are
/// shorter, or fail Luhn nine times in ten.
pub fn mask(text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let places = run_of_digits(&chars, at);
        for place in to_cover(&chars, &places) {
            chars[place] = '•';
        }
        at = places.last().map_or(at, |last| *last) + 1;
    }
    chars.into_iter().collect()
}

/// Places of the digits from `at` on, over single separators.
fn run_of_digits(chars: &[char], at: usize) -> Vec<usize> {
    let mut places = Vec::new();
    let mut next = at;
    while chars.get(next).is_some_and(char::is_ascii_digit) {
        places.push(next);
        let is_parted = chars.get(next + 1).is_some_and(|c| matches!(c, ' ' | '-' | '–' | '.'));
        next += 1 + usize::from(is_parted);
    }
    places
}

/// Which of these digits must be covered. A number is whole groups: it begins and ends at a
/// separator or at an end, else any long row of numbers would hold a card somewhere.
fn to_cover(chars: &[char], places: &[usize]) -> Vec<usize> {
    let digits: Vec<u32> = places.iter().filter_map(|place| chars[*place].to_digit(10)).collect();
    let is_border = |at: usize| at == 0 || at == places.len() || places[at] > places[at - 1] + 1;
    let mut covered = Vec::new();
    let mut from = 0;
    while from < digits.len() {
        let ends = (from + 13..=digits.len().min(from + 19)).rev();
        let found = ends.filter(|end| is_border(from) && is_border(*end)).find_map(|end| {
            let number = &digits[from..end];
            if is_card(number) {
                return Some((from..end - 4, end));
            }
            is_resident(number).then_some((from + 6..end, end))
        });
        let Some((hidden, end)) = found else {
            from += 1;
            continue;
        };
        covered.extend(&places[hidden]);
        from = end;
    }
    covered
}

/// Luhn's check (ISO/IEC 7812-1). A row of one digit repeated passes it at times and is no card.
fn is_card(digits: &[u32]) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let weigh =
        |(place, digit): (usize, &u32)| if place % 2 == 1 { doubled(*digit) } else { *digit };
    let sum: u32 = digits.iter().rev().enumerate().map(weigh).sum();
    // First digits of payment cards; 9 are Korean domestic ones. 1, 7 and 8 are other trades.
    matches!(digits[0], 2..=6 | 9)
        && sum % 10 == 0
        && digits.iter().any(|digit| *digit != digits[0])
}

/// YYMMDD and a seventh digit of 1 to 8 (century, sex, nationality), 13 in all. Numbers given out
/// since October 2020 have no check digit, so the date is all there is to look at; a barcode that
/// reads as a date is covered too.
fn is_resident(digits: &[u32]) -> bool {
    let pair = |at: usize| digits[at] * 10 + digits[at + 1];
    digits.len() == 13
        && (1..=12).contains(&pair(2))
        && (1..=31).contains(&pair(4))
        && (1..=8).contains(&digits[6])
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
