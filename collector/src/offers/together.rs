//! Which products go together, by the visits that had both: bought in one, else looked at in one, else
//! those that many looked at.

use std::collections::HashMap;

use nunchi_api::offers::{AlsoBy, AlsoProduct};

use crate::store::rows::{Kind, VisitKey};
use crate::store::scan::{Column, MISSING, Names, Row, Visit, Want};

/// Fewest people behind whatever is told: of fewer one could tell who.
pub(super) const PEOPLE_MIN: usize = 10;

/// What visits had together; once [`settle`](Together::settle)d, what goes with what.
#[derive(Debug, Default)]
pub(super) struct Together {
    numbers: HashMap<String, u32>,
    products: Vec<Told>,
    people: HashMap<VisitKey, u32>,
    /// One product, or two, and a person who bought or saw them.
    bought: Vec<(u64, u32)>,
    viewed: Vec<(u64, u32)>,
    seen: Vec<(u64, u32)>,
    /// By product: the others, the nearest first.
    near: HashMap<u32, Vec<(u32, AlsoBy)>>,
    popular: Vec<u32>,
}

/// A product as pages told it last.
#[derive(Clone, Debug, Default)]
struct Told {
    at: u64,
    product: AlsoProduct,
}

/// What a visit did with a product.
#[derive(Clone, Copy)]
struct Touched {
    product: u32,
    pieces: i64,
    is_seen: bool,
    is_bought: bool,
}

impl Together {
    /// What it looks at.
    pub(super) const WANT: Want = Want::NONE
        .kinds(&[Kind::Viewed, Kind::ProductSeen, Kind::Added, Kind::Removed, Kind::Purchased])
        .columns(&[
            Column::Subject,
            Column::Name,
            Column::Number,
            Column::Path,
            Column::Value,
            Column::Currency,
        ]);

    /// Takes in a visit.
    pub(super) fn visit(&mut self, visit: &Visit<'_>, names: &Names) {
        let mut touched: Vec<Touched> = Vec::new();
        // Pages of one visit may stand open side by side: each run has its own path.
        let mut paths: HashMap<u64, &str> = HashMap::new();
        for row in visit.rows {
            match row.kind {
                Kind::Viewed => drop(paths.insert(row.run, names.text(row.path))),
                Kind::Purchased => {
                    for it in &mut touched {
                        it.is_bought |= it.pieces > 0;
                    }
                }
                Kind::ProductSeen | Kind::Added | Kind::Removed if row.subject.is_some() => {
                    let path = paths.get(&row.run).copied().unwrap_or_default();
                    self.touch(row, path, names, &mut touched);
                }
                _ => {}
            }
        }
        let next = u32::try_from(self.people.len()).unwrap_or(u32::MAX);
        let person = *self.people.entry(visit.person()).or_insert(next);
        for (at, one) in touched.iter().enumerate() {
            if one.is_seen {
                note(&mut self.seen, one.product, one.product, person);
            }
            for other in &touched[at + 1..] {
                if one.is_bought && other.is_bought {
                    note(&mut self.bought, one.product, other.product, person);
                }
                if one.is_seen && other.is_seen {
                    note(&mut self.viewed, one.product, other.product, person);
                }
            }
        }
    }

    fn touch(&mut self, row: &Row, path: &str, names: &Names, touched: &mut Vec<Touched>) {
        let Some(product) = self.number(names.text(row.subject)) else { return };
        let place = touched.iter().position(|it| it.product == product);
        let place = match place {
            Some(place) => place,
            None if touched.len() < TOUCHED_MAX => {
                touched.push(Touched { product, pieces: 0, is_seen: false, is_bought: false });
                touched.len() - 1
            }
            None => return,
        };
        let it = &mut touched[place];
        let pieces = if row.number == MISSING { 0 } else { row.number };
        match row.kind {
            Kind::Added => it.pieces = it.pieces.saturating_add(pieces),
            Kind::Removed => it.pieces = it.pieces.saturating_sub(pieces),
            _ => {
                it.is_seen = true;
                self.tell(product, row, path, names);
            }
        }
    }

    fn number(&mut self, id: &str) -> Option<u32> {
        if let Some(number) = self.numbers.get(id) {
            return Some(*number);
        }
        let number = u32::try_from(self.products.len()).ok()?;
        if self.products.len() >= PRODUCTS_MAX {
            return None;
        }
        self.numbers.insert(id.to_owned(), number);
        let product = AlsoProduct { id: id.to_owned(), ..AlsoProduct::default() };
        self.products.push(Told { at: 0, product });
        Some(number)
    }

    fn tell(&mut self, product: u32, row: &Row, path: &str, names: &Names) {
        let told = &mut self.products[product as usize];
        // A product's page is where it is told; lists tell of products as well.
        if row.at < told.at || !row.name.is_some() || !path.starts_with('/') {
            return;
        }
        told.at = row.at;
        told.product.name = names.text(row.name).into();
        told.product.path = path.into();
        told.product.minor = (row.value != MISSING).then_some(row.value);
        told.product.currency = names.text(row.currency).into();
    }

    /// Counts people, and keeps what enough of them stand behind.
    pub(super) fn settle(&mut self) {
        for (by, pairs) in [
            (AlsoBy::Bought, counted(&mut self.bought)),
            (AlsoBy::Viewed, counted(&mut self.viewed)),
        ] {
            for (pair, _) in pairs {
                let (one, other) = parted(pair);
                for (one, other) in [(one, other), (other, one)] {
                    let near = self.near.entry(one).or_default();
                    let is_new = near.len() < SHOWN_MAX && near.iter().all(|it| it.0 != other);
                    if is_new && self.products[other as usize].is_told() {
                        near.push((other, by));
                    }
                }
            }
        }
        let popular = counted(&mut self.seen).into_iter().map(|(pair, _)| parted(pair).0);
        let popular = popular.filter(|it| self.products[*it as usize].is_told());
        self.popular = popular.take(SHOWN_MAX + 1).collect();
        (self.bought, self.viewed, self.seen) = Default::default();
        self.people = HashMap::new();
    }

