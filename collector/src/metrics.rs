//! `GET /metrics`: what was counted, as Prometheus reads it (text format 0.0.4).
//!
//! Written by hand: some thirty numbers that exist as atomics anyway need no registry.

use std::fmt::{Display, Write as _};

use actix_web::{HttpRequest, HttpResponse, web};
use beacon::Millis;

use crate::chat::{Chat, Llm};
use crate::clock::Clock;
use crate::door::Door;
use crate::error::{ApiError, internal};
use crate::operators::Doors;
use crate::outcome::Counters;
use crate::process::Process;
use crate::ready::Readiness;
use crate::requests;
use crate::store::{COMMIT_BUCKETS_US, Held, Spool, Store, StoreError, Sum, WriterStats};

/// The conservation law as numbers: `nunchi_received_total` is the sum of `nunchi_outcomes_total`
/// over all sites and outcomes, plus `nunchi_in_flight`; for each site `nunchi_site_received_total`
/// is the sum of its outcomes at rest.
///
/// # Errors
/// 401 for who is neither an operator nor on this machine: shops may not see each other's numbers.
pub(crate) async fn metrics(
    request: HttpRequest,
    doors: web::Data<std::sync::Arc<Doors>>,
    counters: web::Data<Counters>,
    store: web::Data<Store>,
    door: web::Data<Door>,
    readiness: web::Data<Readiness>,
    clock: web::Data<Clock>,
) -> Result<HttpResponse, ApiError> {
    if !doors.admits(request.headers()) && !door.is_local(&request) {
        let message = "send the access token as `Authorization: Bearer`, or ask from this machine";
        return Err(ApiError::new(401, "not_logged_in", message));
    }
    let look = store.get_ref().clone();
    let now = clock.now();
    let look = move || Ok::<_, StoreError>((look.held()?, look.believed(now)?));
    let (held, believed) = requests::block(look).await.map_err(|error| internal(&error))??;
    let mut page = Page::default();
    tell_arrivals(&mut page, &counters);
    tell_store(&mut page, &store.writer_stats());
    tell_history(&mut page, &held, clock.now());
    let spool = web::block(move || store.spool()).await.map_err(|error| internal(&error))??;
    tell_spool(&mut page, spool, clock.now());
    tell_age(&mut page, believed, now);
    tell_server(&mut page, &door, &readiness);
    if let Some(llm) = request.app_data::<web::Data<Chat>>().and_then(|chat| chat.llm()) {
        tell_llm(&mut page, llm);
    }
    Ok(HttpResponse::Ok()
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .insert_header(("Cache-Control", "no-store"))
        .body(page.text))
}

fn tell_arrivals(page: &mut Page, counters: &Counters) {
    // Outcomes before arrivals: what is under way never counts as less than nothing.
    let by_site = counters.by_site();
    let received = counters.received();
    let ended: u64 = by_site.iter().flat_map(|row| &row.outcomes).map(|(_, count)| count).sum();
    page.counter("nunchi_received_total", "Beacons and loader hits that arrived.").value(received);
    page.gauge("nunchi_in_flight", "Arrived, not yet answered.")
        .value(received.saturating_sub(ended));
    let mut metric =
        page.counter("nunchi_site_received_total", "Arrivals that turned out to be for a site.");
    for row in by_site.iter().filter(|row| !row.site.is_empty()) {
        metric.row(&[("site", &row.site)], row.received);
    }
    let help = "How arrivals ended; site is empty where it could not be told.";
    let mut metric = page.counter("nunchi_outcomes_total", help);
    for row in &by_site {
        for (outcome, count) in &row.outcomes {
            metric.row(&[("site", &row.site), ("outcome", outcome.code())], count);
        }
    }
    let help = "Why arrivals with the outcome `quarantined` are kept apart.";
    let mut metric = page.counter("nunchi_quarantined_total", help);
    for row in by_site.iter().filter(|row| !row.site.is_empty()) {
        for (suspicion, count) in &row.suspicions {
            metric.row(&[("site", &row.site), ("reason", suspicion.name())], count);
        }
    }
}

