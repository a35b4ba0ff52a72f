//! Debian's packages, for what a step needs and a fresh machine has not.

use std::process::Command;

use anyhow::Result;

use crate::run;
use crate::step::step;

/// Whether this machine has `apt-get`.
pub(crate) fn is_here() -> bool {
    run::works("apt-get", &["--version"])
}

/// Installs packages, as root or by `sudo`.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    step(&format!("apt-get install {}", packages.join(" ")), || {
        let is_root = run::output(Command::new("id").arg("-u"))?.trim() == "0";
        let apt = |args: &[&str], more: &[&str]| {
            let mut command = if is_root { Command::new("apt-get") } else { Command::new("sudo") };
            if !is_root {
                command.arg("apt-get");
            }
            run::run(command.args(args).args(more).env("DEBIAN_FRONTEND", "noninteractive"))
        };
        apt(&["update", "-qq"], &[])?;
        apt(&["install", "-y", "-qq", "--no-install-recommends"], packages)
    })
}
