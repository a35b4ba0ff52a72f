//! From frames to sealed files: events a CPU-second, bytes an event.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use month::{Month, SHOPS};

use crate::figures::Figures;
use crate::fill::{Arrivals, add_sites};
use crate::oracle::seal;

/// Fills the folder with a month of so many items and seals it.
pub(crate) fn measure(nunchi: &Path, data: &Path, items: u64, figures: &mut Figures) -> Result<()> {
    add_sites(nunchi, data)?;
    // Made and encoded before anything is counted: that is the pages' work.
    let arrivals = Arrivals::new(Month::new(items, 1));
    let before = Cpu::now()?;
    let filled = arrivals.accept(data)?;
    let accepted = Cpu::now()?;
    seal(nunchi, data)?;
    let sealed = Cpu::now()?;
    let accepting_s = accepted.own_s - before.own_s;
    let sealing_s = sealed.children_s - accepted.children_s;
    let items = count(filled.items + filled.hits);
    figures.tell("events accepted", items, "");
    figures.tell("beacons they came in", count(filled.beacons), "");
    figures.tell(
        "accepted: decoded, journaled, durable; events a CPU-second",
        items / accepting_s,
        "",
    );
    figures.at_least("sealed; events a CPU-second", items / sealing_s, "", 1_000_000.0);
    figures.tell("both together; events a CPU-second", items / (accepting_s + sealing_s), "");
    let bytes = |ending| -> Result<f64> {
        let sizes =
            SHOPS.iter().map(|shop| bytes_of(&data.join("segments").join(shop.key), ending));
        Ok(count(sizes.sum::<Result<u64>>()?))
    };
    figures.at_most("items file, an event", bytes(".items.parquet")? / items, "bytes", 14.0);
    figures.tell("frames file (for replay), an event", bytes(".frames.parquet")? / items, "bytes");
    let database = count(fs::metadata(data.join("nunchi.sqlite"))?.len());
    figures.tell("database afterwards, an event", database / items, "bytes");
    Ok(())
}

fn bytes_of(folder: &Path, ending: &str) -> Result<u64> {
    let mut bytes = 0;
    for day in fs::read_dir(folder).with_context(|| format!("nothing in {}", folder.display()))? {
        for file in fs::read_dir(day?.path())? {
            let file = file?;
            if file.file_name().to_string_lossy().ends_with(ending) {
                bytes += file.metadata()?.len();
            }
        }
    }
    Ok(bytes)
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn count(number: u64) -> f64 {
    number as f64
}

/// CPU time, seconds, in steps of 10 ms.
#[derive(Clone, Copy, Debug)]
struct Cpu {
    own_s: f64,
    /// Of children that ended.
    children_s: f64,
}

impl Cpu {
    fn now() -> Result<Self> {
        let [own_s, children_s] = crate::server::cpu_of("self")?;
        Ok(Self { own_s, children_s })
    }
}
