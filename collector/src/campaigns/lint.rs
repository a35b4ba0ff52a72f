//! What stored visits say of a campaign before it is published: pages, languages and links that
//! nobody has seen.

use std::collections::BTreeSet;

use engine::campaign::{Action, Campaign, Trigger};
use engine::explain;
use engine::lint::{Finding, Severity};
use engine::pack::Pack;
use engine::site::Audience;

use crate::store::{Span, Store, StoreError};

/// Findings of the engine, and those that need to know the shop.
pub(crate) fn lint(store: &Store, span: Span, pack: &Pack) -> Result<Vec<Finding>, StoreError> {
    let seen =
        Seen { paths: store.paths(span)?, pages: store.page_names(span)?.into_iter().collect() };
    let mut findings = engine::lint::lint(pack);
    if !seen.paths.is_empty() {
        for campaign in &pack.campaigns {
            seen.look(campaign, &campaign.trigger, &mut findings);
            seen.follow_links(campaign, &mut findings);
        }
    }
    engine::lint::sort(&mut findings);
    Ok(findings)
}

/// What was viewed in the span.
struct Seen {
    paths: Vec<String>,
    pages: BTreeSet<String>,
}

impl Seen {
    fn look(&self, campaign: &Campaign, trigger: &Trigger, findings: &mut Vec<Finding>) {
        match trigger {
            Trigger::All(parts) | Trigger::Any(parts) => {
                for part in parts {
                    self.look(campaign, part, findings);
                }
            }
            Trigger::Not(part) | Trigger::Audience(Audience { trigger: Some(part), .. }) => {
                self.look(campaign, part, findings);
            }
            Trigger::Path(globs) => {
                for glob in globs.iter().filter(|glob| !self.has_path(glob)) {
                    let message = format!("no page that was viewed matches `{glob}`");
                    findings.push(warning(campaign, "unknown_page", message));
                }
            }
            Trigger::Page(pages) => {
                let names = pages.iter().map(|&page| explain::page(page));
                for name in names.filter(|name| !self.pages.contains(*name)) {
                    let message = format!("no page of the sort `{name}` was viewed");
                    findings.push(warning(campaign, "unknown_page", message));
                }
            }
            _ => {}
        }
    }

    fn follow_links(&self, campaign: &Campaign, findings: &mut Vec<Finding>) {
        for variant in &campaign.variants {
            let Action::Offer { link, .. } = &variant.action else { continue };
            let path = link.split(['?', '#']).next().unwrap_or_default();
            if path.starts_with('/') && !self.has_path(path) {
                let message = format!("its link `{link}` leads to a page that nobody viewed");
                findings.push(warning(campaign, "unknown_link", message));
            }
        }
    }

    fn has_path(&self, glob: &str) -> bool {
        let bare = |path: &str| path.split('?').next().unwrap_or_default().to_owned();
        self.paths.iter().any(|path| {
            [path, &bare(path)]
                .into_iter()
                .any(|it| engine::glob::matches(glob.as_bytes(), it.as_bytes()))
        })
    }
}

fn warning(campaign: &Campaign, code: &'static str, message: String) -> Finding {
    Finding { campaign: campaign.id, severity: Severity::Warning, code, message }
}
