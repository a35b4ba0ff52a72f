//! `/metrics` is what Prometheus reads: parsed by the rules of its text format 0.0.4.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::test::TestRequest;
use beacon::item::PageKind;

use crate::support::{Http, NOW, SHOP, Server, TOKEN, at, beacon, start, viewed};

/// Values by name and labels, as they are written.
type Samples = BTreeMap<String, String>;

async fn scrape<S: Http>(server: &Server<S>) -> Samples {
    let request = TestRequest::get().uri("/metrics");
    let request = request.insert_header(("Authorization", format!("Bearer {TOKEN}")));
    let answer = server.call(request).await;
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    parse(std::str::from_utf8(&answer.body).unwrap()).unwrap_or_else(|error| panic!("{error}"))
}

/// Each family has HELP and TYPE once, before its samples, which stand together; no sample stands twice.
fn parse(page: &str) -> Result<Samples, String> {
    let mut samples = Samples::new();
    let (mut families, mut family) = (BTreeSet::new(), (String::new(), String::new()));
    let mut helped = String::new();
    for line in page.strip_suffix('\n').ok_or("the last line has no end")?.split('\n') {
        let wrong = |what: &str| Err(format!("{what}: {line}"));
        if let Some(help) = line.strip_prefix("# HELP ") {
            helped = help.split(' ').next().unwrap_or_default().into();
            continue;
        }
        if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').ok_or(line)?;
            if name != helped || !families.insert(name.to_owned()) {
                return wrong("no help, or twice");
            }
            if !["counter", "gauge", "histogram"].contains(&kind) {
                return wrong("no such type");
            }
            family = (name.into(), kind.into());
            continue;
        }
        let (key, value) = line.rsplit_once(' ').ok_or(line)?;
        let name = key.split('{').next().unwrap_or_default();
        let endings: &[&str] =
            if family.1 == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
        if !endings.iter().any(|ending| name == family.0.clone() + ending) {
            return wrong("not of the family above");
        }
        if family.1 == "counter" && !name.ends_with("_total") {
            return wrong("a counter ends in _total");
        }
        labels(&key[name.len()..]).map_err(|error| format!("{error}: {line}"))?;
        value.parse::<f64>().map_err(|_| format!("no number: {line}"))?;
        if samples.insert(key.into(), value.into()).is_some() {
            return wrong("twice");
        }
    }
    Ok(samples)
}

/// `{a="b",c="d\"e"}`, or nothing.
fn labels(text: &str) -> Result<(), &'static str> {
    if text.is_empty() {
        return Ok(());
    }
    let mut rest = text.strip_prefix('{').ok_or("labels begin with a brace")?;
    loop {
        let (name, value) = rest.split_once("=\"").ok_or("a label has a value")?;
        let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if name.is_empty() || !is_name(name) {
            return Err("a label has a plain name");
        }
        let mut escaped = false;
        let end = value.find(|c| {
            let ends = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            ends
        });
        rest = &value[end.ok_or("a value ends")? + 1..];
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None if rest == "}" => return Ok(()),
            None => return Err("labels end with a brace"),
        }
    }
}

#[test]
fn the_parser_refuses_what_prometheus_refuses() {
    assert!(parse("# HELP a A.\n# TYPE a gauge\na 1\na{b=\"c,\\\"d\"} 2\n").is_ok());
    for broken in [
        "a 1\n",
        "# TYPE a gauge\na 1\n",
        "# HELP a A.\n# TYPE a gauge\na 1",
        "# HELP a A.\n# TYPE a gauge\nb 1\n",
        "# HELP a A.\n# TYPE a gauge\na 1\na 1\n",
        "# HELP a A.\n# TYPE a gauge\na one\n",
        "# HELP a A.\n# TYPE a counter\na 1\n",
        "# HELP a A.\n# TYPE a gauge\na{b=\"c} 1\n",
        "# HELP a A.\n# TYPE a gauge\na{b=\"c\"\n",
    ] {
        assert!(parse(broken).is_err(), "{broken:?}");
    }
}

#[actix_web::test]
async fn what_prometheus_reads_is_well_formed_and_the_conservation_law_holds_in_it() {
    let server = start().await;
    let view = |run| beacon(run, 0, 1, NOW, vec![at(0, viewed("/", PageKind::Home))]);
    for run in 1..=5 {
        assert_eq!(server.send(&view(run)).await.line(), "204");
    }
    assert_eq!(server.send(&view(1)).await.line(), "204");
    assert_eq!(server.post("/v1/b", SHOP, "no frame").await.line(), "400 malformed");
    let strange = beacon::frame::encode(&view(6));
    assert_eq!(
        server.post("/v1/b", "https://evil.example", strange).await.line(),
        "403 wrong_origin"
    );
    let samples = scrape(&server).await;
    let count = |value: &String| value.parse::<u64>().unwrap();
    let sum = |start: &str| -> u64 {
        samples.iter().filter(|(key, _)| key.starts_with(start)).map(|(_, it)| count(it)).sum()
    };
    let one = |key: &str| count(samples.get(key).unwrap_or_else(|| panic!("{key} is told")));
    assert_eq!(one("nunchi_received_total"), 8);
    assert_eq!(sum("nunchi_outcomes_total{") + one("nunchi_in_flight"), 8);
    let of_demo = "nunchi_site_received_total{site=\"demo\"}";
    assert_eq!(one(of_demo), sum("nunchi_outcomes_total{site=\"demo\""));
    assert_eq!(one("nunchi_outcomes_total{site=\"demo\",outcome=\"stored\"}"), 5);
    assert_eq!(one("nunchi_outcomes_total{site=\"demo\",outcome=\"duplicate\"}"), 1);
    assert_eq!(one("nunchi_outcomes_total{site=\"\",outcome=\"malformed\"}"), 1);
    // Each bucket has at least what the one before has; the last has all.
    let bucket = "nunchi_commit_seconds_bucket{le=\"";
    let limit = |key: &str| {
        let limit = key.strip_prefix(bucket)?.trim_end_matches("\"}").replace("+Inf", "inf");
        limit.parse::<f64>().ok()
    };
    let mut buckets: Vec<_> =
        samples.iter().filter_map(|(key, it)| Some((limit(key)?, count(it)))).collect();
    buckets.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(buckets.len() > 5 && buckets.is_sorted_by_key(|it| it.1), "{buckets:?}");
    assert_eq!(buckets.last().unwrap().1, one("nunchi_commit_seconds_count"));
    assert!(one("nunchi_commit_jobs_total") >= 6 && one("nunchi_queue_length") == 0);
    assert_eq!(one("nunchi_ready"), 1);
    assert_eq!((one("nunchi_journal_lines"), one("nunchi_segments{of=\"items\"}")), (5, 0));
    server.clock.set(beacon::Millis(NOW + 90_000));
    assert_eq!(scrape(&server).await["nunchi_seal_lag_seconds"], "90");
    let now = server.clock.now();
    server.services.store.seal(now, collector::store::Rule::ALL, &|| true).unwrap();
    let samples = scrape(&server).await;
    for (name, value) in [
        ("nunchi_journal_lines", "0"),
        ("nunchi_seal_lag_seconds", "0"),
        ("nunchi_segments{of=\"items\"}", "1"),
        ("nunchi_segment_rows{of=\"frames\"}", "5"),
    ] {
        assert_eq!(samples[name], value, "{name}");
    }
}
