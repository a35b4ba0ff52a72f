//! The published JSON Schema says what the reader of campaign files takes: no more, no less.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use engine::campaign::{Campaign, Caps, Happening, Quantity, SCHEMA};
use engine::explain;
use serde_json::{Value, json};

/// As much of JSON Schema as the file uses.
fn accepts(root: &Value, schema: &Value, value: &Value) -> bool {
    let is_all =
        |keyword: &str, holds: &dyn Fn(&Value) -> bool| schema.get(keyword).is_none_or(holds);
    let has_type = |name: &Value| match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        other => panic!("the test knows no type {other:?}"),
    };
    let count = |size: Option<usize>, limit: &Value, is_ok: fn(u64, u64) -> bool| {
        size.is_none_or(|size| is_ok(size as u64, limit.as_u64().unwrap()))
    };
    let members = value.as_object().map(serde_json::Map::len);
    let items = value.as_array().map(Vec::len);
    let number = value.as_i64();
    is_all("$ref", &|it| {
        let path = it.as_str().unwrap().trim_start_matches('#');
        accepts(root, root.pointer(path).unwrap(), value)
    }) && is_all("type", &|it| {
        it.as_array().map_or_else(|| has_type(it), |types| types.iter().any(has_type))
    }) && is_all("enum", &|it| it.as_array().unwrap().contains(value))
        && is_all("const", &|it| it == value)
        && is_all("minimum", &|it| number.is_none_or(|number| number >= it.as_i64().unwrap()))
        && is_all("maximum", &|it| number.is_none_or(|number| number <= it.as_i64().unwrap()))
        && is_all("minItems", &|it| count(items, it, |size, limit| size >= limit))
        && is_all("maxItems", &|it| count(items, it, |size, limit| size <= limit))
        && is_all("minProperties", &|it| count(members, it, |size, limit| size >= limit))
        && is_all("items", &|it| {
            value.as_array().is_none_or(|parts| parts.iter().all(|part| accepts(root, it, part)))
        })
        && is_all("required", &|it| {
            let names = it.as_array().unwrap();
            names.iter().all(|name| value.get(name.as_str().unwrap()).is_some())
        })
        && is_all("oneOf", &|it| {
            it.as_array().unwrap().iter().filter(|way| accepts(root, way, value)).count() == 1
        })
        && has_known_members(root, schema, value)
}

fn has_known_members(root: &Value, schema: &Value, value: &Value) -> bool {
    let Some(members) = value.as_object() else { return true };
    members.iter().all(|(name, member)| {
        let known = schema.get("properties").and_then(|properties| properties.get(name));
        match (known, schema.get("additionalProperties")) {
            (Some(known), _) => accepts(root, known, member),
            (None, Some(Value::Bool(false))) => false,
            (None, Some(other)) => accepts(root, other, member),
            (None, None) => true,
        }
    })
}

fn schema() -> Value {
    serde_json::from_str(SCHEMA).unwrap()
}

fn is_valid(campaign: &Value) -> bool {
    let schema = schema();
    accepts(&schema, &schema, campaign)
}

fn library() -> Vec<Value> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/campaigns");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_campaign = |path: &std::path::PathBuf| path.extension().is_some_and(|it| it == "json");
    let campaigns = files.filter(is_campaign).map(|path| std::fs::read_to_string(path).unwrap());
    campaigns.map(|json| serde_json::from_str(&json).unwrap()).collect()
}

#[test]
fn the_library_is_valid_alone_and_as_a_list() {
    let library = library();
    assert!(library.len() >= 2);
    assert!(library.iter().all(is_valid));
    assert!(is_valid(&Value::Array(library)));
}

#[test]
fn caps_that_are_left_out_are_no_limit() {
    let mut campaign = library().remove(0);
    campaign["caps"] = json!({"per_day": 2});
    assert!(is_valid(&campaign));
    let read = serde_json::from_value::<Campaign>(campaign).unwrap();
    assert_eq!(read.caps, Caps { per_day: 2, ..Caps::default() });
}

#[test]
fn forms_and_contents_are_valid_where_the_reader_takes_them() {
    let offers = [
        json!({"form": "bar_top", "copy": {}}),
        json!({"form": {"slot": "below-cart"}, "content": "products", "copy": {}}),
        json!({"form": "card", "content": "survey", "copy": {}}),
        json!({"form": "card", "content": {"progress": {"goal": {"minor": 1, "currency": "KRW"}}}, "copy": {}}),
        json!({"form": {"slut": "x"}, "copy": {}}),
        json!({"form": "card", "content": "poll", "copy": {}}),
        json!({"form": "card", "content": {"progress": {}}, "copy": {}}),
    ];
    for (place, mut offer) in offers.into_iter().enumerate() {
        let mut campaign = library().remove(0);
        offer["copy"] = json!({"en": {"title": "t", "body": "b", "accept": "a", "decline": "d"}});
        campaign["variants"][0]["action"] = json!({"offer": offer});
        let read = serde_json::from_value::<Campaign>(campaign.clone());
        assert_eq!(
            (read.is_ok(), is_valid(&campaign)),
            (place < 4, place < 4),
            "{place}: {read:?}"
        );
    }
}

#[test]
fn what_the_reader_refuses_is_not_valid_either() {
    let good = library().remove(0);
    let mutations: [(&str, Value); 9] = [
        ("/id", json!(65_536)),
        ("/nmae", json!("x")),
        ("/priority", json!(-1)),
        ("/shadow", json!("no")),
        ("/trigger", json!({"all": [], "any": []})),
        ("/trigger", json!({"count": {"of": "exit", "at_least": 1, "within_s": 5}})),
        ("/trigger", json!({"is": {"what": "cart_value", "mni": 1}})),
        ("/variants/0/action", json!({"offer": {"form": "popup", "copy": {}}})),
        ("/caps/per_hour", json!(1)),
    ];
    for (place, value) in mutations {
        let mut bad = good.clone();
        let (parent, name) = place.rsplit_once('/').unwrap();
        bad.pointer_mut(parent).unwrap()[name] = value;
        let read = serde_json::from_value::<Campaign>(bad.clone());
        assert!(read.is_err() && !is_valid(&bad), "{place}: {read:?}");
    }
}

#[test]
fn every_word_of_the_reader_is_in_the_schema() {
    let schema = schema();
    let words = |name: &str| {
        let words = schema["$defs"][name]["oneOf"].as_array().unwrap().iter();
        words
            .map(|it| it["description"].as_str().map(|_| it["const"].clone()).unwrap())
            .collect::<Vec<_>>()
    };
    let read = |word: &Value| serde_json::from_value::<Happening>(word.clone()).unwrap();
    let happenings = words("happening");
    assert_eq!(happenings.len(), Happening::COUNT);
    assert!(happenings.iter().all(|word| explain::happening(read(word)) == word));
    let read = |word: &Value| serde_json::from_value::<Quantity>(word.clone()).unwrap();
    let quantities = words("quantity");
    assert_eq!(quantities.len(), Quantity::COUNT);
    assert!(quantities.iter().all(|word| explain::quantity(read(word)) == word));
}
