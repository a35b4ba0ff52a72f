//! Settings: flags, then environment (`NUNCHI_…`), then one TOML file, then defaults. The file is
//! read again at SIGHUP ([`reload`]).

mod clickhouse;
mod llm;
mod reload;

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use tracing_subscriber::EnvFilter;

use crate::chat::LlmSettings;
use crate::door::{Limits, Network};
use crate::store::{ClickHouseAddress, Retention, Rule};

pub use clickhouse::{GivenClickHouse, Keeper};
pub use llm::GivenLlm;
pub(crate) use reload::{Reload, Reloaded};

/// What flags, environment and file may each say. The file's keys are these names; unknown keys are
/// refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// Folder for everything that is kept [default: nunchi-data]
    #[arg(long, env = "NUNCHI_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// What keeps history [default: segments, in that folder]
    #[arg(long, env = "NUNCHI_STORE", value_enum)]
    pub store: Option<Keeper>,
    /// Which ClickHouse.
    #[command(flatten)]
    #[serde(default)]
    pub clickhouse: GivenClickHouse,
    /// Address to listen on [default: 127.0.0.1]
    #[arg(long, env = "NUNCHI_BIND", value_name = "ADDRESS")]
    pub bind: Option<IpAddr>,
    /// Port to listen on; 0 takes a free one [default: 8080]
    #[arg(long, env = "NUNCHI_PORT")]
    pub port: Option<u16>,
    /// Serve agent and console from this folder, not from the binary
    #[arg(long, env = "NUNCHI_WWW_DIR", value_name = "DIR")]
    pub www: Option<PathBuf>,
    /// Threads that answer requests [default: one a core]
    #[arg(long, env = "NUNCHI_WORKERS")]
    pub workers: Option<u16>,
    /// Most mebibytes that database, its log and files of history may have together; beyond them beacons are asked to
    /// wait, and what waits is sealed as long as that makes room [default: no limit]
    #[arg(long, env = "NUNCHI_DATA_MIB_MAX", value_name = "MIB")]
    pub data_mib_max: Option<u32>,
    /// Seconds after which beacons are sealed into files of history [default: 900]
    #[arg(long, env = "NUNCHI_SEAL_AFTER_S", value_name = "S")]
    pub seal_after_s: Option<u32>,
    /// Beacons of one site that are sealed at once, however young; at most 20000 [default: 20000]
    #[arg(long, env = "NUNCHI_SEAL_BEACONS", value_name = "N")]
    pub seal_beacons: Option<u32>,
    /// Days that what questions are answered from is kept; 0 is for ever [default: 760]
    #[arg(long, env = "NUNCHI_HISTORY_DAYS", value_name = "DAYS")]
    pub history_days: Option<u32>,
    /// Days that beacons are kept byte for byte, for replays; 0 is for ever [default: 90]
    #[arg(long, env = "NUNCHI_REPLAY_DAYS", value_name = "DAYS")]
    pub replay_days: Option<u32>,
    /// Days that conversations are kept; 0 is for ever [default: 1096]
    #[arg(long, env = "NUNCHI_CHAT_DAYS", value_name = "DAYS")]
    pub chat_days: Option<u32>,
    /// What is logged, as debug or collector=debug,warn [default: info, quiet about actix]
    #[arg(long, env = "NUNCHI_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// Access token of the console [default: made at first start, in DIR/token]
    #[arg(long, env = "NUNCHI_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Proxies whose X-Forwarded-For is believed, as 10.0.0.0/8,192.0.2.7 [default: none]
    #[arg(long, env = "NUNCHI_TRUSTED_PROXY", value_name = "NETWORK", value_delimiter = ',')]
    pub trusted_proxy: Option<Vec<Network>>,
    /// Beacons a minute of one page load; more are kept apart; 0 is no limit [default: 120]
    #[arg(long, env = "NUNCHI_RUN_PER_MINUTE", value_name = "N")]
    pub run_per_minute: Option<u32>,
    /// Beacons a minute of one network (/24, /64); more are kept apart [default: 3000]
    #[arg(long, env = "NUNCHI_ADDRESS_PER_MINUTE", value_name = "N")]
    pub address_per_minute: Option<u32>,
    /// Beacons a minute of one site; more have to wait [default: 120000]
    #[arg(long, env = "NUNCHI_SITE_PER_MINUTE", value_name = "N")]
    pub site_per_minute: Option<u32>,
    /// Beacons a minute of one site that are kept apart; more have to wait [default: 6000]
    #[arg(long, env = "NUNCHI_QUARANTINE_PER_MINUTE", value_name = "N")]
    pub quarantine_per_minute: Option<u32>,
    /// Connections at once; beyond it the slowest makes room; 0 is no limit [default: 5000]
    #[arg(long, env = "NUNCHI_CONNECTIONS", value_name = "N")]
    pub connections: Option<u32>,
    /// Connections at once of one address, but for trusted proxies; 0 is no limit [default: 256]
    #[arg(long, env = "NUNCHI_CONNECTIONS_PER_ADDRESS", value_name = "N")]
    pub connections_per_address: Option<u32>,
    /// Keep robots, and what cannot have happened so, apart [default: true]
    #[arg(long, env = "NUNCHI_PLAUSIBILITY", value_name = "BOOL")]
    pub plausibility: Option<bool>,
    /// Rows of answers that tell of fewer people are folded into one; 0 folds none [default: 10]
    #[arg(long, env = "NUNCHI_FOLD_BELOW", value_name = "N")]
    pub fold_below: Option<u32>,
    /// Which language model helps the bot.
    #[command(flatten)]
    #[serde(default)]
    pub llm: GivenLlm,
}

