//! `nunchi campaign …`: files that people write, before they are published.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use engine::lint::{Cost, Finding, Severity, costs};
use engine::pack::Pack;
use serde::Serialize;

use super::Failure;
use super::site::{Folder, find, read_all};
use super::stats::{Format, print, read_span};
use super::table::Table;
use crate::campaigns::lint::lint;
use crate::clock::Clock;
use crate::sites::read_packs;
use crate::store::{Span, Store};

#[derive(Debug, Subcommand)]
pub(super) enum CampaignCommand {
    /// Find what will not do what was meant: what never fires, never gets its turn, is not there
    Lint {
        /// JSON files: one campaign, a list, or a whole pack
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Look at them beside the published ones of this site, and at its pages
        #[arg(long)]
        site: Option<String>,
        /// Pages viewed how far back from now
        #[arg(long, default_value = "30d", value_parser = read_span)]
        last: u64,
        /// How to print it
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        #[command(flatten)]
        folder: Folder,
    },
    /// Print the JSON Schema of campaign files, for editors
    Schema,
}

#[derive(Serialize)]
struct Report {
    findings: Vec<Finding>,
    costs: Vec<Cost>,
}

pub(super) fn run(command: CampaignCommand, file: Option<&Path>) -> Result<(), Failure> {
    match command {
        CampaignCommand::Schema => {
            print!("{}", engine::campaign::SCHEMA);
            Ok(())
        }
        CampaignCommand::Lint { files, site, last, format, folder } => {
            let shop = site.map(|key| open(&folder, file, &key, last)).transpose()?;
            let pack = shop.as_ref().map_or_else(Pack::default, |(_, _, pack)| pack.clone());
            let pack = read_packs(pack, &read_all(&files)?)?;
            let findings = match &shop {
                Some((store, span, _)) => lint(store, *span, &pack)?,
                None => engine::lint::lint(&pack, Clock::system().now()),
            };
            let errors = findings.iter().filter(|it| it.severity == Severity::Error).count();
            let report = Report { findings, costs: costs(&pack) };
            print(format, &report, tables)?;
            if errors > 0 {
                Err(format!("{errors} of the findings must be mended").into())
            } else {
                Ok(())
            }
        }
    }
}

fn open(
    folder: &Folder,
    file: Option<&Path>,
    key: &str,
    last: u64,
) -> Result<(Store, Span, Pack), Failure> {
    let store = folder.open(file)?;
    let site = find(&store, key)?;
    let now = Clock::system().now().0;
    let span = Span { site: site.id, from: now.saturating_sub(last), to: now + 1 };
    Ok((store, span, site.pack))
}

fn tables(report: &Report) -> Vec<Table> {
    let costs = Table::new(&["campaign", "bytes", "conditions"]);
    let costs = report
        .costs
        .iter()
        .fold(costs, |table, it| table.row(&[&it.campaign, &it.bytes, &it.conditions]));
    if report.findings.is_empty() {
        vec![costs]
    } else {
        vec![findings_table(&report.findings), costs]
    }
}

/// One line each.
pub(super) fn findings_table(findings: &[Finding]) -> Table {
    let severity = |it: &Finding| match it.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "hint",
    };
    let table = Table::new(&["campaign", "finding", "what"]);
    findings.iter().fold(table, |table, it| {
        table.row(&[&it.campaign, &format!("{}: {}", severity(it), it.code), &it.message])
    })
}
