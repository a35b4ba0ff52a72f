//! One file a page; each makes its HTML from a [`Visit`](crate::visit::Visit).

pub(crate) mod cart;
pub(crate) mod checkout;
pub(crate) mod frame;
pub(crate) mod home;
pub(crate) mod lab;
pub(crate) mod login;
pub(crate) mod product;
pub(crate) mod shelf;
pub(crate) mod texts;
