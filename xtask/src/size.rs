//! `cargo xtask size`: what a page loads, in bytes, and whether that is within the budget.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::{build, paths};

/// Brotli bytes of `n.js`.
const LOADER_MAX: u64 = 1_280;
/// Brotli bytes before the shopper has done anything: loader and agent. What is reached, so that it only falls:
/// ARCHITECTURE.md, "Where this differs". The last 90 are a customer's signed name for the chat, and when a coupon's
/// campaign fired.
const START_MAX: u64 = 34_350;
/// Brotli bytes of everything a page can ever load, with offers and chat, and the carts of shop platforms. Bars, slots,
/// surveys, shelves of products, filled texts, the shop's look and what is recorded took 10 kB; a page that shows nothing
/// loads none of them. That people answer in the chat took 3.2: a stream and what stands in for one, place in line, who writes,
/// what was read, stars, the conversation as a file; that a customer has one thread on each device, and who answers, 0.6.
///
/// Measured as two modules, one for offers (19,692 bytes) and one for chat and record (20,375): 10,573 more than as one
/// (29,494), for both need the stage, the look, the words and the way to the page. A first offer would be 9,802 less; that is
/// not worth a sixth of `ever`, nor the fetch between an invitation and its chat.
const EVER_MAX: u64 = 66_650;

const BEGIN: &str = "<!-- size:begin -->";
const END: &str = "<!-- size:end -->";