/// What is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Folder for everything that is kept.
    pub data: PathBuf,
    /// Where history is kept, if not there.
    pub clickhouse: Option<ClickHouseAddress>,
    /// Address to listen on.
    pub bind: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// Serve agent and console from this folder, not from the binary.
    pub www: Option<PathBuf>,
    /// Threads that answer requests.
    pub workers: usize,
    /// Most mebibytes that database, its log and files of history may have together.
    pub data_mib_max: Option<u32>,
    /// When beacons are sealed.
    pub seal: Rule,
    /// How long what is kept.
    pub retention: Retention,
    /// What is logged: a filter of `tracing-subscriber`.
    pub log: String,
    /// Access token of the console; else the one in the data folder.
    pub token: Option<String>,
    /// How much is taken from whom.
    pub limits: Limits,
    /// Rows of answers that tell of fewer people are folded into one.
    pub fold_below: u32,
    /// The language model that helps the bot, if one does.
    pub llm: Option<LlmSettings>,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read settings from {file}: {cause}")]
    Unreadable {
        /// Which file.
        file: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// The file is not what it should be; the cause names line and key.
    #[error("{file}: {cause}")]
    Malformed {
        /// Which file.
        file: PathBuf,
        /// What TOML says.
        cause: Box<toml::de::Error>,
    },
    /// A filter that is none.
    #[error("log: expected a filter such as info or collector=debug,warn, found `{0}`")]
    NoFilter(String),
    /// Not where a ClickHouse may be.
    #[error(
        "clickhouse url: expected http://HOST:PORT, user and password apart, found `{0}`; for TLS \
         put a proxy between"
    )]
    NoAddress(String),
    /// Not where a language model may be.
    #[error(
        "llm url: expected http://HOST:PORT/v1, the key apart in --llm-key-file, found `{0}`; for TLS \
         put a proxy between"
    )]
    NoLlm(String),
    /// A service without the name of a model.
    #[error(
        "--llm-url needs the name of a model there: --llm-model, or `model` in the table [llm]"
    )]
    NoLlmModel,
    /// A token that could be guessed.
    #[error("the access token is {found} characters, at least {TOKEN_CHARS_MIN} are needed")]
    WeakToken {
        /// Its length.
        found: usize,
    },
}

