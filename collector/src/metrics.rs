//! `GET /metrics`: what was counted, as Prometheus reads it.

use std::fmt::Write as _;

use actix_web::{HttpResponse, web};

use crate::outcome::Counters;
use crate::store::Store;

/// The conservation law as numbers: `nunchi_received_total` is the sum of `nunchi_outcomes_total`
/// over all sites and outcomes, plus `nunchi_in_flight`.
pub(crate) async fn metrics(
    counters: web::Data<Counters>,
    store: web::Data<Store>,
) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(page(&counters, &store))
}

fn page(counters: &Counters, store: &Store) -> String {
    // Outcomes before arrivals: what is under way never counts as less than nothing.
    let by_site = counters.by_site();
    let received = counters.received();
    let ended: u64 = by_site.iter().flat_map(|(_, counts)| counts).map(|(_, count)| count).sum();
    let mut page = String::new();
    let mut metric = |name: &str, kind: &str, help: &str, lines: &[(String, f64)]| {
        let _ = writeln!(page, "# HELP {name} {help}\n# TYPE {name} {kind}");
        for (labels, value) in lines {
            let _ = writeln!(page, "{name}{labels} {value}");
        }
    };
    let plain = |value: f64| [(String::new(), value)];
    metric(
        "nunchi_received_total",
        "counter",
        "Beacons and loader hits that arrived.",
        &plain(float(received)),
    );
    metric(
        "nunchi_in_flight",
        "gauge",
        "Arrived, not yet answered.",
        &plain(float(received.saturating_sub(ended))),
    );
    let mut outcomes = Vec::new();
    for (site, counts) in &by_site {
        for (outcome, count) in counts {
            let labels = format!("{{site=\"{site}\",outcome=\"{}\"}}", outcome.code());
            outcomes.push((labels, float(*count)));
        }
    }
    let help = "How arrivals ended; site is empty where it could not be told.";
    metric("nunchi_outcomes_total", "counter", help, &outcomes);
    let writer = store.writer_stats();
    metric("nunchi_commits_total", "counter", "Durable commits.", &plain(float(writer.commits)));
    metric("nunchi_commit_jobs_total", "counter", "Writes in them.", &plain(float(writer.jobs)));
    metric(
        "nunchi_commit_seconds_total",
        "counter",
        "Time spent writing.",
        &plain(float(writer.busy_us) / 1e6),
    );
    let help = "Transactions that failed.";
    metric("nunchi_commit_failures_total", "counter", help, &plain(float(writer.failures)));
    metric("nunchi_queue_length", "gauge", "Writes that wait.", &plain(float(writer.queued)));
    page
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus counts in floats")]
fn float(count: u64) -> f64 {
    count as f64
}
