//! Whether a language model may help the bot, and which.

use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::ConfigError;
use crate::chat::LlmSettings;

/// What flags, environment and the table `[llm]` of the file may each say.
// Arguments have ids of their own: ClickHouse has a `url` too.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GivenLlm {
    /// Lets a language model help where the bot is not sure: base address of an OpenAI-compatible service
    /// on this machine or behind a proxy that speaks TLS, as `http://127.0.0.1:9/v1` [default: none]
    #[arg(id = "llm-url", long = "llm-url", env = "NUNCHI_LLM_URL", value_name = "URL")]
    pub url: Option<String>,
    /// Which model of it
    #[arg(id = "llm-model", long = "llm-model", env = "NUNCHI_LLM_MODEL", value_name = "NAME")]
    pub model: Option<String>,
    /// File with the service's key, read once at start [default: no key]
    #[arg(
        id = "llm-key-file",
        long = "llm-key-file",
        env = "NUNCHI_LLM_KEY_FILE",
        value_name = "FILE"
    )]
    pub key_file: Option<PathBuf>,
    /// Questions a day (UTC) that it may be asked, of all sites together [default: 200]
    #[arg(id = "llm-budget", long = "llm-budget", env = "NUNCHI_LLM_BUDGET", value_name = "N")]
    pub budget: Option<u32>,
}

impl GivenLlm {
    pub(super) fn settle(self, below: Self) -> Result<Option<LlmSettings>, ConfigError> {
        let Some(url) = self.url.or(below.url) else { return Ok(None) };
        // A password in an address ends up in logs.
        if !url.starts_with("http://") || url.contains(['@', '?', '#']) {
            return Err(ConfigError::NoLlm(url.split('@').next_back().unwrap_or("").into()));
        }
        Ok(Some(LlmSettings {
            url: url.trim_end_matches('/').into(),
            model: self.model.or(below.model).ok_or(ConfigError::NoLlmModel)?,
            key_file: self.key_file.or(below.key_file),
            budget: self.budget.or(below.budget).unwrap_or(LLM_BUDGET),
            timeout: LLM_TIME,
        }))
    }
}

/// Questions a day: enough to see whether it helps, too few to cost much.
const LLM_BUDGET: u32 = 200;

/// For the whole of an answer: a visitor waits no longer.
const LLM_TIME: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use crate::config::{Given, GivenLlm};

    #[test]
    fn no_model_is_asked_unless_one_is_named_and_the_file_may_name_it() {
        let settings = Given::default().settle(None).unwrap();
        assert_eq!(settings.llm, None);
        assert!(settings.to_string().contains("llm=(off)"));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("nunchi.toml");
        let text = "[llm]\nurl = \"http://127.0.0.1:9/v1/\"\nmodel = \"small\"\nbudget = 3\n";
        std::fs::write(&file, text).unwrap();
        let line = Given::default().settle(Some(&file)).unwrap().to_string();
        let expected = "llm=http://127.0.0.1:9/v1 model=small key_file=(none) budget=3";
        assert!(line.ends_with(expected), "{line}");
    }

    #[test]
    fn an_address_that_gives_a_password_away_or_wants_tls_is_refused() {
        for url in ["http://me:s3cret@llm:9/v1", "https://llm/v1", "llm:9", "http://llm/v1?key=s"] {
            let llm = GivenLlm { url: Some(url.into()), ..GivenLlm::default() };
            let given = Given { llm, ..Given::default() };
            let error = given.settle(None).unwrap_err().to_string();
            assert!(error.contains("http://HOST:PORT/v1") && !error.contains("s3cret"), "{error}");
        }
        let llm = GivenLlm { url: Some("http://llm/v1".into()), ..GivenLlm::default() };
        let error = Given { llm, ..Given::default() }.settle(None).unwrap_err().to_string();
        assert!(error.contains("--llm-model"), "{error}");
    }
}
