//! Won: the shop's only currency, counted in its smallest (and only) unit.

use std::iter::Sum;
use std::ops::{Add, Mul, Sub};

use crate::language::Language;

/// ISO 4217 code of every price in the shop.
pub const CURRENCY: &str = "KRW";

/// An amount of won. Never a float: 10 % of an amount is rounded down to a whole won.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Won(pub i64);

impl Won {
    /// This share of the amount, in whole percent, rounded down.
    #[must_use]
    pub fn percent(self, percent: i64) -> Self {
        Self(self.0 * percent / 100)
    }

    /// As people write it: `24,000원` or `₩24,000`.
    pub fn display(self, language: Language) -> String {
        let sign = if self.0 < 0 { "−" } else { "" };
        let digits = grouped(self.0.unsigned_abs());
        match language {
            Language::Ko => format!("{sign}{digits}원"),
            Language::En => format!("{sign}₩{digits}"),
        }
    }
}

fn grouped(amount: u64) -> String {
    let digits = amount.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

impl Add for Won {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Won {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Mul<u32> for Won {
    type Output = Self;

    fn mul(self, times: u32) -> Self {
        Self(self.0 * i64::from(times))
    }
}

impl Sum for Won {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_each_language_does() {
        assert_eq!(Won(1_234_500).display(Language::Ko), "1,234,500원");
        assert_eq!(Won(1_234_500).display(Language::En), "₩1,234,500");
        assert_eq!(Won(-900).display(Language::En), "−₩900");
        assert_eq!(Won(0).display(Language::Ko), "0원");
    }

    #[test]
    fn a_share_is_rounded_down_to_a_whole_won() {
        assert_eq!(Won(9_999).percent(10), Won(999));
    }
}
