//! Named places in a campaign's texts: `{product.name}`, or `{product.name|this one}` with what is said
//! where the page knows none. What fills them is text and stays text.

/// What can be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The product on this page.
    ProductName,
    /// Its price.
    ProductPrice,
    /// What the cart is worth.
    CartTotal,
    /// How many pieces lie in it.
    CartItems,
    /// What is missing until the goal of a progress.
    CartMissing,
    /// The coupon's code.
    Coupon,
    /// The shop's name.
    Shop,
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// To be said as it is.
    Plain(&'a str),
    /// To be filled in, or else this.
    Named(Slot, Option<&'a str>),
    /// A name that is no slot's.
    Unknown(&'a str),
}

/// Takes a text apart. Braces around anything but a word with points are but braces.
pub fn each<'a>(text: &'a str, visit: &mut dyn FnMut(Piece<'a>)) {
    let mut rest = text;
    while let Some((plain, inside, after)) = next(rest) {
        if !plain.is_empty() {
            visit(Piece::Plain(plain));
        }
        let (name, fallback) = match at(inside, b'|') {
            Some((name, fallback)) => (name, Some(fallback)),
            None => (inside, None),
        };
        visit(slot(name).map_or(Piece::Unknown(name), |slot| Piece::Named(slot, fallback)));
        rest = after;
    }
    if !rest.is_empty() {
        visit(Piece::Plain(rest));
    }
}

/// What stands before the next slot, in it and behind it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some((_, behind)) = at(text.get(from..)?, b'{') {
        let open = text.len() - behind.len();
        if let Some((inside, after)) = at(behind, b'}')
            && is_slot(inside)
        {
            return Some((text.get(..open - 1)?, inside, after));
        }
        from = open;
    }
    None
}

fn is_slot(inside: &str) -> bool {
    let name = at(inside, b'|').map_or(inside, |(name, _)| name);
    !name.is_empty()
        && name.bytes().all(|it| it.is_ascii_lowercase() || it == b'.' || it == b'_')
        && at(inside, b'{').is_none()
}

/// What stands before and behind the first `mark`.
fn at(text: &str, mark: u8) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == mark)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

fn slot(name: &str) -> Option<Slot> {
    NAMES.iter().find(|it| it.0 == name).map(|it| it.1)
}

/// All of them, as they are written.
pub const NAMES: [(&str, Slot); 7] = [
    ("product.name", Slot::ProductName),
    ("product.price", Slot::ProductPrice),
    ("cart.total", Slot::CartTotal),
    ("cart.items", Slot::CartItems),
    ("cart.missing", Slot::CartMissing),
    ("coupon", Slot::Coupon),
    ("shop", Slot::Shop),
];

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let mut pieces = Vec::new();
        each(text, &mut |piece| {
            pieces.push(match piece {
                Piece::Plain(text) => text.into(),
                Piece::Named(slot, None) => format!("<{slot:?}>"),
                Piece::Named(slot, Some(else_)) => format!("<{slot:?} or {else_}>"),
                Piece::Unknown(name) => format!("<? {name}>"),
            });
        });
        assert_eq!(pieces.into_iter().collect::<String>(), expected);
    }

    #[test]
    fn slots_stand_anywhere_in_a_text() {
        check("", "");
        check("Nothing", "Nothing");
        check("{shop}", "<Shop>");
        check("아직 {cart.missing} 남았어요", "아직 <CartMissing> 남았어요");
        check("{product.name}{coupon}!", "<ProductName><Coupon>!");
    }

    #[test]
    fn what_is_said_instead_stands_behind_a_bar() {
        check("{product.name|this one} waits", "<ProductName or this one> waits");
        check("{product.name|이 상품}", "<ProductName or 이 상품>");
        check("{product.name|}", "<ProductName or >");
    }

    #[test]
    fn a_name_that_is_none_is_told_from_braces() {
        check("{product.nmae}", "<? product.nmae>");
        check("{ shop } {} {A} {a{shop}", "{ shop } {} {A} {a<Shop>");
        check("{shop", "{shop");
        check("} {", "} {");
    }
}
