//! Does the tag work? Told by what arrived, and by what was refused.

use nunchi_api::sites::{AgentSeen, Install, InstallFinding, RefusedOrigin};
use nunchi_api::stats::RefusedRow;

use super::Site;
use super::evidence::Seen;

/// What is known of a site's tag. `host`: the origin that pages load it from; `last_stored`: when the
/// store accepted its last beacon, also before this start.
pub(super) fn look(
    site: &Site,
    seen: &Seen,
    host: &str,
    since: u64,
    last_stored: Option<u64>,
) -> Install {
    let key = &site.record.key;
    let last_beacon_at = seen.last_at.map(|at| at.0).max(last_stored);
    let refused_origins = refused(site, seen);
    let consents = [("measure", seen.measured), ("personalise", seen.personalised)];
    let mut install = Install {
        tag: format!("<script async src=\"{host}/n.js\" data-site=\"{key}\"></script>"),
        csp: vec![format!("script-src {host} 'wasm-unsafe-eval'"), format!("connect-src {host}")],
        last_beacon_at,
        since,
        beacons: seen.beacons,
        apart: seen.apart,
        packs: seen.packs,
        bare_views: seen.bare_views,
        agents: agents(seen),
        refused_origins,
        consents: consents
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .map(|(name, count)| RefusedRow { outcome: name.into(), count })
            .collect(),
        findings: vec![],
    };
    install.findings = findings(site, &install, host);
    install
}

fn agents(seen: &Seen) -> Vec<AgentSeen> {
    let of = |(version, (beacons, last)): (&u16, &(u64, beacon::Millis))| AgentSeen {
        version: format!("{}.{}", version / 1_000, version % 1_000),
        beacons: *beacons,
        last_at: last.0,
    };
    seen.agents.iter().rev().map(of).collect()
}

/// Those that would still be refused, most first.
fn refused(site: &Site, seen: &Seen) -> Vec<RefusedOrigin> {
    let mut refused: Vec<RefusedOrigin> = seen
        .refused_origins
        .iter()
        .filter(|(origin, _)| !site.allows(Some(origin)))
        .map(|(origin, &count)| RefusedOrigin { origin: origin.clone(), count })
        .collect();
    refused.sort_by_key(|it| std::cmp::Reverse(it.count));
    refused.truncate(REFUSED_MAX);
    refused
}

/// The worst first.
fn findings(site: &Site, install: &Install, host: &str) -> Vec<InstallFinding> {
    let mut found = Vec::new();
    let mut find = |code: &str, is_error, message: String| {
        found.push(InstallFinding { code: code.into(), is_error, message });
    };
    if !site.record.is_on {
        find("site_off", true, "the site is switched off: whatever pages send is refused".into());
    }
    let arrives = install.beacons + install.bare_views > 0;
    if !arrives && install.packs == 0 && install.last_beacon_at.is_none() {
        let message = format!(
            "no page was heard of: put the tag into the <head>, and let the policy of the page allow \
             `script-src {host}`"
        );
        find("nothing_arrives", true, message);
    }
    if !install.refused_origins.is_empty() {
        let names: Vec<&str> =
            install.refused_origins.iter().take(3).map(|it| it.origin.as_str()).collect();
        let message = format!(
            "pages of {} send, but the site does not list them: add those that are yours",
            names.join(", ")
        );
        find("refused_origins", !arrives, message);
    }
    if install.apart > install.beacons {
        let message = "most of what arrives is kept apart: it looks like robots, or like what cannot \
                       have happened so";
        find("kept_apart", !arrives, message.into());
    }
    if !arrives && install.apart == 0 && install.packs > 0 && install.refused_origins.is_empty() {
        let message = if site.counts_unasked() {
            format!(
                "pages load the agent and send nothing: let their policy allow `connect-src {host}`"
            )
        } else {
            "pages load the agent and send nothing: nobody has answered the consent banner, or the \
             banner does not tell by `nunchi('consent', …)`"
                .into()
        };
        find("only_packs", true, message);
    }
    if install.bare_views > install.beacons {
        let message = "most pages can only be counted: let their policy allow \
                       `script-src 'wasm-unsafe-eval'`";
        find("no_wasm", true, message.into());
    }
    if !arrives && install.apart == 0 && install.last_beacon_at.is_some() {
        find("silent", false, "nothing came since the server started".into());
    }
    found.sort_by_key(|it| !it.is_error);
    found
}

const REFUSED_MAX: usize = 20;
