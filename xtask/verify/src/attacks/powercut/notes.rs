//! What a server did to its files, read from what `strace -f -y -xx` wrote: one call a line, texts in hexadecimal.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// One thing that was done below the data folder, in the order of completion.
#[derive(Clone, Debug)]
pub(super) enum Note {
    Created(PathBuf),
    /// At a place; without one at the end of what was written last.
    Wrote(PathBuf, Option<u64>, Vec<u8>),
    Cut(PathBuf, u64),
    /// Of a file, or the names in a folder.
    Synced(PathBuf),
    Renamed(PathBuf, PathBuf),
    Removed(PathBuf),
    /// A 204 went out.
    Acknowledged,
}

pub(super) fn read_notes(log: &str, data: &Path) -> Result<Vec<Note>> {
    let mut notes = Vec::new();
    // Calls that other threads' calls interrupted, by thread.
    let mut begun: HashMap<&str, &str> = HashMap::new();
    for line in log.lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let call = call.trim_start();
        if let Some(beginning) = call.strip_suffix("<unfinished ...>") {
            // An answer may arrive before the call returns.
            if is_acknowledgement(beginning) {
                notes.push(Note::Acknowledged);
            }
            begun.insert(thread, beginning);
            continue;
        }
        let note = if let Some(rest) = call.strip_prefix("<... ") {
            let beginning = begun.remove(thread).context("a call ends that never began")?;
            if is_acknowledgement(beginning) {
                continue;
            }
            let end = rest.split_once("resumed>").map_or("", |(_, end)| end);
            read_call(&format!("{beginning}{end}"), data)
        } else if is_acknowledgement(call) {
            Some(Note::Acknowledged)
        } else {
            read_call(call, data)
        };
        notes.extend(note);
    }
    Ok(notes)
}

/// `HTTP/1.1 204`, to whatever it is sent.
fn is_acknowledgement(call: &str) -> bool {
    let is_sent =
        ["sendto(", "sendmsg(", "write(", "writev("].iter().any(|it| call.starts_with(it));
    is_sent && call.contains(r"\x48\x54\x54\x50\x2f\x31\x2e\x31\x20\x32\x30\x34")
}

fn read_call(call: &str, data: &Path) -> Option<Note> {
    let (name, rest) = call.split_once('(')?;
    // Results stand in a column of their own: `)     = 0`.
    let (arguments, result) = rest.rsplit_once(" = ")?;
    let arguments = arguments.trim_end().strip_suffix(')')?;
    // `-1 ENOENT …`, `7</path>`.
    if result.starts_with('-') {
        return None;
    }
    let below = |path: PathBuf| path.starts_with(data).then_some(path);
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let texts: Vec<PathBuf> = quoted(arguments).map(|text| path(&unhex(text))).collect();
    match name {
        "openat" if arguments.contains("O_CREAT") || arguments.contains("O_TRUNC") => {
            let path = below(opened(result)?)?;
            Some(if arguments.contains("O_TRUNC") {
                Note::Cut(path, 0)
            } else {
                Note::Created(path)
            })
        }
        "write" => {
            let bytes = unhex(quoted(arguments).next()?);
            Some(Note::Wrote(below(opened(arguments)?)?, None, done(bytes, result)))
        }
        "pwrite64" => {
            let bytes = unhex(quoted(arguments).next()?);
            let place = number(arguments.rsplit_once(", ")?.1)?;
            Some(Note::Wrote(below(opened(arguments)?)?, Some(place), done(bytes, result)))
        }
        "ftruncate" => {
            let length = number(arguments.rsplit_once(", ")?.1)?;
            Some(Note::Cut(below(opened(arguments)?)?, length))
        }
        "fsync" | "fdatasync" => Some(Note::Synced(below(opened(arguments)?)?)),
        "rename" | "renameat" | "renameat2" => {
            let [from, to] = texts.as_slice() else { return None };
            Some(Note::Renamed(below(from.clone())?, to.clone()))
        }
        "unlink" | "unlinkat" => Some(Note::Removed(below(texts.into_iter().next()?)?)),
        _ => None,
    }
}

/// As much as the call says that it wrote.
fn done(mut bytes: Vec<u8>, result: &str) -> Vec<u8> {
    let written = result.split_whitespace().next().and_then(|it| it.parse().ok());
    bytes.truncate(written.unwrap_or(bytes.len()));
    bytes
}

/// The file behind the first `<…>`.
fn opened(text: &str) -> Option<PathBuf> {
    let (_, rest) = text.split_once('<')?;
    Some(path(&unhex(rest.split_once('>')?.0)))
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

fn path(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}

/// `\x41\x42`.
fn unhex(text: &str) -> Vec<u8> {
    text.split("\\x").filter_map(|digits| u8::from_str_radix(digits, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_read_also_when_other_threads_interrupt_them() {
        let log = "\
7  openat(AT_FDCWD<\\x2f>, \"\\x2f\\x64\\x2f\\x61\", O_RDWR|O_CREAT, 0644) = 3<\\x2f\\x64\\x2f\\x61>
8  pwrite64(3<\\x2f\\x64\\x2f\\x61>, \"\\x41\\x00\", 2, 9 <unfinished ...>
7  write(5<\\x73>, \"\\x48\\x54\\x54\\x50\\x2f\\x31\\x2e\\x31\\x20\\x32\\x30\\x34\", 12 <unfinished ...>
8  <... pwrite64 resumed>) = 1
7  <... write resumed>) = 12
8  fdatasync(3<\\x2f\\x64\\x2f\\x61> <unfinished ...>
8  <... fdatasync resumed>)        = 0
8  unlink(\"\\x2f\\x64\\x2f\\x62\") = -1 ENOENT (No such file or directory)
8  rename(\"\\x2f\\x64\\x2f\\x61\", \"\\x2f\\x64\\x2f\\x62\") = 0
";
        let notes = read_notes(log, Path::new("/d")).unwrap();
        let told: Vec<_> = notes.iter().map(|note| format!("{note:?}")).collect();
        assert_eq!(
            told,
            [
                "Created(\"/d/a\")",
                "Acknowledged",
                "Wrote(\"/d/a\", Some(9), [65])",
                "Synced(\"/d/a\")",
                "Renamed(\"/d/a\", \"/d/b\")",
            ]
        );
    }
}
