//! The logistic function in whole numbers.

/// The probability, in millionths, of a logit in 65,536ths: within one of the true value, never 0
/// and never a million.
pub fn millionths(logit: i32) -> u32 {
    let far = i64::from(logit.unsigned_abs().min(FAR));
    // e^-x as a power of two, its exponent's whole and broken parts apart.
    let power = (far * LOG2_E) >> 16;
    let broken = ((power & (UNIT - 1)) * LN_2) >> 30;
    // The exponential's series by Horner's rule; broken < ln 2, so the tenth term is below 1e-8.
    let mut series = UNIT;
    for n in (1..10).rev() {
        series = UNIT - ((broken * series) >> 30) / n;
    }
    let small = series >> (power >> 30);
    let half = i64::midpoint(UNIT, small);
    let unlikely = ((1_000_000 * small + half) / (UNIT + small)).max(1);
    let it = if logit < 0 { unlikely } else { 1_000_000 - unlikely };
    u32::try_from(it).unwrap_or(0)
}

/// One.
const UNIT: i64 = 1 << 30;
/// ln 2 · 2^30.
const LN_2: i64 = 744_261_118;
/// log2 e · 2^30.
const LOG2_E: i64 = 1_549_082_005;
/// 16 logits: beyond, nothing changes.
const FAR: u32 = 16 << 16;
