//! Where two answers differ.

use serde_json::Value;

/// The first places at which they do, in words; none when they are equal. What is absent, and `null`,
/// are the same; numbers with a fraction may differ in the last digits, as engines add in their order.
pub(crate) fn differences(ours: &Value, theirs: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", ours, theirs, &mut found);
    found
}

fn compare(path: &str, ours: &Value, theirs: &Value, found: &mut Vec<String>) {
    if found.len() >= TOLD_MAX {
        return;
    }
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let more = theirs.keys().filter(|key| !ours.contains_key(*key));
            for key in ours.keys().chain(more) {
                let of =
                    |it: &serde_json::Map<String, Value>| it.get(key).cloned().unwrap_or_default();
                compare(&format!("{path}.{key}"), &of(ours), &of(theirs), found);
            }
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            if ours.len() != theirs.len() {
                found.push(format!("{path} has {} rows, theirs {}", ours.len(), theirs.len()));
            }
            for (place, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
                compare(&format!("{path}[{place}]"), ours, theirs, found);
            }
        }
        _ if ours == theirs || are_close(ours, theirs) => {}
        _ => found.push(format!("{path} is {ours}, theirs {theirs}")),
    }
}

fn are_close(ours: &Value, theirs: &Value) -> bool {
    let is_whole = |it: &Value| it.is_u64() || it.is_i64();
    let (Some(a), Some(b)) = (ours.as_f64(), theirs.as_f64()) else { return false };
    !(is_whole(ours) && is_whole(theirs)) && (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// More say nothing more.
const TOLD_MAX: usize = 4;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whole_numbers_must_be_equal_and_fractions_close() {
        assert!(
            differences(&json!({"a": 1, "b": 0.1}), &json!({"a": 1, "b": 0.1 + 1e-12})).is_empty()
        );
        assert_eq!(differences(&json!({"a": 1}), &json!({"a": 2})), [".a is 1, theirs 2"]);
        assert_eq!(differences(&json!(0.1), &json!(0.2)), [" is 0.1, theirs 0.2"]);
    }

    #[test]
    fn what_is_absent_is_null_and_rows_are_counted() {
        assert!(differences(&json!({"other": null}), &json!({})).is_empty());
        let told = differences(&json!({"rows": [1]}), &json!({"rows": [1, 2]}));
        assert_eq!(told, [".rows has 1 rows, theirs 2"]);
        let told = differences(&json!({"rows": []}), &json!({"rows": [], "other": 1}));
        assert_eq!(told, [".other is null, theirs 1"]);
    }
}
