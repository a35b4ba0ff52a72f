//! `nunchi audit …`: the record of who did what; works beside a running server.

use std::path::Path;

use clap::Subcommand;
use nunchi_api::people::AuditEntry;

use super::Failure;
use super::site::Folder;
use super::stats::{Format, print};
use super::table::Table;

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Find what was changed, taken out or cut off; exit 1 if something was
    Verify {
        /// An end that an earlier look printed, as `NUMBER:HASH`: finds a chain that was made anew as well
        #[arg(long, value_name = "NUMBER:HASH", value_parser = read_end)]
        known: Option<(u64, String)>,
        #[command(flatten)]
        folder: Folder,
    },
    /// List entries, newest first
    List {
        /// At most so many
        #[arg(long, default_value_t = 50)]
        most: u32,
        /// How to print it
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        #[command(flatten)]
        folder: Folder,
    },
}

/// Prints a line a finding, and `entries=N end=NUMBER:HASH findings=N` last.
pub(super) fn run(command: AuditCommand, file: Option<&Path>) -> Result<(), Failure> {
    match command {
        AuditCommand::Verify { known, folder } => {
            let check = folder.open(file)?.check_audit(known)?;
            for finding in &check.findings {
                println!("{finding}");
            }
            let findings = check.findings.len();
            println!("entries={} end={} findings={findings}", check.entries, check.end);
            if findings == 0 { Ok(()) } else { Err(check.findings.join("; ").into()) }
        }
        AuditCommand::List { most, format, folder } => {
            let (entries, _) = folder.open(file)?.audit(u64::MAX, most)?;
            print(format, &entries, |entries| vec![table(entries)])
        }
    }
}

fn table(entries: &[AuditEntry]) -> Table {
    let table = Table::new(&["number", "at", "who", "what", "about"]);
    entries
        .iter()
        .fold(table, |table, it| table.row(&[&it.number, &it.at, &it.who, &it.what, &it.about]))
}

fn read_end(text: &str) -> Result<(u64, String), String> {
    let parts = text.split_once(':').and_then(|(number, hash)| Some((number.parse().ok()?, hash)));
    let parts = parts.filter(|(_, hash)| hash.len() == 64);
    parts
        .map(|(number, hash)| (number, hash.to_lowercase()))
        .ok_or_else(|| format!("`{text}` is no end: expected NUMBER:HASH, as a look prints it"))
}
