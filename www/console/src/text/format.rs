//! Numbers as each language writes them: counts, shares, amounts, spans, moments. Pure: the time zone
//! comes in.

use nunchi_api::stats::Amount;

use super::{Language, fill};

/// `12,345`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as a percentage with one decimal: `12.3%`; `–` of nothing.
pub(crate) fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".into();
    }
    // Rounded half up in integers; u128 because counts come from outside.
    let tenths = (u128::from(part) * 2_000 / u128::from(whole)).div_ceil(2);
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// How many times `part` goes into each of `whole`, with one decimal: `3.4`; `–` for none.
pub(crate) fn ratio(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".into();
    }
    let tenths = u128::from(part) * 10 / u128::from(whole);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A difference of rates with its sign: `+2.1 pp`, Korean `+2.1%p`.
pub(crate) fn points(points: f64, language: Language) -> String {
    let unit = match language {
        Language::En => " pp",
        Language::Ko => "%p",
    };
    // A true minus sign is as wide as the plus, so that columns stand.
    let sign = if points < 0.0 { '\u{2212}' } else { '+' };
    format!("{sign}{:.1}{unit}", points.abs())
}

/// An amount in full: `₩12,900`, `$19.90`; Korean `12,900원`.
pub(crate) fn money(amount: &Amount, language: Language) -> String {
    let digits = minor_digits(&amount.currency);
    let unit = 10_u64.pow(digits);
    let minor = amount.minor.unsigned_abs();
    let whole = count(minor / unit);
    let number = match digits {
        0 => whole,
        _ => format!("{whole}.{:0width$}", minor % unit, width = digits as usize),
    };
    dress(&number, amount, language)
}

