//! A campaign as it is being edited: the JSON that the collector takes, changed at places that JSON
//! pointers name. What this form does not know stays as it is.

use serde_json::{Value, json};

/// What a condition with this key looks like when it is new.
pub(super) fn fresh(kind: &str) -> Value {
    let inside = match kind {
        "all" | "any" => json!([fresh("count")]),
        "not" => fresh("count"),
        "count" => json!({"of": "view", "at_least": 2, "within_s": 0}),
        "since" => json!({"of": "view", "at_least_s": 30}),
        "is" => json!({"what": "cart_value", "min": 30_000}),
        "visitor" => json!(["returning"]),
        "device" => json!(["desktop"]),
        "page" => json!(["product"]),
        "band" => json!(["undecided"]),
        "path" => json!(["/products/*"]),
        "language" => json!(["ko"]),
        "source" => json!(["direct"]),
        "goal" => json!({"name": "", "at_least": 1, "within_s": 0}),
        "cart_has" => json!({"product": ["*"], "category": [], "at_least": 1}),
        "sequence" => json!({"within_s": 60, "steps": ["product_view", "added"]}),
        "audience" => json!(""),
        "schedule" => {
            json!({"days": [], "from": "09:00", "to": "18:00", "since": null, "until": null})
        }
        _ => json!({}),
    };
    json!({ kind: inside })
}

/// A campaign that nobody has written yet.
pub(super) fn new_campaign(id: u16) -> Value {
    let copy = |title: &str, body: &str, accept: &str, decline: &str| json!({"title": title, "body": body, "accept": accept, "decline": decline});
    json!({
        "id": id,
        "name": "",
        "trigger": {"all": [fresh("count")]},
        "variants": [{"weight": 1, "action": {"offer": {
            "form": "card", "link": "", "coupon": "",
            "copy": {"ko": copy("", "", "", "다음에"), "en": copy("", "", "", "Not now")},
        }}}],
        "caps": {"per_view": 1, "per_session": 1, "per_day": 2, "cooldown_s": 300},
        "priority": 10,
        "holdout_permille": 100,
        "shadow": false,
    })
}

/// The one key of a condition.
pub(super) fn kind(condition: &Value) -> String {
    let keys = condition.as_object().map(|it| it.keys().next().cloned());
    keys.flatten().unwrap_or_default()
}

/// Makes the condition at `place` one of another kind; groups keep what is in them.
pub(super) fn change_kind(campaign: &mut Value, place: &str, to: &str) {
    let Some(condition) = campaign.pointer_mut(place) else { return };
    let from = kind(condition);
    let parts = match from.as_str() {
        "all" | "any" => condition[&from].as_array().cloned().unwrap_or_default(),
        "not" => vec![condition["not"].clone()],
        _ => vec![condition.clone()],
    };
    *condition = match to {
        "all" | "any" => json!({ to: parts }),
        "not" => json!({ "not": parts.into_iter().next().unwrap_or_else(|| fresh("count")) }),
        leaf => fresh(leaf),
    };
}

/// Adds a condition to the group at `place`.
pub(super) fn add(campaign: &mut Value, place: &str) {
    let Some(condition) = campaign.pointer_mut(place) else { return };
    let kind = kind(condition);
    if let Some(parts) = condition[&kind].as_array_mut() {
        parts.push(fresh("count"));
    }
}

/// Takes the condition at `place` out of its group; the last one stays.
pub(super) fn remove(campaign: &mut Value, place: &str) {
    let Some((group, index)) = place.rsplit_once('/') else { return };
    let parts = campaign.pointer_mut(group).and_then(Value::as_array_mut);
    if let (Some(parts), Ok(index)) = (parts, index.parse::<usize>())
        && parts.len() > 1
        && index < parts.len()
    {
        parts.remove(index);
    }
}

/// Puts `value` at `place`; into an object that does not have it yet, too.
pub(super) fn put(campaign: &mut Value, place: &str, value: Value) {
    if let Some(there) = campaign.pointer_mut(place) {
        *there = value;
    } else if let Some((parent, name)) = place.rsplit_once('/')
        && let Some(parent) = campaign.pointer_mut(parent).and_then(Value::as_object_mut)
    {
        parent.insert(name.into(), value);
    }
}

/// A list as one types it: with commas.
pub(super) fn listed(value: &Value) -> String {
    let texts = value.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.collect::<Vec<_>>().join(", ")
}

/// And back.
pub(super) fn unlisted(text: &str) -> Value {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The first id that none of these have, as new campaigns get it.
pub(super) fn free_id(taken: &[u16]) -> u16 {
    taken.iter().max().map_or(1, |id| id.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trigger(campaign: &Value) -> String {
        campaign["trigger"].to_string()
    }

    #[test]
    fn conditions_are_added_turned_and_taken_out() {
        let mut it = new_campaign(7);
        add(&mut it, "/trigger");
        change_kind(&mut it, "/trigger/all/1", "device");
        assert_eq!(
            trigger(&it),
            r#"{"all":[{"count":{"at_least":2,"of":"view","within_s":0}},{"device":["desktop"]}]}"#
        );
        change_kind(&mut it, "/trigger", "any");
        change_kind(&mut it, "/trigger/any/1", "not");
        assert_eq!(it.pointer("/trigger/any/1/not/device/0"), Some(&json!("desktop")));
        change_kind(&mut it, "/trigger/any/1", "all");
        assert_eq!(it.pointer("/trigger/any/1/all/0/device/0"), Some(&json!("desktop")));
        remove(&mut it, "/trigger/any/1");
        remove(&mut it, "/trigger/any/0");
        assert_eq!(trigger(&it), r#"{"any":[{"count":{"at_least":2,"of":"view","within_s":0}}]}"#);
    }

    #[test]
    fn values_are_put_where_they_belong_and_nowhere_else() {
        let mut it = json!({"caps": {"per_view": 1}});
        put(&mut it, "/caps/per_view", json!(2));
        put(&mut it, "/caps/lifetime", json!(3));
        put(&mut it, "/nothing/here", json!(4));
        assert_eq!(it, json!({"caps": {"per_view": 2, "lifetime": 3}}));
    }

    #[test]
    fn lists_are_typed_with_commas() {
        assert_eq!(unlisted(" /a/*, ,/b "), json!(["/a/*", "/b"]));
        assert_eq!(listed(&json!(["/a/*", "/b"])), "/a/*, /b");
    }

    #[test]
    fn every_kind_of_the_form_begins_with_one_key() {
        for kind_ in super::super::names::KINDS.iter().map(|it| it.0) {
            assert_eq!(kind(&fresh(kind_)), kind_);
        }
        assert_eq!([free_id(&[]), free_id(&[3, 7])], [1, 8]);
    }
}