/// One file, as written, by gzip and by brotli.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
struct Bytes {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

struct Row {
    name: &'static str,
    bytes: Bytes,
    /// Most brotli bytes allowed.
    budget: Option<u64>,
}

/// Builds, prints the table, holds it against the budget; with `write`, puts it into README.md.
pub(crate) fn report(write: bool) -> Result<()> {
    build::all()?;
    let rows = measure(&paths::www())?;
    let table = markdown(&rows);
    println!("{table}");
    if write {
        let readme = paths::root().join("README.md");
        fs::write(&readme, with_table(&fs::read_to_string(&readme)?, &table)?)?;
    }
    check(&rows)
}

/// The test step: within the budget, and README.md says the same numbers.
pub(crate) fn verify() -> Result<()> {
    build::all()?;
    let rows = measure(&paths::www())?;
    let table = markdown(&rows);
    println!("{table}");
    check(&rows)?;
    let readme = fs::read_to_string(paths::root().join("README.md"))?;
    ensure!(
        is_true_enough(&readme, &with_table(&readme, &table)?),
        "the sizes in README.md are old; run `cargo xtask size --write`"
    );
    Ok(())
}

/// Whether all numbers agree within a hundredth: the order of functions in a module hangs on where the tree lies, and
/// some bytes on that order.
fn is_true_enough(written: &str, measured: &str) -> bool {
    let numbers = |text: &str| -> Vec<u64> {
        let text = text.replace(',', "");
        text.split(|it: char| !it.is_ascii_digit()).filter_map(|it| it.parse().ok()).collect()
    };
    let (written, measured) = (numbers(written), numbers(measured));
    written.len() == measured.len()
        && written.iter().zip(&measured).all(|(a, b)| a.abs_diff(*b) <= (*b).div_ceil(100))
}

fn measure(www: &Path) -> Result<Vec<Row>> {
    let loader = bytes(&www.join("n.js"))?;
    let [agent_js, agent_wasm, surface_js, surface_wasm] =
        [("agent", "js"), ("agent", "wasm"), ("surface", "js"), ("surface", "wasm")]
            .map(|(stem, extension)| hashed(&www.join("a"), stem, extension));
    let (agent_js, agent_wasm, surface_js, surface_wasm) =
        (agent_js?, agent_wasm?, surface_js?, surface_wasm?);
    let start = sum(&[loader, agent_js, agent_wasm]);
    let carts = hashed(&www.join("a"), "carts", "js")?;
    let ever = sum(&[start, surface_js, surface_wasm, carts]);
    let row = |name, bytes, budget| Row { name, bytes, budget };
    Ok(vec![
        row("loader `n.js`", loader, Some(LOADER_MAX)),
        row("agent, glue", agent_js, None),
        row("agent, module", agent_wasm, None),
        row("**at start**", start, Some(START_MAX)),
        row("surface, glue", surface_js, None),
        row("surface, module", surface_wasm, None),
        row("carts of shop platforms", carts, None),
        row("**ever**, with offers and chat", ever, Some(EVER_MAX)),
    ])
}

fn check(rows: &[Row]) -> Result<()> {
    let over = rows.iter().filter_map(|row| {
        let most = row.budget.filter(|most| row.bytes.brotli > *most)?;
        Some(format!(
            "{} is {} bytes of brotli, at most {most} are allowed",
            row.name, row.bytes.brotli
        ))
    });
    let over: Vec<String> = over.collect();
    if over.is_empty() { Ok(()) } else { bail!(over.join("\n")) }
}

fn markdown(rows: &[Row]) -> String {
    let mut table =
        String::from("| bytes | raw | gzip | brotli | budget |\n|---|--:|--:|--:|--:|\n");
    for Row { name, bytes, budget } in rows {
        let budget = budget.map(thousands).unwrap_or_default();
        let [raw, gzip, brotli] = [bytes.raw, bytes.gzip, bytes.brotli].map(thousands);
        writeln!(table, "| {name} | {raw} | {gzip} | {brotli} | {budget} |")
            .expect("a string takes any text");
    }
    table
}

/// The text with the table between its two marks.
fn with_table(text: &str, table: &str) -> Result<String> {
    let (before, rest) =
        text.split_once(BEGIN).with_context(|| format!("README.md has no {BEGIN}"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("README.md has no {END}"))?;
    Ok(format!("{before}{BEGIN}\n{table}{END}{after}"))
}

/// The one file `stem-HASH.extension` of a folder.
fn hashed(folder: &Path, stem: &str, extension: &str) -> Result<Bytes> {
    let start = format!("{stem}-");
    let mut found =
        fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let file = found.find_map(|entry| {
        let path = entry.ok()?.path();
        let is_it =
            path.file_name()?.to_str()?.starts_with(&start) && path.extension()? == extension;
        is_it.then_some(path)
    });
    bytes(&file.with_context(|| format!("no {start}*.{extension} in {}", folder.display()))?)
}

fn bytes(file: &Path) -> Result<Bytes> {
    let length = |extension: &str| -> Result<u64> {
        let path = format!("{}{extension}", file.display());
        Ok(fs::metadata(&path).with_context(|| format!("{path} is not built"))?.len())
    };
    Ok(Bytes { raw: length("")?, gzip: length(".gz")?, brotli: length(".br")? })
}

fn sum(parts: &[Bytes]) -> Bytes {
    parts.iter().fold(Bytes::default(), |all, part| Bytes {
        raw: all.raw + part.raw,
        gzip: all.gzip + part.gzip,
        brotli: all.brotli + part.brotli,
    })
}

/// `12,345`.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_too_many_is_refused_and_named() {
        let row = |brotli| Row {
            name: "n.js",
            bytes: Bytes { brotli, ..Bytes::default() },
            budget: Some(LOADER_MAX),
        };
        assert!(check(&[row(LOADER_MAX)]).is_ok());
        let error = check(&[row(LOADER_MAX + 1)]).unwrap_err().to_string();
        assert_eq!(error, "n.js is 1281 bytes of brotli, at most 1280 are allowed");
    }

    #[test]
    fn the_table_replaces_the_old_one_and_nothing_else() {
        let text = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        assert_eq!(with_table(&text, "new\n").unwrap(), format!("a\n{BEGIN}\nnew\n{END}\nb\n"));
        assert!(with_table("no marks", "new\n").is_err());
    }

    #[test]
    fn a_written_size_may_be_a_hundredth_off_and_no_more() {
        assert!(is_true_enough("| x | 10,000 |", "| x | 10,100 |"));
        assert!(!is_true_enough("| x | 10,000 |", "| x | 10,200 |"));
        assert!(!is_true_enough("| x | 10,000 |", "| x | 10,000 | 7 |"));
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([7, 1_536, 1_234_567].map(thousands), ["7", "1,536", "1,234,567"]);
    }
}