fn tell_store(page: &mut Page, writer: &WriterStats) {
    page.counter("nunchi_commit_jobs_total", "Writes that are durable.").value(writer.jobs);
    page.counter("nunchi_commit_failures_total", "Transactions that failed.")
        .value(writer.failures);
    page.gauge("nunchi_queue_length", "Writes that wait.").value(writer.queued);
    let mut metric = page.begin("nunchi_commit_seconds", "histogram", "Time of a durable commit.");
    let mut below = 0;
    for (limit_us, count) in COMMIT_BUCKETS_US.iter().zip(&writer.by_duration) {
        below += count;
        metric.part("_bucket", &[("le", &seconds(*limit_us).to_string())], below);
    }
    metric.part("_bucket", &[("le", "+Inf")], writer.commits);
    metric.part("_sum", &[], seconds(writer.busy_us));
    metric.part("_count", &[], writer.commits);
}

/// Nothing where history is kept in the data folder.
fn tell_spool(page: &mut Page, spool: Option<Spool>, now: Millis) {
    let Some(Spool { beacons, oldest }) = spool else { return };
    page.gauge("nunchi_spool_beacons", "What waits in the journal for ClickHouse.").value(beacons);
    let waits_ms = oldest.map_or(0, |oldest| now.since(oldest));
    page.gauge("nunchi_spool_seconds", "How long the oldest of it waits.")
        .value(waits_ms.div_ceil(1_000));
}

fn tell_history(page: &mut Page, held: &Held, now: Millis) {
    page.gauge("nunchi_journal_lines", "Beacons and loader hits that are not sealed yet.")
        .value(held.waiting);
    let lag = held.oldest.map_or(0, |oldest| now.since(oldest));
    page.gauge("nunchi_seal_lag_seconds", "Age of the oldest of them.").value(lag / 1_000);
    page.gauge("nunchi_database_bytes", "Size of the database, without its log.")
        .value(held.database_bytes);
    let of = [("items", held.items), ("frames", held.frames)];
    let mut tell = |name, help, value: fn(&Sum) -> u64| {
        let mut metric = page.gauge(name, help);
        for (purpose, sum) in &of {
            metric.row(&[("of", purpose)], value(sum));
        }
    };
    tell("nunchi_segments", "Sealed files, of items and of beacons.", |sum| sum.files);
    tell("nunchi_segment_rows", "Rows in them.", |sum| sum.rows);
    tell("nunchi_segment_bytes", "Their size.", |sum| sum.bytes);
    let mut metric = page.gauge("nunchi_verdicts", "Verdicts of pages that were made again.");
    metric.row(&[("equal", "true")], held.verdicts_equal);
    metric.row(&[("equal", "false")], held.verdicts_differing);
}

fn tell_age(page: &mut Page, believed: Millis, now: Millis) {
    let help = "How far the clock is ahead of what is believed of it: nothing goes for an age that counts from there.";
    // Before any beacon came there is nothing that could go.
    let ahead_ms = if believed == Millis(0) { 0 } else { now.since(believed) };
    page.gauge("nunchi_clock_unconfirmed_seconds", help).value(ahead_ms / 1_000);
}

fn tell_llm(page: &mut Page, llm: &Llm) {
    let help = "Questions for the language model, by what came of them; `budget` and `busy` never went out.";
    let mut metric = page.counter("nunchi_llm_questions_total", help);
    for (outcome, count) in llm.counted() {
        metric.row(&[("outcome", outcome)], count);
    }
}

