//! One crate to one wasm module with its JavaScript glue.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::{Bindgen, Output};

use super::{border, glue, locals, minify, order, places, www};
use crate::{paths, run};

const TARGET: &str = "wasm32-unknown-unknown";

/// What LLVM is told for pages, each with what it takes off the agent as brotli has it (31 kB). The price: 50 ns more for
/// a score, 2 % more for an item that is judged by ten campaigns.
const LLVM_ARGS: [&str; 7] = [
    // No second set of numbers that run along with a loop's own: 250 bytes.
    "disable-lsr",
    // Constants stay in loops, where they take no local: 70 bytes.
    "disable-machine-licm",
    // Nor does what is worked out twice: 50.
    "disable-machine-cse",
    // What is known on one way only is worked out again on it, 80 bytes, and so is what a loop ends with: 60.
    "enable-pre=false",
    "replexitval=never",
    // What is longer than a word is copied by one instruction, not word by word: 370 bytes.
    "max-store-memcpy=1",
    // What is called from several places is copied there less readily than `z` has it (5): 50 bytes.
    "inline-threshold=3",
];

/// What to build.
pub(super) struct Bundle {
    pub(super) name: &'static str,
    pub(super) package: &'static str,
    /// A module made for pages by this one feature, where every byte counts; `None` is built as the crate says.
    pub(super) features: Option<&'static str>,
}

/// What came out.
pub(super) struct Bundled {
    pub(super) name: &'static str,
    pub(super) glue: Vec<u8>,
    pub(super) wasm: Vec<u8>,
    /// JavaScript that crates bring along, by the path under `snippets/`.
    pub(super) snippets: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// Compiles, binds and minifies. Binding is skipped when the compiler's output is the same as last time.
    pub(super) fn build(&self) -> Result<Bundled> {
        run::run(&mut self.compile())?;
        let wasm = paths::target()
            .join(TARGET)
            .join(self.profile())
            .join(self.package.replace('-', "_"))
            .with_extension("wasm");
        let raw = fs::read(&wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
        let folder = paths::cache().join(self.name);
        let stamp = format!("{} {}", www::hash(&raw), own_build()?);
        if fs::read_to_string(folder.join("stamp")).ok().as_ref() != Some(&stamp) {
            self.bind(raw, &folder)?;
            fs::write(folder.join("stamp"), stamp)?;
        }
        self.read(&folder)
    }

    fn compile(&self) -> Command {
        let Some(features) = self.features else {
            return run::cargo([
                "build",
                "--package",
                self.package,
                "--profile",
                self.profile(),
                "--target",
                TARGET,
            ]);
        };
        // `cargo rustc` gives the flags to this one crate, so that the dependencies are shared with the console's.
        let mut command = run::cargo([
            "rustc",
            "--package",
            self.package,
            "--profile",
            self.profile(),
            "--target",
            TARGET,
        ]);
        command.args([
            "--lib",
            "--crate-type",
            "cdylib",
            "--no-default-features",
            "--features",
            features,
            "--",
        ]);
        // One library for two modules: without names of their own in the cache each would push the other out of it.
        // One value for both: it is part of the dependencies' names too, and they are to be compiled once.
        command.env("__CARGO_DEFAULT_LIB_METADATA", "pages");
        // 32 KiB of stack instead of 1 MiB, so that stack and data share one page of memory. The frames of the deepest
        // calls are 4 kB in all.
        command.args(["-C", "link-arg=-zstack-size=32768"]);
        command.args(LLVM_ARGS.iter().flat_map(|it| ["-C".to_owned(), format!("llvm-args=-{it}")]));
        command
    }

    fn profile(&self) -> &'static str {
        if self.features.is_some() { "wasm" } else { "console" }
    }

    fn bind(&self, raw: Vec<u8>, folder: &Path) -> Result<()> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        let mut bindgen = Bindgen::new();
        bindgen.input_bytes(self.name, raw).web(true)?.typescript(false);
        bindgen
            .remove_name_section(true)
            .remove_producers_section(true)
            .omit_default_module_path(true);
        let mut output = bindgen
            .generate_output()
            .with_context(|| format!("wasm-bindgen refuses {}", self.name))?;
        if self.features.is_some() {
            return self.slim(&mut output, folder);
        }
        let names = border::shorten(output.wasm_mut(), false);
        output.emit(folder)?;
        let glue = fs::read_to_string(self.glue(folder))?;
        fs::write(self.glue(folder), minify::minify(&glue, &names))?;
        Ok(())
    }

    /// Writes glue and module for pages, with our own JavaScript in the glue: one file less to fetch.
    fn slim(&self, output: &mut Output, folder: &Path) -> Result<()> {
        output.wasm_mut().customs.remove_raw("target_features");
        places::by_page(output.wasm_mut())?;
        // Only what is emitted is indented, as `glue` expects it.
        output.emit(folder)?;
        fs::remove_dir_all(folder.join("snippets"))?;
        let imports = output.wasm().imports.iter().map(|import| import.name.clone());
        let own = |path: &str| {
            let text = output.local_modules().get(path.trim_start_matches("snippets/"));
            text.cloned().with_context(|| format!("no {path} beside the glue"))
        };
        let glue =
            glue::slim(&fs::read_to_string(self.glue(folder))?, &imports.collect::<Vec<_>>(), own)?;
        border::drop_unasked(output.wasm_mut(), &glue);
        let names = border::shorten(output.wasm_mut(), true);
        fs::write(self.glue(folder), minify::minify(&glue, &names))?;
        let module = locals::by_use(&output.wasm_mut().emit_wasm())?;
        fs::write(self.module(folder), order::by_type(&module)?)?;
        Ok(())
    }

    fn read(&self, folder: &Path) -> Result<Bundled> {
        let mut snippets = BTreeMap::new();
        collect(&folder.join("snippets"), "", &mut snippets)?;
        Ok(Bundled {
            name: self.name,
            glue: fs::read(self.glue(folder))?,
            wasm: fs::read(self.module(folder))?,
            snippets,
        })
    }

    fn glue(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.js", self.name))
    }

    fn module(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}_bg.wasm", self.name))
    }
}

/// Asks rustup for the wasm target if this toolchain lacks it.
pub(super) fn ensure_target() -> Result<()> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]).current_dir(paths::root());
    if Path::new(run::output(&mut rustc)?.trim()).is_dir() {
        return Ok(());
    }
    run::run(Command::new("rustup").args(["target", "add", TARGET]).current_dir(paths::root()))
        .context("this toolchain cannot build for the web, and rustup could not add it")
}

/// A crate whose author has not begun is left out, instead of stopping everybody else.
pub(super) fn is_real(crate_folder: &str) -> Result<bool> {
    let path = paths::root().join(crate_folder).join("src/lib.rs");
    let real = !path.exists() || fs::read_to_string(&path)?.trim() != "//! To come.";
    if !real {
        eprintln!("  {crate_folder} is still to come: left out");
    }
    Ok(real)
}

/// What was bound by an older xtask is bound again: other options, another minifier.
fn own_build() -> Result<String> {
    let program = fs::metadata(std::env::current_exe()?)?;
    Ok(format!("{:?} {}", program.modified()?, program.len()))
}

fn collect(folder: &Path, prefix: &str, into: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), into)?;
        } else {
            into.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(())
}
