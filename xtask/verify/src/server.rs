//! The server under attack: the real program, its own process, a port of its own.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::beacons::SHOP;
use crate::http::{self, Answer, Line};
use crate::options::Setting;

/// How to start one.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    program: PathBuf,
    data: PathBuf,
    /// Words before the program: `strace -D …`.
    under: Vec<String>,
    args: Vec<String>,
    envs: BTreeMap<&'static str, String>,
}

impl Launch {
    /// The server as shipped, or the one that breaks a promise if that is asked for.
    pub(crate) fn new(setting: &Setting, data: &Path) -> Self {
        let mut envs = BTreeMap::from([("NUNCHI_LOG", "error".to_owned())]);
        let mut program = &setting.nunchi;
        if let Some(promise) = &setting.sabotage {
            envs.insert("NUNCHI_SABOTAGE", promise.clone());
            program = &setting.sabotaged;
        }
        let (program, data) = (program.clone(), data.into());
        Self { program, data, under: Vec::new(), args: Vec::new(), envs }
    }

    /// With a clock that is moved by as many milliseconds as stand in `file`.
    pub(crate) fn with_clock(mut self, setting: &Setting, file: &Path) -> Self {
        self.program.clone_from(&setting.sabotaged);
        self.env("NUNCHI_CLOCK_FILE", file.display().to_string())
    }

    /// Where something goes wrong on the disk: `POINT:ERROR:FROM:TIMES` (`collector/src/fault.rs`).
    pub(crate) fn with_fault(mut self, setting: &Setting, fault: &str) -> Self {
        self.program.clone_from(&setting.sabotaged);
        self.env("NUNCHI_FAULT", fault)
    }

    /// Sealed each second, merged and dropped so much more often than usual that a short attack sees it; with a fault
    /// besides, if one is asked for.
    pub(crate) fn hurried(mut self, setting: &Setting) -> Self {
        self.program.clone_from(&setting.sabotaged);
        self.env("NUNCHI_HURRY", "300").arg("--seal-after-s=1")
    }

    /// What of history is older goes.
    pub(crate) fn keeps_days(self, days: u32) -> Self {
        self.arg(format!("--history-days={days}")).arg(format!("--replay-days={days}"))
    }

    pub(crate) fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.envs.insert(name, value.into());
        self
    }

    pub(crate) fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    pub(crate) fn under(mut self, words: Vec<String>) -> Self {
        self.under = words;
        self
    }

    /// Registers a site beside the one of `nunchi demo`.
    pub(crate) fn add_site(&self, key: &str, origin: &str) -> Result<()> {
        let mut command = Command::new(&self.program);
        command.args(["site", "add", key, "--name", key, "--origin", origin]);
        command.args(["--consent", "measure", "--data"]).arg(&self.data).envs(&self.envs);
        let output = command.output()?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }

    /// Starts it and waits until it answers.
    pub(crate) fn start(&self) -> Result<Server> {
        let began = Instant::now();
        let mut server = self.spawn()?;
        let said = server.said.as_mut().expect("it was piped");
        let mut line = String::new();
        while said.read_line(&mut line)? > 0 {
            if let Some(port) = line.strip_prefix("ready http://127.0.0.1:") {
                server.port = port.trim().parse()?;
                server.ready_ms = u64::try_from(began.elapsed().as_millis())?;
                return Ok(server);
            }
            line.clear();
        }
        let status = server.child.wait()?;
        bail!("the server ended with {status} before it was ready: {}", server.log())
    }

    /// Starts it without waiting for anything.
    pub(crate) fn spawn(&self) -> Result<Server> {
        let program = self.program.to_str().context("paths are text here")?;
        let mut words = self.under.iter().map(String::as_str).chain([program]);
        let mut command = Command::new(words.next().expect("at least the program"));
        command.args(words).args(["demo", "--port", "0", "--shop-origin", SHOP, "--data"]);
        command.arg(&self.data).args(&self.args).envs(&self.envs);
        let log = self.data.with_extension("log");
        let file = File::options().create(true).append(true).open(&log)?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(file);
        let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        let said = child.stdout.take().map(BufReader::new);
        let data = self.data.clone();
        Ok(Server { child, said, port: 0, ready_ms: 0, data, log })
    }
}

