//! What counts as something in the cart, and as begun checkout: the same in all questions.

use crate::store::rows::Kind;
use crate::store::scan::{Column, Name, Names, Row, Want};

/// Names of the sorts of pages that stand for something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Milestones {
    product: Name,
    checkout: Name,
    payment: Name,
}

impl Milestones {
    /// What has to be read for [`fills_cart`].
    pub(super) const CART: Want =
        Want::NONE.kinds(&[Kind::Added, Kind::CartStands]).columns(&[Column::Number]);

    /// What has to be read for [`Self::begins_checkout`].
    pub(super) const CHECKOUT: Want =
        Want::NONE.kinds(&[Kind::CheckoutBegan, Kind::Viewed]).columns(&[Column::Page]);

    pub(super) fn new(names: &mut Names) -> Self {
        Self {
            product: names.name("product"),
            checkout: names.name("checkout"),
            payment: names.name("payment"),
        }
    }

    /// By a fact, or by the page.
    pub(super) fn begins_checkout(self, row: &Row) -> bool {
        let is_page = row.page == self.checkout || row.page == self.payment;
        row.kind == Kind::CheckoutBegan || row.kind == Kind::Viewed && is_page
    }

    /// A product is seen, by a fact or by the page.
    pub(super) fn sees_product(self, row: &Row) -> bool {
        row.kind == Kind::ProductSeen || row.kind == Kind::Viewed && row.page == self.product
    }
}

/// Something is in the cart.
pub(super) fn fills_cart(row: &Row) -> bool {
    matches!(row.kind, Kind::Added | Kind::CartStands) && row.number > 0
}
