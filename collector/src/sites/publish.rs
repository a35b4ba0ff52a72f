//! From files that people write to a pack that may be published.

use std::collections::BTreeMap;

use beacon::item::Consent;
use engine::campaign::{Campaign, Trigger};
use engine::pack::Pack;
use engine::site::{Audience, Site};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Why a file is not published. Each names the file and the place in it.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Neither a campaign, nor a list of them, nor a pack.
    #[error("{file}: {cause}")]
    Unreadable {
        /// Which file.
        file: String,
        /// What was expected and found, with line and column.
        cause: String,
    },
    /// It can be read but breaks a rule.
    #[error("{file}: {cause}")]
    Unfit {
        /// Which file.
        file: String,
        /// Which rule, and where.
        cause: String,
    },
}

/// Puts what stands in `json` into `pack`: a whole pack replaces it, a campaign or a list of
/// campaigns is added, and replaces those with the same id; `{"site": …}` replaces what holds for the
/// site as a whole. Audiences are looked up anew, also for campaigns that were published before. `file` is named in errors.
///
/// # Errors
/// [`PublishError`] names the place.
pub fn read_pack(pack: Pack, file: &str, json: &str) -> Result<Pack, PublishError> {
    read_packs(pack, &[(file.into(), json.into())])
}

/// The same for several files, by name and content, one after the other. What is read together has
/// each id once: the second would silently replace the first.
///
/// # Errors
/// [`PublishError`] names the place.
pub fn read_packs(pack: Pack, files: &[(String, String)]) -> Result<Pack, PublishError> {
    let mut seen = BTreeMap::new();
    files.iter().try_fold(pack, |pack, (file, json)| read_one(pack, &mut seen, file, json))
}

/// `seen`: which campaign stands in which file.
fn read_one<'a>(
    mut pack: Pack,
    seen: &mut BTreeMap<u16, &'a str>,
    file: &'a str,
    json: &str,
) -> Result<Pack, PublishError> {
    let unfit = |cause| PublishError::Unfit { file: file.into(), cause };
    match read_content(file, json)? {
        Content::Pack(whole) => pack = *whole,
        Content::Campaigns { site, campaigns } => {
            pack.site = site.unwrap_or(pack.site);
            for campaign in campaigns {
                if let Some(first) = seen.insert(campaign.id, file) {
                    let whence = if first == file { "this file" } else { first };
                    let id = campaign.id;
                    return Err(unfit(format!(
                        "campaign {id}: {whence} has another one with this id"
                    )));
                }
                pack.campaigns.retain(|known| known.id != campaign.id);
                pack.campaigns.push(campaign);
            }
            pack.campaigns.sort_by_key(|campaign| campaign.id);
        }
    }
    look_up(&mut pack).map_err(unfit)?;
    check(pack).map_err(unfit)
}

enum Content {
    Pack(Box<Pack>),
    Campaigns { site: Option<Site>, campaigns: Vec<Campaign> },
}

/// What holds for the site as a whole, and campaigns if there are any.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    site: Site,
    #[serde(default)]
    campaigns: Vec<Campaign>,
}

/// Looks at the shape first, so that the error tells of what was meant.
fn read_content(file: &str, json: &str) -> Result<Content, PublishError> {
    let unreadable = |cause: String| PublishError::Unreadable { file: file.into(), cause };
    let mut value: Value =
        serde_json::from_str(json).map_err(|cause| unreadable(cause.to_string()))?;
    let changed = forget_schema(&mut value).then_some(&value);
    let hint = conditions(&value).into_iter().find_map(misshapen);
    let unreadable = |cause: serde_json::Error| {
        let hint = hint.as_ref().map_or_else(String::new, |hint| format!("; {hint}"));
        unreadable(format!("{cause}{hint}"))
    };
    let has = |key| value.get(key).is_some();
    let campaigns = |campaigns| Content::Campaigns { site: None, campaigns };
    if value.is_array() {
        read(json, changed).map(campaigns).map_err(unreadable)
    } else if has("site") && !has("version") {
        let Part { site, campaigns } = read(json, changed).map_err(unreadable)?;
        Ok(Content::Campaigns { site: Some(site), campaigns })
    } else if has("campaigns") || has("version") {
        read(json, changed).map(|pack| Content::Pack(Box::new(pack))).map_err(unreadable)
    } else {
        let campaign: Campaign = read(json, changed).map_err(unreadable)?;
        Ok(campaigns(vec![campaign]))
    }
}

