//! Another engine, over the files of a data folder as they are: DuckDB, or ClickHouse. A Python program that answers
//! line by line.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};
use nunchi_api::questions::{Filter, Question};
use serde_json::{Value, json};

/// What is asked, as far as SQL has to know it.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) files: &'a [PathBuf],
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) zone: &'a str,
    pub(crate) fold_below: u64,
    pub(crate) filter: &'a Filter,
    pub(crate) question: &'a Question,
    /// Id of a visit whose rows are left out: a difference that must be noticed.
    pub(crate) without: Option<&'a str>,
}

/// The program, waiting.
#[derive(Debug)]
pub(crate) struct Peer {
    name: &'static str,
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

impl Peer {
    /// Starts DuckDB; the wheel lies where `PYTHONPATH` says.
    pub(crate) fn duckdb(threads: usize) -> Result<Self> {
        Self::start("DuckDB", Path::new("python3"), "ask.py", threads)
    }

    /// Starts ClickHouse in a Python that has `chdb`.
    pub(crate) fn clickhouse(python: &Path, threads: usize) -> Result<Self> {
        Self::start("ClickHouse", python, "ask_clickhouse.py", threads)
    }

    fn start(name: &'static str, python: &Path, script: &str, threads: usize) -> Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
        let mut child = Command::new(python)
            .arg(script)
            .arg(threads.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", python.display()))?;
        let to = child.stdin.take();
        let from = BufReader::new(child.stdout.take().context("it was piped")?);
        Ok(Self { name, child, to, from })
    }

    /// What it is called.
    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    /// The answer, and the CPU time it took, ms.
    pub(crate) fn ask(&mut self, asked: &Asked<'_>) -> Result<(Value, f64)> {
        let line = json!({
            "files": asked.files, "from": asked.from, "to": asked.to, "zone": asked.zone,
            "fold_below": asked.fold_below, "filter": asked.filter, "question": asked.question,
            "without": asked.without,
        });
        let mut answer = self.say(&line)?;
        let cpu_ms = answer["cpu_ms"].as_f64().context("no CPU time")?;
        Ok((answer["answer"].take(), cpu_ms))
    }

    /// A visit that a question must miss when it is left out: hexadecimal.
    pub(crate) fn a_visit(&mut self, files: &[PathBuf], question: &str) -> Result<Option<String>> {
        let answer = self.say(&json!({ "files": files, "visit_for": question }))?;
        Ok(answer["visit"].as_str().map(str::to_owned))
    }

    fn say(&mut self, line: &Value) -> Result<Value> {
        let to = self.to.as_mut().context("it is open until the end")?;
        writeln!(to, "{line}")?;
        let mut answer = String::new();
        ensure!(self.from.read_line(&mut answer)? > 0, "{} gave up on {line}", self.name);
        Ok(serde_json::from_str(&answer)?)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.to.take());
        let _ = self.child.wait();
    }
}

/// The files with a site's rows, of all days; empty when nothing was sealed.
pub(crate) fn files_of(data: &Path, site: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let folder = data.join("segments").join(site);
    if !folder.exists() {
        return Ok(files);
    }
    for day in std::fs::read_dir(folder)? {
        for file in std::fs::read_dir(day?.path())? {
            let path = file?.path();
            if path.to_string_lossy().ends_with(".items.parquet") {
                files.push(path.canonicalize()?);
            }
        }
    }
    files.sort();
    Ok(files)
}
