//! Products: viewed, carted, abandoned, bought.

use std::cmp::Reverse;

use nunchi_api::questions::{ProductRow, Products};

use super::Fold;
use super::folded::fold;
use super::people::{Crowd, People};
use super::tally::ByName;
use crate::store::rows::Kind;
use crate::store::scan::{Column, MISSING, Name, Names, Row, Visit, Want};

/// Keeps what each visit did with each product.
#[derive(Debug, Default)]
pub(super) struct Counting {
    people: People,
    products: ByName<Called>,
    /// By visit.
    touched: Vec<Touched>,
    /// By product: its latest place in `touched`, and one.
    latest: Vec<usize>,
    visits: u32,
}

/// How a product was called last, and when.
#[derive(Clone, Copy, Debug, Default)]
struct Called {
    at: u64,
    name: Name,
}

/// What a visit did with a product.
#[derive(Clone, Copy, Debug)]
struct Touched {
    visit: u32,
    person: u32,
    product: u32,
    /// Pieces put in less pieces taken out.
    pieces: i64,
    is_viewed: bool,
    is_carted: bool,
    /// Some were in the cart at a purchase.
    is_bought: bool,
}

/// Figures of a row.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    viewed: u64,
    carted: u64,
    bought: u64,
}

impl Counting {
    /// What the visit whose part of `touched` begins at `first` did with a product, to be added to.
    fn touched(&mut self, first: usize, product: Name) -> &mut Touched {
        let (row, _) = self.products.row(product);
        self.latest.resize(self.latest.len().max(row + 1), 0);
        if self.latest[row] <= first {
            self.touched.push(Touched {
                visit: self.visits,
                person: 0,
                product: u32::try_from(row).expect("fewer products than names"),
                pieces: 0,
                is_viewed: false,
                is_carted: false,
                is_bought: false,
            });
            self.latest[row] = self.touched.len();
        }
        &mut self.touched[self.latest[row] - 1]
    }

    fn row(&mut self, first: usize, row: &Row, names: &Names) {
        let pieces = if row.number == MISSING { 0 } else { row.number };
        match row.kind {
            Kind::Purchased => {
                self.touched[first..].iter_mut().for_each(|it| it.is_bought |= it.pieces > 0);
            }
            _ if !row.subject.is_some() => {}
            Kind::ProductSeen => {
                self.touched(first, row.subject).is_viewed = true;
                self.call(row, names);
            }
            Kind::Added => {
                let it = self.touched(first, row.subject);
                it.is_carted |= pieces > 0;
                it.pieces = it.pieces.saturating_add(pieces);
            }
            Kind::Removed => {
                let it = self.touched(first, row.subject);
                it.pieces = it.pieces.saturating_sub(pieces);
            }
            _ => {}
        }
    }

    fn call(&mut self, row: &Row, names: &Names) {
        let (_, called) = self.products.row(row.subject);
        if row.name.is_some() && row.name == called.name {
            called.at = called.at.max(row.at);
        } else if row.name.is_some()
            && (row.at, names.text(row.name)) > (called.at, names.text(called.name))
        {
            *called = Called { at: row.at, name: row.name };
        }
    }

    /// Figures of the products that are given the same number by `group`, as if they were one.
    fn tallies(&self, rows: usize, group: impl Fn(u32) -> Option<usize>) -> Vec<Tally> {
        let mut tallies = vec![Tally::default(); rows];
        for visit in self.touched.chunk_by(|one, next| one.visit == next.visit) {
            let mut groups: Vec<(usize, &Touched)> =
                visit.iter().filter_map(|it| Some((group(it.product)?, it))).collect();
            groups.sort_by_key(|it| it.0);
            for group in groups.chunk_by(|one, next| one.0 == next.0) {
                let any = |is: fn(&Touched) -> bool| u64::from(group.iter().any(|it| is(it.1)));
                let tally = &mut tallies[group[0].0];
                tally.viewed += any(|it| it.is_viewed);
                tally.carted += any(|it| it.is_carted);
                tally.bought += any(|it| it.is_carted && it.is_bought);
            }
        }
        tallies
    }
}

impl Fold for Counting {
    type Answer = Products;

    fn want(&self) -> Want {
        Want::NONE
            .kinds(&[Kind::ProductSeen, Kind::Added, Kind::Removed, Kind::Purchased])
            .columns(&[Column::Subject, Column::Name, Column::Number])
    }

    fn visit(&mut self, visit: &Visit<'_>, names: &Names) {
        let first = self.touched.len();
        visit.rows.iter().for_each(|row| self.row(first, row, names));
        if self.touched.len() > first {
            let person = self.people.of(visit);
            self.touched[first..].iter_mut().for_each(|it| it.person = person);
            self.visits += 1;
        }
    }

    fn answer(self, names: &Names, below: u64) -> Products {
        let products = self.products.rows();
        let tallies = self.tallies(products.len(), |product| Some(product as usize));
        let mut crowd = Crowd::default();
        let touched = self.touched.iter().filter(|it| it.is_viewed || it.is_carted);
        touched.for_each(|it| crowd.add(it.product as usize, it.person));
        let is_row = |row: &usize| tallies[*row].viewed + tallies[*row].carted > 0;
        let mut rows: Vec<usize> = (0..products.len()).filter(is_row).collect();
        rows.sort_by_key(|row| {
            let Tally { viewed, carted, .. } = tallies[*row];
            (Reverse((viewed, carted)), names.text(products[*row].0))
        });
        let folded = fold(&mut crowd, rows, ROWS_MAX, below);
        let shown = folded.shown.iter().map(|row| {
            let (id, called) = &products[*row];
            product_row(
                names.text(*id),
                names.text(called.name),
                tallies[*row],
                folded.people[*row],
            )
        });
        let is_other = folded.is_other();
        let is_other = |product: u32| is_other.get(product as usize) == Some(&true);
        let other = folded.other(|_| {
            let all = self.tallies(1, |product| is_other(product).then_some(0));
            product_row("", "", all[0], folded.other_people)
        });
        Products { rows: shown.collect(), other }
    }
}

fn product_row(id: &str, name: &str, tally: Tally, people: u64) -> ProductRow {
    let Tally { viewed, carted, bought } = tally;
    let (id, name) = (id.into(), name.into());
    ProductRow { id, name, viewed, carted, abandoned: carted - bought, bought, people }
}

const ROWS_MAX: usize = 100;
