//! Whether every slot in a campaign's texts is one, and can be filled where the text stands.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Find, Severity};
use crate::campaign::{Action, Campaign, Content, Copy};
use crate::slots::{NAMES, Piece, Slot, each};

pub(super) fn slots(campaign: &Campaign, find: &mut Find<'_>) {
    for (place, variant) in campaign.variants.iter().enumerate() {
        let (content, coupon, copy) = match &variant.action {
            Action::Offer { content, coupon, copy, .. } => (*content, coupon.as_str(), copy),
            Action::Invite { copy } => (Content::Text, "", copy),
        };
        for (tag, Copy { title, body, accept, decline }) in copy.iter() {
            for text in [title, body, accept, decline] {
                each(text, &mut |piece| {
                    if let Some((severity, code, what)) = trouble(piece, content, coupon) {
                        find(severity, code, format!("variant {place}, {tag}: {what}"));
                    }
                });
            }
        }
    }
}

type Trouble = (Severity, &'static str, String);

fn trouble(piece: Piece<'_>, content: Content, coupon: &str) -> Option<Trouble> {
    let (slot, fallback) = match piece {
        Piece::Plain(_) => return None,
        Piece::Unknown(name) => {
            let known: Vec<&str> = NAMES.iter().map(|it| it.0).collect();
            let what = format!("`{{{name}}}` is no slot: there are {}", known.join(", "));
            return Some((Severity::Error, "unknown_slot", what));
        }
        Piece::Named(slot, fallback) => (slot, fallback),
    };
    let name = NAMES.iter().find(|it| it.1 == slot).map_or("", |it| it.0);
    let is_never_filled = match slot {
        Slot::CartMissing => !matches!(content, Content::Progress { .. }),
        Slot::Coupon => coupon.is_empty(),
        _ => false,
    };
    if is_never_filled {
        let what = format!("nothing ever fills `{{{name}}}` here");
        return Some((Severity::Error, "slot_never_filled", what));
    }
    let is_of_page = matches!(slot, Slot::ProductName | Slot::ProductPrice);
    (is_of_page && fallback.is_none()).then(|| {
        let what = format!(
            "where the page tells no product it is not shown; write `{{{name}|…}}` with what to say then"
        );
        (Severity::Hint, "slot_may_be_empty", what)
    })
}
