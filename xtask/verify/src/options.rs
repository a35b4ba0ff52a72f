//! What is asked on the command line: which attack, how large, from which seed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};

use crate::attacks::Attack;

pub(crate) const HELP: &str = "\
cargo xtask verify NAME | --all | list  [--quick | --goal] [--seed N] [--sabotage PROMISE] [--SIZE N]

Attacks the real server on 127.0.0.1. The last line is NAME: key=value …; the exit code is not 0
when a figure falls short. `list` tells names and sizes: the gate is what is run unless
--quick (seconds, in `cargo xtask test`) or --goal (what the README claims) is given.
--sabotage runs against a server that breaks a promise on purpose: the attack must then fail.
";

/// A size of an attack: `--kills 20`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) name: &'static str,
    pub(crate) quick: u64,
    pub(crate) gate: u64,
    pub(crate) goal: u64,
}

impl Size {
    pub(crate) const fn new(name: &'static str, quick: u64, gate: u64, goal: u64) -> Self {
        Self { name, quick, gate, goal }
    }
}

#[derive(Debug)]
pub(crate) enum Asked {
    List,
    All,
    One(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    Quick,
    Gate,
    Goal,
}

/// The command line, read.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) asked: Asked,
    scale: Scale,
    seed: u64,
    sabotage: Option<String>,
    nunchi: PathBuf,
    sabotaged: PathBuf,
    sizes: BTreeMap<String, u64>,
}

/// What one attack is given.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) scale: Scale,
    pub(crate) seed: u64,
    /// The promise that the server breaks, if it does.
    pub(crate) sabotage: Option<String>,
    /// The server as it is shipped.
    pub(crate) nunchi: PathBuf,
    /// The same with the feature `sabotage`: can break promises, and its clock can be moved.
    pub(crate) sabotaged: PathBuf,
    sizes: BTreeMap<&'static str, u64>,
}

impl Options {
    pub(crate) fn parse(args: &[String]) -> Result<Self> {
        let mut args = args.iter().map(String::as_str).peekable();
        let asked = match args.next() {
            None | Some("help" | "--help" | "-h") => bail!("{HELP}"),
            Some("list") => Asked::List,
            Some("--all") => Asked::All,
            Some(name) => Asked::One(name.into()),
        };
        let mut options = Self {
            asked,
            scale: Scale::Gate,
            seed: clock_seed(),
            sabotage: None,
            nunchi: "target/debug/nunchi".into(),
            sabotaged: "target/verify/nunchi-sabotaged".into(),
            sizes: BTreeMap::new(),
        };
        while let Some(flag) = args.next() {
            let name = flag.strip_prefix("--").with_context(|| format!("what is `{flag}`?"))?;
            let value = args.next_if(|next| !next.starts_with("--"));
            options.take(name, value)?;
        }
        Ok(options)
    }

    fn take(&mut self, name: &str, value: Option<&str>) -> Result<()> {
        let needed = || value.with_context(|| format!("--{name} needs a value"));
        match name {
            "quick" => self.scale = Scale::Quick,
            "goal" => self.scale = Scale::Goal,
            "seed" => self.seed = needed()?.parse().context("--seed is a number")?,
            "sabotage" => self.sabotage = Some(needed()?.into()),
            "nunchi" => self.nunchi = needed()?.into(),
            "sabotaged" => self.sabotaged = needed()?.into(),
            size => {
                // `--faults` alone is `--faults 1`.
                let number = value.unwrap_or("1").replace('_', "");
                let number =
                    number.parse().with_context(|| format!("--{size} {number} is no size"))?;
                self.sizes.insert(size.into(), number);
            }
        }
        Ok(())
    }

    /// For this attack; a size that it does not have is a mistake when it was asked for by name.
    pub(crate) fn setting(&self, attack: &Attack) -> Result<Setting> {
        if let Asked::One(_) = self.asked {
            let has = |name: &str| attack.sizes.iter().any(|size| size.name == name);
            let stranger = self.sizes.keys().find(|name| !has(name));
            ensure!(stranger.is_none(), "{} has no --{}", attack.name, stranger.expect("is some"));
        }
        let sizes = attack.sizes.iter().map(|size| {
            let usual = match self.scale {
                Scale::Quick => size.quick,
                Scale::Gate => size.gate,
                Scale::Goal => size.goal,
            };
            (size.name, self.sizes.get(size.name).copied().unwrap_or(usual))
        });
        Ok(Setting {
            scale: self.scale,
            seed: self.seed,
            sabotage: self.sabotage.clone(),
            nunchi: self.nunchi.clone(),
            sabotaged: self.sabotaged.clone(),
            sizes: sizes.collect(),
        })
    }
}

impl Setting {
    /// For another attack, at its quick size, against a server that breaks this promise.
    pub(crate) fn small(&self, attack: &Attack, promise: &str) -> Self {
        let sizes = attack.sizes.iter().map(|size| (size.name, size.quick)).collect();
        let (scale, sabotage) = (Scale::Quick, Some(promise.to_owned()));
        Self { scale, sabotage, sizes, ..self.clone() }
    }

    /// A size that the attack declares.
    pub(crate) fn size(&self, name: &str) -> u64 {
        *self.sizes.get(name).expect("an attack asks for its own sizes")
    }

    /// The same as something to count with.
    pub(crate) fn count(&self, name: &str) -> usize {
        usize::try_from(self.size(name)).unwrap_or(usize::MAX)
    }
}

/// Another attack each time, unless `--seed` repeats one.
fn clock_seed() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::from(now.subsec_nanos())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Options> {
        Options::parse(&text.split(' ').map(str::to_owned).collect::<Vec<_>>())
    }

    fn attack() -> Attack {
        const SIZES: &[Size] = &[Size::new("kills", 2, 20, 200), Size::new("faults", 0, 1, 1)];
        Attack { name: "kill", what: "", sizes: SIZES, notices: &[], run: |_| unreachable!() }
    }

    #[test]
    fn a_size_is_the_gates_unless_another_is_given() {
        let size = |text: &str| parse(text).unwrap().setting(&attack()).unwrap().size("kills");
        assert_eq!(size("kill"), 20);
        assert_eq!(size("kill --quick"), 2);
        assert_eq!(size("kill --goal --seed 3"), 200);
        assert_eq!(size("kill --quick --kills 1_000"), 1_000);
    }

    #[test]
    fn a_size_without_a_number_is_a_switch() {
        let setting = parse("kill --quick --faults --seed 7").unwrap().setting(&attack()).unwrap();
        assert_eq!((setting.size("faults"), setting.seed), (1, 7));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(parse("kill --kills many").is_err());
        assert!(parse("kill kills").is_err());
        assert!(parse("kill --sabotage").is_err());
        assert!(parse("kill --lives 9").unwrap().setting(&attack()).is_err());
    }
}
