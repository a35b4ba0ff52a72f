//! `parity FILE…`: the answers of the native build, one a line, in hexadecimal. `run.mjs` prints those of the other.
#![expect(clippy::print_stdout, reason = "printing is this program's work")]

use std::fmt::Write as _;

fn main() -> std::io::Result<()> {
    for file in std::env::args().skip(1) {
        let answer = parity::answer(&std::fs::read_to_string(&file)?);
        let hex = answer.iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("a string takes any text");
            hex
        });
        println!("{hex}");
    }
    Ok(())
}
