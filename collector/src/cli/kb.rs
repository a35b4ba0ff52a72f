//! `nunchi kb …`: what the bot knows; works on the data folder, also while the server runs.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use nunchi_api::knowledge::{Entry, Gaps, ImportFormat, Imported, KnowledgeBase};

use super::Failure;
use super::site::{Folder, find, read};
use super::table::Table;
use crate::chat::bench::{Bench, Report, Set as BenchSet, Share};
use crate::chat::{find_gaps, import, make_draft, merged};
use crate::store::{Change, SiteRecord, Store};

#[derive(Debug, Subcommand)]
pub(super) enum KbCommand {
    /// Read questions and answers from a file; entries that are there under the same id change
    Import {
        /// Key of the site
        key: String,
        /// A knowledge base (JSON), a table (CSV), a text (Markdown), or the shop's own FAQ page with its
        /// `FAQPage` data (HTML)
        file: PathBuf,
        /// What the file is written in [default: by the end of its name]
        #[arg(long, value_enum)]
        r#as: Option<As>,
        /// Entries that the file does not have go
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        folder: Folder,
    },
    /// List what the bot of a site knows of its own
    List {
        /// Key of the site
        key: String,
        #[command(flatten)]
        folder: Folder,
    },
    /// Print all of it as JSON, to be imported again
    Export {
        /// Key of the site
        key: String,
        #[command(flatten)]
        folder: Folder,
    },
    /// Take entries away
    Remove {
        /// Key of the site
        key: String,
        /// Ids of entries
        #[arg(required = true)]
        ids: Vec<String>,
        #[command(flatten)]
        folder: Folder,
    },
    /// List what visitors asked and the bot could not answer, like questions together
    Gaps {
        /// Key of the site
        #[arg(required_unless_present = "site")]
        key: Option<String>,
        /// As it was told before 0.2.0
        #[arg(long, hide = true, conflicts_with = "key")]
        site: Option<String>,
        /// How to print it
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        #[command(flatten)]
        folder: Folder,
    },
    /// Make a draft of a gap; nobody is answered by it until it is published
    Draft {
        /// Key of the site
        key: String,
        /// A question as `gaps` lists it
        question: String,
        #[command(flatten)]
        folder: Folder,
    },
    /// Answer by a draft from now on
    Publish {
        /// Key of the site
        key: String,
        /// Id of the draft
        id: String,
        /// What is answered, in the draft's language [default: what the draft says]
        #[arg(long)]
        answer: Option<String>,
        #[command(flatten)]
        folder: Folder,
    },
    /// Measure on a labelled set how the bot finds what it knows and refuses what it does not
    #[command(after_long_help = SETS)]
    Bench {
        /// Which set
        #[arg(long)]
        set: Set,
        /// Folder of what the bot knows: the set's own, or that of all sets; or the file itself
        #[arg(long, value_name = "DIR")]
        index: PathBuf,
        /// Folder of what it is asked; may be the same, for nothing is asked that is known
        #[arg(long, value_name = "DIR")]
        queries: PathBuf,
        /// Examples known of each label; 0: all [default: 1 for parakqc and bitext, else 0]
        #[arg(long, value_name = "COUNT")]
        examples: Option<usize>,
        /// How often examples are drawn anew; figures are of all draws [default: 20 for bitext, 3 for
        /// parakqc, else 1]
        #[arg(long, value_name = "COUNT")]
        draws: Option<usize>,
        /// Make each example an entry of its own, to see what many entries cost
        #[arg(long)]
        apart: bool,
        /// How to print it
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
}

/// What is known and asked, set by set.
const SETS: &str = "\
What is known and what is asked:
  banking77  questions.csv (text, category). All rows of the index are known, all of the queries are
             asked; where both are one folder, a fifth is asked (by hash) and the rest is known
  parakqc    utterances.csv (group, utterance). One paraphrase of each meaning is known, the others in
             the queries are asked; of meanings that the index lacks, one is taken from the queries
  bitext     utterances.csv (utterance, intent). One example of each intent in the index is known, the
             queries are asked
  smalltalk  --index is a folder of real questions (any of the three above): a fifth is asked (by hash),
             the rest is known. --queries has pairs.csv (Q): all of it is to be refused

The same words are never known and asked. A question whose label nothing is known of counts as small talk
does: to be refused.";

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Set {
    Banking77,
    Parakqc,
    Bitext,
    Smalltalk,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Format {
    Table,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum As {
    Json,
    Csv,
    Markdown,
    JsonLd,
}

pub(super) fn run(command: KbCommand, config: Option<&Path>) -> Result<(), Failure> {
    let open = |folder: &Folder, key: &str| -> Result<(Store, SiteRecord), Failure> {
        let store = folder.open(config)?;
        let site = find(&store, key)?;
        Ok((store, site))
    };
    match command {
        KbCommand::Import { key, file, r#as, replace, folder } => {
            let (store, site) = open(&folder, &key)?;
            let imported = import_file(&store, &site, &file, r#as, replace)?;
            let Imported { added, changed, entries } = imported;
            println!(
                "{key}: {added} entries are new, {changed} were there before; {entries} in all"
            );
        }
        KbCommand::List { key, folder } => {
            let (store, site) = open(&folder, &key)?;
            print!("{}", entries_table(&store.knowledge(site.id)?));
        }
        KbCommand::Export { key, folder } => {
            let (store, site) = open(&folder, &key)?;
            let base = KnowledgeBase { entries: store.knowledge(site.id)? };
            println!("{}", serde_json::to_string_pretty(&base)?);
        }
        KbCommand::Remove { key, ids, folder } => {
            let (store, site) = open(&folder, &key)?;
            let known = store.knowledge(site.id)?;
            if let Some(id) = ids.iter().find(|id| known.iter().all(|entry| entry.id != **id)) {
                return Err(format!("{key}: no entry has the id `{id}`").into());
            }
            store.change_knowledge(&site.key, Change { removed: ids, ..Change::default() })?;
        }
        KbCommand::Gaps { key, site, format, folder } => {
            let key = key.or(site).ok_or("name the site: `nunchi kb gaps KEY`")?;
            let (store, site) = open(&folder, &key)?;
            let gaps = find_gaps(&store, site.id)?;
            match format {
                Format::Json => println!("{}", serde_json::to_string_pretty(&gaps)?),
                Format::Table => print!("{}", gaps_table(&gaps)),
            }
        }
        KbCommand::Draft { key, question, folder } => {
            let (store, site) = open(&folder, &key)?;
            let draft = make_draft(&store, &site, &question)?
                .ok_or_else(|| format!("{key}: no gap has this question: see `nunchi kb gaps`"))?;
            println!("{key}: draft {} is to be answered: `nunchi kb publish`", draft.id);
        }
        KbCommand::Publish { key, id, answer, folder } => {
            let (store, site) = open(&folder, &key)?;
            publish(&store, &site, &id, answer)?;
            println!("{key}: {id} is published");
        }
        KbCommand::Bench { set, index, queries, examples, draws, apart, format } => {
            let set = match set {
                Set::Banking77 => BenchSet::Banking77,
                Set::Parakqc => BenchSet::ParaKqc,
                Set::Bitext => BenchSet::Bitext,
                Set::Smalltalk => BenchSet::SmallTalk,
            };
            let bench = Bench { set, index, queries, examples, draws, is_apart: apart };
            let report = bench.run()?;
            match format {
                Format::Json => println!("{}", serde_json::to_string_pretty(&report)?),
                Format::Table => print!("{}", told(&report)),
            }
        }
    }
    Ok(())
}

/// Reads a file into the site's knowledge.
pub(super) fn import_file(
    store: &Store,
    site: &SiteRecord,
    file: &Path,
    is_in: Option<As>,
    replaces_all: bool,
) -> Result<Imported, Failure> {
    let format = match is_in {
        Some(As::Json) => ImportFormat::Json,
        Some(As::Csv) => ImportFormat::Csv,
        Some(As::Markdown) => ImportFormat::Markdown,
        Some(As::JsonLd) => ImportFormat::JsonLd,
        None => import::format_of(&file.display().to_string())
            .ok_or_else(|| format!("{}: say by --as what it is written in", file.display()))?,
    };
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let entries = import::read(format, &read(file)?).map_err(|error| named(&error))?;
    let (change, imported) =
        merged(&store.knowledge(site.id)?, entries, replaces_all).map_err(|error| named(&error))?;
    store.change_knowledge(&site.key, change)?;
    Ok(imported)
}

fn publish(
    store: &Store,
    site: &SiteRecord,
    id: &str,
    answer: Option<String>,
) -> Result<(), Failure> {
    let known = store.knowledge(site.id)?;
    let mut entry = known
        .iter()
        .find(|entry| entry.id == id)
        .cloned()
        .ok_or_else(|| format!("{}: no entry has the id `{id}`", site.key))?;
    if let Some(answer) = answer {
        let mut texts = entry.texts.values_mut();
        match (texts.next(), texts.next()) {
            (Some(text), None) => text.answer = answer,
            _ => return Err(format!("`{id}` has several languages: import it instead").into()),
        }
    }
    entry.is_draft = false;
    let (change, _) = merged(&known, vec![entry], false)?;
    Ok(store.change_knowledge(&site.key, change)?)
}

fn entries_table(entries: &[Entry]) -> Table {
    let table = Table::new(&["id", "", "language", "question", "others", "links"]);
    entries.iter().fold(table, |table, entry| {
        let state = if entry.is_draft { "draft" } else { "" };
        entry.texts.iter().fold(table, |table, (language, text)| {
            let question = text.questions.first().map_or("", String::as_str);
            let others = text.questions.len().saturating_sub(1);
            table.row(&[&entry.id, &state, language, &question, &others, &entry.links.len()])
        })
    })
}

fn gaps_table(gaps: &Gaps) -> Table {
    let table = Table::new(&["asked", "conversations", "language", "question", "others", "draft"]);
    gaps.rows.iter().fold(table, |table, gap| {
        let draft = gap.draft.as_deref().unwrap_or_default();
        table.row(&[
            &gap.asked,
            &gap.conversations,
            &gap.language,
            &gap.question,
            &gap.others.len(),
            &draft,
        ])
    })
}

fn told(report: &Report) -> Table {
    let figure = |it: f64| format!("{it:.4}");
    let part = |it: &Share| {
        it.share.map_or("none asked".into(), |share| format!("{:.2} % of {}", 100.0 * share, it.of))
    };
    let Report { set, entries, phrasings, draws, asked, .. } = report;
    Table::new(&[set, ""])
        .row(&[&"entries", entries])
        .row(&[&"phrasings", phrasings])
        .row(&[&"draws", draws])
        .row(&[&"questions that an entry answers", asked])
        .row(&[&"R@1", &figure(report.r_at_1)])
        .row(&[&"R@5", &figure(report.r_at_5)])
        .row(&[&"MRR", &figure(report.mrr)])
        .row(&[&"refused rightly", &part(&report.refusals.right)])
        .row(&[&"refused wrongly", &part(&report.refusals.wrong)])
        .row(&[&"answered wrongly", &part(&report.refusals.answered_wrong)])
        .row(&[&"ms a question", &figure(report.ms_per_question)])
        .row(&[&"ms, 99 of 100 are quicker", &figure(report.ms_p99)])
}