/// An amount where there is little room: `₩129K`, `$1.2K`; Korean won as `12.9만원`.
pub(crate) fn money_short(amount: &Amount, language: Language) -> String {
    let major = amount.minor.unsigned_abs() / 10_u64.pow(minor_digits(&amount.currency));
    let steps: &[(u64, &str)] = match language {
        Language::En => &[(1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")],
        Language::Ko => &[(100_000_000, "억"), (10_000, "만")],
    };
    let Some((step, name)) = steps.iter().find(|(step, _)| major >= *step) else {
        return dress(&count(major), amount, language);
    };
    let tenths = major * 10 / step;
    let decimal = if tenths < 1_000 && !tenths.is_multiple_of(10) {
        format!(".{}", tenths % 10)
    } else {
        String::new()
    };
    dress(&format!("{}{decimal}{name}", count(tenths / 10)), amount, language)
}

/// Sums in several currencies: `₩12,900 · $5.00`; `–` for none.
pub(crate) fn moneys(amounts: &[Amount], language: Language) -> String {
    if amounts.is_empty() {
        return "–".into();
    }
    amounts.iter().map(|amount| money(amount, language)).collect::<Vec<_>>().join(" · ")
}

/// A span: `0.8 s`, `12 s`, `3 min 20 s`, `1 h 5 min`, `2 d 3 h`.
pub(crate) fn span(ms: u64, language: Language) -> String {
    let [d, h, min, s] = match language {
        Language::En => [" d", " h", " min", " s"],
        Language::Ko => ["일", "시간", "분", "초"],
    };
    let seconds = ms / 1_000;
    if ms < 10_000 && !ms.is_multiple_of(1_000) {
        return format!("{seconds}.{}{s}", ms % 1_000 / 100);
    }
    match seconds {
        0..60 => format!("{seconds}{s}"),
        60..3_600 => two(seconds / 60, min, seconds % 60, s),
        3_600..86_400 => two(seconds / 3_600, h, seconds % 3_600 / 60, min),
        _ => two(seconds / 86_400, d, seconds % 86_400 / 3_600, h),
    }
}

/// How long ago, in whole units, so that it does not flicker: `just now`, `40 s ago`, `3 min ago`.
pub(crate) fn ago(ms: u64, language: Language) -> String {
    let coarse = match ms / 1_000 {
        0..5 => return language.words().just_now.into(),
        seconds @ 5..60 => seconds / 5 * 5,
        seconds @ 60..3_600 => seconds / 60 * 60,
        seconds => seconds / 3_600 * 3_600,
    };
    fill(language.words().ago, &[&span(coarse * 1_000, language)])
}

/// A moment on the operator's clock, to the minute: `14:05`, with the day when `with_day`:
/// `22 Nov 14:05`, Korean `11월 22일 14:05`.
///
/// `at` is milliseconds since 1970, `utc_offset_min` minutes east of UTC.
pub(crate) fn moment(at: u64, utc_offset_min: i32, with_day: bool, language: Language) -> String {
    let minutes = i64::try_from(at / 60_000).unwrap_or_default() + i64::from(utc_offset_min);
    let of_day = minutes.rem_euclid(1_440);
    let clock = format!("{:02}:{:02}", of_day / 60, of_day % 60);
    if !with_day {
        return clock;
    }
    let (month, day) = month_and_day(minutes.div_euclid(1_440));
    match language {
        Language::En => format!("{day} {} {clock}", MONTHS[month - 1]),
        Language::Ko => format!("{month}월 {day}일 {clock}"),
    }
}

/// A slice of a series as the collector labels it, `2026-11-22` or `2026-11-22T09:00+09:00`, as people
/// write it: `22 Nov`, `22 Nov 09:00`. What is neither stays as it is.
pub(crate) fn label(text: &str, language: Language) -> String {
    let (date, time) = text.split_once('T').unwrap_or((text, ""));
    let mut parts = date.split('-').skip(1).map(str::parse::<usize>);
    let (Some(Ok(month)), Some(Ok(day)), None) = (parts.next(), parts.next(), parts.next()) else {
        return text.into();
    };
    let Some(name) = month.checked_sub(1).and_then(|month| MONTHS.get(month)) else {
        return text.into();
    };
    let date = match language {
        Language::En => format!("{day} {name}"),
        Language::Ko => format!("{month}월 {day}일"),
    };
    match time.get(..5) {
        Some(clock) => format!("{date} {clock}"),
        None => date,
    }
}

/// An amount in whole units of its currency, for what is drawn of it.
#[expect(clippy::cast_precision_loss, reason = "a bar's length")]
pub(crate) fn major(minor: i64, currency: &str) -> f64 {
    minor as f64 / 10_f64.powi(i32::try_from(minor_digits(currency)).unwrap_or_default())
}

fn two(large: u64, large_unit: &str, small: u64, small_unit: &str) -> String {
    if small == 0 {
        return format!("{large}{large_unit}");
    }
    format!("{large}{large_unit} {small}{small_unit}")
}

/// Puts the currency and the sign around a number.
fn dress(number: &str, amount: &Amount, language: Language) -> String {
    let sign = if amount.minor < 0 { "\u{2212}" } else { "" };
    match (amount.currency.as_str(), language) {
        ("KRW", Language::Ko) => format!("{sign}{number}원"),
        ("KRW", Language::En) => format!("{sign}₩{number}"),
        ("USD", _) => format!("{sign}${number}"),
        ("EUR", _) => format!("{sign}€{number}"),
        ("GBP", _) => format!("{sign}£{number}"),
        ("JPY", _) => format!("{sign}¥{number}"),
        (code, _) => format!("{sign}{number} {code}"),
    }
}

/// Digits after the point (ISO 4217), as in `beacon::money`, which the console may not know.
fn minor_digits(currency: &str) -> u32 {
    match currency {
        "KRW" | "JPY" | "VND" | "CLP" | "ISK" | "XAF" | "XOF" | "PYG" | "UGX" => 0,
        "KWD" | "BHD" | "JOD" | "OMR" | "TND" | "IQD" | "LYD" => 3,
        _ => 2,
    }
}

/// Month (1 to 12) and day of a day since 1970, by the proleptic Gregorian calendar
/// (Howard Hinnant, `civil_from_days`).
fn month_and_day(days: i64) -> (usize, i64) {
    let of_era = (days + 719_468).rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (usize::try_from(month).unwrap_or(1), day)
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use super::Language::{En, Ko};
    use super::*;

    fn amount(minor: i64, currency: &str) -> Amount {
        Amount { minor, currency: currency.into() }
    }

    #[test]
    fn counts_are_grouped_by_thousands() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn shares_round_half_up_and_nothing_has_no_share() {
        assert_eq!(share(1, 3), "33.3%");
        assert_eq!(share(2, 3), "66.7%");
        assert_eq!(share(1, 1), "100.0%");
        assert_eq!(share(1, 0), "–");
        assert_eq!(share(u64::MAX, u64::MAX), "100.0%");
        assert_eq!(ratio(7, 2), "3.5");
    }

    #[test]
    fn points_always_show_their_sign() {
        assert_eq!(points(2.14, En), "+2.1 pp");
        assert_eq!(points(-0.4, Ko), "\u{2212}0.4%p");
        assert_eq!(points(0.0, En), "+0.0 pp");
    }

    #[test]
    fn money_is_written_as_its_currency_is() {
        assert_eq!(money(&amount(12_900, "KRW"), En), "₩12,900");
        assert_eq!(money(&amount(12_900, "KRW"), Ko), "12,900원");
        assert_eq!(money(&amount(123_456, "USD"), Ko), "$1,234.56");
        assert_eq!(money(&amount(-5, "EUR"), En), "\u{2212}€0.05");
        assert_eq!(money(&amount(1_500, "KWD"), En), "1.500 KWD");
        assert_eq!(money(&amount(i64::MIN, "KRW"), En), "\u{2212}₩9,223,372,036,854,775,808");
    }

    #[test]
    fn short_money_counts_in_thousands_or_in_man() {
        assert_eq!(money_short(&amount(129_000, "KRW"), Ko), "12.9만원");
        assert_eq!(money_short(&amount(129_000, "KRW"), En), "₩129K");
        assert_eq!(money_short(&amount(9_900, "KRW"), Ko), "9,900원");
        assert_eq!(money_short(&amount(123_456, "USD"), En), "$1.2K");
        assert_eq!(money_short(&amount(200_000_000, "KRW"), Ko), "2억원");
    }

    #[test]
    fn sums_in_several_currencies_stand_beside_each_other() {
        assert_eq!(moneys(&[], En), "–");
        assert_eq!(moneys(&[amount(100, "KRW"), amount(100, "USD")], En), "₩100 · $1.00");
    }

    #[test]
    fn spans_show_two_units_at_most() {
        let cases = [800, 12_000, 200_000, 3_900_000, 97_200_000];
        assert_eq!(
            cases.map(|ms| span(ms, En)),
            ["0.8 s", "12 s", "3 min 20 s", "1 h 5 min", "1 d 3 h"]
        );
        assert_eq!(span(200_000, Ko), "3분 20초");
        assert_eq!(span(60_000, En), "1 min");
    }

    #[test]
    fn ago_moves_in_whole_steps() {
        assert_eq!(ago(3_000, Ko), "방금");
        assert_eq!(ago(43_210, En), "40 s ago");
        assert_eq!(ago(200_000, Ko), "3분 전");
        assert_eq!(ago(3_999_000, En), "1 h ago");
    }

    #[test]
    fn slices_are_labelled_as_people_write_days_and_hours() {
        assert_eq!(label("2026-11-22", En), "22 Nov");
        assert_eq!(label("2026-11-02T09:00+09:00", Ko), "11월 2일 09:00");
        for odd in ["", "T", "2026-13-01", "2026-11-02-03", "a-b-c"] {
            assert_eq!(label(odd, En), odd);
        }
        assert!(
            (major(1_250, "USD") - 12.5).abs() < 1e-9
                && (major(1_250, "KRW") - 1_250.0).abs() < 1e-9
        );
    }

    #[test]
    fn moments_are_told_on_the_operators_clock() {
        let at = 1_764_081_900_000; // 2025-11-25 14:45 UTC
        assert_eq!(moment(at, 0, false, En), "14:45");
        assert_eq!(moment(at, 540, true, Ko), "11월 25일 23:45");
        assert_eq!(moment(at, 600, true, En), "26 Nov 00:45");
        assert_eq!(moment(951_782_400_000, 0, true, En), "29 Feb 00:00");
    }
}
