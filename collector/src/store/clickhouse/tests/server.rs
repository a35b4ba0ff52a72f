//! One `clickhouse-server` for one test.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::store::StoreError;
use crate::store::clickhouse::{Address, ClickHouse};

/// A running server. Killed when dropped.
pub(super) struct Server {
    folder: TempDir,
    port: u16,
    process: Option<Child>,
}

impl Server {
    /// Starts one, or `None` where there is none to be had: `cargo xtask test` installs it on Debian,
    /// and says so where it cannot.
    pub(super) fn start() -> Option<Self> {
        if std::env::var_os("NUNCHI_NO_CLICKHOUSE").is_some() || cfg!(target_os = "macos") {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let mut server = Self { folder, port: free_port(), process: None };
        server.configure();
        server.resume();
        Some(server)
    }

    pub(super) fn address(&self) -> Address {
        Self::address_at(self.port)
    }

    /// The same through another port.
    pub(super) fn address_at(port: u16) -> Address {
        Address {
            url: format!("http://127.0.0.1:{port}"),
            user: "nunchi".into(),
            password: PASSWORD.into(),
            database: "shop".into(),
        }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    pub(super) fn open(&self) -> ClickHouse {
        let clickhouse = ClickHouse::at(&self.address());
        clickhouse.prepare().unwrap();
        clickhouse
    }

    /// A number that a statement answers.
    pub(super) fn number(&self, sql: &str) -> u64 {
        self.open().client.text(sql).unwrap().parse().unwrap()
    }

    /// As a power cut does it to a process.
    pub(super) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Starts it again over the same data and waits until it answers.
    pub(super) fn resume(&mut self) {
        let config = self.folder.path().join("etc").join("config.xml");
        let log = fs::File::create(self.folder.path().join("log")).unwrap();
        let program = std::env::var("NUNCHI_CLICKHOUSE_SERVER").unwrap_or_else(|_| DEBIANS.into());
        let mut words = program.split_whitespace();
        let process = Command::new(words.next().expect("a program is named"))
            .args(words)
            .arg(format!("--config-file={}", config.display()))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("clickhouse-server is there: `apt-get install clickhouse-server`");
        self.process = Some(process);
        let began = Instant::now();
        while let Err(error) = ClickHouse::at(&self.address()).prepare() {
            let is_up = !matches!(error, StoreError::Unreachable(_));
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            let has_ended = self.process.as_mut().is_none_or(|it| it.try_wait().unwrap().is_some());
            let is_late = began.elapsed() > START_TIME;
            assert!(!is_up && !has_ended && !is_late, "{error}\n{log}");
            std::thread::yield_now();
        }
    }

    fn configure(&self) {
        let path = self.folder.path();
        // Beside the working folder: chdb would read them there, and then know no user that may come.
        let settings = path.join("etc");
        fs::create_dir(&settings).unwrap();
        let write = |name: &str, text: String| fs::write(settings.join(name), text).unwrap();
        write("config.xml", config(path, self.port));
        write("users.xml", USERS.replace("PASSWORD", PASSWORD));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn config(path: &Path, port: u16) -> String {
    let path = path.display();
    let tcp = free_port();
    format!(
        "<yandex>
           <logger><level>warning</level><console>1</console></logger>
           <http_port>{port}</http_port><tcp_port>{tcp}</tcp_port>
           <listen_host>127.0.0.1</listen_host>
           <path>{path}/data/</path><tmp_path>{path}/tmp/</tmp_path>
           <users_config>users.xml</users_config>
           <default_profile>default</default_profile>
           <default_database>default</default_database>
           <mark_cache_size>67108864</mark_cache_size>
         </yandex>"
    )
}

const USERS: &str = "
    <yandex>
      <profiles><default></default></profiles>
      <quotas><default></default></quotas>
      <users><nunchi>
        <password>PASSWORD</password><networks><ip>127.0.0.1</ip></networks>
        <profile>default</profile><quota>default</quota>
      </nunchi></users>
    </yandex>";

/// Debian's; it is where only root looks for programs.
const DEBIANS: &str = "/usr/sbin/clickhouse-server";

const PASSWORD: &str = "not'a guess";

/// Far more than it takes: a machine may be busy.
const START_TIME: Duration = Duration::from_mins(2);