/// From the text, because errors then tell the line; from the value where it is no longer the text.
fn read<T: DeserializeOwned>(json: &str, changed: Option<&Value>) -> serde_json::Result<T> {
    changed.map_or_else(|| serde_json::from_str(json), T::deserialize)
}

/// Takes away what tells an editor which schema to go by; whether there was any.
fn forget_schema(value: &mut Value) -> bool {
    match value {
        Value::Array(all) => all.iter_mut().map(forget_schema).max().unwrap_or(false),
        Value::Object(members) => {
            let inner = members.get_mut("campaigns").is_some_and(forget_schema);
            members.remove("$schema").is_some() || inner
        }
        _ => false,
    }
}

/// Where triggers stand in a file, whatever it is.
fn conditions(file: &Value) -> Vec<&Value> {
    let listed = file.as_array().or_else(|| file.get("campaigns")?.as_array());
    let campaigns = listed.into_iter().flatten().chain([file]);
    let mut found: Vec<&Value> = campaigns.filter_map(|it| it.get("trigger")).collect();
    found.extend(file.pointer("/site/quiet"));
    let audiences = file.pointer("/site/audiences").and_then(Value::as_object);
    found.extend(audiences.into_iter().flat_map(|it| it.values()));
    found
}

/// What serde says of a condition with no key or with two is no help; this is.
fn misshapen(condition: &Value) -> Option<String> {
    let keys = condition.as_object()?;
    if keys.len() != 1 {
        let found = keys.keys().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let found = if found.is_empty() { "none".into() } else { found };
        return Some(format!("a condition has one key, put several into `all`: found {found}"));
    }
    let (key, inner) = keys.iter().next()?;
    match key.as_str() {
        "all" | "any" => inner.as_array()?.iter().find_map(misshapen),
        "not" => misshapen(inner),
        _ => None,
    }
}

/// Puts what it stands for beside the name of every audience.
fn look_up(pack: &mut Pack) -> Result<(), String> {
    let site = pack.site.clone();
    site.look_up(&mut pack.site.quiet).map_err(|error| format!("site: {error}"))?;
    for name in site.audiences.keys() {
        let mut alone = Trigger::Audience(Audience::named(name));
        site.look_up(&mut alone).map_err(|error| format!("audience `{name}`: {error}"))?;
    }
    for campaign in &mut pack.campaigns {
        let id = campaign.id;
        site.look_up(&mut campaign.trigger).map_err(|error| format!("campaign {id}: {error}"))?;
    }
    Ok(())
}

/// The pack, if pages can carry it.
///
/// # Errors
/// Says which rules it breaks.
pub fn check(pack: Pack) -> Result<Pack, String> {
    let problems: Vec<String> = pack.check().iter().map(ToString::to_string).collect();
    if !problems.is_empty() {
        return Err(problems.join("; "));
    }
    let (found, limit) = (pack.encode().len(), engine::pack::PACK_BYTES_MAX);
    if found > limit {
        return Err(format!("the pack is {found} bytes, at most {limit} are published"));
    }
    Ok(pack)
}

/// Reads an origin as browsers write it: `https://shop.example`, `http://127.0.0.1:8090`.
///
/// # Errors
/// Says what is expected instead.
pub fn read_origin(text: &str) -> Result<String, String> {
    let expected = || format!("`{text}` is no origin: expected such as https://shop.example");
    let lower = text.trim_end_matches('/').to_ascii_lowercase();
    let (scheme, host) = lower.split_once("://").ok_or_else(expected)?;
    let default_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return Err(expected()),
    };
    let host = host.strip_suffix(default_port).unwrap_or(host);
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if host.is_empty() || !host.bytes().all(is_legal) {
        return Err(expected());
    }
    Ok(format!("{scheme}://{host}"))
}