impl Given {
    /// Adds what the file says to what flags and environment say, and defaults to both.
    ///
    /// # Errors
    /// [`ConfigError`] names the file, the line and the key.
    pub fn settle(self, file: Option<&Path>) -> Result<Settings, ConfigError> {
        let below = file.map(read_file).transpose()?.unwrap_or_default();
        let token = self.token.or(below.token);
        if let Some(token) = &token
            && token.len() < TOKEN_CHARS_MIN
        {
            return Err(ConfigError::WeakToken { found: token.len() });
        }
        let log = self.log.or(below.log).unwrap_or_else(|| LOG_DEFAULT.into());
        if log.parse::<EnvFilter>().is_err() {
            return Err(ConfigError::NoFilter(log));
        }
        let clickhouse = match self.store.or(below.store).unwrap_or_default() {
            Keeper::Segments => None,
            Keeper::ClickHouse => Some(self.clickhouse.settle(below.clickhouse)?),
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Settings {
            data: self.data.or(below.data).unwrap_or_else(|| "nunchi-data".into()),
            clickhouse,
            bind: self.bind.or(below.bind).unwrap_or(IpAddr::from([127, 0, 0, 1])),
            port: self.port.or(below.port).unwrap_or(8080),
            www: self.www.or(below.www),
            workers: self.workers.or(below.workers).map_or(cores, |n| usize::from(n.max(1))),
            data_mib_max: self.data_mib_max.or(below.data_mib_max),
            seal: Rule {
                after_ms: u64::from(self.seal_after_s.or(below.seal_after_s).unwrap_or(900))
                    * 1_000,
                beacons: self.seal_beacons.or(below.seal_beacons).map_or(20_000, |n| n as usize),
            },
            retention: Retention {
                history_days: self.history_days.or(below.history_days).unwrap_or(HISTORY_DAYS),
                replay_days: self.replay_days.or(below.replay_days).unwrap_or(REPLAY_DAYS),
                chat_days: self.chat_days.or(below.chat_days).unwrap_or(CHAT_DAYS),
            },
            log,
            token,
            limits: Limits {
                run_per_minute: self.run_per_minute.or(below.run_per_minute).unwrap_or(120),
                address_per_minute: self
                    .address_per_minute
                    .or(below.address_per_minute)
                    .unwrap_or(3_000),
                site_per_minute: self.site_per_minute.or(below.site_per_minute).unwrap_or(120_000),
                quarantine_per_minute: self
                    .quarantine_per_minute
                    .or(below.quarantine_per_minute)
                    .unwrap_or(6_000),
                connections: self.connections.or(below.connections).unwrap_or(5_000),
                connections_per_address: self
                    .connections_per_address
                    .or(below.connections_per_address)
                    .unwrap_or(256),
                plausibility: self.plausibility.or(below.plausibility).unwrap_or(true),
                trusted_proxies: self.trusted_proxy.or(below.trusted_proxy).unwrap_or_default(),
            },
            fold_below: self.fold_below.or(below.fold_below).unwrap_or(10),
            llm: self.llm.settle(below.llm)?,
        })
    }

    /// A demo's crowd comes from one address, lives a day in a minute and is nobody: nothing is limited
    /// or folded that nobody asked for.
    #[must_use]
    pub fn without_limits(mut self) -> Self {
        for limit in [
            &mut self.run_per_minute,
            &mut self.address_per_minute,
            &mut self.site_per_minute,
            &mut self.quarantine_per_minute,
            &mut self.connections_per_address,
            &mut self.fold_below,
        ] {
            limit.get_or_insert(0);
        }
        self.plausibility.get_or_insert(false);
        self
    }
}

fn read_file(file: &Path) -> Result<Given, ConfigError> {
    let text = std::fs::read_to_string(file)
        .map_err(|cause| ConfigError::Unreadable { file: file.into(), cause })?;
    toml::from_str(&text)
        .map_err(|cause| ConfigError::Malformed { file: file.into(), cause: Box::new(cause) })
}

impl Settings {
    /// Each setting by its name, secrets hidden, and whether it can change while the server runs.
    pub(crate) fn list(&self) -> Vec<(&'static str, String, Changes)> {
        use Changes::{AtRestart, Live};
        let Self {
            data,
            clickhouse,
            bind,
            port,
            www,
            workers,
            data_mib_max,
            seal,
            log,
            token,
            limits,
            fold_below,
            retention,
            llm,
        } = self;
        let store = clickhouse.as_ref().map_or("segments".into(), ToString::to_string);
        let www = www.as_ref().map_or("(in the binary)".into(), |it| it.display().to_string());
        let mib = data_mib_max.map_or("(none)".into(), |mib| mib.to_string());
        let proxies: Vec<String> = limits.trusted_proxies.iter().map(ToString::to_string).collect();
        let proxies = if proxies.is_empty() { "(none)".into() } else { proxies.join(",") };
        let token = if token.is_some() { "(hidden)" } else { "(in the data folder)" };
        vec![
            ("data", data.display().to_string(), AtRestart),
            ("store", store, AtRestart),
            ("bind", bind.to_string(), AtRestart),
            ("port", port.to_string(), AtRestart),
            ("workers", workers.to_string(), AtRestart),
            ("www", www, AtRestart),
            ("data_mib_max", mib, Live),
            ("seal_after_s", (seal.after_ms / 1_000).to_string(), AtRestart),
            ("seal_beacons", seal.beacons.to_string(), AtRestart),
            ("history_days", retention.history_days.to_string(), Live),
            ("replay_days", retention.replay_days.to_string(), Live),
            ("chat_days", retention.chat_days.to_string(), Live),
            ("log", log.clone(), Live),
            ("run_per_minute", limits.run_per_minute.to_string(), Live),
            ("address_per_minute", limits.address_per_minute.to_string(), Live),
            ("site_per_minute", limits.site_per_minute.to_string(), Live),
            ("quarantine_per_minute", limits.quarantine_per_minute.to_string(), Live),
            ("connections", limits.connections.to_string(), Live),
            ("connections_per_address", limits.connections_per_address.to_string(), Live),
            ("plausibility", limits.plausibility.to_string(), Live),
            ("trusted_proxy", proxies, Live),
            ("fold_below", fold_below.to_string(), Live),
            ("token", token.into(), AtRestart),
            ("llm", llm.as_ref().map_or("(off)".into(), ToString::to_string), AtRestart),
        ]
    }
}

