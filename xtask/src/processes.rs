//! Child processes that end with us.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// A server that says nothing for this long is not going to be ready.
const READY_WITHIN: Duration = Duration::from_mins(1);
/// The collector drains when asked to stop; after this it is not asked any more.
const STOP_WITHIN: Duration = Duration::from_secs(5);

/// A running program. Dropped, it is stopped: first asked, then ended.
pub(crate) struct Process {
    pub(crate) name: &'static str,
    /// Everything it printed.
    pub(crate) log: PathBuf,
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    /// Starts `command`; what it prints goes to `log`.
    pub(crate) fn start(name: &'static str, command: &mut Command, log: PathBuf) -> Result<Self> {
        fs::create_dir_all(log.parent().expect("a log lies in a folder"))?;
        let mut file =
            File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(file.try_clone()?);
        let mut child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        let stdout = BufReader::new(child.stdout.take().expect("it was piped"));
        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                // A full disk must not stop the program we watch; nobody waiting for lines is fine too.
                let _ = writeln!(file, "{line}");
                let _ = send.send(line);
            }
        });
        Ok(Self { name, log, child, lines })
    }

    /// Waits for a line that begins with `ready`; gives all lines up to it.
    pub(crate) fn wait_until_ready(&mut self) -> Result<Vec<String>> {
        let began = Instant::now();
        let mut said = Vec::new();
        loop {
            match self.lines.recv_timeout(Duration::from_millis(100)) {
                Ok(line) => said.push(line),
                Err(RecvTimeoutError::Disconnected) => {
                    let status = self.child.wait()?;
                    bail!("{}", self.obituary(status));
                }
                Err(RecvTimeoutError::Timeout) if began.elapsed() > READY_WITHIN => {
                    bail!("{} is not ready after 60 s; see {}", self.name, self.log.display())
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
            if said.last().is_some_and(|line| line.starts_with("ready")) {
                return Ok(said);
            }
        }
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// One line on an end that nobody asked for, with the last words.
    pub(crate) fn obituary(&self, status: ExitStatus) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().take(5).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        format!(
            "{} ended with {status}; its last lines, of {}:\n  {}",
            self.name,
            self.log.display(),
            last.join("\n  ")
        )
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if cfg!(unix) {
            // std can only kill; asking lets the collector finish what it has accepted.
            let _ = Command::new("kill")
                .arg(self.child.id().to_string())
                .stderr(Stdio::null())
                .status();
            let asked = Instant::now();
            while asked.elapsed() < STOP_WITHIN {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    return;
                }
                thread::sleep(Duration::from_millis(20));
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
