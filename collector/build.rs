//! Puts what `cargo xtask build` made into the binary.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    let workspace = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("..");
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    println!("cargo::rerun-if-env-changed=NUNCHI_WWW");
    let www = env::var("NUNCHI_WWW").unwrap_or_else(|_| "target/www".into());
    let files = list_files(&workspace.join(www), "");
    write_table(&out.join("www.rs"), &files);
}

/// All files below `folder` as `(name below it, path)`, by name. None when it is not there: the
/// program then says at start how to make them.
fn list_files(folder: &Path, prefix: &str) -> Vec<(String, PathBuf)> {
    // A path that does not exist makes cargo run this again each time, which is what finds the
    // files once they are made.
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            files.extend(list_files(&entry.path(), &format!("{name}/")));
        } else {
            files.push((name, entry.path()));
        }
    }
    files.sort();
    files
}

fn write_table(to: &Path, files: &[(String, PathBuf)]) {
    let mut table = String::from("const FILES: &[(&str, &[u8])] = &[\n");
    for (name, path) in files {
        let path = path.canonicalize().expect("it was just listed");
        println!("cargo::rerun-if-changed={}", path.display());
        let path = path.to_string_lossy();
        writeln!(table, "    ({name:?}, include_bytes!({path:?})),")
            .expect("a string takes any text");
    }
    table.push_str("];\n");
    fs::write(to, table).expect("cargo made the folder");
}
