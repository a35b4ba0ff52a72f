//! `nunchi site …`: works on the data folder, also while the server runs; the server takes a change
//! over within a second.

use std::path::{Path, PathBuf};

use beacon::SiteKey;
use beacon::item::Consent;
use clap::Subcommand;
use engine::lint::Severity;
use engine::pack::Pack;

use super::Failure;
use super::campaign::findings_table;
use super::kb::import_file;
use super::stats::{Format, print};
use super::table::Table;
use crate::campaigns::lint::lint;
use crate::chat::{SECRET, Secret};
use crate::clock::Clock;
use crate::config::{Given, GivenClickHouse, Keeper, Settings};
use crate::sites::{
    check, default_pack, read_consent, read_origin, read_packs, with_rate, zone_of,
};
use crate::store::{Did, SiteRecord, Span, Store, StoreError};

#[derive(Debug, Subcommand)]
pub(super) enum SiteCommand {
    /// Add a site, or change name and origins of one, and its consent and zone where they are given
    Add {
        /// Public key for the tag's data-site: 1 to 32 of a-z, 0-9 and -
        key: String,
        /// Name for people
        #[arg(long)]
        name: String,
        /// Origin whose pages may send, such as `https://shop.example`; may be given again
        #[arg(long, required = true)]
        origin: Vec<String>,
        /// What may be done before the visitor was asked: unknown, measure or personalise [a new
        /// site: unknown]
        #[arg(long)]
        consent: Option<String>,
        /// The shop's time zone, as IANA names it; schedules of campaigns go by it [a new site: UTC]
        #[arg(long)]
        zone: Option<String>,
        #[command(flatten)]
        folder: Folder,
    },
    /// List the sites
    List {
        #[command(flatten)]
        folder: Folder,
    },
    /// Publish campaigns (one, a list, or a whole pack) as the site's next pack
    Publish {
        /// Key of the site
        key: String,
        /// JSON files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Also what has findings that must be mended
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        folder: Folder,
    },
    /// Print a pack that was published: its campaigns, or as JSON to be published again
    #[command(disable_version_flag = true)]
    Pack {
        /// Key of the site
        key: String,
        /// Which one [default: the one in force]
        #[arg(long)]
        version: Option<u32>,
        /// How to print it
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        #[command(flatten)]
        folder: Folder,
    },
    /// Publish an earlier pack of the site once more, as its next version
    #[command(disable_version_flag = true)]
    Revert {
        /// Key of the site
        key: String,
        /// Which one
        #[arg(long)]
        version: u32,
        /// Also what has findings that must be mended
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        folder: Folder,
    },
    /// Publish the site's pack with another time zone; schedules of campaigns go by it
    Zone {
        /// Key of the site
        key: String,
        /// As IANA names it: Asia/Seoul, Europe/Berlin, UTC
        zone: String,
        #[command(flatten)]
        folder: Folder,
    },
    /// Give the site this knowledge base in place of what it has: `kb import --replace`
    Teach {
        /// Key of the site
        key: String,
        /// File
        file: PathBuf,
        #[command(flatten)]
        folder: Folder,
    },
    /// Make a secret that the shop's server signs customers' identity with, and print it this once; what
    /// was signed with the one before says nothing any more
    Identity {
        /// Key of the site
        key: String,
        #[command(flatten)]
        folder: Folder,
    },
    /// Take beacons again
    On {
        /// Key of the site
        key: String,
        #[command(flatten)]
        folder: Folder,
    },
    /// Take no more beacons; pages stop sending
    Off {
        /// Key of the site
        key: String,
        #[command(flatten)]
        folder: Folder,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Folder {
    /// Data folder of the server [default: nunchi-data]
    #[arg(long, env = "NUNCHI_DATA", value_name = "DIR")]
    pub(super) data: Option<PathBuf>,
    /// What keeps its history [default: segments, in that folder]
    #[arg(long, env = "NUNCHI_STORE", value_enum)]
    store: Option<Keeper>,
    #[command(flatten)]
    clickhouse: GivenClickHouse,
}

impl Folder {
    pub(super) fn settle(&self, file: Option<&Path>) -> Result<PathBuf, Failure> {
        Ok(self.settings(file)?.data)
    }

    /// The store beside a running server, with its history.
    pub(super) fn open(&self, file: Option<&Path>) -> Result<Store, Failure> {
        let settings = self.settings(file)?;
        let store = Store::open_beside(&settings.data)?;
        Ok(match &settings.clickhouse {
            Some(address) => store.with_history_in(address),
            None => store,
        })
    }

    fn settings(&self, file: Option<&Path>) -> Result<Settings, Failure> {
        let Self { data, store, clickhouse } = self;
        let (data, store, clickhouse) = (data.clone(), *store, clickhouse.clone());
        Ok(Given { data, store, clickhouse, ..Given::default() }.settle(file)?)
    }
}

/// Pages viewed in the 30 days before are known to exist.
const LINTED_MS: u64 = 30 * 24 * 3_600_000;

pub(super) fn run(command: SiteCommand, file: Option<&Path>) -> Result<(), Failure> {
    match command {
        SiteCommand::Add { key, name, origin, consent, zone, folder } => {
            let key = SiteKey::parse(&key)?;
            let origins: Vec<String> =
                origin.iter().map(|origin| read_origin(origin)).collect::<Result<_, _>>()?;
            let now = Clock::system().now();
            let consent = consent.as_deref().map(read_consent).transpose()?;
            let zone = zone.map(|zone| zone_of(&zone, now)).transpose()?;
            let change = |pack: Pack| Pack {
                consent: consent.unwrap_or(pack.consent),
                zone: zone.clone().unwrap_or_else(|| pack.zone.clone()),
                ..pack
            };
            let first = change(default_pack(&name, Consent::Unknown)?);
            let folder = folder.settle(file)?;
            // A folder without a server may be new.
            let store = Store::open(&folder).or_else(|error| match error {
                StoreError::Locked(_) => Store::open_beside(&folder),
                other => Err(other),
            })?;
            let known = find(&store, key.as_str()).ok().map(|site| site.pack);
            let what = if known.is_some() { "change_site" } else { "add_site" };
            store.put_site(&key, &name, &origins, first, now)?;
            note(&store, what, &key, "")?;
            if let Some(pack) = known
                && change(pack.clone()) != pack
            {
                let version = store.publish(&key, change(pack), now)?;
                note(&store, "change_site", &key, &format!(" (consent, zone), pack {version}"))?;
                println!("{key}: pack {version} is published, with the consent and zone given");
            }
            println!("{key} may be sent to from {}", origins.join(", "));
            println!("tag: <script async src=\"https://HOST/n.js\" data-site=\"{key}\"></script>");
        }
        SiteCommand::List { folder } => {
            for site in folder.open(file)?.sites()? {
                println!("{}", line(&site));
            }
        }
        SiteCommand::Publish { key, files, force, folder } => {
            let store = folder.open(file)?;
            let site = find(&store, &key)?;
            let pack = read_packs(site.pack.clone(), &read_all(&files)?)?;
            let count = pack.campaigns.len();
            let version = publish(&store, &site, pack, force)?;
            note(&store, "publish", &site.key, &format!(", pack {version}"))?;
            println!("{key}: pack {version} is published, {count} campaigns");
        }
        SiteCommand::Pack { key, version, format, folder } => {
            let store = folder.open(file)?;
            let site = find(&store, &key)?;
            let pack = version.map_or(Ok(site.pack.clone()), |it| published(&store, &site, it))?;
            print(format, &pack, |pack| vec![campaigns_table(pack)])?;
        }
        SiteCommand::Revert { key, version, force, folder } => {
            let store = folder.open(file)?;
            let site = find(&store, &key)?;
            if version == site.pack.version {
                return Err(format!("{key}: pack {version} is in force").into());
            }
            let pack = published(&store, &site, version)?;
            let next = publish(&store, &site, pack, force)?;
            note(&store, "revert", &site.key, &format!(", to pack {version}, pack {next}"))?;
            println!("{key}: pack {next} is published, the same as pack {version}");
        }
        SiteCommand::Zone { key, zone, folder } => {
            let store = folder.open(file)?;
            let (site, now) = (find(&store, &key)?, Clock::system().now());
            let pack = Pack { zone: zone_of(&zone, now)?, ..site.pack };
            let version = store.publish(&site.key, pack, now)?;
            note(&store, "change_site", &site.key, &format!(" (zone), pack {version}"))?;
            println!("{key}: pack {version} is published, its clock is that of {zone}");
        }
        SiteCommand::Teach { key, file: knowledge, folder } => {
            let store = folder.open(file)?;
            let site = find(&store, &key)?;
            let entries = import_file(&store, &site, &knowledge, None, true)?.entries;
            println!("{key}: knows {entries} answers");
        }
        SiteCommand::Identity { key, folder } => {
            let store = folder.open(file)?;
            let (site, now) = (find(&store, &key)?, Clock::system().now());
            let made = Secret::new(now).map_err(|error| error.to_string())?;
            store.set_desk_now(site.id, SECRET, &made)?;
            note(&store, "make_identity_secret", &site.key, "")?;
            println!("{}", made.secret);
        }
        SiteCommand::On { key, folder } => switch(&folder.settle(file)?, &key, true)?,
        SiteCommand::Off { key, folder } => switch(&folder.settle(file)?, &key, false)?,
    }
    Ok(())
}

/// Publishes it as the next version, with the site's present rate and the zone's present table, and
/// tells what is found in it.
fn publish(store: &Store, site: &SiteRecord, pack: Pack, force: bool) -> Result<u32, Failure> {
    let now = Clock::system().now();
    // The table of the last time ends two years after it.
    let pack = Pack { zone: zone_of(&pack.zone.name, now)?, ..pack };
    let pack = check(with_rate(store, site, pack, now)?)?;
    let span = Span { site: site.id, from: now.0.saturating_sub(LINTED_MS), to: now.0 + 1 };
    let findings = lint(store, span, &pack)?;
    if !findings.is_empty() {
        eprintln!("{}", findings_table(&findings));
    }
    let errors = findings.iter().filter(|it| it.severity == Severity::Error).count();
    if errors > 0 && !force {
        let told = format!("{errors} of the findings must be mended, or publish by --force");
        return Err(told.into());
    }
    Ok(store.publish(&site.key, pack, now)?)
}

/// Puts on record what was done here; the record's own form of it is that of the server.
fn note(store: &Store, what: &'static str, key: &SiteKey, rest: &str) -> Result<(), StoreError> {
    let (who, about) = ("command line".into(), format!("site {key}{rest}"));
    store.note_now(Did { who, what, about, at: Clock::system().now() })
}

/// A pack that was in force once.
pub(super) fn published(store: &Store, site: &SiteRecord, version: u32) -> Result<Pack, Failure> {
    let found = store.packs(&site.key)?.into_iter().find(|pack| pack.version == version);
    found.ok_or_else(|| format!("{}: pack {version} was never published", site.key).into())
}

/// One line a campaign.
fn campaigns_table(pack: &Pack) -> Table {
    let version = format!("pack {}", pack.version);
    let table = Table::new(&[version.as_str(), "campaign", "priority", "holdout", "shown"]);
    pack.campaigns.iter().fold(table, |table, it| {
        let holdout = format!("{}.{} %", it.holdout_permille / 10, it.holdout_permille % 10);
        let shown = if it.shadow { "in shadow" } else { "yes" };
        table.row(&[&it.id, &it.name, &it.priority, &holdout, &shown])
    })
}

fn switch(folder: &Path, key: &str, is_on: bool) -> Result<(), Failure> {
    let (store, site) = (Store::open_beside(folder)?, SiteKey::parse(key)?);
    store.switch_site(&site, is_on)?;
    note(&store, "change_site", &site, " (is_on)")?;
    println!("{key} is {}", if is_on { "on" } else { "off" });
    Ok(())
}

pub(super) fn find(store: &Store, key: &str) -> Result<SiteRecord, Failure> {
    let site = store.sites()?.into_iter().find(|site| site.key.as_str() == key);
    Ok(site.ok_or_else(|| StoreError::UnknownSite(key.into()))?)
}

pub(super) fn read(file: &Path) -> Result<String, Failure> {
    Ok(std::fs::read_to_string(file).map_err(|cause| format!("{}: {cause}", file.display()))?)
}

/// Names and contents.
pub(super) fn read_all(files: &[PathBuf]) -> Result<Vec<(String, String)>, Failure> {
    files.iter().map(|file| Ok((file.display().to_string(), read(file)?))).collect()
}

fn line(site: &SiteRecord) -> String {
    let state = if site.is_on { "on" } else { "off" };
    let (pack, origins) = (site.pack.version, site.origins.join(" "));
    let zone = &site.pack.zone.name;
    format!("{}  {state}  pack {pack}  {}  {zone}  {origins}", site.key, site.name)
}
