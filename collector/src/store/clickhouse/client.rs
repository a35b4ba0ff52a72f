//! HTTP to ClickHouse: statements in, bytes out. One request a call; connections are kept and used
//! again.

use std::io::Read;
use std::time::Duration;

use ureq::Agent;

use crate::store::StoreError;

/// Where ClickHouse listens, and as whom to come. Printed, it hides the password.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// `http://HOST:8123`. Plain HTTP: in a private network, or through a local proxy that speaks TLS.
    pub url: String,
    /// User.
    pub user: String,
    /// Its password; may be empty.
    pub password: String,
    /// Database of the tables; made if it is not there.
    pub database: String,
}

impl std::fmt::Display for Address {
    /// For the log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { url, user, password, database } = self;
        let password = if password.is_empty() { "(none)" } else { "(hidden)" };
        write!(f, "{url} user={user} database={database} password={password}")
    }
}

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// Speaks to one server. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Client {
    agent: Agent,
    address: Address,
}

impl Client {
    pub(super) fn new(address: &Address) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(CONNECT_TIME))
            .timeout_send_body(Some(SEND_TIME))
            .timeout_recv_response(Some(ANSWER_TIME))
            // Between two reads, not for all of them: a long scan may take its time.
            .timeout_per_read(Some(ANSWER_TIME))
            .build();
        Self { agent: Agent::new_with_config(config), address: address.clone() }
    }

    /// Of the tables.
    pub(super) fn database(&self) -> &str {
        &self.address.database
    }

    /// Runs a statement of which nothing is to be read.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub(super) fn run(&self, sql: &str) -> Result<(), StoreError> {
        self.text(sql).map(drop)
    }

    /// Runs a statement in any database and gives its short answer.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub(super) fn text_anywhere(&self, sql: &str) -> Result<String, StoreError> {
        short(self.post(&[], sql.as_bytes())?)
    }

    /// Runs a statement and gives its short answer.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub(super) fn text(&self, sql: &str) -> Result<String, StoreError> {
        short(self.ask(sql, &[])?)
    }

    /// Runs a statement; its answer is read as it comes. What goes wrong after the first byte stands
    /// in it as text: formats that are read here cannot mistake it for rows.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] when it is not known whether it ran, [`StoreError::ClickHouse`] when
    /// it was refused.
    pub(super) fn ask(
        &self,
        sql: &str,
        settings: &[(&str, &str)],
    ) -> Result<impl Read + use<>, StoreError> {
        let mut query = vec![("database", self.address.database.as_str())];
        query.extend_from_slice(settings);
        self.post(&query, sql.as_bytes())
    }

    /// Sends rows. Returns after ClickHouse has answered that it has them.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub(super) fn insert(
        &self,
        into: &str,
        settings: &[(&str, &str)],
        rows: &[u8],
    ) -> Result<(), StoreError> {
        let mut query = vec![("database", self.address.database.as_str()), ("query", into)];
        query.extend_from_slice(settings);
        short(self.post(&query, rows)?).map(drop)
    }

    fn post(&self, query: &[(&str, &str)], body: &[u8]) -> Result<impl Read + use<>, StoreError> {
        let Address { url, user, password, .. } = &self.address;
        let request = self
            .agent
            .post(url)
            .query_pairs(query.iter().copied())
            .header("X-ClickHouse-User", user)
            .header("X-ClickHouse-Key", password);
        let answer = request.send(body).map_err(|cause| unreachable(&cause))?;
        let status = answer.status().as_u16();
        let mut body = answer.into_body().into_reader();
        if status == 200 {
            return Ok(body);
        }
        let mut text = String::new();
        // Whatever can be read of the reason; the status alone says enough.
        let _ = body.by_ref().take(REASON_BYTES_MAX).read_to_string(&mut text);
        Err(StoreError::ClickHouse(format!("{status} {}", text.trim())))
    }
}

fn short(answer: impl Read) -> Result<String, StoreError> {
    let mut text = String::new();
    answer.take(SHORT_BYTES_MAX).read_to_string(&mut text).map_err(|cause| unreachable(&cause))?;
    // An old server that fails after it has begun to answer says so in the answer.
    if text.contains("DB::Exception") {
        return Err(StoreError::ClickHouse(text.trim().into()));
    }
    Ok(text.trim_end().into())
}

pub(super) fn unreachable(cause: &dyn std::fmt::Display) -> StoreError {
    StoreError::Unreachable(cause.to_string())
}

/// A text as it stands in a statement.
pub(super) fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

const CONNECT_TIME: Duration = Duration::from_secs(5);

/// For a block of rows to go out.
const SEND_TIME: Duration = Duration::from_mins(1);

/// For an answer to begin, and between two parts of it. A large sort takes a while.
const ANSWER_TIME: Duration = Duration::from_mins(2);

/// Of a refusal's reason.
const REASON_BYTES_MAX: u64 = 4 << 10;

/// Of an answer that is read whole.
const SHORT_BYTES_MAX: u64 = 1 << 20;
