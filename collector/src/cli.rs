//! `nunchi serve | demo | health | site | stats | campaign | backtest | diff | why | backup | restore | verify | seal | coupon | erasure | learn | kb | audit | help`.
#![expect(clippy::print_stderr, reason = "printing is a command's work")]

/// In commands these go before those of the language, which panic when nobody reads on.
macro_rules! print {
    ($($part:tt)*) => { crate::cli::out::put(format_args!($($part)*), "") };
}

macro_rules! println {
    ($($part:tt)*) => { crate::cli::out::put(format_args!($($part)*), "\n") };
}

mod answers;
mod audit;
mod backup;
mod campaign;
mod coupon;
mod csv;
mod health;
mod kb;
mod learn;
mod log;
mod out;
mod rehearse;
mod seal;
mod serve;
mod site;
mod stats;
mod table;
mod verify;
mod why;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Given;

/// Notices what shoppers mean, and acts on it: the server and its tools.
#[derive(Debug, Parser)]
#[command(name = "nunchi", version, propagate_version = true)]
struct Cli {
    /// Settings file (TOML); flags and environment go before it
    #[arg(long, global = true, env = "NUNCHI_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take beacons, serve agent and console
    Serve {
        #[command(flatten)]
        given: Given,
    },
    /// Serve with a site `demo`, its campaigns and knowledge base ready to try
    #[command(mut_arg("data", |it| it.help(serve::DEMO_FOLDER)))]
    Demo {
        #[command(flatten)]
        given: Given,
        /// Origin of the demo shop
        #[arg(long, default_value = "http://127.0.0.1:8090", value_name = "ORIGIN")]
        shop_origin: String,
    },
    /// Ask a running server whether it wants traffic; exit 1 if not (for containers, which have no curl)
    Health {
        #[command(flatten)]
        given: Given,
    },
    /// Sites: who may send, and what is published to their pages
    #[command(subcommand)]
    Site(site::SiteCommand),
    /// Answers about a site, also while the server runs
    Stats(stats::StatsArgs),
    /// Campaign files, before they are published
    #[command(subcommand)]
    Campaign(campaign::CampaignCommand),
    /// Try campaigns on stored visits: what would they have done?
    Backtest(rehearse::BacktestArgs),
    /// Compare two packs on stored visits: where do they decide differently?
    Diff(rehearse::DiffArgs),
    /// Tell a stored visit moment by moment: what happened, what was decided, why and why not
    Why(why::WhyArgs),
    /// Copy the data folder at one moment, also while the server runs
    Backup(backup::BackupArgs),
    /// Make a data folder of a backup
    Restore(backup::RestoreArgs),
    /// Go through a data folder and name what is damaged; exit 1 if something is
    Verify(verify::VerifyArgs),
    /// Seal all stored beacons into files of history now (Parquet, under DIR/segments)
    Seal(seal::SealArgs),
    /// What the bot knows, and what it was asked in vain
    #[command(subcommand)]
    Kb(kb::KbCommand),
    /// Who did what
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Coupons in pools, given to visitors one by one
    #[command(subcommand)]
    Coupon(coupon::CouponCommand),
    /// Visitors who want to be erased
    #[command(subcommand)]
    Erasure(coupon::ErasureCommand),
    /// Learn who buys: measure the models, make the one that is shipped
    #[command(subcommand)]
    Learn(learn::LearnCommand),
}

/// What a command ends with when it cannot do it: words for people.
type Failure = Box<dyn std::error::Error>;

/// Reads the command line and does what it says.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let log = log::Log::start();
    let file = cli.config.as_deref();
    let result = match cli.command {
        Command::Serve { given } => serve::serve(given, file, log),
        Command::Demo { given, shop_origin } => serve::demo(given, file, log, &shop_origin),
        Command::Health { given } => health::run(given, file),
        Command::Site(command) => site::run(command, file),
        Command::Stats(args) => stats::run(&args, file),
        Command::Campaign(command) => campaign::run(command, file),
        Command::Backtest(args) => rehearse::backtest(&args, file),
        Command::Diff(args) => rehearse::diff(&args, file),
        Command::Why(args) => why::run(&args, file),
        Command::Backup(args) => backup::backup(&args, file),
        Command::Restore(args) => backup::restore(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Seal(args) => seal::run(&args),
        Command::Kb(command) => kb::run(command, file),
        Command::Audit(command) => audit::run(command, file),
        Command::Coupon(command) => coupon::run(command, file),
        Command::Erasure(command) => coupon::erasure(command, file),
        Command::Learn(command) => learn::run(command),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("nunchi: {error}");
            ExitCode::FAILURE
        }
    }
}
