//! The settings file, read again while the server runs.

use std::path::PathBuf;

use super::{Changes, ConfigError, Given, Settings};

/// What settings were made from, and what is in force.
#[derive(Clone, Debug)]
pub(crate) struct Reload {
    given: Given,
    file: Option<PathBuf>,
    settings: Settings,
}

/// What came of reading the file again.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Reloaded {
    /// In force now: `run_per_minute 120 -> 60`.
    pub(crate) changed: Vec<String>,
    /// Waits for a restart: `port 8080 -> 9090`.
    pub(crate) waiting: Vec<String>,
}

impl Reload {
    /// Remembers flags and environment as they were `given`, and the file to read again.
    pub(crate) fn new(given: Given, file: Option<PathBuf>, settings: Settings) -> Self {
        Self { given, file, settings }
    }

    /// What is in force.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Reads the file again. What can change does; the rest stays as it is and is named.
    ///
    /// # Errors
    /// A file that is broken changes nothing.
    pub(crate) fn again(&mut self) -> Result<Reloaded, ConfigError> {
        let asked = self.given.clone().settle(self.file.as_deref())?;
        let mut reloaded = Reloaded::default();
        for ((name, old, when), (_, new, _)) in self.settings.list().into_iter().zip(asked.list()) {
            let list = match when {
                Changes::Live => &mut reloaded.changed,
                Changes::AtRestart => &mut reloaded.waiting,
            };
            // Tokens and passwords are hidden, and so look alike.
            let is_other = match name {
                "token" => self.settings.token != asked.token,
                "store" => self.settings.clickhouse != asked.clickhouse,
                _ => old != new,
            };
            if is_other {
                list.push(format!("{name} {old} -> {new}"));
            }
        }
        let Settings { data, clickhouse, bind, port, www, workers, seal, token, llm, .. } =
            self.settings.clone();
        self.settings =
            Settings { data, clickhouse, bind, port, www, workers, seal, token, llm, ..asked };
        Ok(reloaded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_change_does_and_the_rest_is_named_until_the_restart() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("nunchi.toml");
        let write = |text: &str| std::fs::write(&file, text).unwrap();
        write("port = 1000\nrun_per_minute = 50\ntrusted_proxy = [\"10.0.0.0/8\"]\n");
        let given = Given { site_per_minute: Some(7), ..Given::default() };
        let settings = given.clone().settle(Some(&file)).unwrap();
        let mut reload = Reload::new(given, Some(file.clone()), settings.clone());
        assert_eq!(reload.again().unwrap(), Reloaded::default());

        write(
            "port = 2000\nrun_per_minute = 60\nsite_per_minute = 9\nlog = \"debug\"\ntoken = \"0123456789abcdef\"",
        );
        let reloaded = reload.again().unwrap();
        let changed = [
            "log info,actix_server=warn -> debug",
            "run_per_minute 50 -> 60",
            "trusted_proxy 10.0.0.0/8 -> (none)",
        ];
        assert_eq!(reloaded.changed, changed);
        assert_eq!(
            reloaded.waiting,
            ["port 1000 -> 2000", "token (in the data folder) -> (hidden)"]
        );
        let now = reload.settings();
        assert_eq!((now.limits.run_per_minute, now.limits.site_per_minute), (60, 7));
        assert_eq!((now.port, &now.token), (1000, &None));
        let again = reload.again().unwrap();
        assert_eq!((again.changed.len(), again.waiting.len()), (0, 2), "still waits");
    }

    #[test]
    fn a_broken_file_changes_nothing_and_says_where_it_is_broken() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("nunchi.toml");
        std::fs::write(&file, "run_per_minute = 50\n").unwrap();
        let settings = Given::default().settle(Some(&file)).unwrap();
        let mut reload = Reload::new(Given::default(), Some(file.clone()), settings.clone());
        for (broken, expected) in [
            ("run_per_minute = 60\nprot = 1\n", "line 2"),
            ("run_per_minute = 60\nlog = \"no=filter=1\"\n", "found `no=filter=1`"),
            ("run_per_minute = 60\ntoken = \"short\"\n", "5 characters"),
        ] {
            std::fs::write(&file, broken).unwrap();
            let error = reload.again().unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
            assert_eq!(reload.settings(), &settings);
        }
        std::fs::remove_file(&file).unwrap();
        assert!(reload.again().unwrap_err().to_string().contains("cannot read settings from"));
    }
}
