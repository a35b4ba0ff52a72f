//! A visit in short, for who takes over its conversation: where it went, what lies in the cart, what
//! was shown, how likely a purchase is and why.

use std::collections::BTreeMap;

use beacon::item::{Fact, Line, Signal};
use beacon::{Body, Item};
use engine::decide::Decider;
use engine::explain::{self, Language};
use engine::model::Model;
use engine::pack::{Pack, Published};
use nunchi_api::inbox::{
    Campaign, CartLine, JOURNEY_MAX, SHOWN_MAX, Score, Shown, Step, Term, Visit,
};
use nunchi_api::stats::Amount;

use super::{Run, Story};
use crate::store::{SiteRecord, Store, StoreError};

/// What is known of a visit of the site; nothing of one that is not stored.
///
/// # Errors
/// What the store says.
pub(crate) fn tell(store: &Store, site: &SiteRecord, visit: &[u8]) -> Result<Visit, StoreError> {
    let told = Story::read(&store.visit(site.id, visit)?);
    let mut telling = Telling::of(&site.pack);
    // Pages tell the visitor's time; everything else here is on our clock.
    let (ours, theirs) = (told.began_at.0, told.began_wall());
    for run in &told.runs {
        for item in &run.items {
            let at = ours.saturating_add(run.wall(item.at).saturating_sub(theirs));
            telling.take(at, item);
        }
    }
    let mut visit = telling.visit;
    visit.cart = telling.cart.iter().map(|line| cart_line(line, &telling.names)).collect();
    last(&mut visit.journey, JOURNEY_MAX);
    last(&mut visit.shown, SHOWN_MAX);
    visit.score = told.runs.last().and_then(|run| score(run, &site.pack));
    Ok(visit)
}

struct Telling<'a> {
    pack: &'a Pack,
    visit: Visit,
    cart: Vec<Line>,
    /// Names of products, by id.
    names: BTreeMap<String, String>,
}

impl<'a> Telling<'a> {
    fn of(pack: &'a Pack) -> Self {
        Self { pack, visit: Visit::default(), cart: Vec::new(), names: BTreeMap::new() }
    }

    fn take(&mut self, at: u64, item: &Item) {
        match &item.body {
            Body::Viewed(view) => self.step(at, "viewed", view.path.clone()),
            Body::Stated(fact) => self.state(at, fact),
            Body::Noticed(signal) => self.notice(at, signal, &item.body),
            Body::Decided(verdict) => self.visit.shown.push(Shown {
                at,
                campaign: self.campaign(verdict.campaign),
                outcome: explain::outcome(verdict.outcome).into(),
                reaction: String::new(),
                why: self.why(verdict.campaign, &verdict.evidence),
            }),
            Body::Answered(answer) => {
                let shown = self.visit.shown.iter_mut().rev();
                let mut turns = shown.filter(|it| it.campaign.id == answer.campaign);
                if let Some(turn) = turns.next() {
                    // `answered 3 dismissed`
                    let told = explain::describe(&item.body);
                    turn.reaction = told.rsplit(' ').next().unwrap_or_default().into();
                }
            }
            // How the page stood and what it was told is no part of the story.
            _ => {}
        }
    }

    fn state(&mut self, at: u64, fact: &Fact) {
        match fact {
            Fact::ProductSeen(product) if !product.name.is_empty() => {
                self.names.insert(product.id.clone(), product.name.clone());
            }
            Fact::Added(line) => {
                self.step(at, "added", self.name(&line.product));
                add(&mut self.cart, line);
            }
            Fact::Removed(line) => {
                self.step(at, "removed", self.name(&line.product));
                remove(&mut self.cart, line);
            }
            Fact::CartHolds { lines } => self.cart.clone_from(lines),
            Fact::Searched { results } => {
                let results = results.map(|it| it.to_string()).unwrap_or_default();
                self.step(at, "searched", results);
            }
            Fact::CheckoutBegan { .. } => self.step(at, "checkout_began", String::new()),
            Fact::Purchased { order, .. } => {
                self.step(at, "purchased", order.clone());
                self.cart.clear();
            }
            Fact::Goal { name, .. } => self.step(at, "goal", name.clone()),
            Fact::LoggedIn { .. } => self.step(at, "logged_in", String::new()),
            // Nothing that a person would tell.
            _ => {}
        }
    }

    fn notice(&mut self, at: u64, signal: &Signal, body: &Body) {
        let goes_on_all_the_time = matches!(
            signal,
            Signal::Dwell { .. }
                | Signal::ProductDwell { .. }
                | Signal::ScrollReach { .. }
                | Signal::CartHesitation { level: 0, .. }
                | Signal::TabHidden
                | Signal::TabReturned { .. }
        );
        if !goes_on_all_the_time {
            // `exit_intent y=4 speed=900 eta=4ms`
            let told = explain::describe(body);
            let name = told.split(' ').next().unwrap_or_default().to_owned();
            self.step(at, &name, String::new());
        }
    }

    fn step(&mut self, at: u64, what: &str, of: String) {
        self.visit.journey.push(Step { at, what: what.into(), of });
    }

    fn name(&self, product: &str) -> String {
        self.names.get(product).cloned().unwrap_or_else(|| product.to_owned())
    }

    fn campaign(&self, id: u16) -> Campaign {
        let known = self.pack.campaigns.iter().find(|it| it.id == id);
        Campaign { id, name: known.map(|it| it.name.clone()).unwrap_or_default() }
    }

    fn why(&self, id: u16, evidence: &[i32]) -> Vec<String> {
        let known = self.pack.campaigns.iter().find(|it| it.id == id);
        known.map(|it| explain::explain(it, evidence)).unwrap_or_default()
    }
}

fn add(cart: &mut Vec<Line>, line: &Line) {
    let is_full = cart.len() >= CART_MAX;
    match cart.iter_mut().find(|it| it.product == line.product) {
        Some(known) => known.quantity = known.quantity.saturating_add(line.quantity),
        None if is_full => {}
        None => cart.push(line.clone()),
    }
}

fn remove(cart: &mut Vec<Line>, line: &Line) {
    if let Some(known) = cart.iter_mut().find(|it| it.product == line.product) {
        known.quantity = known.quantity.saturating_sub(line.quantity);
    }
    cart.retain(|it| it.quantity > 0);
}

fn cart_line(line: &Line, names: &BTreeMap<String, String>) -> CartLine {
    let price =
        line.price.map(|it| Amount { minor: it.minor, currency: it.currency.as_str().into() });
    let product = names.get(&line.product).unwrap_or(&line.product).clone();
    CartLine { product, quantity: line.quantity.into(), price }
}

fn last<T>(list: &mut Vec<T>, most: usize) {
    list.drain(..list.len().saturating_sub(most));
}

/// As the page has it after its last item, by the pack in force.
fn score(run: &Run, pack: &Pack) -> Option<Score> {
    let model = Model::decode(&pack.model).ok()?;
    let published: Published = pack.clone().into();
    let mut decider = Decider::default();
    for item in &run.items {
        decider.take(item, &published);
    }
    let chances = model.chances(&decider.features().values());
    let permille = |millionths: u32| u16::try_from(millionths / 1_000).unwrap_or(1_000);
    let terms = decider.reasons(&pack.model).into_iter().map(|it| Term {
        en: explain::word(it.feature, Language::En),
        ko: explain::word(it.feature, Language::Ko),
        points: it.buy,
    });
    Some(Score {
        buy_permille: permille(chances.buy),
        leave_permille: permille(chances.leave),
        terms: terms.collect(),
    })
}

/// Lines of a cart that are told.
const CART_MAX: usize = 50;