    /// What goes with a product; what is popular where too little does.
    pub(super) fn with(&self, id: &str) -> Vec<AlsoProduct> {
        let product = self.numbers.get(id).copied();
        let near = product.and_then(|it| self.near.get(&it)).map(Vec::as_slice).unwrap_or_default();
        let popular = self.popular.iter().map(|&it| (it, AlsoBy::Popular));
        let popular = popular
            .filter(|(it, _)| product != Some(*it) && near.iter().all(|(other, _)| other != it));
        let all = near.iter().copied().chain(popular).take(SHOWN_MAX);
        all.map(|(it, by)| AlsoProduct { by, ..self.products[it as usize].product.clone() })
            .collect()
    }
}

impl Told {
    fn is_told(&self) -> bool {
        !self.product.name.is_empty()
    }
}

fn note(pairs: &mut Vec<(u64, u32)>, one: u32, other: u32, person: u32) {
    if pairs.len() < PAIRS_MAX {
        pairs.push((u64::from(one.min(other)) << 32 | u64::from(one.max(other)), person));
    }
}

fn parted(pair: u64) -> (u32, u32) {
    let low = |it: u64| u32::try_from(it & u64::from(u32::MAX)).unwrap_or_default();
    (low(pair >> 32), low(pair))
}

/// Pairs that enough people stand behind, most people first.
fn counted(pairs: &mut Vec<(u64, u32)>) -> Vec<(u64, usize)> {
    pairs.sort_unstable();
    pairs.dedup();
    let groups = pairs.chunk_by(|one, next| one.0 == next.0).map(|it| (it[0].0, it.len()));
    let mut counted: Vec<(u64, usize)> = groups.filter(|it| it.1 >= PEOPLE_MIN).collect();
    counted.sort_by_key(|&(pair, people)| (std::cmp::Reverse(people), pair));
    counted
}

/// Most products told of at once.
const SHOWN_MAX: usize = 8;

/// Most products of a visit that count: who sees more of them is looking for none.
const TOUCHED_MAX: usize = 24;

/// Most products of a shop that are looked at; the first ones met.
const PRODUCTS_MAX: usize = 50_000;

/// Most pairs in memory, 16 bytes each, of each of the three sorts; what comes later does not count.
const PAIRS_MAX: usize = 2_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// People who each did something with two products, as `N did a b`; what goes with `asked`.
    #[track_caller]
    fn check(people: &[(usize, &str, &str, &str)], asked: &str, expected: &str) {
        let mut names = Names::default();
        let mut together = Together::default();
        let mut person = 0_u64;
        for (count, did, one, other) in people {
            for _ in 0..*count {
                person += 1;
                let mut rows = Vec::new();
                for (at, id) in [one, other].into_iter().enumerate() {
                    let id = names.name(id);
                    let path = names.name(&format!("/p/{}", names.text(id)));
                    let seen = Row { subject: id, name: id, ..Row::of(Kind::ProductSeen) };
                    let viewed = Row { path, ..Row::of(Kind::Viewed) };
                    let added = Row { number: 1, ..Row { kind: Kind::Added, ..seen } };
                    let rows_of = if *did == "bought" {
                        vec![viewed, seen, added]
                    } else {
                        vec![viewed, seen]
                    };
                    rows.extend(rows_of.into_iter().map(|row| Row { at: at as u64, ..row }));
                }
                if *did == "bought" {
                    rows.push(Row { at: 9, ..Row::of(Kind::Purchased) });
                }
                let key = VisitKey::new(&person.to_be_bytes());
                together.visit(&Visit { key, visitor: None, rows: &rows }, &names);
            }
        }
        together.settle();
        let said = together.with(asked).into_iter().map(|it| format!("{} {:?}", it.id, it.by));
        assert_eq!(said.collect::<Vec<_>>().join(", "), expected);
    }

    #[test]
    fn what_was_bought_together_goes_before_what_was_looked_at_together() {
        let people = [(40, "saw", "tea", "cup"), (12, "bought", "tea", "tin")];
        check(&people, "tea", "tin Bought, cup Viewed");
        check(&people, "cup", "tea Viewed, tin Popular");
    }

    #[test]
    fn nine_people_are_too_few_and_ten_are_enough() {
        check(&[(9, "bought", "tea", "cup")], "tea", "");
        check(&[(10, "saw", "tea", "cup")], "tea", "cup Viewed");
    }

    #[test]
    fn of_a_product_that_nobody_knows_the_popular_ones_are_told() {
        let people = [(11, "saw", "tea", "cup"), (3, "saw", "tea", "tin")];
        check(&people, "", "tea Popular, cup Popular");
        check(&people, "tin", "tea Popular, cup Popular");
    }

    #[test]
    fn one_person_counts_once() {
        let (mut names, mut together) = (Names::default(), Together::default());
        let [tea, cup, path] = ["tea", "cup", "/p"].map(|it| names.name(it));
        let viewed = Row { path, ..Row::of(Kind::Viewed) };
        let seen = |id| Row { subject: id, name: id, ..Row::of(Kind::ProductSeen) };
        for visit in 0..30_u64 {
            let (key, rows) = (VisitKey::new(&visit.to_be_bytes()), [viewed, seen(tea), seen(cup)]);
            together.visit(&Visit { key, visitor: Some([7; 16]), rows: &rows }, &names);
        }
        together.settle();
        assert_eq!(together.with("tea"), []);
    }
}
