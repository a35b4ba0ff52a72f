//! What stored visits say of a campaign before it is published: pages, links, products, goals,
//! languages and sources that nobody has seen.

use std::collections::BTreeSet;

use beacon::item::Fact;
use beacon::{Body, Millis};
use engine::campaign::{Action, Campaign, Trigger};
use engine::explain;
use engine::lint::{Finding, Said, Severity};
use engine::pack::Pack;
use engine::site::{Audience, SITE};

use super::Story;
use super::each::{Over, each_story};
use crate::store::{Span, Store, StoreError};

/// Findings of the engine, and those that need to know the shop.
pub(crate) fn lint(store: &Store, span: Span, pack: &Pack) -> Result<Vec<Finding>, StoreError> {
    let mut findings = engine::lint::lint(pack, Millis(span.to));
    let paths = store.paths(span)?;
    if paths.is_empty() {
        let said = Said {
            en: "no view is stored: pages, links, products, goals, languages and sources are unchecked".into(),
            ko: "저장된 방문이 없어 페이지, 링크, 상품, 목표, 언어, 유입 경로를 확인하지 못했어요".into(),
        };
        findings.push(Finding::new(SITE, Severity::Hint, "no_views", said));
    } else {
        let pages = store.page_names(span)?.into_iter().collect();
        let told = if pack.campaigns.iter().any(|it| asks_of_items(&it.trigger)) {
            read_told(store, span)?
        } else {
            Told::default()
        };
        let seen = Seen { paths, pages, told };
        for campaign in &pack.campaigns {
            seen.look(campaign, &campaign.trigger, &mut findings);
            seen.follow_links(campaign, &mut findings);
        }
    }
    engine::lint::sort(&mut findings);
    Ok(findings)
}

/// Whether it asks for what only the items of visits tell: they are all read then.
fn asks_of_items(trigger: &Trigger) -> bool {
    match trigger {
        Trigger::All(parts) | Trigger::Any(parts) => parts.iter().any(asks_of_items),
        Trigger::Not(part) | Trigger::Audience(Audience { trigger: Some(part), .. }) => {
            asks_of_items(part)
        }
        leaf => {
            matches!(
                leaf,
                Trigger::CartHas { .. }
                    | Trigger::Goal { .. }
                    | Trigger::Language(_)
                    | Trigger::Source(_)
            )
        }
    }
}

/// What was viewed in the span.
struct Seen {
    paths: Vec<String>,
    pages: BTreeSet<String>,
    told: Told,
}

/// What the items of its visits name.
#[derive(Default)]
struct Told {
    products: BTreeSet<String>,
    categories: BTreeSet<String>,
    goals: BTreeSet<String>,
    languages: BTreeSet<String>,
    sources: BTreeSet<String>,
}

fn read_told(store: &Store, span: Span) -> Result<Told, StoreError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let over = Over { store, span, threads, progress: &|_, _| {}, goes_on: &|| true };
    let take = |told: &mut Told, story: &Story| {
        for item in story.runs.iter().flat_map(|run| &run.items) {
            told.add(&item.body);
        }
    };
    let (_, _, told) = each_story(&over, take, Told::join)?;
    Ok(told)
}

impl Told {
    fn add(&mut self, body: &Body) {
        match body {
            Body::Began(began) => add(&mut self.languages, &began.language),
            Body::Remembered(it) if it.source.is_empty() => add(&mut self.sources, "direct"),
            Body::Remembered(it) => {
                for word in it.source.split(' ') {
                    add(&mut self.sources, word);
                }
            }
            Body::Stated(Fact::ProductSeen(product)) => {
                add(&mut self.products, &product.id);
                add(&mut self.categories, &product.category);
            }
            Body::Stated(Fact::Added(line)) => add(&mut self.products, &line.product),
            Body::Stated(Fact::CartHolds { lines }) => {
                for line in lines {
                    add(&mut self.products, &line.product);
                }
            }
            Body::Stated(Fact::Goal { name, .. }) => add(&mut self.goals, name),
            _ => {}
        }
    }