/// Reads what may be done before the visitor was asked.
///
/// # Errors
/// Says what is expected instead.
pub fn read_consent(text: &str) -> Result<Consent, String> {
    let value = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(text);
    match Consent::deserialize(value) {
        Ok(consent) if consent != Consent::Denied => Ok(consent),
        _ => Err(format!("`{text}` is not one of unknown, measure, personalise")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_write_them() {
        let read = |text| read_origin(text).ok();
        assert_eq!(read("https://Shop.Example/").as_deref(), Some("https://shop.example"));
        assert_eq!(read("https://shop.example:443").as_deref(), Some("https://shop.example"));
        assert_eq!(read("http://127.0.0.1:8090").as_deref(), Some("http://127.0.0.1:8090"));
        for wrong in ["shop.example", "null", "ftp://a", "https://", "https://a/b", "https://*.a"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_schema_that_an_editor_goes_by_is_passed_over() {
        let library = include_str!("../../../engine/campaigns/exit-offer.json");
        let plain = read_pack(Pack::default(), "offer.json", library).unwrap();
        let named = library.replacen('{', r#"{"$schema": "campaign.schema.json","#, 1);
        let site = format!(r#"{{"$schema": "x", "site": {{}}, "campaigns": [{named}]}}"#);
        for json in [&named, &format!("[{named}]"), &site] {
            assert_eq!(read_pack(Pack::default(), "offer.json", json).as_ref().ok(), Some(&plain));
        }
        let other = named.replacen("$schema", "$comment", 1);
        let error = read_pack(Pack::default(), "offer.json", &other).unwrap_err().to_string();
        assert!(error.contains("unknown field `$comment`"), "{error}");
    }

    #[test]
    fn audiences_are_looked_up_whenever_something_is_published() {
        let site = |min: u32| {
            let carts = format!(r#"{{"is": {{"what": "cart_value", "min": {min}}}}}"#);
            format!(r#"{{"site": {{"audiences": {{"big-carts": {carts}}}}}}}"#)
        };
        let library = include_str!("../../../engine/campaigns/exit-offer.json");
        let mut offer: Value = serde_json::from_str(library).unwrap();
        offer["trigger"] = serde_json::json!({"audience": "big-carts"});
        let offer = offer.to_string();
        let error = read_pack(Pack::default(), "offer.json", &offer).unwrap_err().to_string();
        assert_eq!(error, "offer.json: campaign 1: the site has no audience `big-carts`");
        let pack = read_pack(Pack::default(), "site.json", &site(10)).unwrap();
        let pack = read_pack(pack, "offer.json", &offer).unwrap();
        let pack = read_pack(pack, "site.json", &site(20)).unwrap();
        let told = engine::explain::explain(&pack.campaigns[0], &[15]);
        assert_eq!(told, ["big-carts: cart_value = 15 (min 20), missed"]);
        let error = read_pack(pack, "site.json", r#"{"site": {}}"#).unwrap_err().to_string();
        assert_eq!(error, "site.json: campaign 1: the site has no audience `big-carts`");
    }

    #[test]
    fn an_id_stands_once_in_what_is_read_together() {
        let one = include_str!("../../../engine/campaigns/exit-offer.json").to_owned();
        let refused = |files: &[(&str, &str)]| {
            let files: Vec<_> =
                files.iter().map(|&(name, json)| (name.into(), json.into())).collect();
            read_packs(Pack::default(), &files).unwrap_err().to_string()
        };
        let told = refused(&[("both.json", &format!("[{one}, {one}]"))]);
        assert_eq!(told, "both.json: campaign 1: this file has another one with this id");
        let told = refused(&[("a.json", &one), ("b.json", &one)]);
        assert_eq!(told, "b.json: campaign 1: a.json has another one with this id");
        // One that was published before is replaced.
        let pack = read_pack(Pack::default(), "a.json", &one).unwrap();
        assert_eq!(read_pack(pack, "a.json", &one).unwrap().campaigns.len(), 1);
    }

    #[test]
    fn a_condition_with_other_than_one_key_is_told_what_to_do() {
        let told = |trigger: &str| {
            let library = include_str!("../../../engine/campaigns/exit-offer.json");
            let mut offer: Value = serde_json::from_str(library).unwrap();
            offer["trigger"] = serde_json::from_str(trigger).unwrap();
            read_pack(Pack::default(), "a.json", &offer.to_string()).unwrap_err().to_string()
        };
        let two = told(r#"{"any": [{"not": {"page": ["cart"], "device": ["phone"]}}]}"#);
        let hint = "; a condition has one key, put several into `all`: found ";
        assert!(two.ends_with(&format!("{hint}`device`, `page`")), "{two}");
        let none = told("{}");
        assert!(none.ends_with(&format!("{hint}none")), "{none}");
        let other = told(r#"{"pgae": ["cart"]}"#);
        assert!(!other.contains(hint), "{other}");
    }

    #[test]
    fn a_broken_file_is_refused_with_its_place() {
        let error = read_pack(Pack::default(), "offer.json", "{\n  \"id\": 1,\n  \"nmae\": \"x\"}");
        let message = error.expect_err("`nmae` is no key of a campaign").to_string();
        assert!(message.starts_with("offer.json: unknown field `nmae`"), "{message}");
        assert!(message.contains("line 3"), "{message}");
    }
}