/// A running one; killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) child: Child,
    /// Kept open: a server that cannot print would end.
    said: Option<BufReader<ChildStdout>>,
    pub(crate) port: u16,
    /// From its start to its readiness.
    pub(crate) ready_ms: u64,
    pub(crate) data: PathBuf,
    log: PathBuf,
}

impl Server {
    /// `kill -9`.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// A new process, after the one before ended.
    pub(crate) fn start_again(&mut self, launch: &Launch) -> Result<()> {
        *self = launch.start()?;
        Ok(())
    }

    /// SIGTERM; gives how long it took to end well.
    pub(crate) fn stop(&mut self) -> Result<Duration> {
        let began = Instant::now();
        let asked = Command::new("kill").arg(self.child.id().to_string()).status()?;
        ensure!(asked.success(), "cannot ask the server to stop");
        while began.elapsed() < STOP_WITHIN {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "asked to stop, it ended with {status}: {}", self.log());
                return Ok(began.elapsed());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        bail!("asked to stop, it still runs after {STOP_WITHIN:?}")
    }

    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    pub(crate) fn get(&self, path: &str) -> Result<Answer> {
        let headers = format!("Authorization: Bearer {}\r\n", self.token()?);
        let mut line = Line::open(self.port)?;
        // Questions about a lot, to a server that is not optimised, take their time.
        line.stream().set_read_timeout(Some(QUESTION_WITHIN))?;
        line.send(&http::request("GET", path, &headers, b""))?;
        Ok(line.answer()?)
    }

    /// What opens the console.
    pub(crate) fn token(&self) -> Result<String> {
        Ok(fs::read_to_string(self.data.join("token"))?.trim().to_owned())
    }

    /// A figure of `/metrics`, summed over its labels that contain `label`.
    pub(crate) fn metric(&self, name: &str, label: &str) -> Result<u64> {
        let page = self.get("/metrics")?.text();
        let lines = page.lines().filter(|line| line.starts_with(name) && line.contains(label));
        let values = lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok());
        Ok(values.sum())
    }

    /// Memory that is really its own, KiB.
    pub(crate) fn rss_kib(&self) -> Result<u64> {
        rss_kib_of(&self.child.id().to_string())
    }

    /// What it logged, the end of it.
    pub(crate) fn log(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let last: Vec<_> = log.lines().rev().take(5).collect();
        last.into_iter().rev().collect::<Vec<_>>().join(" | ")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Memory of the process with this number, or of `self`, KiB.
pub(crate) fn rss_kib_of(process: &str) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.context("the system does not tell")?.parse().context("the system tells no number")
}

/// How often servers on this data folder logged that they could not do something.
pub(crate) fn troubles(data: &Path) -> usize {
    let log = fs::read_to_string(data.with_extension("log")).unwrap_or_default();
    log.lines().filter(|line| line.contains("could not")).count()
}

/// Panics that servers on this data folder logged.
pub(crate) fn panics(data: &Path) -> usize {
    let log = fs::read_to_string(data.with_extension("log")).unwrap_or_default();
    log.lines().filter(|line| line.contains("panicked at")).count()
}

/// Lets this process, and servers that it starts, have as many open files as it may; says how many.
pub(crate) fn raise_open_files() -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, ..limit };
    let current = if setrlimit(Resource::Nofile, raised).is_ok() { raised } else { limit }.current;
    current.unwrap_or(u64::MAX)
}

const QUESTION_WITHIN: Duration = Duration::from_mins(2);

/// Ten seconds are promised; what is slower is said, not waited for.
const STOP_WITHIN: Duration = Duration::from_secs(20);
