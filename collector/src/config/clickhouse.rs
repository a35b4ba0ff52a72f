//! Where history is kept: in the data folder, or in ClickHouse.

use serde::Deserialize;

use super::ConfigError;
use crate::store::ClickHouseAddress;

/// What keeps history.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keeper {
    /// Files in the data folder.
    #[default]
    Segments,
    /// A ClickHouse; the data folder keeps what is on its way there.
    #[value(name = "clickhouse")]
    ClickHouse,
}

/// What flags, environment and the table `[clickhouse]` of the file may each say.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GivenClickHouse {
    /// Where ClickHouse listens for HTTP [default: port 8123 of this machine]
    #[arg(long = "clickhouse-url", env = "NUNCHI_CLICKHOUSE_URL", value_name = "URL")]
    pub url: Option<String>,
    /// User of ClickHouse [default: default]
    #[arg(long = "clickhouse-user", env = "NUNCHI_CLICKHOUSE_USER", value_name = "NAME")]
    pub user: Option<String>,
    /// Its password [default: none]
    #[arg(
        long = "clickhouse-password",
        env = "NUNCHI_CLICKHOUSE_PASSWORD",
        hide_env_values = true
    )]
    pub password: Option<String>,
    /// Database of ClickHouse; made if it is not there [default: nunchi]
    #[arg(long = "clickhouse-database", env = "NUNCHI_CLICKHOUSE_DATABASE", value_name = "NAME")]
    pub database: Option<String>,
}

impl GivenClickHouse {
    pub(super) fn settle(self, below: Self) -> Result<ClickHouseAddress, ConfigError> {
        let url = self.url.or(below.url).unwrap_or_else(|| "http://127.0.0.1:8123".into());
        // A password in an address ends up in logs.
        if !url.starts_with("http://") || url.contains(['@', '?']) {
            return Err(ConfigError::NoAddress(url.split('@').next_back().unwrap_or("").into()));
        }
        Ok(ClickHouseAddress {
            url,
            user: self.user.or(below.user).unwrap_or_else(|| "default".into()),
            password: self.password.or(below.password).unwrap_or_default(),
            database: self.database.or(below.database).unwrap_or_else(|| "nunchi".into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{Given, GivenClickHouse, Keeper};

    #[test]
    fn clickhouse_is_told_where_it_is_by_flags_and_file_and_its_password_is_hidden() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("nunchi.toml");
        let text = "store = \"clickhouse\"\n[clickhouse]\npassword = \"s3cret\"\nuser = \"shop\"\n";
        std::fs::write(&file, text).unwrap();
        let url = Some("http://ch.internal:8123".into());
        let clickhouse = GivenClickHouse { url, ..GivenClickHouse::default() };
        let given = Given { clickhouse, ..Given::default() };
        let settings = given.settle(Some(&file)).unwrap();
        let line = settings.to_string();
        let expected = "store=http://ch.internal:8123 user=shop database=nunchi password=(hidden)";
        assert!(line.contains(expected) && !line.contains("s3cret"), "{line}");
        assert_eq!(settings.clickhouse.unwrap().password, "s3cret");
    }

    #[test]
    fn an_address_that_would_give_a_password_away_is_refused() {
        for url in ["http://me:s3cret@ch:8123", "https://ch:8443", "ch:8123"] {
            let clickhouse =
                GivenClickHouse { url: Some(url.into()), ..GivenClickHouse::default() };
            let store = Some(Keeper::ClickHouse);
            let given = Given { store, clickhouse, ..Given::default() };
            let error = given.settle(None).unwrap_err().to_string();
            assert!(error.contains("http://HOST:PORT") && !error.contains("s3cret"), "{error}");
        }
    }
}