    fn join(&mut self, mut other: Self) {
        self.products.append(&mut other.products);
        self.categories.append(&mut other.categories);
        self.goals.append(&mut other.goals);
        self.languages.append(&mut other.languages);
        self.sources.append(&mut other.sources);
    }
}

fn add(names: &mut BTreeSet<String>, name: &str) {
    if !names.contains(name) {
        names.insert(name.into());
    }
}

fn has(names: &BTreeSet<String>, glob: &str) -> bool {
    names.iter().any(|name| engine::glob::matches(glob.as_bytes(), name.as_bytes()))
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
                    let said = Said {
                        en: format!("no page that was viewed matches `{glob}`"),
                        ko: format!("`{glob}`에 맞는 페이지를 본 사람이 없어요"),
                    };
                    findings.push(warning(campaign, "unknown_page", said));
                }
            }
            Trigger::Page(pages) => {
                let names = pages.iter().map(|&page| explain::page(page));
                for name in names.filter(|name| !self.pages.contains(*name)) {
                    let said = Said {
                        en: format!("no page of the sort `{name}` was viewed"),
                        ko: format!("`{name}` 종류의 페이지를 본 사람이 없어요"),
                    };
                    findings.push(warning(campaign, "unknown_page", said));
                }
            }
            Trigger::CartHas { product, category, .. } => {
                for glob in product.iter().filter(|glob| !has(&self.told.products, glob)) {
                    let said = Said {
                        en: format!("no product that was seen matches `{glob}`"),
                        ko: format!("`{glob}`에 맞는 상품을 본 사람이 없어요"),
                    };
                    findings.push(warning(campaign, "unknown_product", said));
                }
                for glob in category.iter().filter(|glob| !has(&self.told.categories, glob)) {
                    let said = Said {
                        en: format!("no product that was seen has a category like `{glob}`"),
                        ko: format!("본 상품 가운데 `{glob}` 분류가 없어요"),
                    };
                    findings.push(warning(campaign, "unknown_product", said));
                }
            }
            Trigger::Goal { name, .. } if !self.told.goals.contains(name) => {
                let said = Said {
                    en: format!("nobody reached the goal `{name}`"),
                    ko: format!("목표 `{name}`에 이른 사람이 없어요"),
                };
                findings.push(warning(campaign, "unknown_goal", said));
            }
            Trigger::Language(tags) => {
                for tag in tags.iter().filter(|tag| !self.speaks(tag)) {
                    let said = Said {
                        en: format!("no visit was in the language `{tag}`"),
                        ko: format!("`{tag}` 언어로 온 방문이 없어요"),
                    };
                    findings.push(warning(campaign, "unknown_language", said));
                }
            }
            Trigger::Source(globs) => {
                for glob in globs.iter().filter(|glob| !has(&self.told.sources, glob)) {
                    let said = Said {
                        en: format!("no visit came from `{glob}`"),
                        ko: format!("`{glob}`에서 온 방문이 없어요"),
                    };
                    findings.push(warning(campaign, "unknown_source", said));
                }
            }
            _ => {}
        }
    }

    /// `ko` is also spoken where the page says `ko-KR`.
    fn speaks(&self, tag: &str) -> bool {
        self.told.languages.iter().any(|it| {
            it.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag))
                && matches!(it.as_bytes().get(tag.len()), None | Some(b'-' | b'_'))
        })
    }

    fn follow_links(&self, campaign: &Campaign, findings: &mut Vec<Finding>) {
        for variant in &campaign.variants {
            let Action::Offer { link, .. } = &variant.action else { continue };
            let path = link.split(['?', '#']).next().unwrap_or_default();
            if path.starts_with('/') && !self.has_path(path) {
                let said = Said {
                    en: format!("its link `{link}` leads to a page that nobody viewed"),
                    ko: format!("링크 `{link}`은(는) 아무도 보지 않은 페이지로 가요"),
                };
                findings.push(warning(campaign, "unknown_link", said));
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

fn warning(campaign: &Campaign, code: &'static str, said: Said) -> Finding {
    Finding::new(campaign.id, Severity::Warning, code, said)
}
