//! `bench-sense [--data DIR] [--format table|json]`: how well the detectors do on recorded people.
#![expect(clippy::print_stdout, reason = "printing is this program's work")]

use std::path::Path;

use anyhow::{Result, bail};

const HELP: &str = "\
cargo xtask bench sense [--data DIR] [--format table|json]

Runs the engine over recordings of real visitors and prints how well it notices.
DIR holds the folders serp-mouse-abandonment, adserp-sample, scroll-reading and
balabit-mouse-sample (default: NUNCHI_DATASETS, else ../shared/data); one that is missing
is skipped and named.

Exit intent: a firing is right when a leave (blur or unload within 10 s of a move of the
pointer, the first since that move) follows within 4 s; firings are merged over 2 s;
active minutes are the gaps between moves, each up to 5 s.
Beside the engine stand the plain rules: y <= 20 px, y <= 50 px, and the top edge
reached within 300 ms at the present speed.

JSON, one object (a number is null where there is nothing to divide by):
  sets[]    set, sessions, and by kind of set
    exit_intent (by the pointer alone), exit_or_copy (told of copied text too),
    rules.{y_20px,y_50px,aim_300ms}:
              firings, right, leaves, found, recall, precision, false_per_minute,
              median_lead_ms; beside them active_minutes
    scroll_exit, rules.up_1000px:
              fires, fires_per_minute; beside them minutes
    rage_click, rules.{on_a_control,bare}:
              fires, per_1000_clicks; beside them clicks, and thrash.fires
  skipped[] names of the sets that are not in DIR
";

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut args = args.iter().map(String::as_str);
    let mut data = std::env::var("NUNCHI_DATASETS").unwrap_or_else(|_| "../shared/data".into());
    let mut is_json = false;
    while let Some(flag) = args.next() {
        match (flag, args.next()) {
            ("--help" | "-h", _) => {
                print!("{HELP}");
                return Ok(());
            }
            ("--data", Some(folder)) => folder.clone_into(&mut data),
            ("--format", Some("json")) => is_json = true,
            ("--format", Some("table")) => is_json = false,
            (flag, value) => bail!("unknown flag `{flag} {}`\n\n{HELP}", value.unwrap_or_default()),
        }
    }
    let report = bench_sense::run(Path::new(&data))?;
    print!("{}", if is_json { report.json() } else { report.table() });
    Ok(())
}
