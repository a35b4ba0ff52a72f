//! `cargo xtask bench collector`: figures in one run, beside what they should be.
//!
//! Other work on the machine changes seconds by the clock, so CPU time and ratios are told.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::figures::Figures;
use crate::{each_flag, http, questions, store};

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Options {
    nunchi: PathBuf,
    http: http::Size,
    items: u64,
    /// Where the month is put, and stays; one that is there already is asked as it is.
    data: Option<PathBuf>,
    only: Option<String>,
    is_json: bool,
}

impl Options {
    pub(crate) fn parse(flags: &[&str]) -> Result<Self> {
        let mut options = Self {
            nunchi: "target/release/nunchi".into(),
            http: http::Size { rounds: 5, seconds: 4, connections: 256 },
            // The largest shop, which is asked, has seven in ten: ten million.
            items: 14_300_000,
            data: None,
            only: None,
            is_json: false,
        };
        each_flag(flags, |flag, value| {
            match flag {
                "--nunchi" => options.nunchi = value.into(),
                "--rounds" => options.http.rounds = value.parse()?,
                "--seconds" => options.http.seconds = value.parse()?,
                "--connections" => options.http.connections = value.parse()?,
                "--items" => options.items = value.replace('_', "").parse()?,
                "--data" => options.data = Some(value.into()),
                "--only" => options.only = Some(value.into()),
                "--format" if value == "json" => options.is_json = true,
                "--format" => bail!("a table, or --format json"),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(options)
    }
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let mut figures = Figures::default();
    let is_asked = |part| options.only.as_deref().is_none_or(|only| only == part);
    if is_asked("http") {
        let folder = tempfile::tempdir()?;
        http::measure(&options.nunchi, folder.path(), options.http, &mut figures)?;
    }
    if is_asked("store") || is_asked("questions") {
        let folder = tempfile::tempdir()?;
        let data = options.data.clone().unwrap_or_else(|| folder.path().join("data"));
        if !data.exists() {
            store::measure(&options.nunchi, &data, options.items, &mut figures)?;
        }
        if is_asked("questions") {
            questions::measure(&options.nunchi, &data, &mut figures)?;
        }
    }
    let size = std::fs::metadata(&options.nunchi)?.len() / 1_000;
    figures.at_most("release binary", f64::from(u32::try_from(size)?) / 1_000.0, "MB", 30.0);
    if options.is_json {
        println!("{:#}", figures.json());
    } else {
        print!("{}", figures.table());
    }
    Ok(())
}
