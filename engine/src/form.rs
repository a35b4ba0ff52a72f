//! How an offer stands on the page, and what is in it besides its text.

use alloc::string::String;

use beacon::Money;
use beacon::wire::{Bytes, Reader, Wire, write_byte, write_bytes};
use serde::{Deserialize, Serialize};

/// Where an offer stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A card in the corner; the page stays usable.
    Card,
    /// A dialog over the page.
    Dialog,
    /// A bar along the upper edge, over the page: nothing of it is moved.
    BarTop,
    /// A bar along the lower edge.
    BarBottom,
    /// In the page itself, in its element with `data-nunchi-slot` of this name; nowhere else.
    Slot(String),
}

/// What is in an offer besides its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    /// Nothing, or a coupon.
    #[default]
    Text,
    /// How far the cart is from a sum, such as that of free shipping. The title is said while something
    /// is missing, the body once nothing is.
    Progress {
        /// The sum.
        goal: Money,
    },
    /// How content the visitor is, 1 to 5. The title asks; each line of the body is one of what the
    /// visitor may choose afterwards, [`CHOICES_MAX`] at most.
    Survey,
    /// A wish to be called back: its button leads into the chat, where a time is booked.
    Callback,
    /// Products that go with the one on this page.
    Products,
}

impl Content {
    /// Whether there is nothing besides the text.
    pub fn is_text(&self) -> bool {
        *self == Self::Text
    }
}

/// Most choices of a survey: what fits a card without scrolling.
pub const CHOICES_MAX: usize = 5;

/// Most bytes of a slot's or a pool's name.
pub const NAME_BYTES_MAX: usize = 32;

/// The pool that a coupon comes from, when the text names one (`pool:NAME`) instead of a code.
pub fn pool(coupon: &str) -> Option<&str> {
    coupon.strip_prefix("pool:")
}

/// Stands for every coupon in a pack as pages have it: there is one, and the collector is asked for it when the
/// campaign fired.
pub const ASKED_FOR: &str = "*";

/// Whether a slot or a pool can have this name.
pub fn is_name(name: &str) -> bool {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || it == b'-' || it == b'_';
    (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(is_plain)
}

/// What kind of thing is shown.
///
/// On the wire cards and dialogs of plain text are as they always were; what came later is bytes in
/// bytes, so that a page that only hands them on need not know what they are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShowKind {
    /// An offer.
    Offer {
        /// Where it stands.
        form: Form,
        /// What is in it.
        content: Content,
        /// Where the button leads, or empty.
        link: String,
        /// Coupon code, `pool:NAME`, or empty; in a page [`ASKED_FOR`] or empty.
        coupon: String,
    },
    /// An invitation to chat.
    Invite,
}

/// Numbers of [`ShowKind`]s on the wire.
pub(crate) mod number {
    pub(crate) const CARD: u8 = 0;
    pub(crate) const DIALOG: u8 = 1;
    pub(crate) const INVITE: u8 = 2;
    pub(crate) const OTHER: u8 = 3;
}

impl Wire for ShowKind {
    fn write(&self, to: &mut Bytes) {
        let Self::Offer { form, content, link, coupon } = self else {
            return write_byte(number::INVITE, to);
        };
        match (form, content) {
            (Form::Card, Content::Text) => write_byte(number::CARD, to),
            (Form::Dialog, Content::Text) => write_byte(number::DIALOG, to),
            _ => {
                let mut inside = Bytes::new();
                form.write(&mut inside);
                content.write(&mut inside);
                link.write(&mut inside);
                coupon.write(&mut inside);
                write_byte(number::OTHER, to);
                return write_bytes(&inside, to);
            }
        }
        link.write(to);
        coupon.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Self {
        let form = match from.byte() {
            number::CARD => Form::Card,
            number::DIALOG => Form::Dialog,
            number::INVITE => return Self::Invite,
            number::OTHER => return Self::read_inside(from),
            _ => {
                from.refuse();
                Form::Card
            }
        };
        let (link, coupon) = (Wire::read(from), Wire::read(from));
        Self::Offer { form, content: Content::Text, link, coupon }
    }
}

impl ShowKind {
    fn read_inside(from: &mut Reader<'_>) -> Self {
        let mut inside = Reader::new(from.bytes());
        let form = Form::read(&mut inside);
        let content = Content::read(&mut inside);
        let (link, coupon) = (Wire::read(&mut inside), Wire::read(&mut inside));
        let has_other_spelling = content.is_text() && matches!(form, Form::Card | Form::Dialog);
        if !inside.is_done() || has_other_spelling {
            from.refuse();
        }
        Self::Offer { form, content, link, coupon }
    }
}

beacon::wire!(enum Form { 0 => Card, 1 => Dialog, 2 => BarTop, 3 => BarBottom, 4 => Slot(name) });
beacon::wire!(enum Content {
    0 => Text,
    1 => Progress { goal },
    2 => Survey,
    3 => Callback,
    4 => Products,
});

#[cfg(test)]
mod tests {
    use beacon::Currency;
    use beacon::wire::{from_bytes, to_bytes};

    use super::*;

    fn offer(form: Form, content: Content) -> ShowKind {
        ShowKind::Offer { form, content, link: "/a".into(), coupon: "B".into() }
    }

    /// Released: pages and packs out there have them.
    #[test]
    fn cards_dialogs_and_invitations_keep_their_bytes() {
        assert_eq!(to_bytes(&offer(Form::Card, Content::Text)), b"\x00\x02/a\x01B");
        assert_eq!(to_bytes(&offer(Form::Dialog, Content::Text)), b"\x01\x02/a\x01B");
        assert_eq!(to_bytes(&ShowKind::Invite), b"\x02");
    }

    #[test]
    fn what_stands_elsewhere_is_bytes_in_bytes() {
        let goal = Money { minor: 50_000, currency: Currency::parse("KRW").unwrap() };
        for (kind, bytes) in [
            (offer(Form::BarTop, Content::Text), b"\x03\x07\x02\x00\x02/a\x01B".as_slice()),
            (offer(Form::Slot("x".into()), Content::Products), b"\x03\x09\x04\x01x\x04\x02/a\x01B"),
            (
                offer(Form::Card, Content::Progress { goal }),
                b"\x03\x0d\x00\x01\xa0\x8d\x06KRW\x02/a\x01B",
            ),
        ] {
            assert_eq!(to_bytes(&kind), bytes, "{kind:?}");
            assert_eq!(from_bytes(bytes), Some(kind));
        }
    }

    #[test]
    fn one_thing_has_one_spelling() {
        for bytes in [
            b"\x03\x07\x00\x00\x02/a\x01B".as_slice(),
            b"\x03\x08\x02\x00\x02/a\x01B\x00",
            b"\x03\x06\x02\x00\x02/a\x01B",
            b"\x04",
        ] {
            assert_eq!(from_bytes::<ShowKind>(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_pool_is_named_and_a_code_is_not() {
        assert_eq!((pool("pool:spring"), pool("SPRING")), (Some("spring"), None));
        assert!(
            is_name("spring-26") && !is_name("") && !is_name("a b") && !is_name(&"a".repeat(33))
        );
    }
}
