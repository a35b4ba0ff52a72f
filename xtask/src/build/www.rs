//! The folder of files to serve: hashed names, compressed copies, nothing rewritten without need.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};

/// Files by their path under the folder.
#[derive(Default)]
pub(super) struct Www(BTreeMap<String, Vec<u8>>);

impl Www {
    /// Adds a file under the name it is given.
    pub(super) fn add(&mut self, path: &str, content: Vec<u8>) {
        self.0.insert(path.to_owned(), content);
    }

    /// Adds a file whose name says what is in it, so that it may be cached for ever; gives its path.
    pub(super) fn add_hashed(
        &mut self,
        folder: &str,
        stem: &str,
        extension: &str,
        content: Vec<u8>,
    ) -> String {
        let path = format!("{folder}/{stem}-{}.{extension}", hash(&content));
        self.add(&path, content);
        path
    }

    /// Makes `folder` hold these files, each with `.br` and `.gz` beside it, and nothing else.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        let changed: Vec<_> = self
            .0
            .iter()
            .filter(|(path, content)| !is_written(&folder.join(path), content))
            .collect();
        // A thread a file: all but two are small.
        thread::scope(|scope| {
            let mut writers = Vec::new();
            for (path, content) in changed {
                let path = folder.join(path);
                writers.push(scope.spawn(move || write_compressed(&path, content)));
            }
            writers.into_iter().try_for_each(|it| it.join().expect("compressing panicked"))
        })?;
        self.sweep(folder, folder)
    }

    /// Removes what an earlier build left.
    fn sweep(&self, folder: &Path, root: &Path) -> Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                self.sweep(&path, root)?;
                continue;
            }
            let name = path
                .strip_prefix(root)
                .expect("below the root")
                .to_string_lossy()
                .replace('\\', "/");
            let plain = name.strip_suffix(".br").or(name.strip_suffix(".gz")).unwrap_or(&name);
            if !self.0.contains_key(plain) {
                fs::remove_file(&path)?;
            }
        }
        Ok(())
    }
}

/// Names a content: 48 bits are plenty to tell one build's file from another's.
pub(super) fn hash(content: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(content);
    format!("{:012x}", hasher.finish() >> 16)
}

/// All style sheets below a folder as one, the design tokens first.
pub(super) fn styles(folder: &Path) -> Result<Vec<u8>> {
    let mut sheets = Vec::new();
    find_styles(folder, &mut sheets)?;
    sheets.sort_by_key(|path| (!path.ends_with("tokens.css"), path.clone()));
    let mut all = Vec::new();
    for path in sheets {
        all.extend(fs::read(&path)?);
    }
    Ok(all)
}

fn find_styles(folder: &Path, sheets: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find_styles(&path, sheets)?;
        } else if path.extension().is_some_and(|extension| extension == "css") {
            sheets.push(path);
        }
    }
    Ok(())
}

/// Writes a file, with `.br` and `.gz` beside it.
fn write_compressed(path: &Path, content: &[u8]) -> Result<()> {
    fs::create_dir_all(path.parent().expect("a file lies in a folder"))?;
    fs::write(beside(path, "br"), brotli(path, content)?)?;
    fs::write(beside(path, "gz"), gzip(content)?)?;
    // Last: a file that is there has its compressed copies.
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

fn is_written(path: &Path, content: &[u8]) -> bool {
    fs::read(path).is_ok_and(|there| there == content)
}

fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    name.into()
}

/// A byte is expected by the bytes before it, of which there are several views. The encoder chooses between those for
/// texts; by the upper six bits of one byte modules are 1.3 % smaller. The console, which operators load once, is not
/// worth the last steps: 40 s of each build for an eighth of its bytes.
fn brotli(path: &Path, content: &[u8]) -> Result<Vec<u8>> {
    use brotli::enc::backward_references::BrotliEncoderMode as Mode;
    let is_code = path.extension().is_some_and(|it| it == "wasm");
    let is_console = path.components().any(|it| it.as_os_str() == "console");
    let mut compressed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: if is_console { 9 } else { 11 },
        lgwin: 22,
        size_hint: content.len(),
        mode: if is_code { Mode::BROTLI_FORCE_MSB_PRIOR } else { Mode::BROTLI_MODE_GENERIC },
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &content[..], &mut compressed, &params)?;
    Ok(compressed)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}
