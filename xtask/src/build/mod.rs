//! `cargo xtask build`: from Rust to `target/www`, the files that pages and the console load.
//!
//! Layout as in ARCHITECTURE.md, "Build". Nothing is touched whose content stayed the same, so that the collector,
//! which holds these files, is rebuilt only when there is a reason.

mod border;
mod bundle;
mod glue;
mod locals;
mod minify;
mod order;
mod places;
mod www;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::step::step;
use crate::{paths, run};
use bundle::{Bundle, Bundled};
use www::Www;

const AGENT: Bundle = Bundle { name: "agent", package: "tracker-wasm", features: Some("agent") };
const SURFACE: Bundle =
    Bundle { name: "surface", package: "tracker-wasm", features: Some("surface") };
const CONSOLE: Bundle = Bundle { name: "console", package: "console", features: None };

/// Builds everything the collector serves to browsers.
pub(crate) fn all() -> Result<()> {
    bundle::ensure_target()?;
    let mut www = Www::default();
    if bundle::is_real("tracker-wasm")? {
        let agent = step("agent (wasm)", || AGENT.build())?;
        let surface = step("surface (wasm)", || SURFACE.build())?;
        add_loader(&mut www, &agent, &surface)?;
    }
    if bundle::is_real("www/console")? {
        let console = step("console (wasm)", || CONSOLE.build())?;
        add_console(&mut www, &console)?;
    }
    add_site(&mut www)?;
    step("compress web files", || www.write(&paths::www()))
}

/// The script a merchant pastes, which knows the hashed names of what it loads, and that of carts.
fn add_loader(www: &mut Www, agent: &Bundled, surface: &Bundled) -> Result<()> {
    let source = read_script("n.js")?;
    let carts = minify::minify(&read_script("carts.js")?, &BTreeMap::new());
    let mut names = vec![("__CARTS_JS__", www.add_hashed("a", "carts", "js", carts.into_bytes()))];
    for (bundled, js, wasm) in
        [(agent, "__AGENT_JS__", "__AGENT_WASM__"), (surface, "__SURFACE_JS__", "__SURFACE_WASM__")]
    {
        ensure!(
            bundled.snippets.is_empty(),
            "{} brings JavaScript snippets; they would not be served",
            bundled.name
        );
        names.push((js, www.add_hashed("a", bundled.name, "js", bundled.glue.clone())));
        names.push((wasm, www.add_hashed("a", bundled.name, "wasm", bundled.wasm.clone())));
    }
    let script = minify::minify(&fill(&source, &names, "www/loader/n.js")?, &BTreeMap::new());
    www.add("n.js", script.into_bytes());
    add_preview(www, names.get(3..).unwrap_or_default())
}

/// The page on which the console draws campaigns, by the surface that pages load. Its files are among those of pages:
/// it has no origin, as they have another one.
fn add_preview(www: &mut Www, surface: &[(&str, String)]) -> Result<()> {
    let folder = paths::root().join("www/preview");
    let read = |name: &str| {
        fs::read_to_string(folder.join(name))
            .with_context(|| format!("cannot read www/preview/{name}"))
    };
    let script = fill(&read("preview.js")?, surface, "www/preview/preview.js")?;
    let names = [
        ("__PREVIEW_JS__", www.add_hashed("a", "preview", "js", script.into_bytes())),
        (
            "__PREVIEW_CSS__",
            www.add_hashed("a", "preview", "css", read("preview.css")?.into_bytes()),
        ),
    ];
    let page = fill(&read("preview.html")?, &names, "www/preview/preview.html")?;
    www.add("console/preview.html", page.into_bytes());
    Ok(())
}

fn read_script(name: &str) -> Result<String> {
    let path = paths::root().join("www/loader").join(name);
    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// The operator's console. No inline script, so that its Content-Security-Policy can be strict: a one-line
/// module starts the program.
fn add_console(www: &mut Www, console: &Bundled) -> Result<()> {
    let folder = paths::root().join("www/console");
    let page = fs::read_to_string(folder.join("index.html"))
        .context("cannot read www/console/index.html")?;
    for (path, content) in &console.snippets {
        www.add(&format!("console/snippets/{path}"), content.clone());
    }
    let wasm = www.add_hashed("console", "console", "wasm", console.wasm.clone());
    let glue = www.add_hashed("console", "console", "js", console.glue.clone());
    let start = format!("import start from\"/{glue}\";start({{module_or_path:\"/{wasm}\"}});\n");
    let names = [
        ("__ECHARTS_JS__", www.add_hashed("console", "echarts", "js", echarts()?)),
        ("__CONSOLE_JS__", www.add_hashed("console", "start", "js", start.into_bytes())),
        ("__CONSOLE_CSS__", www.add_hashed("console", "console", "css", www::styles(&folder)?)),
    ];
    www.add("console/index.html", fill(&page, &names, "www/console/index.html")?.into_bytes());
    Ok(())
}

/// The script that draws the console's charts: the crate `charming`, which makes its options, brings the version that
/// it makes them for.
fn echarts() -> Result<Vec<u8>> {
    let metadata = run::output(&mut run::cargo(["metadata", "--format-version", "1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let mut packages = metadata["packages"].as_array().into_iter().flatten();
    let charming = packages.find(|package| package["name"] == "charming");
    let manifest = charming.and_then(|package| package["manifest_path"].as_str());
    let folder = Path::new(manifest.context("no crate `charming` in the tree")?);
    let folder = folder.with_file_name("src/asset");
    for entry in fs::read_dir(&folder).with_context(|| format!("no {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("echarts-") && name.ends_with(".min.js") {
            return Ok(fs::read(path)?);
        }
    }
    bail!("no echarts-*.min.js in {}", folder.display())
}

/// The page that says how to install the tag: as it stands.
fn add_site(www: &mut Www) -> Result<()> {
    let folder = paths::root().join("www/site");
    for entry in fs::read_dir(&folder).context("cannot read www/site")? {
        let entry = entry?;
        www.add(&format!("site/{}", entry.file_name().to_string_lossy()), fs::read(entry.path())?);
    }
    Ok(())
}

/// Puts the addresses in the places that the source keeps for them.
fn fill(source: &str, names: &[(&str, String)], file: &str) -> Result<String> {
    let mut text = source.to_owned();
    for (placeholder, name) in names {
        ensure!(text.contains(placeholder), "{file} has no {placeholder}");
        text = text.replace(placeholder, &format!("/{name}"));
    }
    Ok(text)
}