/// When a setting that was changed in the file comes into force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Changes {
    /// At SIGHUP.
    Live,
    /// When the server is started again.
    AtRestart,
}

impl std::fmt::Display for Settings {
    /// One line for the log, secrets hidden.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all: Vec<_> =
            self.list().into_iter().map(|(name, value, _)| format!("{name}={value}")).collect();
        f.write_str(&all.join(" "))
    }
}

/// 25 months: as long as the CNIL (July 2025) lets audience figures be kept without asking.
const HISTORY_DAYS: u32 = 760;

/// A quarter: long enough to try a campaign on the last season, and what Korea asks of access logs.
/// Whole visits tell more of a person than questions need, so they go first.
const REPLAY_DAYS: u32 = 90;

/// Three years: what Korea's e-commerce act asks of complaints, which chats may be.
const CHAT_DAYS: u32 = 1_096;

/// What is logged unless settings say otherwise.
pub(crate) const LOG_DEFAULT: &str = "info,actix_server=warn";

/// Shortest access token taken: 16 characters of hexadecimal are 64 bits.
const TOKEN_CHARS_MIN: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_go_before_the_file_and_the_file_before_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("nunchi.toml");
        std::fs::write(&file, "port = 9000\ndata_mib_max = 512\n").unwrap();
        let given = Given { port: Some(9001), ..Given::default() };
        let settings = given.settle(Some(&file)).unwrap();
        assert_eq!((settings.port, settings.data_mib_max), (9001, Some(512)));
        assert_eq!(settings.bind, IpAddr::from([127, 0, 0, 1]));
    }

    #[test]
    fn a_broken_file_is_refused_with_file_line_and_key() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("nunchi.toml");
        let check = |text: &str, expected: &[&str]| {
            std::fs::write(&file, text).unwrap();
            let message = Given::default().settle(Some(&file)).unwrap_err().to_string();
            for part in expected {
                assert!(message.contains(part), "{part} should stand in: {message}");
            }
        };
        check("bind = \"127.0.0.1\"\nprot = 80\n", &["nunchi.toml", "line 2", "prot"]);
        check("port = 80000\n", &["nunchi.toml", "line 1", "port"]);
        check("port = \n", &["nunchi.toml", "line 1"]);
        check("trusted_proxy = [\"10.0.0.0/99\"]\n", &["nunchi.toml", "10.0.0.0/99"]);
    }

    #[test]
    fn a_demo_has_the_limits_that_were_asked_for_and_no_others() {
        let given = Given { run_per_minute: Some(5), ..Given::default() };
        let limits = given.clone().without_limits().settle(None).unwrap().limits;
        assert_eq!((limits.run_per_minute, limits.address_per_minute), (5, 0));
        assert!(!limits.plausibility);
        let limits = given.settle(None).unwrap().limits;
        assert!(limits.plausibility && limits.address_per_minute > 0);
    }

    #[test]
    fn the_settings_that_we_ship_are_read_and_trust_this_machine_alone() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/nunchi.toml");
        let line = Given::default().settle(Some(Path::new(file))).unwrap().to_string();
        assert!(line.contains("bind=127.0.0.1 port=8080"), "{line}");
        assert!(line.contains("trusted_proxy=127.0.0.1/32,::1/128"), "{line}");
    }

    #[test]
    fn secrets_are_never_printed() {
        let given = Given { token: Some("0123456789abcdef".into()), ..Given::default() };
        let line = given.settle(None).unwrap().to_string();
        assert!(!line.contains("0123456789abcdef") && line.contains("token=(hidden)"), "{line}");
    }
}
