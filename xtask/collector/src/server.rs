//! A server that is measured: its own process, its CPU time and memory as the system counts them.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use nunchi_api::questions::Ask;
use serde_json::Value;

/// A running one; killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Kept open: a server that cannot print would end.
    _said: BufReader<ChildStdout>,
    pub(crate) port: u16,
}

impl Server {
    /// Starts it and waits until it says where it listens.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start {command:?}"))?;
        let mut said = BufReader::new(child.stdout.take().context("it was piped")?);
        let mut line = String::new();
        while said.read_line(&mut line)? > 0 {
            if let Some(port) = line.strip_prefix("ready http://127.0.0.1:") {
                let port = port.trim().parse()?;
                return Ok(Self { child, _said: said, port });
            }
            line.clear();
        }
        bail!("the server ended with {} before it was ready", child.wait()?)
    }

    /// The collector on this folder, with no limit that one sender would meet.
    pub(crate) fn collector(nunchi: &Path, data: &Path, more: &[&str]) -> Result<Self> {
        let mut serve = Command::new(nunchi);
        serve.args(["serve", "--port", "0", "--workers", "2", "--data"]).arg(data).args(more);
        // High, not off: the buckets are asked all the same.
        serve.args(["--address-per-minute", "1000000000", "--site-per-minute", "1000000000"]);
        Self::start(serve.env("NUNCHI_LOG", "error").env("NUNCHI_TOKEN", TOKEN))
    }

    /// CPU time it took since its start, seconds, in steps of 10 ms.
    pub(crate) fn cpu_s(&self) -> Result<f64> {
        let [own, _] = cpu_of(&self.child.id().to_string())?;
        Ok(own)
    }

    /// Memory that is its own: now (`VmRSS`), or the most it ever was (`VmHWM`), MiB.
    pub(crate) fn memory_mib(&self, which: &str) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(which));
        let number = line.and_then(|line| line.split_whitespace().next());
        Ok(number.context("the system does not tell")?.parse::<f64>()? / 1_024.0)
    }

    /// Asks it as an operator.
    pub(crate) fn ask(&self, ask: &Ask) -> Result<Value> {
        let body = serde_json::to_string(ask)?;
        let headers =
            format!("Authorization: Bearer {TOKEN}\r\nContent-Type: application/json\r\n");
        let answer = crate::client::ask(self.port, "POST", "/api/ask", &headers, &body)?;
        serde_json::from_str(&answer).with_context(|| format!("{body} was answered by {answer}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// CPU time of the process with this number, or of `self`, and of its children that ended; seconds.
pub(crate) fn cpu_of(process: &str) -> Result<[f64; 2]> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name of the program may hold anything; it stands in the last brackets.
    let (_, rest) = stat.rsplit_once(')').context("no process status")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let seconds = |place: usize| -> Result<f64> {
        let field = fields.get(place).context("a process status that is cut")?;
        Ok(field.parse::<f64>()? / TICKS_A_SECOND)
    };
    Ok([seconds(11)? + seconds(12)?, seconds(13)? + seconds(14)?])
}

/// The origin of the shops' pages.
pub(crate) const ORIGIN: &str = "https://shop.example";

/// The operator's.
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// Linux tells CPU time to programs in hundredths of a second, whatever the kernel counts in.
const TICKS_A_SECOND: f64 = 100.0;