fn tell_server(page: &mut Page, door: &Door, readiness: &Readiness) {
    page.gauge("nunchi_ready", "1 when /readyz says yes.")
        .value(u8::from(readiness.problems().is_empty()));
    let (runs, networks) = door.known();
    let mut metric = page.gauge("nunchi_buckets", "Page loads and networks whose rate is watched.");
    metric.row(&[("of", "run")], runs);
    metric.row(&[("of", "network")], networks);
    let (open, refused, given_up) = door.connections().counted();
    page.gauge("nunchi_connections", "Open connections.").value(open);
    let help =
        "Connections closed by us: `refused` for their number, `slow` for keeping us waiting.";
    let mut metric = page.counter("nunchi_connections_closed_total", help);
    metric.row(&[("why", "refused")], refused);
    metric.row(&[("why", "slow")], given_up);
    if let Some(usage) = readiness.usage() {
        page.gauge(
            "nunchi_data_bytes",
            "What the data folder has: database, its log, sealed files.",
        )
        .value(usage.database + usage.files);
        if let Some(most) = usage.most {
            page.gauge("nunchi_data_bytes_max", "What it may have; beyond it beacons are refused.")
                .value(most);
        }
    }
    if let Some(free) = readiness.free_bytes() {
        page.gauge("nunchi_disk_free_bytes", "Room on the disk of the data folder.").value(free);
    }
    page.gauge("nunchi_build_info", "Which version runs; always 1.")
        .row(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    let process = Process::now();
    page.gauge("process_resident_memory_bytes", "Resident memory.").value(process.resident_bytes);
    page.counter("process_cpu_seconds_total", "Processor time, user and system.")
        .value(process.cpu_seconds);
    page.gauge("process_open_fds", "Open files and connections.").value(process.open_files);
    page.gauge("process_start_time_seconds", "When it started, seconds since 1970.")
        .value(readiness.started_at.0 / 1_000);
}

/// A page of metrics, written from top to bottom.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn counter(&mut self, name: &'static str, help: &str) -> Metric<'_> {
        self.begin(name, "counter", help)
    }

    fn gauge(&mut self, name: &'static str, help: &str) -> Metric<'_> {
        self.begin(name, "gauge", help)
    }

    fn begin(&mut self, name: &'static str, kind: &str, help: &str) -> Metric<'_> {
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        Metric { text: &mut self.text, name }
    }
}

struct Metric<'a> {
    text: &'a mut String,
    name: &'static str,
}

impl Metric<'_> {
    fn value(&mut self, value: impl Display) {
        self.part("", &[], value);
    }

    fn row(&mut self, labels: &[(&str, &str)], value: impl Display) {
        self.part("", labels, value);
    }

    fn part(&mut self, ending: &str, labels: &[(&str, &str)], value: impl Display) {
        let _ = write!(self.text, "{}{ending}", self.name);
        for (place, (label, value)) in labels.iter().enumerate() {
            let before = if place == 0 { '{' } else { ',' };
            let value = value.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
            let _ = write!(self.text, "{before}{label}=\"{value}\"");
        }
        let after = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.text, "{after} {value}");
    }
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus counts in floats")]
fn seconds(us: u64) -> f64 {
    us as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_escaped_and_histograms_add_up() {
        let mut page = Page::default();
        page.gauge("a", "An a.").row(&[("b", "q\"\\\n"), ("c", "d")], 1.5);
        assert_eq!(
            page.text,
            "# HELP a An a.\n# TYPE a gauge\na{b=\"q\\\"\\\\\\n\",c=\"d\"} 1.5\n"
        );

        let mut page = Page::default();
        let mut writer = WriterStats { commits: 6, busy_us: 2_500_000, ..WriterStats::default() };
        writer.by_duration[0] = 2;
        writer.by_duration[1] = 3;
        tell_store(&mut page, &writer);
        for line in [
            "nunchi_commit_seconds_bucket{le=\"0.0005\"} 2",
            "nunchi_commit_seconds_bucket{le=\"0.001\"} 5",
            "nunchi_commit_seconds_bucket{le=\"1\"} 5",
            "nunchi_commit_seconds_bucket{le=\"+Inf\"} 6",
            "nunchi_commit_seconds_sum 2.5",
            "nunchi_commit_seconds_count 6",
        ] {
            assert!(page.text.lines().any(|it| it == line), "{line} in\n{}", page.text);
        }
    }
}
