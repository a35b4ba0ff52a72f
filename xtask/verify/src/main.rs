//! `verify NAME`: attacks the real `nunchi` and closes with one line of figures; fails when a promise was broken.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "figures are this program's work")]

mod attacks;
mod beacons;
mod clock;
mod crc;
mod figures;
mod goldens;
mod honest;
mod http;
mod ledger;
mod load;
mod options;
mod random;
mod server;
mod shares;
mod stored;
mod volley;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, anyhow};

use attacks::{ATTACKS, Attack};
use figures::Figures;
use options::{Asked, Options};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let result = Options::parse(&args).and_then(|options| match &options.asked {
        Asked::List => {
            list();
            Ok(Vec::new())
        }
        Asked::All => Ok(ATTACKS.iter().filter_map(|attack| run(attack, &options).err()).collect()),
        Asked::One(name) => {
            let attack = attacks::find(name)?;
            Ok(run(attack, &options).err().into_iter().collect())
        }
    });
    let failures = result.unwrap_or_else(|error| vec![error]);
    for failure in &failures {
        eprintln!("verify: {failure:#}");
    }
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One attack, from its setting to its line.
fn run(attack: &Attack, options: &Options) -> Result<()> {
    let setting = options.setting(attack)?;
    let began = Instant::now();
    let figures = (attack.run)(&setting).map_err(|error| error.context(attack.name))?;
    println!(
        "{}: {figures} seed={} took_s={:.1}",
        attack.name,
        setting.seed,
        began.elapsed().as_secs_f64()
    );
    shortfall(attack, &figures)
}

fn shortfall(attack: &Attack, figures: &Figures) -> Result<()> {
    if figures.falls_short().is_empty() {
        return Ok(());
    }
    Err(anyhow!("{} falls short: {}", attack.name, figures.falls_short().join(", ")))
}

fn list() {
    for attack in ATTACKS {
        println!("{:<14} {}", attack.name, attack.what);
        for size in attack.sizes {
            let (quick, gate, goal) = (size.quick, size.gate, size.goal);
            println!("{:<14}   --{} {gate} (quick {quick}, goal {goal})", "", size.name);
        }
        if !attack.notices.is_empty() {
            println!("{:<14}   must notice: {}", "", attack.notices.join(" "));
        }
    }
}
