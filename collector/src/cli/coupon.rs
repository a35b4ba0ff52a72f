//! `nunchi coupon …` and `nunchi erasure …`: pools of coupons, and visitors who want to be erased; both work
//! beside a running server.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use engine::form::is_name;
use serde::Serialize;

use super::Failure;
use super::site::Folder;
use super::stats::{Format, print};
use super::table::Table;
use crate::clock::Clock;
use crate::store::Store;

#[derive(Debug, Subcommand)]
pub(super) enum CouponCommand {
    /// Put codes into a pool, one a line; campaigns name it as `pool:POOL`
    Add {
        /// Key of the site
        key: String,
        /// Name of the pool: letters, digits, - and _
        pool: String,
        /// File with the codes [default: what is piped in]
        file: Option<PathBuf>,
        #[command(flatten)]
        folder: Folder,
    },
    /// List the pools: how many codes are free, given and used
    List {
        /// Key of the site
        key: String,
        /// How to print it
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        #[command(flatten)]
        folder: Folder,
    },
    /// Print every code of a pool and what became of it
    Export {
        /// Key of the site
        key: String,
        /// Name of the pool
        pool: String,
        /// How to print it
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        #[command(flatten)]
        folder: Folder,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ErasureCommand {
    /// List who waits, oldest first. Conversations went at once; history goes with its files
    List {
        /// Key of the site
        key: String,
        /// How to print it
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
        #[command(flatten)]
        folder: Folder,
    },
    /// Note that nothing is left of those who asked until a time: their history was dropped
    Done {
        /// Key of the site
        key: String,
        /// Milliseconds since 1970
        #[arg(long, value_name = "MS")]
        until: u64,
        #[command(flatten)]
        folder: Folder,
    },
}

/// What `list` prints.
#[derive(Serialize)]
struct PoolRow {
    pool: String,
    free: u64,
    given: u64,
    redeemed: u64,
}

/// What `export` prints.
#[derive(Serialize)]
struct CodeRow {
    code: String,
    campaign: Option<u16>,
    given_at: Option<u64>,
    redeemed_at: Option<u64>,
}

/// What `erasure list` prints.
#[derive(Serialize)]
struct WishRow {
    asked_at: u64,
    visitor: String,
    session: String,
}

pub(super) fn run(command: CouponCommand, file: Option<&Path>) -> Result<(), Failure> {
    match command {
        CouponCommand::Add { key, pool, file: codes, folder } => {
            let (store, site) = open(&folder, file, &key)?;
            if !is_name(&pool) {
                return Err(format!("`{pool}` is no name: letters, digits, - and _").into());
            }
            let codes = read_codes(codes.as_deref())?;
            let found = codes.len();
            let added = store.add_coupons(site, &pool, codes, Clock::system().now())?;
            println!("added={added} known={}", found - added);
            Ok(())
        }
        CouponCommand::List { key, format, folder } => {
            let (store, site) = open(&folder, file, &key)?;
            let pools = store.coupon_pools(site)?.into_iter().map(|it| PoolRow {
                pool: it.name,
                free: it.free,
                given: it.given,
                redeemed: it.redeemed,
            });
            print(format, &pools.collect::<Vec<_>>(), |rows| {
                let table = Table::new(&["pool", "free", "given", "redeemed"]);
                let row = |table: Table, it: &PoolRow| {
                    table.row(&[&it.pool, &it.free, &it.given, &it.redeemed])
                };
                vec![rows.iter().fold(table, row)]
            })
        }
        CouponCommand::Export { key, pool, format, folder } => {
            let (store, site) = open(&folder, file, &key)?;
            let codes = store.coupons(site, &pool)?.into_iter().map(|it| CodeRow {
                code: it.text,
                campaign: it.campaign,
                given_at: it.given_at,
                redeemed_at: it.redeemed_at,
            });
            print(format, &codes.collect::<Vec<_>>(), |rows| {
                let table = Table::new(&["code", "campaign", "given_at", "redeemed_at"]);
                let text = |it: Option<u64>| it.map(|it| it.to_string()).unwrap_or_default();
                let row = |table: Table, it: &CodeRow| {
                    let campaign = text(it.campaign.map(u64::from));
                    table.row(&[&it.code, &campaign, &text(it.given_at), &text(it.redeemed_at)])
                };
                vec![rows.iter().fold(table, row)]
            })
        }
    }
}

pub(super) fn erasure(command: ErasureCommand, file: Option<&Path>) -> Result<(), Failure> {
    match command {
        ErasureCommand::List { key, format, folder } => {
            let (store, site) = open(&folder, file, &key)?;
            let wishes = store.erasures(site)?.into_iter().map(|it| WishRow {
                asked_at: it.asked_at,
                visitor: it.visitor,
                session: it.session,
            });
            print(format, &wishes.collect::<Vec<_>>(), |rows| {
                let table = Table::new(&["asked_at", "visitor", "session"]);
                let row = |table: Table, it: &WishRow| {
                    table.row(&[&it.asked_at, &it.visitor, &it.session])
                };
                vec![rows.iter().fold(table, row)]
            })
        }
        ErasureCommand::Done { key, until, folder } => {
            let (store, site) = open(&folder, file, &key)?;
            let done = store.erasures_done(site, beacon::Millis(until), Clock::system().now())?;
            println!("done={done}");
            Ok(())
        }
    }
}

fn open(folder: &Folder, file: Option<&Path>, key: &str) -> Result<(Store, i64), Failure> {
    let store = folder.open(file)?;
    let site = super::site::find(&store, key)?.id;
    Ok((store, site))
}

/// Codes, one a line; blanks around them and empty lines are left out.
fn read_codes(file: Option<&Path>) -> Result<Vec<String>, Failure> {
    let text = if let Some(file) = file {
        super::site::read(file)?
    } else {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text)?;
        text
    };
    let codes = text.lines().map(str::trim).filter(|it| !it.is_empty());
    codes
        .map(|code| {
            if code.len() > CODE_BYTES_MAX || code.chars().any(char::is_control) {
                return Err(format!("`{code}` is no code: at most {CODE_BYTES_MAX} bytes").into());
            }
            Ok(code.to_owned())
        })
        .collect()
}

/// What fits the field of a card.
const CODE_BYTES_MAX: usize = 40;
