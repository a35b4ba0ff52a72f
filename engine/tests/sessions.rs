//! Every recorded session in `sessions/` gives what stands below its `---`, and its replay the same
//! verdicts. `UPDATE_EXPECT=1 cargo test -p engine --test sessions` writes down what it gives now.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

#[allow(dead_code, reason = "shared by several tests, each of which uses a part")]
mod notation;

use std::path::Path;

#[test]
fn recorded_sessions_give_what_is_written_below_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sessions");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let may_update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut failures = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let (input, expected) = text.split_once("\n---\n").unwrap_or((&text, ""));
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        let Ok(actual) = std::panic::catch_unwind(|| notation::run(input)) else {
            failures.push(format!("{name}: panicked, see above"));
            continue;
        };
        if may_update {
            std::fs::write(&file, format!("{}\n---\n{actual}\n", input.trim_end())).unwrap();
        } else if actual != expected.trim_end() {
            failures.push(format!("{name}: expected\n{expected}\nbut it gave\n{actual}\n"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
